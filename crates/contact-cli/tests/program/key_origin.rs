//! A stored key is sent only to the server that it is for, and no key over plain HTTP without consent.

use contact_client::model::ApiKey;
use contact_testing::{Backend, ScriptedServer, respond};
use serde_json::json;

use crate::process::{finish, finish_with_input};
use crate::stage::Stage;

/// Returns a server that collects every request, and responds with an empty list.
async fn elsewhere() -> ScriptedServer {
    ScriptedServer::start([respond(200, "", json!({ "results": [], "next": null }))]).await
}

async fn log_in(stage: &Stage, arguments: &[&str]) {
    let login = stage.bare(&[&["login", "--unchecked"], arguments].concat());
    let login = finish_with_input(login, &stage.company.key).await;
    assert_eq!(login.code, Some(0), "{login:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_of_a_profile_is_sent_to_no_other_server() {
    let (stage, elsewhere) = (Stage::start(Backend::Sqlite).await, elsewhere().await);
    log_in(&stage, &["--url", &stage.company.server.url]).await;
    log_in(&stage, &["--url", "https://contacts.example.com", "--profile", "other"]).await;
    std::fs::write(stage.directory.path().join("rows.csv"), "full_name\njane\n").unwrap();

    for command in [
        &["list"][..],
        &["list", "--profile", "other"],
        &["whoami"],
        &["create", "--full-name", "jane"],
        &["export", "all.csv"],
        &["import", "rows.csv"],
        &["conformance"],
        &["conformance", "--profile", "other"],
    ] {
        let flag = finish(stage.bare(&[command, &["--url", &elsewhere.url]].concat())).await;
        let mut variable = stage.bare(command);
        variable.env("CONTACTS_URL", &elsewhere.url);
        for refused in [flag, finish(variable).await] {
            let refused = refused.refusal(4);
            assert!(
                refused.contains(&format!("no API key is configured for {}\n", elsewhere.url)),
                "{command:?}: {refused}"
            );
            assert!(refused.contains("is only sent to"), "{command:?}: {refused}");
            assert!(refused.contains("CONTACTS_API_KEY"), "{command:?}: {refused}");
            assert!(!refused.contains(&stage.company.key), "{command:?}: {refused}");
        }
    }
    assert_eq!(elsewhere.received().len(), 0);

    let own_key = ApiKey::from_random(7);
    let own = ["list", "--url", &elsewhere.url, "--api-key", own_key.reveal()];
    finish(stage.bare(&own)).await.json();
    assert_eq!(elsewhere.received().len(), 1);
    let same_origin = format!("{}/", stage.company.server.url.replace("http:", "HTTP:"));
    finish(stage.bare(&["list", "--url", &same_origin])).await.json();
    let unusable = finish(stage.bare(&["list", "--url", "contacts.example.com"])).await.refusal(2);
    assert!(unusable.contains("is not a web address"), "{unusable}");
}

#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn plain_http_to_another_machine_requires_a_flag() {
    let (stage, elsewhere) = (Stage::start(Backend::Sqlite).await, elsewhere().await);
    // This address reaches the server on this machine, but is not a loopback address.
    let exposed = elsewhere.url.replace("127.0.0.1", "0.0.0.0");
    for command in [&["list"][..], &["conformance"], &["login", "--unchecked"]] {
        let mut program = stage.bare(&[command, &["--url", &exposed]].concat());
        program.env("CONTACTS_API_KEY", &stage.company.key);
        let refused = finish(program).await.refusal(2);
        assert!(refused.contains(&format!("{exposed} is not encrypted")), "{command:?}: {refused}");
        assert!(refused.contains("--insecure-http"), "{command:?}: {refused}");
    }
    assert_eq!(elsewhere.received().len(), 0);

    let once = ["list", "--insecure-http", "--url", &exposed, "--api-key", &stage.company.key];
    finish(stage.bare(&once)).await.json();
    let mut variable = stage.bare(&["list", "--url", &exposed]);
    variable.env("CONTACTS_API_KEY", &stage.company.key).env("CONTACTS_INSECURE_HTTP", "1");
    finish(variable).await.json();
    assert_eq!(elsewhere.received().len(), 2);

    log_in(&stage, &["--insecure-http", "--url", &exposed]).await;
    finish(stage.bare(&["list"])).await.json();
    log_in(&stage, &[]).await;
    finish(stage.bare(&["list", "--url", &format!("{exposed}/")])).await.json();
    assert_eq!(elsewhere.received().len(), 4, "the profile stores the consent, and a new key keeps it");

    let another =
        ["list", "--profile", "default", "--url", "http://0.0.0.0:9", "--api-key", &stage.company.key];
    let refused = finish(stage.bare(&another)).await.refusal(2);
    assert!(
        refused.contains("http://0.0.0.0:9 is not encrypted"),
        "the consent is for one origin: {refused}"
    );
}
