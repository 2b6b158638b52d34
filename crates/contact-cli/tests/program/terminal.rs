//! The output of the program on a terminal of 80 columns.

use std::io::Read as _;
use std::path::Path;

use contact_testing::Backend;
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use crate::stage::Stage;

const ROWS: u16 = 40;
const COLUMNS: u16 = 80;

/// What a terminal has shown of a run: the screen as text, and the bytes.
pub(crate) struct Shown {
    screen: String,
    pub(crate) bytes: String,
    has_succeeded: bool,
    /// The screen after each carriage return.
    frames: Vec<String>,
}

/// Runs the program on a terminal of 80 columns.
async fn on_a_terminal(stage: &Stage, variables: &[(&str, &str)], typed: &str, arguments: &[&str]) -> Shown {
    on_a_terminal_of(COLUMNS, stage, variables, typed, arguments).await
}

/// Runs the program on a terminal, types `typed` if it is not empty, and returns the screen when the program has ended.
async fn on_a_terminal_of(
    columns: u16,
    stage: &Stage,
    variables: &[(&str, &str)],
    typed: &str,
    arguments: &[&str],
) -> Shown {
    let shown = ended_on_a_terminal(columns, stage.directory.path(), variables, typed, arguments).await;
    assert!(shown.has_succeeded, "{}", shown.bytes);
    shown
}

/// Like [`on_a_terminal_of`], in this directory and with any exit code.
pub(crate) async fn ended_on_a_terminal(
    columns: u16,
    directory: &Path,
    variables: &[(&str, &str)],
    typed: &str,
    arguments: &[&str],
) -> Shown {
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_contacts"));
    command.env_clear();
    command.args(arguments);
    command.cwd(directory);
    command.env("CONTACTS_CONFIG", directory.join("contacts/profiles.toml"));
    command.env("TERM", "xterm");
    for (name, value) in variables {
        command.env(name, value);
    }
    let typed = typed.to_owned();
    tokio::task::spawn_blocking(move || {
        let size = PtySize { rows: ROWS, cols: columns, pixel_width: 0, pixel_height: 0 };
        let terminal = native_pty_system().openpty(size).unwrap();
        let mut reader = terminal.master.try_clone_reader().unwrap();
        let mut writer = terminal.master.take_writer().unwrap();
        let mut child = terminal.slave.spawn_command(command).unwrap();
        drop(terminal.slave);
        std::io::Write::write_all(&mut writer, typed.as_bytes()).unwrap();
        let mut bytes = Vec::new();
        // On Linux the terminal ends with an error when the program has: what came before is all.
        let _ = reader.read_to_end(&mut bytes);
        let has_succeeded = child.wait().unwrap().success();
        let mut screen = vt100::Parser::new(ROWS.try_into().unwrap(), columns.try_into().unwrap(), 0);
        let mut frames = Vec::new();
        for part in bytes.split_inclusive(|byte| *byte == b'\r') {
            screen.process(part);
            let lines: Vec<String> =
                screen.screen().rows(0, columns).map(|row| row.trim_end().to_owned()).collect();
            frames.push(lines.join("\n").trim_end().to_owned());
        }
        Shown {
            screen: frames.last().cloned().unwrap_or_default(),
            bytes: String::from_utf8_lossy(&bytes).into_owned(),
            frames,
            has_succeeded,
        }
    })
    .await
    .unwrap()
}

/// With address and key in the environment.
async fn shown(stage: &Stage, arguments: &[&str]) -> Shown {
    shown_at(COLUMNS, stage, arguments).await
}

/// With address and key in the environment, on a terminal of this many columns.
async fn shown_at(columns: u16, stage: &Stage, arguments: &[&str]) -> Shown {
    let variables =
        [("CONTACTS_URL", stage.company.server.url.as_str()), ("CONTACTS_API_KEY", &stage.company.key)];
    on_a_terminal_of(columns, stage, &variables, "", arguments).await
}

async fn stage() -> Stage {
    let stage = Stage::start(Backend::Sqlite).await;
    let long = "Maximiliane-Alexandra Featherstonehaugh-Cholmondeley";
    for create in [
        &["create", "--full-name", "jane doe", "--phone", "(415) 555-2671", "--email", "jane@example.com"][..],
        &["create", "--full-name", long, "--email", "maximiliane.featherstonehaugh@subsidiary.example.com"],
        &["create", "--full-name", "山田 太郎", "--tag", "vip", "--tag", "lead", "--notes", "Called today"],
    ] {
        stage.id(create).await;
    }
    stage
}

