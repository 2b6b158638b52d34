//! Every operation of the API, called.

use std::collections::BTreeSet;

use contact_client::model::custom_field::NewCustomField;
use contact_client::model::list::Filters;
use contact_client::model::receipt::Action;
use contact_client::model::{
    Access, AgentUpdate, BatchItem, ContactId, CustomFieldType, NewAgent, NewApiKey, NewThread,
};
use contact_client::operation::Operation;
use contact_client::{
    Answer, Call, Client, ContactCreate, ContactUpdate, CreatedOrUpdated, FromAnswer, Include, Page as _,
};
use contact_testing::{Backend, described_operations, on_both_databases};

use crate::stage::Stage;

on_both_databases!(every_operation_of_the_description_is_a_call);

/// Calls, and remembers which operations they were of.
#[derive(Default)]
struct Called(BTreeSet<&'static str>);

impl Called {
    async fn answer<O: Operation, A: FromAnswer>(&mut self, call: Call<O, A>) -> Answer<A> {
        self.0.insert(O::ID);
        call.await.unwrap()
    }
}

async fn every_operation_of_the_description_is_a_call(backend: Backend) {
    let stage = Stage::start(backend).await;
    let mut called = Called::default();
    let admin = stage.client_with(Access::Admin).await;
    manage_the_company(&stage, &admin, &mut called).await;
    let contact = keep_a_contact(&stage.client, &mut called).await;
    talk_with_it(&stage.client, contact, &mut called).await;
    write_many(&stage.client, &mut called).await;
    let described: BTreeSet<String> =
        described_operations().into_iter().map(|operation| operation.id).collect();
    assert_eq!(called.0.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), described);
}

async fn manage_the_company(stage: &Stage, admin: &Client, called: &mut Called) {
    let mut plan = NewCustomField::new("Plan", CustomFieldType::Select);
    plan.options = vec!["silver".to_owned(), "gold".to_owned()];
    let plan = called.answer(admin.create_custom_field(plan)).await;
    assert_eq!((plan.status, plan.kind), (201, CustomFieldType::Select));
    let renamed = called.answer(admin.rename_custom_field(plan.id, "Tariff")).await;
    assert_eq!((renamed.id, renamed.name.as_str()), (plan.id, "Tariff"));
    let fields = called.answer(admin.list_custom_fields()).await;
    assert_eq!(fields.results, [renamed.into_inner()]);
    called.answer(admin.delete_custom_field(plan.id)).await;
    assert_eq!(admin.list_custom_fields().await.unwrap().results, []);
    admin.create_custom_field(NewCustomField::new("Size", CustomFieldType::Number)).await.unwrap();

    let wanted = NewApiKey { name: Some("reporting".to_owned()), access: Access::Read, expires_at: None };
    let created = called.answer(admin.create_api_key(wanted)).await;
    assert!(!format!("{created:?}").contains(created.key.reveal()), "a key shows itself nowhere");
    let reporting = stage.client_of(&created.key);
    let whoami = called.answer(reporting.whoami()).await;
    let api_key = &whoami.api_key;
    assert_eq!((api_key.id, api_key.name.as_deref()), (created.listed.id, Some("reporting")));
    assert_eq!((api_key.access, api_key.expires_at), (Access::Read, None));
    assert_eq!((whoami.company.id, whoami.company.country.to_string()), (stage.company.id, "US".to_owned()));
    called.answer(admin.revoke_api_key(created.listed.id)).await;
    let keys = called.answer(admin.list_api_keys()).await;
    let listed = keys.results.iter().find(|key| key.id == created.listed.id).unwrap();
    assert!(listed.revoked_at.is_some() && listed.name.as_deref() == Some("reporting"));
}

