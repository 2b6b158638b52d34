//! The fields of a contact, as flags of a create or an update.

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use contact_client::model::{ContactFields, CustomFieldPatch, LeadSource};
use contact_client::{ContactCreate, ContactUpdate, Patch};

use super::custom_field_value::CustomFieldValue;
use super::tags::TagChangeArgs;
use super::words::one_of;
use crate::contact_fields::{CUSTOM_FIELD, TextOption, WrittenField, written_fields};
use crate::failure::Failure;

/// The fields of a contact, as flags of a create or an update.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Fields")]
#[group(id = "fields", multiple = true)]
pub(crate) struct ContactFieldArgs {
    #[command(flatten)]
    texts: TextArgs,
    /// Tag to add; may be repeated
    #[arg(long = "tag", value_name = "TAG", allow_hyphen_values = true)]
    added: Vec<String>,
    /// Whether the contact is marked do-not-disturb
    #[arg(long, value_name = "BOOL")]
    dnd: Option<bool>,
    /// Lead source
    // The API would store any other word as `manual`.
    #[arg(long, value_name = "SOURCE")]
    #[arg(value_parser = one_of::<LeadSource>(LeadSource::ALL.map(LeadSource::as_str)))]
    lead_source: Option<LeadSource>,
    /// Custom field as NAME=TEXT, or as NAME:=JSON for a number, boolean or list; may be repeated
    #[arg(long = "field", value_name = "NAME=TEXT", allow_hyphen_values = true)]
    custom_fields: Vec<CustomFieldValue>,
    /// Field to clear: full_name, first_name, last_name, email, phone_number, business_name, notes, tags or
    /// custom_fields.NAME; may be repeated
    #[arg(long, value_name = "FIELD")]
    clear: Vec<String>,
}

/// The texts of a contact. Their flags follow from the table of fields.
#[derive(Debug, Clone, Default)]
struct TextArgs(ContactFields);

fn texts() -> impl Iterator<Item = (&'static WrittenField, &'static TextOption)> {
    written_fields().filter_map(|field| Some((field, field.text.as_ref()?)))
}

impl Args for TextArgs {
    fn augment_args(command: Command) -> Command {
        let flag = |(field, text): (&'static WrittenField, &'static TextOption)| {
            let flag = Arg::new(field.key).long(field.key.replace('_', "-")).visible_aliases(field.alias);
            flag.value_name(text.value_name).help(text.help).allow_hyphen_values(true).group("fields")
        };
        command.args(texts().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for TextArgs {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let mut args = Self::default();
        args.update_from_arg_matches(matches)?;
        Ok(args)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        for (field, text) in texts() {
            if let Some(value) = matches.get_one::<String>(field.key) {
                *(text.of)(&mut self.0) = Patch::Set(value.clone());
            }
        }
        Ok(())
    }
}

/// Returns the fields that `--clear` accepts, besides custom fields.
fn clearable() -> impl Iterator<Item = &'static str> {
    texts().map(|(field, _)| field.key).chain(["tags"])
}

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
            tags: (!self.added.is_empty()).then_some(self.added),
            is_dnd: self.dnd,
            lead_source: self.lead_source,
            ..self.texts.0
        };
        let mut custom_fields = CustomFieldPatch::default();
        for CustomFieldValue { name, value } in self.custom_fields {
            if custom_fields.0.insert(name.clone(), value).is_some() {
                return Err(Failure::usage(format!("the custom field `{name}` is given twice")));
            }
        }
        for field in &self.clear {
            let is_free = match field.strip_prefix(CUSTOM_FIELD) {
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

/// Clears a field and returns true if it was not set. The field may be spelled like its flag.
fn clear(fields: &mut ContactFields, field: &str) -> Result<bool, Failure> {
    let name = field.replace('-', "_");
    if name == "tags" {
        return Ok(fields.tags.replace(Vec::new()).is_none());
    }
    let Some((_, text)) = texts().find(|(field, _)| field.key == name || field.alias == Some(&name)) else {
        let known = clearable().collect::<Vec<_>>().join(", ");
        return Err(Failure::usage(format!("unknown field in `--clear {field}`"))
            .because(format!("the fields are {known} and custom_fields.NAME"))
            .suggest(field, clearable()));
    };
    let text = (text.of)(fields);
    Ok(std::mem::replace(text, Patch::Clear).is_keep())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(fields: ContactFieldArgs) -> String {
        serde_json::to_string(&fields.into_update(&TagChangeArgs::default()).unwrap()).unwrap()
    }

    /// Returns the flags of these arguments.
    fn flags(arguments: &[&str]) -> ContactFieldArgs {
        let command = ContactFieldArgs::augment_args(Command::new("contacts").no_binary_name(true));
        ContactFieldArgs::from_arg_matches(&command.get_matches_from(arguments)).unwrap()
    }

    #[test]
    fn only_given_fields_are_sent() {
        assert_eq!(body(ContactFieldArgs::default()), "{}");
        let clear = ["--clear", "notes", "--clear", "custom_fields.Plan", "--clear", "last-name"];
        let fields = flags(&[&["--email", "", "--tag", "vip"][..], &clear].concat());
        let sent =
            r#"{"last_name":null,"email":"","notes":null,"custom_fields":{"Plan":null},"add_tags":["vip"]}"#;
        assert_eq!(body(fields), sent);
    }

    #[test]
    fn every_listed_field_can_be_cleared() {
        let help = ContactFieldArgs::augment_args(Command::new("contacts")).render_help().to_string();
        for field in clearable() {
            assert!(help.split_once("Field to clear:").unwrap().1.contains(field), "{help}");
            let sent: serde_json::Value = serde_json::from_str(&body(flags(&["--clear", field]))).unwrap();
            let empty = if field == "tags" { serde_json::json!([]) } else { serde_json::Value::Null };
            assert_eq!(sent, serde_json::json!({ field: empty }));
        }
    }

    #[test]
    fn a_field_cannot_be_both_set_and_cleared() {
        for clear in ["notes", "tags", "custom_fields.Plan"] {
            let fields = flags(&["--notes", "x", "--tag", "vip", "--field", "Plan=gold", "--clear", clear]);
            assert!(fields.clone().into_create().unwrap_err().what.contains(clear));
            let update = fields.into_update(&TagChangeArgs::default());
            assert!(update.unwrap_err().what.contains(clear));
        }
    }

    #[test]
    fn a_create_sends_tags_and_an_update_sends_changes_of_tags() {
        let fields = || flags(&["--tag", "vip"]);
        let create = serde_json::to_string(&fields().into_create().unwrap()).unwrap();
        assert_eq!(create, r#"{"tags":["vip"]}"#);
        let changes = TagChangeArgs { removed: vec!["lead".to_owned()], ..TagChangeArgs::default() };
        let update = serde_json::to_string(&fields().into_update(&changes).unwrap()).unwrap();
        assert_eq!(update, r#"{"add_tags":["vip"],"remove_tags":["lead"]}"#);
    }

    #[test]
    fn tags_cannot_be_both_changed_and_cleared() {
        let fields = flags(&["--clear", "tags"]);
        let changes = TagChangeArgs { removed: vec!["lead".to_owned()], ..TagChangeArgs::default() };
        assert!(fields.into_update(&changes).unwrap_err().tip.unwrap().contains("--set-tags"));
    }
}
