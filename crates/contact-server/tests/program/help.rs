//! What `--help` says, of the program and of every command that it has.

use crate::process::{finish, program};

#[tokio::test]
async fn every_command_tells_about_itself() {
    let program = help(&[]).await;
    let commands = commands(&program);
    insta::assert_snapshot!("help", program);
    for command in commands {
        let about = help(&[&command]).await;
        let mut told = about.clone();
        for subcommand in self::commands(&about) {
            told += &format!("\n$ contact-server {command} {subcommand} --help\n");
            told += &help(&[&command, &subcommand]).await;
        }
        insta::assert_snapshot!(format!("help_{command}"), told);
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
async fn the_version_is_the_crates() {
    let version = finish(program(["--version"])).await.text();
    assert_eq!(version, format!("contact-server {}\n", env!("CARGO_PKG_VERSION")));
}

async fn help(command: &[&str]) -> String {
    finish(program(command.iter().copied().chain(["--help"]))).await.text()
}

/// The commands that a help text lists, `help` itself apart.
fn commands(help: &str) -> Vec<String> {
    let Some((_, listed)) = help.split_once("Commands:\n") else { return Vec::new() };
    let lines = listed.lines().take_while(|line| !line.is_empty());
    // A line that goes on with the text of the one before it is indented further.
    let names = lines.filter_map(|line| line.strip_prefix("  ")).filter(|line| !line.starts_with(' '));
    let names = names.filter_map(|line| line.split_whitespace().next());
    names.filter(|name| *name != "help").map(str::to_owned).collect()
}
