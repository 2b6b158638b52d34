//! `merge-duplicates`

use std::collections::BTreeMap;

use clap::Args;
use contact_client::model::list::{DuplicateGroup, DuplicateReason};
use contact_client::model::{OperationId, Timestamp};
use contact_client::{Client, ContactId, ContactMerge};
use serde::Serialize;

use crate::args::one_of;
use crate::args::write::new_operation_id;
use crate::confirmation::ConfirmationArgs;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::list_printer::ListPrinter;
use crate::output::messages;
use crate::output::record::records;

/// The number of merges that are shown before the question.
const SHOWN: usize = 20;

#[derive(Debug, Args)]
#[command(after_help = "Examples:
  contacts merge-duplicates --reason email --dry-run
  contacts merge-duplicates --reason email --yes
  contacts merge-duplicates --reason phone,email,name --dry-run --output csv")]
pub(crate) struct MergeDuplicates {
    /// What the contacts have in common: phone, email or name (with the business name); repeatable
    #[arg(long = "reason", value_name = "REASON", required = true, value_delimiter = ',', value_parser =
        one_of::<DuplicateReason>(DuplicateReason::ALL.map(DuplicateReason::as_str)))]
    reasons: Vec<DuplicateReason>,
    #[command(flatten)]
    confirmation: ConfirmationArgs,
    /// Print the plan, and merge nothing
    #[arg(long)]
    dry_run: bool,
    /// Id of the operation that the merges are part of, for `contacts undo --operation` [default: a new one]
    #[arg(long, value_name = "ID", allow_hyphen_values = true)]
    operation_id: Option<OperationId>,
}

/// The merge of a contact into another one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct PlannedMerge {
    contact_id: ContactId,
    name: Option<String>,
    from: ContactId,
    from_name: Option<String>,
    reason: DuplicateReason,
    /// Why the server refused the merge.
    problem: Option<String>,
}

records! {
    PlannedMerge, "contact_id", ["contact_id", "name", "from", "from_name", "reason", "problem"],
        ["contact_id", "name", "from", "from_name", "reason", "problem"];
}

impl MergeDuplicates {
    pub(super) fn run(self, context: &Context) -> Result<(), Failure> {
        let Self { confirmation, dry_run, operation_id, .. } = self;
        let mut plan = Plan::default();
        for group in context.client()?.list_duplicates(self.reasons).items().wait() {
            plan.add(group.map_err(|error| context.failure(&error))?);
        }
        let Plan { merges, incomplete, .. } = plan;
        if merges.is_empty() {
            messages::note("there are no duplicates to merge");
            return Ok(());
        }
        if !dry_run && !confirmation.is_given() {
            let lines = merges.iter().take(SHOWN).map(line).collect::<Vec<_>>();
            messages::plain(&context.printer.lines(&lines));
            if merges.len() > SHOWN {
                messages::plain(&format!("and {} more", merges.len() - SHOWN));
            }
            let question = format!("Merge {}?", contacts(merges.len()));
            confirmation.ask_because("contacts are merged only after a confirmation", &question)?;
        }
        let operation_id = operation_id.or_else(new_operation_id);
        let client = context.client()?.clone();
        let client = match &operation_id {
            Some(id) => client.with_operation_id(id.clone()),
            None => client,
        };
        let (mut list, mut refused) = (ListPrinter::new(context.printer, Vec::new()), 0);
        let count = merges.len();
        for mut planned in merges {
            if !dry_run {
                planned.problem = merge(context, &client, &planned)?;
                refused += usize::from(planned.problem.is_some());
            }
            list.add(&planned)?;
        }
        list.end()?;
        if dry_run {
            messages::note(&format!("{} would be merged; nothing was written", contacts(count)));
        } else {
            messages::note(&format!("{} merged", contacts(count - refused)));
            if let Some(id) = operation_id.filter(|_| refused < count) {
                messages::to_undo(id.as_str());
            }
        }
        if incomplete {
            messages::note(
                "some groups have more contacts than were listed: run the command again for the rest",
            );
        }
        match refused {
            0 => Ok(()),
            _ => Err(Failure::new(Exit::Refused, format!("the server refused {}", merges_of(refused)))),
        }
    }
}

