use std::collections::BTreeMap;

use contact_model::clock::Clock;
use contact_model::entity_tag::RowVersion;
use contact_model::{CompanyId, Include, Precondition, RequestBody as _};
use uuid::Uuid;

use super::*;
use crate::contacts::change_log::ChangeLog;
use crate::contacts::company_data::CompanyData;
use crate::contacts::prepared_write::PreparedWrite;
use crate::contacts::transaction::{Changes, KeyLookups, LoadedContacts};
use crate::contacts::working_set::WorkingSet;
use crate::contacts::write::ContactWrite;
use crate::idempotency::keyed_requests::KeyedRequests;

const COMPANY: CompanyId = CompanyId(Uuid::from_u128(1));
const ACTIVE: ContactId = ContactId(Uuid::from_u128(2));
const DELETED: ContactId = ContactId(Uuid::from_u128(3));
const MISSING: ContactId = ContactId(Uuid::from_u128(4));
const AGENT: AgentId = AgentId(Uuid::from_u128(5));

/// A clock that stands still.
struct StoppedClock;

impl Clock for StoppedClock {
    fn now(&self) -> Timestamp {
        at(100)
    }

    fn new_id(&self) -> Uuid {
        Uuid::from_u128(9)
    }
}

fn at(micros: i64) -> Timestamp {
    Timestamp::from_micros(micros).unwrap()
}

/// Returns a set with an active contact and a deleted one.
fn working_set() -> WorkingSet {
    let contacts = [(ACTIVE, None), (DELETED, Some(at(50)))].map(|(id, deleted_at)| {
        let mut record = ContactRecord::new(COMPANY, id, at(10));
        record.state.name = Some("Jane".to_owned());
        record.state.tags = vec!["a".to_owned()];
        (record.version, record.deleted_at) = (7, deleted_at);
        ((COMPANY, id), record)
    });
    let loaded = LoadedContacts { records: BTreeMap::from(contacts), ..LoadedContacts::default() };
    WorkingSet::new(loaded, Vec::new(), KeyLookups::new(), BTreeMap::new()).unwrap()
}

/// Applies writes to the contacts of [`working_set`].
fn apply(writes: Vec<ContactWrite>) -> (Vec<Result<Applied, StoreError>>, Changes) {
    let mut set = working_set();
    let mut data = CompanyData::default();
    data.countries.insert(COMPANY, "US".parse().unwrap());
    data.agents.insert((COMPANY, AGENT), "Ana".to_owned());
    let (mut results, mut log) = (Vec::new(), ChangeLog::default());
    for write in &writes {
        let write = PreparedWrite::new(write, &data, &KeyedRequests::default());
        let mut context = WriteContext {
            working_set: &mut set,
            prepared: &write,
            data: &data,
            clock: &StoppedClock,
            log: &mut log,
        };
        results.push(context.apply());
    }
    (results, set.into_changes())
}

fn write(operation: WriteOperation) -> ContactWrite {
    ContactWrite::new(COMPANY, operation, Include::default())
}

fn update(id: ContactId, body: &str) -> WriteOperation {
    WriteOperation::Update(id, Box::new(ContactUpdate::from_json(body.as_bytes()).unwrap().value))
}

