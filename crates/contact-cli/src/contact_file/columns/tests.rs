//! Contacts are read as they were written.

use contact_client::model::{ContactId, ContactState, JsonText, LeadSource, Timestamp};
use proptest::collection::{btree_map, vec};
use proptest::option::of;
use proptest::prelude::*;
use serde_json::Value;

use super::*;
use crate::output::csv_line::csv_line;

/// Texts that are difficult in CSV, JSON and spreadsheets, without NUL, which no contact has.
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

/// Reads the contacts of a file.
fn read(file: &str) -> Vec<ContactInsert> {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let columns = Columns::read(reader.headers().unwrap()).unwrap();
    reader.records().map(|row| columns.contact(&row.unwrap()).unwrap()).collect()
}

proptest! {
    #[test]
    fn contacts_are_read_as_they_were_written(contacts in vec(contact(), 0..4), further in vec(text(), 0..2)) {
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
    fn no_cell_is_a_formula(contact in contact()) {
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
fn columns_may_have_any_order() {
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
fn every_bad_column_and_cell_is_reported() {
    let header = |names: &[&str]| StringRecord::from(names.to_vec());
    insta::assert_snapshot!(Columns::read(&header(&["nane", "email", "email", "Plan"])).unwrap_err().join("\n"), @r"
    column nane: no export has it; a similar column is name
    column email: it is there twice
    column Plan: no export has it; a custom field begins with custom_fields.
    ");
    let columns = Columns::read(&header(&["id", "is_dnd", "name"])).unwrap();
    insta::assert_snapshot!(columns.contact(&header(&["1", "perhaps", "x"])).unwrap_err().join("\n"), @r"
    column id: use an id such as 3c90c3cc-0d44-4b50-8888-8dd25736052a: UUID parsing failed: invalid length: found 1
    column is_dnd: use true or false
    ");
}

#[test]
fn a_custom_field_without_a_column_is_an_error() {
    let value = |json: &str| Some(JsonText::from_stored(json.to_owned()));
    let values = [("Plan".to_owned(), value("1")), ("Size".to_owned(), value("2"))];
    let custom_fields = Some(CustomFieldPatch(values.into()));
    let contact = ContactInsert { custom_fields, ..ContactInsert::default() };
    let row = |fields: [&str; 2]| Columns::with_custom_fields(fields.map(str::to_owned)).row(&contact);
    assert_eq!(row(["Plan", "Old"]), Err("Size".to_owned()));
    assert!(row(["Size", "Plan"]).is_ok());
}
