//! The statements that read lists, on both databases.

use contact_model::list::{Cursor, Sort, SortKey, SortValue};
use contact_model::search::Search;
use contact_model::{ContactId, CustomFieldId, LeadSource, Timestamp};
use uuid::Uuid;

use super::condition::{Condition, Facets, Period};
use super::position::ranges;
use super::scan::Scan;
use crate::connection::{Dialect, Value};
use crate::contacts::columns::contact_columns;

const FIELD: CustomFieldId = CustomFieldId(Uuid::from_u128(1));

/// The words before which the text of a statement begins a new line.
const KEYWORDS: [&str; 9] = [
    " FROM ",
    " WHERE ",
    " AND ",
    " OR ",
    " ORDER BY ",
    " LIMIT ",
    " CROSS JOIN ",
    " UNION ALL ",
    " SELECT ",
];

/// Returns the text of a statement over several lines, indented by its parentheses.
fn formatted(sql: &str) -> String {
    let mut sql = sql.replace(contact_columns!(), "<columns>").replace("(SELECT", "( SELECT");
    sql = sql.replace(")SELECT", ") SELECT");
    for keyword in KEYWORDS {
        sql = sql.replace(keyword, &format!("\n{}", &keyword[1..]));
    }
    let mut depth = 0;
    let lines = sql.lines().map(|line| {
        let indented = format!("{}{line}", "    ".repeat(depth));
        depth = (depth + line.matches('(').count()).saturating_sub(line.matches(')').count());
        indented
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Returns all statements that may read a list with these conditions.
fn statements(key: SortKey, conditions: &[Condition], cursor: Option<&Cursor>) -> String {
    let sort = Sort { key, descending: key != SortKey::Name };
    let ranges = ranges(sort, cursor);
    let mut texts = Vec::new();
    for dialect in [Dialect::Sqlite, Dialect::Postgres] {
        for driver in [None].into_iter().chain((0..conditions.len()).map(Some)) {
            let scan = Scan { company: Value::Uuid(None), deleted: false, sort, conditions, driver };
            let heading = format!("-- {dialect:?}, driver: {:?}", driver.map(|index| &conditions[index]));
            texts.push(format!("{heading}\n{}", formatted(scan.statement(dialect, &ranges[0], 51).sql())));
        }
    }
    texts.join("\n\n")
}

#[test]
fn list_by_creation() {
    insta::assert_snapshot!(statements(SortKey::CreatedAt, &[], None));
}

#[test]
fn further_page_by_name() {
    let name = SortValue::Text(Some("jane".to_owned()));
    let cursor = Cursor { value: name, id: ContactId(Uuid::nil()), backward: false };
    insta::assert_snapshot!(statements(SortKey::Name, &[], Some(&cursor)));
}

#[test]
fn list_by_change_in_a_period() {
    let period = Period { from: Timestamp::from_micros(1), before: Timestamp::from_micros(2) };
    insta::assert_snapshot!(statements(SortKey::UpdatedAt, &[Condition::Updated(period)], None));
}

#[test]
fn list_by_creation_with_every_kind_of_condition() {
    let search = Search::parse("jane").unwrap();
    let conditions = [
        Condition::Email("jane@example.com".to_owned()),
        Condition::Phone("+14155550000".to_owned()),
        Condition::CustomField(FIELD, "1".to_owned()),
        Condition::CustomFieldIn(FIELD, vec!["1".to_owned(), "2".to_owned()]),
        Condition::Tag("vip".to_owned()),
        Condition::Word(search.terms()[0].clone()),
        Condition::Facets(Facets {
            lead_source: Some(LeadSource::Api),
            is_dnd: Some(false),
            has_phone: None,
        }),
        Condition::Created(Period { from: Timestamp::from_micros(1), before: None }),
    ];
    for condition in conditions {
        let name = format!("{condition:?}");
        let name = name.split(['(', ' ']).next().unwrap();
        insta::assert_snapshot!(
            format!("created_{name}"),
            statements(SortKey::CreatedAt, &[condition], None)
        );
    }
}

#[test]
fn list_by_activity_with_two_conditions() {
    let conditions = [Condition::Tag("vip".to_owned()), Condition::Email("jane@example.com".to_owned())];
    insta::assert_snapshot!(statements(SortKey::LastActivity, &conditions, None));
}

#[test]
fn ranges_follow_the_cursor() {
    let sort = |key| Sort { key, descending: false };
    let cursor = |value, backward| Cursor { value, id: ContactId(Uuid::nil()), backward };
    let text = |text: Option<&str>| SortValue::Text(text.map(str::to_owned));
    // `+` marks a range that begins at the cursor, and `-` a descending one.
    for (key, cursor, expected) in [
        (SortKey::CreatedAt, None, vec!["WithValue"]),
        (SortKey::Name, None, vec!["WithValue", "WithoutValue"]),
        (SortKey::Name, Some(cursor(text(Some("a")), false)), vec!["+WithValue", "WithoutValue"]),
        (SortKey::Name, Some(cursor(text(None), false)), vec!["+WithoutValue"]),
        (SortKey::Name, Some(cursor(text(Some("a")), true)), vec!["+WithValue-"]),
        (SortKey::Name, Some(cursor(text(None), true)), vec!["+WithoutValue-", "WithValue-"]),
    ] {
        let ranges = ranges(sort(key), cursor.as_ref());
        let parts = ranges.iter().map(|range| {
            let begin = if range.after.is_some() { "+" } else { "" };
            format!("{begin}{:?}{}", range.part, if range.descending { "-" } else { "" })
        });
        assert_eq!(parts.collect::<Vec<_>>(), expected, "{key:?} {cursor:?}");
    }
}
