//! Responses are read as they were written by a server, also by a newer one with further keys.

use std::fmt::Debug;

use contact_model::changes::{
    Change, ChangeAction, ChangeCursor, ChangeEntry, ChangeFeed, ChangeHash, ChangeKey, ContactHistory,
};
use contact_model::custom_field::NewCustomField;
use contact_model::receipt::{Action, Alteration, Receipt};
use contact_model::webhooks::{SetAsideChange, WebhookOutcome, WebhookSecret};
use contact_model::{
    Access, ActiveChatAgent, Agent, AgentList, AgentThread, ApiKey, ApiKeyList, BatchAnswer, Contact,
    ContactDetail, ContactList, ContactReceipt, CreatedApiKey, CustomField, CustomFieldList, Included,
    ItemAnswer, ItemProblem, ListedApiKey, MatchedBy, NewThread, Problem, ProblemType, ThreadList,
    ThreadReceipt, Violation, ViolationCode,
};
use contact_model::{
    CreatedWebhook, RotatedWebhookSecret, TagCount, TagList, Webhook, WebhookAttempt, WebhookAttemptList,
    WebhookList, WebhookReplayed,
};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::parts::{field, id, json, source, tags, text, thread, time};

pub(crate) fn contact() -> BoxedStrategy<Contact> {
    let texts = (of(text()), of(text()), of(text()), of(text()), of(text()), of(text()));
    let extras = (of(of(text())), of(of(text())), of(btree_map(text(), json(), 0..3)), of(time()));
    (id(), texts, tags(), source(), any::<bool>(), (of(time()), of(time())), extras)
        .prop_map(|(id, texts, tags, lead_source, is_dnd, (last_activity, created_at), extras)| {
            let (name, email, phone, business_name, notes, profile_picture_url) = texts;
            let (first_name, last_name, custom_fields, updated_at) = extras;
            Contact {
                id,
                name,
                email,
                phone,
                business_name,
                notes,
                tags,
                lead_source,
                is_dnd,
                profile_picture_url,
                last_activity,
                created_at,
                first_name: extra(first_name),
                last_name: extra(last_name),
                custom_fields: extra(custom_fields),
                deleted_at: extra(updated_at),
                updated_at: extra(updated_at),
            }
        })
        .boxed()
}

fn extra<T>(value: Option<T>) -> Included<T> {
    value.map_or(Included::Absent, Included::Present)
}

fn recorded() -> BoxedStrategy<AgentThread> {
    (id(), text(), thread(), time())
        .prop_map(|(id, agent_name, thread, created_at)| {
            let NewThread { agent_id, kind, status, direction, duration, .. } = thread;
            AgentThread { id, agent_name, agent_id, kind, status, direction, duration, created_at }
        })
        .boxed()
}

fn detail() -> BoxedStrategy<ContactDetail> {
    let agent =
        (id(), text(), any::<bool>()).prop_map(|(id, name, active)| ActiveChatAgent { id, name, active });
    (contact(), of(agent), vec(recorded(), 0..3))
        .prop_map(|(contact, active_chat_agent, recent_activity)| ContactDetail {
            contact,
            active_chat_agent,
            recent_activity,
        })
        .boxed()
}

fn receipt() -> BoxedStrategy<ContactReceipt> {
    let actions = [Action::Created, Action::Updated, Action::Unchanged, Action::Deleted];
    let action = prop::sample::select([actions.as_slice(), &[Action::Restored, Action::Erased]].concat());
    let matched = of(prop::sample::select(vec![MatchedBy::Phone, MatchedBy::Email]));
    let changed =
        btree_map(text(), (json(), json()).prop_map(|(before, after)| Change { before, after }), 0..3);
    let altered =
        || btree_map(text(), (json(), json()).prop_map(|(sent, stored)| Alteration { sent, stored }), 0..3);
    let parts = (action, matched, changed, altered(), altered(), tags(), tags());
    (contact(), parts)
        .prop_map(|(contact, parts)| {
            let (action, matched_by, changed, normalised, coerced, ignored, repeated) = parts;
            let receipt = Receipt { action, matched_by, changed, normalised, coerced, ignored, repeated };
            ContactReceipt { contact, receipt }
        })
        .boxed()
}

