//! The rules that the description keeps for itself, on every operation.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn operation_ids() {
    assert_caught([
        case("none", [Remove("list/operationId")], &["operation-id list"]),
        case("in another case", [Set("list/operationId", json!("listContacts"))], &["operation-id list"]),
        case("a verb alone", [Set("list/operationId", json!("list"))], &["operation-id list"]),
        case("twice the same", [Set("get/operationId", json!("list_contacts"))], &["operation-id get"]),
    ]);
}

#[test]
fn keys_of_bodies() {
    assert_caught([case(
        "null where nothing is sent",
        [Set("schemas/UpsertContact/properties/email/default", json!(null))],
        &["default-changed upsert · request.email"],
    )]);
}

#[test]
fn responses() {
    assert_caught([
        case(
            "no description",
            [Remove("list/responses/200/description")],
            &["no-description list · response.200"],
        ),
        case(
            "a blank description",
            [Set("update/responses/200/description", json!(" "))],
            &["no-description update · response.200"],
        ),
        case(
            "an error without a body",
            [Set("list/responses/400", json!({"description": "Bad request."}))],
            &["no-problem list · response.400"],
        ),
        case(
            "an error in plain JSON",
            [Set(
                "list/responses/503",
                json!({"description": "Busy.", "content": {"application/json": {"schema": {}, "example": {}}}}),
            )],
            &["no-problem list · response.503"],
        ),
        case(
            "an error without a schema",
            [Remove("get/responses/404/content/application~1problem+json/schema")],
            &["no-problem get · response.404"],
        ),
        case(
            "an error without an example",
            [Remove("get/responses/404/content/application~1problem+json/example")],
            &["no-example get · response.404"],
        ),
    ]);
}
