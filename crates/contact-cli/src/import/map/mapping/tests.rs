use super::*;

fn custom(names: &[&str]) -> Vec<CustomField> {
    let field = |name| {
        serde_json::json!({
            "id": "018bab2f-5d60-7c31-9a55-8dd25736052a", "name": name, "type": "any", "options": [],
            "created_at": "2023-11-07T05:31:56Z"
        })
    };
    names.iter().map(|name| serde_json::from_value(field(name)).unwrap()).collect()
}

fn headings(line: &str) -> Vec<String> {
    line.split(',').map(str::to_owned).collect()
}

fn shown(line: &str, choices: &[&str], names: &[&str]) -> String {
    let headings = headings(line);
    let choices: Vec<String> = choices.iter().map(|&choice| choice.to_owned()).collect();
    let lines = Mapping::new(&headings, &choices, custom(names)).unwrap().lines(&headings);
    lines.iter().map(|(heading, role)| format!("{}: {role}\n", heading.trim())).collect()
}

#[test]
fn columns_are_mapped_by_their_headings() {
    let line = "Given Name,Additional Name,Birthday,Phone 2 - Value,Phone 1 - Value,Plan,custom_fields.Seats,import_error,notes,Comments";
    insta::assert_snapshot!(shown(line, &[], &["Plan", "Seats"]), @r"
    Given Name: first_name
    Additional Name: first_name, after the columns before
    Phone 2 - Value: phone_number, if the columns before are empty
    Phone 1 - Value: phone_number
    Plan: custom_fields.Plan
    custom_fields.Seats: custom_fields.Seats
    notes: notes
    Comments: notes, with the others
    left out: Birthday
    ");
}

#[test]
fn choices_of_the_user_take_precedence() {
    let shown =
        shown("Phone,Cell,a=b,Notes,Name", &["Cell=phone", "a=b=custom_fields.x=y", "Notes="], &["x=y"]);
    insta::assert_snapshot!(shown, @r"
    Phone: phone_number, if the columns before are empty
    Cell: phone_number
    a=b: custom_fields.x=y
    Name: full_name
    left out: Notes
    ");
}

#[test]
fn keys_of_the_api_and_names_of_custom_fields_take_precedence() {
    let shown = |line: &str, names: &[&str]| shown(line, &[], names);
    insta::assert_snapshot!(shown("Company,email", &["Company", "email"]), @r"
    Company: custom_fields.Company
    email: email
    ");
    // Names are compared in any Unicode normal form.
    for heading in ["Gro\u{308}\u{df}e", "custom_fields.Gro\u{308}\u{df}e"] {
        let line = shown(heading, &["Gr\u{f6}\u{df}e"]);
        assert!(line.ends_with(": custom_fields.Gr\u{f6}\u{df}e\n"), "{line}");
    }
}

#[test]
fn headings_name_custom_fields_in_any_case_if_only_one_fits() {
    insta::assert_snapshot!(shown("PLAN,plan,Plan,seats,NOTE", &[], &["Plan", "Seats", "SEATS", "Note"]), @r"
    PLAN: custom_fields.Plan, if the columns before are empty
    plan: custom_fields.Plan, if the columns before are empty
    Plan: custom_fields.Plan
    NOTE: notes
    left out: seats
    ");
}

#[test]
fn label_columns_are_neither_used_alone_nor_left_out() {
    let line =
        "E-mail 1 - Label,E-mail 1 - Value,Phone 1 - Label,Phone 1 - Value,Phone 2 - Value,Phone 3 - Label";
    insta::assert_snapshot!(shown(line, &[], &[]), @r"
    E-mail 1 - Value: email, in the order of the labels
    Phone 1 - Value: phone_number, in the order of the labels
    Phone 2 - Value: phone_number, in the order of the labels
    left out: Phone 3 - Label
    ");
}

#[test]
fn columns_that_are_added_later_are_mapped() {
    let mut mapping = Mapping::new(&headings("name"), &[], Vec::new()).unwrap();
    assert!(!mapping.has(Field::Email));
    mapping.extend(&headings("name,email,size"));
    assert!(mapping.has(Field::Email));
    assert_eq!(mapping.left_out_from(&headings("name,email,size"), 1), ["size"]);
}
