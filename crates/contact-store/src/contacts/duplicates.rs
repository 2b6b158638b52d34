//! Finds contacts that may be duplicates, by the indexes of their matching keys and of their names.

use std::collections::BTreeMap;

use contact_model::list::{
    DuplicateCursor, DuplicateGroup, DuplicateQuery, DuplicateReason, LISTED_DUPLICATES,
};
use contact_model::{CompanyId, ContactId, Include, limits, search};

use super::columns::contact_columns;
use super::record::ContactRecord;
use crate::Result;
use crate::company::operation::operation;
use crate::connection::{Connection, Value};

/// Finds groups of contacts that may be duplicates.
#[derive(Debug, Clone)]
pub struct FindDuplicates {
    /// The company.
    pub company_id: CompanyId,
    /// The reasons, and the page.
    pub query: DuplicateQuery,
}

/// A page of groups of duplicates.
#[derive(Debug, Clone)]
pub struct DuplicatesPage {
    /// The groups.
    pub groups: Vec<DuplicateGroup>,
    /// The position after which the next page begins. `None` if this is the last page.
    pub next: Option<DuplicateCursor>,
}

/// The number of entries of an index that are read at once. A page ends after as many.
const SCANNED: usize = 10_000;
/// The number of contacts after which a page ends.
const CONTACTS: usize = 500;

/// A deleted contact has no matching keys. A merged one keeps them.
const BY_PHONE: &str = "SELECT c.phone_key, c.id, NULL FROM contacts c
     WHERE c.company_id = $1 AND c.phone_key > $2 AND c.merged_into IS NULL
     ORDER BY c.phone_key, c.created_at, c.id LIMIT $3";
const BY_EMAIL: &str = "SELECT c.email_key, c.id, NULL FROM contacts c
     WHERE c.company_id = $1 AND c.email_key > $2 AND c.merged_into IS NULL
     ORDER BY c.email_key, c.created_at, c.id LIMIT $3";
const BY_NAME: &str = "SELECT c.name_key, c.id, c.business_name FROM contacts c
     WHERE c.company_id = $1 AND c.name_key > $2 AND c.deleted_at IS NULL
     ORDER BY c.name_key, c.id LIMIT $3";

/// The statements that find duplicates, each with its number of parameters.
#[cfg(test)]
pub(crate) const DUPLICATE_STATEMENTS: &[(&str, usize)] = &[(BY_PHONE, 3), (BY_EMAIL, 3), (BY_NAME, 3)];

operation!(FindDuplicates => DuplicatesPage, reads, |self, connection, _clock| {
    let Self { company_id, query } = self;
    let mut page = DuplicatesPage { groups: Vec::new(), next: None };
    let (mut scanned, mut contacts, mut bytes) = (0, 0, 0);
    let start = query.cursor.as_ref();
    for reason in DuplicateReason::ALL.into_iter().filter(|reason| query.has(*reason)) {
        if start.is_some_and(|start| reason < start.reason) {
            continue;
        }
        let mut after = start.filter(|start| start.reason == reason).map(|start| start.key.clone());
        loop {
            let cursor = |key: Option<String>| Some(DuplicateCursor { reason, key: key.unwrap_or_default() });
            if scanned >= SCANNED {
                page.next = cursor(after);
                return Ok(page);
            }
            let part = scan(connection, *company_id, reason, after.as_deref()).await?;
            scanned += part.scanned;
            for (key, groups) in part.groups {
                for ids in groups {
                    let listed = load(connection, *company_id, &ids).await?;
                    // Contacts may have been changed since they were scanned.
                    if listed.len() < 2 {
                        continue;
                    }
                    contacts += listed.len();
                    bytes += listed.iter().map(ContactRecord::bytes).sum::<usize>();
                    let listed = listed.into_iter().map(|record| record.into_contact(Include::default(), BTreeMap::new()));
                    page.groups.push(DuplicateGroup {
                        reason,
                        count: ids.len().try_into().unwrap_or(u64::MAX),
                        contacts: listed.collect(),
                    });
                }
                after = Some(key);
                let is_full = page.groups.len() >= usize::from(query.page_size);
                if is_full || contacts >= CONTACTS || bytes >= limits::LIST_RESPONSE {
                    page.next = cursor(after);
                    return Ok(page);
                }
            }
            match part.last {
                Some(last) => after = Some(last),
                None => break,
            }
        }
    }
    Ok(page)
});

