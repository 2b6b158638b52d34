//! Calls that depend on the state of a contact.

use contact_client::{
    BatchItem, ContactCreate, ContactUpdate, ETag, Error, Include, InvalidRequest, ProblemType,
};
use contact_testing::{Backend, on_both_databases};

use crate::{create, start};

on_both_databases!(
    if_none_match_reads_a_contact_only_if_it_changed,
    if_match_refuses_a_write_if_the_contact_changed,
    a_batch_item_can_depend_on_the_state_of_its_contact,
);

async fn if_none_match_reads_a_contact_only_if_it_changed(backend: Backend) {
    let (_company, client) = start(backend).await;
    let id = create(&client, ContactCreate::new().full_name("jane doe")).await;
    let get = client.get_contact(id).include(Include::UPDATED_AT);
    let first = get.clone().await.unwrap();
    let tag = first.etag().cloned().unwrap();

    let unchanged = get.clone().if_none_match(&first).await.unwrap();
    assert_eq!((unchanged.status(), unchanged.body().as_ref()), (304, None));
    assert_eq!(unchanged.etag(), Some(&tag));

    client.update_contact(id, ContactUpdate::new().notes("new")).await.unwrap();
    let changed = get.if_none_match(&tag).await.unwrap();
    assert_eq!(changed.body().as_ref().unwrap().contact.notes.as_deref(), Some("new"));
    assert_ne!(changed.etag(), Some(&tag));
}

async fn if_match_refuses_a_write_if_the_contact_changed(backend: Backend) {
    let (_company, client) = start(backend).await;
    let id = create(&client, ContactCreate::new().full_name("jane doe")).await;
    let read = client.get_contact(id).await.unwrap();

    let update = |notes| client.update_contact(id, ContactUpdate::new().notes(notes));
    let first = update("first").if_match(&read).await.unwrap();
    let second = update("second").if_match(&read).await;
    assert_eq!(second.unwrap_err().problem_type(), Some(ProblemType::PreconditionFailed));
    let late = client.delete_contact(id).if_match(&read.etag().cloned()).await.unwrap_err();
    assert_eq!(late.status(), Some(412));

    let agents = client.list_agents().await.unwrap();
    let without_tag = update("third").if_match(&agents).await;
    assert!(
        matches!(without_tag, Err(Error::Request(InvalidRequest::MissingETag))),
        "the write must not become unconditional"
    );
    assert_eq!(client.get_contact(id).await.unwrap().body().contact.notes.as_deref(), Some("first"));
    client.delete_contact(id).if_match(&first).erase().await.unwrap();
}

async fn a_batch_item_can_depend_on_the_state_of_its_contact(backend: Backend) {
    let (_company, client) = start(backend).await;
    let id = create(&client, ContactCreate::new().full_name("jane doe")).await;
    let tag = client.get_contact(id).await.unwrap().etag().cloned().unwrap();
    let note = |notes| BatchItem::update(id, ContactUpdate::new().notes(notes)).if_match(&tag);
    let response = client.write_batch([note("first"), note("second")]).contacts().await.unwrap();
    assert_eq!(response.body().results.iter().map(|item| item.status).collect::<Vec<_>>(), [200, 412]);
    let shown: ETag = response.body().results[0].etag.as_deref().unwrap().parse().unwrap();
    let next = BatchItem::delete(id).if_match(&shown);
    assert_eq!(client.write_batch([next]).await.unwrap().body().results[0].status, 204);
}
