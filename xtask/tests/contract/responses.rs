//! Incompatible changes of responses: missing parts and other types.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn statuses_and_bodies() {
    assert_caught([
        case("a documented status is removed", [Remove("get/responses/404")], &["get response.404"]),
        case(
            "success has another status",
            [
                Remove("update/responses/200"),
                Set("update/responses/202", json!({"description": "Accepted."})),
            ],
            &["update response.200", "update response.202", "update response.*.header.Ignored-Fields"],
        ),
        case("the body is removed", [Remove("update/responses/200/content")], &["update response.200.body"]),
        case(
            "the body may be null",
            [Set(
                "update/responses/200/content/application~1json/schema",
                json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/Contact"}]}),
            )],
            &["update response.200.body"],
        ),
        case(
            "a body although none is promised",
            [Remove("upsert/responses/201/content/application~1json/x-extension")],
            &["upsert response.201.body.application/json"],
        ),
    ]);
}

#[test]
fn keys() {
    assert_caught([
        case(
            "a key is removed",
            [Remove("schemas/Contact/properties/phone")],
            &["get response.200.body.phone", "update response.200.body.phone"],
        ),
        case(
            "a key is optional",
            [Remove("schemas/Contact/required/0")],
            &["get response.200.body.id required", "update response.200.body.id required"],
        ),
        case(
            "a key may be null",
            [Set("schemas/Contact/properties/is_dnd/type", json!(["boolean", "null"]))],
            &["get response.200.body.is_dnd", "update response.200.body.is_dnd"],
        ),
        case(
            "a key that refers to a schema may be null",
            [Set(
                "schemas/Contact/properties/lead_source",
                json!({"oneOf": [{"type": "null"}, {"$ref": "#/components/schemas/LeadSource"}]}),
            )],
            &["get response.200.body.lead_source", "update response.200.body.lead_source"],
        ),
        case(
            "a key is never null",
            [Set("schemas/Contact/properties/notes/type", json!("string"))],
            &["get response.200.body.notes", "update response.200.body.notes"],
        ),
        case(
            "a key has another type",
            [Set("schemas/Contact/properties/tags/type", json!("string"))],
            &["get response.200.body.tags", "update response.200.body.tags"],
        ),
        case(
            "a key has an additional type",
            [Set("schemas/Contact/properties/is_dnd/type", json!(["boolean", "string"]))],
            &["get response.200.body.is_dnd", "update response.200.body.is_dnd"],
        ),
        case(
            "a key has no type",
            [Set("schemas/Contact/properties/is_dnd", json!({"description": "Do not disturb."}))],
            &[
                "get response.200.body.is_dnd",
                "get response.200.body.is_dnd",
                "update response.200.body.is_dnd",
                "update response.200.body.is_dnd",
            ],
        ),
        case(
            "a date-time has no format",
            [Remove("schemas/Contact/properties/created_at/format")],
            &["get response.200.body.created_at", "update response.200.body.created_at"],
        ),
        case(
            "a string has a format",
            [Set("schemas/Contact/properties/profile_picture_url/format", json!("uri"))],
            &["get response.200.body.profile_picture_url", "update response.200.body.profile_picture_url"],
        ),
        case(
            "the items of an array may be null",
            [Set("schemas/Contact/properties/tags/items/type", json!(["string", "null"]))],
            &["get response.200.body.tags", "update response.200.body.tags"],
        ),
    ]);
}

#[test]
fn nested_objects() {
    assert_caught([
        case(
            "an object is never null",
            [Remove("schemas/ContactDetail/allOf/1/properties/active_chat_agent/oneOf/0")],
            &["get response.200.body.active_chat_agent"],
        ),
        case(
            "a key of an object is removed",
            [Remove("schemas/ActiveChatAgent/properties/active")],
            &["get response.200.body.active_chat_agent.active"],
        ),
        case(
            "a key of the objects in an array is optional",
            [Remove("schemas/AgentThread/required/6")],
            &["get response.200.body.recent_activity[].duration required"],
        ),
        case(
            "a number is an integer",
            [Set("schemas/AgentThread/properties/duration/type", json!("integer"))],
            &["get response.200.body.recent_activity[].duration"],
        ),
        case(
            "an array may have more items",
            [Set("schemas/ContactDetail/allOf/1/properties/recent_activity/maxItems", json!(10))],
            &["get response.200.body.recent_activity maxItems"],
        ),
        case(
            "an array has no maximum number of items",
            [Remove("schemas/ContactDetail/allOf/1/properties/recent_activity/maxItems")],
            &["get response.200.body.recent_activity maxItems"],
        ),
    ]);
}

#[test]
fn responses_may_have_fewer_values() {
    let report = xtask::contract::check(&crate::description::broken(&[
        Set("schemas/Contact/properties/tags/maxItems", json!(200)),
        Set("schemas/Contact/properties/phone/maxLength", json!(64)),
        Set("schemas/AgentThread/properties/direction/enum", json!(["inbound", "outbound"])),
    ]))
    .unwrap();
    assert!(report.is_clean(), "{report}");
}