/// A part of an index.
struct Part {
    /// The number of entries that were read.
    scanned: usize,
    /// The keys that several contacts have, in their order, each with its groups of contacts.
    groups: Vec<(String, Vec<Vec<ContactId>>)>,
    /// The last key of the part. `None` if there are no further entries.
    last: Option<String>,
}

/// Reads the next entries of an index after a key.
async fn scan<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    reason: DuplicateReason,
    after: Option<&str>,
) -> Result<Part> {
    let statement = match reason {
        DuplicateReason::Phone => BY_PHONE,
        DuplicateReason::Email => BY_EMAIL,
        DuplicateReason::Name => BY_NAME,
    };
    let limit = Value::Integer(i64::try_from(SCANNED).unwrap_or(i64::MAX));
    let values = [Value::uuid(company), Value::text(after.unwrap_or_default()), limit];
    let entries = connection
        .query(statement, &values, |row| {
            Ok(Entry { key: row.text(0)?, id: ContactId(row.uuid(1)?), business_name: row.optional_text(2)? })
        })
        .await?;
    let (scanned, is_last) = (entries.len(), entries.len() < SCANNED);
    let mut by_key: Vec<Vec<Entry>> = Vec::new();
    for entry in entries {
        match by_key.last_mut().filter(|same| same[0].key == entry.key) {
            Some(same) => same.push(entry),
            None => by_key.push(vec![entry]),
        }
    }
    // The last key may continue after the part, so the next part begins with it, unless it fills the whole part.
    if !is_last && by_key.len() > 1 {
        by_key.pop();
    }
    let last = by_key.last().map(|same| same[0].key.clone()).filter(|_| !is_last);
    let groups = by_key.into_iter().filter_map(|same| {
        let key = same[0].key.clone();
        let groups = groups_of(reason, same);
        (!groups.is_empty()).then_some((key, groups))
    });
    Ok(Part { scanned, groups: groups.collect(), last })
}

/// An entry of an index.
struct Entry {
    key: String,
    id: ContactId,
    business_name: Option<String>,
}

/// Returns the groups of contacts with one key. Those with the same name are divided by their business names, and a
/// contact without a business name is in no group.
fn groups_of(reason: DuplicateReason, same: Vec<Entry>) -> Vec<Vec<ContactId>> {
    let mut groups: BTreeMap<Option<String>, Vec<ContactId>> = BTreeMap::new();
    for Entry { id, business_name, .. } in same {
        let business = business_name.as_deref().and_then(search::name_key);
        if reason != DuplicateReason::Name || business.is_some() {
            groups.entry(business).or_default().push(id);
        }
    }
    groups.into_values().filter(|group| group.len() > 1).collect()
}

/// Loads the first contacts of a group, the oldest first.
async fn load<C: Connection>(
    connection: &mut C,
    company: CompanyId,
    ids: &[ContactId],
) -> Result<Vec<ContactRecord>> {
    let ids: Vec<Value<'_>> = ids.iter().take(LISTED_DUPLICATES).map(|id| Value::uuid(*id)).collect();
    let parameters: Vec<String> = (2..ids.len() + 2).map(|number| format!("${number}")).collect();
    let (columns, parameters) = (contact_columns!(), parameters.join(", "));
    let statement = format!(
        "SELECT {columns} FROM contacts c WHERE c.company_id = $1 AND c.id IN ({parameters}) AND c.deleted_at IS NULL"
    );
    let values: Vec<Value<'_>> = [Value::uuid(company)].into_iter().chain(ids).collect();
    let mut records = connection.query_built(&statement, &values, ContactRecord::read).await?;
    records.sort_by_key(ContactRecord::age);
    Ok(records)
}
