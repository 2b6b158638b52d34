//! Defining, renaming and deleting the custom fields of a company.

use contact_model::{Access, ProblemType};
use contact_testing::{Backend, TestCompany, TestResponse, on_both_databases};
use serde_json::{Value, json};

use crate::fixture::{Fixture, UNKNOWN_ID, bad};

on_both_databases!(
    defined_field_accepts_values,
    fields_are_listed_in_order_of_their_names_for_every_key,
    field_name_is_unique_within_a_company,
    name_that_looks_like_an_existing_name_is_refused,
    names_are_compared_in_nfc,
    renamed_field_keeps_its_values,
    deleting_a_field_deletes_its_values,
    every_invalid_field_of_a_definition_is_reported,
    unknown_keys_are_ignored_and_listed,
    field_of_another_company_is_not_found,
    malformed_id_is_a_400,
    trailing_slash_is_optional,
);

async fn define(admin: &TestCompany, body: Value) -> Value {
    let response = admin.post("/custom-fields/", body).await;
    assert_eq!(response.status, 201, "{response:#?}");
    response.json()
}

fn path_of(field: &Value) -> String {
    format!("/custom-fields/{}/", field["id"].as_str().unwrap())
}

async fn list(company: &TestCompany) -> Value {
    let response = company.get("/custom-fields/").await;
    assert_eq!(response.status, 200, "{response:#?}");
    response.json()
}

async fn defined_field_accepts_values(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let body = json!({ "name": "Plan", "type": "select", "options": ["silver", "gold"] });
    let field = define(&admin, body).await;
    let expected = json!({
        "id": field["id"], "name": "Plan", "type": "select", "options": ["silver", "gold"],
        "created_at": field["created_at"],
    });
    assert_eq!(field, expected);
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": "gold" } })).await;
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold" }));
    let refused = fixture.refused(json!({ "custom_fields": { "Plan": "bronze" } })).await;
    assert_eq!(refused, bad(&[("/custom_fields/Plan", "invalid_value")]));
    let plain = define(&admin, json!({ "name": "Note" })).await;
    assert_eq!((&plain["type"], &plain["options"]), (&json!("any"), &json!([])));
}

async fn fields_are_listed_in_order_of_their_names_for_every_key(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let none = list(&admin).await;
    assert_eq!(none, json!({ "results": [] }));
    let second = define(&admin, json!({ "name": "b" })).await;
    let first = define(&admin, json!({ "name": "a", "type": "date" })).await;
    let reader = fixture.company.with_access(Access::Read).await;
    for company in [&admin, &fixture.company, &reader] {
        assert_eq!(list(company).await, json!({ "results": [first, second] }));
    }
}

async fn field_name_is_unique_within_a_company(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let plan = define(&admin, json!({ "name": "Plan" })).await;
    let size = define(&admin, json!({ "name": "Size" })).await;
    let assert_taken = |response: TestResponse| {
        assert_eq!(response.invalid_fields(ProblemType::CustomFieldTaken), bad(&[("/name", "taken")]));
        let detail = &response.problem(ProblemType::CustomFieldTaken).errors[0].detail;
        assert!(detail.contains(plan["id"].as_str().unwrap()), "{detail}");
    };
    assert_taken(admin.post("/custom-fields/", json!({ "name": "Plan", "type": "text" })).await);
    assert_taken(admin.patch(&path_of(&size), json!({ "name": "Plan" })).await);
    assert_eq!(list(&admin).await, json!({ "results": [plan, size] }));
    let same = admin.patch(&path_of(&plan), json!({ "name": "Plan" })).await;
    assert_eq!((same.status, same.json()), (200, plan.clone()), "a field may keep its own name");
    let stranger = fixture.company.server.company().await.with_access(Access::Admin).await;
    define(&stranger, json!({ "name": "Plan" })).await;
}

async fn name_that_looks_like_an_existing_name_is_refused(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let size = define(&admin, json!({ "name": "Gr\u{f6}\u{df}e" })).await;
    let plan = define(&admin, json!({ "name": "Plan A" })).await;
    for name in ["Gro\u{308}\u{df}e", "\u{feff}Gr\u{f6}\u{df}e", "Plan\u{a0}A"] {
        for response in [
            admin.post("/custom-fields/", json!({ "name": name })).await,
            admin
                .patch(
                    &path_of(if name.starts_with("Plan") { &size } else { &plan }),
                    json!({ "name": name }),
                )
                .await,
        ] {
            assert_eq!(
                response.invalid_fields(ProblemType::CustomFieldTaken),
                bad(&[("/name", "taken")]),
                "{name:?}"
            );
        }
    }
    assert_eq!(list(&admin).await, json!({ "results": [size, plan] }));
    let own = admin.patch(&path_of(&size), json!({ "name": "Gro\u{308}\u{df}e" })).await;
    assert_eq!(
        (own.status, &own.json()["name"]),
        (200, &json!("Gro\u{308}\u{df}e")),
        "another form of its own name"
    );
}

