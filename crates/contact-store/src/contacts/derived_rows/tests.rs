use uuid::Uuid;

use super::*;

fn contact(name: &str, tags: &[&str], is_deleted: bool) -> ContactRecord {
    let now = Timestamp::from_micros(1).unwrap();
    let mut record = ContactRecord::new(CompanyId(Uuid::from_u128(1)), ContactId(Uuid::from_u128(2)), now);
    record.state.name = Some(name.to_owned());
    record.state.tags = tags.iter().map(|tag| (*tag).to_owned()).collect();
    record.deleted_at = is_deleted.then_some(now);
    record
}

/// Returns the rows in one text: added and removed tags and words, and the changes of the numbers of contacts.
fn text(rows: &DerivedRows) -> String {
    let tags =
        |sign, rows: &[TagRow]| rows.iter().map(|row| format!("{sign}#{}", row.tag)).collect::<Vec<_>>();
    let words =
        |sign, rows: &[WordRow]| rows.iter().map(|row| format!("{sign}{}", row.word)).collect::<Vec<_>>();
    let counts = rows.tag_counts.iter().map(|((_, tag), more)| format!("{tag}:{more:+}"));
    let mut all = tags('+', &rows.tags_added);
    all.extend(tags('-', &rows.tags_removed));
    all.extend(words('+', &rows.words_added));
    all.extend(words('-', &rows.words_removed));
    all.extend(counts);
    all.join(" ")
}

#[test]
fn only_differences_between_two_states_are_written() {
    let jane = || contact("Jane", &["a", "b"], false);
    let deleted = || contact("Jane", &["a", "b"], true);
    for (before, after, rows, changes_columns) in [
        (jane(), jane(), "", false),
        (jane(), contact("Jane", &["b", "a"], false), "", false),
        (jane(), contact("Jane", &["b", "c"], false), "+#c -#a a:-1 c:+1", false),
        (jane(), contact("Jane Doe", &["a", "b"], false), "+doe", true),
        (jane(), contact("Joe", &["a", "b"], false), "+joe -jane", true),
        (jane(), deleted(), "-#a -#b -jane a:-1 b:-1", false),
        (deleted(), jane(), "+#a +#b +jane a:+1 b:+1", false),
        (deleted(), contact("Joe", &["c"], true), "", true),
    ] {
        let mut derived = DerivedRows::default();
        let columns = derived.add_change(&before, &after);
        assert_eq!((text(&derived).as_str(), columns.is_some()), (rows, changes_columns), "{after:?}");
        assert_eq!(derived.is_empty(), rows.is_empty());
    }
}

#[test]
fn new_contacts_add_their_rows_and_erased_contacts_remove_theirs() {
    let mut derived = DerivedRows::default();
    derived.add_new(&contact("Jane", &["a"], false));
    derived.add_new(&contact("Joe", &["a"], true));
    assert_eq!(text(&derived), "+#a a:+1");
    derived.add_erased(&contact("Jane", &["a"], false));
    derived.add_erased(&contact("Joe", &["b"], true));
    assert_eq!(text(&derived), "+#a -#a -jane a:+0");
}
