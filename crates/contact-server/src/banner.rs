//! The text that the server prints when it starts.

use std::path::Path;

use url::Url;

use crate::first_start::FirstKey;

/// Returns the text for a start. A first start also prints the file of the first API key and how to use the key. The
/// key itself is printed only if `reveal_key` is true, because standard output may be a log.
pub(crate) fn text(url: &Url, first_key: Option<&FirstKey>, reveal_key: bool) -> String {
    let base = url.as_str().trim_end_matches('/');
    let addresses = format!("Contacts API: {base}\nDocumentation: {base}/docs\n");
    let Some(FirstKey { key, file }) = first_key else { return addresses };
    let path = file.display();
    let shown = if reveal_key { format!("    {}\n\n", key.reveal()) } else { String::new() };
    let quoted = quoted(file);
    format!(
        r#"{addresses}
A first company was created. Its API key is in the file {path}, which only you can read.

{shown}Create a contact, then update it:

    KEY=$(cat {quoted})

    CONTACT=$(curl -s {base}/contacts/ -H "Authorization: $KEY" -H 'Content-Type: application/json' \
      -H 'Prefer: return=representation' -d '{{"full_name": "jane doe", "phone_number": "(415) 555-2671"}}' \
      | sed -E 's/.*"id":"([^"]+)".*/\1/')

    curl -X PATCH {base}/contacts/$CONTACT/ -H "Authorization: $KEY" -H 'Content-Type: application/json' \
      -d '{{"tags": ["vip"], "notes": "Called today"}}'

Use the command line client:

    contacts login --url {base} --api-key-file {quoted}
"#
    )
}

/// Returns the path as one word of a shell command.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    if path.chars().all(plain) { path } else { format!("'{}'", path.replace('\'', r"'\''")) }
}

#[cfg(test)]
mod tests {
    use contact_model::ApiKey;

    use super::*;

    #[test]
    fn key_is_printed_only_if_requested() {
        let (url, key) = ("http://127.0.0.1:8080/".parse().unwrap(), ApiKey::from_random(1));
        let first_key = FirstKey { key: key.clone(), file: "/data/first-api-key".into() };
        let print = |reveal_key| text(&url, Some(&first_key), reveal_key);
        assert!(print(true).contains(&format!("\n    {}\n", key.reveal())));
        assert!(!print(false).contains(key.reveal()));
        for printed in [print(true), print(false)] {
            assert!(printed.contains("KEY=$(cat /data/first-api-key)\n"), "{printed}");
        }
    }

    #[test]
    fn path_is_quoted_for_the_shell() {
        assert_eq!(
            quoted(Path::new("/var/lib/contacts-1.0/first-api-key")),
            "/var/lib/contacts-1.0/first-api-key"
        );
        assert_eq!(quoted(Path::new("/it's $HOME/key")), r"'/it'\''s $HOME/key'");
    }
}
