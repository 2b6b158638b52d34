//! A row of a file and back.

use contact_client::model::{ContactId, ContactState, JsonText, LeadSource, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::output::csv_line::csv_line;

/// Text with all that is difficult in CSV, JSON and spreadsheets, but for NUL, which no contact has.
fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[\"=+@＝\\-,;\n\r\t\\\\/ 1aé名]{0,6}", "[^\0]{0,8}", "true|null|-?[0-9]{1,3}|\\[\\]|\\{\\}"]
}

fn value() -> impl Strategy<Value = JsonText> {
    let texts = text().prop_map(|text| Value::from(text).to_string());
    let others = ["true", "1.10", "1e999", "-0", "[1,{\"a\":null}]", "\"\\u00e9\"", "\"\\u003d1\""];
    prop_oneof![texts, prop::sample::select(others.map(str::to_owned).to_vec())]
        .prop_map(JsonText::from_stored)
}

fn time() -> impl Strategy<Value = Option<Timestamp>> {
    of((0_i64..4_102_444_800_000_000).prop_map(|micros| Timestamp::from_micros(micros).unwrap()))
}

prop_compose! {
    fn contact()(
        id in of(any::<u128>()),
        texts in vec(of(text()), 8),
        tags in vec(text(), 0..4),
        lead_source in prop::sample::select(LeadSource::ALL.to_vec()),
        is_dnd in any::<bool>(),
        (last_activity, created_at, updated_at) in (time(), time(), time()),
        values in btree_map(text(), value().prop_map(Some), 0..4),
    ) -> ContactInsert {
        let mut texts = texts.into_iter();
        let mut next = || texts.next().flatten();
        ContactInsert {
            id: id.map(|bits| ContactId(uuid::Uuid::from_u128(bits))),
            state: ContactState {
                name: next(),
                first_name: next(),
                last_name: next(),
                email: next(),
                phone: next(),
                business_name: next(),
                notes: next(),
                tags,
                lead_source,
                is_dnd,
            },
            profile_picture_url: next(),
            last_activity,
            created_at,
            updated_at,
            custom_fields: Some(CustomFieldPatch(values)),
        }
    }
}

/// The contacts of a file with these lines.
fn read(file: &str) -> Vec<ContactInsert> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let columns = Columns::read(reader.headers().unwrap()).unwrap();
    reader.records().map(|row| columns.contact(&row.unwrap()).unwrap()).collect()
}

fn columns(fields: &[&str]) -> Columns {
    Columns::with_custom_fields(fields.iter().map(|&name| name.to_owned()))
}

proptest! {
    #[test]
    fn what_is_read_of_a_file_is_what_was_written(contacts in vec(contact(), 0..4), further in vec(text(), 0..2)) {
        let values = contacts.iter().filter_map(|contact| contact.custom_fields.as_ref());
        let names: BTreeSet<String> = values.flat_map(|values| values.0.keys().cloned()).chain(further).collect();
        let columns = Columns::with_custom_fields(names);
        let mut file = csv_line(columns.header()).unwrap();
        for contact in &contacts {
            file += &csv_line(columns.row(contact).unwrap()).unwrap();
        }
        prop_assert_eq!(read(&file), contacts, "{}", file);
    }

    #[test]
    fn no_spreadsheet_finds_a_formula(contact in contact()) {
        let names = contact.custom_fields.as_ref().unwrap().0.keys().cloned();
        for cell in &Columns::with_custom_fields(names).row(&contact).unwrap() {
            let cell = cell.as_str();
            let is_number = cell.chars().skip(1).all(|character| " ().-/e0123456789".contains(character));
            prop_assert!(!cell.starts_with(['=', '@', '\t', '\r', '\n', '＝']), "{}", cell);
            prop_assert!(!cell.starts_with(['+', '-']) || is_number, "{}", cell);
        }
    }
}

#[test]
fn columns_are_found_by_their_names_and_not_by_their_order() {
    let contacts = read("custom_fields.Plan,is_dnd,name\ngold,TRUE,Jane\n,,\n");
    let plan =
        CustomFieldPatch([("Plan".to_owned(), Some(JsonText::from_stored("\"gold\"".to_owned())))].into());
    let jane = ContactInsert {
        state: ContactState { name: Some("Jane".to_owned()), is_dnd: true, ..ContactState::default() },
        custom_fields: Some(plan),
        ..ContactInsert::default()
    };
    let none = ContactInsert { custom_fields: Some(CustomFieldPatch::default()), ..ContactInsert::default() };
    assert_eq!(contacts, [jane, none]);
}

#[test]
fn everything_that_cannot_be_read_is_named() {
    let header = StringRecord::from(vec!["nane", "email", "email", "Plan"]);
    let bad: Vec<_> = Columns::read(&header).unwrap_err().iter().map(BadColumn::to_string).collect();
    assert_eq!(
        bad,
        [
            "column nane: there is none of this name; a similar one is name",
            "column email: it is there twice",
            "column Plan: there is none of this name; a custom field's begins with custom_fields.",
        ]
    );
    let columns = Columns::read(&StringRecord::from(vec!["id", "is_dnd", "name"])).unwrap();
    let bad = columns.contact(&StringRecord::from(vec!["1", "perhaps", "x"])).unwrap_err();
    assert_eq!(bad.iter().map(|bad| bad.column.as_str()).collect::<Vec<_>>(), ["id", "is_dnd"]);
}

#[test]
fn a_custom_field_without_a_column_is_not_lost_in_silence() {
    let values = [("Plan", "1"), ("Size", "2")]
        .map(|(name, json)| (name.to_owned(), Some(JsonText::from_stored(json.to_owned()))));
    let contact =
        ContactInsert { custom_fields: Some(CustomFieldPatch(values.into())), ..ContactInsert::default() };
    assert_eq!(columns(&["Plan"]).row(&contact), Err(NoColumn("Size".to_owned())));
    assert!(columns(&["Size", "Plan", "Old"]).row(&contact).is_ok());
}
