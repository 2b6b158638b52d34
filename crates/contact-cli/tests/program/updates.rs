//! Creates and updates send the given fields.

use contact_testing::{Backend, on_both_databases};
use serde_json::json;

use crate::process::finish;
use crate::stage::Stage;

on_both_databases!(
    only_given_fields_are_sent,
    tags_are_added_removed_and_replaced,
    a_json_body_is_sent_unchanged,
    a_preview_shows_the_request,
    a_preview_needs_no_login,
    texts_may_begin_with_a_hyphen,
    ignored_fields_cause_a_warning,
    a_collision_names_both_contacts,
);

async fn only_given_fields_are_sent(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    for (name, kind) in [("Plan", "text"), ("Seats", "number"), ("Old", "any")] {
        stage.id(&["custom-field", "create", name, "--type", kind]).await;
    }
    let jane = ["create", "--full-name", "jane doe", "--email", "jane@example.com", "--notes", "x"];
    let more = ["--business-name", "Example Ltd", "--tag", "lead", "--field", "Old=1"];
    let id = stage.id(&[&jane[..], &more].concat()).await;

    let update =
        ["update", &id, "--full-name", "Jane Roe", "--email", "", "--clear", "notes", "--tag", "vip"];
    let more = ["--dnd", "true", "--lead-source", "webhook", "--field", "Plan=gold"];
    let custom = ["--field", "Seats:=1.10000000000000000001", "--clear", "custom_fields.Old"];
    let text =
        stage.run(&[&update[..], &more, &custom, &["--include", "custom_fields"]].concat()).await.text();
    assert!(text.contains("\"Seats\": 1.10000000000000000001"), "numbers keep their digits: {text}");
    let read = stage.json(&["get", &id, "--include", "custom_fields,last_name"]).await;
    for (key, value) in [
        ("name", json!("Jane Roe")),
        ("last_name", json!("Roe")),
        ("email", json!(null)),
        ("notes", json!(null)),
        ("business_name", json!("Example Ltd")),
        ("tags", json!(["lead", "vip"])),
        ("is_dnd", json!(true)),
        ("lead_source", json!("webhook")),
    ] {
        assert_eq!(read[key], value, "{key}");
    }
    assert_eq!(read["custom_fields"]["Plan"], "gold");
    assert!(read["custom_fields"].get("Old").is_none());

    let refused = stage.run(&["update", &id, "--field", "Seats=12"]).await.refusal(1);
    assert!(refused.contains("/custom_fields/Seats: ") && refused.contains("NAME:=JSON"), "{refused}");
}

