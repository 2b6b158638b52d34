//! Incompatible changes of requests: missing parts, limits and required parts.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn operations_and_parameters() {
    assert_caught([
        case("a method is removed", [Remove("update")], &["update"]),
        case(
            "a path has no trailing slash",
            [
                Remove("paths/~1contacts~1"),
                Set("paths/~1contacts", json!({"post": {"operationId": "upsert_contact"}})),
            ],
            &["upsert", "POST /contacts"],
        ),
        case(
            "a path parameter has another name",
            [Set("/components/parameters/ContactId/name", json!("id"))],
            &[
                "get parameter.path.contact_id",
                "get parameter.path.id",
                "get parameter.path.id required",
                "update parameter.path.contact_id",
                "update parameter.path.id",
                "update parameter.path.id required",
            ],
        ),
        case(
            "a path parameter is not a uuid",
            [Remove("/components/parameters/ContactId/schema/format")],
            &["get parameter.path.contact_id", "update parameter.path.contact_id"],
        ),
        case("a query parameter is removed", [Remove("get/parameters/1")], &["get parameter.query.pn"]),
        case(
            "a query parameter becomes a header",
            [Set("get/parameters/1/in", json!("header"))],
            &["get parameter.query.pn", "get parameter.header.pn"],
        ),
        case(
            "a query parameter is required",
            [Set("get/parameters/1/required", json!(true))],
            &["get parameter.query.pn required"],
        ),
        case(
            "a query parameter has another type",
            [Set("get/parameters/1/schema/type", json!("string"))],
            &["get parameter.query.pn"],
        ),
        case(
            "a query parameter has another default",
            [Set("get/parameters/1/schema/default", json!(true))],
            &["get parameter.query.pn default"],
        ),
    ]);
}

#[test]
fn security() {
    assert_caught([
        case("no API key is required", [Set("get/security", json!([]))], &["get security"]),
        case("the API key is optional", [Set("upsert/security/-", json!({}))], &["upsert security"]),
        case("the default security of the document is removed", [Remove("/security")], &["update security"]),
        case(
            "the API key is in another header",
            [Set("/components/securitySchemes/api_key/name", json!("X-Api-Key"))],
            &["get security", "update security", "upsert security"],
        ),
        case(
            "a second scheme is required",
            [Set("get/security", json!([{"api_key": [], "cookie": []}]))],
            &["get security"],
        ),
    ]);
}

#[test]
fn bodies() {
    assert_caught([
        case("the body is removed", [Remove("update/requestBody")], &["update request"]),
        case(
            "the media type is different",
            [
                Remove("update/requestBody/content"),
                Set(
                    "update/requestBody/content",
                    json!({"text/plain": {"schema": {"$ref": "#/components/schemas/UpdateContact"}}}),
                ),
            ],
            &["update request.text/plain", "update request"],
        ),
        case(
            "the body is an array",
            [Set("update/requestBody/content/application~1json/schema", json!({"type": "array"}))],
            &["update request"],
        ),
        case(
            "unknown keys are refused",
            [Set("schemas/UpdateContact/additionalProperties", json!(false))],
            &["update request additionalProperties"],
        ),
        case(
            "an empty update is refused",
            [Set("schemas/UpdateContact/minProperties", json!(1))],
            &["update request minProperties"],
        ),
    ]);
}

#[test]
fn keys() {
    assert_caught([
        case(
            "a key is removed",
            [Remove("schemas/UpdateContact/properties/is_dnd")],
            &["update request.is_dnd"],
        ),
        case(
            "a key is required",
            [Set("schemas/UpdateContact/required", json!(["email"]))],
            &["update request.email required"],
        ),
        case(
            "a key has another type",
            [Set("schemas/UpdateContact/properties/is_dnd/type", json!("string"))],
            &["update request.is_dnd"],
        ),
        case(
            "one of two promised types is removed",
            [Remove("schemas/UpsertContact/properties/is_dnd/oneOf/1")],
            &["upsert request.is_dnd", "upsert request.is_dnd"],
        ),
        case(
            "the items of an array have another type",
            [Set("schemas/UpdateContact/properties/tags/items", json!({"type": "integer"}))],
            &["update request.tags[]", "update request.tags[]"],
        ),
        case(
            "a free-form object allows no keys",
            [Set("schemas/UpdateContact/properties/custom_fields/additionalProperties", json!(false))],
            &["update request.custom_fields additionalProperties"],
        ),
        case(
            "a free-form object allows only strings",
            [Set(
                "schemas/UpdateContact/properties/custom_fields/additionalProperties",
                json!({"type": "string"}),
            )],
            &["update request.custom_fields additionalProperties"],
        ),
        case(
            "a reference has no target",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"$ref": "#/components/schemas/Gone"}),
            )],
            &[
                "update request.lead_source",
                "description #/components/schemas/UpdateContact/properties/lead_source",
            ],
        ),
    ]);
}

#[test]
fn undecided_limits() {
    assert_caught([
        case(
            "an enum",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"$ref": "#/components/schemas/LeadSource"}),
            )],
            &["update request.lead_source enum"],
        ),
        case(
            "a pattern",
            [Set("schemas/UpsertContact/properties/phone_number/pattern", json!("^[+]"))],
            &["upsert request.phone_number pattern"],
        ),
        case(
            "a format",
            [Set("schemas/UpsertContact/properties/email/format", json!("email"))],
            &["upsert request.email format"],
        ),
        case(
            "a minimum length",
            [Set("schemas/UpdateContact/properties/email/minLength", json!(1))],
            &["update request.email minLength"],
        ),
        case(
            "unique items",
            [Set("schemas/UpdateContact/properties/tags/uniqueItems", json!(true))],
            &["update request.tags uniqueItems"],
        ),
        case(
            "a limit on items",
            [Set("schemas/UpdateContact/properties/tags/items/minLength", json!(1))],
            &["update request.tags[] minLength"],
        ),
        case(
            "a read-only key",
            [Set("schemas/UpdateContact/properties/notes/readOnly", json!(true))],
            &["update request.notes readOnly"],
        ),
        case(
            "a limit that `allOf` adds",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"allOf": [{"type": "string"}, {"maxLength": 9}]}),
            )],
            &["update request.lead_source maxLength"],
        ),
        case(
            "branches of `oneOf` with the same values",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 9}]}),
            )],
            &["update request.lead_source oneOf"],
        ),
        case(
            "an `allOf` without valid values",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"allOf": [{"type": "string"}, {"type": "object", "description": "a conflict"}]}),
            )],
            &["update request.lead_source"],
        ),
    ]);
}

#[test]
fn requests_may_accept_more() {
    let report = xtask::contract::check(&crate::description::broken(&[
        Set("schemas/UpdateContact/properties/is_dnd", json!({"type": ["boolean", "integer"], "minimum": 0})),
        Set("schemas/UpdateContact/properties/lead_source", json!({})),
        Set(
            "schemas/UpsertContact/properties/lead_source",
            json!({"anyOf": [{"$ref": "#/components/schemas/LeadSource"}, {"type": "string"}]}),
        ),
    ]))
    .unwrap();
    assert!(report.is_clean(), "{report}");
}
