//! Additions to the documentation must be marked and optional.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn unmarked_additions() {
    assert_caught([
        case("an operation without the mark", [Remove("list/x-extension")], &["list"]),
        case("a parameter", [Remove("upsert/parameters/0/x-extension")], &["upsert parameter.header.Prefer"]),
        case(
            "a parameter with the mark `false`",
            [Set("get/parameters/2/schema/x-extension", json!(false))],
            &["get parameter.query.include"],
        ),
        case(
            "a request key",
            [Set("schemas/UpdateContact/properties/nickname", json!({"type": "string"}))],
            &["update request.nickname"],
        ),
        case(
            "a request media type",
            [Set("update/requestBody/content/text~1plain", json!({}))],
            &["update request.text/plain"],
        ),
        case("a request body", [Set("get/requestBody", json!({"content": {}}))], &["get request"]),
        case(
            "a response key",
            [Remove("schemas/Contact/properties/first_name/x-extension")],
            &["get response.200.body.first_name", "update response.200.body.first_name"],
        ),
        case(
            "a key in a nested object",
            [Set("schemas/AgentThread/properties/summary", json!({"type": "string"}))],
            &["get response.200.body.recent_activity[].summary"],
        ),
        case(
            "an object with additional keys",
            [Set("schemas/ActiveChatAgent/additionalProperties", json!(true))],
            &["get response.200.body.active_chat_agent additionalProperties"],
        ),
        case(
            "a response media type",
            [Set("update/responses/200/content/text~1csv", json!({}))],
            &["update response.200.body.text/csv"],
        ),
        case(
            "a response header",
            [Set("update/responses/200/headers/ETag", json!({"schema": {"type": "string"}}))],
            &["update response.200.header.ETag"],
        ),
        case(
            "a success status",
            [Set("update/responses/204", json!({"description": "No content."}))],
            &["update response.204"],
        ),
        case(
            "a default response, which may be a success",
            [Set("get/responses/default", json!({"description": "Anything."}))],
            &["get response.default"],
        ),
        case("a security scheme", [Set("get/security/-", json!({"cookie": []}))], &["get security"]),
    ]);
}

#[test]
fn additions_that_are_required() {
    assert_caught([
        case(
            "a parameter",
            [Set("upsert/parameters/0/required", json!(true))],
            &["upsert parameter.header.Prefer required"],
        ),
        case(
            "a decided request key",
            [Set("schemas/UpsertContact/required", json!(["first_name"]))],
            &["upsert request.first_name required"],
        ),
        case(
            "a required request key without a schema",
            [Set("schemas/UpdateContact/required", json!(["token"]))],
            &["update request.token", "update request.token required"],
        ),
        case(
            "a response key",
            [Set("schemas/Contact/required/-", json!("first_name"))],
            &["get response.200.body.first_name required", "update response.200.body.first_name required"],
        ),
    ]);
}

#[test]
fn marked_and_optional_additions_are_permitted() {
    let mark = json!({"type": "string", "x-extension": true});
    let report = xtask::contract::check(&crate::description::broken(&[
        Set("schemas/UpdateContact/properties/nickname", mark.clone()),
        Set("schemas/Contact/properties/nickname", json!({"$ref": "#/components/schemas/Nickname"})),
        Set("schemas/Nickname", mark.clone()),
        Set("update/responses/200/headers/ETag", mark.clone()),
        Set("update/requestBody/content/application~1merge-patch+json", mark),
    ]))
    .unwrap();
    assert!(report.is_clean(), "{report}");
}
