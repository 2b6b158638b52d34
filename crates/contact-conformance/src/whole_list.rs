//! Reads all pages of a list.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::conformance::Conformance;
use crate::mismatch::Mismatch;
use crate::outcome::CaseFailure;
use crate::response::Response;
use crate::target::Request;

/// The maximum number of pages: 200,000 entries of 200 per page.
const PAGES: usize = 1_000;

impl Conformance {
    /// Returns a list as if it had one page: the entries of all pages, and no `next`. Returns a response that is not
    /// a page as it is.
    ///
    /// # Errors
    /// A page is missing, or the pages form a cycle.
    pub(crate) async fn whole_list(
        &self,
        mut sent: Request,
        mut page: Response,
    ) -> Result<(Request, Response), CaseFailure> {
        let (mut entries, mut seen) = (Vec::new(), HashSet::new());
        loop {
            let Some((results, next)) = page_of(&page) else { return Ok((sent, page)) };
            entries.extend(results);
            let Some(next) = next else { break };
            if seen.len() == PAGES || !seen.insert(next.clone()) {
                let mismatch =
                    Mismatch::new("body/next", "a page that was not read yet, of a list with an end", next);
                return Err(self.failure(&sent, &page, vec![mismatch]));
            }
            sent.path = next;
            page = self.response_to(&sent).await?;
        }
        page.text = json!({ "results": entries, "next": null }).to_string();
        Ok((sent, page))
    }
}

/// Returns the entries of a page, and the URL of the next page.
fn page_of(response: &Response) -> Option<(Vec<Value>, Option<String>)> {
    let mut page = response.json().ok().filter(|_| response.is_success())?;
    let next = page["next"].as_str().map(str::to_owned);
    match page.get_mut("results")?.take() {
        Value::Array(results) => Some((results, next)),
        _ => None,
    }
}
