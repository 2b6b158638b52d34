//! The fields of a contact: one table from which options, headings, imports, exports and printed columns follow.

pub(crate) mod cell;
#[rustfmt::skip]
mod headings;

use contact_client::Patch;
use contact_client::model::{ContactFields, ContactInsert};

use self::cell::Cell as _;
use crate::output::csv_line::CsvCell;

/// A field of a contact.
#[derive(Debug)]
pub(crate) struct ContactField {
    /// The key in responses, exports and inserts.
    pub(crate) key: &'static str,
    /// Whether responses contain the key only if `include` asks for it.
    pub(crate) is_included: bool,
    /// How the field is a cell of an export. `None` for custom fields, which have a column each, and `deleted_at`.
    pub(crate) cell: Option<ExportCell>,
    /// How creates and updates set the field, if they can.
    pub(crate) written: Option<WrittenField>,
}

/// Converts a field to a cell of an export and back.
#[derive(Debug)]
pub(crate) struct ExportCell {
    pub(crate) write: fn(&ContactInsert) -> CsvCell,
    /// Fails with what the cell takes instead.
    pub(crate) read: fn(&mut ContactInsert, &str) -> Result<(), String>,
}

/// A field as creates, updates and imports set it.
#[derive(Debug)]
pub(crate) struct WrittenField {
    pub(crate) field: Field,
    /// The key in requests, which `--map` and `--clear` take. The option for the field has its words with hyphens.
    pub(crate) key: &'static str,
    /// Another name of the field.
    pub(crate) alias: Option<&'static str>,
    /// The headings that name the field, in the order in which columns are used for it.
    pub(crate) headings: &'static [&'static str],
    /// The option of creates and updates, if the field is a text.
    pub(crate) text: Option<TextOption>,
}

/// The option that sets a text.
#[derive(Debug)]
pub(crate) struct TextOption {
    pub(crate) value_name: &'static str,
    pub(crate) help: &'static str,
    /// The text of a request.
    pub(crate) of: fn(&mut ContactFields) -> &mut Patch<String>,
}

macro_rules! contact_fields {
    ($(
        $key:ident $(($included:ident))? $(: $($cell:ident).+)?
        $(=> $field:ident $written:literal $([$alias:literal])? $headings:ident
            $(, $text:ident $value_name:literal $help:literal)?
        )?;
    )+) => {
        /// The fields that creates and updates can set, without custom fields.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Serialize)]
        pub(crate) enum Field {
            $($(#[serde(rename = $written)] $field,)?)+
        }

        impl Field {
            /// Returns the key in requests.
            pub(crate) const fn key(self) -> &'static str {
                match self {
                    $($(Self::$field => $written,)?)+
                }
            }
        }

        /// All fields, in the order of the columns of an export.
        pub(crate) const CONTACT_FIELDS: &[ContactField] = &[$(ContactField {
            key: stringify!($key),
            is_included: contact_fields!(@ false $(true $included)?),
            cell: contact_fields!(@ None $(Some(ExportCell {
                write: |contact| contact.$($cell).+.to_cell(),
                read: |contact, cell| {
                    contact.$($cell).+ = cell::Cell::from_cell(cell)?;
                    Ok(())
                },
            }))?),
            written: contact_fields!(@ None $(Some(WrittenField {
                field: Field::$field,
                key: $written,
                alias: contact_fields!(@ None $(Some($alias))?),
                headings: headings::$headings,
                text: contact_fields!(@ None $(Some(TextOption {
                    value_name: $value_name,
                    help: $help,
                    of: |fields| &mut fields.$text,
                }))?),
            }))?),
        }),+];
    };
    // The value if there is one, or else the default.
    (@ $default:expr) => { $default };
    (@ $default:ident $value:expr) => { $value };
    (@ false true included) => { true };
}

// The key in responses, whether it is only there if `include` asks for it, and its place in a `ContactInsert`. Then, if
// creates and updates can set the field: its name, its key in requests, another name, its headings, and the option of
// a text.
contact_fields! {
    id: id;
    name: state.name => FullName "full_name" ["name"] FULL_NAME,
        full_name "NAME" "Full name; it also sets the first and last name";
    first_name(included): state.first_name => FirstName "first_name" FIRST_NAME,
        first_name "NAME" "First name";
    last_name(included): state.last_name => LastName "last_name" LAST_NAME,
        last_name "NAME" "Last name";
    email: state.email => Email "email" EMAIL,
        email "EMAIL" "Email address; '' removes it";
    phone: state.phone => PhoneNumber "phone_number" ["phone"] PHONE_NUMBER,
        phone_number "NUMBER" "Phone number";
    business_name: state.business_name => BusinessName "business_name" BUSINESS_NAME,
        business_name "NAME" "Name of the contact's business";
    notes: state.notes => Notes "notes" NOTES,
        notes "TEXT" "Notes";
    tags: state.tags => Tags "tags" TAGS;
    lead_source: state.lead_source => LeadSource "lead_source" LEAD_SOURCE;
    is_dnd: state.is_dnd => IsDnd "is_dnd" ["dnd"] IS_DND;
    profile_picture_url: profile_picture_url;
    last_activity: last_activity;
    created_at: created_at;
    custom_fields(included);
    updated_at(included): updated_at;
    deleted_at(included);
}

/// The key of the object of custom fields.
pub(crate) const CUSTOM_FIELDS: &str = "custom_fields";
/// The beginning of the name of one custom field, as in `custom_fields.Plan`.
pub(crate) const CUSTOM_FIELD: &str = "custom_fields.";

/// Returns the fields that creates and updates can set, without custom fields.
pub(crate) fn written_fields() -> impl Iterator<Item = &'static WrittenField> {
    CONTACT_FIELDS.iter().filter_map(|field| field.written.as_ref())
}

