//! A list that is answered in pages, read to its end.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::answer::Answer;
use crate::conformance::Conformance;
use crate::mismatch::Mismatch;
use crate::outcome::Breach;
use crate::target::Request;

/// A list with more pages than these has no end, for all that a run can tell: 200,000 entries of 200 a page.
const PAGES: usize = 1_000;

impl Conformance {
    /// The list that a page begins, as if it had one page: the entries of all, and no `next`. What is no page is
    /// given back with its request as it came, for the expectation to tell.
    ///
    /// # Errors
    /// A page did not come, or the list does not get on.
    pub(crate) async fn whole_list(
        &self,
        mut sent: Request,
        mut page: Answer,
    ) -> Result<(Request, Answer), Breach> {
        let (mut entries, mut seen) = (Vec::new(), HashSet::new());
        loop {
            let Some((results, next)) = page_of(&page) else { return Ok((sent, page)) };
            entries.extend(results);
            let Some(next) = next else { break };
            if seen.len() == PAGES || !seen.insert(next.clone()) {
                let mismatch =
                    Mismatch::new("body/next", "a page that was not read yet, of a list with an end", next);
                return Err(self.breach(&sent, &page, vec![mismatch]));
            }
            sent.path = next;
            page = self.answer_to(&sent).await?;
        }
        page.text = json!({ "results": entries, "next": null }).to_string();
        Ok((sent, page))
    }
}

/// The entries of a page, and where the next one is.
fn page_of(answer: &Answer) -> Option<(Vec<Value>, Option<String>)> {
    let mut page = answer.json().ok().filter(|_| answer.is_success())?;
    let next = page["next"].as_str().map(str::to_owned);
    match page.get_mut("results")?.take() {
        Value::Array(results) => Some((results, next)),
        _ => None,
    }
}