fn violation() -> impl Strategy<Value = Violation> {
    let codes = vec![ViolationCode::WrongType, ViolationCode::TooLong, ViolationCode::Collides];
    (text(), prop::sample::select(codes), text(), of(id()))
        .prop_map(|(pointer, code, detail, contact_id)| Violation { pointer, code, detail, contact_id })
}

fn problem() -> impl Strategy<Value = Problem> {
    (prop::sample::select(ProblemType::ALL.to_vec()), text(), text(), vec(violation(), 0..3)).prop_map(
        |(kind, detail, request_id, errors)| Problem { errors, ..Problem::new(kind, detail, request_id) },
    )
}

fn batch_answer() -> BoxedStrategy<BatchAnswer> {
    let problem = problem().prop_map(|problem| {
        let kind = problem.problem_type().unwrap();
        ItemProblem::new(kind, problem.detail, problem.errors)
    });
    let item = (any::<u16>(), of(id()), of(problem), tags(), tags(), of(receipt()), of(text())).prop_map(
        |(status, id, problem, ignored, replaced, shown, etag)| {
            let (contact, receipt) = shown.map(|shown| (shown.contact.into(), shown.receipt.into())).unzip();
            ItemAnswer { status, id, problem, ignored, replaced, contact, etag, receipt }
        },
    );
    vec(item, 0..4).prop_map(|results| BatchAnswer { results }).boxed()
}

fn listed_key() -> BoxedStrategy<ListedApiKey> {
    let times = (time(), of(time()), of(time()), of(time()));
    (id(), of(text()), text(), prop::sample::select(Access::ALL.to_vec()), times)
        .prop_map(|(id, name, hint, access, (created_at, expires_at, revoked_at, last_used_at))| {
            ListedApiKey { id, name, hint, access, created_at, expires_at, revoked_at, last_used_at }
        })
        .boxed()
}

/// The objects whose keys are not defined by the API.
const OBJECTS_WITH_CUSTOM_KEYS: [&str; 4] = ["custom_fields", "changed", "normalised", "coerced"];

/// Adds a key to every object of the API, as a newer server may.
fn with_unknown_key(value: Value) -> Value {
    match value {
        Value::Object(keys) => {
            let keys = keys.into_iter().map(|(key, value)| {
                let value = if OBJECTS_WITH_CUSTOM_KEYS.contains(&key.as_str()) {
                    value
                } else {
                    with_unknown_key(value)
                };
                (key, value)
            });
            let further = ("of_a_newer_server".to_owned(), serde_json::json!({ "a": [null] }));
            Value::Object(keys.chain([further]).collect())
        }
        Value::Array(values) => Value::Array(values.into_iter().map(with_unknown_key).collect()),
        plain => plain,
    }
}

/// Checks that a value survives a round trip, also with the further keys of a newer server.
fn assert_round_trip<T: Serialize + DeserializeOwned + PartialEq + Debug>(
    value: &T,
) -> Result<(), TestCaseError> {
    let text = serde_json::to_string(value).unwrap();
    prop_assert_eq!(&serde_json::from_str::<T>(&text).unwrap(), value);
    // JSON values whose numbers are only represented by text are compared without them.
    if let Ok(plain) = serde_json::from_str::<Value>(&text) {
        let older: T = serde_json::from_str(&plain.to_string()).unwrap();
        let with_unknown_key: T = serde_json::from_str(&with_unknown_key(plain).to_string()).unwrap();
        prop_assert_eq!(with_unknown_key, older);
    }
    Ok(())
}

