//! Merging contacts.

use std::sync::Arc;

use contact_model::contact::ContactMerge;
use contact_model::custom_field::CustomFieldType;
use contact_model::{CompanyId, ContactId, RevertChanges, RevertedChanges};
use contact_store::company::{FindSurvivor, ListThreads};
use contact_store::{Action, ContactWrite, Origin, ReadHistory, Revert, StoreError, WriteOperation, Written};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{ALL, Fixture, invalid_fields, set_agent, thread, unknown_id, update, upsert};

on_both_databases!(
    values_tags_and_threads_are_merged,
    merged_contact_is_gone_but_its_history_remains,
    merges_that_make_no_sense_are_refused,
    repeated_merge_changes_nothing,
    other_companies_are_not_affected,
);

pub(crate) fn of(company: CompanyId, operation: WriteOperation) -> ContactWrite {
    ContactWrite::new(company, operation, ALL)
}

/// Returns the merge of the second contact into the first one, as the operation `merge`.
pub(crate) fn merge(company: CompanyId, into: ContactId, from: ContactId) -> ContactWrite {
    let origin = Origin { operation_id: Some("merge".to_owned()), ..Origin::default() };
    let operation = WriteOperation::Merge(into, Box::new(ContactMerge::new(from)));
    ContactWrite { origin: Arc::new(origin), ..of(company, operation) }
}

impl Fixture {
    pub(crate) async fn merge(&self, company: CompanyId, into: ContactId, from: ContactId) -> Written {
        self.store.write_one(merge(company, into, from)).await.unwrap()
    }

    pub(crate) async fn undo(&self, company_id: CompanyId, selection: RevertChanges) -> RevertedChanges {
        let origin = Origin { operation_id: Some("undo".to_owned()), ..Origin::default() };
        let selection = Arc::new(selection);
        let revert = Revert { company_id, selection, cursor: None, origin: Arc::new(origin) };
        revert.run(&self.store).await.unwrap()
    }

    /// Returns the days on which the threads of a contact took place.
    pub(crate) async fn thread_days(&self, company_id: CompanyId, contact_id: ContactId) -> Vec<String> {
        let threads = ListThreads { company_id, contact_id, cursor: None, size: 50 };
        let threads = self.store.run(threads).await.unwrap().entries;
        threads.iter().map(|thread| thread.created_at.to_string()[..10].to_owned()).collect()
    }

    /// Returns the contact that an upsert with this body finds or creates.
    pub(crate) async fn match_of(&self, company: CompanyId, body: Value) -> (Action, ContactId) {
        let written = self.store.write_one(upsert(company, body)).await.unwrap();
        (written.action, written.id)
    }
}

pub(crate) fn operation(id: &str) -> RevertChanges {
    RevertChanges { operation_id: Some(id.to_owned()), ..RevertChanges::default() }
}

/// Returns a contact without the time of its last change.
pub(crate) fn without_time(mut contact: Value) -> Value {
    contact.as_object_mut().unwrap().remove("updated_at");
    contact
}

/// Two contacts of a company.
pub(crate) struct Two {
    pub(crate) fixture: Fixture,
    pub(crate) company: CompanyId,
    pub(crate) jane: ContactId,
    pub(crate) other: ContactId,
}

impl Two {
    /// Creates a contact with an email address and one with a phone number, which has threads and custom fields.
    pub(crate) async fn new(backend: Backend) -> Self {
        let fixture = Fixture::new(backend).await;
        let company = fixture.company().await;
        fixture.field(company, "Plan", CustomFieldType::Any).await;
        fixture.field(company, "Size", CustomFieldType::Any).await;
        let agent = fixture.agent(company, "Front desk").await.id;
        let body = json!({
            "email": "jane@example.com", "full_name": "Jane Doe", "tags": ["a", "b"], "custom_fields": { "Plan": 1 },
        });
        let jane = fixture.create(company, body).await;
        let body = json!({
            "phone_number": "+14155552671", "full_name": "J Doe", "notes": "Call back", "tags": ["b", "c"],
            "is_dnd": true, "custom_fields": { "Plan": 2, "Size": 1.50 },
        });
        let other = fixture.create(company, body).await;
        fixture.write(vec![thread(company, jane, agent, "2024-01-01T00:00:00Z")]).await;
        let threads = ["2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z"];
        fixture.write(threads.iter().map(|at| thread(company, other, agent, at)).collect()).await;
        fixture.write(vec![set_agent(company, other, Some(agent))]).await;
        Self { fixture, company, jane, other }
    }
}