/// Merges two contacts. Returns the problem if the server refuses it.
fn merge(context: &Context, client: &Client, planned: &PlannedMerge) -> Result<Option<String>, Failure> {
    let call = client.merge_contacts(planned.contact_id, ContactMerge::new(planned.from));
    match call.wait() {
        Ok(_) => Ok(None),
        Err(error) => match error.problem().filter(|problem| problem.status < 500 && problem.status != 401) {
            Some(problem) => Ok(Some(problem.detail.to_string())),
            None => Err(context.failure(&error)),
        },
    }
}

/// The merges of a company.
#[derive(Default)]
struct Plan {
    merges: Vec<PlannedMerge>,
    /// The contact that each contact is merged into.
    survivors: BTreeMap<ContactId, ContactId>,
    /// What is shown of each contact, and its age.
    contacts: BTreeMap<ContactId, (Option<Timestamp>, Option<String>)>,
    /// True if a group has more contacts than the server listed.
    incomplete: bool,
}

impl Plan {
    /// Adds the merges of a group into its oldest contact. Contacts that earlier groups merge stand for the contacts
    /// that they are merged into.
    fn add(&mut self, group: DuplicateGroup) {
        self.incomplete |= group.count > group.contacts.len() as u64;
        let mut ids = Vec::new();
        for contact in group.contacts {
            let mut id = contact.id;
            self.contacts.insert(id, (contact.created_at, contact.name));
            while let Some(survivor) = self.survivors.get(&id) {
                id = *survivor;
            }
            if !ids.contains(&id) {
                ids.push(id);
            }
        }
        let age = |id: &ContactId| (self.contacts.get(id).and_then(|(created_at, _)| *created_at), *id);
        ids.sort_by_key(age);
        let Some((oldest, others)) = ids.split_first() else { return };
        let name = |id: &ContactId| self.contacts.get(id).and_then(|(_, name)| name.clone());
        for from in others {
            self.merges.push(PlannedMerge {
                contact_id: *oldest,
                name: name(oldest),
                from: *from,
                from_name: name(from),
                reason: group.reason,
                problem: None,
            });
            self.survivors.insert(*from, *oldest);
        }
    }
}

/// Returns a line about a merge: the contact that remains, and the other one.
fn line(planned: &PlannedMerge) -> (String, String) {
    let shown = |id: ContactId, name: &Option<String>| match name {
        Some(name) => format!("{name} ({id})"),
        None => id.to_string(),
    };
    let other = shown(planned.from, &planned.from_name);
    (shown(planned.contact_id, &planned.name), format!("gets {other}: same {}", planned.reason))
}

fn contacts(number: usize) -> String {
    if number == 1 { "1 contact".to_owned() } else { format!("{number} contacts") }
}

fn merges_of(number: usize) -> String {
    if number == 1 { "1 merge".to_owned() } else { format!("{number} merges") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(number: u128) -> ContactId {
        format!("00000000-0000-4000-8000-{number:012}").parse().unwrap()
    }

    fn group(reason: DuplicateReason, ids: &[u128]) -> DuplicateGroup {
        let contact = |number: &u128| {
            let created_at = format!("2026-01-{number:02}T00:00:00Z");
            serde_json::from_value(serde_json::json!({
                "id": id(*number), "name": null, "email": null, "phone": null, "business_name": null, "notes": null,
                "tags": [], "lead_source": "api", "is_dnd": false, "profile_picture_url": null, "last_activity": null,
                "created_at": created_at,
            }))
            .unwrap()
        };
        DuplicateGroup { reason, count: ids.len() as u64, contacts: ids.iter().map(contact).collect() }
    }

    #[test]
    fn groups_that_share_contacts_are_merged_into_one_contact() {
        let mut plan = Plan::default();
        plan.add(group(DuplicateReason::Phone, &[2, 3]));
        plan.add(group(DuplicateReason::Phone, &[4, 5]));
        plan.add(group(DuplicateReason::Email, &[1, 3]));
        plan.add(group(DuplicateReason::Email, &[2, 3]));
        plan.add(group(DuplicateReason::Name, &[3, 5]));
        let merges: Vec<_> = plan.merges.iter().map(|merge| (merge.contact_id, merge.from)).collect();
        assert_eq!(merges, [(2, 3), (4, 5), (1, 2), (1, 4)].map(|(into, from)| (id(into), id(from))));
        assert!(!plan.incomplete);
        plan.add(DuplicateGroup { count: 21, ..group(DuplicateReason::Phone, &[6, 7]) });
        assert!(plan.incomplete);
    }
}
