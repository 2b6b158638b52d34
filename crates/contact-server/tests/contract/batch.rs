//! Many writes in one request.

use contact_model::{Access, ContactId, CustomFieldType, ProblemType};
use contact_testing::{Answer, Backend, TestCompany, on_both_databases};
use serde_json::{Value, json};

use crate::raw_connection::RawConnection;
use crate::stage::{NEVER_WAS, Stage, bad, path_of, send_text};

on_both_databases!(
    each_item_is_answered_in_its_place_with_its_own_status,
    one_bad_item_touches_no_other,
    items_on_one_contact_apply_in_order,
    what_is_said_of_a_new_contact_alone,
    an_inserted_contact_is_read_back_as_it_was_sent,
    a_contact_is_moved_to_another_company_as_it_is,
    an_id_that_is_taken_is_a_409_of_its_item,
    all_or_none_are_done,
    the_first_refused_item_refuses_an_atomic_batch,
    every_bad_field_of_an_atomic_batch_is_named,
    what_is_wrong_with_the_whole_body_refuses_it,
    a_batch_may_be_larger_than_other_bodies,
    atomic_takes_true_or_false_alone,
    another_companys_contacts_are_no_contacts,
    a_read_key_may_not,
);

const PATH: &str = "/contacts/batch/";

async fn send(company: &TestCompany, items: Value) -> Answer {
    company.post(PATH, json!({ "items": items })).await
}

async fn send_atomic(company: &TestCompany, items: Value) -> Answer {
    company.post(&format!("{PATH}?atomic=true"), json!({ "items": items })).await
}

/// What became of the items of a batch that is answered.
fn results(answer: &Answer) -> Vec<Value> {
    assert_eq!(answer.status, 200, "{answer:#?}");
    answer.json()["results"].as_array().unwrap().clone()
}

fn statuses(results: &[Value]) -> Vec<u64> {
    results.iter().map(|result| result["status"].as_u64().unwrap()).collect()
}

fn id_of(result: &Value) -> ContactId {
    result["id"].as_str().and_then(|id| id.parse().ok()).unwrap_or_else(|| panic!("no id in {result}"))
}

