//! The first entries of the log for contacts that are older than the log.

use std::collections::BTreeMap;
use std::sync::Arc;

use contact_model::changes::ChangeAction;
use contact_model::clock::Clock;
use contact_model::{CompanyId, ContactId};

use super::change_log::{ChangeLog, LoggedChange, NO_CHANGES};
use super::contact_snapshot::ContactSnapshot;
use super::record::ContactRecord;
use super::transaction::ContactTransaction;
use crate::Result;
use crate::company::{Origin, custom_field};

/// Adds entries that create these contacts of a company as they are now, and delete those that are deleted.
pub(super) async fn add<C: ContactTransaction>(
    connection: &mut C,
    clock: &dyn Clock,
    company: CompanyId,
    contacts: Vec<ContactRecord>,
    log: &mut ChangeLog,
) -> Result<()> {
    if contacts.is_empty() {
        return Ok(());
    }
    let fields = custom_field::list(connection, company).await?;
    let mut contacts: BTreeMap<ContactId, ContactSnapshot> =
        contacts.into_iter().map(|record| (record.id, ContactSnapshot::new(record))).collect();
    let refs = contacts.keys().map(|id| (company, *id)).collect();
    for value in connection.load_values(&refs).await? {
        if let Some(contact) = contacts.get_mut(&value.contact.1) {
            contact.values.insert(value.field_id, value.value);
        }
    }
    let (origin, now) = (Arc::<Origin>::default(), clock.now());
    for (id, snapshot) in &contacts {
        let record = &snapshot.record;
        let changed = snapshot.changes_since(None, &fields, None)?;
        // The list of latest changes already contains the contact.
        let created = LoggedChange {
            contact: (company, *id),
            action: ChangeAction::Created,
            at: now,
            before: Some(record),
            after: Some(record),
            changed,
            salt: clock.salt(),
        };
        log.add(&origin, created);
        if record.is_deleted() {
            let deleted = LoggedChange {
                contact: (company, *id),
                action: ChangeAction::Deleted,
                at: now,
                before: Some(record),
                after: Some(record),
                changed: NO_CHANGES.to_owned(),
                salt: clock.salt(),
            };
            log.add(&origin, deleted);
        }
    }
    Ok(())
}
