//! The contract of the contacts API as cases, and a runner that holds any server against them.
//!
//! A case is data: a promise in words, who made it and where, and the requests that show whether it is kept.
//! The files in `cases/` read like this:
//!
//! ```yaml
//! - id: update.empty-email-is-null
//!   documented: PATCH /contacts/{contact_id}/ request.email
//!   rule: An empty email is stored as null.
//!   steps:
//!     - request: PATCH /contacts/{contact_id}/
//!       body: { email: "" }
//!       expect: { status: 200, body: { email: null } }
//!   contact: { email: null }
//! ```
//!
//! # A case
//!
//! | key | what it says |
//! | --- | --- |
//! | `id` | its name, which begins with that of its file |
//! | `documented`, `decided`, `extension` | who made the promise, and where it stands: one of the three |
//! | `rule` | the promise |
//! | `needs` | what not every server has, and not everyone who asks: see [`Need`] |
//! | `each` | values for variables: a list of rows, or columns of which every combination is a row. The case is run with each row from the start |
//! | `given` | what the contact is given by an update before the first step |
//! | `steps` | requests, each with what is promised of its answer |
//! | `contact` | what a GET of the contact shows in the end |
//! | `unchanged` | a GET of the contact shows the same in the end as before the first step |
//!
//! A case that speaks of a contact, by `given`, `contact` or `unchanged`, or by the variables `contact_id`,
//! `phone` and `email`, has one: with a phone number and an email address that no other contact has.
//!
//! # A step
//!
//! `request` is method and path. `body` is JSON, `text` a body as it is; a GET has neither. `headers` are
//! further headers (`none` leaves out the one that is sent by itself, the content type); `authorization` is
//! `{key}` unless it says otherwise: `none`, `{unknown_key}`, `{other_key}`, or a text with one of them in
//! it. `at_once: 16` sends the request sixteen times at one moment. `all_pages: true` reads a list on to its end,
//! and what is promised is promised of all its entries, as if they were one page.
//!
//! `expect` has a `status`, which is a number or `success`, or a `problem`, which is a problem document of
//! that status with all its marks, and its `errors` by pointer and code; and `headers`, `body` and `text`,
//! and what is the `same` in all answers to requests of one moment. `keep` gives variables the values that
//! are found in the answer, at `body`, `body/KEY`, `text` or `header NAME`.
//!
//! # Values
//!
//! `{name}` is a variable, `{name.key}` a key of one. Made up are, each the same wherever it stands in a run
//! of a case: `{new_phone}`, `{new_email}`, `{new_uuid}`, `{new_word}`, and with `_2` and so on behind them
//! as many more; `{area}`, `{exchange}` and `{four_digits}`, which make a phone number of the United States that
//! no one has, to be spelled as there. `!repeat [x, 3]` is a long text, `!many [x, 3]` a long list,
//! `!concat [x, y]` a text of parts, and `!with ["{before}", { KEY: VALUE }]` an object with keys added or changed.
//!
//! Of an answer, an object names the keys that matter; `!exactly` allows no other. `!uuid`, `!time`,
//! `!utc_time`, `!string`, `!strings`, `!boolean`, `!number`, `!object` and `!any` are values of a kind,
//! `!absent` is a key that is not there; `!each X`, `!one_of [X, Y]`, `!not X` and `!containing X` say what
//! their names do. A list without entries is as `!each` says, so `!containing` says as well what must be there.

mod answer;
mod case;
mod cases;
mod conformance;
mod examination;
mod expectation;
mod given_contact;
mod kind;
mod made;
mod mismatch;
mod need;
mod outcome;
mod pattern;
mod rank;
mod run;
mod source;
mod target;
mod template;
mod variables;
mod whole_list;

pub use case::Case;
pub use cases::{CaseError, cases};
pub use conformance::{Conformance, Leftovers, OpenError, Options};
pub use mismatch::Mismatch;
pub use need::Need;
pub use outcome::{Breach, Outcome, Verdict};
pub use rank::Rank;
