use contact_client::model::{Batch, RequestBody as _};
use contact_client::{BatchItem, ContactCreate};
use proptest::prelude::*;

use super::*;
use crate::import::cell_values::is_no_name;
use crate::import::mapping::Mapping;

fn custom() -> Vec<CustomField> {
    let id = "018bab2f-5d60-7c31-9a55-8dd25736052a";
    let plan = serde_json::json!({
        "id": id, "name": "Plan", "type": "any", "options": [], "created_at": "2023-11-07T05:31:56Z"
    });
    vec![serde_json::from_value(plan).unwrap()]
}

fn mapping(headings: &[&str]) -> Mapping {
    let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    Mapping::new(&headings, &[], custom()).unwrap()
}

fn row(cells: &[&str]) -> Row {
    let mut row = Row::default();
    row.begin(2);
    for (column, cell) in cells.iter().enumerate() {
        row.set(column, Value::Text(cell));
    }
    row
}

fn rules() -> RowRules {
    RowRules {
        country: Country::US,
        is_other_country: false,
        is_strict: false,
        tags: Vec::new(),
        allow_unmatched: false,
        forms: Forms::default(),
    }
}

fn written(headings: &[&str], cells: &[&str], rules: &RowRules) -> Result<String, String> {
    let mut bytes = Vec::new();
    Item::of(&row(cells), mapping(headings).plan(), rules)?.write(&mut bytes).unwrap();
    Ok(String::from_utf8(bytes).unwrap())
}

fn sent(headings: &[&str], cells: &[&str]) -> String {
    written(headings, cells, &rules()).unwrap()
}

/// The item as the server reads it.
fn read(item: &str) -> BatchItem {
    let body = format!("{{\"items\":[{item}]}}");
    let batch = Batch::from_json(body.as_bytes()).unwrap();
    let mut items = batch.value.into_valid_items().unwrap();
    let item = items.remove(0);
    assert!(item.ignored.is_empty(), "{:?}", item.ignored);
    item.value
}

