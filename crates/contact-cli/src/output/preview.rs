//! A request as text, for `--preview`.

use std::fmt::Write as _;

use contact_client::Preview;
use serde_json::value::RawValue;

/// Returns the request line, the headers and the body of a request. They do not contain the API key.
pub(crate) fn written(preview: &Preview) -> String {
    let mut text = format!("{} {}", preview.method, preview.url);
    for (name, value) in &preview.headers {
        // Writing into a string cannot fail.
        let _ = write!(text, "\n{name}: {}", String::from_utf8_lossy(value.as_bytes()));
    }
    if !preview.body.is_empty() {
        let body = serde_json::from_slice::<&RawValue>(&preview.body).map(RawValue::get);
        let _ =
            write!(text, "\n\n{}", body.map_or_else(|_| String::from_utf8_lossy(&preview.body), Into::into));
    }
    text
}