/// The ids on a screen replaced by as many characters.
fn without_ids(screen: &str, ids: &str) -> String {
    let mut screen = screen.to_owned();
    for id in ids.lines() {
        assert!(screen.contains(id), "an id is never cut: {screen}");
        screen = screen.replace(id, "ID----------------------------------");
    }
    screen
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_table_fits_in_80_columns() {
    let stage = stage().await;
    let ids = stage.run(&["list", "--quiet"]).await.text();
    let list = shown(&stage, &["list", "--sort", "name"]).await;
    insta::assert_snapshot!(without_ids(&list.screen, &ids));
    assert_eq!(list.screen.lines().count(), 4, "a line for each contact");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wide_table_is_not_cut_and_a_narrow_one_has_whole_ids() {
    let stage = stage().await;
    let ids = stage.run(&["list", "--quiet"]).await.text();
    let wide = shown_at(200, &stage, &["list", "--sort", "name"]).await;
    for whole in [
        "Maximiliane-Alexandra Featherstonehaugh-Cholmondeley",
        "maximiliane.featherstonehaugh@subsidiary.example.com",
        "vip, lead",
        "+14155552671",
    ] {
        assert!(wide.screen.contains(whole), "{}", wide.screen);
    }
    for columns in [37, 44, 60] {
        let narrow = shown_at(columns, &stage, &["list"]).await;
        // The terminal breaks a line that is wider than it.
        let written = narrow.bytes.replace(['\r', '\n'], " ");
        for id in ids.lines() {
            assert!(written.contains(id), "{columns}: {}", narrow.bytes);
            let contact = shown_at(columns, &stage, &["get", id]).await;
            assert!(contact.bytes.contains(id), "{columns}: {}", contact.bytes);
        }
        for heading in ["NAME", "PHONE", "EMAIL", "TAGS"] {
            assert!(written.contains(heading), "{columns}: {}", narrow.bytes);
        }
        assert!(written.contains("Ma"), "a part of each name is shown: {}", narrow.bytes);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_contact_fits_in_80_columns() {
    let stage = stage().await;
    let id = stage.run(&["list", "--tag", "vip", "--quiet"]).await.text();
    let notes =
        "A long note that does not fit into one line of the terminal and goes on below, word by word.";
    let contact = shown(&stage, &["update", id.trim(), "--notes", notes]).await;
    let (before, after) = contact.screen.split_once("created_at").unwrap();
    insta::assert_snapshot!(without_ids(before.trim_end(), id.trim()));
    assert!(after.contains("etag"), "{after}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn colours_depend_on_the_terminal_and_no_color() {
    let stage = stage().await;
    const ESCAPE: char = '\u{1b}';
    assert!(shown(&stage, &["list"]).await.bytes.contains(ESCAPE));
    let variables =
        [("CONTACTS_URL", stage.company.server.url.as_str()), ("CONTACTS_API_KEY", &stage.company.key)];
    let without = [&variables[..], &[("NO_COLOR", "1")]].concat();
    assert!(!on_a_terminal(&stage, &without, "", &["list"]).await.bytes.contains(ESCAPE));
    assert!(!stage.run(&["list", "--output", "table"]).await.text().contains(ESCAPE));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_typed_key_is_hidden() {
    let stage = stage().await;
    let typed = format!("{}\n", stage.company.key);
    let login = on_a_terminal(&stage, &[], &typed, &["login", "--url", &stage.company.server.url]).await;
    assert!(
        login.screen.contains("API key (hidden):") && login.screen.contains("default"),
        "{}",
        login.screen
    );
    assert!(std::fs::read_to_string(stage.directory.path().join("contacts/profiles.toml")).is_ok());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_that_cannot_be_undone_ask_for_confirmation() {
    let stage = stage().await;
    let id = stage.run(&["list", "--tag", "vip", "--quiet"]).await.text();
    let variables =
        [("CONTACTS_URL", stage.company.server.url.as_str()), ("CONTACTS_API_KEY", &stage.company.key)];
    let erased = on_a_terminal(&stage, &variables, "y\n", &["erase", id.trim()]).await;
    assert!(
        erased.screen.contains("permanently? [y/N]") && erased.screen.contains("deleted"),
        "{}",
        erased.screen
    );
    stage.run(&["restore", id.trim()]).await.refusal(3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_export_shows_a_progress_bar() {
    let stage = stage().await;
    let path = stage.directory.path().join("contacts.csv");
    let file = path.to_str().unwrap();
    let exported = shown(&stage, &["export", file]).await;
    assert!(exported.bytes.contains("100 %, 3 contacts, "), "{}", exported.bytes);
    let screen = exported.screen.replace(file, "FILE");
    assert_eq!(screen, "file      FILE\ncontacts  3", "what stays on the screen");
    assert_eq!(shown(&stage, &["export", file, "--yes", "--quiet"]).await.bytes, "");
    assert!(
        !shown(&stage, &["export"]).await.bytes.contains("contacts/s"),
        "the contacts are on the terminal"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_import_shows_a_progress_bar_and_then_a_summary() {
    let stage = Stage::start(Backend::Sqlite).await;
    let rows: String = (0..3_000).map(|row| format!("Jane,jane.{row}@example.com,x\n")).collect();
    let file = stage.file("people.csv", format!("Full Name,E-mail 1 - Value,Shoe Size\n{rows}"));
    let import = shown(&stage, &["import", file.to_str().unwrap()]).await;
    let bars: Vec<&str> =
        import.frames.iter().flat_map(|frame| frame.lines()).filter(|line| line.contains('%')).collect();
    let whole = bars.iter().find(|bar| bar.contains(" 100 %")).unwrap_or_else(|| panic!("{bars:?}"));
    assert!(
        whole.starts_with("━━━━") && whole.contains(" 3,000 rows, ") && whole.ends_with(" left"),
        "{whole}"
    );
    assert!(bars.iter().all(|bar| bar.chars().count() <= 80), "{bars:?}");
    // The bar has disappeared, and the summary remains.
    let mut left: Vec<&str> = import.screen.lines().collect();
    let undo = left.pop().unwrap();
    assert!(undo.starts_with("note: to undo: `contacts undo --operation ") && undo.ends_with('`'), "{undo}");
    let time = left.remove(left.len() - 2);
    assert!(time.starts_with("3,000 rows in ") && time.ends_with(" rows/s"), "{time}");
    insta::assert_snapshot!(left.join("\n").replace(file.to_str().unwrap(), "people.csv"));
}