/// The problem of an item that was refused.
fn problem(result: &Value, expected: ProblemType) -> Vec<(String, String)> {
    let problem = &result["problem"];
    assert_eq!(problem["type"], expected.uri(), "{result}");
    assert_eq!(problem["title"], expected.title());
    assert_eq!(
        (&problem["status"], &result["status"]),
        (&json!(expected.status()), &json!(expected.status()))
    );
    assert_eq!((&result["id"], result.get("ignored")), (&json!(null), None));
    assert!(problem["detail"].as_str().is_some_and(|detail| !detail.is_empty()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let errors = problem["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| (text(&error["pointer"]), text(&error["code"]))).collect()
}

async fn each_item_is_answered_in_its_place_with_its_own_status(backend: Backend) {
    let stage = Stage::full(backend).await;
    let other = stage.company.create(json!({})).await;
    let body = json!({ "more": 1, "items": [
        { "op": "upsert", "email": "new@example.com", "nickname": "J" },
        { "op": "upsert", "phone_number": "415-555-2671", "notes": "found", "custom_fields": { "None": 1 } },
        { "op": "update", "id": stage.id, "business_name": "Changed" },
        { "op": "delete", "id": other },
        { "op": "insert", "name": "Jane Doe", "custom_fields": { "None": 1, "Plan": 2 }, "x": 1 },
    ] });
    let answer = stage.company.post(PATH, body).await;
    let results = results(&answer);
    assert_eq!(statuses(&results), [201, 200, 200, 204, 201]);
    assert_eq!(answer.header("ignored-fields"), r#""more""#);
    assert_eq!(results[1], json!({ "status": 200, "id": stage.id, "ignored": ["custom_fields.None"] }));
    assert_eq!(results[2], json!({ "status": 200, "id": stage.id }));
    assert_eq!(results[3], json!({ "status": 204, "id": other }));
    assert_eq!(results[0]["ignored"], json!(["nickname"]));
    assert_eq!(results[4]["ignored"], json!(["x", "custom_fields.None"]));
    assert_eq!(stage.company.read(id_of(&results[0])).await["email"], "new@example.com");
    let changed = stage.read().await;
    assert_eq!((&changed["notes"], &changed["business_name"]), (&json!("found"), &json!("Changed")));
    stage.company.get(&path_of(other)).await.problem(ProblemType::ContactNotFound);
    assert_eq!(stage.company.read(id_of(&results[4])).await["custom_fields"], json!({ "Plan": 2 }));
}

async fn one_bad_item_touches_no_other(backend: Backend) {
    let stage = Stage::full(backend).await;
    stage.define("Age", CustomFieldType::Number).await;
    let results = results(
        &send(
            &stage.company,
            json!([
                7,
                { "op": "rename" },
                { "id": stage.id },
                { "op": "update", "notes": "lost" },
                { "op": "update", "id": "x", "tags": null, "notes": 1 },
                { "op": "update", "id": NEVER_WAS, "notes": "lost" },
                { "op": "delete", "id": NEVER_WAS },
                { "op": "upsert", "phone_number": "+14155552671", "custom_fields": { "Age": "old" } },
                { "op": "upsert", "on_create": { "custom_fields": { "Age": "old" }, "is_dnd": 1 } },
                { "op": "insert", "lead_source": "API", "created_at": "today" },
                { "op": "update", "id": stage.id, "notes": "done" },
            ]),
        )
        .await,
    );
    let fields = [
        bad(&[("", "wrong_type")]),
        bad(&[("/op", "invalid_value")]),
        bad(&[("/op", "required")]),
        bad(&[("/id", "required")]),
        bad(&[("/id", "invalid_value"), ("/notes", "wrong_type"), ("/tags", "null_not_allowed")]),
        bad(&[("/custom_fields/Age", "wrong_type")]),
        bad(&[("/on_create/custom_fields/Age", "wrong_type")]),
        bad(&[("/lead_source", "invalid_value"), ("/created_at", "invalid_value")]),
    ];
    for (index, expected) in [0, 1, 2, 3, 4, 7, 8, 9].into_iter().zip(fields) {
        assert_eq!(problem(&results[index], ProblemType::InvalidFields), expected, "item {index}");
    }
    for index in [5, 6] {
        assert_eq!(problem(&results[index], ProblemType::ContactNotFound), []);
    }
    assert_eq!(results[10], json!({ "status": 200, "id": stage.id }));
    assert_eq!(stage.read().await["notes"], "done");
}

async fn items_on_one_contact_apply_in_order(backend: Backend) {
    let stage = Stage::full(backend).await;
    // More than one turn of the store.
    let mut items: Vec<Value> =
        (0..400).map(|n| json!({ "op": "update", "id": stage.id, "notes": n.to_string() })).collect();
    items.push(json!({ "op": "upsert", "email": "new@example.com", "notes": "first" }));
    items.push(json!({ "op": "upsert", "email": "NEW@example.com", "notes": "second" }));
    items.push(json!({ "op": "delete", "id": stage.id }));
    items.push(json!({ "op": "update", "id": stage.id, "notes": "lost" }));
    items.push(json!({ "op": "upsert", "phone_number": "+14155552671" }));
    let results = results(&send(&stage.company, json!(items)).await);
    assert_eq!(statuses(&results)[400..], [201, 200, 204, 404, 201]);
    assert_eq!(results[400]["id"], results[401]["id"]);
    assert_eq!(stage.company.read(id_of(&results[400])).await["notes"], "second");
    assert_ne!(id_of(&results[404]), stage.id, "who was deleted is not found");
}

async fn what_is_said_of_a_new_contact_alone(backend: Backend) {
    let stage = Stage::full(backend).await;
    let item = |email: &str| {
        json!({
            "op": "upsert", "email": email, "notes": "own", "custom_fields": { "Plan": "own" },
            "on_create": { "full_name": "jane doe", "business_name": "New Ltd", "notes": "other", "x": 1, "custom_fields": { "Plan": 1 } },
        })
    };
    let before = stage.read().await;
    let results =
        results(&send(&stage.company, json!([item("new@example.com"), item("jane@example.com")])).await);
    assert_eq!(statuses(&results), [201, 200]);
    for result in &results {
        assert_eq!(result["ignored"], json!(["on_create.x"]));
    }
    let created = stage.company.read(id_of(&results[0])).await;
    assert_eq!((&created["name"], &created["notes"]), (&json!("Jane Doe"), &json!("own")));
    assert_eq!(
        (&created["business_name"], &created["custom_fields"]),
        (&json!("New Ltd"), &json!({ "Plan": "own" }))
    );
    let now = stage.read().await;
    assert_eq!((&now["business_name"], &now["notes"]), (&before["business_name"], &json!("own")));
}

async fn an_inserted_contact_is_read_back_as_it_was_sent(backend: Backend) {
    let stage = Stage::full(backend).await;
    let sent = json!({
        "id": "018bab2f-0000-7000-8000-000000000001", "name": " jane  DOE", "first_name": "J", "last_name": "",
        "email": "Jane@Example.COM", "phone": "(415) 555-0000", "business_name": "", "notes": null,
        "tags": ["b", "a", "b"], "lead_source": "facebook", "is_dnd": true,
        "profile_picture_url": "https://example.com/jane.png", "last_activity": "2020-01-02T00:00:00Z",
        "created_at": "2001-02-03T04:05:06.000789Z", "updated_at": "2019-01-01T00:00:00.500Z",
        "custom_fields": { "Plan": { "a": [1, null] } },
    });
    let mut item = sent.clone();
    item["op"] = json!("insert");
    let results = results(&send(&stage.company, json!([item])).await);
    assert_eq!(results, [json!({ "status": 201, "id": sent["id"] })]);
    let mut expected = sent;
    expected["active_chat_agent"] = json!(null);
    expected["recent_activity"] = json!([]);
    assert_eq!(stage.company.read(id_of(&results[0])).await, expected);
    let found = stage.company.create(json!({ "phone_number": "+1 415 555 0000" })).await;
    assert_eq!(found, id_of(&results[0]), "found like any other");
}

async fn a_contact_is_moved_to_another_company_as_it_is(backend: Backend) {
    let stage = Stage::full(backend).await;
    let other = stage.server.company().await;
    crate::stage::define(&stage.server, &other, "Plan", CustomFieldType::Any, &[]).await;
    let sent = stage.read().await;
    let mut item = sent.clone();
    item["op"] = json!("insert");
    let results = results(&send(&other, json!([item])).await);
    let expected =
        json!({ "status": 201, "id": stage.id, "ignored": ["active_chat_agent", "recent_activity"] });
    assert_eq!(results, [expected]);
    assert_eq!(other.read(stage.id).await, sent);
}

async fn an_id_that_is_taken_is_a_409_of_its_item(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.read().await;
    let deleted = stage.company.create(json!({})).await;
    send(&stage.company, json!([{ "op": "delete", "id": deleted }])).await;
    let items = json!([
        { "op": "insert", "id": stage.id, "notes": "lost" },
        { "op": "insert", "id": deleted },
        { "op": "insert", "id": NEVER_WAS },
        { "op": "insert", "id": NEVER_WAS },
    ]);
    let results = results(&send(&stage.company, items).await);
    assert_eq!(statuses(&results), [409, 409, 201, 409]);
    for index in [0, 1, 3] {
        assert_eq!(problem(&results[index], ProblemType::ContactTaken), bad(&[("/id", "taken")]));
    }
    assert_eq!(stage.read().await, before);
}

async fn all_or_none_are_done(backend: Backend) {
    let stage = Stage::full(backend).await;
    let items = json!([
        { "op": "upsert", "email": "new@example.com" },
        { "op": "update", "id": stage.id, "notes": "changed", "x": 1 },
    ]);
    let results = results(&send_atomic(&stage.company, items).await);
    assert_eq!(results[1], json!({ "status": 200, "id": stage.id, "ignored": ["x"] }));
    assert_eq!(statuses(&results), [201, 200]);
    assert_eq!(stage.read().await["notes"], "changed");
    let many: Vec<Value> = (0..1_000).map(|n| json!({ "op": "insert", "notes": n.to_string() })).collect();
    let results = self::results(&send_atomic(&stage.company, json!(many)).await);
    assert_eq!(statuses(&results), vec![201; 1_000]);
    assert_eq!(stage.company.read(id_of(&results[999])).await["notes"], "999");
}

async fn the_first_refused_item_refuses_an_atomic_batch(backend: Backend) {
    let stage = Stage::full(backend).await;
    stage.define("Age", CustomFieldType::Number).await;
    let before = stage.read().await;
    let good = json!({ "op": "update", "id": stage.id, "notes": "lost" });
    let new = json!({ "op": "upsert", "email": "new@example.com" });
    for (item, refused, field) in [
        (
            json!({ "op": "update", "id": NEVER_WAS }),
            ProblemType::ContactNotFound,
            ("/items/2/id", "not_found"),
        ),
        (
            json!({ "op": "delete", "id": NEVER_WAS }),
            ProblemType::ContactNotFound,
            ("/items/2/id", "not_found"),
        ),
        (json!({ "op": "insert", "id": stage.id }), ProblemType::ContactTaken, ("/items/2/id", "taken")),
        (
            json!({ "op": "update", "id": stage.id, "custom_fields": { "Age": "old" } }),
            ProblemType::InvalidFields,
            ("/items/2/custom_fields/Age", "wrong_type"),
        ),
    ] {
        let items = json!([good, new, item, { "op": "delete", "id": NEVER_WAS }]);
        let answer = send_atomic(&stage.company, items).await;
        assert_eq!(answer.bad_fields(refused), bad(&[field]));
        assert!(answer.problem(refused).detail.starts_with("Item 2 is refused: "), "{answer:#?}");
        assert_eq!(stage.read().await, before);
    }
    let created = stage.company.post("/contacts/", json!({ "email": "new@example.com" })).await;
    assert_eq!(created.status, 201, "no one was created");
}

async fn every_bad_field_of_an_atomic_batch_is_named(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.read().await;
    let items = json!([
        { "op": "update", "id": stage.id, "notes": "lost" },
        { "op": "update", "id": "x", "tags": [1] },
        { "op": "delete", "id": NEVER_WAS },
        "upsert",
    ]);
    let answer = send_atomic(&stage.company, items).await;
    let expected = bad(&[
        ("/items/1/id", "invalid_value"),
        ("/items/1/tags/0", "wrong_type"),
        ("/items/3", "wrong_type"),
    ]);
    assert_eq!(answer.bad_fields(ProblemType::InvalidFields), expected);
    assert_eq!(stage.read().await, before);
}

async fn what_is_wrong_with_the_whole_body_refuses_it(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.read().await;
    let update = json!({ "op": "update", "id": stage.id, "notes": "lost" });
    for (body, code) in [
        (json!({}), "required"),
        (json!({ "items": [] }), "required"),
        (json!({ "items": null }), "null_not_allowed"),
        (json!({ "items": update }), "wrong_type"),
        (json!({ "items": vec![update.clone(); 1_001] }), "too_many"),
    ] {
        for path in [PATH.to_owned(), format!("{PATH}?atomic=true")] {
            let answer = stage.company.post(&path, body.clone()).await;
            assert_eq!(answer.bad_fields(ProblemType::InvalidFields), bad(&[("/items", code)]));
        }
    }
    stage.company.post(PATH, json!([update])).await.problem(ProblemType::NotAnObject);
    let cut = format!("{{\"items\":[{update}");
    send_text(&stage.company, reqwest::Method::POST, PATH, cut).await.problem(ProblemType::InvalidJson);
    assert_eq!(stage.read().await, before);
}

async fn a_batch_may_be_larger_than_other_bodies(backend: Backend) {
    let stage = Stage::full(backend).await;
    let limit = 16 * 1024 * 1024;
    let body = |bytes: usize, notes: &str| {
        let items = json!({ "items": [{ "op": "update", "id": stage.id, "notes": notes }] });
        let mut body = items.to_string().into_bytes();
        body.resize(bytes, b' ');
        body
    };
    let mut connection = RawConnection::open(&stage.server, &stage.company.key).await;
    let (status, _) = connection.send("POST", PATH, &body(limit, "fits")).await;
    assert_eq!((status, &stage.read().await["notes"]), (200, &json!("fits")));
    let (status, text) = connection.send("POST", PATH, &body(limit + 1, "too large")).await;
    assert_eq!(status, 413, "{text}");
    assert!(text.contains("at most 16777216 bytes"), "{text}");
    let (status, _) = connection.send_chunked("POST", PATH, &body(limit + 1, "too large")).await;
    assert_eq!(status, 413);
    let (status, text) = connection.send("POST", "/contacts/", &body(limit, "too large")).await;
    assert_eq!(status, 413, "{text}");
    assert!(text.contains("at most 1048576 bytes"), "{text}");
    assert_eq!(stage.read().await["notes"], "fits");
}

async fn atomic_takes_true_or_false_alone(backend: Backend) {
    let stage = Stage::full(backend).await;
    let items = json!({ "items": [{ "op": "update", "id": stage.id, "notes": "x" }, 7] });
    for (atomic, status) in [("false", 200), ("FALSE", 200), ("True", 400)] {
        let answer = stage.company.post(&format!("{PATH}?atomic={atomic}"), items.clone()).await;
        assert_eq!(answer.status, status, "{atomic}");
    }
    for atomic in ["", "1", "yes"] {
        let answer = stage.company.post(&format!("{PATH}?atomic={atomic}"), items.clone()).await;
        assert_eq!(answer.bad_fields(ProblemType::InvalidParameter), bad(&[("atomic", "invalid_value")]));
    }
}

async fn another_companys_contacts_are_no_contacts(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.read().await;
    let stranger = stage.server.company().await;
    let items = json!([
        { "op": "update", "id": stage.id, "notes": "lost" },
        { "op": "delete", "id": stage.id },
        { "op": "upsert", "phone_number": "+14155552671", "email": "jane@example.com", "notes": "lost" },
        { "op": "insert", "id": stage.id, "notes": "theirs" },
    ]);
    let results = results(&send(&stranger, items).await);
    assert_eq!(statuses(&results), [404, 404, 201, 201]);
    assert_eq!(stranger.read(stage.id).await["notes"], "theirs", "an id of their own");
    assert_eq!(stage.read().await, before);
}

async fn a_read_key_may_not(backend: Backend) {
    let stage = Stage::full(backend).await;
    let before = stage.read().await;
    let reader = stage.company.with_key(stage.server.key(stage.company.id, Access::Read, None).await);
    let items = json!([{ "op": "delete", "id": stage.id }]);
    send(&reader, items).await.problem(ProblemType::Forbidden);
    assert_eq!(stage.read().await, before);
}
