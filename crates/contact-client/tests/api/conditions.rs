//! Calls that depend on the state of a contact.

use contact_client::{
    BatchItem, ContactCreate, ContactUpdate, ETag, Error, Include, InvalidRequest, ProblemType,
};
use contact_testing::{Backend, on_both_databases};

use crate::stage::Stage;

on_both_databases!(
    a_contact_is_read_again_only_where_it_changed,
    a_write_is_refused_where_someone_else_was_faster,
    an_item_of_a_batch_depends_on_its_own_contact,
);

async fn a_contact_is_read_again_only_where_it_changed(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.contact(ContactCreate::new().full_name("jane doe")).await;
    let get = stage.client.get_contact(id).include(Include::UPDATED_AT);
    let first = get.clone().await.unwrap();
    let tag = first.etag.clone().unwrap();

    let unchanged = get.clone().if_none_match(&first).await.unwrap();
    assert_eq!((unchanged.status, unchanged.value.as_ref()), (304, None));
    assert_eq!(unchanged.etag, Some(tag.clone()));

    stage.client.update_contact(id, ContactUpdate::new().notes("new")).await.unwrap();
    let changed = get.if_none_match(&tag).await.unwrap();
    assert_eq!(changed.as_ref().unwrap().contact.notes.as_deref(), Some("new"));
    assert_ne!(changed.etag, Some(tag));
}

async fn a_write_is_refused_where_someone_else_was_faster(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.contact(ContactCreate::new().full_name("jane doe")).await;
    let client = &stage.client;
    let read = client.get_contact(id).await.unwrap();

    let update = |notes| client.update_contact(id, ContactUpdate::new().notes(notes));
    let first = update("first").if_match(&read).await.unwrap();
    let second = update("second").if_match(&read).await;
    assert_eq!(second.unwrap_err().problem_type(), Some(ProblemType::PreconditionFailed));
    let late = client.delete_contact(id).if_match(&read.etag).await.unwrap_err();
    assert_eq!(late.status(), Some(412));

    let agents = client.list_agents().await.unwrap();
    let nameless = update("third").if_match(&agents).await;
    assert!(matches!(nameless, Err(Error::Request(InvalidRequest::NoETag))), "a condition is never lost");
    assert_eq!(client.get_contact(id).await.unwrap().contact.notes.as_deref(), Some("first"));
    client.delete_contact(id).if_match(&first).erase().await.unwrap();
}

async fn an_item_of_a_batch_depends_on_its_own_contact(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.contact(ContactCreate::new().full_name("jane doe")).await;
    let tag = stage.client.get_contact(id).await.unwrap().etag.unwrap();
    let note = |notes| BatchItem::update(id, ContactUpdate::new().notes(notes)).if_match(&tag);
    let answer = stage.client.write_batch([note("first"), note("second")]).contacts().await.unwrap();
    assert_eq!(answer.results.iter().map(|item| item.status).collect::<Vec<_>>(), [200, 412]);
    let shown: ETag = answer.results[0].etag.as_deref().unwrap().parse().unwrap();
    let next = BatchItem::delete(id).if_match(&shown);
    assert_eq!(stage.client.write_batch([next]).await.unwrap().results[0].status, 204);
}
