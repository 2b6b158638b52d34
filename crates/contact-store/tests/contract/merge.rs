//! Merging contacts.

use std::collections::BTreeSet;
use std::sync::Arc;

use contact_model::contact::ContactMerge;
use contact_model::custom_field::CustomFieldType;
use contact_model::{
    CompanyId, ContactId, ContactQuery, MatchPolicy, RevertChanges, RevertedChanges, Sort, SortKey,
};
use contact_store::company::{FindSurvivor, ListExpiredContacts, ListThreads};
use contact_store::{
    Action, ContactListing, ContactWrite, Origin, ReadHistory, Revert, StoreError, WriteOperation, Written,
};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{ALL, Fixture, invalid_fields, set_agent, thread, unknown_id, update, upsert};

on_both_databases!(
    values_tags_and_threads_are_merged,
    merged_contact_is_gone_but_its_history_remains,
    phone_and_email_lead_to_the_other_contact,
    contact_with_the_key_comes_before_a_merged_one,
    chains_of_merges_lead_to_the_last_contact,
    merges_that_make_no_sense_are_refused,
    repeated_merge_changes_nothing,
    merge_is_undone_exactly,
    later_edits_are_kept_when_a_merge_is_undone,
    undone_merge_is_done_again,
    links_of_a_chain_are_undone_in_any_order,
    erasing_a_contact_erases_those_merged_into_it,
    merged_contacts_are_neither_listed_as_deleted_nor_expired,
    create_merges_the_contacts_that_it_matches,
    change_of_the_country_recomputes_the_keys_of_merged_contacts,
    concurrent_creates_and_merges_make_no_new_contact,
    other_companies_are_not_affected,
);

fn of(company: CompanyId, operation: WriteOperation) -> ContactWrite {
    ContactWrite::new(company, operation, ALL)
}

/// Returns the merge of the second contact into the first one, as the operation `merge`.
fn merge(company: CompanyId, into: ContactId, from: ContactId) -> ContactWrite {
    let origin = Origin { operation_id: Some("merge".to_owned()), ..Origin::default() };
    let operation = WriteOperation::Merge(into, Box::new(ContactMerge::new(from)));
    ContactWrite { origin: Arc::new(origin), ..of(company, operation) }
}

impl Fixture {
    async fn merge(&self, company: CompanyId, into: ContactId, from: ContactId) -> Written {
        self.store.write_one(merge(company, into, from)).await.unwrap()
    }

    async fn undo(&self, company_id: CompanyId, selection: RevertChanges) -> RevertedChanges {
        let origin = Origin { operation_id: Some("undo".to_owned()), ..Origin::default() };
        let selection = Arc::new(selection);
        let revert = Revert { company_id, selection, cursor: None, origin: Arc::new(origin) };
        revert.run(&self.store).await.unwrap()
    }

    /// Returns the days on which the threads of a contact took place.
    async fn thread_days(&self, company_id: CompanyId, contact_id: ContactId) -> Vec<String> {
        let threads = ListThreads { company_id, contact_id, cursor: None, size: 50 };
        let threads = self.store.run(threads).await.unwrap().entries;
        threads.iter().map(|thread| thread.created_at.to_string()[..10].to_owned()).collect()
    }

    /// Returns the contact that an upsert with this body finds or creates.
    async fn match_of(&self, company: CompanyId, body: Value) -> (Action, ContactId) {
        let written = self.store.write_one(upsert(company, body)).await.unwrap();
        (written.action, written.id)
    }
}

fn operation(id: &str) -> RevertChanges {
    RevertChanges { operation_id: Some(id.to_owned()), ..RevertChanges::default() }
}

/// Returns a contact without the time of its last change.
fn without_time(mut contact: Value) -> Value {
    contact.as_object_mut().unwrap().remove("updated_at");
    contact
}

/// Two contacts of a company.
struct Two {
    fixture: Fixture,
    company: CompanyId,
    jane: ContactId,
    other: ContactId,
}

