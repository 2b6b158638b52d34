//! Reads a page of a list.

use std::collections::BTreeMap;

use contact_model::list::{ContactQuery, Cursor, ListCount, SortKey, SortValue};
use contact_model::{
    Contact, ContactId, CustomField, Included, JsonText, Violation, ViolationCode, Violations, email, json,
    limits, phone, value_key,
};

use super::condition::{Condition, Facets, Period};
use super::driver::most_selective;
use super::listing::{ContactListing, ContactPage};
use super::scan::Scan;
use super::seek::seek;
use crate::Result;
use crate::company::{companies, custom_field};
use crate::connection::Value;
use crate::contacts::record::ContactRecord;
use crate::contacts::transaction::LoadValues;

/// Contacts whose custom-field values are read at once: a page of the usual size. Their values are 25 MB at most.
const VALUES_AT_ONCE: usize = 50;

/// The size of a contact in bytes up to which an upper bound is precise enough: a page has room for any number of
/// such contacts.
const SMALL: usize = limits::LIST_RESPONSE / limits::PAGE_SIZE as usize;

/// Reads a page.
///
/// # Errors
/// Returns an error if a parameter names a custom field that the company does not have, or a value that no contact
/// can have for a field of its type.
pub(crate) async fn list<C: LoadValues>(connection: &mut C, listing: &ContactListing) -> Result<ContactPage> {
    let query = &listing.query;
    let company = Value::uuid(listing.company_id);
    let needs_fields = query.include.custom_fields || !query.filters.custom_fields.is_empty();
    let fields =
        if needs_fields { custom_field::list(connection, listing.company_id).await? } else { Vec::new() };
    let Some(conditions) = conditions(connection, listing, &fields).await? else {
        let count = query.count.then_some(ListCount { contacts: 0, is_exact: true });
        return Ok(ContactPage { contacts: Vec::new(), next: None, previous: None, count });
    };
    let scan =
        Scan { company, deleted: query.deleted, sort: query.sort, conditions: &conditions, driver: None };
    let mut count = None;
    if query.count {
        let driver = most_selective(connection, company, &conditions).await?;
        count = Some(Scan { driver, ..scan }.count(connection).await?);
    }
    let page_size = usize::from(query.page_size);
    let mut records = seek(scan, connection, query.cursor.as_ref(), page_size + 1).await?;
    let found = records.len();
    records.truncate(page_size);
    let mut page_contacts = fit_page(connection, listing, records, &fields).await?;
    let has_more = found > page_contacts.len();
    let backward = query.cursor.as_ref().is_some_and(|cursor| cursor.backward);
    if backward {
        page_contacts.reverse();
    }
    let cursor_at = |contact: Option<&PageContact>, backward| {
        contact.map(|PageContact { record, .. }| Cursor {
            value: sort_value(record, query.sort.key),
            id: record.id,
            backward,
        })
    };
    let (has_next, has_previous) =
        if backward { (true, has_more) } else { (has_more, query.cursor.is_some()) };
    let next = cursor_at(page_contacts.last().filter(|_| has_next), false);
    let previous = cursor_at(page_contacts.first().filter(|_| has_previous), true);
    let contacts = page_contacts.into_iter().map(|PageContact { record, values }| {
        let deleted_at = record.deleted_at.filter(|_| query.deleted);
        let contact = record.into_contact(query.include, values);
        Contact { deleted_at: deleted_at.map_or(Included::Absent, Included::Present), ..contact }
    });
    Ok(ContactPage { contacts: contacts.collect(), next, previous, count })
}

/// A contact on a page.
struct PageContact {
    record: ContactRecord,
    /// The custom-field values by the names of their fields.
    values: BTreeMap<String, JsonText>,
}

/// Returns the first of these contacts: as many as a page has room for, and at least one.
async fn fit_page<C: LoadValues>(
    connection: &mut C,
    listing: &ContactListing,
    records: Vec<ContactRecord>,
    fields: &[CustomField],
) -> Result<Vec<PageContact>> {
    let mut page_contacts = Vec::with_capacity(records.len());
    let mut bytes_left = limits::LIST_RESPONSE;
    let mut rest = records.into_iter();
    while rest.len() > 0 {
        let records: Vec<ContactRecord> = rest.by_ref().take(VALUES_AT_ONCE).collect();
        let mut values = contact_values(connection, listing, &records, fields).await?;
        for record in records {
            let values = values.remove(&record.id).unwrap_or_default();
            // An upper bound does not examine every character, and is enough for a small contact.
            let at_most = record.json_bytes(&values, json::longest_of);
            let bytes = if at_most <= SMALL { at_most } else { record.json_bytes(&values, json::length_of) };
            if bytes > bytes_left && !page_contacts.is_empty() {
                return Ok(page_contacts);
            }
            bytes_left = bytes_left.saturating_sub(bytes);
            page_contacts.push(PageContact { record, values });
        }
    }
    Ok(page_contacts)
}

