//! Upgrades of a database of an older version when it is opened: keys and search words follow the current rules.

use std::collections::BTreeSet;

use contact_model::{CompanyId, ContactId, Country, email, phone, search};
use contact_store::{ContactWrite, Idempotency, StoreError};
use contact_testing::{Backend, on_both_databases};
use serde_json::json;
use uuid::Uuid;

use crate::fixture::{Fixture, update, upsert};
use crate::idempotency;
use crate::old_database::{MANY, OldContact, OldDatabase, id_text};
use crate::schema::Rows;

on_both_databases!(
    contacts_of_an_older_version_are_found_by_the_current_rules,
    interrupted_upgrade_resumes,
    servers_started_together_share_an_upgrade,
    writes_during_an_upgrade_are_not_overwritten,
    new_company_is_not_upgraded,
    stored_responses_of_an_older_version_are_replayed_and_counted,
);

/// Checks that every contact is found by the current rules, and counts the contacts.
async fn check(rows: &Rows, countries: &[(CompanyId, Country)]) -> usize {
    let hex = |column: &str| match rows {
        Rows::Sqlite(_) => format!("lower(hex({column}))"),
        Rows::Postgres(_) => format!("replace({column}::text, '-', '')"),
    };
    let (company, id) = (hex("company_id"), hex("id"));
    let contacts = rows
        .texts(
            &format!(
                "SELECT {company}, {id}, name, phone, phone_key, email, email_key, name_key, search_text,
                     CASE WHEN deleted_at IS NOT NULL THEN 'deleted' END FROM contacts"
            ),
            10,
        )
        .await;
    let mut words = BTreeSet::new();
    for row in &contacts {
        let [company, id, name, phone, phone_key, email, email_key, name_key, search_text, deleted] =
            <&[Option<String>; 10]>::try_from(row.as_slice()).unwrap().each_ref().map(Option::as_deref);
        let of = |(known, _): &&(CompanyId, Country)| Some(known.0.simple().to_string().as_str()) == company;
        let country = countries.iter().find(of).unwrap().1;
        let is_indexed = deleted.is_none();
        let key = |key: Option<String>| key.filter(|_| is_indexed);
        assert_eq!(phone_key, key(phone.and_then(|phone| phone::key(phone, country))).as_deref(), "{row:?}");
        assert_eq!(email_key, key(email.and_then(email::key)).as_deref(), "{row:?}");
        assert_eq!(name_key, name.and_then(search::name_key).as_deref(), "{row:?}");
        let own = search::words(name, email, None, phone);
        assert_eq!(search_text, Some(search::search_text(&own).as_str()), "{row:?}");
        if is_indexed {
            let row = |word| [company, Some(word), id].map(|text| text.unwrap_or_default().to_owned());
            words.extend(own.iter().map(|word| row(word.as_str())));
        }
    }
    let (company, id) = (hex("company_id"), hex("contact_id"));
    let stored = rows.texts(&format!("SELECT {company}, word, {id} FROM contact_words"), 3).await;
    let stored =
        stored.into_iter().map(|row| <[_; 3]>::try_from(row).unwrap().map(Option::unwrap_or_default));
    assert_eq!(stored.collect::<BTreeSet<[String; 3]>>(), words);
    contacts.len()
}