impl Two {
    /// Creates a contact with an email address and one with a phone number, which has threads and custom fields.
    async fn new(backend: Backend) -> Self {
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

async fn phone_and_email_lead_to_the_other_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let body = json!({ "phone_number": "+14155552671", "email": "jane@example.com", "full_name": "Bob" });
    let jane = fixture.create(company, body).await;
    let body = json!({ "phone_number": "+14155552672", "email": "doe@example.com", "full_name": "Jane" });
    let other = fixture.create(company, body).await;
    fixture.merge(company, jane, other).await;
    let by_phone = json!({ "phone_number": "+1 415 555 2672", "notes": "a" });
    assert_eq!(fixture.match_of(company, by_phone.clone()).await, (Action::Updated, jane));
    assert_eq!(
        fixture.match_of(company, json!({ "email": "DOE@example.com" })).await,
        (Action::Unchanged, jane)
    );
    // The contact keeps its own phone number and email address.
    let contact = fixture.read(company, jane).await;
    assert_eq!([&contact["phone"], &contact["email"]], ["+14155552671", "jane@example.com"]);
    // The same holds within one set, and with the policy that looks for a person.
    let body = json!({ "phone_number": "+14155552672", "full_name": "Jane", "notes": "b" });
    let person = ContactWrite {
        operation: match upsert(company, body).operation {
            WriteOperation::Upsert(upsert, _) => WriteOperation::Upsert(upsert, MatchPolicy::Person),
            _ => unreachable!("it is an upsert"),
        },
        ..of(company, WriteOperation::Delete(jane))
    };
    assert_eq!(fixture.store.write_one(person).await.unwrap().id, jane);
    let third = fixture.create(company, json!({ "phone_number": "+14155552673" })).await;
    let by_third = upsert(company, json!({ "phone_number": "+14155552673", "notes": "c" }));
    let written = fixture.write(vec![by_third.clone(), merge(company, jane, third), by_third]).await;
    assert_eq!([written[0].id, written[2].id], [third, jane]);
    // If the other contact is deleted, the phone number is free.
    fixture.write(vec![of(company, WriteOperation::Delete(jane))]).await;
    let (action, new) = fixture.match_of(company, by_phone.clone()).await;
    assert_eq!(action, Action::Created);
    // And if it is restored in the same set, it is found again, unless there is another one.
    let restore =
        of(company, WriteOperation::Restore(jane, contact_model::Timestamp::from_micros(0).unwrap()));
    let by_email = upsert(company, json!({ "email": "doe@example.com" }));
    let written = fixture.write(vec![by_email.clone(), restore, by_email, upsert(company, by_phone)]).await;
    assert_eq!(written[0].action, Action::Created);
    assert_eq!([written[2].id, written[3].id], [written[0].id, new]);
}

async fn contact_with_the_key_comes_before_a_merged_one(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let old = fixture.create(company, json!({ "phone_number": "+14155552671" })).await;
    let jane =
        fixture.create(company, json!({ "email": "jane@example.com", "phone_number": "+14155552672" })).await;
    let later = fixture.create(company, json!({ "full_name": "Later" })).await;
    fixture.merge(company, jane, old).await;
    fixture.write(vec![update(company, later, json!({ "phone_number": "+14155552671" }))]).await;
    let body = json!({ "phone_number": "+14155552671" });
    assert_eq!(fixture.match_of(company, body.clone()).await.1, later);
    fixture.write(vec![of(company, WriteOperation::Delete(later))]).await;
    assert_eq!(fixture.match_of(company, body).await.1, jane);
}

async fn chains_of_merges_lead_to_the_last_contact(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let body = |number: u8| json!({ "phone_number": format!("+1415555267{number}") });
    let mut ids = Vec::new();
    for number in 0..4 {
        ids.push(fixture.create(company, body(number)).await);
    }
    // In one set, so that the second merge is of a contact that was changed before.
    let writes = (0..3).map(|number| merge(company, ids[number + 1], ids[number])).collect();
    fixture.write(writes).await;
    for number in 0..3 {
        let contact_id = ids[usize::from(number)];
        assert_eq!(fixture.match_of(company, body(number)).await.1, ids[3]);
        let find = FindSurvivor { company_id: company, contact_id };
        assert_eq!(fixture.store.run(find).await.unwrap(), Some(ids[3]));
        let outcome = fixture.store.write_one(update(company, contact_id, json!({}))).await;
        assert!(matches!(outcome, Err(StoreError::ContactMerged { into }) if into == ids[3]), "{outcome:?}");
    }
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

async fn merge_is_undone_exactly(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let before = [fixture.read(company, jane).await, fixture.read(company, other).await].map(without_time);
    fixture.merge(company, jane, other).await;
    let undone = fixture.undo(company, operation("merge")).await;
    assert_eq!((undone.reverted, undone.left), (2, 0), "{undone:?}");
    let after = [fixture.read(company, jane).await, fixture.read(company, other).await].map(without_time);
    assert_eq!(after, before);
    assert_eq!(fixture.thread_days(company, jane).await, ["2024-01-01"]);
    assert_eq!(fixture.thread_days(company, other).await, ["2024-01-03", "2024-01-02"]);
    assert_eq!(fixture.match_of(company, json!({ "phone_number": "+14155552671" })).await.1, other);
    // Undoing it again changes nothing.
    let again = fixture.undo(company, operation("merge")).await;
    assert_eq!((again.reverted, again.left), (0, 0), "{again:?}");
}

async fn later_edits_are_kept_when_a_merge_is_undone(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let agent = fixture.agent(company, "Later").await.id;
    fixture.merge(company, jane, other).await;
    let body = json!({ "notes": "Called", "business_name": "Example", "add_tags": ["d"] });
    fixture
        .write(vec![update(company, jane, body), thread(company, jane, agent, "2024-02-01T00:00:00Z")])
        .await;
    let undone = fixture.undo(company, operation("merge")).await;
    let of_jane = undone.results.iter().find(|result| result.contact_id == Some(jane)).unwrap();
    let left: Vec<_> = of_jane.left.iter().filter_map(|left| left.field.as_deref()).collect();
    assert_eq!(left, ["last_activity", "notes", "tags"]);
    let contact = fixture.read(company, jane).await;
    assert_eq!([&contact["notes"], &contact["business_name"]], ["Called", "Example"]);
    assert_eq!(contact["phone"], Value::Null);
    assert_eq!(fixture.thread_days(company, jane).await, ["2024-02-01", "2024-01-01"]);
    assert_eq!(fixture.thread_days(company, other).await, ["2024-01-03", "2024-01-02"]);
}

async fn undone_merge_is_done_again(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    fixture.merge(company, jane, other).await;
    let merged = without_time(fixture.read(company, jane).await);
    fixture.undo(company, operation("merge")).await;
    let again = fixture.undo(company, operation("undo")).await;
    assert_eq!((again.reverted, again.left), (2, 0), "{again:?}");
    assert_eq!(without_time(fixture.read(company, jane).await), merged);
    assert!(fixture.find(company, other).await.is_none());
    assert_eq!(fixture.thread_days(company, jane).await.len(), 3);
    assert_eq!(fixture.match_of(company, json!({ "phone_number": "+14155552671" })).await.1, jane);
    // It stays separate if the other contact does not exist any more.
    fixture.undo(company, operation("merge")).await;
    fixture.write(vec![of(company, WriteOperation::Erase(jane))]).await;
    let selection = RevertChanges { contact_id: Some(other), ..operation("undo") };
    let left = fixture.undo(company, selection).await;
    assert_eq!(left.results[0].left.len(), 1, "{left:?}");
    assert!(fixture.find(company, other).await.is_some());
}

async fn links_of_a_chain_are_undone_in_any_order(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let last = fixture.create(company, json!({ "full_name": "Last" })).await;
    let before = [fixture.read(company, jane).await, fixture.read(company, other).await].map(without_time);
    fixture.merge(company, jane, other).await;
    let second = Origin { operation_id: Some("second".to_owned()), ..Origin::default() };
    let second = ContactWrite { origin: Arc::new(second), ..merge(company, last, jane) };
    fixture.write(vec![second]).await;
    assert_eq!(fixture.thread_days(company, last).await.len(), 3);
    // The first merge is undone while the contact that it merged into is itself merged.
    let undone = fixture.undo(company, RevertChanges { contact_id: Some(other), ..operation("merge") }).await;
    assert_eq!(undone.reverted, 1, "{undone:?}");
    assert_eq!(without_time(fixture.read(company, other).await), before[1]);
    assert_eq!(fixture.thread_days(company, last).await, ["2024-01-01"]);
    fixture.undo(company, operation("second")).await;
    fixture.undo(company, RevertChanges { contact_id: Some(jane), ..operation("merge") }).await;
    assert_eq!(without_time(fixture.read(company, jane).await), before[0]);
    assert!(fixture.thread_days(company, last).await.is_empty());
}

async fn erasing_a_contact_erases_those_merged_into_it(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let third = fixture.create(company, json!({ "email": "third@example.com" })).await;
    let kept = fixture.create(company, json!({ "email": "kept@example.com" })).await;
    fixture.merge(company, other, third).await;
    fixture.merge(company, jane, other).await;
    let gone: BTreeSet<_> = [jane, other, third].into();
    fixture.write(vec![of(company, WriteOperation::Erase(jane))]).await;
    for contact_id in &gone {
        let history = ReadHistory { company_id: company, contact_id: *contact_id, cursor: None, size: 9 };
        assert!(matches!(fixture.store.run(history).await, Err(StoreError::ContactNotFound)));
    }
    fixture.create(company, json!({ "email": "third@example.com" })).await;
    assert!(fixture.find(company, kept).await.is_some());
    // The same within one set.
    let [a, b] = [fixture.create(company, json!({})).await, fixture.create(company, json!({})).await];
    fixture.write(vec![merge(company, a, b), of(company, WriteOperation::Erase(a))]).await;
    let history = ReadHistory { company_id: company, contact_id: b, cursor: None, size: 9 };
    assert!(matches!(fixture.store.run(history).await, Err(StoreError::ContactNotFound)));
}

async fn merged_contacts_are_neither_listed_as_deleted_nor_expired(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let deleted = fixture.create(company, json!({})).await;
    fixture.write(vec![of(company, WriteOperation::Delete(deleted))]).await;
    fixture.merge(company, jane, other).await;
    let latest = fixture
        .store
        .run(ListExpiredContacts { deleted_before: "2100-01-01T00:00:00Z".parse().unwrap(), rows: 10 });
    assert_eq!(latest.await.unwrap(), [(company, deleted)]);
    let sort = Sort { key: SortKey::DeletedAt, ..Sort::default() };
    let query = ContactQuery { deleted: true, sort, ..ContactQuery::default() };
    let page = fixture.store.list(ContactListing { company_id: company, query }).await.unwrap();
    assert_eq!(page.contacts.iter().map(|contact| contact.id).collect::<Vec<_>>(), [deleted]);
}

async fn create_merges_the_contacts_that_it_matches(backend: Backend) {
    let Two { fixture, company, jane, other } = Two::new(backend).await;
    let body = json!({ "phone_number": "+14155552671", "email": "jane@example.com", "notes": "New" });
    let WriteOperation::Upsert(create, _) = upsert(company, body).operation else {
        unreachable!("an upsert")
    };
    let create = of(company, WriteOperation::Upsert(create, MatchPolicy::Merge));
    let written = fixture.store.write_one(create.clone()).await.unwrap();
    assert_eq!((written.action, written.id), (Action::Merged, other));
    assert_eq!(written.ignored, Vec::<String>::new());
    let contact = fixture.read(company, other).await;
    let values = ["email", "notes", "name"].map(|field| &contact[field]);
    assert_eq!(values, ["jane@example.com", "New", "J Doe"]);
    assert_eq!(contact["tags"], json!(["b", "c", "a"]));
    assert!(fixture.find(company, jane).await.is_none());
    assert_eq!(fixture.store.write_one(create).await.unwrap().action, Action::Unchanged);
}

async fn change_of_the_country_recomputes_the_keys_of_merged_contacts(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let jane =
        fixture.create(company, json!({ "email": "jane@example.com", "phone_number": "+14155552671" })).await;
    // In the United States, the local number has a key of its own.
    let other = fixture.create(company, json!({ "phone_number": "030 901820" })).await;
    fixture.merge(company, jane, other).await;
    fixture.set_country(company, "DE").await;
    assert_eq!(fixture.match_of(company, json!({ "phone_number": "+4930901820" })).await.1, jane);
}

async fn concurrent_creates_and_merges_make_no_new_contact(backend: Backend) {
    let fixture = Arc::new(Fixture::new(backend).await);
    let another = fixture.another_store().await;
    for round in 0..15_u8 {
        // Each company has its first merge.
        let company = fixture.company().await;
        let jane = fixture.create(company, json!({ "phone_number": "+14155552671" })).await;
        let other = fixture.create(company, json!({ "phone_number": "+14155552672" })).await;
        let creates =
            (0..4).map(|_| another.write_one(upsert(company, json!({ "phone_number": "+14155552672" }))));
        let creates = futures::future::join_all(creates);
        let merge = fixture.store.write_one(merge(company, jane, other));
        let (creates, merged) = tokio::join!(creates, merge);
        merged.unwrap();
        for created in creates {
            let created = created.unwrap();
            assert!([jane, other].contains(&created.id), "round {round}: {created:?}");
        }
    }
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
