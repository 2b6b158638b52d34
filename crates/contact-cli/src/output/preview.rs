//! A request as text, for `--preview`.

use std::fmt::Write as _;

use contact_client::Call;
use contact_client::operation::Operation;
use serde_json::value::RawValue;

use super::printer::Printer;
use crate::failure::Failure;

impl Printer {
    /// Prints the request line, the headers and the body of a call. They do not contain the API key.
    ///
    /// # Errors
    /// The call is invalid, or standard output cannot be written to.
    pub(crate) fn preview<O: Operation, A>(&self, call: Call<O, A>) -> Result<(), Failure> {
        let request = call.preview().map_err(|error| Failure::usage(error.to_string()))?;
        let mut text = format!("{} {}", request.method, request.url);
        for (name, value) in &request.headers {
            // Writing into a string cannot fail.
            let _ = write!(text, "\n{name}: {}", String::from_utf8_lossy(value.as_bytes()));
        }
        if !request.body.is_empty() {
            let body = serde_json::from_slice::<&RawValue>(&request.body).map(RawValue::get);
            let body = body.map_or_else(|_| String::from_utf8_lossy(&request.body), Into::into);
            let _ = write!(text, "\n\n{body}");
        }
        self.text(&text)
    }
}
