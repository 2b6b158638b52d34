//! Examples of requests for a list of contacts.

use contact_model::list::CursorError;
use contact_model::{
    ContactQuery, Cursor, Include, LeadSource, Parameters, SortKey, SortValue, Violation, ViolationCode,
    Violations, limits,
};
use uuid::Uuid;

fn read<N: AsRef<str>, V: AsRef<str>>(pairs: &[(N, V)]) -> Result<ContactQuery, Violations> {
    let mut parameters: Parameters =
        pairs.iter().map(|(name, value)| (name.as_ref(), value.as_ref())).collect();
    let query = ContactQuery::read(&mut parameters);
    parameters.into_result(query)
}

fn bad(pairs: &[(&str, &str)]) -> Vec<Violation> {
    read(pairs).expect_err("a parameter is invalid").into_vec()
}

/// Returns the names of the invalid parameters.
fn bad_names(pairs: &[(&str, &str)]) -> Vec<String> {
    bad(pairs).into_iter().map(|violation| violation.pointer).collect()
}

#[test]
fn an_empty_query_requests_the_first_page_of_all_contacts() {
    assert_eq!(read::<&str, &str>(&[]), Ok(ContactQuery::default()));
    assert_eq!(read(&[("", "")]), Ok(ContactQuery::default()));
    assert_eq!(read(&[("search", ""), ("include", ""), ("count", "False")]), Ok(ContactQuery::default()));
    assert_eq!(ContactQuery::default().page_size, 50);
    assert!(ContactQuery::default().to_pairs().is_empty());
}

#[test]
fn a_list_of_deleted_contacts_has_its_own_order_and_no_filters() {
    let query = read(&[("deleted", "true")]).unwrap();
    assert!(query.deleted);
    assert_eq!(query.sort, SortKey::DeletedAt.descending());
    assert_eq!(query.to_pairs(), [("deleted".to_owned(), "true".to_owned())]);
    let ascending = read(&[("deleted", "true"), ("sort", "deleted_at")]).unwrap();
    assert_eq!(read(&ascending.to_pairs()), Ok(ascending));
    assert_eq!(read(&[("deleted", "false")]), Ok(ContactQuery::default()));
    for sort in ["name", "-created_at"] {
        assert_eq!(bad_names(&[("deleted", "true"), ("sort", sort)]), ["sort"]);
    }
    assert_eq!(bad_names(&[("sort", "-deleted_at")]), ["sort"]);
    let filtered = [
        ("deleted", "true"),
        ("tag", "a"),
        ("tag", "b"),
        ("is_dnd", "true"),
        ("search", "x"),
        ("page_size", "2"),
    ];
    assert_eq!(bad_names(&filtered), ["is_dnd", "tag", "search"]);
}

#[test]
fn an_unknown_parameter_is_refused_with_the_most_similar_name() {
    let sent = [("tga", "lead"), ("Sort", "x"), ("custom_fields", "x"), ("custom_fields[x", "\0")];
    let suggestions = ["tag", "sort", "custom_fields[NAME]", "custom_fields[NAME]"];
    let bad = bad(&sent);
    assert_eq!(bad.len(), sent.len(), "{bad:#?}");
    for ((bad, (name, _)), suggestion) in bad.iter().zip(sent).zip(suggestions) {
        assert_eq!((bad.pointer.as_str(), bad.code), (name, ViolationCode::UnknownParameter));
        assert!(bad.detail.ends_with(&format!("did you mean `{suggestion}`?")), "{bad:?}");
    }
}

