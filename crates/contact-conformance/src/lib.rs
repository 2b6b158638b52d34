//! The contract of the contacts API as test cases, and a runner that checks any server with them.
//!
//! A case is data: a requirement in words, its source, and the requests that check it. The files in `cases/` look
//! like this:
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
//! # Cases
//!
//! | key | contents |
//! | --- | --- |
//! | `id` | the name, which begins with the name of the file |
//! | `documented`, `decided`, `extension` | the source of the requirement; exactly one of them |
//! | `rule` | the requirement |
//! | `needs` | the capabilities that not every server or key has, see [`Need`] |
//! | `each` | values of variables: a list of rows, or columns whose combinations are the rows; the case is run once with each row |
//! | `given` | an update of the contact before the first step |
//! | `steps` | requests with their expected responses |
//! | `contact` | the expected contact at the end |
//! | `unchanged` | whether the contact must be the same at the end as before the first step |
//!
//! A case that uses `given`, `contact` or `unchanged`, or the variables `contact_id`, `phone` or `email`, has a contact
//! with a phone number and an email address that no other contact has.
//!
//! # Steps
//!
//! `request` contains the method and the path. `body` is JSON, and `text` is a body of text; a GET has neither.
//! `headers` are further headers; `none` removes the content type, the only header that is sent by default.
//! `authorization` is `{key}` by default, and may be `none`, `{unknown_key}`, `{other_key}`, or a text that contains one
//! of them. `at_once: 16` sends sixteen concurrent requests. `all_pages: true` reads all pages of a list, and compares
//! their entries as if they were one page.
//!
//! `expect` contains a `status`, which is a number or `success`, or a `problem`, which is the status of a problem
//! document with all its members, and its `errors` by pointer and code. It may contain `headers`, `body`, `text`, and
//! `same`: the places that must be the same in the responses to all concurrent requests. `keep` stores values of the
//! response in variables, from `body`, `body/KEY`, `text` or `header NAME`.
//!
//! # Values
//!
//! `{name}` is a variable, and `{name.key}` is a key of an object. These variables are generated, and have the same value
//! everywhere in one run of a case: `{new_phone}`, `{new_email}`, `{new_uuid}` and `{new_word}`; further ones with a
//! suffix such as `_2`; and `{area}`, `{exchange}` and `{four_digits}`, the parts of a new phone number of the United
//! States. `!repeat [x, 3]` is a long text, `!many [x, 3]` a long list, `!concat [x, y]` a concatenated text, and
//! `!with ["{before}", { KEY: VALUE }]` an object with added or replaced keys.
//!
//! In an expected response, an object lists the keys that matter, and `!exactly` allows no others. `!uuid`, `!time`,
//! `!utc_time`, `!string`, `!strings`, `!boolean`, `!number`, `!object` and `!any` match values of a kind. `!absent` matches
//! a missing key. `!each X`, `!one_of [X, Y]`, `!not X` and `!containing X` combine patterns. An empty list matches
//! `!each`, so `!containing` is used to require an entry.

mod capabilities;
mod case;
mod cases;
mod conformance;
mod created;
mod expectation;
mod given_contact;
mod kind;
mod mismatch;
mod need;
mod outcome;
mod pattern;
mod rank;
mod response;
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
pub use outcome::{CaseFailure, Outcome, Verdict};
pub use rank::Rank;
