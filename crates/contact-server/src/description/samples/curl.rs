//! Samples for curl.

use super::request::SampleRequest;

pub(super) fn sample(request: &SampleRequest) -> String {
    let SampleRequest { method, url, body } = request;
    let method = if method == "get" { String::new() } else { format!("-X {} ", method.to_uppercase()) };
    let mut sample = format!("curl {method}'{url}' \\\n  -H \"Authorization: $CONTACTS_API_KEY\"");
    if let Some(body) = body {
        // A single quote ends a quoted string of the shell.
        let body = format!("{body:#}").replace('\'', r"'\''");
        sample += &format!(" \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
    }
    sample
}
