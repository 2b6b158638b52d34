//! A reference for lists that filters and sorts in memory, and random queries.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use contact_model::list::{ContactQuery, Filters, Sort, SortKey};
use contact_model::search::Search;
use contact_model::{
    Contact, ContactId, CustomFieldType, LeadSource, Timestamp, email, phone, search, value_key,
};
use proptest::prelude::*;

use crate::fixture::ALL;

/// Returns the contacts of a list in order.
pub(crate) fn expected(all: &[Contact], query: &ContactQuery) -> Vec<ContactId> {
    let mut matching: Vec<&Contact> = all.iter().filter(|contact| matches(contact, query)).collect();
    let Sort { key, descending } = query.sort;
    let directed = |ordering: Ordering| if descending { ordering.reverse() } else { ordering };
    matching.sort_by(|one, other| {
        let ids = directed(one.id.cmp(&other.id));
        let by_option = |one: Option<String>, other: Option<String>| match (one, other) {
            (None, None) => ids,
            (None, Some(_)) => Ordering::Greater,
            (Some(_), None) => Ordering::Less,
            (Some(one), Some(other)) => directed(one.cmp(&other)).then(ids),
        };
        match key {
            SortKey::CreatedAt => directed(one.created_at.cmp(&other.created_at)).then(ids),
            SortKey::UpdatedAt => directed(updated(one).cmp(&updated(other))).then(ids),
            SortKey::LastActivity => by_option(
                one.last_activity.map(|at| at.to_string()),
                other.last_activity.map(|at| at.to_string()),
            ),
            SortKey::DeletedAt => unreachable!("no query lists deleted contacts"),
            SortKey::Name => {
                let key = |contact: &Contact| contact.name.as_deref().and_then(search::name_key);
                by_option(key(one), key(other))
            }
        }
    });
    matching.into_iter().map(|contact| contact.id).collect()
}

pub(crate) fn updated(contact: &Contact) -> Timestamp {
    *contact.updated_at.value().expect("updated_at is included")
}

fn matches(contact: &Contact, query: &ContactQuery) -> bool {
    let Filters {
        email: by_email,
        phone: by_phone,
        tags,
        lead_source,
        is_dnd,
        has_phone,
        created_after,
        created_before,
        updated_after,
        updated_before,
        custom_fields,
    } = &query.filters;
    let country = "US".parse().unwrap();
    let phone_key = |text: &String| phone::key(text, country);
    let words = search::words(
        contact.name.as_deref(),
        contact.email.as_deref(),
        contact.business_name.as_deref(),
        contact.phone.as_deref(),
    );
    let values = contact.custom_fields.value().expect("custom fields are included");
    let created = contact.created_at.unwrap();
    // A text without a key matches no contact, not even one with the same text.
    let has_key = |wanted: Option<String>, own: Option<String>| wanted.is_some() && wanted == own;
    by_email
        .as_ref()
        .is_none_or(|sent| has_key(email::key(sent), contact.email.as_deref().and_then(email::key)))
        && by_phone
            .as_ref()
            .is_none_or(|sent| has_key(phone_key(sent), contact.phone.as_ref().and_then(phone_key)))
        && tags.iter().all(|tag| contact.tags.contains(tag))
        && lead_source.is_none_or(|source| contact.lead_source == source)
        && is_dnd.is_none_or(|is_dnd| contact.is_dnd == is_dnd)
        && has_phone.is_none_or(|has| contact.phone.as_ref().is_some_and(|phone| !phone.is_empty()) == has)
        && created_after.is_none_or(|from| created >= from)
        && created_before.is_none_or(|before| created < before)
        && updated_after.is_none_or(|from| updated(contact) >= from)
        && updated_before.is_none_or(|before| updated(contact) < before)
        && custom_fields.iter().all(|(name, sent)| {
            let keys = value_key::for_filter(sent, CustomFieldType::Any);
            values.get(name).is_some_and(|value| keys.contains(&value_key::for_stored(value)))
        })
        && query.search.matches(&words)
}

/// Random queries, each with few filters.
pub(crate) fn queries(times: Vec<Timestamp>) -> impl Strategy<Value = ContactQuery> {
    fn rarely<S: Strategy>(strategy: S) -> impl Strategy<Value = Option<S::Value>> {
        proptest::option::weighted(0.2, strategy)
    }
    let time = move || rarely(proptest::sample::select(times.clone()));
    let keys = (
        rarely(prop_oneof![
            9 => (0..90_u32).prop_map(|n| format!("Jane.{n}@example{}.com", n % 2)),
            1 => Just("none".to_owned()),
        ]),
        rarely(prop_oneof![
            9 => (0..90_u32).prop_map(|n| format!("415-555-{:04}", 2600 + n)),
            1 => Just("N/A".to_owned()),
        ]),
        proptest::collection::btree_set(proptest::sample::select(vec!["t0", "t1", "u2", "moved", "?"]), 0..2),
        rarely(proptest::sample::select(vec!["gold", "1", "3.0", "none"])),
    );
    let facets = (
        rarely(proptest::sample::select(LeadSource::ALL.to_vec())),
        rarely(any::<bool>()),
        rarely(any::<bool>()),
    );
    let times = (time(), time(), time(), time());
    let words = vec![
        "doe",
        "Jane d",
        "zoe",
        "+1415555",
        "example1",
        "(415) 555-26",
        "renamed p",
        "łuk",
        "obrien",
        "pat o'b",
        "太郎",
        "민준",
        "thor",
        "0007",
        "doe 2606",
        "555-2648",
        "2650",
    ];
    let search = rarely(proptest::sample::select(words));
    let sort = (proptest::sample::select(SortKey::NOT_DELETED.to_vec()), any::<bool>());
    (keys, facets, times, search, sort, 1..20_u16).prop_map(
        |(keys, facets, times, text, (key, descending), page_size)| ContactQuery {
            filters: Filters {
                email: keys.0,
                phone: keys.1,
                tags: keys.2.into_iter().map(str::to_owned).collect(),
                custom_fields: BTreeMap::from_iter(keys.3.map(|value| ("Plan".to_owned(), value.to_owned()))),
                lead_source: facets.0,
                is_dnd: facets.1,
                has_phone: facets.2,
                created_after: times.0,
                created_before: times.1,
                updated_after: times.2,
                updated_before: times.3,
            },
            search: text.map(|text| Search::parse(text).unwrap()).unwrap_or_default(),
            deleted: false,
            sort: Sort { key, descending },
            page_size,
            cursor: None,
            count: true,
            include: ALL,
        },
    )
}
