//! Paths and methods.

use contact_model::ProblemType;
use contact_testing::{Backend, TestCompany, on_both_databases};
use reqwest::Method;
use reqwest::redirect::Policy;
use serde_json::json;

use crate::fixture::{Fixture, UNKNOWN_ID, agent_with_contact};
use crate::operations;

on_both_databases!(
    trailing_slash_of_every_path_is_optional,
    query_is_kept_without_the_trailing_slash,
    malformed_id_is_a_400,
    upper_case_id_is_accepted,
    non_standard_form_of_an_id_is_a_400_in_paths,
    non_standard_form_of_an_id_is_a_400_in_bodies,
    unknown_contact_is_a_404,
    unsupported_method_is_a_405_with_allow,
    unknown_path_is_a_404,
);

async fn trailing_slash_of_every_path_is_optional(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let admin = fixture.admin().await;
    // Redirects are not followed, because they would hide a missing route.
    let client = reqwest::Client::builder().no_proxy().redirect(Policy::none()).build().unwrap();
    for operation in operations::all() {
        let slashed = operation.path_for(fixture.id);
        let bare = slashed.strip_suffix('/').expect("described paths end in a slash");
        for path in [slashed.as_str(), bare] {
            let request = client
                .request(operation.method.clone(), format!("{}{path}", fixture.company.server.url))
                .header("Authorization", &admin.key);
            let request = match operation.body(agent) {
                Some(body) => request.json(&body),
                None => request,
            };
            let response = fixture.company.send(request).await;
            assert!(operation.expects(&response), "{} {path}: {response:#?}", operation.method);
        }
    }
}

async fn query_is_kept_without_the_trailing_slash(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let path = format!("/contacts/{}?include=first_name", fixture.id);
    assert_eq!(fixture.company.get(&path).await.json()["first_name"], "Jane");
    fixture.company.update(fixture.id, json!({ "phone_number": null })).await;
    let path = format!("/contacts/{}?pn=true", fixture.id);
    fixture.company.get(&path).await.problem(ProblemType::NoPhoneNumber);
}

async fn malformed_id_is_a_400(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let too_long = format!("{UNKNOWN_ID}0");
    for operation in operations::all().iter().filter(|operation| operation.has_contact_id()) {
        for id in ["", "7", "no-uuid", "%FF", "%00", "null", &UNKNOWN_ID[1..], &too_long, "..%2f", "%20"] {
            let request = operation.request(&fixture.company, &operation.path_for(id), agent);
            let response = fixture.company.send(request).await;
            let bad = response.invalid_fields(ProblemType::InvalidParameter);
            assert_eq!(bad, [("contact_id".to_owned(), "invalid_value".to_owned())], "{id}");
        }
    }
}

async fn upper_case_id_is_accepted(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let response =
        fixture.company.get(&format!("/contacts/{}/", fixture.id.to_string().to_uppercase())).await;
    assert_eq!((response.status, &response.json()["id"]), (200, &json!(fixture.id)));
}

async fn non_standard_form_of_an_id_is_a_400_in_paths(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let admin = fixture.admin().await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    let before = fixture.read().await;
    for operation in operations::all().iter().filter(|operation| operation.path.contains("_id}")) {
        for form in non_standard_forms(fixture.id.0) {
            let form = form.replace('{', "%7B").replace('}', "%7D");
            let path = operation.path_for(&form).replace(UNKNOWN_ID, &form);
            let response = admin.send(operation.request(&admin, &path, agent)).await;
            let bad = response.invalid_fields(ProblemType::InvalidParameter);
            let (parameter, code) = &bad[0];
            assert!(operation.path.contains(&format!("{{{parameter}}}")), "{path}: {bad:?}");
            assert_eq!((bad.len(), code.as_str()), (1, "invalid_value"), "{path}: {bad:?}");
        }
    }
    assert_eq!(fixture.read().await, before);
}

async fn non_standard_form_of_an_id_is_a_400_in_bodies(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    for form in non_standard_forms(agent.0) {
        let thread =
            json!({ "agent_id": form, "type": "call", "status": "completed", "direction": "inbound" });
        let path = fixture.path();
        for (operation, response) in [
            ("record", fixture.company.post(&format!("{path}threads/"), thread).await),
            ("set", fixture.company.put(&format!("{path}active-agent/"), json!({ "agent_id": form })).await),
        ] {
            let bad = response.invalid_fields(ProblemType::InvalidFields);
            assert_eq!(bad, [("/agent_id".to_owned(), "invalid_value".to_owned())], "{operation} {form}");
        }
    }
    for form in non_standard_forms(fixture.id.0) {
        let items: Vec<_> =
            ["update", "delete", "restore", "insert"].map(|op| json!({ "op": op, "id": form })).into();
        let response = fixture.company.post("/contacts/batch/", json!({ "items": items })).await;
        for result in response.json()["results"].as_array().unwrap() {
            assert_eq!(result["status"], 400, "{form}: {result}");
        }
    }
}

/// Returns an ID in the forms of a UUID that are not accepted.
fn non_standard_forms(id: uuid::Uuid) -> [String; 3] {
    [id.simple().to_string(), id.braced().to_string(), id.urn().to_string()]
}

async fn unknown_contact_is_a_404(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let agent = agent_with_contact(&fixture.company, "Front desk").await;
    for operation in operations::all().iter().filter(|operation| operation.has_contact_id()) {
        for id in [UNKNOWN_ID, "00000000-0000-0000-0000-000000000000"] {
            let response = operation.send(&fixture.company, id.parse().unwrap(), agent).await;
            response.problem(ProblemType::ContactNotFound);
        }
    }
}

async fn unsupported_method_is_a_405_with_allow(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    let described = operations::all();
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    for operation in &described {
        let path = &operation.path;
        let mut supported: Vec<&str> = described
            .iter()
            .filter(|operation| operation.path == *path)
            .map(|operation| operation.method.as_str())
            .collect();
        if supported.contains(&"GET") {
            supported.push("HEAD");
        }
        supported.sort_unstable();
        for method in known.into_iter().filter(|method| !supported.contains(method)) {
            let method: Method = method.parse().unwrap();
            let path = operation.path_for(fixture.id);
            let response = fixture.company.send(fixture.company.request(method.clone(), &path)).await;
            let mut allowed: Vec<&str> = response.header("allow").split(',').map(str::trim).collect();
            allowed.sort_unstable();
            assert_eq!(allowed, supported, "{method} {path}");
            if method == Method::HEAD {
                assert_eq!((response.status, response.body.as_str()), (405, ""));
            } else {
                response.problem(ProblemType::MethodNotAllowed);
            }
        }
    }
}

async fn unknown_path_is_a_404(backend: Backend) {
    let company = TestCompany::start(backend).await;
    let below = format!("/contacts/{UNKNOWN_ID}/nothing/");
    for path in ["/", "/contact/", "/contactsx/", "/docs/nothing", "/Contacts/", "/v1/contacts/", &below] {
        for key in [company.key.as_str(), "ctk_unknown"] {
            company.with_key(key).get(path).await.problem(ProblemType::UnknownPath);
        }
    }
}
