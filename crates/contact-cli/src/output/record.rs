//! What can be printed: which of its keys a table shows, and which id names it.

use contact_client::model::TagCount;
use contact_client::model::{
    Agent, AgentThread, BatchAnswer, Contact, ContactDetail, ContactReceipt, CreatedApiKey, CustomField,
    CustomFieldList, ItemAnswer, ListedApiKey, RenamedTag, ThreadReceipt,
};
use serde::Serialize;
use serde_json::value::RawValue;

use super::cell::{Fields, shown};
use crate::failure::Failure;

/// What can be printed.
pub(crate) trait Record: Serialize {
    /// The keys that a table of several shows.
    const COLUMNS: &'static [&'static str];
    /// The keys that CSV names first, also where there is no entry; further ones follow.
    const KEYS: &'static [&'static str];
    /// The keys that a record has only if they are asked for.
    const FURTHER_KEYS: &'static [&'static str] = &[];

    /// What `--quiet` prints.
    fn id(&self) -> String;

    /// A cell of a table of several.
    fn cell(_column: &str, value: &RawValue) -> String {
        shown(value)
    }

    /// The lines that show it alone: each a name and a value.
    fn lines(fields: &Fields) -> Vec<(String, String)> {
        fields.iter().map(|(name, value)| (name.clone(), shown(value))).collect()
    }
}

/// A list that is answered whole.
pub(crate) trait RecordList {
    /// What is listed.
    type Record: Record;

    /// The entries.
    fn into_records(self) -> Vec<Self::Record>;
}

/// The keys of a record in their order.
///
/// # Errors
/// It is no JSON object, which no record is.
pub(crate) fn fields(record: &impl Serialize) -> Result<Fields, Failure> {
    let text = serde_json::to_string(record);
    text.and_then(|text| serde_json::from_str(&text))
        .map_err(|error| Failure::local("the answer cannot be printed", error))
}

macro_rules! records {
    ($($record:ty, $id:expr, [$($column:literal),+], [$($key:literal),*] $(, further $further:expr)?;)+) => {
        $(
            impl Record for $record {
                const COLUMNS: &'static [&'static str] = &[$($column),+];
                const KEYS: &'static [&'static str] = &[$($key),*];
                $(const FURTHER_KEYS: &'static [&'static str] = $further;)?

                fn id(&self) -> String {
                    let id: fn(&Self) -> String = $id;
                    id(self)
                }
            }
        )+
    };
}

records! {
    Contact, |contact| contact.id.to_string(),
        ["id", "name", "phone", "email", "tags"],
        ["id", "name", "email", "phone", "business_name", "notes", "tags", "lead_source", "is_dnd",
         "profile_picture_url", "last_activity", "created_at"],
        further &["first_name", "last_name", "custom_fields", "updated_at", "deleted_at"];
    AgentThread, |thread| thread.id.to_string(),
        ["created_at", "type", "status", "direction", "duration", "agent_name"],
        ["id", "agent_name", "agent_id", "type", "status", "direction", "duration", "created_at"];
    TagCount, |tag| tag.tag.clone(), ["tag", "contacts"], ["tag", "contacts"];
    RenamedTag, |renamed| renamed.tag.clone(), ["tag", "changed"], ["tag", "changed"];
    Agent, |agent| agent.id.to_string(), ["id", "name", "active"], ["id", "name", "active", "created_at"];
    CustomField, |field| field.id.to_string(),
        ["id", "name", "type", "options"], ["id", "name", "type", "options", "created_at"];
    ListedApiKey, |key| key.id.to_string(),
        ["id", "name", "access", "hint", "expires_at", "revoked_at", "last_used_at"],
        ["id", "name", "hint", "access", "created_at", "expires_at", "revoked_at", "last_used_at"];
    // The key itself: no other response shows it again.
    CreatedApiKey, |created| created.key.reveal().to_owned(), ["id", "name", "access", "key"], [];
}