fn sort_value(record: &ContactRecord, key: SortKey) -> SortValue {
    match key {
        SortKey::CreatedAt => SortValue::Time(Some(record.created_at)),
        SortKey::UpdatedAt => SortValue::Time(Some(record.updated_at)),
        SortKey::LastActivity => SortValue::Time(record.last_activity),
        SortKey::Name => SortValue::Text(record.name_key()),
        SortKey::DeletedAt => SortValue::Time(record.deleted_at),
    }
}

/// Returns the conditions of the list. `None` if it filters by a phone or an email that has no matching key. No
/// contact can match it then, because contacts are compared by their keys.
async fn conditions<C: LoadValues>(
    connection: &mut C,
    listing: &ContactListing,
    fields: &[CustomField],
) -> Result<Option<Vec<Condition>>> {
    let ContactQuery { filters, search, .. } = &listing.query;
    let (mut custom_fields, mut violations) = (Vec::new(), Violations::new());
    for (name, sent) in &filters.custom_fields {
        match custom_field_condition(name, sent, fields) {
            Ok(condition) => custom_fields.push(condition),
            Err(violation) => violations.push(violation),
        }
    }
    violations.into_result(())?;
    let mut conditions = Vec::new();
    if let Some(sent) = &filters.email {
        let Some(key) = email::key(sent) else { return Ok(None) };
        conditions.push(Condition::Email(key));
    }
    if let Some(sent) = &filters.phone {
        let country = companies::get(connection, listing.company_id).await?.country;
        let Some(key) = phone::key(sent, country) else { return Ok(None) };
        conditions.push(Condition::Phone(key));
    }
    conditions.extend(custom_fields);
    conditions.extend(filters.tags.iter().cloned().map(Condition::Tag));
    conditions.extend(search.terms().iter().cloned().map(Condition::Word));
    let updated = Period { from: filters.updated_after, before: filters.updated_before };
    conditions.extend(unless_default(updated).map(Condition::Updated));
    let created = Period { from: filters.created_after, before: filters.created_before };
    conditions.extend(unless_default(created).map(Condition::Created));
    let facets =
        Facets { lead_source: filters.lead_source, is_dnd: filters.is_dnd, has_phone: filters.has_phone };
    conditions.extend(unless_default(facets).map(Condition::Facets));
    Ok(Some(conditions))
}

/// Returns the filter, or `None` if it restricts nothing.
fn unless_default<T: Default + PartialEq>(filter: T) -> Option<T> {
    Some(filter).filter(|filter| *filter != T::default())
}

fn custom_field_condition(name: &str, sent: &str, fields: &[CustomField]) -> Result<Condition, Violation> {
    let parameter = format!("custom_fields[{name}]");
    let Some(field) = contact_model::custom_field::named(fields, name) else {
        let detail = format!("The company has no custom field named `{name}`.");
        return Err(Violation::new(parameter, ViolationCode::NotFound, detail));
    };
    match <[String; 1]>::try_from(value_key::for_filter(sent, field.kind)) {
        Ok([key]) => Ok(Condition::CustomField(field.id, key)),
        Err(keys) if keys.is_empty() => {
            let detail = format!("`{name}` takes a {}.", field.kind);
            Err(Violation::new(parameter, ViolationCode::InvalidValue, detail))
        }
        Err(keys) => Ok(Condition::CustomFieldIn(field.id, keys)),
    }
}

/// Returns the custom-field values of each contact on the page, by the names of their fields.
async fn contact_values<C: LoadValues>(
    connection: &mut C,
    listing: &ContactListing,
    records: &[ContactRecord],
    fields: &[CustomField],
) -> Result<BTreeMap<ContactId, BTreeMap<String, JsonText>>> {
    let mut named: BTreeMap<ContactId, BTreeMap<String, JsonText>> = BTreeMap::new();
    if !listing.query.include.custom_fields {
        return Ok(named);
    }
    let contacts = records.iter().map(ContactRecord::contact_ref).collect();
    for value in connection.load_values(&contacts).await? {
        if let Some(field) = fields.iter().find(|field| field.id == value.field_id) {
            named.entry(value.contact.1).or_default().insert(field.name.clone(), value.value);
        }
    }
    Ok(named)
}
