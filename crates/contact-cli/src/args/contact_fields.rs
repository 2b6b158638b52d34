//! The fields of a contact, as flags of a create or an update.

use clap::Args;
use contact_client::model::{ContactFields, CustomFieldPatch, LeadSource};
use contact_client::{ContactCreate, ContactUpdate, Patch};

use super::custom_field_value::CustomFieldValue;
use super::tag_changes::TagChangeArgs;
use super::words::one_of;
use crate::failure::Failure;

/// The fields of a contact, as flags of a create or an update.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Fields")]
#[group(id = "fields", multiple = true)]
pub(crate) struct ContactFieldArgs {
    /// Full name; it also sets the first and last name
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    full_name: Option<String>,
    /// First name
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    first_name: Option<String>,
    /// Last name
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    last_name: Option<String>,
    /// Email address; '' removes it
    #[arg(long)]
    email: Option<String>,
    /// Phone number
    #[arg(long, visible_alias = "phone", value_name = "NUMBER")]
    phone_number: Option<String>,
    /// Name of the contact's business
    #[arg(long, value_name = "NAME", allow_hyphen_values = true)]
    business_name: Option<String>,
    /// Notes
    #[arg(long, value_name = "TEXT", allow_hyphen_values = true)]
    notes: Option<String>,
    /// Tag to add; may be repeated
    #[arg(long = "tag", value_name = "TAG", allow_hyphen_values = true)]
    added: Vec<String>,
    /// Whether the contact is marked do-not-disturb
    #[arg(long, value_name = "BOOL")]
    dnd: Option<bool>,
    /// Lead source
    // The API would store any other word as `manual`.
    #[arg(long, value_name = "SOURCE", value_parser = one_of::<LeadSource>(LeadSource::ALL.map(LeadSource::as_str)))]
    lead_source: Option<LeadSource>,
    /// Custom field as NAME=TEXT, or as NAME:=JSON for a number, boolean or list; may be repeated
    #[arg(long = "field", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    custom_fields: Vec<CustomFieldValue>,
    /// Field to clear: full_name, first_name, last_name, email, phone_number, business_name, notes, tags or
    /// custom_fields.NAME; may be repeated
    #[arg(long, value_name = "FIELD")]
    clear: Vec<String>,
}

/// The fields that `--clear` accepts, besides custom fields.
const CLEARABLE: [&str; 8] =
    ["full_name", "first_name", "last_name", "email", "phone_number", "business_name", "notes", "tags"];

impl ContactFieldArgs {
    /// Returns the update with these fields. It adds and removes tags one by one, unless they are to be replaced.
    ///
    /// # Errors
    /// A field is both set and cleared, or `--clear` names an unknown field.
    pub(crate) fn into_update(self, changes: &TagChangeArgs) -> Result<ContactUpdate, Failure> {
        let added = self.added.clone();
        let mut update = ContactUpdate::from(self.into_create()?);
        if !added.is_empty() {
            (update.fields.tags, update.add_tags) = (None, Some(added));
        }
        let clears_tags = update.fields.tags.is_some();
        update.remove_tags = (!changes.removed.is_empty()).then(|| changes.removed.clone());
        let replacement = changes.replacement();
        if clears_tags && (replacement.is_some() || update.remove_tags.is_some()) {
            return Err(set_and_cleared("tags"));
        }
        update.fields.tags = replacement.or(update.fields.tags);
        Ok(update)
    }

    /// Returns the create with these fields. The server merges its tags with those of an existing contact.
    ///
    /// # Errors
    /// A field is both set and cleared, or `--clear` names an unknown field.
    pub(crate) fn into_create(self) -> Result<ContactCreate, Failure> {
        let mut fields = ContactFields {
            full_name: patch(self.full_name),
            first_name: patch(self.first_name),
            last_name: patch(self.last_name),
            email: patch(self.email),
            phone_number: patch(self.phone_number),
            business_name: patch(self.business_name),
            notes: patch(self.notes),
            tags: (!self.added.is_empty()).then_some(self.added),
            is_dnd: self.dnd,
            lead_source: self.lead_source,
            custom_fields: None,
        };
        let mut custom_fields = CustomFieldPatch::default();
        for CustomFieldValue { name, value } in self.custom_fields {
            if custom_fields.0.insert(name.clone(), value).is_some() {
                return Err(Failure::usage(format!("the custom field `{name}` is given twice")));
            }
        }
        for field in &self.clear {
            let is_free = match field.strip_prefix("custom_fields.") {
                Some(name) => custom_fields.0.insert(name.to_owned(), None).is_none(),
                None => clear(&mut fields, field)?,
            };
            if !is_free {
                return Err(set_and_cleared(field));
            }
        }
        fields.custom_fields = (!custom_fields.0.is_empty()).then_some(custom_fields);
        Ok(ContactCreate { fields })
    }
}

