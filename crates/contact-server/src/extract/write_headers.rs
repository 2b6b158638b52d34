//! The request headers that each write operation supports. They are declared once for the API description, for the
//! reading of requests and for the headers of responses.

use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterIn};
use utoipa::openapi::schema::ObjectBuilder;

use super::Preference;
use super::conditions::describe_if_match;
use crate::description::parameters::extension_header;

const CREATE_RETURN: &str =
    "`return=representation` returns the contact, and `return=receipt` also returns a receipt.";
const RETURN: &str = "`return=receipt` returns the contact and a receipt.";
const DELETE_RETURN: &str =
    "`return=representation` returns the contact as it was, and `return=receipt` also returns a receipt.";
const THREAD_RETURN: &str = "`return=receipt` returns the contact, the thread and a receipt.";
const ITEMS_RETURN: &str =
    "`return=representation` returns the contact of each item, and `return=receipt` also returns a receipt.";
const MATCH: &str = "`match=phone` (the default), `match=email`, `match=person` or `match=reject` chooses the contact to \
    update if the phone number and the email address belong to two contacts; `match=merge` merges them first.";
const HANDLING: &str = "`handling=strict` refuses with a 400 what is otherwise ignored, left out or stored as another \
    value.";
const ITEMS_HANDLING: &str = "`handling=strict` refuses what is otherwise ignored, left out or stored as another value: \
    an item with a 400 or 409 of its own, and the whole batch for an unknown key outside the items.";
const TRANSACTION: &str = "`tx=rollback` is a dry run: nothing is written.";

/// The request headers that an operation supports.
pub(crate) trait WriteHeaders {
    /// The supported preferences, each with its text for the API description.
    const PREFER: &'static [(Preference, &'static str)];

    /// Whether `If-Match` guards the contact that the operation's path names.
    const IF_MATCH: bool;

    /// Returns true if the operation supports this preference.
    fn supports(preference: Preference) -> bool {
        Self::PREFER.iter().any(|(supported, _)| *supported == preference)
    }
}

/// Defines a type for each set of headers.
macro_rules! write_headers {
    ($($(#[$doc:meta])* $name:ident: [$($preference:ident: $text:ident),+], if_match: $if_match:literal;)+) => {$(
        $(#[$doc])*
        pub(crate) struct $name;

        impl WriteHeaders for $name {
            const PREFER: &'static [(Preference, &'static str)] = &[$((Preference::$preference, $text)),+];
            const IF_MATCH: bool = $if_match;
        }

        impl IntoParams for $name {
            fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
                let if_match = Self::IF_MATCH.then(describe_if_match);
                [describe_prefer(Self::PREFER)].into_iter().chain(if_match).collect()
            }
        }
    )+};
}

write_headers! {
    /// The headers of the operation that creates a contact. Its path names no contact.
    CreateHeaders: [Return: CREATE_RETURN, Match: MATCH, Handling: HANDLING, Transaction: TRANSACTION],
        if_match: false;
    /// The headers of every other operation that takes a body and responds with a contact.
    ContactBodyHeaders: [Return: RETURN, Handling: HANDLING, Transaction: TRANSACTION], if_match: true;
    /// The headers of every operation that takes no body and responds with a contact.
    ContactHeaders: [Return: RETURN, Transaction: TRANSACTION], if_match: true;
    /// The headers of the operation that records a thread.
    ThreadHeaders: [Return: THREAD_RETURN, Handling: HANDLING, Transaction: TRANSACTION], if_match: true;
    /// The headers of the operation that deletes a contact.
    DeleteHeaders: [Return: DELETE_RETURN, Transaction: TRANSACTION], if_match: true;
    /// The headers of the operation that does many writes.
    BatchHeaders: [Return: ITEMS_RETURN, Match: MATCH, Handling: ITEMS_HANDLING, Transaction: TRANSACTION],
        if_match: false;
    /// The headers of every operation that takes a body and writes no contact.
    BodyHeaders: [Handling: HANDLING, Transaction: TRANSACTION], if_match: false;
    /// The headers of every operation that takes no body and writes something other than a contact.
    PlainHeaders: [Transaction: TRANSACTION], if_match: false;
}

fn describe_prefer(supported: &[(Preference, &str)]) -> Parameter {
    let lines = supported.iter().map(|(_, text)| format!("\n- {text}"));
    let text = format!("Preferences, separated by commas.\n{}", lines.collect::<String>());
    let examples = supported.iter().map(|(preference, _)| match preference {
        Preference::Return => "return=receipt",
        Preference::Match => "match=person",
        // Generated requests with strict handling would be refused for every unknown key.
        Preference::Handling => "handling=lenient",
        Preference::Transaction => "tx=rollback",
    });
    extension_header("Prefer", &text, ObjectBuilder::new().examples(examples))
}
