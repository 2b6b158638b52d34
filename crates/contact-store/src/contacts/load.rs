//! Loads what the writes of a set need before they are applied.

use std::collections::{BTreeMap, BTreeSet};

use contact_model::{CompanyId, ContactId};

use super::company_data::CompanyData;
use super::merged_contacts::find_merged;
use super::prepared_write::{Needs, PreparedWrite};
use super::transaction::{ContactRef, ContactTransaction, KeyLookups, LoadedContacts};
use super::working_set::WorkingSet;
use super::write::ContactWrite;
use crate::Result;
use crate::company::survivor::find_survivor;
use crate::company::{agent, custom_field};

/// Loads the data of companies that the writes need.
pub(super) async fn load_company_data<C: ContactTransaction>(
    connection: &mut C,
    writes: &[ContactWrite],
) -> Result<CompanyData> {
    let mut data = CompanyData::default();
    let companies = |need: fn(Needs) -> bool| -> BTreeSet<CompanyId> {
        writes.iter().filter(|write| need(write.needs())).map(|write| write.company_id).collect()
    };
    let with_settings = companies(|needs| needs.country);
    if !with_settings.is_empty() {
        for (company, settings) in connection.company_settings(&with_settings).await? {
            data.countries.insert(company, settings.country);
            if settings.has_merged_contacts {
                data.with_merged_contacts.insert(company);
            }
        }
    }
    let merging = writes.iter().filter(|write| write.may_merge()).map(|write| write.company_id);
    data.with_merged_contacts.extend(merging);
    for company in companies(|needs| needs.custom_fields) {
        let fields = custom_field::list_with_versions(connection, company).await?;
        data.field_versions.extend(fields.iter().map(|(field, version)| ((company, field.id), *version)));
        data.custom_fields.insert(company, fields.into_iter().map(|(field, _)| field).collect());
    }
    for write in writes {
        let Some(agent) = write.needs().agent else { continue };
        if let Some(name) = agent::find_name(connection, write.company_id, agent).await? {
            data.agents.insert((write.company_id, agent), name);
        }
    }
    Ok(data)
}

/// Loads the contacts that the writes touch.
pub(super) async fn load<C: ContactTransaction>(
    connection: &mut C,
    writes: &[PreparedWrite<'_>],
    data: &CompanyData,
) -> Result<WorkingSet> {
    let keys = key_lookups(writes);
    let named = writes
        .iter()
        .flat_map(|prepared| prepared.named_contacts().map(|contact| (prepared.write.company_id, contact)));
    let named: BTreeSet<ContactRef> = named.collect();
    let mut loaded = match (keys.is_empty(), named.is_empty()) {
        (true, true) => LoadedContacts::default(),
        _ => connection.load_contacts(&keys, &named).await?,
    };
    load_merged_matches(connection, keys.clone(), data, &mut loaded).await?;
    load_merged(connection, writes, data, &mut loaded).await?;
    let known = loaded
        .merged
        .iter()
        .flat_map(|(key, merged)| merged.iter().map(|found| ((key.company_id, found.id), found.survivor)));
    let mut survivors_of: BTreeMap<ContactRef, ContactId> = known.collect();
    for contact in loaded.records.values().filter(|record| record.merged_into.is_some()) {
        let contact = contact.contact_ref();
        if survivors_of.contains_key(&contact) {
            continue;
        }
        let survivor = find_survivor(connection, contact).await?;
        survivors_of.extend(survivor.map(|survivor| (contact, survivor)));
    }
    // Any of these contacts may become the target of a write by one of its keys while the set is applied.
    let needs_values = |(company, _): &&ContactRef| data.custom_fields.contains_key(company);
    let with_values: BTreeSet<ContactRef> = loaded.records.keys().filter(needs_values).copied().collect();
    let values =
        if with_values.is_empty() { Vec::new() } else { connection.load_values(&with_values).await? };
    WorkingSet::new(loaded, values, keys, survivors_of)
}

/// Loads the merged contacts by which writes find other ones, and those other ones. A merged contact matters if no other
/// contact has the key, or if the write looks for a person, whom the merged contact may describe better.
async fn load_merged_matches<C: ContactTransaction>(
    connection: &mut C,
    mut keys: KeyLookups,
    data: &CompanyData,
    loaded: &mut LoadedContacts,
) -> Result<()> {
    keys.retain(|key, limit| {
        let is_needed = *limit > 1 || !loaded.matches.contains_key(key);
        is_needed && data.with_merged_contacts.contains(&key.company_id)
    });
    if keys.is_empty() {
        return Ok(());
    }
    loaded.merged = connection.find_merged(&keys).await?;
    let contacts = loaded.merged.iter().flat_map(|(key, merged)| {
        merged.iter().flat_map(|found| [found.id, found.survivor].map(|contact| (key.company_id, contact)))
    });
    load_more(connection, contacts.collect(), loaded).await
}

/// Loads the contacts that were merged into those that the writes erase or set back.
async fn load_merged<C: ContactTransaction>(
    connection: &mut C,
    writes: &[PreparedWrite<'_>],
    data: &CompanyData,
    loaded: &mut LoadedContacts,
) -> Result<()> {
    let mut merged = BTreeSet::new();
    for PreparedWrite { write, .. } in writes {
        let Some(contact) = write.contact_with_merged() else { continue };
        if data.with_merged_contacts.contains(&write.company_id) {
            merged.extend(find_merged(connection, (write.company_id, contact)).await?);
        }
    }
    load_more(connection, merged, loaded).await
}

/// Loads further contacts, unless they are loaded.
async fn load_more<C: ContactTransaction>(
    connection: &mut C,
    contacts: BTreeSet<ContactRef>,
    loaded: &mut LoadedContacts,
) -> Result<()> {
    let missing: BTreeSet<ContactRef> =
        contacts.into_iter().filter(|contact| !loaded.records.contains_key(contact)).collect();
    if !missing.is_empty() {
        let more = connection.load_contacts(&KeyLookups::new(), &missing).await?;
        loaded.records.extend(more.records);
    }
    Ok(())
}

/// Returns the keys by which the writes look for contacts.
pub(super) fn key_lookups(writes: &[PreparedWrite<'_>]) -> KeyLookups {
    let mut lookups = KeyLookups::new();
    for (key, limit) in writes.iter().flat_map(PreparedWrite::lookups) {
        let known = lookups.entry(key.clone()).or_default();
        *known = limit.max(*known);
    }
    lookups
}
