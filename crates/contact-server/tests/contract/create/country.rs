//! A change of the company's country.

use contact_model::Country;
use contact_store::company::UpdateCompany;
use contact_testing::{Backend, TestCompany, TestServer, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::path_of;

on_both_databases!(
    a_change_of_country_computes_keys_anew_and_leaves_phones_as_they_are,
    contacts_that_a_change_of_country_brings_together_match_the_oldest,
    a_change_of_country_touches_no_other_company,
);

async fn move_to(server: &TestServer, company: &TestCompany, country: &str) {
    let country = Some(country.parse::<Country>().unwrap());
    let update = UpdateCompany { id: company.id, name: None, country };
    server.store.run_one(update).await.unwrap();
}

async fn hit(company: &TestCompany, phone: &str) -> (u16, String) {
    let response = company.post("/contacts/", json!({ "phone_number": phone })).await;
    (response.status, response.header("location").to_owned())
}

/// A contact whose phone an update assigned as it is written in its country.
async fn with_phone(company: &TestCompany, phone: &str) -> contact_model::ContactId {
    let id = company.create(json!({})).await;
    company.update(id, json!({ "phone_number": phone })).await;
    id
}

async fn a_change_of_country_computes_keys_anew_and_leaves_phones_as_they_are(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company().await;
    // 14 further contacts: the change must reach every one of them.
    for n in 0..14 {
        with_phone(&company, &format!("020 7946 01{n:02}")).await;
    }
    let id = with_phone(&company, "020 7946 0018").await;
    let before = company.read(id).await;
    // No possible number in the United States, so it is found by the exact string alone.
    assert_eq!(hit(&company, "+442079460018").await.0, 201);
    move_to(&server, &company, "GB").await;

    let after = company.read(id).await;
    assert_eq!(after, before, "what is stored of the contact stays, updated_at and all");
    assert_eq!(hit(&company, "0044 20 7946 0113").await.0, 200);
    assert_eq!(hit(&company, "(020) 7946 0100").await.0, 200);
    assert_eq!(hit(&company, "+442079460117").await.0, 201, "there is no such contact");

    // A create now reads numbers as they are written in the new country.
    let response = company.post("/contacts/", json!({ "phone_number": "020 7946 0999" })).await;
    let created: Value = company.get(response.header("location")).await.json();
    assert_eq!(created["phone"], "+442079460999");
}

async fn contacts_that_a_change_of_country_brings_together_match_the_oldest(backend: Backend) {
    let server = TestServer::start(backend).await;
    let company = server.company().await;
    let oldest = with_phone(&company, "020 7946 0018").await;
    let (status, younger) = hit(&company, "+44 20 7946 0018").await;
    assert_eq!(status, 201);
    move_to(&server, &company, "GB").await;
    assert_eq!(hit(&company, "+442079460018").await, (200, path_of(oldest)));
    // The create normalised the phone, so it is found in every country from now on.
    move_to(&server, &company, "DE").await;
    assert_eq!(hit(&company, "+442079460018").await, (200, path_of(oldest)));
    company.update(oldest, json!({ "phone_number": "020 7946 0018" })).await;
    assert_eq!(hit(&company, "+442079460018").await, (200, younger));
}

async fn a_change_of_country_touches_no_other_company(backend: Backend) {
    let server = TestServer::start(backend).await;
    let (moved, other) = (server.company().await, server.company().await);
    let id = with_phone(&other, "415 555 2671").await;
    move_to(&server, &moved, "GB").await;
    assert_eq!(hit(&other, "+14155552671").await, (200, path_of(id)));
}
