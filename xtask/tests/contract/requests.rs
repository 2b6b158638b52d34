//! Promises on requests: what is gone, narrowed or made required.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn operations_and_parameters() {
    assert_caught([
        case("a method goes", [Remove("update")], &["missing update"]),
        case(
            "a path loses its closing slash",
            [
                Remove("paths/~1contacts~1"),
                Set("paths/~1contacts", json!({"post": {"operationId": "upsert_contact"}})),
            ],
            &["missing upsert", "untagged POST /contacts"],
        ),
        case(
            "a path parameter has another name",
            [Set("/components/parameters/ContactId/name", json!("id"))],
            &[
                "missing get · parameter.path.contact_id",
                "undocumented get · parameter.path.id",
                "extension-required get · parameter.path.id",
                "missing update · parameter.path.contact_id",
                "undocumented update · parameter.path.id",
                "extension-required update · parameter.path.id",
            ],
        ),
        case(
            "a path parameter is no uuid",
            [Remove("/components/parameters/ContactId/schema/format")],
            &[
                "format-changed get · parameter.path.contact_id",
                "format-changed update · parameter.path.contact_id",
            ],
        ),
        case("a query parameter goes", [Remove("get/parameters/1")], &["missing get · parameter.query.pn"]),
        case(
            "a query parameter becomes a header",
            [Set("get/parameters/1/in", json!("header"))],
            &["missing get · parameter.query.pn", "undocumented get · parameter.header.pn"],
        ),
        case(
            "a query parameter must be sent",
            [Set("get/parameters/1/required", json!(true))],
            &["made-required get · parameter.query.pn"],
        ),
        case(
            "a query parameter has another type",
            [Set("get/parameters/1/schema/type", json!("string"))],
            &["narrowed get · parameter.query.pn"],
        ),
        case(
            "a query parameter has another default",
            [Set("get/parameters/1/schema/default", json!(true))],
            &["default-changed get · parameter.query.pn"],
        ),
    ]);
}

#[test]
fn security() {
    assert_caught([
        case("no key is asked for", [Set("get/security", json!([]))], &["security-changed get · security"]),
        case(
            "the key may be left out",
            [Set("upsert/security/-", json!({}))],
            &["security-changed upsert · security"],
        ),
        case(
            "the document's own security goes, on which one operation relies",
            [Remove("/security")],
            &["security-changed update · security"],
        ),
        case(
            "the key travels in another header",
            [Set("/components/securitySchemes/api_key/name", json!("X-Api-Key"))],
            &[
                "undocumented upsert · security.api_key",
                "security-changed upsert · security",
                "undocumented get · security.api_key",
                "security-changed get · security",
                "undocumented update · security.api_key",
                "security-changed update · security",
            ],
        ),
        case(
            "a second scheme is needed with the key",
            [Set("get/security", json!([{"api_key": [], "cookie": []}]))],
            &["undocumented get · security.api_key+cookie", "security-changed get · security"],
        ),
    ]);
}

#[test]
fn bodies() {
    assert_caught([
        case("the body goes", [Remove("update/requestBody")], &["missing update · request"]),
        case(
            "the media type is another one",
            [
                Remove("update/requestBody/content"),
                Set(
                    "update/requestBody/content",
                    json!({"text/plain": {"schema": {"$ref": "#/components/schemas/UpdateContact"}}}),
                ),
            ],
            &["undocumented update · request.text/plain", "missing update · request"],
        ),
        case(
            "the body is a list",
            [Set("update/requestBody/content/application~1json/schema", json!({"type": "array"}))],
            &[
                "narrowed update · request",
                "missing update · request.business_name",
                "missing update · request.custom_fields",
                "missing update · request.email",
                "missing update · request.first_name",
                "missing update · request.full_name",
                "missing update · request.is_dnd",
                "missing update · request.last_name",
                "missing update · request.lead_source",
                "missing update · request.notes",
                "missing update · request.phone_number",
                "missing update · request.tags",
            ],
        ),
        case(
            "unknown keys are refused",
            [Set("schemas/UpdateContact/additionalProperties", json!(false))],
            &["narrowed update · request"],
        ),
        case(
            "an empty update is refused",
            [Set("schemas/UpdateContact/minProperties", json!(1))],
            &["narrowed update · request"],
        ),
    ]);
}

