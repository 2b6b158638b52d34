//! What is ours must say so, and nobody may have to know of it.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn unmarked_additions() {
    assert_caught([
        case("an operation without the tag", [Remove("list/tags")], &["untagged list"]),
        case("an operation with another tag", [Set("list/tags/0", json!("Contacts"))], &["untagged list"]),
        case(
            "a parameter",
            [Remove("upsert/parameters/0/x-extension")],
            &["undocumented upsert · parameter.header.Prefer"],
        ),
        case(
            "a parameter whose mark says no",
            [Set("get/parameters/2/schema/x-extension", json!(false))],
            &["undocumented get · parameter.query.include"],
        ),
        case(
            "a request key",
            [Set("schemas/UpdateContact/properties/nickname", json!({"type": "string"}))],
            &["undocumented update · request.nickname"],
        ),
        case(
            "a request media type",
            [Set("update/requestBody/content/text~1plain", json!({}))],
            &["undocumented update · request.text/plain"],
        ),
        case(
            "a request body",
            [Set("get/requestBody", json!({"content": {}}))],
            &["undocumented get · request"],
        ),
        case(
            "a response key",
            [Remove("schemas/Contact/properties/first_name/x-extension")],
            &[
                "undocumented get · response.200.body.first_name",
                "undocumented update · response.200.body.first_name",
            ],
        ),
        case(
            "a key in a nested object",
            [Set("schemas/AgentThread/properties/summary", json!({"type": "string"}))],
            &["undocumented get · response.200.body.recent_activity[].summary"],
        ),
        case(
            "an object open to any key",
            [Set("schemas/ActiveChatAgent/additionalProperties", json!(true))],
            &["undocumented get · response.200.body.active_chat_agent"],
        ),
        case(
            "a response media type",
            [Set("update/responses/200/content/text~1csv", json!({}))],
            &["undocumented update · response.200.body.text/csv"],
        ),
        case(
            "a response header",
            [Set("update/responses/200/headers/ETag", json!({"schema": {"type": "string"}}))],
            &["undocumented update · response.200.header.ETag"],
        ),
        case(
            "a success status",
            [Set("update/responses/204", json!({"description": "Nothing to say."}))],
            &["undocumented update · response.204"],
        ),
        case(
            "a default answer, which may be a success",
            [Set("get/responses/default", json!({"description": "Anything."}))],
            &["undocumented get · response.default"],
        ),
        case(
            "a security scheme",
            [Set("get/security/-", json!({"cookie": []}))],
            &["undocumented get · security.cookie"],
        ),
    ]);
}

#[test]
fn additions_that_must_be_sent_or_are_always_answered() {
    assert_caught([
        case(
            "a parameter",
            [Set("upsert/parameters/0/required", json!(true))],
            &["extension-required upsert · parameter.header.Prefer"],
        ),
        case(
            "a decided request key",
            [Set("schemas/UpsertContact/required", json!(["first_name"]))],
            &["extension-required upsert · request.first_name"],
        ),
        case(
            "a request key that is not even described",
            [Set("schemas/UpdateContact/required", json!(["token"]))],
            &["undocumented update · request.token", "extension-required update · request.token"],
        ),
        case(
            "a response key",
            [Set("schemas/Contact/required/-", json!("first_name"))],
            &[
                "extension-required get · response.200.body.first_name",
                "extension-required update · response.200.body.first_name",
            ],
        ),
    ]);
}

#[test]
fn marked_and_optional_additions_are_welcome() {
    let mark = json!({"type": "string", "x-extension": true});
    let report = xtask::contract::check_ours(&crate::description::broken(&[
        Set("schemas/UpdateContact/properties/nickname", mark.clone()),
        Set("schemas/Contact/properties/nickname", json!({"$ref": "#/components/schemas/Nickname"})),
        Set("schemas/Nickname", mark.clone()),
        Set("update/responses/200/headers/ETag", mark.clone()),
        Set("update/requestBody/content/application~1merge-patch+json", mark),
    ]))
    .unwrap();
    assert!(report.is_clean(), "{report}");
}
