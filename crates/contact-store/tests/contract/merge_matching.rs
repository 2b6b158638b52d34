//! Which contact a create finds after contacts were merged.

use std::sync::Arc;

use contact_model::MatchPolicy;
use contact_model::custom_field::CustomFieldType;
use contact_store::company::FindSurvivor;
use contact_store::{Action, ContactWrite, StoreError, WriteOperation};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::fixture::{Fixture, update, upsert};
use crate::merge::{Two, merge, of};

on_both_databases!(
    phone_and_email_lead_to_the_other_contact,
    contact_with_the_key_comes_before_a_merged_one,
    repeated_import_after_a_merge_changes_nothing,
    chains_of_merges_lead_to_the_last_contact,
    create_merges_the_contacts_that_it_matches,
    change_of_the_country_recomputes_the_keys_of_merged_contacts,
    concurrent_creates_and_merges_make_no_new_contact,
);

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

async fn repeated_import_after_a_merge_changes_nothing(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    fixture.field(company, "Plan", CustomFieldType::Any).await;
    let rows = [
        json!({ "phone_number": "+14155552671", "email": "one@example.com", "full_name": "One", "notes": "1",
                "custom_fields": { "Plan": 1 } }),
        json!({ "phone_number": "+14155552672", "email": "two@example.com", "full_name": "Two", "notes": "2",
                "tags": ["b"], "custom_fields": { "Plan": 2 } }),
    ];
    let import = || rows.iter().map(|row| upsert(company, row.clone())).collect::<Vec<_>>();
    let imported = fixture.write(import()).await;
    let [one, two] = [imported[0].id, imported[1].id];
    fixture.merge(company, one, two).await;
    for again in fixture.write(import()).await {
        assert_eq!((again.action, again.id), (Action::Unchanged, one));
    }
    // What is new in a row is stored.
    let mut row = rows[1].clone();
    row["notes"] = json!("3");
    assert_eq!(fixture.match_of(company, row).await, (Action::Updated, one));
    let contact = fixture.read(company, one).await;
    let values = ["name", "notes", "phone"].map(|field| &contact[field]);
    assert_eq!(values, ["One", "3", "+14155552671"]);
    assert_eq!(contact["custom_fields"], json!({ "Plan": 1 }));
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