async fn keep_a_contact(client: &Client, called: &mut Called) -> ContactId {
    let jane = ContactCreate::new().full_name("jane doe").phone_number("(415) 555-2671").tags(["lead"]);
    let created = called.answer(client.create_contact(jane.clone())).await;
    assert!(matches!(created.value, CreatedOrUpdated::Created(_)) && created.status == 201);
    let id = created.id();
    assert_eq!(client.create_contact(jane).await.unwrap().value, CreatedOrUpdated::Updated(id));

    let update = ContactUpdate::new().notes("Called today").custom_field("Size", 7).unwrap();
    let updated = called.answer(client.update_contact(id, update).include(Include::CUSTOM_FIELDS)).await;
    assert_eq!((updated.name.as_deref(), updated.notes.as_deref()), (Some("Jane Doe"), Some("Called today")));
    assert_eq!(updated.custom_fields.value().unwrap()["Size"].as_str(), "7");

    let read = called.answer(client.get_contact(id).include(Include::CUSTOM_FIELDS)).await;
    assert_eq!(read.contact, updated.into_inner());
    let listed = called.answer(client.list_contacts(Filters::new().tag("lead"))).await;
    assert_eq!(listed.results.iter().map(|contact| contact.id).collect::<Vec<_>>(), [id]);

    let tagged = called.answer(client.add_tags(id, ["vip", "a/b c?%\t\nü"])).await;
    assert_eq!(tagged.tags, ["lead", "vip", "a/b c?%\t\nü"]);
    let tags = called.answer(client.list_tags()).await.into_inner().into_entries();
    assert_eq!(tags.iter().map(|tag| tag.tag.as_str()).collect::<Vec<_>>(), ["a/b c?%\t\nü", "lead", "vip"]);
    assert_eq!(called.answer(client.remove_tag(id, "a/b c?%\t\nü")).await.tags, ["lead", "vip"]);

    assert_eq!(client.rename_tag("vip", "gold").dry_run().await.unwrap().changed, 1);
    let renamed = called.answer(client.rename_tag("vip", "a/b c?%")).await;
    assert_eq!((renamed.tag.as_str(), renamed.changed), ("a/b c?%", 1));
    assert_eq!(client.rename_tag("a/b c?%", "vip").await.unwrap().changed, 1);

    let tried = client.delete_contact(id).dry_run().contact().await.unwrap();
    assert_eq!(tried.tags, ["lead", "vip"]);
    called.answer(client.delete_contact(id)).await;
    assert_eq!(client.get_contact(id).await.unwrap_err().status(), Some(404));
    let deleted = client.list_contacts(Filters::new()).deleted().await.unwrap();
    assert_eq!(deleted.results.iter().map(|contact| contact.id).collect::<Vec<_>>(), [id]);
    assert!(deleted.results[0].deleted_at.value().is_some());
    let restored = called.answer(client.restore_contact(id).receipt()).await;
    assert_eq!((restored.contact.id, restored.contact.tags.len()), (id, 2));
    id
}

async fn talk_with_it(client: &Client, contact: ContactId, called: &mut Called) {
    let desk = called.answer(client.create_agent(NewAgent::new("Front desk"))).await;
    let thread = NewThread::new(desk.id, "call", "completed", "inbound");
    let recorded = called.answer(client.record_thread(contact, thread)).await;
    assert_eq!((recorded.agent_id, recorded.kind.as_str()), (desk.id, "call"));
    let threads = called.answer(client.list_threads(contact)).await;
    let missed = NewThread::new(desk.id, "call", "missed", "inbound");
    let tried = client.record_thread(contact, missed).dry_run().receipt().await.unwrap();
    assert_eq!((tried.thread.status.as_str(), tried.receipt.action), ("missed", Action::Updated));
    assert_eq!(threads.results, [recorded.into_inner()]);
    called.answer(client.set_active_agent(contact, desk.id)).await;
    let read = client.get_contact(contact).await.unwrap();
    assert_eq!(read.active_chat_agent.as_ref().map(|agent| agent.id), Some(desk.id));
    assert_eq!(read.recent_activity, threads.into_inner().results);
    client.set_active_agent(contact, None).await.unwrap();

    let resting = called.answer(client.update_agent(desk.id, AgentUpdate::new().active(false))).await;
    assert!(!resting.active);
    let spare = client.create_agent(NewAgent::new("Spare")).await.unwrap().id;
    called.answer(client.delete_agent(spare)).await;
    let agents = called.answer(client.list_agents()).await;
    assert_eq!(agents.results.iter().map(|agent| agent.id).collect::<Vec<_>>(), [desk.id]);
}

async fn write_many(client: &Client, called: &mut Called) {
    let gone = ContactId(uuid::Uuid::nil());
    let items = [
        BatchItem::upsert(ContactCreate::new().email("Max@Example.com")),
        BatchItem::upsert(ContactCreate::new().email("max@example.com").notes("again")),
        BatchItem::update(gone, ContactUpdate::new().notes("no one's")),
    ];
    let answer = called.answer(client.write_batch(items)).await;
    assert_eq!(answer.results.iter().map(|item| item.status).collect::<Vec<_>>(), [201, 200, 404]);
    let max = answer.results[0].id.unwrap();
    assert_eq!(answer.results[1].id, Some(max));
    let receipt = client.update_contact(max, ContactUpdate::new().notes("again")).receipt().await.unwrap();
    assert_eq!(receipt.receipt.action, Action::Unchanged);
    let tried = client.write_batch([BatchItem::delete(max)]).dry_run().contacts().await.unwrap();
    let shown = tried.results[0].contact.as_ref().unwrap();
    assert_eq!((tried.results[0].status, shown.notes.as_deref()), (200, Some("again")));
    let deleted = client.write_batch([BatchItem::delete(max)]).atomic().receipt().await.unwrap();
    assert_eq!(deleted.results[0].receipt.as_ref().unwrap().action, Action::Deleted);
}
