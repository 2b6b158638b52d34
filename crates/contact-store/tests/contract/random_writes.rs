//! Random writes.

use contact_model::MatchPolicy;
use proptest::prelude::*;
use serde_json::{Value, json};

/// A write. Contacts are identified by the order of their creation, so a contact may not exist yet or may belong to the
/// other company; then it is not found.
#[derive(Debug, Clone)]
pub(crate) enum Step {
    Upsert {
        company: usize,
        body: Value,
        policy: MatchPolicy,
    },
    Insert {
        company: usize,
        body: Value,
        is_oldest: bool,
    },
    Delete {
        company: usize,
        contact: usize,
    },
    Update {
        company: usize,
        contact: usize,
        body: Value,
    },
    SetAgent {
        company: usize,
        contact: usize,
        agent: bool,
    },
    Thread {
        company: usize,
        contact: usize,
        day: u8,
    },
    Merge {
        company: usize,
        contact: usize,
        from: usize,
        prefers_texts: bool,
    },
    Restore {
        company: usize,
        contact: usize,
    },
    Erase {
        company: usize,
        contact: usize,
    },
    /// Undoes the latest changes of a contact.
    Revert {
        company: usize,
        contact: usize,
        changes: u16,
        force: bool,
    },
}

/// Writes before and after the first company moves to Germany.
pub(crate) type Scenario = [Vec<Step>; 2];

fn one_of(choices: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop_oneof![
        8 => prop::sample::select(choices).prop_map(Value::from),
        1 => Just(Value::Null),
    ]
}

/// A body with few different phones and emails, so that writes match the same contacts.
fn body() -> impl Strategy<Value = Value> {
    let phones = &["+14155552671", "(415) 555-2671", "+4930901820", "030 901820", "call me", ""][..];
    let emails = &["a@b.c", "A@B.C", "ä@b.c", "Ä@B.C", ""][..];
    let custom = prop_oneof![
        Just(json!({ "Plan": "gold" })),
        Just(json!({ "Plan": null, "Age": 7 })),
        Just(json!({ "Age": null, "Unknown": 1 })),
        Just(json!({ "Age": "refused", "Plan": "never" })),
    ];
    let tags = prop::collection::vec(prop::sample::select(&["a", "b", "c"][..]), 0..3).prop_map(Value::from);
    let keys = (
        prop::option::weighted(0.6, one_of(phones)),
        prop::option::weighted(0.5, one_of(emails)),
        prop::option::weighted(0.3, one_of(&["ann lee", "A. Lee", "bo lee", "", "McDonald"])),
        prop::option::weighted(0.2, one_of(&["Bo", ""])),
        prop::option::weighted(0.3, one_of(&["x", "y"])),
        prop::option::weighted(0.3, tags),
        prop::option::weighted(0.3, custom),
    );
    keys.prop_map(|(phone, email, full_name, last_name, notes, tags, custom_fields)| {
        let sent = [
            ("phone_number", phone),
            ("email", email),
            ("full_name", full_name),
            ("last_name", last_name),
            ("notes", notes),
            ("tags", tags),
            ("custom_fields", custom_fields),
        ];
        sent.into_iter()
            .filter_map(|(key, value)| Some((key.to_owned(), value?)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    })
}

fn policy() -> impl Strategy<Value = MatchPolicy> {
    prop::sample::select(&[MatchPolicy::Phone, MatchPolicy::Person, MatchPolicy::Merge][..])
}

/// A body of an update. If it does not replace the tags, it may add some and remove others.
fn update_body() -> impl Strategy<Value = Value> {
    let added = prop::collection::vec(prop::sample::select(&["a", "b", "d"][..]), 0..3);
    let removed = prop::collection::vec(prop::sample::select(&["c", "e"][..]), 0..3);
    (body(), prop::option::weighted(0.4, (added, removed))).prop_map(|(mut body, changes)| {
        if let (None, Some((added, removed))) = (body.get("tags"), changes) {
            body["add_tags"] = added.into();
            body["remove_tags"] = removed.into();
        }
        body
    })
}

fn step() -> impl Strategy<Value = Step> {
    // Mostly one company, so that its contacts interact.
    let company = || prop_oneof![4 => Just(0_usize), 1 => Just(1)];
    let contact = || 0..6_usize;
    prop_oneof![
        6 => (company(), body(), policy())
            .prop_map(|(company, body, policy)| Step::Upsert { company, body, policy }),
        2 => (company(), body(), body(), policy()).prop_map(|(company, mut body, on_create, policy)| {
            body["on_create"] = on_create;
            Step::Upsert { company, body, policy }
        }),
        2 => (company(), body(), any::<bool>())
            .prop_map(|(company, body, is_oldest)| Step::Insert { company, body, is_oldest }),
        1 => (company(), contact()).prop_map(|(company, contact)| Step::Delete { company, contact }),
        5 => (company(), contact(), update_body())
            .prop_map(|(company, contact, body)| Step::Update { company, contact, body }),
        1 => (company(), contact(), any::<bool>())
            .prop_map(|(company, contact, agent)| Step::SetAgent { company, contact, agent }),
        1 => (company(), contact(), 1..9_u8)
            .prop_map(|(company, contact, day)| Step::Thread { company, contact, day }),
        3 => (company(), contact(), contact(), any::<bool>()).prop_map(|(company, contact, from, prefers_texts)| {
            Step::Merge { company, contact, from, prefers_texts }
        }),
        1 => (company(), contact()).prop_map(|(company, contact)| Step::Restore { company, contact }),
        1 => (company(), contact()).prop_map(|(company, contact)| Step::Erase { company, contact }),
    ]
}

pub(crate) fn scenario() -> impl Strategy<Value = Scenario> {
    [prop::collection::vec(step(), 2..20), prop::collection::vec(step(), 0..16)]
}

/// Returns scenarios that also undo changes.
pub(crate) fn scenario_with_reverts() -> impl Strategy<Value = Scenario> {
    let revert = (0..6_usize, 1..4_u16, any::<bool>());
    let revert =
        revert.prop_map(|(contact, changes, force)| Step::Revert { company: 0, contact, changes, force });
    let step = prop_oneof![3 => step(), 1 => revert].boxed();
    [prop::collection::vec(step.clone(), 6..30), prop::collection::vec(step, 0..16)]
}
