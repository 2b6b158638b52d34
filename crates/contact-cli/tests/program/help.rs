//! The output of `--help` for the program and every command.

use crate::process::{finish, program};

#[tokio::test]
async fn every_command_has_help_with_examples() {
    let program = help(&[]).await;
    let commands = commands(&program);
    assert!(commands.len() > 15, "{commands:?}");
    insta::assert_snapshot!("help", program);
    for command in commands {
        let about = help(&[&command]).await;
        let mut text = about.clone();
        let subcommands = self::commands(&about);
        if subcommands.is_empty() {
            assert_example(&about, &format!("contacts {command}"));
        }
        for subcommand in subcommands {
            let about = help(&[&command, &subcommand]).await;
            assert_example(&about, &format!("contacts {command} {subcommand}"));
            text += &format!("\n$ contacts {command} {subcommand} -h\n{about}");
        }
        insta::assert_snapshot!(format!("help_{command}"), text);
    }
}

#[tokio::test]
async fn examples_are_not_wrapped_at_80_columns() {
    let mut left: Vec<Vec<String>> = vec![Vec::new()];
    let mut seen = 0;
    while let Some(command) = left.pop() {
        for flag in ["-h", "--help"] {
            let narrow = examples_at("80", &command, flag).await;
            assert_eq!(narrow, examples_at("1000", &command, flag).await, "{command:?} {flag}");
            seen += narrow.lines().count();
        }
        let names: Vec<&str> = command.iter().map(String::as_str).collect();
        let further = commands(&help(&names).await);
        left.extend(further.into_iter().map(|name| [&command[..], &[name]].concat()));
    }
    assert!(seen > 100, "{seen}");
}

/// Returns what follows the options in the help of a command on a terminal of this width.
async fn examples_at(columns: &str, command: &[String], flag: &str) -> String {
    let mut program = program(&[]);
    program.args(command).arg(flag).env("COLUMNS", columns);
    let help = finish(program).await.text();
    help.split_once("Examples:\n").map(|(_, examples)| examples.to_owned()).unwrap_or_default()
}

#[tokio::test]
async fn the_long_help_lists_the_exit_codes() {
    let help = finish(program(&["--help"])).await.text();
    insta::assert_snapshot!(help.split_once("Exit codes:").unwrap().1);
    let login = finish(program(&["login", "--help"])).await.text();
    assert!(login.contains("CONTACTS_CONFIG"), "the path of the profiles: {login}");
}

#[tokio::test]
async fn the_version_is_that_of_the_crate() {
    let version = finish(program(&["--version"])).await.text();
    assert_eq!(version, format!("contacts {}\n", env!("CARGO_PKG_VERSION")));
}

#[tokio::test]
async fn a_key_in_the_environment_is_not_shown() {
    let mut command = program(&["list", "--help"]);
    command.env("CONTACTS_API_KEY", "ctk_secret").env("CONTACTS_URL", "http://user.example");
    let help = finish(command).await.text();
    assert!(help.contains("CONTACTS_API_KEY") && !help.contains("secret") && !help.contains("user.example"));
}

/// A help text shows how its command is used.
fn assert_example(help: &str, command: &str) {
    let (_, examples) = help.split_once("Examples:\n").unwrap_or_else(|| panic!("no examples in {help}"));
    assert!(examples.contains(command), "no example of {command} in {help}");
}

pub(crate) async fn help(command: &[&str]) -> String {
    finish(program(&[command, &["-h"]].concat())).await.text()
}

/// The commands that a help text lists, `help` itself apart.
pub(crate) fn commands(help: &str) -> Vec<String> {
    let Some((_, listed)) = help.split_once("Commands:\n") else { return Vec::new() };
    let lines = listed.lines().take_while(|line| !line.is_empty());
    // A line that goes on with the text of the one before it is indented further.
    let names = lines.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
