//! The options of writes, and the headers of their responses.

use contact_client::model::batch::ItemAnswer;
use contact_client::model::receipt::Action;
use contact_client::model::{ContactFields, CustomFieldPatch, MatchPolicy, MatchedBy};
use contact_client::{
    BatchItem, Body, Clear, ContactCreate, ContactId, ContactUpdate, CreatedOrUpdated, ProblemType,
};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::{create, start};

on_both_databases!(
    an_update_clears_keeps_and_sets_fields,
    a_create_returns_the_contact_or_a_receipt,
    ignored_fields_are_returned_and_refused_if_strict,
    the_caller_chooses_between_two_matching_contacts,
    an_option_that_is_set_twice_has_the_last_value,
    a_dry_run_returns_the_result_and_writes_nothing,
    json_bodies_are_sent_unchanged,
);

async fn an_update_clears_keeps_and_sets_fields(backend: Backend) {
    let (_company, client) = start(backend).await;
    let jane = ContactCreate::new().full_name("jane doe").email("jane@example.com").notes("kept");
    let id = create(&client, jane).await;
    let update = ContactUpdate::new().email(Clear).business_name("Example Ltd").tags(["vip"]).is_dnd(true);
    let contact = client.update_contact(id, update).await.unwrap();
    assert_eq!((contact.body().email.as_deref(), contact.body().notes.as_deref()), (None, Some("kept")));
    assert_eq!((contact.body().business_name.as_deref(), contact.body().is_dnd), (Some("Example Ltd"), true));
    assert_eq!(contact.body().tags, ["vip"]);
    assert!(contact.etag().is_some() && contact.request_id().is_some() && contact.status() == 200);
    let update = ContactUpdate::new().add_tags(["lead", "vip"]).remove_tags(["gone"]);
    assert_eq!(
        client.update_contact(id, update.clone()).strict().await.unwrap().body().tags,
        ["vip", "lead"]
    );
    let refused = client.update_contact(id, update.tags(["x"])).await.unwrap_err();
    assert_eq!(refused.problem_type(), Some(ProblemType::InvalidFields));
}

async fn a_create_returns_the_contact_or_a_receipt(backend: Backend) {
    let (_company, client) = start(backend).await;
    let jane = ContactCreate::new().full_name("jane doe").phone_number("(415) 555-2671");
    let created = client.create_contact(jane.clone()).contact().await.unwrap();
    assert_eq!((created.status(), created.body().name.as_deref()), (201, Some("Jane Doe")));
    assert_eq!(created.preferences_applied(), ["return=representation"]);

    let again = client.create_contact(jane.notes("again")).receipt().await.unwrap();
    assert_eq!(
        (again.body().receipt.action, again.body().receipt.matched_by),
        (Action::Updated, Some(MatchedBy::Phone))
    );
    assert_eq!(again.body().receipt.changed["notes"].after.as_str(), "\"again\"");
    assert_eq!(again.body().contact.id, created.body().id);
}

async fn ignored_fields_are_returned_and_refused_if_strict(backend: Backend) {
    let (_company, client) = start(backend).await;
    let create = ContactCreate::new().custom_field("Prénom", "x").unwrap();
    let created = client.create_contact(create.clone()).await.unwrap();
    assert_eq!(created.ignored_fields(), ["custom_fields.Prénom"]);
    let refused = client.create_contact(create).strict().await.unwrap_err();
    assert_eq!(refused.problem_type(), Some(ProblemType::InvalidFields));
    assert_eq!(refused.problem().unwrap().errors[0].pointer, "/custom_fields/Prénom");

    let nothing = ContactCreate {
        fields: ContactFields {
            custom_fields: Some(CustomFieldPatch::default()),
            ..ContactFields::default()
        },
    };
    assert!(client.create_contact(nothing).strict().await.unwrap().ignored_fields().is_empty());
}

