//! A change of the company's country.

use contact_model::Country;
use contact_store::company::UpdateCompany;
use contact_testing::{Backend, TestCompany, TestServer, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::path_of;

on_both_databases!(
    change_of_country_changes_keys_but_not_phones,
    oldest_contact_matches_if_a_change_of_country_makes_keys_equal,
    change_of_country_does_not_affect_other_companies,
);

async fn set_country(company: &TestCompany, country: &str) {
    let country = Some(country.parse::<Country>().unwrap());
    let update = UpdateCompany { country, ..UpdateCompany::of(company.id) };
    company.server.store.run(update).await.unwrap();
}

async fn upsert(company: &TestCompany, phone: &str) -> (u16, String) {
    let response = company.post("/contacts/", json!({ "phone_number": phone })).await;
    (response.status, response.header("location").to_owned())
}

/// Creates a contact and sets its phone by an update, which does not normalise it.
async fn with_phone(company: &TestCompany, phone: &str) -> contact_model::ContactId {
    let id = company.create(json!({})).await;
    company.update(id, json!({ "phone_number": phone })).await;
    id
}

async fn change_of_country_changes_keys_but_not_phones(backend: Backend) {
    let company = TestCompany::start(backend).await;
    // 14 further contacts: the change must reach every one of them.
    for n in 0..14 {
        with_phone(&company, &format!("020 7946 01{n:02}")).await;
    }
    let id = with_phone(&company, "020 7946 0018").await;
    let before = company.read(id).await;
    // This is not a possible number in the United States, so only the exact text matches it.
    assert_eq!(upsert(&company, "+442079460018").await.0, 201);
    set_country(&company, "GB").await;

    let after = company.read(id).await;
    assert_eq!(after, before, "the stored contact has not changed, nor has its updated_at");
    assert_eq!(upsert(&company, "0044 20 7946 0113").await.0, 200);
    assert_eq!(upsert(&company, "(020) 7946 0100").await.0, 200);
    assert_eq!(upsert(&company, "+442079460117").await.0, 201, "no contact matches");

    // A create now parses numbers by the new country.
    let response = company.post("/contacts/", json!({ "phone_number": "020 7946 0999" })).await;
    let created: Value = company.get(response.header("location")).await.json();
    assert_eq!(created["phone"], "+442079460999");
}

async fn oldest_contact_matches_if_a_change_of_country_makes_keys_equal(backend: Backend) {
    let company = TestCompany::start(backend).await;
    let oldest = with_phone(&company, "020 7946 0018").await;
    let (status, younger) = upsert(&company, "+44 20 7946 0018").await;
    assert_eq!(status, 201);
    set_country(&company, "GB").await;
    assert_eq!(upsert(&company, "+442079460018").await, (200, path_of(oldest)));
    // The create normalised the phone, so it is found in every country from now on.
    set_country(&company, "DE").await;
    assert_eq!(upsert(&company, "+442079460018").await, (200, path_of(oldest)));
    company.update(oldest, json!({ "phone_number": "020 7946 0018" })).await;
    assert_eq!(upsert(&company, "+442079460018").await, (200, younger));
}

async fn change_of_country_does_not_affect_other_companies(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (company, other) = (server.company().await, server.company().await);
    let id = with_phone(&other, "415 555 2671").await;
    set_country(&company, "GB").await;
    assert_eq!(upsert(&other, "+14155552671").await, (200, path_of(id)));
}
