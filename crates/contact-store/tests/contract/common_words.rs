//! Words that very many contacts have: they are found in every order, wherever in it they stand.

use contact_model::list::{ContactQuery, Sort, SortKey};
use contact_model::search::Search;
use contact_model::{ContactId, ContactInsert, ContactState, Timestamp};
use contact_store::{ContactWrite, WriteOperation};
use contact_testing::{Backend, on_both_databases};

use crate::lists::{Crowd, expected};
use crate::world::{ALL, World};

on_both_databases!(a_word_of_very_many_is_found_in_every_order);

/// So many have the word that a list looks for them in its own order first, and so many do not.
const WITH: i64 = 4_200;
const WITHOUT: i64 = 4_300;

fn contact(n: i64) -> ContactInsert {
    let time = |seconds| Some(Timestamp::from_micros((1_700_000_000 + seconds) * 1_000_000).unwrap());
    let with_word = n < WITH;
    ContactInsert {
        state: ContactState {
            name: Some(format!("{} {:04}", if with_word { "Common" } else { "Zebra" }, n * 7 % 5_000)),
            ..ContactState::default()
        },
        created_at: time(n),
        // In this order those with the word and those without are mixed.
        updated_at: time(n * 4_999 % 10_000),
        last_activity: if n % 3 == 0 { time(-n) } else { None },
        ..ContactInsert::default()
    }
}

async fn a_word_of_very_many_is_found_in_every_order(backend: Backend) {
    let world = World::new(backend).await;
    let company = world.company().await;
    let numbers: Vec<i64> = (0..WITH + WITHOUT).collect();
    for some in numbers.chunks(1_000) {
        let insert = |n: &i64| WriteOperation::Insert(Box::new(contact(*n)));
        world.write(some.iter().map(|n| ContactWrite::new(company, insert(n), ALL)).collect()).await;
    }
    let crowd = Crowd { world, company };
    let query = ContactQuery { include: ALL, page_size: 200, ..ContactQuery::default() };
    let all = crowd.walk(&query).await;
    for key in SortKey::NOT_DELETED {
        for descending in [false, true] {
            let sort = Sort { key, descending };
            // With fewer on a page it looks sooner at the list's own order, and less far.
            for page_size in [200, 40] {
                let search = Search::parse("common").unwrap();
                let query = ContactQuery { search, sort, page_size, ..query.clone() };
                let found: Vec<ContactId> =
                    crowd.walk(&query).await.iter().map(|contact| contact.id).collect();
                assert_eq!(i64::try_from(found.len()), Ok(WITH));
                assert_eq!(found, expected(&all, &query), "{query:?}");
            }
        }
    }
}