/// Returns the keys of a contact in a response: those that it always has, or those that `include` adds.
pub(crate) const fn response_keys<const COUNT: usize>(is_included: bool) -> [&'static str; COUNT] {
    let mut keys = [""; COUNT];
    let (mut at, mut filled) = (0, 0);
    while at < CONTACT_FIELDS.len() {
        if CONTACT_FIELDS[at].is_included == is_included {
            keys[filled] = CONTACT_FIELDS[at].key;
            filled += 1;
        }
        at += 1;
    }
    assert!(filled == COUNT, "the count of keys is wrong");
    keys
}

#[cfg(test)]
mod tests {
    use contact_client::ContactUpdate;
    use contact_client::model::{Contact, ContactState, Included, LeadSource};

    use super::*;

    fn keys(value: &impl serde::Serialize) -> Vec<String> {
        let json = serde_json::to_string(value).unwrap();
        serde_json::from_str::<indexmap::IndexMap<String, serde_json::Value>>(&json)
            .unwrap()
            .into_keys()
            .collect()
    }

    fn sorted<'k>(keys: impl Iterator<Item = &'k str>) -> Vec<String> {
        let mut keys: Vec<String> = keys.map(str::to_owned).collect();
        keys.sort();
        keys
    }

    #[test]
    fn every_key_of_an_insert_has_a_cell() {
        // A new field does not compile without being listed here.
        let insert = ContactInsert {
            id: Some("018bab2f-5d60-7c31-9a55-8dd25736052a".parse().unwrap()),
            state: ContactState::default(),
            profile_picture_url: None,
            last_activity: None,
            created_at: Some("2026-01-31T09:00:00Z".parse().unwrap()),
            updated_at: Some("2026-01-31T09:00:00Z".parse().unwrap()),
            custom_fields: None,
        };
        let cells = CONTACT_FIELDS.iter().filter(|field| field.cell.is_some()).map(|field| field.key);
        assert_eq!(sorted(cells), sorted(keys(&insert).iter().map(String::as_str)));
    }

    #[test]
    fn every_key_of_an_update_is_written() {
        let mut update = ContactUpdate::new().tags(["vip"]).is_dnd(true).lead_source(LeadSource::Api);
        for option in written_fields().filter_map(|written| written.text.as_ref()) {
            *(option.of)(&mut update.fields) = Patch::Clear;
        }
        let ContactFields {
            full_name, first_name, last_name, email, phone_number, business_name, notes, ..
        } = &update.fields;
        for text in [full_name, first_name, last_name, email, phone_number, business_name, notes] {
            assert_eq!(*text, Patch::Clear, "every text has an option");
        }
        let written = written_fields().map(|written| written.key);
        assert_eq!(sorted(written), sorted(keys(&update.fields).iter().map(String::as_str)));
    }

    #[test]
    fn every_key_of_a_response_is_listed() {
        let contact = Contact {
            id: "018bab2f-5d60-7c31-9a55-8dd25736052a".parse().unwrap(),
            name: None,
            email: None,
            phone: None,
            business_name: None,
            notes: None,
            tags: Vec::new(),
            lead_source: LeadSource::Api,
            is_dnd: false,
            profile_picture_url: None,
            last_activity: None,
            created_at: None,
            first_name: Included::Absent,
            last_name: Included::Absent,
            custom_fields: Included::Absent,
            updated_at: Included::Absent,
            deleted_at: Included::Absent,
        };
        assert_eq!(keys(&contact), response_keys::<12>(false));
        let included = Contact {
            first_name: Included::Present(None),
            last_name: Included::Present(None),
            custom_fields: Included::Present([].into()),
            updated_at: Included::Present("2026-01-31T09:00:00Z".parse().unwrap()),
            deleted_at: Included::Present("2026-01-31T09:00:00Z".parse().unwrap()),
            ..contact
        };
        let all = CONTACT_FIELDS.iter().map(|field| field.key);
        assert_eq!(sorted(all), sorted(keys(&included).iter().map(String::as_str)));
    }
}