async fn the_caller_chooses_between_two_matching_contacts(backend: Backend) {
    let (_company, client) = start(backend).await;
    let phone = create(&client, ContactCreate::new().phone_number("+14155552671")).await;
    let email = create(&client, ContactCreate::new().email("jane@example.com")).await;
    let both = ContactCreate::new().phone_number("+14155552671").email("jane@example.com");
    let create = client.create_contact(both);
    assert_eq!(create.clone().await.unwrap().into_body(), CreatedOrUpdated::Updated(phone));
    let by_email = create.clone().matching(MatchPolicy::Email).await.unwrap();
    assert_eq!(by_email.body().id(), email);
    assert_eq!(by_email.ignored_fields(), ["phone_number"]);
    let someone_else = ContactCreate::new().phone_number("+14155552671").full_name("Bert Example");
    client.update_contact(phone, ContactUpdate::new().full_name("Anna Example")).await.unwrap();
    let created = client.create_contact(someone_else).matching(MatchPolicy::Person).await.unwrap();
    assert!(matches!(created.body(), CreatedOrUpdated::Created(id) if *id != phone));
    let rejected = create.matching(MatchPolicy::Reject).await.unwrap_err();
    assert_eq!(rejected.problem_type(), Some(ProblemType::ContactsCollide));
    let named = rejected.problem().unwrap().errors.iter().map(|bad| bad.contact_id);
    assert_eq!(named.collect::<Vec<_>>(), [Some(phone), Some(email)]);
}

async fn an_option_that_is_set_twice_has_the_last_value(backend: Backend) {
    let (_company, client) = start(backend).await;
    create(&client, ContactCreate::new().phone_number("+14155552671")).await;
    let email = create(&client, ContactCreate::new().email("jane@example.com")).await;
    let both = ContactCreate::new().phone_number("+14155552671").email("jane@example.com");
    let create = client.create_contact(both).matching(MatchPolicy::Phone);
    let rejected = create.clone().matching(MatchPolicy::Reject).await.unwrap_err();
    assert_eq!(rejected.problem_type(), Some(ProblemType::ContactsCollide));
    let sent = create.strict().matching(MatchPolicy::Email).preview().unwrap().headers;
    assert_eq!(sent.get_all("prefer").iter().collect::<Vec<_>>(), ["handling=strict", "match=email"]);

    let batch = client.write_batch([BatchItem::update(email, ContactUpdate::new().notes("new"))]);
    let receipts = batch.clone().contacts().receipt().await.unwrap();
    let action = |item: &ItemAnswer| item.receipt.as_ref().map(|receipt| receipt.action);
    assert_eq!(receipts.body().results.iter().map(action).collect::<Vec<_>>(), [Some(Action::Updated)]);
    let contacts = batch.receipt().contacts().await.unwrap();
    assert!(contacts.body().results.iter().all(|item| item.receipt.is_none() && item.contact.is_some()));
}

async fn a_dry_run_returns_the_result_and_writes_nothing(backend: Backend) {
    let (_company, client) = start(backend).await;
    let id = create(&client, ContactCreate::new().notes("kept")).await;
    let update = ContactUpdate::new().notes(Clear);
    let result = client.update_contact(id, update).dry_run().receipt().await.unwrap();
    assert_eq!(result.body().receipt.changed["notes"].before.as_str(), "\"kept\"");
    assert_eq!((result.body().contact.notes.as_deref(), result.etag()), (None, None));
    client.delete_contact(id).erase().dry_run().await.unwrap();
    let refused = client.restore_contact(ContactId(uuid::Uuid::nil())).dry_run().await.unwrap_err();
    assert_eq!(refused.problem_type(), Some(ProblemType::ContactNotFound));
    assert_eq!(client.get_contact(id).await.unwrap().body().contact.notes.as_deref(), Some("kept"));
}

async fn json_bodies_are_sent_unchanged(backend: Backend) {
    let (_company, client) = start(backend).await;
    let id = create(&client, ContactCreate::new()).await;
    let json = r#"{"notes": "from a file", "nickname": "JD"}"#;
    let call = client.update_contact(id, Body::from_json(json));

    let preview = call.clone().preview().unwrap();
    assert_eq!((preview.method.as_str(), &preview.body[..]), ("PATCH", json.as_bytes()));
    assert!(preview.url.path().ends_with(&format!("/contacts/{id}/")));
    assert_eq!(preview.headers["content-type"], "application/json");
    assert!(!preview.headers.contains_key("authorization"), "the preview must not contain the API key");
    assert_eq!(client.get_contact(id).await.unwrap().body().contact.notes, None, "nothing was sent");

    let written = call.await.unwrap();
    assert_eq!(written.body().notes.as_deref(), Some("from a file"));
    assert_eq!(written.ignored_fields(), ["nickname"]);

    let items = json!({ "items": [{ "op": "update", "id": id, "notes": "from a program" }] });
    let batch = client.write_batch(items).contacts().await.unwrap();
    let contact = batch.body().results[0].contact.as_ref().unwrap();
    assert_eq!(contact.notes.as_deref(), Some("from a program"));
}