#[test]
fn a_row_is_an_upsert_that_says_what_stands_in_it() {
    let headings = [
        "Given Name",
        "Additional Name",
        "Family Name",
        "Email",
        "Phone 1",
        "Phone 2",
        "Notes",
        "Comments",
        "Labels",
        "Plan",
    ];
    let cells = [
        "Jane",
        "Marie",
        " Doe ",
        "",
        "",
        "(415) 555-2671 ::: 5",
        "one",
        "two",
        "* myContacts ::: vip",
        "{\"a\":1}",
    ];
    insta::assert_snapshot!(sent(&headings, &cells), @r#"{"op":"upsert","first_name":"Jane Marie","last_name":"Doe","phone_number":"(415) 555-2671","notes":"one\ntwo","tags":["vip"],"custom_fields":{"Plan":{"a":1}},"on_create":{"lead_source":"import"}}"#);
}

#[test]
fn a_known_lead_source_is_sent_and_manual_only_for_a_new_contact() {
    let source = |word: &str| sent(&["email", "lead_source"], &["a@b", word]);
    assert!(source("Webhook").ends_with(r#","lead_source":"webhook"}"#));
    assert!(source("Manual").ends_with(r#""email":"a@b","on_create":{"lead_source":"manual"}}"#));
    for word in ["", "Trade Show"] {
        assert!(source(word).ends_with(r#""email":"a@b","on_create":{"lead_source":"import"}}"#), "{word}");
    }
    let strict = RowRules { is_strict: true, ..rules() };
    let refused = written(&["email", "lead_source"], &["a@b", "Trade Show"], &strict).unwrap();
    assert!(refused.ends_with(r#""lead_source":"Trade Show"}"#), "{refused}");
}

#[test]
fn rules_are_for_every_row() {
    let rules = RowRules {
        country: "DE".parse().unwrap(),
        is_other_country: true,
        tags: vec!["a,b".to_owned()],
        allow_unmatched: true,
        ..rules()
    };
    let item = written(&["phone", "tags"], &["030 901820", "vip"], &rules).unwrap();
    assert!(item.contains(r#""phone_number":"+4930901820""#) && item.contains(r#"["vip","a,b"]"#), "{item}");
    assert!(written(&["name"], &["Jane"], &rules).is_ok());
    let refused = written(&["name"], &["Jane"], &self::rules()).unwrap_err();
    assert!(refused.contains("neither a phone number nor an email address"), "{refused}");
}

#[test]
fn a_blank_part_of_a_name_is_trusted() {
    let name = |cells: &[&str]| {
        let headings = ["email", "name", "first_name", "last_name"];
        let item = sent(&headings[..=cells.len()], &[&["a@b"], cells].concat());
        let end = item.find(r#","on_create"#).unwrap();
        item[r#"{"op":"upsert","#.len()..end].replace(r#","email":"a@b""#, "")
    };
    for (cells, expected) in [
        (&["Anna Maria", "Anna Maria", ""][..], r#""first_name":"Anna Maria""#),
        (&["anna  maria", "Anna Maria", " "], r#""first_name":"Anna Maria""#),
        (&["Doe", "", "Doe"], r#""last_name":"Doe""#),
        (&["Dr. Anna", "Anna", ""], r#""full_name":"Dr. Anna","first_name":"Anna","last_name":null"#),
        (&["", "Anna Maria", ""], r#""first_name":"Anna Maria""#),
        (&["Anna Doe", "Anna", "Doe"], r#""first_name":"Anna","last_name":"Doe""#),
        (&["anna doe", "anna", "doe"], r#""full_name":"anna doe","first_name":"anna","last_name":"doe""#),
        (&["Anna de Souza", "Anna de Souza", ""], r#""first_name":"Anna de Souza""#),
        (&["ANNA MARIA", "ANNA MARIA", ""], r#""first_name":"Anna Maria""#),
        (&["Anna Doe", "", ""], r#""full_name":"Anna Doe""#),
        (&["Anna Maria", "Anna Maria"], r#""full_name":"Anna Maria","first_name":"Anna Maria""#),
    ] {
        assert_eq!(name(cells), expected, "{cells:?}");
    }
}

#[test]
fn a_placeholder_is_no_name() {
    let headings = ["email", "name", "first_name", "last_name"];
    for (cells, expected) in [
        (["N/A", "", ""], ""),
        (["", "Anna", "-"], r#""first_name":"Anna","#),
        (["#N/A", "Anna", "Doe"], r#""first_name":"Anna","last_name":"Doe","#),
    ] {
        let [name, first, last] = cells;
        let item = sent(&headings, &["a@b", name, first, last]);
        let begin = format!(r#"{{"op":"upsert",{expected}"email""#);
        assert!(item.starts_with(&begin), "{item}");
    }
}

#[test]
fn values_that_are_left_out_are_counted() {
    let left_out = |email: &str, phone: &str, source: &str| {
        let headings = ["email", "phone", "lead_source"];
        Item::of(&row(&[email, phone, source]), mapping(&headings).plan(), &rules())
            .map(|item| item.not_sent.left_out)
    };
    let counted = LeftOut { placeholders: 1, further_values: 1, unknown_lead_sources: 1 };
    assert_eq!(left_out("a@b; c@d", "N/A", "Fair"), Ok(counted));
    assert_eq!(left_out("a@b", "415 555 0100", "api"), Ok(LeftOut::default()));
    let refused = left_out("a@b", "4.479E+11", "").unwrap_err();
    assert!(refused.contains("4.479E+11 is in scientific notation"), "{refused}");
    assert!(left_out("none", "-", "").unwrap_err().contains("neither"), "nothing is left to find it by");
}

#[test]
fn custom_fields_may_be_an_object() {
    let item = sent(&["email", "custom_fields"], &["a@b", r#"{"Plan": "gold", "Seats": 1.10, "Old": null}"#]);
    assert!(item.contains(r#""custom_fields":{"Plan":"gold","Seats":1.10}"#), "{item}");
    let refused = written(&["email", "custom_fields"], &["a@b", "gold"], &rules());
    assert_eq!(refused.unwrap_err(), "custom_fields takes a JSON object");
}

proptest! {
    #[test]
    fn the_server_reads_what_stands_in_the_file(
        name in any::<String>(), email in " ?[a-zé.]{1,3}@[a-z.]{1,3} ?",
        phone in "( ?[+]?1 415 555 01[0-9]{2} ?)?", notes in any::<String>(),
    ) {
        let plain = |text: &str| !text.contains('\0') && !text.starts_with('"');
        prop_assume!(plain(&name) && plain(&notes));
        let item = sent(&["full_name", "email", "phone_number", "notes"], &[&name, &email, &phone, &notes]);
        let said = |text: &str| (!text.trim().is_empty()).then(|| text.to_owned());
        prop_assume!(!is_no_name(&name));
        let mut create = ContactCreate::new().email(email.trim());
        for (key, text) in [("full_name", name.trim()), ("phone_number", phone.trim()), ("notes", notes.as_str())] {
            create = match (key, said(text)) {
                (_, None) => create,
                ("full_name", Some(text)) => create.full_name(text),
                ("phone_number", Some(text)) => create.phone_number(text),
                (_, Some(text)) => create.notes(text),
            };
        }
        let on_create = ContactCreate::new().lead_source(contact_client::model::LeadSource::Import);
        let keep_fuller_phone = !phone.is_empty() && !phone.trim().starts_with('+');
        let upsert = contact_client::model::ContactUpsert { create, on_create: Some(on_create), keep_fuller_phone };
        prop_assert_eq!(read(&item), BatchItem::upsert(upsert));
    }
}
