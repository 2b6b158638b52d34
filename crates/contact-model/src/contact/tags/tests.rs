use proptest::prelude::*;

use super::*;

fn tags(words: &[&str]) -> Vec<String> {
    words.iter().map(|&word| word.to_owned()).collect()
}

#[test]
fn tags_are_added_at_the_end_and_removed_everywhere() {
    let existing = tags(&["b", "a", "b"]);
    assert_eq!(add(&existing, &tags(&["a", "c", "c"])).unwrap(), tags(&["b", "a", "b", "c"]));
    assert_eq!(remove(&existing, "b"), tags(&["a"]));
    assert_eq!(remove(&existing, "B"), existing);
    let many: Vec<String> = (0..limits::TAGS).map(|n| n.to_string()).collect();
    assert_eq!(add(&many, &tags(&["0"])).unwrap(), many);
    assert_eq!(add(&many, &tags(&["new"])).unwrap_err().code, ViolationCode::TooMany);
}

#[test]
fn existing_tags_come_first_and_duplicates_are_removed() {
    let merged = merge(&tags(&["b", "a"]), &tags(&["c", "a", "c", "A"])).unwrap();
    assert_eq!(merged, tags(&["b", "a", "c", "A"]));
}

#[test]
fn a_merge_over_the_limit_is_refused() {
    let many: Vec<String> = (0..limits::TAGS).map(|n| n.to_string()).collect();
    assert!(merge(&many, &tags(&["7"])).is_ok());
    assert_eq!(merge(&many, &tags(&["new"])).unwrap_err().code, ViolationCode::TooMany);
}

#[test]
fn a_renamed_tag_replaces_the_first_occurrence_of_either_name() {
    for (before, after) in [
        (&["a", "old", "b"][..], &["a", "new", "b"][..]),
        (&["new", "old", "a"], &["new", "a"]),
        (&["a", "old", "new", "old"], &["a", "new"]),
        (&["new", "a", "new"], &["new", "a", "new"]),
        (&[], &[]),
    ] {
        assert_eq!(rename(&tags(before), "old", "new"), tags(after), "{before:?}");
    }
    assert_eq!(rename(&tags(&["old"]), "old", "old"), tags(&["old"]));
}

#[test]
fn removed_tags_do_not_count_toward_the_limit() {
    let existing = tags(&["b", "a", "b"]);
    assert_eq!(change(&existing, &tags(&["c", "a", "c"]), &tags(&["b", "x"])).unwrap(), tags(&["a", "c"]));
    let many: Vec<String> = (0..limits::TAGS).map(|n| n.to_string()).collect();
    assert_eq!(change(&many, &tags(&["new"]), &tags(&["0"])).unwrap().len(), limits::TAGS);
    let refused = change(&many, &tags(&["new"]), &[]).unwrap_err();
    assert_eq!((refused.pointer.as_str(), refused.code), ("/add_tags", ViolationCode::TooMany));
}

proptest! {
    #[test]
    fn a_rename_neither_moves_nor_adds_other_tags(
        existing in prop::collection::vec("[a-d]", 0..8),
        from in "[a-d]",
        to in "[a-e]",
    ) {
        let renamed = rename(&existing, &from, &to);
        let others = |tags: &[String]| -> Vec<String> {
            tags.iter().filter(|tag| **tag != from && **tag != to).cloned().collect()
        };
        prop_assert_eq!(others(&renamed), others(&existing));
        prop_assert!(renamed.len() <= existing.len());
        if existing.contains(&from) {
            prop_assert_eq!(renamed.iter().filter(|tag| **tag == to).count(), 1);
            prop_assert!(from == to || !renamed.contains(&from));
        } else {
            prop_assert_eq!(&renamed, &existing);
        }
        prop_assert_eq!(rename(&renamed, &from, &to), renamed);
    }

    #[test]
    fn a_change_keeps_the_order_and_applies_what_was_sent(
        existing in prop::collection::vec("[a-d]{0,2}", 0..8),
        added in prop::collection::vec("[a-d]{0,2}", 0..8),
        removed in prop::collection::vec("[e-h]{1,2}|[a-d]{0,2}", 0..8),
    ) {
        let added: Vec<String> = added.into_iter().filter(|tag| !removed.contains(tag)).collect();
        let changed = change(&existing, &added, &removed).unwrap();
        let kept: Vec<_> = existing.iter().filter(|tag| !removed.contains(tag)).cloned().collect();
        prop_assert_eq!(&changed[..kept.len()], &kept[..]);
        prop_assert!(added.iter().all(|tag| changed.contains(tag)));
        prop_assert!(changed[kept.len()..].iter().all(|tag| added.contains(tag) && !kept.contains(tag)));
        prop_assert_eq!(change(&changed, &added, &removed).unwrap(), changed);
    }

    #[test]
    fn merging_is_idempotent(
        existing in prop::collection::vec("[a-d]{0,2}", 0..8),
        sent in prop::collection::vec("[a-d]{0,2}", 0..8),
    ) {
        let once = merge(&existing, &sent).unwrap();
        prop_assert_eq!(merge(&once, &sent).unwrap(), once);
    }
}