impl Record for ItemAnswer {
    const COLUMNS: &'static [&'static str] = &["status", "id", "problem", "ignored"];
    const KEYS: &'static [&'static str] = Self::COLUMNS;

    fn id(&self) -> String {
        self.id.map(|id| id.to_string()).unwrap_or_default()
    }

    /// Of a problem what is wrong this time: its kind is for programs.
    fn cell(column: &str, value: &RawValue) -> String {
        let problem =
            (column == "problem").then(|| serde_json::from_str::<Fields>(value.get()).ok()).flatten();
        match problem.as_ref().and_then(|problem| problem.get("detail")) {
            Some(detail) => shown(detail),
            None => shown(value),
        }
    }
}

impl Record for ContactDetail {
    const COLUMNS: &'static [&'static str] = Contact::COLUMNS;
    const KEYS: &'static [&'static str] = Contact::KEYS;

    fn id(&self) -> String {
        self.contact.id.to_string()
    }

    fn lines(fields: &Fields) -> Vec<(String, String)> {
        let text = |name: &str, value: &RawValue| match name {
            "recent_activity" => entries(value, activity),
            _ => shown(value),
        };
        fields.iter().map(|(name, value)| (name.clone(), text(name, value))).collect()
    }
}

macro_rules! receipts {
    ($($record:ty, [$($key:literal),+];)+) => {
        $(
            impl Record for $record {
                const COLUMNS: &'static [&'static str] = &[$($key),+];
                const KEYS: &'static [&'static str] = Self::COLUMNS;

                fn id(&self) -> String {
                    self.contact.id.to_string()
                }

                fn lines(fields: &Fields) -> Vec<(String, String)> {
                    receipt_lines(fields)
                }
            }
        )+
    };
}

receipts! {
    ContactReceipt, ["contact", "receipt"];
    ThreadReceipt, ["contact", "thread", "receipt"];
}

/// The contact's own lines, what was recorded for it, and what was done.
fn receipt_lines(fields: &Fields) -> Vec<(String, String)> {
    let inner = |name| fields.get(name).and_then(|value| serde_json::from_str::<Fields>(value.get()).ok());
    let mut lines = inner("contact").map(|contact| Contact::lines(&contact)).unwrap_or_default();
    lines.extend(inner("thread").map(|thread| ("thread".to_owned(), activity(&thread))));
    for (name, value) in inner("receipt").unwrap_or_default() {
        let text = match name.as_str() {
            "changed" => alterations(&value, "before", "after"),
            "normalised" | "coerced" => alterations(&value, "sent", "stored"),
            _ => shown(&value),
        };
        lines.push((name, text));
    }
    lines
}

/// A thread in one line.
fn activity(thread: &Fields) -> String {
    let words = ["created_at", "type", "status", "direction", "agent_name"];
    words.iter().filter_map(|key| thread.get(*key)).map(|value| shown(value)).collect::<Vec<_>>().join(" ")
}

fn entries(list: &RawValue, line: impl Fn(&Fields) -> String) -> String {
    let entries: Vec<Fields> = serde_json::from_str(list.get()).unwrap_or_default();
    entries.iter().map(line).collect::<Vec<_>>().join("\n")
}

/// What became of each field: `name: "Jane" → "Jane Doe"`.
fn alterations(value: &RawValue, from: &str, to: &str) -> String {
    let fields: indexmap::IndexMap<String, Fields> = serde_json::from_str(value.get()).unwrap_or_default();
    let side = |change: &Fields, key| change.get(key).map(|value| value.get().to_owned()).unwrap_or_default();
    let line = |(name, change): (&String, &Fields)| {
        super::cell::printable(&format!("{name}: {} → {}", side(change, from), side(change, to)))
    };
    fields.iter().map(line).collect::<Vec<_>>().join("\n")
}

macro_rules! lists {
    ($($list:ty => $record:ty;)+) => {
        $(
            impl RecordList for $list {
                type Record = $record;

                fn into_records(self) -> Vec<$record> {
                    self.results
                }
            }
        )+
    };
}

lists! {
    CustomFieldList => CustomField;
    BatchAnswer => ItemAnswer;
}