#[test]
fn keys() {
    assert_caught([
        case(
            "a key goes",
            [Remove("schemas/UpdateContact/properties/is_dnd")],
            &["missing update · request.is_dnd"],
        ),
        case(
            "a key must be sent",
            [Set("schemas/UpdateContact/required", json!(["email"]))],
            &["made-required update · request.email"],
        ),
        case(
            "a key has another type",
            [Set("schemas/UpdateContact/properties/is_dnd/type", json!("string"))],
            &["narrowed update · request.is_dnd"],
        ),
        case(
            "one of two promised types goes",
            [Remove("schemas/UpsertContact/properties/is_dnd/oneOf/1")],
            &["narrowed upsert · request.is_dnd", "stale-decision upsert · request.is_dnd"],
        ),
        case(
            "the items of a list have another type",
            [Set("schemas/UpdateContact/properties/tags/items", json!({"type": "integer"}))],
            &["narrowed update · request.tags[]", "stale-decision update · request.tags[]"],
        ),
        case(
            "a free object is restricted to some keys",
            [Set("schemas/UpdateContact/properties/custom_fields/additionalProperties", json!(false))],
            &["narrowed update · request.custom_fields"],
        ),
        case(
            "a free object takes text alone",
            [Set(
                "schemas/UpdateContact/properties/custom_fields/additionalProperties",
                json!({"type": "string"}),
            )],
            &["narrowed update · request.custom_fields"],
        ),
        case(
            "a reference leads nowhere",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"$ref": "#/components/schemas/Gone"}),
            )],
            &[
                "narrowed update · request.lead_source",
                "dangling-reference description · #/components/schemas/UpdateContact/properties/lead_source",
            ],
        ),
    ]);
}

#[test]
fn limits_that_nobody_decided() {
    assert_caught([
        case(
            "a list of values",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"$ref": "#/components/schemas/LeadSource"}),
            )],
            &["narrowed update · request.lead_source"],
        ),
        case(
            "a pattern",
            [Set("schemas/UpsertContact/properties/phone_number/pattern", json!("^[+]"))],
            &["narrowed upsert · request.phone_number"],
        ),
        case(
            "a format",
            [Set("schemas/UpsertContact/properties/email/format", json!("email"))],
            &["narrowed upsert · request.email"],
        ),
        case(
            "a least length",
            [Set("schemas/UpdateContact/properties/email/minLength", json!(1))],
            &["narrowed update · request.email"],
        ),
        case(
            "distinct items",
            [Set("schemas/UpdateContact/properties/tags/uniqueItems", json!(true))],
            &["narrowed update · request.tags"],
        ),
        case(
            "a limit on items",
            [Set("schemas/UpdateContact/properties/tags/items/minLength", json!(1))],
            &["narrowed update · request.tags[]"],
        ),
        case(
            "a key that may only be read",
            [Set("schemas/UpdateContact/properties/notes/readOnly", json!(true))],
            &["narrowed update · request.notes"],
        ),
        case(
            "a limit that `allOf` adds",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"allOf": [{"type": "string"}, {"maxLength": 9}]}),
            )],
            &["narrowed update · request.lead_source"],
        ),
        case(
            "branches of `oneOf` that exclude each other's values",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"oneOf": [{"type": "string"}, {"type": "string", "maxLength": 9}]}),
            )],
            &["narrowed update · request.lead_source"],
        ),
        case(
            "an `allOf` that nothing satisfies",
            [Set(
                "schemas/UpdateContact/properties/lead_source",
                json!({"allOf": [{"type": "string"}, {"type": "object", "description": "a slip of inlining"}]}),
            )],
            &["narrowed update · request.lead_source"],
        ),
    ]);
}

#[test]
fn more_than_promised_is_welcome() {
    let report = xtask::contract::check_ours(&crate::description::broken(&[
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