#[test]
fn each_operation_has_its_action_and_its_changes() {
    let rename = r#"{"full_name": "Joe"}"#;
    let tag = |tag: &str| TagChange::Add(vec![tag.to_owned()]);
    for (operation, expected) in [
        (update(ACTIVE, rename), Ok((Action::Updated, 8))),
        (update(ACTIVE, r#"{"notes": null}"#), Ok((Action::Unchanged, 7))),
        (update(DELETED, rename), Err("ContactNotFound")),
        (update(MISSING, rename), Err("ContactNotFound")),
        (WriteOperation::SetActiveAgent(ACTIVE, Some(AGENT)), Ok((Action::Updated, 8))),
        (WriteOperation::SetActiveAgent(ACTIVE, None), Ok((Action::Unchanged, 7))),
        (WriteOperation::SetActiveAgent(ACTIVE, Some(AgentId(Uuid::nil()))), Err("Invalid")),
        (WriteOperation::ChangeTags(ACTIVE, tag("b")), Ok((Action::Updated, 8))),
        (WriteOperation::ChangeTags(ACTIVE, tag("a")), Ok((Action::Unchanged, 7))),
        (WriteOperation::Delete(ACTIVE), Ok((Action::Deleted, 8))),
        (WriteOperation::Delete(DELETED), Err("ContactNotFound")),
        (WriteOperation::Restore(DELETED, at(50)), Ok((Action::Restored, 8))),
        (WriteOperation::Restore(DELETED, at(51)), Err("ContactNotFound")),
        (WriteOperation::Restore(ACTIVE, at(50)), Ok((Action::Unchanged, 7))),
        (WriteOperation::Erase(ACTIVE), Ok((Action::Erased, 7))),
        (WriteOperation::Erase(DELETED), Ok((Action::Erased, 7))),
        (WriteOperation::EraseExpired(DELETED, at(51)), Ok((Action::Erased, 7))),
        (WriteOperation::EraseExpired(DELETED, at(50)), Err("ContactNotFound")),
        (WriteOperation::EraseExpired(ACTIVE, at(51)), Err("ContactNotFound")),
    ] {
        let (mut results, changes) = apply(vec![write(operation.clone())]);
        let result = results.remove(0);
        let changed = (changes.updated.len(), changes.erased.len());
        match (result, expected) {
            (Ok(applied), Ok((action, version))) => {
                assert_eq!(
                    (applied.written.action, applied.written.etag.row.version),
                    (action, version),
                    "{operation:?}"
                );
                let expected = match action {
                    Action::Unchanged => (0, 0),
                    Action::Erased => (0, 1),
                    _ => (1, 0),
                };
                assert_eq!(changed, expected, "{operation:?}");
            }
            (Err(error), Err(expected)) => {
                assert!(format!("{error:?}").starts_with(expected), "{operation:?}: {error:?}");
                assert_eq!(changed, (0, 0), "{operation:?}");
            }
            (result, _) => panic!("{operation:?}: {:?}", result.map(|applied| applied.written.action)),
        }
    }
}

#[test]
fn precondition_is_checked_against_the_current_version() {
    let version = |version| Precondition::IsOneOf(vec![RowVersion { contact: ACTIVE, version }]);
    let conditional = |precondition| ContactWrite {
        precondition: Some(precondition),
        ..write(update(ACTIVE, r#"{"notes": "x"}"#))
    };
    let (results, changes) =
        apply(vec![conditional(version(7)), conditional(version(7)), conditional(version(8))]);
    assert!(results[0].is_ok());
    assert!(matches!(results[1], Err(StoreError::PreconditionFailed)));
    assert_eq!(results[2].as_ref().unwrap().written.action, Action::Unchanged);
    assert_eq!(changes.updated.len(), 1);
}

#[test]
fn later_writes_see_earlier_ones() {
    let (results, changes) = apply(vec![
        write(WriteOperation::Delete(ACTIVE)),
        write(update(ACTIVE, r#"{"notes": "x"}"#)),
        write(WriteOperation::Restore(ACTIVE, at(0))),
        write(update(ACTIVE, r#"{"notes": "y"}"#)),
        write(WriteOperation::Erase(DELETED)),
    ]);
    assert!(matches!(results[1], Err(StoreError::ContactNotFound)));
    let [contact] = &changes.updated[..] else { panic!("{changes:?}") };
    let after = &contact.after;
    assert_eq!((after.version, after.state.notes.as_deref(), after.deleted_at), (10, Some("y"), None));
    assert_eq!((contact.before.version, after.updated_at), (7, at(100)));
    assert_eq!(changes.erased.iter().map(|record| record.id).collect::<Vec<_>>(), [DELETED]);
}

#[test]
fn thread_is_stored_and_sets_the_last_activity() {
    let body =
        br#"{"agent_id": "00000000-0000-0000-0000-000000000005", "type": "call", "status": "completed",
        "direction": "inbound", "duration": 1}"#;
    let thread = Box::new(NewThread::from_json(body).unwrap().value);
    let (results, changes) = apply(vec![write(WriteOperation::RecordThread(ACTIVE, thread))]);
    let thread = results[0].as_ref().unwrap().written.thread.as_ref().unwrap();
    assert_eq!((thread.agent_name.as_str(), thread.created_at), ("Ana", at(100)));
    assert_eq!(changes.threads.len(), 1);
    assert_eq!(changes.updated[0].after.last_activity, Some(at(100)));
}
