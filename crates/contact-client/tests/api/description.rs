//! Compares the requests of the client with the API description: the method, the path and the parameters of every
//! operation.

use std::collections::BTreeMap;
use std::time::Duration;

use contact_client::model::batch::BatchItem;
use contact_client::model::changes::{ChangeAction, ChangeFilter, ChangeQuery, FeedPosition};
use contact_client::model::custom_field::NewCustomField;
use contact_client::model::list::{DuplicateReason, Filters, SortKey};
use contact_client::model::{
    AgentId, AgentUpdate, ApiKeyId, ContactId, CustomFieldId, CustomFieldType, LeadSource, MatchPolicy,
    NewAgent, NewApiKey, NewThread, NewWebhook, RevertChanges, Timestamp, WebhookId, WebhookReplay,
    WebhookResend, WebhookUpdate,
};
use contact_client::operation::Operation;
use contact_client::{Call, Client, ContactCreate, ContactMerge, ContactUpdate, ETag, FromResponse, Include};
use contact_testing::{DescribedOperation, Received, ScriptedServer, described_operations, respond};

/// The last request that was sent for each operation.
struct Recorder {
    server: ScriptedServer,
    sent: BTreeMap<&'static str, Received>,
}

impl Recorder {
    async fn send<O: Operation, A: FromResponse>(&mut self, call: Call<O, A>) {
        let error = call.await.map(|_| ()).unwrap_err();
        assert_eq!(error.status(), Some(418), "{error:?}");
        let sent = self.server.received().pop().unwrap();
        self.sent.insert(O::ID, sent);
    }
}

#[tokio::test]
async fn every_operation_can_send_every_described_parameter() {
    let server = ScriptedServer::start([respond(418, "", "")]).await;
    let client = Client::builder(&server.url, "key").build().unwrap();
    let client = client.with_operation_id("import/7".parse().unwrap());
    let mut recorder = Recorder { server, sent: BTreeMap::new() };
    send_everything(&client, &mut recorder).await;

    for operation in described_operations() {
        let sent = recorder.sent.remove(operation.id.as_str());
        let sent = sent.unwrap_or_else(|| panic!("{} was not called", operation.id));
        operation.assert_sent(sent.method.as_str(), &sent.url, &sent.headers);
    }
    assert!(recorder.sent.is_empty(), "operations that are not described: {:?}", recorder.sent.keys());
}

async fn send_everything(client: &Client, recorder: &mut Recorder) {
    let nil: uuid::Uuid = DescribedOperation::ID.parse().unwrap();
    let (contact, agent) = (ContactId(nil), AgentId(nil));
    let tag: ETag = "\"a\"".parse().unwrap();
    let all = Include::ALL;
    let time: Timestamp = "2026-01-31T09:00:00Z".parse().unwrap();

    let filters = Filters::new()
        .email("jane@example.com")
        .phone("+14155552671")
        .tag("vip")
        .lead_source(LeadSource::Api)
        .is_dnd(false)
        .has_phone(true)
        .created_after(time)
        .created_before(time)
        .updated_after(time)
        .updated_before(time)
        .custom_field("Plan", "gold");
    let list = client.list_contacts(filters).search("jan").sort(SortKey::Name).count().deleted();
    let list = list.include(all);
    recorder.send(list.page_size(10).cursor("c")).await;
    let create = client.create_contact(ContactCreate::new()).include(all).matching(MatchPolicy::Email);
    recorder.send(create.strict().contact()).await;
    recorder.send(client.get_contact(contact).with_phone_number().include(all).if_none_match(&tag)).await;
    let update = client.update_contact(contact, ContactUpdate::new()).include(all).if_match(&tag);
    recorder.send(update.strict().receipt()).await;
    recorder.send(client.delete_contact(contact).include(all).dry_run().erase().if_match(&tag)).await;
    recorder.send(client.restore_contact(contact).include(all).if_match(&tag).receipt()).await;
    recorder.send(client.list_duplicates([DuplicateReason::Phone]).page_size(10).cursor("c")).await;
    let merge = ContactMerge::new(contact).preferring("email");
    recorder.send(client.merge_contacts(contact, merge).include(all).if_match(&tag).strict().receipt()).await;
    let batch = client.write_batch([BatchItem::delete(contact)]).include(all).atomic();
    recorder.send(batch.matching(MatchPolicy::Reject).strict()).await;
    recorder.send(client.set_active_agent(contact, agent).include(all).if_match(&tag).strict()).await;
    recorder.send(client.list_threads(contact).page_size(10).cursor("c")).await;
    recorder.send(client.list_history(contact).page_size(10).cursor("c")).await;
    let query = ChangeQuery {
        after: Some(FeedPosition::Latest),
        limit: 10,
        filter: ChangeFilter { actions: vec![ChangeAction::Created], fields: vec!["name".to_owned()] },
        include_contact: true,
        wait: Duration::from_secs(1),
    };
    recorder.send(client.read_changes(&query)).await;
    recorder.send(client.verify_changes(Some(7))).await;
    let selection = RevertChanges { sequence: Some(1), ..RevertChanges::default() };
    recorder.send(client.revert_changes(selection).strict()).await;
    let thread = NewThread::new(agent, "call", "missed", "inbound");
    recorder.send(client.record_thread(contact, thread).include(all).if_match(&tag).strict()).await;
    recorder.send(client.add_tags(contact, ["vip"]).include(all).if_match(&tag).strict()).await;
    recorder
        .send(client.remove_tag(contact, DescribedOperation::TAG).include(all).if_match(&tag).receipt())
        .await;
    recorder.send(client.rename_tag(DescribedOperation::TAG, "lead").strict()).await;
    recorder.send(client.list_tags().page_size(10).cursor("c")).await;
    recorder.send(client.list_agents().page_size(10).cursor("c")).await;
    recorder.send(client.create_agent(NewAgent::new("Front desk")).strict()).await;
    recorder.send(client.update_agent(agent, AgentUpdate::default()).strict()).await;
    recorder.send(client.delete_agent(agent).dry_run()).await;
    recorder.send(client.list_custom_fields()).await;
    let field = NewCustomField::new("Plan", CustomFieldType::Any);
    recorder.send(client.create_custom_field(field).strict()).await;
    recorder.send(client.rename_custom_field(CustomFieldId(nil), "Tariff").strict()).await;
    recorder.send(client.delete_custom_field(CustomFieldId(nil)).dry_run()).await;
    recorder.send(client.list_api_keys().page_size(10).cursor("c")).await;
    recorder.send(client.create_api_key(NewApiKey::default()).strict()).await;
    recorder.send(client.revoke_api_key(ApiKeyId(nil)).dry_run()).await;
    let webhook = WebhookId(nil);
    recorder.send(client.list_webhooks().page_size(10).cursor("c")).await;
    recorder.send(client.create_webhook(NewWebhook::new("https://example.com")).strict()).await;
    recorder.send(client.update_webhook(webhook, WebhookUpdate::default()).strict()).await;
    recorder.send(client.delete_webhook(webhook).dry_run()).await;
    recorder.send(client.rotate_webhook_secret(webhook).dry_run()).await;
    recorder.send(client.replay_webhook(webhook, WebhookReplay { from: 1 }).strict()).await;
    recorder.send(client.resend_webhook_change(webhook, WebhookResend { sequence: 1 }).strict()).await;
    recorder.send(client.test_webhook(webhook).dry_run()).await;
    recorder.send(client.list_webhook_attempts(webhook)).await;
    recorder.send(client.whoami()).await;
}
