//! The output of `--help` for the program and for every command.

use crate::process::{finish, program};

#[tokio::test]
async fn every_command_has_help() {
    let program = help(&[]).await;
    let commands = commands(&program);
    insta::assert_snapshot!("help", program);
    for command in commands {
        let command_help = help(&[&command]).await;
        let mut text = command_help.clone();
        for subcommand in self::commands(&command_help) {
            text += &format!("\n$ contact-server {command} {subcommand} --help\n");
            text += &help(&[&command, &subcommand]).await;
        }
        insta::assert_snapshot!(format!("help_{command}"), text);
    }
}

#[tokio::test]
async fn examples_are_not_wrapped_at_80_columns() {
    let help = help(&[]).await;
    let (_, examples) = help.split_once("Examples:\n").unwrap();
    let longest = examples.lines().map(|line| line.chars().count()).max();
    assert!(longest <= Some(80), "{examples}");
}

#[tokio::test]
async fn version_is_that_of_the_crate() {
    let version = finish(program(["--version"])).await.text();
    assert_eq!(version, format!("contact-server {}\n", env!("CARGO_PKG_VERSION")));
}

async fn help(command: &[&str]) -> String {
    finish(program(command.iter().copied().chain(["--help"]))).await.text()
}

/// Returns the commands in a help text, except for `help` itself.
fn commands(help: &str) -> Vec<String> {
    let Some((_, listed)) = help.split_once("Commands:\n") else { return Vec::new() };
    let lines = listed.lines().take_while(|line| !line.is_empty());
    // Continuation lines are indented further.
    let names = lines.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
