//! What the server prints when it starts.

use contact_model::ApiKey;
use url::Url;

/// The text for a start; with a key on the first one, which is the only time it is shown.
pub(crate) fn text(url: &Url, first_key: Option<&ApiKey>) -> String {
    let base = url.as_str().trim_end_matches('/');
    let Some(key) = first_key.map(ApiKey::reveal) else {
        return format!("Contacts API: {base}\nDocumentation: {base}/docs\n");
    };
    format!(
        r#"Contacts API: {base}
Documentation: {base}/docs

A first company was created. Its API key is shown this once, so keep it:

    {key}

Create a contact, then update it:

    CONTACT=$(curl -s {base}/contacts/ -H 'Authorization: {key}' -H 'Content-Type: application/json' \
      -H 'Prefer: return=representation' -d '{{"full_name": "jane doe", "phone_number": "(415) 555-2671"}}' \
      | sed -E 's/.*"id":"([^"]+)".*/\1/')

    curl -X PATCH {base}/contacts/$CONTACT/ -H 'Authorization: {key}' -H 'Content-Type: application/json' \
      -d '{{"tags": ["vip"], "notes": "Called today"}}'
"#
    )
}
