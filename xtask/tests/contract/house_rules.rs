//! The rules for every operation of the description.

use serde_json::json;

use crate::description::Edit::{Remove, Set};
use crate::{assert_caught, case};

#[test]
fn operation_ids() {
    assert_caught([
        case("missing", [Remove("list/operationId")], &["list operationId"]),
        case("in another case", [Set("list/operationId", json!("listContacts"))], &["list operationId"]),
        case("only a verb", [Set("list/operationId", json!("list"))], &["list operationId"]),
        case("used twice", [Set("get/operationId", json!("list_contacts"))], &["get operationId"]),
    ]);
}

#[test]
fn keys_of_bodies() {
    assert_caught([case(
        "the default is null",
        [Set("schemas/UpsertContact/properties/email/default", json!(null))],
        &["upsert request.email default"],
    )]);
}

#[test]
fn responses() {
    assert_caught([
        case(
            "no description",
            [Remove("list/responses/200/description")],
            &["list response.200 description"],
        ),
        case(
            "a blank description",
            [Set("update/responses/200/description", json!(" "))],
            &["update response.200 description"],
        ),
        case(
            "an error without a body",
            [Set("list/responses/400", json!({"description": "Bad request."}))],
            &["list response.400 application/problem+json"],
        ),
        case(
            "an error in plain JSON",
            [Set(
                "list/responses/503",
                json!({"description": "Busy.", "content": {"application/json": {"schema": {}, "example": {}}}}),
            )],
            &["list response.503 application/problem+json"],
        ),
        case(
            "an error without a schema",
            [Remove("get/responses/404/content/application~1problem+json/schema")],
            &["get response.404 application/problem+json"],
        ),
        case(
            "an error without an example",
            [Remove("get/responses/404/content/application~1problem+json/example")],
            &["get response.404 application/problem+json"],
        ),
    ]);
}
