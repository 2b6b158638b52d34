//! Properties of undoing changes.

#![allow(clippy::unwrap_used, reason = "a panic fails the test")]

#[expect(dead_code, reason = "only states are needed")]
mod strategies;

use std::collections::BTreeMap;

use contact_model::ContactState;
use contact_model::changes::revert::{CurrentContact, LeftReason, NetChange, Presence, set_field};
use contact_model::changes::{ChangeAction, ComparedContact, FieldChanges};
use proptest::prelude::*;

fn changes(before: Option<&ContactState>, after: &ContactState) -> FieldChanges {
    let custom_fields = BTreeMap::new();
    let compared = |state| ComparedContact {
        state,
        active_agent_id: None,
        last_activity: None,
        merged_into: None,
        merged_from: None,
        profile_picture_url: None,
        created_at: None,
        updated_at: None,
        custom_fields: &custom_fields,
    };
    compared(after).changes_since(before.map(compared))
}

fn current(state: &ContactState) -> CurrentContact {
    CurrentContact::new(Presence::Present, changes(None, state))
}

/// Returns what the selected changes between the states did together.
fn net(states: &[ContactState], is_selected: impl Fn(usize) -> bool) -> NetChange {
    let mut net = NetChange::default();
    for (_, pair) in states.windows(2).enumerate().rev().filter(|(number, _)| is_selected(*number)) {
        net.add_earlier(ChangeAction::Updated, changes(Some(&pair[0]), &pair[1]));
    }
    net
}

fn undone(net: &NetChange, state: &ContactState, force: bool) -> ContactState {
    let mut undone = state.clone();
    for (field, value) in net.plan(&current(state), force).fields {
        set_field(&mut undone, &field, &value).unwrap();
    }
    undone
}

fn states() -> impl Strategy<Value = Vec<ContactState>> {
    // Few different states, so that values return.
    prop::collection::vec(strategies::state(), 1..3)
        .prop_flat_map(|few| prop::collection::vec(prop::sample::select(few), 2..8))
}

proptest! {
    #[test]
    fn undoing_the_latest_changes_returns_the_earlier_state(states in states(), from in 0_usize..8) {
        let from = from % (states.len() - 1);
        let net = net(&states, |number| number >= from);
        let latest = states.last().unwrap();
        prop_assert_eq!(&undone(&net, latest, false), &states[from]);
        prop_assert!(net.plan(&current(latest), false).left.is_empty());
    }

    #[test]
    fn a_field_is_set_back_or_left_alone(states in states(), selected in prop::collection::vec(any::<bool>(), 8)) {
        let net = net(&states, |number| selected[number]);
        let latest = states.last().unwrap();
        let plan = net.plan(&current(latest), false);
        prop_assert!(plan.left.iter().all(|left| left.reason == LeftReason::ChangedSince));
        prop_assert!(plan.left.iter().all(|left| !plan.fields.contains_key(left.field.as_ref().unwrap())));
        // Forced, the fields that were left alone are set back as well.
        let forced = net.plan(&current(latest), true);
        prop_assert!(forced.left.is_empty());
        prop_assert_eq!(forced.fields.len(), plan.fields.len() + plan.left.len());
        // A repeated request changes nothing.
        for force in [false, true] {
            let once = undone(&net, latest, force);
            prop_assert_eq!(undone(&net, &once, force), once);
        }
    }

    #[test]
    fn a_created_contact_is_deleted_only_if_it_is_the_same(created in strategies::state(), now in strategies::state()) {
        let mut net = NetChange::default();
        net.add_earlier(ChangeAction::Created, changes(None, &created));
        let plan = net.plan(&current(&now), false);
        prop_assert_eq!(plan.presence.is_some(), created == now);
        prop_assert_eq!(plan.left.is_empty(), created == now);
    }
}