async fn contacts_of_an_older_version_are_found_by_the_current_rules(backend: Backend) {
    let old = OldDatabase::new(backend).await;
    let (us, de) = (old.add_company(1, "US").await, old.add_company(2, "DE").await);
    let contact = OldContact::default;
    let national = OldContact {
        name: Some("Jané Doe"),
        phone: Some("030 901820"),
        phone_key: Some("030 901820"),
        search_text: Some(" doe jane stale"),
        ..contact()
    };
    let placeholder = || OldContact {
        phone: Some("N/A"),
        phone_key: Some("N/A"),
        email: Some("none"),
        email_key: Some("none"),
        search_text: Some(" a n none"),
        ..contact()
    };
    let local = OldContact { phone: Some("555-0100"), phone_key: Some("+15550100"), ..contact() };
    let invisible = OldContact {
        email: Some("\u{200B}Ann@x.org\u{A0}"),
        email_key: Some("\u{200B}ann@x.org\u{A0}"),
        ..contact()
    };
    let deleted = OldContact {
        name: Some("Bert"),
        phone: Some("+14155552671"),
        search_text: Some(" gone"),
        is_deleted: true,
        ..contact()
    };
    let good = OldContact { phone: Some("+14155552672"), phone_key: Some("+14155552672"), ..contact() };
    old.add(us, [(11, placeholder()), (12, placeholder()), (13, local), (14, invisible)]).await;
    old.add(us, [(15, deleted), (16, good)]).await;
    old.add(de, [(21, national)]).await;

    let store = old.open().await.unwrap();
    let countries = [(us, Country::US), (de, "DE".parse().unwrap())];
    assert_eq!(check(&old.rows, &countries).await, 7);
    let unchanged =
        "SELECT CAST(count(*) AS text) FROM contacts WHERE version = 7 AND created_at = updated_at";
    assert_eq!(old.rows.texts(unchanged, 1).await, [[Some("7".to_owned())]]);
    let sent = |company, body| store.write_one(upsert(company, body));
    let id = |id| ContactId(Uuid::from_u128(id));
    assert_eq!(sent(us, json!({ "email": "ann@X.org" })).await.unwrap().id, id(14));
    assert_eq!(sent(us, json!({ "phone_number": "555-0100" })).await.unwrap().id, id(13));
    assert_eq!(sent(de, json!({ "phone_number": "+49 30 901820" })).await.unwrap().id, id(21));
    let placeholder = sent(us, json!({ "phone_number": "N/A", "email": "none" })).await.unwrap();
    assert!(![id(11), id(12)].contains(&placeholder.id));
    store.close().await;
}

async fn interrupted_upgrade_resumes(backend: Backend) {
    let old = OldDatabase::new(backend).await;
    let company = old.add_company(1, "US").await;
    old.add_many(company).await;
    let at = old.id(MANY - 100);
    match backend {
        Backend::Sqlite => {
            let trigger = format!(
                "CREATE TRIGGER stop BEFORE UPDATE ON contacts WHEN NEW.id = {at}
                 BEGIN SELECT RAISE(ABORT, 'stopped'); END"
            );
            old.rows.run(&trigger).await;
        }
        Backend::Postgres => {
            let function = format!(
                "CREATE FUNCTION stop() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
                     IF NEW.id = {at} THEN RAISE EXCEPTION 'stopped'; END IF;
                     RETURN NEW;
                 END $$"
            );
            old.rows.run(&function).await;
            let trigger =
                "CREATE TRIGGER stop BEFORE UPDATE ON contacts FOR EACH ROW EXECUTE FUNCTION stop()";
            old.rows.run(trigger).await;
        }
    }
    assert!(old.open().await.is_err(), "the upgrade fails");
    let left = "SELECT CAST(count(*) AS text) FROM contacts WHERE phone_key = 'N/A'";
    let is_left = old.rows.texts(left, 1).await.remove(0).remove(0).unwrap().parse::<u128>().unwrap();
    assert!(is_left > 100 && is_left < MANY, "earlier transactions are kept: {is_left} contacts are left");

    // An upgraded contact is not upgraded again.
    let first = old.id(1);
    old.rows.run(&format!("UPDATE contacts SET email_key = 'done' WHERE id = {first}")).await;
    old.rows
        .run(match backend {
            Backend::Sqlite => "DROP TRIGGER stop",
            Backend::Postgres => "DROP TRIGGER stop ON contacts",
        })
        .await;
    old.open().await.unwrap().close().await;
    let done = old.rows.texts(&format!("SELECT email_key FROM contacts WHERE id = {first}"), 1).await;
    assert_eq!(done, [[Some("done".to_owned())]]);
    old.rows.run(&format!("UPDATE contacts SET email_key = NULL WHERE id = {first}")).await;
    assert_eq!(check(&old.rows, &[(company, Country::US)]).await as u128, MANY);
}