#[test]
fn every_parameter_is_read() {
    let query = read(&[
        ("email", "Ann@Example.com"),
        ("phone", " 1 415 555 2671"),
        ("tag", "vip"),
        ("tag", "new"),
        ("tag", "vip"),
        ("lead_source", "facebook"),
        ("is_dnd", "TRUE"),
        ("has_phone", "false"),
        ("created_after", "2026-01-31"),
        ("created_before", "2026-02-28T00:00:00Z"),
        ("updated_after", "2026-01-31T09:00:00 02:00"),
        ("updated_before", "2026-03-01"),
        ("custom_fields[Plan]", "gold"),
        ("custom_fields[a]]", ""),
        ("search", "Doe, Jané"),
        ("sort", "-name"),
        ("page_size", "200"),
        ("count", "true"),
        ("include", "first_name"),
        ("include", "updated_at,"),
    ])
    .unwrap();
    assert_eq!(query.filters.email.as_deref(), Some("Ann@Example.com"));
    assert_eq!(query.filters.phone.as_deref(), Some("+1 415 555 2671"));
    assert!(query.filters.tags.iter().eq(["new", "vip"]));
    assert_eq!(query.filters.lead_source, Some(LeadSource::Facebook));
    assert_eq!((query.filters.is_dnd, query.filters.has_phone), (Some(true), Some(false)));
    let times = [
        query.filters.created_after,
        query.filters.created_before,
        query.filters.updated_after,
        query.filters.updated_before,
    ];
    let times = times.map(|time| time.unwrap().to_string());
    let expected =
        ["2026-01-31T00:00:00Z", "2026-02-28T00:00:00Z", "2026-01-31T07:00:00Z", "2026-03-01T00:00:00Z"];
    assert_eq!(times, expected);
    let fields: Vec<_> = query.filters.custom_fields.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
    assert_eq!(fields, [("Plan", "gold"), ("a]", "")]);
    assert_eq!(query.search.text(), "doe,jane");
    assert_eq!((query.sort.key, query.sort.descending), (SortKey::Name, true));
    assert_eq!((query.page_size, query.count), (200, true));
    assert_eq!(query.include, Include { first_name: true, updated_at: true, ..Include::default() });
    assert_eq!(read(&query.to_pairs()), Ok(query));
}

#[test]
fn the_last_value_of_a_repeated_parameter_is_used() {
    let query = read(&[("sort", "x"), ("page_size", "0"), ("sort", "name"), ("page_size", "7")]).unwrap();
    assert_eq!((query.sort.key, query.page_size), (SortKey::Name, 7));
    let query = read(&[("custom_fields[A]", "1"), ("custom_fields[A]", "2")]).unwrap();
    assert_eq!(query.filters.custom_fields["A"], "2");
}

#[test]
fn every_invalid_parameter_is_reported() {
    let (name, text) = ("n".repeat(101), "x".repeat(321));
    let field = format!("custom_fields[{name}]");
    let violations = bad(&[
        ("email", ""),
        ("phone", &text),
        ("tag", ""),
        ("tag", "valid"),
        ("lead_source", "tiktok"),
        ("is_dnd", "1"),
        ("has_phone", ""),
        ("created_after", "yesterday"),
        ("created_before", "2026-02-30"),
        ("updated_after", "2026-01-31T09:00:00"),
        ("updated_before", ""),
        (&field, "x"),
        ("custom_fields[]", "x"),
        ("search", "a b c d e f g h i j k"),
        ("sort", "email"),
        ("page_size", "201"),
        ("count", "yes"),
        ("include", "notes"),
        ("cursor", "x"),
    ]);
    let names: Vec<_> = violations.iter().map(|violation| violation.pointer.as_str()).collect();
    let expected = [
        "email",
        "phone",
        "tag",
        "lead_source",
        "is_dnd",
        "has_phone",
        "created_after",
        "created_before",
        "updated_after",
        "updated_before",
        "custom_fields[]",
        &field,
        "search",
        "sort",
        "page_size",
        "count",
        "include",
        "cursor",
    ];
    assert_eq!(names, expected);
    assert!(violations.iter().all(|violation| violation.code == ViolationCode::InvalidValue));
    assert_eq!(violations[0].detail, "email must not be empty.");
    assert_eq!(violations[1].detail, "phone takes at most 64 characters; 321 were sent.");
    assert_eq!(
        violations[3].detail,
        "lead_source takes manual, api, webhook, facebook, instagram or import; `tiktok` was sent."
    );
    assert_eq!(violations[14].detail, "page_size takes a whole number from 1 to 200; `201` was sent.");
}

#[test]
fn a_nul_is_refused_in_every_known_parameter() {
    for name in [
        "email",
        "phone",
        "tag",
        "lead_source",
        "is_dnd",
        "has_phone",
        "created_after",
        "created_before",
        "updated_after",
        "updated_before",
        "search",
        "sort",
        "page_size",
        "count",
        "include",
        "cursor",
        "custom_fields[A]",
    ] {
        let violations = bad(&[(name, "a\0")]);
        assert_eq!((violations.len(), violations[0].pointer.as_str()), (1, name));
        assert_eq!(violations[0].detail, format!("{name} must not contain a NUL."));
    }
    assert_eq!(bad_names(&[("custom_fields[\0]", "x")]), ["custom_fields[\0]"]);
}

