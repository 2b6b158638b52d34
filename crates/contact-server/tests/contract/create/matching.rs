//! Which contact a create matches.

use contact_model::ContactId;
use contact_testing::{Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::Fixture;

on_both_databases!(
    same_phone_matches_in_any_spelling,
    same_email_matches_in_any_case,
    phone_with_an_extension_matches_only_the_same_text,
    text_that_cannot_be_an_email_matches_nothing,
    oldest_of_several_contacts_matches,
    contact_matches_by_its_updated_phone_and_email,
    removed_phone_or_email_matches_the_next_contact,
);

const PHONE: &str = "+14155552671";

async fn upsert(company: &TestCompany, body: Value) -> (u16, String) {
    let response = company.post("/contacts/", body).await;
    (response.status, response.header("location").to_owned())
}

fn found(id: ContactId) -> (u16, String) {
    (200, crate::fixture::path_of(id))
}

async fn same_phone_matches_in_any_spelling(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    // An update stores the number as sent; it is still found by any spelling.
    for stored in ["(415) 555-2671", "4155552671", "+1 415 555 2671", PHONE] {
        fixture.company.update(fixture.id, json!({ "phone_number": stored })).await;
        for sent in [PHONE, "415-555-2671", "1 (415) 555 2671"] {
            assert_eq!(
                upsert(&fixture.company, json!({ "phone_number": sent })).await,
                found(fixture.id),
                "{sent}"
            );
            fixture.company.update(fixture.id, json!({ "phone_number": stored })).await;
        }
    }
    assert_eq!(upsert(&fixture.company, json!({ "phone_number": "415-555-2672" })).await.0, 201);
}

async fn same_email_matches_in_any_case(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for stored in ["Jane@Example.com", "ÄNN@Example.com"] {
        for sent in [stored.to_uppercase(), stored.to_lowercase(), stored.to_owned()] {
            fixture.company.update(fixture.id, json!({ "email": stored })).await;
            assert_eq!(upsert(&fixture.company, json!({ "email": sent })).await, found(fixture.id), "{sent}");
            assert_eq!(fixture.read().await["email"], stored.to_lowercase());
        }
    }
    for sent in [" änn@example.com\u{A0}", "\u{FEFF}änn@exam\u{AD}ple.com"] {
        assert_eq!(upsert(&fixture.company, json!({ "email": sent })).await, found(fixture.id), "{sent:?}");
    }
    assert_eq!(upsert(&fixture.company, json!({ "email": "ann@example.com" })).await.0, 201);
}

async fn text_that_cannot_be_an_email_matches_nothing(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for sent in ["N/A", "none", "-", "jane@", "@example.com", "a@b@c"] {
        for _ in 0..2 {
            assert_eq!(upsert(&fixture.company, json!({ "email": sent })).await.0, 201, "{sent}");
        }
        fixture.company.update(fixture.id, json!({ "email": sent })).await;
        assert_eq!(upsert(&fixture.company, json!({ "email": sent })).await.0, 201, "{sent}");
    }
}

async fn phone_with_an_extension_matches_only_the_same_text(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+1 415 555 2671 ext. 5" })).await;
    for same in ["+1 415 555 2671 ext. 5", "+14155552671 ext.5"] {
        assert_eq!(
            upsert(&fixture.company, json!({ "phone_number": same })).await,
            found(fixture.id),
            "{same}"
        );
        fixture.company.update(fixture.id, json!({ "phone_number": "+1 415 555 2671 ext. 5" })).await;
    }
    for other in [PHONE, "+1 (415) 555 2671 ext. 5", "+1 415 555 2671 ext. 6"] {
        assert_eq!(upsert(&fixture.company, json!({ "phone_number": other })).await.0, 201, "{other}");
    }
}

async fn oldest_of_several_contacts_matches(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "full_name": "oldest" })).await;
    let mut younger = Vec::new();
    for name in ["second", "third"] {
        younger.push(fixture.company.create(json!({ "full_name": name })).await);
    }
    // The youngest contact gets phone and email first: the order of creation decides.
    for id in younger.into_iter().rev().chain([fixture.id]) {
        let body = json!({ "phone_number": "415-555-2671", "email": "JANE@example.com" });
        fixture.company.update(id, body).await;
        for body in [json!({ "phone_number": PHONE }), json!({ "email": "jane@example.com" })] {
            assert_eq!(upsert(&fixture.company, body).await, found(id));
        }
    }
}

async fn contact_matches_by_its_updated_phone_and_email(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": PHONE, "email": "jane@example.com" })).await;
    let other = json!({ "phone_number": "415 555 0000", "email": "New@Example.com" });
    fixture.company.update(fixture.id, other).await;
    for body in [json!({ "phone_number": "+14155550000" }), json!({ "email": "new@example.com" })] {
        assert_eq!(upsert(&fixture.company, body).await, found(fixture.id));
    }
    for body in [json!({ "phone_number": PHONE }), json!({ "email": "jane@example.com" })] {
        assert_eq!(upsert(&fixture.company, body).await.0, 201);
    }
}

async fn removed_phone_or_email_matches_the_next_contact(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": PHONE, "email": "jane@example.com" })).await;
    let next = fixture.company.create(json!({})).await;
    let same = json!({ "phone_number": PHONE, "email": "jane@example.com" });
    fixture.company.update(next, same).await;
    assert_eq!(upsert(&fixture.company, json!({ "phone_number": PHONE })).await, found(fixture.id));
    fixture.company.update(fixture.id, json!({ "phone_number": null, "email": "" })).await;
    for body in [json!({ "phone_number": PHONE }), json!({ "email": "jane@example.com" })] {
        assert_eq!(upsert(&fixture.company, body).await, found(next));
    }
}