async fn values_tags_and_threads_are_merged(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let written = fixture.merge(company, jane, other).await;
    assert_eq!((written.action, written.id), (Action::Merged, jane));
    let contact = fixture.read(company, jane).await;
    assert_eq!(json!(written.contact)["tags"], contact["tags"]);
    let expected = json!({
        "name": "Jane Doe", "first_name": "Jane", "last_name": "Doe", "email": "jane@example.com",
        "phone": "+14155552671", "notes": "Call back", "tags": ["a", "b", "c"], "is_dnd": true,
        "custom_fields": { "Plan": 1, "Size": 1.50 }, "last_activity": "2024-01-03T00:00:00Z",
    });
    for (field, value) in expected.as_object().unwrap() {
        assert_eq!(&contact[field], value, "{field}");
    }
    assert_eq!(contact["active_chat_agent"]["name"], "Front desk");
    assert_eq!(fixture.thread_days(company, jane).await, ["2024-01-03", "2024-01-02", "2024-01-01"]);

    let prefer = ContactMerge::new(jane).preferring("name").preferring("custom_fields.Plan");
    let another = fixture.create(company, json!({ "full_name": "A", "custom_fields": { "Plan": 3 } })).await;
    let preferring = of(company, WriteOperation::Merge(another, Box::new(prefer)));
    fixture.store.write_one(preferring).await.unwrap();
    let contact = fixture.read(company, another).await;
    assert_eq!([&contact["name"], &contact["custom_fields"]["Plan"]], [&json!("Jane Doe"), &json!(1)]);
}

async fn merged_contact_is_gone_but_its_history_remains(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    fixture.merge(company, jane, other).await;
    assert!(fixture.find(company, other).await.is_none());
    let found = fixture.store.run(FindSurvivor { company_id: company, contact_id: other }).await.unwrap();
    assert_eq!(found, Some(jane));
    let writes = [
        update(company, other, json!({ "notes": "a" })),
        set_agent(company, other, None),
        of(company, WriteOperation::Delete(other)),
        of(company, WriteOperation::Restore(other, contact_model::Timestamp::from_micros(0).unwrap())),
        merge(company, other, jane),
    ];
    for write in writes {
        let outcome = fixture.store.write_one(write).await;
        assert!(matches!(outcome, Err(StoreError::ContactMerged { into }) if into == jane), "{outcome:?}");
    }
    let threads = ListThreads { company_id: company, contact_id: other, cursor: None, size: 50 };
    let outcome = fixture.store.run(threads).await;
    assert!(matches!(outcome, Err(StoreError::ContactMerged { into }) if into == jane));
    let latest = |contact_id| ReadHistory { company_id: company, contact_id, cursor: None, size: 1 };
    let entry = fixture.store.run(latest(other)).await.unwrap().entries.remove(0);
    let changed = json!({ "merged_into": { "before": null, "after": jane } });
    assert_eq!((entry.action.as_str(), json!(entry.changed)), ("merged", changed));
    let survivor = fixture.store.run(latest(jane)).await.unwrap().entries.remove(0);
    assert_eq!((survivor.action, survivor.sequence), (entry.action, entry.sequence + 1));
    assert_eq!(json!(survivor.changed)["phone"], json!({ "before": null, "after": "+14155552671" }));
}

async fn merges_that_make_no_sense_are_refused(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let merge_of = |into, from| fixture.store.write_one(merge(company, into, from));
    assert_eq!(invalid_fields(&merge_of(jane, jane).await), ["/from"]);
    assert_eq!(invalid_fields(&merge_of(jane, unknown_id()).await), ["/from"]);
    assert!(matches!(merge_of(unknown_id(), jane).await, Err(StoreError::ContactNotFound)));
    let unknown = ContactMerge::new(other).preferring("custom_fields.No/ne");
    let outcome = fixture.store.write_one(of(company, WriteOperation::Merge(jane, Box::new(unknown)))).await;
    assert_eq!(invalid_fields(&outcome), ["/prefer/custom_fields.No~1ne"]);
    let tags: Vec<String> = (0..199).map(|number| number.to_string()).collect();
    fixture.write(vec![update(company, jane, json!({ "tags": tags }))]).await;
    assert_eq!(invalid_fields(&merge_of(jane, other).await), ["/tags"]);
    let deleted = fixture.create(company, json!({})).await;
    fixture.write(vec![of(company, WriteOperation::Delete(deleted))]).await;
    assert_eq!(invalid_fields(&merge_of(jane, deleted).await), ["/from"]);
    assert!(matches!(merge_of(deleted, jane).await, Err(StoreError::ContactNotFound)));
    // Nothing was written.
    assert_eq!(fixture.thread_days(company, other).await.len(), 2);
}

async fn repeated_merge_changes_nothing(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    fixture.merge(company, jane, other).await;
    let before = fixture.read(company, jane).await;
    assert_eq!(fixture.merge(company, jane, other).await.action, Action::Unchanged);
    assert_eq!(fixture.read(company, jane).await, before);
    let third = fixture.create(company, json!({})).await;
    let outcome = fixture.store.write_one(merge(company, third, other)).await;
    assert_eq!(invalid_fields(&outcome), ["/from"]);
}

async fn other_companies_are_not_affected(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let elsewhere = fixture.company().await;
    let own = fixture.create(elsewhere, json!({})).await;
    assert_eq!(invalid_fields(&fixture.store.write_one(merge(elsewhere, own, other)).await), ["/from"]);
    assert!(matches!(
        fixture.store.write_one(merge(elsewhere, other, own)).await,
        Err(StoreError::ContactNotFound)
    ));
    fixture.merge(company, jane, other).await;
    let find = FindSurvivor { company_id: elsewhere, contact_id: other };
    assert_eq!(fixture.store.run(find).await.unwrap(), None);
    let body = json!({ "phone_number": "+14155552671" });
    assert_eq!(fixture.match_of(elsewhere, body).await.0, Action::Created);
}