fn set_and_cleared(field: &str) -> Failure {
    let failure = Failure::usage(format!("`{field}` cannot be both set and cleared"));
    if field == "tags" {
        failure.tip("replace all tags with `--set-tags a,b`, or remove all with `--clear tags`")
    } else {
        failure.tip(format!("remove `--clear {field}` or the flag that sets the field"))
    }
}

fn patch(text: Option<String>) -> Patch<String> {
    text.map_or(Patch::Keep, Patch::Set)
}

/// Clears a field and returns true if it was not set. The field may be spelled like its flag.
fn clear(fields: &mut ContactFields, field: &str) -> Result<bool, Failure> {
    let text = match field.replace('-', "_").as_str() {
        "full_name" => &mut fields.full_name,
        "first_name" => &mut fields.first_name,
        "last_name" => &mut fields.last_name,
        "email" => &mut fields.email,
        "phone_number" | "phone" => &mut fields.phone_number,
        "business_name" => &mut fields.business_name,
        "notes" => &mut fields.notes,
        "tags" => {
            let is_free = fields.tags.is_none();
            fields.tags = Some(Vec::new());
            return Ok(is_free);
        }
        _ => {
            return Err(Failure::usage(format!("unknown field in `--clear {field}`"))
                .because(format!("the fields are {} and custom_fields.NAME", CLEARABLE.join(", ")))
                .suggest(field, CLEARABLE));
        }
    };
    let is_free = text.is_keep();
    *text = Patch::Clear;
    Ok(is_free)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(fields: ContactFieldArgs) -> String {
        serde_json::to_string(&fields.into_update(&TagChangeArgs::default()).unwrap()).unwrap()
    }

    #[test]
    fn only_given_fields_are_sent() {
        assert_eq!(body(ContactFieldArgs::default()), "{}");
        let fields = ContactFieldArgs {
            email: Some(String::new()),
            added: vec!["vip".to_owned()],
            clear: ["notes", "custom_fields.Plan", "last-name"].map(str::to_owned).into(),
            ..ContactFieldArgs::default()
        };
        let sent =
            r#"{"last_name":null,"email":"","notes":null,"custom_fields":{"Plan":null},"add_tags":["vip"]}"#;
        assert_eq!(body(fields), sent);
    }

    #[test]
    fn every_listed_field_can_be_cleared() {
        for field in CLEARABLE {
            let update = ContactFieldArgs { clear: vec![field.to_owned()], ..ContactFieldArgs::default() };
            let sent: serde_json::Value = serde_json::from_str(&body(update)).unwrap();
            let empty = if field == "tags" { serde_json::json!([]) } else { serde_json::Value::Null };
            assert_eq!(sent, serde_json::json!({ field: empty }));
        }
    }

    #[test]
    fn a_field_cannot_be_both_set_and_cleared() {
        for clear in ["notes", "tags", "custom_fields.Plan"] {
            let fields = ContactFieldArgs {
                notes: Some("x".to_owned()),
                added: vec!["vip".to_owned()],
                custom_fields: vec!["Plan=gold".parse().unwrap()],
                clear: vec![clear.to_owned()],
                ..ContactFieldArgs::default()
            };
            assert!(fields.clone().into_create().unwrap_err().what.contains(clear));
            let update = fields.into_update(&TagChangeArgs::default());
            assert!(update.unwrap_err().what.contains(clear));
        }
    }

    #[test]
    fn a_create_sends_tags_and_an_update_sends_changes_of_tags() {
        let fields = || ContactFieldArgs { added: vec!["vip".to_owned()], ..ContactFieldArgs::default() };
        let create = serde_json::to_string(&fields().into_create().unwrap()).unwrap();
        assert_eq!(create, r#"{"tags":["vip"]}"#);
        let changes = TagChangeArgs { removed: vec!["lead".to_owned()], ..TagChangeArgs::default() };
        let update = serde_json::to_string(&fields().into_update(&changes).unwrap()).unwrap();
        assert_eq!(update, r#"{"add_tags":["vip"],"remove_tags":["lead"]}"#);
    }

    #[test]
    fn tags_cannot_be_both_changed_and_cleared() {
        let fields = ContactFieldArgs { clear: vec!["tags".to_owned()], ..ContactFieldArgs::default() };
        let changes = TagChangeArgs { removed: vec!["lead".to_owned()], ..TagChangeArgs::default() };
        assert!(fields.into_update(&changes).unwrap_err().tip.unwrap().contains("--set-tags"));
    }
}