proptest! {
    #[test]
    fn a_contact_survives_a_round_trip(detail in detail(), receipt in receipt(), thread in recorded()) {
        assert_round_trip(&detail.contact)?;
        assert_round_trip(&detail)?;
        assert_round_trip(&receipt)?;
        let ContactReceipt { contact, receipt } = receipt;
        assert_round_trip(&ThreadReceipt { contact, thread, receipt })?;
    }

    #[test]
    fn a_page_survives_a_round_trip(
        contacts in vec(contact(), 0..3),
        threads in vec(recorded(), 0..3),
        tags in vec((text(), any::<u64>()), 0..3),
        (next, count, count_exact) in (of(text()), of(any::<u64>()), of(any::<bool>())),
    ) {
        assert_round_trip(&ContactList {
            results: contacts,
            next: next.clone(),
            next_cursor: next.clone(),
            previous: None,
            count,
            count_exact,
        })?;
        assert_round_trip(&ThreadList { results: threads, next: next.clone(), next_cursor: next.clone() })?;
        let results = tags.into_iter().map(|(tag, contacts)| TagCount { tag, contacts }).collect();
        assert_round_trip(&TagList { results, next: next.clone(), next_cursor: next })?;
    }

    #[test]
    fn a_history_survives_a_round_trip(
        (sequence, action, at) in (any::<i64>(), prop::sample::select(ChangeAction::ALL.to_vec()), time()),
        (contact_id, key, request_id, next) in (of(id()), of((id(), of(text()))), of(text()), of(text())),
        changed in btree_map(text(), (json(), json()), 0..3),
        (operation_id, hash) in (of(text()), any::<[u8; 32]>()),
        (more, contact) in (any::<bool>(), of(contact().prop_map(Box::new))),
    ) {
        let change = |(name, (before, after))| (name, Change { before, after });
        let entry = ChangeEntry {
            sequence,
            contact_id,
            action,
            at,
            key: key.map(|(id, name)| ChangeKey { id, name }),
            request_id,
            operation_id,
            changed: changed.into_iter().map(change).collect(),
            hash: ChangeHash(hash),
            contact,
        };
        let results = vec![entry];
        let cursor = ChangeCursor::after(&results[0]);
        assert_round_trip(&ChangeFeed { results: results.clone(), cursor, more })?;
        assert_round_trip(&ContactHistory { results, next: next.clone(), next_cursor: next })?;
    }

    #[test]
    fn a_problem_survives_a_round_trip(problem in problem(), batch in batch_answer()) {
        assert_round_trip(&problem)?;
        assert_round_trip(&batch)?;
    }

    #[test]
    fn company_responses_survive_a_round_trip(
        agents in vec((id(), text(), any::<bool>(), time()), 0..3),
        fields in vec((id(), field(), time()), 0..3),
        keys in vec(listed_key(), 1..3),
        (bits, next) in (any::<u128>(), of(text())),
    ) {
        let agent = |(id, name, active, created_at)| Agent { id, name, active, created_at };
        let agents = agents.into_iter().map(agent).collect();
        assert_round_trip(&AgentList { results: agents, next: next.clone(), next_cursor: next.clone() })?;
        let field = |(id, NewCustomField { name, kind, options }, created_at)| {
            CustomField { id, name, kind, options, created_at }
        };
        assert_round_trip(&CustomFieldList { results: fields.into_iter().map(field).collect() })?;
        assert_round_trip(&CreatedApiKey { listed: keys[0].clone(), key: ApiKey::from_random(bits) })?;
        assert_round_trip(&ApiKeyList { results: keys, next: next.clone(), next_cursor: next })?;
    }

    #[test]
    fn webhook_responses_survive_a_round_trip(
        ids in (id(), any::<[u8; 32]>()),
        texts in (text(), of(text()), of(vec(text(), 0..3))),
        times in (time(), of(time()), of(time()), of(time()), of(time())),
        numbers in (any::<i64>(), any::<u32>(), any::<bool>(), of(100_u16..1000), of(any::<i64>())),
        actions in of(vec(prop::sample::select(ChangeAction::ALL.to_vec()), 0..4)),
        outcome in prop::sample::select(WebhookOutcome::ALL.to_vec()),
    ) {
        let (id, secret) = (ids.0, WebhookSecret::from_random(ids.1));
        let (url, error, fields) = texts;
        let (created_at, failing_since, next_attempt_at, disabled_at, previous_secret_until) = times;
        let (sequence, failures, active, status, of_change) = numbers;
        let attempt = WebhookAttempt {
            at: created_at, sequence: of_change, outcome, status, error: error.clone(), duration_ms: failures,
        };
        assert_round_trip(&WebhookAttemptList {
            results: vec![attempt],
            set_aside: vec![SetAsideChange { sequence, at: created_at }],
        })?;
        let webhook = Webhook {
            id, url, actions, fields, active, created_at, sequence, failures, failing_since, next_attempt_at,
            disabled_at, disabled_reason: error.clone(), previous_secret_until,
        };
        assert_round_trip(&CreatedWebhook { webhook: webhook.clone(), secret })?;
        assert_round_trip(&RotatedWebhookSecret { id, secret, previous_secret_until: created_at })?;
        assert_round_trip(&WebhookReplayed { from: sequence, count: sequence })?;
        assert_round_trip(&WebhookList { results: vec![webhook], next: error.clone(), next_cursor: error })?;
    }
}
