use proptest::prelude::*;

use super::*;

fn read<'h>(values: &[&'h str]) -> Result<Option<EntityTagList<'h>>, InvalidEntityTags> {
    EntityTagList::read(values.iter().map(|value| value.as_bytes()))
}

fn listed(tags: &[(bool, &'static str)]) -> Option<EntityTagList<'static>> {
    let tags = tags.iter().map(|&(weak, text)| ListedEntityTag { weak, text: text.as_bytes() });
    Some(EntityTagList::Tags(tags.collect()))
}

#[test]
fn lists_are_read_in_every_spelling() {
    assert_eq!(read(&[]), Ok(None));
    assert_eq!(read(&["*"]), Ok(Some(EntityTagList::Any)));
    assert_eq!(read(&[" * "]), Ok(Some(EntityTagList::Any)));
    assert_eq!(read(&["\"a\""]), Ok(listed(&[(false, "\"a\"")])));
    assert_eq!(read(&["\"\""]), Ok(listed(&[(false, "\"\"")])));
    let three = [(false, "\"a,b\""), (true, "\"c\""), (false, "\"\u{e9}\"")];
    assert_eq!(read(&["\"a,b\" ,, W/\"c\",\t\"\u{e9}\","]), Ok(listed(&three)));
    assert_eq!(read(&["\"a,b\"", "W/\"c\", \"\u{e9}\""]), Ok(listed(&three)));
}

#[test]
fn a_text_that_is_not_a_list_is_refused() {
    for values in [
        &[""][..],
        &[","],
        &["a"],
        &["\"a"],
        &["a\""],
        &["w/\"a\""],
        &["W/ \"a\""],
        &["\"a b\""],
        &["\"a\" \"b\""],
        &["\"a\"b"],
        &["*, \"a\""],
        &["**"],
        &["*", "\"a\""],
        &["*", "*"],
    ] {
        assert_eq!(read(values), Err(InvalidEntityTags), "{values:?}");
    }
}

#[test]
fn a_weak_tag_matches_for_reads_but_never_for_writes() {
    let tag = "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-i0\"";
    let weak = format!("W/{tag}");
    let contact = "018bab2f-5d60-7c31-9a55-8dd25736052a".parse().unwrap();
    for (value, for_reading, for_writing) in
        [(tag, true, true), (weak.as_str(), true, false), ("\"other\"", false, false), ("*", true, true)]
    {
        let list = read(&[value]).unwrap().unwrap();
        assert_eq!(list.has(tag), for_reading, "{value}");
        assert_eq!(list.precondition().holds(contact, 12), for_writing, "{value}");
        // A write compares only the version of the row.
        assert_eq!(list.precondition().holds(contact, 13), value == "*", "{value}");
    }
    let other = ContactId(uuid::Uuid::nil());
    assert!(!read(&[tag]).unwrap().unwrap().precondition().holds(other, 12));
    assert!(!read(&[tag]).unwrap().unwrap().has("\"018bab2f5d607c319a558dd25736052a-v12-a3.6-i0\""));
}

#[test]
fn a_precondition_is_written_as_in_a_header() {
    let tag = "\"018bab2f5d607c319a558dd25736052a-v12-a3.5-i0\"";
    let two = format!("{tag}, \"other\", \"018bab2f5d607c319a558dd25736052a-v13-i4\"");
    for (text, expected) in [
        ("*", "*"),
        (tag, "\"018bab2f5d607c319a558dd25736052a-v12-i0\""),
        (&two, "\"018bab2f5d607c319a558dd25736052a-v12-i0\", \"018bab2f5d607c319a558dd25736052a-v13-i0\""),
        ("\"other\"", "\"\""),
        ("W/\"a\"", "\"\""),
    ] {
        assert_eq!(text.parse::<Precondition>().unwrap().to_string(), expected);
    }
    for text in ["", "x", "*, \"a\"", "\"a"] {
        let bad = text.parse::<Precondition>().unwrap_err();
        assert!(bad.starts_with("A precondition takes `*`, or values of the header ETag"), "{bad}");
    }
}

fn preconditions() -> impl Strategy<Value = Precondition> {
    let row = (any::<u128>(), 0..i64::MAX)
        .prop_map(|(id, version)| RowVersion { contact: uuid::Uuid::from_u128(id).into(), version });
    let one_of = prop::collection::vec(row, 0..4).prop_map(Precondition::IsOneOf);
    prop_oneof![1 => Just(Precondition::Exists), 4 => one_of]
}

proptest! {
    #[test]
    fn a_precondition_survives_a_round_trip(needed in preconditions()) {
        prop_assert_eq!(needed.to_string().parse(), Ok(needed));
    }

    #[test]
    fn a_listed_tag_is_found(tags in prop::collection::vec("[!#-~]{0,9}", 1..5), weak in any::<bool>()) {
        let prefix = if weak { "W/" } else { "" };
        let quoted: Vec<String> = tags.iter().map(|tag| format!("\"{tag}\"")).collect();
        let value: Vec<String> = quoted.iter().map(|tag| format!("{prefix}{tag}")).collect();
        let value = value.join(", ");
        let list = EntityTagList::read([value.as_bytes()].into_iter()).unwrap().unwrap();
        prop_assert!(quoted.iter().all(|tag| list.has(tag)));
        prop_assert!(!list.has("\"something else\""));
        prop_assert_eq!(list.precondition(), Precondition::IsOneOf(Vec::new()));
    }

    #[test]
    fn parsing_never_panics(value in prop::collection::vec(any::<u8>(), 0..40)) {
        if let Ok(Some(EntityTagList::Tags(tags))) = EntityTagList::read([value.as_slice()].into_iter()) {
            prop_assert!(!tags.is_empty());
        }
    }
}
