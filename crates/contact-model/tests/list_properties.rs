//! Properties of requests for a list of contacts.

use contact_model::list::CursorError;
use contact_model::search::Search;
use contact_model::{ContactQuery, Cursor, Parameters, SortKey, SortValue, Timestamp, Violations, limits};
use proptest::prelude::*;
use uuid::Uuid;

fn read(pairs: &[(String, String)]) -> Result<ContactQuery, Violations> {
    let mut parameters: Parameters = pairs.iter().cloned().collect();
    let query = ContactQuery::read(&mut parameters);
    parameters.into_result(query)
}

/// Generates any valid request.
fn query() -> impl Strategy<Value = ContactQuery> {
    let word = || "[a-zA-Zé0-9 &=%+,\\]\u{fdfa}😀]{1,8}";
    let time = || {
        (0_i64..253_402_300_800_000_000)
            .prop_map(|micros| Timestamp::from_micros(micros).expect("a year of four digits").to_string())
    };
    let pair = prop_oneof![
        ("email|phone|tag|tag|custom_fields\\[[a-z\\]]{1,3}\\]", word()),
        (
            "search",
            prop_oneof![
                "[a-zé0-9\u{fdfa}ﬃ .,+'’-]{0,24}".boxed(),
                "([0-9\u{fdfa}]{1,64}[,;]){0,10}".boxed(),
                "[+]?[0-9 ().-]{0,30}".boxed(),
            ]
        ),
        ("(created|updated)_(after|before)", time()),
        ("is_dnd|has_phone|count", "true|false"),
        ("lead_source", "manual|api|webhook|facebook|instagram|import"),
        ("sort", "-?(created_at|updated_at|last_activity|name)"),
        ("page_size", (1..=limits::PAGE_SIZE).prop_map(|size| size.to_string())),
        ("include", "first_name|last_name,custom_fields|updated_at"),
    ];
    let not_deleted = prop::collection::vec(pair, 0..12);
    let pair = prop_oneof![
        ("sort", "-?deleted_at"),
        ("page_size", (1..=limits::PAGE_SIZE).prop_map(|size| size.to_string())),
        ("count", "true|false"),
    ];
    let deleted = prop::collection::vec(pair, 0..4).prop_map(|mut pairs| {
        pairs.push(("deleted".to_owned(), "true".to_owned()));
        pairs
    });
    prop_oneof![4 => not_deleted, 1 => deleted]
        .prop_filter_map("invalid parameters", |pairs| read(&pairs).ok())
}

/// Generates a request and a cursor of its list.
fn query_and_cursor() -> impl Strategy<Value = (ContactQuery, Cursor)> {
    let time = prop::option::of(-62_167_219_200_000_000_i64..253_402_300_800_000_000);
    (query(), time, prop::option::of("[a-zé😀 ]{0,250}"), any::<u128>(), any::<bool>()).prop_map(
        |(query, time, text, id, backward)| {
            let value = match query.sort.key {
                SortKey::Name => SortValue::Text(text),
                _ => SortValue::Time(time.and_then(Timestamp::from_micros)),
            };
            (query, Cursor { value, id: Uuid::from_u128(id).into(), backward })
        },
    )
}

proptest! {
    #[test]
    fn a_query_survives_a_round_trip_through_its_pairs(query in query()) {
        prop_assert_eq!(read(&query.to_pairs()), Ok(query));
    }

    #[test]
    fn a_cursor_survives_a_round_trip((query, cursor) in query_and_cursor()) {
        let text = cursor.encode(&query);
        prop_assert!(text.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_'));
        let mut pairs = query.to_pairs();
        pairs.push(("cursor".to_owned(), text));
        prop_assert_eq!(read(&pairs), Ok(ContactQuery { cursor: Some(cursor), ..query }));
    }

    #[test]
    fn an_altered_cursor_is_refused(
        (query, cursor) in query_and_cursor(),
        at in any::<prop::sample::Index>(),
        c in any::<char>(),
    ) {
        let mut chars: Vec<char> = cursor.encode(&query).chars().collect();
        let at = at.index(chars.len());
        prop_assume!(chars[at] != c);
        chars[at] = c;
        let altered: String = chars.iter().collect();
        prop_assert_eq!(Cursor::decode(&altered, &query), Err(CursorError::Unreadable));
    }

    #[test]
    fn a_flipped_bit_or_a_truncation_is_detected(
        (query, cursor) in query_and_cursor(),
        at in any::<prop::sample::Index>(),
        bit in 0..7_u8,
    ) {
        let text = cursor.encode(&query);
        let at = at.index(text.len());
        let mut bytes = text.clone().into_bytes();
        bytes[at] ^= 1 << bit;
        let flipped = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(Cursor::decode(&flipped, &query), Err(CursorError::Unreadable));
        prop_assert_eq!(Cursor::decode(&text[..at], &query), Err(CursorError::Unreadable));
    }

    #[test]
    fn a_cursor_of_another_list_is_refused(
        (query, cursor) in query_and_cursor(),
        (other, _) in query_and_cursor(),
    ) {
        let is_same = (&query.filters, &query.search, query.sort) == (&other.filters, &other.search, other.sort);
        let expected = if is_same { Ok(cursor.clone()) } else { Err(CursorError::OfAnotherList) };
        prop_assert_eq!(Cursor::decode(&cursor.encode(&query), &other), expected);
    }

    #[test]
    fn reading_parameters_never_panics(
        pairs in prop::collection::vec(
            (
                "email|phone|tag|search|sort|cursor|page_size|created_after|is_dnd|custom_fields\\[.{0,3}\\]|.{0,3}",
                any::<String>(),
            ),
            0..6,
        ),
    ) {
        if let Ok(query) = read(&pairs) {
            prop_assert_eq!(read(&query.to_pairs()), Ok(query));
        }
    }

    #[test]
    fn the_text_of_a_search_is_parsed_as_the_same_search(text in any::<String>()) {
        if let Ok(search) = Search::parse(&text) {
            prop_assert_eq!(Search::parse(search.text()), Ok(search));
        }
    }
}
