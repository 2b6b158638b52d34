//! Requests are read as they were written by a client.

use std::fmt::Debug;

use contact_model::batch::BatchBody;
use contact_model::entity_tag::RowVersion;
use contact_model::{
    Access, ActiveAgentChoice, AgentUpdate, Batch, BatchItem, ChangeAction, ContactCreate, ContactFields,
    ContactInsert, ContactState, ContactUpdate, ContactUpsert, CustomFieldPatch, CustomFieldRename, Handling,
    NewAgent, NewApiKey, NewTags, NewWebhook, Patch, Precondition, RequestBody, SentBody, WebhookReplay,
    WebhookResend, WebhookUpdate,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde::Serialize;

use crate::parts::{field, id, json, label, source, tags, text, thread, time};

fn patch() -> impl Strategy<Value = Patch<String>> {
    prop_oneof![Just(Patch::Keep), Just(Patch::Clear), text().prop_map(Patch::Set)]
}

fn custom_fields() -> impl Strategy<Value = CustomFieldPatch> {
    btree_map(text(), of(json()), 0..4).prop_map(CustomFieldPatch)
}

fn create() -> BoxedStrategy<ContactCreate> {
    (
        (patch(), patch(), patch(), patch(), patch(), patch(), patch()),
        (of(tags()), of(any::<bool>()), of(source()), of(custom_fields())),
    )
        .prop_map(|(texts, others)| {
            let (full_name, first_name, last_name, email, phone_number, business_name, notes) = texts;
            let (tags, is_dnd, lead_source, custom_fields) = others;
            let fields = ContactFields {
                full_name,
                first_name,
                last_name,
                email,
                phone_number,
                business_name,
                notes,
                tags,
                is_dnd,
                lead_source,
                custom_fields,
            };
            ContactCreate { fields }
        })
        .boxed()
}

/// Generates updates that replace the tags, add and remove tags, or do not change them.
fn update() -> BoxedStrategy<ContactUpdate> {
    let changes = (of(vec("[a-d]", 0..3)), of(vec("[e-h]", 0..3)));
    (create(), changes)
        .prop_map(|(create, (add_tags, remove_tags))| {
            let update = ContactUpdate::from(create);
            if update.fields.tags.is_some() {
                update
            } else {
                ContactUpdate { add_tags, remove_tags, ..update }
            }
        })
        .boxed()
}

fn insert() -> BoxedStrategy<ContactInsert> {
    let texts =
        (of(text()), of(text()), of(text()), of(text()), of(text()), of(text()), of(text()), of(text()));
    let times = (of(time()), of(time()), of(time()));
    (of(id()), texts, tags(), source(), any::<bool>(), times, of(custom_fields()))
        .prop_map(|(id, texts, tags, lead_source, is_dnd, times, custom_fields)| {
            let (name, first_name, last_name, email, phone, business_name, notes, profile_picture_url) =
                texts;
            let (last_activity, created_at, updated_at) = times;
            let state = ContactState {
                name,
                first_name,
                last_name,
                email,
                phone,
                business_name,
                notes,
                tags,
                lead_source,
                is_dnd,
            };
            ContactInsert {
                id,
                state,
                profile_picture_url,
                last_activity,
                created_at,
                updated_at,
                custom_fields,
            }
        })
        .boxed()
}

fn item() -> BoxedStrategy<BatchItem> {
    let upsert =
        (create(), of(create()), any::<bool>()).prop_map(|(create, on_create, keep_fuller_phone)| {
            ContactUpsert { create, on_create, keep_fuller_phone }
        });
    let item = prop_oneof![
        upsert.prop_map(BatchItem::upsert),
        (id(), update()).prop_map(|(id, update)| BatchItem::update(id, update)),
        id().prop_map(BatchItem::delete),
        insert().prop_map(BatchItem::insert),
    ];
    let row = (id(), 0..i64::MAX).prop_map(|(contact, version)| RowVersion { contact, version });
    let precondition =
        prop_oneof![Just(Precondition::Exists), vec(row, 0..3).prop_map(Precondition::IsOneOf)];
    (item, of(precondition)).prop_map(|(item, if_match)| BatchItem { if_match, ..item }).boxed()
}

/// Serializes a request and reads it again with strict handling.
pub(crate) fn round_trip<T: Serialize, B: RequestBody>(value: &T) -> B {
    let bytes = serde_json::to_vec(value).unwrap();
    let read = B::from_json(SentBody { bytes: &bytes, handling: Handling::Strict });
    read.unwrap_or_else(|error| panic!("{error:?}: {}", String::from_utf8_lossy(&bytes))).value
}

fn assert_unchanged<B: RequestBody + Serialize + PartialEq + Debug>(body: &B) {
    assert_eq!(round_trip::<_, B>(body), *body);
}

proptest! {
    #[test]
    fn contact_requests_survive_a_round_trip(create in create(), update in update()) {
        assert_unchanged(&create);
        assert_unchanged(&update);
    }

    #[test]
    fn a_batch_survives_a_round_trip(items in vec(item(), 1..6)) {
        let batch = round_trip::<_, Batch>(&BatchBody { items: &items });
        let read: Vec<_> = batch.items.into_iter().map(|item| item.unwrap().value).collect();
        prop_assert_eq!(read, items);
    }

    #[test]
    fn agent_and_thread_requests_survive_a_round_trip(
        (name, active) in (label(), any::<bool>()),
        update in (of(label()), of(any::<bool>())).prop_map(|(name, active)| AgentUpdate { name, active }),
        choice in of(id()).prop_map(|agent_id| ActiveAgentChoice { agent_id }),
        thread in thread(),
    ) {
        let agent = NewAgent { name, active };
        assert_unchanged(&agent);
        assert_unchanged(&update);
        assert_unchanged(&choice);
        assert_unchanged(&thread);
    }

    #[test]
    fn company_requests_survive_a_round_trip(
        tags in tags().prop_map(|tags| NewTags { tags }),
        field in field(),
        name in label(),
        key in (of(label()), prop::sample::select(Access::ALL.to_vec()), of(time())),
    ) {
        assert_unchanged(&tags);
        assert_unchanged(&field);
        let rename = CustomFieldRename { name };
        assert_unchanged(&rename);
        let (name, access, expires_at) = key;
        let key = NewApiKey { name, access, expires_at };
        assert_unchanged(&key);
    }

    #[test]
    fn webhook_requests_survive_a_round_trip(
        actions in vec(prop::sample::select(ChangeAction::ALL.to_vec()), 1..4),
        lists in (any::<bool>(), any::<bool>()),
        active in of(any::<bool>()),
        number in 1..i64::MAX,
    ) {
        let url = "https://example.com/contacts".to_owned();
        let fields = vec!["email".to_owned(), "custom_fields.Plan".to_owned()];
        let all = (lists.0.then(|| actions.clone()), lists.1.then(|| fields.clone()));
        let new = NewWebhook { url: url.clone(), actions: all.0, fields: all.1, active: active.unwrap_or_default() };
        assert_unchanged(&new);
        let actions = if lists.0 { Patch::Set(actions) } else { Patch::Clear };
        let fields = if lists.1 { Patch::Set(fields) } else { Patch::Keep };
        assert_unchanged(&WebhookUpdate { url: lists.0.then_some(url), actions, fields, active });
        assert_unchanged(&WebhookReplay { from: number });
        assert_unchanged(&WebhookResend { sequence: number });
    }
}
