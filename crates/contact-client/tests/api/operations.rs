//! Calls every operation of the API.

use std::collections::BTreeSet;

use contact_client::model::changes::ChangeQuery;
use contact_client::model::custom_field::NewCustomField;
use contact_client::model::list::Filters;
use contact_client::model::receipt::Action;
use contact_client::model::{
    Access, AgentUpdate, BatchItem, ChangeAction, ContactId, CustomFieldType, NewAgent, NewApiKey, NewThread,
    NewWebhook, RevertChanges, WebhookReplay, WebhookResend, WebhookUpdate,
};
use contact_client::operation::Operation;
use contact_client::{
    Call, Client, ContactCreate, ContactMerge, ContactUpdate, CreatedOrUpdated, FromResponse, Include,
    Page as _, ProblemType, Response,
};
use contact_testing::{Backend, TestCompany, described_operations, on_both_databases};

use crate::{client_of, start};

on_both_databases!(every_described_operation_can_be_called);

/// Sends calls and records their operations.
#[derive(Default)]
struct Called(BTreeSet<&'static str>);

impl Called {
    async fn send<O: Operation, A: FromResponse>(&mut self, call: Call<O, A>) -> Response<A> {
        self.0.insert(O::ID);
        call.await.unwrap()
    }
}

async fn every_described_operation_can_be_called(backend: Backend) {
    let (company, client) = start(backend).await;
    let mut called = Called::default();
    let admin = client_of(&company.with_access(Access::Admin).await);
    custom_fields_and_api_keys(&company, &admin, &mut called).await;
    let contact = a_contact(&client, &mut called).await;
    webhooks(&admin, &mut called).await;
    threads_and_agents(&client, contact, &mut called).await;
    batches(&client, &mut called).await;
    let described: BTreeSet<String> =
        described_operations().into_iter().map(|operation| operation.id).collect();
    assert_eq!(called.0.into_iter().map(str::to_owned).collect::<BTreeSet<_>>(), described);
}

async fn custom_fields_and_api_keys(company: &TestCompany, admin: &Client, called: &mut Called) {
    let mut plan = NewCustomField::new("Plan", CustomFieldType::Select);
    plan.options = vec!["silver".to_owned(), "gold".to_owned()];
    let plan = called.send(admin.create_custom_field(plan)).await;
    assert_eq!((plan.status(), plan.body().kind), (201, CustomFieldType::Select));
    let renamed = called.send(admin.rename_custom_field(plan.body().id, "Tariff")).await;
    assert_eq!((renamed.body().id, renamed.body().name.as_str()), (plan.body().id, "Tariff"));
    let fields = called.send(admin.list_custom_fields()).await;
    assert_eq!(fields.body().results, [renamed.into_body()]);
    called.send(admin.delete_custom_field(plan.body().id)).await;
    assert_eq!(admin.list_custom_fields().await.unwrap().body().results, []);
    admin.create_custom_field(NewCustomField::new("Size", CustomFieldType::Number)).await.unwrap();

    let wanted = NewApiKey { name: Some("reporting".to_owned()), access: Access::Read, expires_at: None };
    let created = called.send(admin.create_api_key(wanted)).await;
    assert!(
        !format!("{created:?}").contains(created.body().key.reveal()),
        "`Debug` must not contain the key"
    );
    let reporting = client_of(&company.with_key(created.body().key.reveal()));
    let whoami = called.send(reporting.whoami()).await;
    let api_key = &whoami.body().api_key;
    assert_eq!((api_key.id, api_key.name.as_deref()), (created.body().listed.id, Some("reporting")));
    assert_eq!((api_key.access, api_key.expires_at), (Access::Read, None));
    assert_eq!(
        (whoami.body().company.id, whoami.body().company.country.to_string()),
        (company.id, "US".to_owned())
    );
    called.send(admin.revoke_api_key(created.body().listed.id)).await;
    let keys = called.send(admin.list_api_keys()).await;
    let listed = keys.body().results.iter().find(|key| key.id == created.body().listed.id).unwrap();
    assert!(listed.revoked_at.is_some() && listed.name.as_deref() == Some("reporting"));
}

async fn webhooks(admin: &Client, called: &mut Called) {
    // The server refuses to send to this name, because it is not public.
    let wanted = NewWebhook::new("https://localhost/contacts");
    let created = called.send(admin.create_webhook(wanted)).await;
    let (id, secret) = (created.body().webhook.id, created.body().secret.reveal());
    assert!(!format!("{created:?}").contains(&secret), "`Debug` must not contain the secret");
    let update = WebhookUpdate { active: Some(false), ..WebhookUpdate::default() };
    assert!(!called.send(admin.update_webhook(id, update)).await.body().active);
    assert_ne!(called.send(admin.rotate_webhook_secret(id)).await.body().secret.reveal(), secret);
    let replayed = called.send(admin.replay_webhook(id, WebhookReplay { from: 1 })).await;
    assert!(replayed.body().from == 1 && replayed.body().count > 0, "{replayed:?}");
    for attempt in [
        called.send(admin.test_webhook(id)).await,
        called.send(admin.resend_webhook_change(id, WebhookResend { sequence: 1 })).await,
    ] {
        let error = attempt.body().error.as_deref().unwrap_or_default();
        assert!(error.contains("no public address"), "{attempt:?}");
    }
    assert_eq!(called.send(admin.list_webhook_attempts(id)).await.body().results.len(), 1);
    assert_eq!(called.send(admin.list_webhooks()).await.body().results.len(), 1);
    called.send(admin.delete_webhook(id)).await;
}

async fn a_contact(client: &Client, called: &mut Called) -> ContactId {
    let jane = ContactCreate::new().full_name("jane doe").phone_number("(415) 555-2671").tags(["lead"]);
    let created = called.send(client.create_contact(jane.clone())).await;
    assert!(matches!(created.body(), CreatedOrUpdated::Created(_)) && created.status() == 201);
    let id = created.body().id();
    assert_eq!(client.create_contact(jane).await.unwrap().into_body(), CreatedOrUpdated::Updated(id));

    let update = ContactUpdate::new().notes("Called today").custom_field("Size", 7).unwrap();
    let updated = called.send(client.update_contact(id, update).include(Include::CUSTOM_FIELDS)).await;
    assert_eq!(
        (updated.body().name.as_deref(), updated.body().notes.as_deref()),
        (Some("Jane Doe"), Some("Called today"))
    );
    assert_eq!(updated.body().custom_fields.value().unwrap()["Size"].as_str(), "7");

    let read = called.send(client.get_contact(id).include(Include::CUSTOM_FIELDS)).await;
    assert_eq!(read.body().contact, updated.into_body());
    let listed = called.send(client.list_contacts(Filters::new().tag("lead"))).await;
    assert_eq!(listed.body().results.iter().map(|contact| contact.id).collect::<Vec<_>>(), [id]);

    let tagged = called.send(client.add_tags(id, ["vip", "a/b c?%\t\nü"])).await;
    assert_eq!(tagged.body().tags, ["lead", "vip", "a/b c?%\t\nü"]);
    let tags = called.send(client.list_tags()).await.into_body().into_entries();
    assert_eq!(tags.iter().map(|tag| tag.tag.as_str()).collect::<Vec<_>>(), ["a/b c?%\t\nü", "lead", "vip"]);
    assert_eq!(called.send(client.remove_tag(id, "a/b c?%\t\nü")).await.body().tags, ["lead", "vip"]);

    assert_eq!(client.rename_tag("vip", "gold").dry_run().await.unwrap().body().changed, 1);
    let renamed = called.send(client.rename_tag("vip", "a/b c?%")).await;
    assert_eq!((renamed.body().tag.as_str(), renamed.body().changed), ("a/b c?%", 1));
    assert_eq!(client.rename_tag("a/b c?%", "vip").await.unwrap().body().changed, 1);

    let tried = client.delete_contact(id).dry_run().contact().await.unwrap();
    assert_eq!(tried.body().tags, ["lead", "vip"]);
    called.send(client.delete_contact(id)).await;
    assert_eq!(client.get_contact(id).await.unwrap_err().status(), Some(404));
    let deleted = client.list_contacts(Filters::new()).deleted().await.unwrap();
    assert_eq!(deleted.body().results.iter().map(|contact| contact.id).collect::<Vec<_>>(), [id]);
    assert!(deleted.body().results[0].deleted_at.value().is_some());
    let restored = called.send(client.restore_contact(id).receipt()).await;
    assert_eq!((restored.body().contact.id, restored.body().contact.tags.len()), (id, 2));

    let other =
        client.create_contact(ContactCreate::new().email("other@example.com").tags(["other"])).await.unwrap();
    let other = other.body().id();
    let duplicates = called.send(client.list_duplicates([])).await;
    assert_eq!(duplicates.body().results, []);
    let merged = called.send(client.merge_contacts(id, ContactMerge::new(other))).await;
    assert_eq!(merged.body().tags, ["lead", "vip", "other"]);
    let gone = client.get_contact(other).await.unwrap_err();
    assert_eq!(gone.problem_type(), Some(ProblemType::ContactMerged));
    id
}

async fn threads_and_agents(client: &Client, contact: ContactId, called: &mut Called) {
    let desk = called.send(client.create_agent(NewAgent::new("Front desk"))).await;
    let thread = NewThread::new(desk.body().id, "call", "completed", "inbound");
    let recorded = called.send(client.record_thread(contact, thread)).await;
    assert_eq!((recorded.body().agent_id, recorded.body().kind.as_str()), (desk.body().id, "call"));
    let threads = called.send(client.list_threads(contact)).await;
    let history = called.send(client.list_history(contact)).await;
    let newest = &history.body().results[0];
    assert_eq!((newest.contact_id, newest.action), (Some(contact), ChangeAction::Updated));
    let feed = called.send(client.read_changes(&ChangeQuery { limit: 200, ..ChangeQuery::default() })).await;
    let last = feed.body().results.last().unwrap();
    assert_eq!(last, newest);
    let verified = called.send(client.verify_changes(Some(last.sequence))).await;
    assert_eq!(verified.body().hash, last.hash);
    let selection = RevertChanges { sequence: Some(newest.sequence), ..RevertChanges::default() };
    let undone = called.send(client.revert_changes(selection)).await;
    assert_eq!(undone.body().results[0].left[0].reason.as_str(), "not_revertible");
    let missed = NewThread::new(desk.body().id, "call", "missed", "inbound");
    let tried = client.record_thread(contact, missed).dry_run().receipt().await.unwrap();
    assert_eq!(
        (tried.body().thread.status.as_str(), tried.body().receipt.action),
        ("missed", Action::Updated)
    );
    assert_eq!(threads.body().results, [recorded.into_body()]);
    called.send(client.set_active_agent(contact, desk.body().id)).await;
    let read = client.get_contact(contact).await.unwrap();
    assert_eq!(read.body().active_chat_agent.as_ref().map(|agent| agent.id), Some(desk.body().id));
    assert_eq!(read.body().recent_activity, threads.into_body().results);
    client.set_active_agent(contact, None).await.unwrap();

    let inactive = called.send(client.update_agent(desk.body().id, AgentUpdate::new().active(false))).await;
    assert!(!inactive.body().active);
    let spare = client.create_agent(NewAgent::new("Spare")).await.unwrap().body().id;
    called.send(client.delete_agent(spare)).await;
    let agents = called.send(client.list_agents()).await;
    assert_eq!(agents.body().results.iter().map(|agent| agent.id).collect::<Vec<_>>(), [desk.body().id]);
}

async fn batches(client: &Client, called: &mut Called) {
    let gone = ContactId(uuid::Uuid::nil());
    let items = [
        BatchItem::upsert(ContactCreate::new().email("Max@Example.com")),
        BatchItem::upsert(ContactCreate::new().email("max@example.com").notes("again")),
        BatchItem::update(gone, ContactUpdate::new().notes("no one's")),
    ];
    let response = called.send(client.write_batch(items)).await;
    assert_eq!(response.body().results.iter().map(|item| item.status).collect::<Vec<_>>(), [201, 200, 404]);
    let max = response.body().results[0].id.unwrap();
    assert_eq!(response.body().results[1].id, Some(max));
    let receipt = client.update_contact(max, ContactUpdate::new().notes("again")).receipt().await.unwrap();
    assert_eq!(receipt.body().receipt.action, Action::Unchanged);
    let tried = client.write_batch([BatchItem::delete(max)]).dry_run().contacts().await.unwrap();
    let shown = tried.body().results[0].contact.as_ref().unwrap();
    assert_eq!((tried.body().results[0].status, shown.notes.as_deref()), (200, Some("again")));
    let deleted = client.write_batch([BatchItem::delete(max)]).atomic().receipt().await.unwrap();
    assert_eq!(deleted.body().results[0].receipt.as_ref().unwrap().action, Action::Deleted);
}
