use contact_client::model::{Batch, ContactUpsert, RequestBody as _};
use contact_client::{BatchItem, ContactCreate};
use proptest::prelude::*;

use super::*;
use crate::import::map::mapping::Mapping;

const RULES: RowRules = RowRules {
    country: Country::US,
    is_other_country: false,
    is_strict: false,
    tags: Vec::new(),
    allow_unmatched: false,
    forms: Forms::NONE,
};

/// Reads a row of cells with these headings, in a company with the custom field `Plan`.
fn upsert(headings: &[&str], cells: &[&str], rules: &RowRules) -> Result<Upsert, String> {
    let plan = r#"{"id": "018bab2f-5d60-7c31-9a55-8dd25736052a", "name": "Plan", "type": "any", "options": [],
                   "created_at": "2023-11-07T05:31:56Z"}"#;
    let headings: Vec<String> = headings.iter().map(|&heading| heading.to_owned()).collect();
    let mapping = Mapping::new(&headings, &[], vec![serde_json::from_str(plan).unwrap()]).unwrap();
    let mut row = Row::at(2);
    cells.iter().enumerate().for_each(|(column, cell)| row.set(column, Value::text(*cell)));
    Upsert::read(&row, mapping.plan(), rules)
}

fn written(headings: &[&str], cells: &[&str], rules: &RowRules) -> Result<String, String> {
    Ok(serde_json::to_string(&upsert(headings, cells, rules)?).unwrap())
}

fn sent(headings: &[&str], cells: &[&str]) -> String {
    written(headings, cells, &RULES).unwrap()
}