async fn servers_started_together_share_an_upgrade(backend: Backend) {
    let old = OldDatabase::new(backend).await;
    let company = old.add_company(1, "US").await;
    old.add_many(company).await;
    let (one, other) = tokio::join!(old.open(), old.open());
    assert_eq!(check(&old.rows, &[(company, Country::US)]).await as u128, MANY);
    one.unwrap().close().await;
    other.unwrap().close().await;
}

async fn writes_during_an_upgrade_are_not_overwritten(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let numbers = (0..1_100).map(|n| upsert(company, json!({ "phone_number": format!("+1415555{n:04}") })));
    let contacts: Vec<ContactId> = fixture.write(numbers.collect()).await.iter().map(|w| w.id).collect();
    let rows = Rows::open(&fixture.database).await;
    for round in 0..3 {
        rows.run("UPDATE contacts SET phone_key = 'old'").await;
        rows.run("DELETE FROM contact_rules").await;
        let change = |at: usize| {
            let phone = format!("+1416555{:04}", (at + round) % 10_000);
            update(company, contacts[at], json!({ "phone_number": phone, "full_name": format!("Jane {at}") }))
        };
        let writes = async {
            for at in (0..contacts.len()).rev().step_by(7) {
                fixture.write(vec![change(at)]).await;
            }
        };
        let (upgraded, ()) = tokio::join!(fixture.another_store(), writes);
        upgraded.close().await;
        assert_eq!(check(&rows, &[(company, Country::US)]).await, contacts.len());
    }
}

async fn new_company_is_not_upgraded(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let contact = fixture.create(company, json!({ "phone_number": "+14155552671" })).await;
    let rows = Rows::open(&fixture.database).await;
    // An upgrade would change this key.
    rows.run("UPDATE contacts SET phone_key = 'not upgraded'").await;
    let store = fixture.another_store().await;
    let key = format!("SELECT phone_key FROM contacts WHERE id = {}", id_text(backend, contact.0));
    assert_eq!(rows.texts(&key, 1).await, [[Some("not upgraded".to_owned())]]);
    store.close().await;
}

async fn stored_responses_of_an_older_version_are_replayed_and_counted(backend: Backend) {
    let old = OldDatabase::new(backend).await;
    let company = old.add_company(1, "US").await;
    let (bytes, now) = match backend {
        Backend::Sqlite => (["x'", "'"], "CAST(strftime('%s', 'now') AS INTEGER) * 1000000"),
        Backend::Postgres => (["'\\x", "'::bytea"], "now()"),
    };
    // A body that would be compressed now.
    let body = "an answer of an older version ".repeat(200);
    let hex = |bytes_of: &[u8]| {
        let digits: String = bytes_of.iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{}{digits}{}", bytes[0], bytes[1])
    };
    let statement = format!(
        "INSERT INTO stored_answers (company_id, name, fingerprint, status, headers, body, sealed, created_at)
         VALUES ({}, {}, {}, 200, '[]', {}, FALSE, {now})",
        old.id(1),
        hex(&[1; 32]),
        hex(&[0; 32]),
        hex(body.as_bytes()),
    );
    old.rows.run(&statement).await;
    let store = old.open().await.unwrap();
    let write = |name, quota| {
        let write = idempotency::once(upsert(company, json!({})), name, 0);
        let once = write.idempotency.map(|idempotency| Idempotency { quota, ..idempotency });
        store.write_one(ContactWrite { idempotency: once, ..write })
    };
    assert_eq!(idempotency::replayed(&write(1, 0).await), body);
    let used = 512 + 2 + body.len() as u64;
    assert!(matches!(write(2, used).await, Err(StoreError::QuotaExceeded { .. })));
    assert!(write(2, used + 1).await.is_ok());
    store.close().await;
}