#[test]
fn limits_are_inclusive() {
    let count = |name: &str, count: usize| -> Vec<(String, String)> {
        let number = |n: usize| (name.replace('#', &n.to_string()), n.to_string());
        (0..count).map(number).collect()
    };
    assert!(read(&count("tag", limits::FILTER_TAGS)).is_ok());
    assert_eq!(read(&count("tag", limits::FILTER_TAGS + 1)).unwrap_err().count(), 1);
    assert!(read(&count("custom_fields[#]", limits::FILTER_CUSTOM_FIELDS)).is_ok());
    assert_eq!(read(&count("custom_fields[#]", limits::FILTER_CUSTOM_FIELDS + 1)).unwrap_err().count(), 1);
    for (name, limit) in [
        ("email", limits::EMAIL),
        ("phone", limits::PHONE_NUMBER),
        ("tag", limits::TAG),
        ("search", limits::SEARCH),
        ("custom_fields[A]", limits::CUSTOM_FIELD_VALUE),
    ] {
        assert!(read(&[(name, "x".repeat(limit))]).is_ok(), "{name}");
        assert_eq!(bad_names(&[(name, &"x".repeat(limit + 1))]), [name]);
    }
}

#[test]
fn the_text_of_a_search_keeps_its_words_apart_and_fits_the_limit() {
    let numbers = read(&[("search", "12,34")]).unwrap();
    assert_eq!((numbers.search.text(), numbers.search.terms().len()), ("12,34", 2));
    assert_eq!(read(&numbers.to_pairs()), Ok(numbers));
    // Each ligature becomes three letters, so that the words are longer than what was sent.
    let long: Vec<String> = ('a'..='j').map(|first| format!("{first}{}", "ﬃ".repeat(22))).collect();
    let long = read(&[("search", long.join(" "))]).unwrap();
    assert_eq!(long.search.text().len(), 10 * (limits::SEARCH_WORD + 1) - 1);
    assert_eq!(read(&long.to_pairs()), Ok(long));
}

#[test]
fn cursors_distinguish_lists_whose_concatenated_filters_are_equal() {
    let (two, one) = (read(&[("tag", "a"), ("tag", "b")]).unwrap(), read(&[("tag", "atagb")]).unwrap());
    let cursor = Cursor { value: SortValue::Time(None), id: Uuid::from_u128(7).into(), backward: false };
    assert_eq!(Cursor::decode(&cursor.encode(&two), &one), Err(CursorError::OfAnotherList));
}

#[test]
fn a_cursor_belongs_to_its_list() {
    let list = [("tag", "vip"), ("search", "jane"), ("sort", "name")];
    let query = read(&list).unwrap();
    let id = Uuid::from_u128(7).into();
    let cursor = Cursor { value: SortValue::Text(Some("jane".to_owned())), id, backward: false };
    let text = cursor.encode(&query);
    let with = |pairs: &[(&'static str, &'static str)]| {
        let pairs: Vec<_> = pairs.iter().copied().chain([("cursor", text.as_str())]).collect();
        read(&pairs).map(|query| query.cursor)
    };
    assert_eq!(with(&list), Ok(Some(cursor.clone())));
    // The page size may change, because the position in the list is the same.
    let resized =
        [("sort", "name"), ("tag", "vip"), ("search", "JANE,"), ("page_size", "7"), ("count", "true")];
    assert_eq!(with(&resized), Ok(Some(cursor)));
    for other in [
        &[("tag", "vip"), ("search", "jane"), ("sort", "-name")][..],
        &[("tag", "vip"), ("search", "jan"), ("sort", "name")],
        &[("tag", "vip"), ("tag", "new"), ("search", "jane"), ("sort", "name")],
        &[("email", "vip"), ("search", "jane"), ("sort", "name")],
        &[],
    ] {
        let violations = with(other).unwrap_err().into_vec();
        assert_eq!(violations[0].pointer, "cursor");
        assert_eq!(violations[0].detail, CursorError::OfAnotherList.to_string());
    }
    // If another parameter is invalid, the requested list is unknown.
    let violations = with(&[("tag", ""), ("search", "jane"), ("sort", "name")]).unwrap_err().into_vec();
    assert!(violations.iter().all(|violation| violation.pointer == "tag"));
    assert_eq!(bad(&[("cursor", "")])[0].detail, CursorError::Unreadable.to_string());
}
