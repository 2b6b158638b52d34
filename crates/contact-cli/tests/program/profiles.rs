//! Logging in, and which server and key a command uses.

use std::fs;

use contact_client::model::{ApiKey, ProblemType};
use contact_testing::{Backend, ScriptedServer, refuse};
use serde_json::{Value, json};

use crate::process::{finish, finish_with_input, program};
use crate::stage::Stage;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn login_stores_the_address_and_the_key() {
    let stage = Stage::start(Backend::Sqlite).await;
    let login = stage.bare(&["login", "--url", &stage.company.server.url]);
    let login = finish_with_input(login, &format!("{}\n", stage.company.key)).await;
    assert_eq!(login.code, Some(0), "{login:#?}");
    assert!(login.stderr.contains("stored profile `default` in "));
    assert!(!format!("{login:?}").contains(&stage.company.key), "the key is not printed");

    let whoami = finish(stage.bare(&["whoami"])).await.json();
    let hint = ApiKey::parse(&stage.company.key).unwrap().hint();
    let expected = json!({
        "profile": "default",
        "url": stage.company.server.url,
        "url_from": "profile",
        "key_hint": hint,
        "key_from": "profile",
        "access": "write",
        "key_id": whoami["key_id"],
        "key_name": null,
        "key_expires_at": null,
        "company_id": stage.company.id,
        "company": "Example Ltd",
        "country": "US",
    });
    assert_eq!(whoami, expected);
    let profiles = finish(stage.bare(&["profiles"])).await.json();
    assert_eq!(
        profiles,
        json!([{ "profile": "default", "url": stage.company.server.url, "key_hint": hint }])
    );

    finish(stage.bare(&["create", "--full-name", "jane"])).await.json();
    let logout = finish(stage.bare(&["logout"])).await;
    assert_eq!((logout.code, logout.stderr.as_str()), (Some(0), "note: removed profile `default`\n"));
    finish(stage.bare(&["list"])).await.refusal(4);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_profile_file_is_readable_only_by_its_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let stage = Stage::start(Backend::Sqlite).await;
    finish_with_input(stage.bare(&["login", "--url", &stage.company.server.url]), &stage.company.key).await;
    let directory = stage.directory.path().join("contacts");
    let file = directory.join("profiles.toml");
    let mode = |path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&directory), mode(&file)), (0o700, 0o600));
    assert_eq!(fs::read_dir(&directory).unwrap().count(), 1, "nothing else is left there");

    fs::set_permissions(&file, fs::Permissions::from_mode(0o644)).unwrap();
    let open = finish(stage.bare(&["list"])).await;
    assert!(open.code == Some(0) && open.stderr.contains("chmod 600"), "{open:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn flags_precede_the_environment_which_precedes_the_profile() {
    let (stage, other) = (Stage::start(Backend::Sqlite).await, Stage::start(Backend::Sqlite).await);
    for (name, server) in [("default", &stage), ("other", &other)] {
        let login = stage.bare(&["login", "--profile", name, "--url", &server.company.server.url]);
        assert_eq!(finish_with_input(login, &server.company.key).await.code, Some(0));
    }
    let url = async |command| finish(command).await.json()["url"].clone();
    assert_eq!(url(stage.bare(&["whoami"])).await, json!(stage.company.server.url));
    assert_eq!(url(stage.bare(&["whoami", "--profile", "other"])).await, json!(other.company.server.url));
    let mut command = stage.bare(&["whoami"]);
    assert_eq!(
        url({
            command.env("CONTACTS_PROFILE", "other");
            command
        })
        .await,
        json!(other.company.server.url)
    );
    // What `other` has in its environment, against the profile of this one.
    let mut command = other.program(&["whoami"]);
    command.env("CONTACTS_CONFIG", stage.directory.path().join("contacts/profiles.toml"));
    assert_eq!(url(command).await, json!(other.company.server.url));
    let flags = ["whoami", "--url", &stage.company.server.url, "--api-key", &stage.company.key];
    assert_eq!(url(other.program(&flags)).await, json!(stage.company.server.url));

    let wrong = finish(stage.bare(&["list", "--profile", "othr"])).await.refusal(2);
    assert_eq!(wrong, "error: there is no profile `othr`\n\n  tip: did you mean `other`?\n");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refused_key_is_not_stored() {
    let stage = Stage::start(Backend::Sqlite).await;
    let unknown = ApiKey::from_random(rand::random());
    let login = async |key: &str| {
        finish_with_input(stage.bare(&["login", "--url", &stage.company.server.url]), key).await
    };
    login(unknown.reveal()).await.refusal(4);
    let mistyped = login("ctk_mistyped").await.refusal(2);
    assert!(mistyped.contains("the API key is invalid") && !mistyped.contains("mistyped"), "{mistyped}");
    finish_with_input(stage.bare(&["login"]), &stage.company.key).await.refusal(2);
    assert!(!stage.directory.path().join("contacts").exists());

    let unchecked = stage.bare(&["login", "--unchecked", "--url", &stage.company.server.url]);
    assert_eq!(finish_with_input(unchecked, unknown.reveal()).await.code, Some(0));
    let who = finish(stage.bare(&["whoami", "--url", &stage.company.server.url])).await.refusal(4);
    assert!(who.contains("(401)"), "{who}");
    assert!(
        who.contains(&format!("the address {} is from the flag or environment", stage.company.server.url)),
        "{who}"
    );
    assert!(who.contains(&format!("the key {} is from the profile `default`", unknown.hint())), "{who}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_error_of_an_invalid_profile_file_contains_no_key() {
    let stage = Stage::start(Backend::Sqlite).await;
    let directory = stage.directory.path().join("contacts");
    fs::create_dir(&directory).unwrap();
    fs::write(directory.join("profiles.toml"), "[profile.default]\nurl = \"x\"\napi_key = \"ctk_hidden\" x")
        .unwrap();
    let broken = finish(stage.bare(&["list"])).await.refusal(2);
    assert!(broken.contains("profiles.toml") && !broken.contains("hidden"), "{broken}");
    stage.run(&["list"]).await.json();
}

#[tokio::test]
async fn whoami_of_an_old_server_checks_only_the_key() {
    let server = ScriptedServer::start_with(|request| match request.target() {
        "/contacts/00000000-0000-0000-0000-000000000000/" => refuse(ProblemType::ContactNotFound, ""),
        "/whoami/" => refuse(ProblemType::UnknownPath, ""),
        other => panic!("{other}"),
    });
    let server = server.await;
    let key = ApiKey::from_random(7);
    let mut command = program(&["whoami"]);
    command.env("CONTACTS_URL", &server.url).env("CONTACTS_API_KEY", key.reveal());
    let whoami = finish(command).await.json();
    assert_eq!((&whoami["access"], &whoami["company"]), (&Value::Null, &Value::Null));
}
