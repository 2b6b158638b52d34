//! The problems that operations answer with, as the API description declares them: each with its
//! schema, an example and its headers. Handlers name the groups that apply to them.

use std::collections::BTreeMap;

use contact_model::matching::Collision;
use contact_model::{ContactId, Problem, ProblemType, Violation, ViolationCode, Violations};
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};
use uuid::uuid;

use crate::error::{KEY_REUSED, PROBLEM_JSON, STILL_RUNNING};
use crate::response_headers;

/// Contacts of the examples.
const CONTACT: ContactId = ContactId(uuid!("3c90c3cc-0d44-4b50-8888-8dd25736052a"));
const OTHER_CONTACT: ContactId = ContactId(uuid!("018bab2f-5d60-7c31-9a55-8dd25736052a"));

type Responses = BTreeMap<String, RefOr<Response>>;

macro_rules! group {
    ($(#[$doc:meta])* $name:ident: $($problem:expr),+ $(,)?) => {
        $(#[$doc])*
        pub(crate) struct $name;

        impl IntoResponses for $name {
            fn responses() -> Responses {
                [$(declare($problem)),+].into_iter().collect()
            }
        }
    };
}

group!(
    /// Of every operation that needs a key.
    KeyProblems:
    Declared {
        description: "Decided: no API key, or one that is unknown, revoked or expired",
        headers: &[("WWW-Authenticate", "Decided: how to authenticate")],
        ..Declared::of(ProblemType::Unauthorized, "Send the company's API key in the Authorization header, as it was given to you.")
    },
    Declared {
        description: "Decided: the API key may not do this; a read key only reads, and an admin key alone manages the company",
        ..Declared::of(ProblemType::Forbidden, "This API key has read access; the operation needs a key with write access.")
    },
);

group!(
    /// Of every operation on one contact.
    ContactProblems:
    Declared {
        description: "Decided: the company has no such contact",
        ..Declared::of(ProblemType::ContactNotFound, "The company has no contact with this id.")
    },
);

group!(
    /// Of the operation that creates a contact.
    CollisionProblems:
    Declared {
        description: "Extension, with `Prefer: match=reject` or `handling=strict`: phone and email hit two contacts, each named in `contact_id`; nothing is written",
        errors: Violations::from(Collision { by_phone: CONTACT, by_email: OTHER_CONTACT }).into_vec(),
        ..Declared::of(ProblemType::ContactsCollide, "The phone number is one contact's and the email address another's; nothing was written.")
    },
);

group!(
    /// Of every operation that changes one contact.
    PreconditionProblems:
    Declared {
        description: "Extension: the contact is not as `If-Match` says; nothing was written",
        ..Declared::of(ProblemType::PreconditionFailed, "The contact is not as If-Match says; nothing was written. Read it, and try again.")
    },
);

group!(
    /// Of every operation on one custom field.
    CustomFieldProblems:
    Declared {
        description: "Extension: the company has no such custom field",
        ..Declared::of(ProblemType::CustomFieldNotFound, "The company has no custom field with this id.")
    },
);

group!(
    /// Of every operation that names a custom field.
    CustomFieldNameProblems:
    Declared {
        description: "Extension: another custom field of the company has the name",
        errors: vec![Violation::new("/name", ViolationCode::Taken, "The custom field 018bab2f-0000-7c31-9a55-5d6044cc0d44 is named `Plan` already.")],
        ..Declared::of(ProblemType::CustomFieldTaken, "Another custom field of the company has this name; nothing was written.")
    },
);

group!(
    /// Of every operation on one agent.
    AgentProblems:
    Declared {
        description: "Extension: the company has no such agent",
        ..Declared::of(ProblemType::AgentNotFound, "The company has no agent with this id.")
    },
);

group!(
    /// Of the operation that deletes an agent.
    AgentInUseProblems:
    Declared {
        description: "Extension: threads or contacts refer to the agent",
        ..Declared::of(ProblemType::AgentInUse, "Threads or contacts refer to the agent, who stays; set active to false instead.")
    },
);

group!(
    /// Of the operation on one agent that takes no body.
    AgentIdProblems:
    Declared {
        description: "Extension: the id cannot be read",
        errors: vec![Violation::new("agent_id", ViolationCode::InvalidValue, "agent_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.")],
        ..Declared::of(ProblemType::InvalidParameter, "agent_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.")
    },
);

group!(
    /// Of the operation on one API key, which takes no body.
    ApiKeyProblems:
    Declared {
        description: "Extension: the company has no such API key",
        ..Declared::of(ProblemType::ApiKeyNotFound, "The company has no API key with this id.")
    },
    Declared {
        description: "Extension: the id cannot be read",
        errors: vec![Violation::new("api_key_id", ViolationCode::InvalidValue, "api_key_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.")],
        ..Declared::of(ProblemType::InvalidParameter, "api_key_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.")
    },
);

group!(
    /// Of the operation that reads one contact, and may be asked for one with a phone number.
    ContactOrPhoneProblems:
    Declared {
        description: "The company has no such contact, or, with `pn=true`, it has no phone number",
        ..Declared::of(ProblemType::NoPhoneNumber, "The contact has no phone number; send pn=false to read it all the same.")
    },
);

group!(
    /// Of every operation that takes parameters and no body.
    ParameterProblems:
    Declared {
        description: "Decided: a parameter cannot be read",
        errors: vec![Violation::new("pn", ViolationCode::InvalidValue, "pn takes true or false.")],
        ..Declared::of(ProblemType::InvalidParameter, "pn takes true or false.")
    },
);

group!(
    /// Of every operation that answers page by page.
    PageProblems:
    Declared {
        description: "Extension: a parameter cannot be read",
        errors: vec![Violation::new("cursor", ViolationCode::InvalidValue, "cursor takes what `next` of the page before says, as it is.")],
        ..Declared::of(ProblemType::InvalidParameter, "cursor takes what `next` of the page before says, as it is.")
    },
);

group!(
    /// Of the operation on one custom field that takes no body.
    CustomFieldIdProblems:
    Declared {
        description: "Extension: the id cannot be read",
        errors: vec![Violation::new("custom_field_id", ViolationCode::InvalidValue, "custom_field_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.")],
        ..Declared::of(ProblemType::InvalidParameter, "custom_field_id must be a UUID such as 3c90c3cc-0d44-4b50-8888-8dd25736052a.")
    },
);

group!(
    /// Of every operation that takes a body.
    BodyProblems:
    Declared {
        description: "Decided: the body is not JSON, is no object or has bad fields, or a parameter cannot be read; every bad field is named, and nothing is written",
        errors: vec![Violation::new("/notes", ViolationCode::TooLong, "notes takes at most 65536 characters; 70000 were sent.")],
        ..Declared::of(ProblemType::InvalidFields, "1 field is invalid; nothing was written.")
    },
    late(),
    Declared {
        description: "Decided: the body is larger than 1 MiB",
        ..Declared::of(ProblemType::BodyTooLarge, "A body takes at most 1048576 bytes; nothing was written.")
    },
    no_json(),
);

group!(
    /// Of the operation that takes a batch. What is wrong with an item is a problem of the whole only where
    /// all or none are to be done.
    BatchProblems:
    Declared {
        description: "Extension: the body is not JSON, is no object or has no array of 1 to 1000 items, or a parameter cannot be read; with `Prefer: handling=strict`, it has a key beside its items; with `atomic=true`, an item has bad fields, and every bad field of every item is named. Nothing is written",
        errors: vec![Violation::new("/items/3/notes", ViolationCode::TooLong, "notes takes at most 65536 characters; 70000 were sent.")],
        ..Declared::of(ProblemType::InvalidFields, "1 field is invalid; nothing was written.")
    },
    Declared {
        description: "Extension: with `atomic=true`, the company has no contact that an item names; nothing is written",
        errors: vec![Violation::new("/items/3/id", ViolationCode::NotFound, "The company has no contact with this id.")],
        ..Declared::of(ProblemType::ContactNotFound, "Item 3 is refused: The company has no contact with this id.")
    },
    Declared {
        description: "Extension: with `atomic=true`, the company has a contact that an item inserts, or phone and email of an upsert hit two contacts with `Prefer: match=reject` or `handling=strict`; nothing is written",
        errors: vec![Violation::new("/items/3/id", ViolationCode::Taken, "The company has a contact with the id 3c90c3cc-0d44-4b50-8888-8dd25736052a already.").of_contact(CONTACT)],
        ..Declared::of(ProblemType::ContactTaken, "Item 3 is refused: The company has a contact with this id already, be it a deleted one; nothing was written.")
    },
    Declared {
        description: "Extension: with `atomic=true`, the contact of an item is not as its `if_match` says; nothing is written",
        errors: vec![Violation::new("/items/3/if_match", ViolationCode::Outdated, "The contact is not as If-Match says; nothing was written. Read it, and try again.")],
        ..Declared::of(ProblemType::PreconditionFailed, "Item 3 is refused: The contact is not as If-Match says; nothing was written. Read it, and try again.")
    },
    late(),
    Declared {
        description: "Extension: the body is larger than 16 MiB",
        ..Declared::of(ProblemType::BodyTooLarge, "A body takes at most 16777216 bytes; nothing was written.")
    },
    no_json(),
);

group!(
    /// Of every operation that writes.
    IdempotencyProblems:
    Declared {
        description: "Extension: a request with the same `Idempotency-Key` is still running",
        headers: &[RETRY_AFTER],
        ..Declared::of(ProblemType::StillRunning, STILL_RUNNING)
    },
    Declared {
        description: "Extension: the `Idempotency-Key` came with another request before; nothing is written",
        ..Declared::of(ProblemType::KeyReused, KEY_REUSED)
    },
);

group!(
    /// Of every operation.
    ServerProblems: failed(), unavailable(),
);

fn late() -> Declared {
    Declared {
        description: "Decided: the body did not arrive in time",
        ..Declared::of(ProblemType::RequestTimeout, "The body did not arrive in time; nothing was written.")
    }
}

fn no_json() -> Declared {
    Declared {
        description: "Decided: the body is not declared as application/json, or is compressed",
        ..Declared::of(
            ProblemType::UnsupportedMediaType,
            "Send the body as JSON, uncompressed, with the header Content-Type: application/json.",
        )
    }
}

fn failed() -> Declared {
    Declared {
        description: "Decided: the server made a mistake",
        ..Declared::of(
            ProblemType::Internal,
            "The server made a mistake; its log tells more by the request id.",
        )
    }
}

fn unavailable() -> Declared {
    Declared {
        description: "Decided: the database does not answer, or too many requests wait for it",
        headers: &[RETRY_AFTER],
        ..Declared::of(ProblemType::Unavailable, "The database does not answer at present. Try again.")
    }
}

/// A header, and what it says.
const RETRY_AFTER: (&str, &str) = ("Retry-After", "Extension: seconds to wait before trying again");

/// A problem to declare.
struct Declared {
    kind: ProblemType,
    detail: &'static str,
    description: &'static str,
    errors: Vec<Violation>,
    /// Headers of its own, with their descriptions.
    headers: &'static [(&'static str, &'static str)],
}

impl Declared {
    fn of(kind: ProblemType, detail: &'static str) -> Self {
        Self { kind, detail, description: "", errors: Vec::new(), headers: &[] }
    }
}

fn declare(declared: Declared) -> (String, RefOr<Response>) {
    let problem = Problem::new(declared.kind, declared.detail, "018bab2f-5d60-7c31-9a55-8dd25736052a");
    let problem = Problem { errors: declared.errors, ..problem };
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("Problem")))
        .example(serde_json::to_value(&problem).ok())
        .build();
    let mut response =
        ResponseBuilder::new().description(declared.description).content(PROBLEM_JSON, content);
    for (name, description) in declared.headers {
        response = response.header(*name, response_headers::text(description));
    }
    (declared.kind.status().to_string(), response.build().into())
}