#[test]
fn a_row_becomes_an_upsert() {
    let (headings, cells): (Vec<_>, Vec<_>) = [
        ("Given Name", "Jane"),
        ("Additional Name", "Marie"),
        ("Family Name", " Doe "),
        ("Email", ""),
        ("Phone 1", ""),
        ("Phone 2", "(415) 555-2671 ::: 5"),
        ("Notes", "one"),
        ("Comments", "two"),
        ("Labels", "* myContacts ::: vip"),
        ("Plan", "{\"a\":1}"),
    ]
    .into_iter()
    .unzip();
    insta::assert_snapshot!(sent(&headings, &cells), @r#"{"op":"upsert","first_name":"Jane Marie","last_name":"Doe","phone_number":"(415) 555-2671","notes":"one\ntwo","tags":["vip"],"custom_fields":{"Plan":{"a":1}},"on_create":{"lead_source":"import"}}"#);
}

#[test]
fn a_known_lead_source_is_sent_and_manual_only_for_a_new_contact() {
    for (word, end) in [
        ("Webhook", r#","lead_source":"webhook"}"#),
        ("Manual", r#""email":"a@b","on_create":{"lead_source":"manual"}}"#),
        ("", r#""email":"a@b","on_create":{"lead_source":"import"}}"#),
        ("Trade Show", r#""email":"a@b","on_create":{"lead_source":"import"}}"#),
    ] {
        assert!(sent(&["email", "lead_source"], &["a@b", word]).ends_with(end), "{word}");
    }
    let strict = RowRules { is_strict: true, ..RULES };
    let refused = written(&["email", "lead_source"], &["a@b", "Trade Show"], &strict).unwrap();
    assert!(refused.ends_with(r#""lead_source":"Trade Show"}"#), "{refused}");
}

#[test]
fn rules_apply_to_every_row() {
    let rules = RowRules {
        country: "DE".parse().unwrap(),
        is_other_country: true,
        tags: vec!["a,b".to_owned()],
        allow_unmatched: true,
        ..RULES
    };
    let item = written(&["phone", "tags"], &["030 901820", "vip"], &rules).unwrap();
    assert!(item.contains(r#""phone_number":"+4930901820""#) && item.contains(r#"["vip","a,b"]"#), "{item}");
    assert!(written(&["name"], &["Jane"], &rules).is_ok());
    let refused = written(&["name"], &["Jane"], &RULES).unwrap_err();
    assert!(refused.contains("neither a phone number nor an email address"), "{refused}");
}

#[test]
fn names_are_read_from_the_whole_and_the_parts() {
    let headings = ["name", "first_name", "last_name", "email"];
    for ([name, first, last], expected) in [
        (["Anna Maria", "Anna Maria", ""], r#""first_name":"Anna Maria","#),
        (["anna  maria", "Anna Maria", " "], r#""first_name":"Anna Maria","#),
        (["Doe", "", "Doe"], r#""last_name":"Doe","#),
        (["Dr. Anna", "Anna", ""], r#""full_name":"Dr. Anna","first_name":"Anna","last_name":null,"#),
        (["", "Anna Maria", ""], r#""first_name":"Anna Maria","#),
        (["Anna Doe", "Anna", "Doe"], r#""first_name":"Anna","last_name":"Doe","#),
        (["anna doe", "anna", "doe"], r#""full_name":"anna doe","first_name":"anna","last_name":"doe","#),
        (["Anna de Souza", "Anna de Souza", ""], r#""first_name":"Anna de Souza","#),
        (["ANNA MARIA", "ANNA MARIA", ""], r#""first_name":"Anna Maria","#),
        (["Anna Doe", "", ""], r#""full_name":"Anna Doe","#),
        // Placeholders are not names.
        (["N/A", "", ""], ""),
        (["", "Anna", "-"], r#""first_name":"Anna","#),
        (["#N/A", "Anna", "Doe"], r#""first_name":"Anna","last_name":"Doe","#),
    ] {
        let item = sent(&headings, &[name, first, last, "a@b"]);
        let expected = format!(r#"{{"op":"upsert",{expected}"email""#);
        assert!(item.starts_with(&expected), "{item}");
    }
    let item = sent(&["name", "first_name", "email"], &["Anna Maria", "Anna Maria", "a@b"]);
    assert!(
        item.contains(r#""full_name":"Anna Maria","first_name":"Anna Maria""#),
        "no cell is blank: {item}"
    );
}

#[test]
fn values_that_are_left_out_are_counted() {
    let left_out = |email: &str, phone: &str, source: &str| {
        let headings = ["email", "phone", "lead_source"];
        upsert(&headings, &[email, phone, source], &RULES).map(|upsert| upsert.left_out)
    };
    let counted =
        LeftOut { placeholders: 1, further_values: 1, unknown_lead_sources: 1, ..LeftOut::default() };
    assert_eq!(left_out("a@b; c@d", "N/A", "Fair"), Ok(counted));
    assert_eq!(left_out("a@b", "415 555 0100", "api"), Ok(LeftOut::default()));
    let refused = left_out("a@b", "4.479E+11", "").unwrap_err();
    assert!(refused.contains("4.479E+11 is in scientific notation"), "{refused}");
    assert!(
        left_out("none", "-", "").unwrap_err().contains("neither"),
        "no value is left to find a contact by"
    );
}

#[test]
fn custom_fields_may_be_an_object() {
    let headings = ["email", "custom_fields"];
    let item = sent(&headings, &["a@b", r#"{"Plan": "gold", "Seats": 1.10, "Old": null}"#]);
    assert!(item.contains(r#""custom_fields":{"Plan":"gold","Seats":1.10}"#), "{item}");
    let refused = written(&headings, &["a@b", "gold"], &RULES);
    assert_eq!(refused.unwrap_err(), "custom_fields takes a JSON object");
}

proptest! {
    #[test]
    fn the_server_reads_the_cells_of_the_file(
        name in "[^\0\"][^\0]{0,9}", email in " ?[a-zé.]{1,3}@[a-z.]{1,3} ?",
        phone in "( ?[+]?1 415 555 01[0-9]{2} ?)?", notes in "[^\0\"][^\0]{0,9}",
    ) {
        let item = sent(&["full_name", "email", "phone_number", "notes"], &[&name, &email, &phone, &notes]);
        let mut create = ContactCreate::new().email(email.trim());
        if !crate::import::map::cells::is_placeholder_name(&name) {
            create = create.full_name(name.trim());
        }
        if !phone.trim().is_empty() {
            create = create.phone_number(phone.trim());
        }
        if !notes.trim().is_empty() {
            create = create.notes(notes.as_str());
        }
        let on_create = Some(ContactCreate::new().lead_source(LeadSource::Import));
        let keep_fuller_phone = !phone.is_empty() && !phone.trim().starts_with('+');
        let batch = Batch::from_json(format!("{{\"items\":[{item}]}}").as_bytes()).unwrap();
        let read = batch.value.into_valid_items().unwrap().remove(0);
        prop_assert!(read.ignored.is_empty(), "{:?}", read.ignored);
        prop_assert_eq!(read.value, BatchItem::upsert(ContactUpsert { create, on_create, keep_fuller_phone }));
    }
}