async fn names_are_compared_in_nfc(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let (composed, decomposed) = ("Gr\u{f6}\u{df}e", "Gro\u{308}\u{df}e");
    define(&admin, json!({ "name": composed })).await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { decomposed: "XL" } })).await;
    assert_eq!(fixture.read().await["custom_fields"], json!({ composed: "XL" }));
    for name in ["Gr%C3%B6%C3%9Fe", "Gro%CC%88%C3%9Fe"] {
        let found = fixture.company.get(&format!("/contacts/?custom_fields%5B{name}%5D=XL")).await;
        assert_eq!(found.json()["results"].as_array().map(Vec::len), Some(1), "{name}");
    }
}

async fn renamed_field_keeps_its_values(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let field = define(&admin, json!({ "name": "Plan" })).await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Plan": "gold" } })).await;
    let response = admin.patch(&path_of(&field), json!({ "name": "Tariff" })).await;
    let mut expected = field.clone();
    expected["name"] = json!("Tariff");
    assert_eq!((response.status, response.json()), (200, expected));
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Tariff": "gold" }));
    let response = fixture.patch(json!({ "custom_fields": { "Plan": 1 } })).await;
    assert_eq!(response.header("ignored-fields"), r#""custom_fields.Plan""#);
}

async fn deleting_a_field_deletes_its_values(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let size = define(&admin, json!({ "name": "Size" })).await;
    fixture.company.update(fixture.id, json!({ "custom_fields": { "Size": 7 } })).await;
    let response = admin.delete(&path_of(&size)).await;
    assert_eq!((response.status, response.body.as_str()), (204, ""));
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold" }));
    admin.delete(&path_of(&size)).await.problem(ProblemType::CustomFieldNotFound);
    define(&admin, json!({ "name": "Size" })).await;
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold" }), "the values are deleted");
}

async fn every_invalid_field_of_a_definition_is_reported(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let body = json!({ "name": " ", "type": "list", "options": ["a", 7] });
    let response = admin.post("/custom-fields/", body).await;
    let expected = bad(&[("/name", "required"), ("/type", "invalid_value"), ("/options/1", "wrong_type")]);
    assert_eq!(response.invalid_fields(ProblemType::InvalidFields), expected);
    let field = define(&admin, json!({ "name": "Plan" })).await;
    for (name, code) in
        [(json!(null), "null_not_allowed"), (json!(""), "required"), (json!("x".repeat(101)), "too_long")]
    {
        let response = admin.patch(&path_of(&field), json!({ "name": name })).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/name", code)]));
    }
    assert_eq!(list(&admin).await, json!({ "results": [field] }));
}

async fn unknown_keys_are_ignored_and_listed(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let field = define(&admin, json!({ "name": "Plan" })).await;
    // The type of a field cannot be changed.
    let response = admin.patch(&path_of(&field), json!({ "name": "Tariff", "type": "number" })).await;
    assert_eq!(response.header("ignored-fields"), r#""type""#);
    assert_eq!(response.json()["type"], "any");
}

async fn field_of_another_company_is_not_found(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = list(&fixture.company).await;
    let theirs = path_of(&before["results"][0]);
    let stranger = fixture.company.server.company().await.with_access(Access::Admin).await;
    assert_eq!(list(&stranger).await, json!({ "results": [] }));
    for path in [theirs, format!("/custom-fields/{UNKNOWN_ID}/")] {
        let responses =
            [stranger.patch(&path, json!({ "name": "Mine" })).await, stranger.delete(&path).await];
        for response in responses {
            let problem = response.problem(ProblemType::CustomFieldNotFound);
            assert_eq!(problem.detail, "The company has no custom field with this id.");
        }
    }
    assert_eq!(list(&fixture.company).await, before);
    assert_eq!(fixture.read().await["custom_fields"], json!({ "Plan": "gold" }));
}

async fn malformed_id_is_a_400(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    for id in ["7", "no-uuid", "%FF", "%00", "null", &UNKNOWN_ID[1..]] {
        let path = format!("/custom-fields/{id}/");
        for response in [admin.patch(&path, json!({ "name": "x" })).await, admin.delete(&path).await] {
            let expected = bad(&[("custom_field_id", "invalid_value")]);
            assert_eq!(response.invalid_fields(ProblemType::InvalidParameter), expected, "{id}");
        }
    }
}

async fn trailing_slash_is_optional(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let admin = fixture.admin().await;
    let response = admin.post("/custom-fields", json!({ "name": "Plan" })).await;
    assert_eq!(response.status, 201, "{response:#?}");
    let path = path_of(&response.json());
    let bare = path.trim_end_matches('/');
    assert_eq!(admin.patch(bare, json!({ "name": "Tariff" })).await.status, 200);
    assert_eq!(admin.delete(bare).await.status, 204);
}
