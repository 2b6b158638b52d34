//! The fields of a contact that a create or an update says.

use clap::Args;
use clap::builder::PossibleValuesParser;
use contact_client::model::{CustomFieldPatch, LeadSource};
use contact_client::{ContactCreate, ContactUpdate, Patch};

use super::custom_field_value::CustomFieldValue;
use crate::failure::Failure;

/// The fields of a contact that a create or an update says.
#[derive(Debug, Clone, Default, Args)]
#[group(id = "fields", multiple = true)]
pub(crate) struct ContactFields {
    /// The full name, which the first and last name follow
    #[arg(long, value_name = "NAME")]
    full_name: Option<String>,
    /// The first name
    #[arg(long, value_name = "NAME")]
    first_name: Option<String>,
    /// The last name
    #[arg(long, value_name = "NAME")]
    last_name: Option<String>,
    /// The email address; '' for none
    #[arg(long)]
    email: Option<String>,
    /// The phone number
    #[arg(long, visible_alias = "phone", value_name = "NUMBER")]
    phone_number: Option<String>,
    /// The company the contact speaks for
    #[arg(long, value_name = "NAME")]
    business_name: Option<String>,
    /// Free text
    #[arg(long, value_name = "TEXT")]
    notes: Option<String>,
    /// A tag; repeat it for each
    #[arg(long = "tag", value_name = "TAG")]
    tags: Vec<String>,
    /// Whether the contact is to be left alone
    #[arg(long, value_name = "BOOL")]
    dnd: Option<bool>,
    /// Where the contact came from
    #[arg(long, value_name = "SOURCE", value_parser = lead_source_parser())]
    lead_source: Option<LeadSource>,
    /// A custom field as NAME=TEXT, or NAME:=JSON for a number, true, false or a list; repeat it for each
    #[arg(long = "field", value_name = "NAME=TEXT")]
    custom_fields: Vec<CustomFieldValue>,
    /// Empty this field: full_name, first_name, last_name, email, phone_number, business_name, notes, tags, or
    /// custom_fields.NAME; repeat it for each
    #[arg(long, value_name = "FIELD")]
    clear: Vec<String>,
}

/// One of the six sources, the near one suggested: the API would store any other word as `manual`.
pub(crate) fn lead_source_parser() -> impl clap::builder::TypedValueParser<Value = LeadSource> {
    use clap::builder::TypedValueParser as _;
    PossibleValuesParser::new(LeadSource::ALL.map(LeadSource::as_str))
        .try_map(|word| word.parse::<LeadSource>())
}

/// What `--clear` takes, custom fields apart.
const CLEARABLE: [&str; 8] =
    ["full_name", "first_name", "last_name", "email", "phone_number", "business_name", "notes", "tags"];

impl ContactFields {
    /// The update that says the same.
    ///
    /// # Errors
    /// A field is to be emptied that is set as well, or that there is not.
    pub(crate) fn into_update(self) -> Result<ContactUpdate, Failure> {
        let mut update = ContactUpdate {
            full_name: said(self.full_name),
            first_name: said(self.first_name),
            last_name: said(self.last_name),
            email: said(self.email),
            phone_number: said(self.phone_number),
            business_name: said(self.business_name),
            notes: said(self.notes),
            tags: (!self.tags.is_empty()).then_some(self.tags),
            is_dnd: self.dnd,
            lead_source: self.lead_source,
            custom_fields: None,
        };
        let mut custom_fields = CustomFieldPatch::default();
        for CustomFieldValue { name, value } in self.custom_fields {
            if custom_fields.0.insert(name.clone(), value).is_some() {
                return Err(Failure::usage(format!("the custom field `{name}` is said twice")));
            }
        }
        for field in &self.clear {
            let is_free = match field.strip_prefix("custom_fields.") {
                Some(name) => custom_fields.0.insert(name.to_owned(), None).is_none(),
                None => clear(&mut update, field)?,
            };
            if !is_free {
                return Err(Failure::usage(format!("`{field}` cannot be set and emptied at once")));
            }
        }
        update.custom_fields = (!custom_fields.0.is_empty()).then_some(custom_fields);
        Ok(update)
    }

    /// The create that says the same.
    ///
    /// # Errors
    /// As [`ContactFields::into_update`].
    pub(crate) fn into_create(self) -> Result<ContactCreate, Failure> {
        self.into_update().map(ContactCreate::from)
    }
}

fn said(text: Option<String>) -> Patch<String> {
    text.map_or(Patch::Keep, Patch::Set)
}

/// Empties a field, unless it is set. It may be spelled as its flag is.
fn clear(update: &mut ContactUpdate, field: &str) -> Result<bool, Failure> {
    let text = match field.replace('-', "_").as_str() {
        "full_name" => &mut update.full_name,
        "first_name" => &mut update.first_name,
        "last_name" => &mut update.last_name,
        "email" => &mut update.email,
        "phone_number" | "phone" => &mut update.phone_number,
        "business_name" => &mut update.business_name,
        "notes" => &mut update.notes,
        "tags" => {
            let is_free = update.tags.is_none();
            update.tags = Some(Vec::new());
            return Ok(is_free);
        }
        _ => {
            let unknown = Failure::usage(format!("`--clear {field}` names no field that can be emptied"))
                .because(format!("it takes {}, or custom_fields.NAME", CLEARABLE.join(", ")));
            return Err(match crate::failure::nearest(field, CLEARABLE) {
                Some(near) => unknown.tip(format!("a similar field exists: `{near}`")),
                None => unknown,
            });
        }
    };
    let is_free = text.is_keep();
    *text = Patch::Clear;
    Ok(is_free)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(fields: ContactFields) -> String {
        serde_json::to_string(&fields.into_update().unwrap()).unwrap()
    }

    #[test]
    fn what_is_not_said_is_not_sent() {
        assert_eq!(body(ContactFields::default()), "{}");
        let fields = ContactFields {
            email: Some(String::new()),
            tags: vec!["vip".to_owned()],
            clear: ["notes", "custom_fields.Plan", "last-name"].map(str::to_owned).into(),
            ..ContactFields::default()
        };
        let sent =
            r#"{"last_name":null,"email":"","notes":null,"tags":["vip"],"custom_fields":{"Plan":null}}"#;
        assert_eq!(body(fields), sent);
    }

    #[test]
    fn every_field_that_is_offered_can_be_emptied() {
        for field in CLEARABLE {
            let update = ContactFields { clear: vec![field.to_owned()], ..ContactFields::default() };
            let sent: serde_json::Value = serde_json::from_str(&body(update)).unwrap();
            let empty = if field == "tags" { serde_json::json!([]) } else { serde_json::Value::Null };
            assert_eq!(sent, serde_json::json!({ field: empty }));
        }
    }

    #[test]
    fn a_field_is_not_set_and_emptied_at_once() {
        for clear in ["notes", "tags", "custom_fields.Plan"] {
            let fields = ContactFields {
                notes: Some("x".to_owned()),
                tags: vec!["vip".to_owned()],
                custom_fields: vec!["Plan=gold".parse().unwrap()],
                clear: vec![clear.to_owned()],
                ..ContactFields::default()
            };
            assert!(fields.into_update().unwrap_err().what.contains(clear));
        }
    }
}