async fn tags_are_added_removed_and_replaced(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.id(&["create", "--email", "jane@example.com", "--tag", "lead"]).await;
    let again = stage.run(&["create", "--email", "jane@example.com", "--tag", "a, b", "--quiet"]).await;
    assert_eq!(again.stdout.trim(), id);
    for (flags, tags) in [
        (&["--tag", "vip", "--tag", "lead"][..], json!(["lead", "a, b", "vip"])),
        (&["--untag", "a, b", "--untag", "gone", "--tag", "new"], json!(["lead", "vip", "new"])),
        (&["--set-tags", "vip,old"], json!(["vip", "old"])),
        (&["--set-tags", r#"["a, b"]"#, "--set-tags", "vip"], json!(["a, b", "vip"])),
        (&["--clear", "tags"], json!([])),
    ] {
        let update = [&["update", &id][..], flags].concat();
        assert_eq!(stage.json(&update).await["tags"], tags, "{flags:?}");
        assert_eq!(stage.json(&["get", &id]).await["tags"], tags, "{flags:?}");
    }
    for flags in [
        &["--set-tags", "a", "--tag", "b"][..],
        &["--set-tags", "a", "--untag", "b"],
        &["--untag", "a", "--clear", "tags"],
        &["--untag", "a", "--json", "-"],
        &["--set-tags", "[a"],
    ] {
        stage.run(&[&["update", &id][..], flags].concat()).await.refusal(2);
    }
}

async fn a_json_body_is_sent_unchanged(backend: Backend) {
    let stage = Stage::start(backend).await;
    let body = r#"{"full_name": "jane", "nickname": "J", "is_dnd": "yes"}"#;
    let made = stage.run_with_input(&["create", "--json", "-", "--receipt"], body).await;
    assert_eq!(made.stderr, "warning: the server ignored `nickname`\n");
    let made: serde_json::Value = serde_json::from_str(&made.stdout).unwrap();
    assert_eq!(made["receipt"]["coerced"]["is_dnd"], json!({ "sent": "yes", "stored": true }));

    let id = made["contact"]["id"].as_str().unwrap();
    let update = ["update", id, "--json", "-"];
    let refused = stage.run_with_input(&[&update[..], &["--strict"]].concat(), r#"{"nickname": 1}"#).await;
    assert!(refused.refusal(1).contains("/nickname: "));
    assert!(stage.run_with_input(&update, "{").await.refusal(1).contains("The body is not JSON"));
    assert!(stage.run_with_input(&update, " \n").await.refusal(2).contains("is empty"));
    let both = stage.run_with_input(&[&update[..], &["--notes", "x"]].concat(), "{}").await;
    assert!(both.refusal(2).contains("cannot be used with"));
}

async fn a_preview_shows_the_request(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.id(&["create", "--full-name", "jane", "--notes", "kept"]).await;
    let update =
        ["update", &id, "--clear", "notes", "--strict", "--if-match", "\"a\"", "--idempotency-key", "mine"];
    let shown = stage.run(&[&update[..], &["--preview"]].concat()).await.text();
    let shown = shown.replace(&id, "ID").replace(&stage.company.server.url, "http://SERVER");
    insta::allow_duplicates! {
        insta::assert_snapshot!(shown, @r#"
        PATCH http://SERVER/contacts/ID/
        content-type: application/json
        prefer: handling=strict
        if-match: "a"
        idempotency-key: mine

        {"notes":null}
        "#);
    }
    assert_eq!(stage.json(&["get", &id]).await["notes"], "kept");
    assert_eq!(
        stage.run(&["erase", &id, "--preview"]).await.text().lines().count(),
        1,
        "a preview asks for no confirmation"
    );
}

async fn a_preview_needs_no_login(backend: Backend) {
    let stage = Stage::start(backend).await;
    let bare = async |arguments: &[&str]| finish(stage.bare(arguments)).await;
    let shown = bare(&["create", "--full-name", "jane", "--preview"]).await.text();
    assert!(shown.starts_with("POST http://127.0.0.1:8080/contacts/\n"), "{shown}");
    let url = ["tag", "rename", "a", "b", "--preview", "--url", "https://contacts.example.com"];
    let shown = bare(&url).await.text();
    assert!(shown.starts_with("PATCH https://contacts.example.com/tags/a/\n"), "{shown}");
    bare(&["create", "--full-name", "jane"]).await.refusal(4);
}

async fn texts_may_begin_with_a_hyphen(backend: Backend) {
    let stage = Stage::start_as_admin(backend).await;
    stage.id(&["custom-field", "create", "Size"]).await;
    let create =
        ["create", "--notes", "- call back", "--tag", "-x", "--last-name", "-", "--field", "Size=-1"];
    let made = stage.json(&[&create[..], &["--include", "custom_fields"]].concat()).await;
    assert_eq!((&made["notes"], &made["tags"]), (&json!("- call back"), &json!(["-x"])));
    assert_eq!(made["custom_fields"]["Size"], "-1");
    assert_eq!(stage.json(&["list", "--tag", "-x"]).await.as_array().unwrap().len(), 1);
    assert_eq!(stage.json(&["list", "--search", "-nobody"]).await, json!([]));
}

async fn ignored_fields_cause_a_warning(backend: Backend) {
    let stage = Stage::start(backend).await;
    let id = stage.id(&["create", "--full-name", "jane"]).await;
    let updated = stage.run(&["update", &id, "--field", "Plan=gold", "--field", "Prénom=x"]).await;
    assert_eq!(updated.code, Some(0));
    assert_eq!(updated.stderr, "warning: the server ignored `custom_fields.Plan`, `custom_fields.Prénom`\n");
    assert!(stage.run(&["update", &id]).await.refusal(2).contains("no field was given"));
}

async fn a_collision_names_both_contacts(backend: Backend) {
    let stage = Stage::start(backend).await;
    let phones = stage.id(&["create", "--phone", "+14155552671"]).await;
    let emails = stage.id(&["create", "--email", "jane@example.com"]).await;
    let both = ["create", "--phone", "+14155552671", "--email", "jane@example.com", "--match", "reject"];
    let refused = stage.run(&both).await.refusal(1);
    let tip = format!("tip: compare them with `contacts get {phones}` and `contacts get {emails}`");
    assert!(refused.contains(&tip), "{refused}");
}
