//! Runs the shell commands that a first start prints: with a shell, and without curl by parsing its arguments.

use reqwest::Method;
use serde_json::Value;
use tokio::process::Command;

use crate::caller::{http, response};

/// Runs the lines in a shell and returns their output, a contact. Returns `None` if curl is not installed.
pub(crate) async fn run_in_shell(lines: &str) -> Option<Value> {
    Command::new("curl").arg("--version").output().await.ok()?;
    let output = Command::new("sh").args(["-c", lines]).output().await.unwrap();
    assert!(output.status.success(), "{output:?}");
    Some(serde_json::from_slice(&output.stdout).unwrap_or_else(|error| panic!("{error}: {output:?}")))
}

/// Sends the requests of these `curl` commands and returns the last response, a contact.
pub(crate) async fn send_requests(lines: &str) -> Value {
    let lines = lines.replace("\\\n", " ");
    let file = lines.lines().find_map(|line| line.trim().strip_prefix("KEY=$(cat ")?.strip_suffix(')'));
    let [file] = &words(file.expect("the key is read from a file"))[..] else {
        panic!("not one file: {lines}")
    };
    let key = std::fs::read_to_string(file).unwrap();
    let mut contact = Value::Null;
    for line in lines.lines().filter(|line| line.contains("curl ")) {
        let arguments = line.split("curl ").nth(1).unwrap().split(" | sed").next().unwrap();
        let id = contact["id"].as_str().unwrap_or_default();
        let (status, body) =
            send(&words(&arguments.replace("$CONTACT", id).replace("$KEY", key.trim()))).await;
        assert!(matches!(status, 200 | 201), "{status} {body}");
        contact = body;
    }
    contact
}

/// Splits a line without variables into words like a shell.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for c in line.chars() {
        match quote {
            Some(open) if open == c => quote = None,
            None if matches!(c, '\'' | '"') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            None if c.is_whitespace() => words.extend(word.take()),
            _ => word.get_or_insert_default().push(c),
        }
    }
    words.into_iter().chain(word).collect()
}

async fn send(words: &[String]) -> (u16, Value) {
    let (mut method, mut url, mut headers, mut body) = (Method::GET, None, Vec::new(), None);
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "-s" => {}
            "-X" => method = words.next().unwrap().parse().unwrap(),
            "-H" => headers.push(words.next().unwrap().split_once(": ").unwrap()),
            "-d" => body = words.next(),

            other if other.starts_with("http://") => url = Some(other),
            other => panic!("unknown argument of curl: {other:?}"),
        }
    }
    // Like curl, a request with a body is a POST by default.
    if body.is_some() && method == Method::GET {
        method = Method::POST;
    }
    let mut request = http().request(method, url.expect("the arguments contain a URL"));
    for (name, value) in headers {
        request = request.header(name, value);
    }
    response(request.body(body.cloned().unwrap_or_default()).send().await.unwrap()).await
}
