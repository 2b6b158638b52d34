//! Normalisation of phone numbers by a create.

use contact_model::Country;
use contact_testing::{Backend, TestCompany, TestServer, on_both_databases};
use serde_json::json;

on_both_databases!(
    phone_is_normalised_by_the_country_of_the_company,
    impossible_number_is_stored_as_sent_and_matches_the_same_text,
    text_that_cannot_be_a_number_is_stored_as_sent_and_never_matches,
    local_number_is_not_converted_to_e164,
    empty_phone_is_stored_as_null,
);

async fn phone_is_normalised_by_the_country_of_the_company(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (country, sent, stored) in [
        ("US", "(415) 555-2671", "+14155552671"),
        ("US", "415.555.2672", "+14155552672"),
        ("US", "1-415-555-2673", "+14155552673"),
        ("US", "+44 20 7946 0018", "+442079460018"),
        ("GB", "020 7946 0018", "+442079460018"),
        ("GB", "+1 (415) 555-2671", "+14155552671"),
        ("DE", "030 901820", "+4930901820"),
        ("DE", "0049 30 901820", "+4930901820"),
    ] {
        let company = server.company_in(country.parse::<Country>().unwrap()).await;
        let id = company.create(json!({ "phone_number": sent })).await;
        assert_eq!(company.read(id).await["phone"], stored, "{sent} in {country}");
        // The next spelling of the same number finds the contact.
        assert_eq!(company.create(json!({ "phone_number": stored })).await, id);
        assert_eq!(company.create(json!({ "phone_number": sent })).await, id);
    }
}

async fn impossible_number_is_stored_as_sent_and_matches_the_same_text(backend: Backend) {
    let company = TestCompany::start(backend).await;
    let long = "1".repeat(40);
    for sent in ["call 12345", "+1 415 555 2671 ext. 5", "415-555-2671 x9", " 名 54321 ", &long] {
        let id = company.create(json!({ "phone_number": sent })).await;
        assert_eq!(company.read(id).await["phone"], sent);
        assert_eq!(company.create(json!({ "phone_number": sent })).await, id);
        assert_eq!(company.create(json!({ "phone_number": format!(" {sent}\u{200B}") })).await, id);
        assert_ne!(company.create(json!({ "phone_number": format!("{sent}!") })).await, id);
    }
}

async fn text_that_cannot_be_a_number_is_stored_as_sent_and_never_matches(backend: Backend) {
    let company = TestCompany::start(backend).await;
    for sent in
        ["<string>", "12", "call me", "  ", "+", " 名 ", "N/A", "-", "none", "0", "000-000-0000", "4.479E+11"]
    {
        let id = company.create(json!({ "phone_number": sent })).await;
        assert_eq!(company.read(id).await["phone"], sent);
        assert_ne!(company.create(json!({ "phone_number": sent })).await, id, "{sent:?}");
    }
}

async fn local_number_is_not_converted_to_e164(backend: Backend) {
    let server = TestServer::start(backend).await;
    for (country, sent) in [("US", "555-0100"), ("GB", "7946 0018")] {
        let company = server.company_in(country.parse::<Country>().unwrap()).await;
        let id = company.create(json!({ "phone_number": sent })).await;
        assert_eq!(company.read(id).await["phone"], sent);
        assert_eq!(company.create(json!({ "phone_number": sent })).await, id);
    }
}

async fn empty_phone_is_stored_as_null(backend: Backend) {
    let company = TestCompany::start(backend).await;
    for sent in [json!(""), json!(null)] {
        let id = company.create(json!({ "phone_number": sent })).await;
        assert_eq!(company.read(id).await["phone"], json!(null));
    }
}
