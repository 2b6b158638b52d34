//! The fields of a create, except for phone numbers.

use contact_model::ProblemType;
use contact_testing::{Backend, on_both_databases};
use reqwest::Method;
use serde_json::json;

use crate::fixture::{Fixture, bad, send_text};

on_both_databases!(
    full_name_is_title_cased,
    email_is_lowercased,
    texts_are_stored_as_sent,
    is_dnd_accepts_common_spellings,
    is_dnd_refuses_other_values,
    tags_are_deduplicated_and_merged,
    only_sent_keys_are_applied_to_an_existing_contact,
    null_clears_fields_of_an_existing_contact,
);

async fn full_name_is_title_cased(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for (sent, stored, first, last) in [
        ("JANE  o'CONNOR-smith", "Jane O'Connor-Smith", "Jane", "O'Connor-Smith"),
        ("JOHN SMITH III", "John Smith III", "John", "Smith III"),
        ("გიორგი ბერიძე", "გიორგი ბერიძე", "გიორგი", "ბერიძე"),
        ("İBRAHİM ÇELİK", "İbrahim Çelik", "İbrahim", "Çelik"),
        ("PETER GROß", "Peter Groß", "Peter", "Groß"),
        ("ΓΙΩΡΓΟΣ ΠΑΠΑΣ", "Γιωργος Παπας", "Γιωργος", "Παπας"),
        ("ﬁnn ᏣᎳᎩ", "ﬁnn ᏣᎳᎩ", "ﬁnn", "ᏣᎳᎩ"),
    ] {
        let id = fixture.company.create(json!({ "full_name": sent })).await;
        let read = fixture.company.get(&format!("/contacts/{id}/?include=first_name,last_name")).await.json();
        let names = [&read["name"], &read["first_name"], &read["last_name"]];
        assert_eq!(names, [stored, first, last], "{sent:?}");
    }
}

async fn email_is_lowercased(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for (sent, stored) in [
        ("Jane.DOE@Example.COM", json!("jane.doe@example.com")),
        ("ÄÖÜ@Example.com", json!("äöü@example.com")),
        ("<STRING>", json!("<string>")),
        (" Spaced@Example.com\u{A0}", json!("spaced@example.com")),
        ("\u{FEFF}hidden@exam\u{200B}ple.com", json!("hidden@example.com")),
        (" \u{200B}", json!(null)),
        ("NO AT SIGN", json!("no at sign")),
        ("", json!(null)),
    ] {
        let id = fixture.company.create(json!({ "email": sent })).await;
        assert_eq!(fixture.company.read(id).await["email"], stored, "{sent:?}");
    }
}

async fn texts_are_stored_as_sent(backend: Backend) {
    let fixture = Fixture::with(backend, json!({})).await;
    for text in ["", " Acme  LTD ", "<string>", "名\n"] {
        let id = fixture.company.create(json!({ "business_name": text, "notes": text })).await;
        let contact = fixture.company.read(id).await;
        assert_eq!((&contact["business_name"], &contact["notes"]), (&json!(text), &json!(text)));
    }
}

async fn is_dnd_accepts_common_spellings(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+14155552671" })).await;
    let yes = [
        "true",
        "1",
        "1.0",
        r#""true""#,
        r#""TRUE""#,
        r#""yes""#,
        r#""Y""#,
        r#""t""#,
        r#""On""#,
        r#"" 1\n""#,
    ];
    let no = [
        "false",
        "0",
        "-0",
        r#""false""#,
        r#""False""#,
        r#""NO""#,
        r#""n""#,
        r#""F""#,
        r#""off""#,
        r#""\t0 ""#,
    ];
    for (spellings, is_dnd) in [(yes, true), (no, false)] {
        for spelling in spellings {
            fixture.company.update(fixture.id, json!({ "is_dnd": !is_dnd })).await;
            let body = format!(r#"{{"phone_number":"+14155552671","is_dnd":{spelling}}}"#);
            let response = send_text(&fixture.company, Method::POST, "/contacts/", body).await;
            assert_eq!(response.status, 200, "{spelling}: {response:#?}");
            assert_eq!(fixture.read().await["is_dnd"], is_dnd, "{spelling}");
        }
    }
}

async fn is_dnd_refuses_other_values(backend: Backend) {
    let fixture = Fixture::with(backend, json!({ "phone_number": "+14155552671" })).await;
    let before = fixture.read().await;
    for (sent, code) in [
        ("2", "invalid_value"),
        ("-1", "invalid_value"),
        ("0.5", "invalid_value"),
        (r#""""#, "invalid_value"),
        (r#"" ""#, "invalid_value"),
        (r#""10""#, "invalid_value"),
        (r#""1.0""#, "invalid_value"),
        (r#""ja""#, "invalid_value"),
        (r#""truee""#, "invalid_value"),
        (r#""null""#, "invalid_value"),
        ("null", "null_not_allowed"),
        ("[true]", "wrong_type"),
        ("{}", "wrong_type"),
    ] {
        let body = format!(r#"{{"phone_number":"+14155552671","is_dnd":{sent}}}"#);
        let response = send_text(&fixture.company, Method::POST, "/contacts/", body).await;
        assert_eq!(response.invalid_fields(ProblemType::InvalidFields), bad(&[("/is_dnd", code)]), "{sent}");
    }
    assert_eq!(fixture.read().await, before);
}

async fn tags_are_deduplicated_and_merged(backend: Backend) {
    let sent = json!({ "phone_number": "+14155552671", "tags": ["b", "a", "b", "B"] });
    let fixture = Fixture::with(backend, sent).await;
    assert_eq!(fixture.read().await["tags"], json!(["b", "a", "B"]));
    for (sent, merged) in [
        (json!([]), json!(["b", "a", "B"])),
        (json!(["c", "a", "c", " a"]), json!(["b", "a", "B", "c", " a"])),
    ] {
        fixture.company.create(json!({ "phone_number": "+14155552671", "tags": sent })).await;
        assert_eq!(fixture.read().await["tags"], merged);
    }
    // Duplicates from an update are removed by the next merge of tags.
    fixture.company.update(fixture.id, json!({ "tags": ["x", "y", "x"] })).await;
    fixture.company.create(json!({ "phone_number": "+14155552671", "notes": "no tags sent" })).await;
    assert_eq!(fixture.read().await["tags"], json!(["x", "y", "x"]));
    fixture.company.create(json!({ "phone_number": "+14155552671", "tags": ["z", "y"] })).await;
    assert_eq!(fixture.read().await["tags"], json!(["x", "y", "z"]));
}

async fn only_sent_keys_are_applied_to_an_existing_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let mut expected = fixture.read().await;
    fixture.company.create(json!({ "email": "jane@example.com", "business_name": "New" })).await;
    let after = fixture.read().await;
    expected["business_name"] = json!("New");
    expected["updated_at"] = after["updated_at"].clone();
    assert_eq!(after, expected);
}

async fn null_clears_fields_of_an_existing_contact(backend: Backend) {
    let fixture = Fixture::full(backend).await;
    let body = json!({
        "phone_number": "+14155552671", "full_name": null, "email": null, "business_name": null, "notes": null,
    });
    fixture.company.create(body).await;
    let contact = fixture.read().await;
    for key in ["name", "first_name", "last_name", "email", "business_name", "notes"] {
        assert_eq!(contact[key], json!(null), "{key}");
    }
    assert_eq!(contact["phone"], "+14155552671");
}
