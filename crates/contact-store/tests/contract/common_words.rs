//! Searches for words that very many contacts have.

use contact_model::list::{ContactQuery, Sort, SortKey};
use contact_model::search::Search;
use contact_model::{ContactId, ContactInsert, ContactState, Timestamp};
use contact_store::{ContactWrite, WriteOperation};
use contact_testing::{Backend, on_both_databases};

use crate::fixture::{ALL, Fixture};
use crate::list_reference::expected;
use crate::lists::Population;

on_both_databases!(common_word_is_found_in_every_order);

/// Contacts with the word, so many that a list scans its own order first, and contacts without it.
const CONTACTS_WITH_WORD: i64 = 4_200;
const CONTACTS_WITHOUT_WORD: i64 = 4_300;

fn contact(n: i64) -> ContactInsert {
    let time = |seconds| Some(Timestamp::from_micros((1_700_000_000 + seconds) * 1_000_000).unwrap());
    let with_word = n < CONTACTS_WITH_WORD;
    ContactInsert {
        state: ContactState {
            name: Some(format!("{} {:04}", if with_word { "Common" } else { "Zebra" }, n * 7 % 5_000)),
            ..ContactState::default()
        },
        created_at: time(n),
        // In this order contacts with and without the word alternate.
        updated_at: time(n * 4_999 % 10_000),
        last_activity: if n % 3 == 0 { time(-n) } else { None },
        ..ContactInsert::default()
    }
}

async fn common_word_is_found_in_every_order(backend: Backend) {
    let fixture = Fixture::new(backend).await;
    let company = fixture.company().await;
    let numbers: Vec<i64> = (0..CONTACTS_WITH_WORD + CONTACTS_WITHOUT_WORD).collect();
    for some in numbers.chunks(1_000) {
        let insert = |n: &i64| WriteOperation::Insert(Box::new(contact(*n)));
        fixture.write(some.iter().map(|n| ContactWrite::new(company, insert(n), ALL)).collect()).await;
    }
    let population = Population { fixture, company };
    let query = ContactQuery { include: ALL, page_size: 200, ..ContactQuery::default() };
    let all = population.read_all(&query).await;
    for key in SortKey::NOT_DELETED {
        for descending in [false, true] {
            let sort = Sort { key, descending };
            // With smaller pages the list scans its own order earlier, and fewer rows of it.
            for page_size in [200, 40] {
                let search = Search::parse("common").unwrap();
                let query = ContactQuery { search, sort, page_size, ..query.clone() };
                let found: Vec<ContactId> =
                    population.read_all(&query).await.iter().map(|contact| contact.id).collect();
                assert_eq!(i64::try_from(found.len()), Ok(CONTACTS_WITH_WORD));
                assert_eq!(found, expected(&all, &query), "{query:?}");
            }
        }
    }
}
