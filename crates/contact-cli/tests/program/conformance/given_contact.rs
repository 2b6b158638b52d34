//! The contact of `--contact-id` and its backup.

use std::sync::atomic::{AtomicUsize, Ordering};

use contact_testing::{Backend, Received, TestResponse};
use serde_json::Value;

use super::altered_server::{self, FOREIGN_KEY};
use crate::process::{Finished, finish};
use crate::stage::Stage;

/// Makes the server fail after the first updates.
fn goes_away(request: &mut Received) {
    static UPDATES: AtomicUsize = AtomicUsize::new(0);
    let updates = UPDATES.fetch_add(usize::from(request.method == "PATCH"), Ordering::SeqCst);
    if updates > 5 {
        request.set_target("/away/");
    }
}

fn is_away(request: &Received, response: &mut TestResponse) {
    if request.target() == "/away/" {
        response.status = 503;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_backup_of_a_contact_remains_if_the_server_fails() {
    let stage = Stage::start(Backend::Sqlite).await;
    let notes = "n".repeat(5_000);
    let id = stage.id(&["create", "--full-name", "jane doe", "--tag", "vip", "--notes", &notes]).await;
    let all = ["get", &id, "--include", "first_name,last_name,custom_fields,updated_at"];
    let before = stage.json(&all).await;
    let server = altered_server::start(&stage.company, goes_away, is_away).await;
    let run = async || -> Finished {
        let mut command = stage.program(&["conformance", "--contact-id", &id, "--only", "update."]);
        command.env("CONTACTS_URL", &server.url).env("CONTACTS_API_KEY", FOREIGN_KEY);
        finish(command).await
    };

    let failed = run().await;
    assert_eq!(failed.code, Some(1), "{failed:#?}");
    assert_ne!(stage.json(&all).await, before, "updates were sent");
    let name = format!("conformance-{id}.json");
    assert!(failed.stderr.contains(&format!("stored the contact in {name}")), "{}", failed.stderr);
    assert!(failed.stderr.contains(&format!("restore the contact from {name}")), "{}", failed.stderr);
    let file = stage.directory.path().join(&name);
    let kept = std::fs::read_to_string(&file).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&kept).unwrap(), before, "the backup is complete");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(file.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    }

    // The next run does not replace the backup.
    let again = run().await.refusal(2);
    assert!(again.contains(&format!("{name} exists")), "{again}");
    assert_eq!(std::fs::read_to_string(&file).unwrap(), kept);
}

#[cfg(unix)]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_is_not_changed_if_its_backup_cannot_be_written() {
    let stage = Stage::start_as_admin(Backend::Sqlite).await;
    let id = stage.id(&["create", "--notes", "as it is"]).await;
    let before = stage.json(&["get", &id, "--include", "updated_at"]).await;
    let gone = stage.directory.path().join("gone");
    std::fs::create_dir(&gone).unwrap();
    // Nobody can create a file in a removed directory.
    let shell = "cd gone && rmdir ../gone && exec \"$0\" conformance --contact-id \"$1\"";
    let mut command = tokio::process::Command::new("/bin/sh");
    command.args(["-c", shell, env!("CARGO_BIN_EXE_contacts"), &id]).current_dir(stage.directory.path());
    command
        .env_clear()
        .env("CONTACTS_URL", &stage.company.server.url)
        .env("CONTACTS_API_KEY", &stage.company.key);
    let refused = finish(command).await.refusal(1);
    assert!(refused.contains("cannot write") && refused.contains("nothing was changed"), "{refused}");
    assert_eq!(stage.json(&["get", &id, "--include", "updated_at"]).await, before);
    assert_eq!(stage.json(&["custom-field", "list"]).await.as_array().unwrap().len(), 0);
}
