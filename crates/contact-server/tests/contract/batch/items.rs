//! Items that are applied or refused independently.

use contact_model::{Access, CustomFieldType, ProblemType};
use contact_testing::{Backend, on_both_databases};
use serde_json::{Value, json};

use super::{PATH, id_of, problem, results, send, statuses};
use crate::fixture::{Fixture, UNKNOWN_ID, bad, path_of};

on_both_databases!(
    each_item_has_its_own_result_and_status,
    invalid_item_does_not_affect_the_others,
    items_for_one_contact_are_applied_in_order,
    on_create_is_applied_only_to_a_new_contact,
    contacts_of_another_company_are_not_found,
    read_key_may_not_send_a_batch,
    match_policy_applies_to_every_upsert,
    keep_fuller_phone_keeps_the_more_complete_number,
    replaced_name_email_or_phone_is_reported,
);

async fn each_item_has_its_own_result_and_status(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.create(json!({})).await;
    let body = json!({ "more": 1, "items": [
        { "op": "upsert", "email": "new@example.com", "nickname": "J" },
        { "op": "upsert", "phone_number": "415-555-2671", "notes": "found", "custom_fields": { "None": 1 } },
        { "op": "update", "id": fixture.id, "business_name": "Changed" },
        { "op": "delete", "id": other },
        { "op": "insert", "name": "Jane Doe", "custom_fields": { "None": 1, "Plan": 2 }, "x": 1 },
    ] });
    let response = fixture.company.post(PATH, body).await;
    let results = results(&response);
    assert_eq!(statuses(&results), [201, 200, 200, 204, 201]);
    assert_eq!(response.header("ignored-fields"), r#""more""#);
    assert_eq!(results[1], json!({ "status": 200, "id": fixture.id, "ignored": ["custom_fields.None"] }));
    assert_eq!(results[2], json!({ "status": 200, "id": fixture.id }));
    assert_eq!(results[3], json!({ "status": 204, "id": other }));
    assert_eq!(results[0]["ignored"], json!(["nickname"]));
    assert_eq!(results[4]["ignored"], json!(["x", "custom_fields.None"]));
    assert_eq!(fixture.company.read(id_of(&results[0])).await["email"], "new@example.com");
    let changed = fixture.read().await;
    assert_eq!((&changed["notes"], &changed["business_name"]), (&json!("found"), &json!("Changed")));
    fixture.company.get(&path_of(other)).await.problem(ProblemType::ContactNotFound);
    assert_eq!(fixture.company.read(id_of(&results[4])).await["custom_fields"], json!({ "Plan": 2 }));
}

async fn invalid_item_does_not_affect_the_others(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    fixture.define("Age", CustomFieldType::Number).await;
    let results = results(
        &send(
            &fixture.company,
            json!([
                7,
                { "op": "rename" },
                { "id": fixture.id },
                { "op": "update", "notes": "lost" },
                { "op": "update", "id": "x", "tags": null, "notes": 1 },
                { "op": "update", "id": UNKNOWN_ID, "notes": "lost" },
                { "op": "delete", "id": UNKNOWN_ID },
                { "op": "upsert", "phone_number": "+14155552671", "custom_fields": { "Age": "old" } },
                { "op": "upsert", "on_create": { "custom_fields": { "Age": "old" }, "is_dnd": 1 } },
                { "op": "insert", "lead_source": "API", "created_at": "today" },
                { "op": "update", "id": fixture.id, "notes": "done" },
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
    assert_eq!(results[10], json!({ "status": 200, "id": fixture.id }));
    assert_eq!(fixture.read().await["notes"], "done");
}

async fn items_for_one_contact_are_applied_in_order(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    // More items than the store writes in one transaction.
    let mut items: Vec<Value> =
        (0..400).map(|n| json!({ "op": "update", "id": fixture.id, "notes": n.to_string() })).collect();
    items.push(json!({ "op": "upsert", "email": "new@example.com", "notes": "first" }));
    items.push(json!({ "op": "upsert", "email": "NEW@example.com", "notes": "second" }));
    items.push(json!({ "op": "delete", "id": fixture.id }));
    items.push(json!({ "op": "update", "id": fixture.id, "notes": "lost" }));
    items.push(json!({ "op": "upsert", "phone_number": "+14155552671" }));
    let results = results(&send(&fixture.company, json!(items)).await);
    assert_eq!(statuses(&results)[400..], [201, 200, 204, 404, 201]);
    assert_eq!(results[400]["id"], results[401]["id"]);
    assert_eq!(fixture.company.read(id_of(&results[400])).await["notes"], "second");
    assert_ne!(id_of(&results[404]), fixture.id, "a deleted contact is not matched");
}

async fn on_create_is_applied_only_to_a_new_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let item = |email: &str| {
        json!({
            "op": "upsert", "email": email, "notes": "own", "custom_fields": { "Plan": "own" },
            "on_create": { "full_name": "jane doe", "business_name": "New Ltd", "notes": "other", "x": 1, "custom_fields": { "Plan": 1 } },
        })
    };
    let before = fixture.read().await;
    let results =
        results(&send(&fixture.company, json!([item("new@example.com"), item("jane@example.com")])).await);
    assert_eq!(statuses(&results), [201, 200]);
    for result in &results {
        assert_eq!(result["ignored"], json!(["on_create.x"]));
    }
    let created = fixture.company.read(id_of(&results[0])).await;
    assert_eq!((&created["name"], &created["notes"]), (&json!("Jane Doe"), &json!("own")));
    assert_eq!(
        (&created["business_name"], &created["custom_fields"]),
        (&json!("New Ltd"), &json!({ "Plan": "own" }))
    );
    let now = fixture.read().await;
    assert_eq!((&now["business_name"], &now["notes"]), (&before["business_name"], &json!("own")));
}

async fn contacts_of_another_company_are_not_found(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let stranger = fixture.company.server.company().await;
    let items = json!([
        { "op": "update", "id": fixture.id, "notes": "lost" },
        { "op": "delete", "id": fixture.id },
        { "op": "upsert", "phone_number": "+14155552671", "email": "jane@example.com", "notes": "lost" },
        { "op": "insert", "id": fixture.id, "notes": "stranger's" },
    ]);
    let results = results(&send(&stranger, items).await);
    assert_eq!(statuses(&results), [404, 404, 201, 201]);
    assert_eq!(stranger.read(fixture.id).await["notes"], "stranger's", "each company has its own IDs");
    assert_eq!(fixture.read().await, before);
}

async fn read_key_may_not_send_a_batch(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let before = fixture.read().await;
    let reader = fixture.company.with_access(Access::Read).await;
    let items = json!([{ "op": "delete", "id": fixture.id }]);
    send(&reader, items).await.problem(ProblemType::Forbidden);
    assert_eq!(fixture.read().await, before);
}

async fn match_policy_applies_to_every_upsert(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let other = fixture.company.create(json!({ "email": "other@example.com" })).await;
    let both = json!({ "op": "upsert", "phone_number": "+14155552671", "email": "other@example.com" });
    let send = async |policy: &str| {
        let request = fixture.company.request(reqwest::Method::POST, PATH).header("Prefer", policy);
        fixture.company.send(request.json(&json!({ "items": [both, { "op": "upsert" }] }))).await
    };
    let response = send("match=email").await;
    assert_eq!(response.header("preference-applied"), "match=email");
    assert_eq!((statuses(&results(&response)), id_of(&results(&response)[0])), (vec![200, 201], other));
    let response = send("match=reject").await;
    assert_eq!(statuses(&results(&response)), [409, 201]);
}

async fn keep_fuller_phone_keeps_the_more_complete_number(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let item = |phone: &str, keep: bool| json!({ "op": "upsert", "email": "ann@example.com", "phone_number": phone, "keep_fuller_phone": keep });
    let created = results(&send(&fixture.company, json!([item("+1 415 555 0100", true)])).await).remove(0);
    for (sent, keep, stored, ignored) in [
        ("555-0100", true, "+14155550100", true),
        ("(415) 555-0100", true, "+14155550100", false),
        ("415 555 0199", true, "+14155550199", false),
        ("+14155550100", true, "+14155550100", false),
        ("0100", false, "0100", false),
    ] {
        let result = results(&send(&fixture.company, json!([item(sent, keep)])).await).remove(0);
        assert_eq!((&result["status"], &result["id"]), (&json!(200), &created["id"]), "{sent}");
        assert_eq!(result["ignored"].is_array(), ignored, "{sent}: {result}");
        assert_eq!(fixture.company.read(id_of(&created)).await["phone"], stored, "{sent}");
    }
    let items = json!([
        { "op": "upsert", "keep_fuller_phone": "yes" },
        { "op": "update", "id": created["id"], "keep_fuller_phone": true },
    ]);
    let results = results(&send(&fixture.company, items).await);
    assert_eq!(results[0]["problem"]["errors"][0]["pointer"], "/keep_fuller_phone");
    assert_eq!(results[1]["ignored"], json!(["keep_fuller_phone"]), "only an upsert accepts it");
}

async fn replaced_name_email_or_phone_is_reported(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let items = json!([
        { "op": "upsert", "email": "ann@example.com", "full_name": "ann lee" },
        { "op": "upsert", "email": "ann@example.com", "full_name": "Ann Lee", "phone_number": "+14155550100", "notes": "a" },
        { "op": "upsert", "phone_number": "+14155550100", "full_name": "Bob Ray", "email": "bob@example.com", "notes": "b" },
        { "op": "upsert", "email": "bob@example.com", "phone_number": "+14155550199" },
        { "op": "upsert", "email": "bob@example.com", "full_name": null },
        { "op": "upsert", "email": "bob@example.com", "notes": "c" },
    ]);
    let results = results(&send(&fixture.company, items).await);
    let replaced: Vec<_> = results.iter().map(|result| result["replaced"].clone()).collect();
    assert_eq!(json!(replaced), json!([null, null, ["name", "email"], ["phone"], ["name"], null]));
    let update = json!([{ "op": "update", "id": results[0]["id"], "email": "" }]);
    let response = send(&fixture.company, update).await.json();
    assert_eq!(response["results"][0]["replaced"], json!(["email"]));
}
