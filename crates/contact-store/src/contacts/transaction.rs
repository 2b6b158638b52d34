//! A set of writes in one transaction: what it needs of a database, and the order it asks in.

use std::collections::{BTreeSet, HashMap};
use std::future::Future;

use contact_model::clock::Clock;
use contact_model::{AgentId, CompanyId, ContactId, Country, CustomField, CustomFieldId, JsonText};

use super::record::ContactRecord;
use super::working_set::WorkingSet;
use super::write::{ContactWrite, WriteOperation, Written};
use crate::StoreError;
use crate::connection::Connection;
use crate::directory::{agent, custom_field};
use crate::set::Work;

/// What a contact is found by when it is created again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct MatchingKey {
    pub(crate) company_id: CompanyId,
    pub(crate) kind: KeyKind,
    pub(crate) key: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum KeyKind {
    Phone,
    Email,
}

/// A contact of a company.
pub(crate) type ContactKey = (CompanyId, ContactId);

/// A custom field's value of a contact.
#[derive(Debug, Clone)]
pub(crate) struct CustomFieldValue {
    pub(crate) contact: ContactKey,
    pub(crate) field_id: CustomFieldId,
    pub(crate) value: JsonText,
}

/// A thread to be stored.
#[derive(Debug, Clone)]
pub(crate) struct ThreadRow {
    pub(crate) contact: ContactKey,
    pub(crate) thread: contact_model::AgentThread,
}

/// What a set changed, to be written.
#[derive(Debug, Default)]
pub(crate) struct Changes {
    pub(crate) inserted: Vec<ContactRecord>,
    pub(crate) updated: Vec<ContactRecord>,
    pub(crate) values_put: Vec<CustomFieldValue>,
    pub(crate) values_removed: Vec<(ContactKey, CustomFieldId)>,
    pub(crate) threads: Vec<ThreadRow>,
}

/// What a write transaction on contacts needs of a database. Each takes a set; an empty one costs
/// nothing.
pub(crate) trait ContactTransaction: Connection {
    /// The countries of companies, which stay as they are until the transaction ends.
    fn countries(
        &mut self,
        companies: &BTreeSet<CompanyId>,
    ) -> impl Future<Output = Result<HashMap<CompanyId, Country>, StoreError>> + Send;

    /// Keeps every other transaction that creates contacts by one of these keys waiting until this
    /// one ends.
    fn lock_keys(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
    ) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// The oldest contact of each key that has one.
    fn find_matches(
        &mut self,
        keys: &BTreeSet<MatchingKey>,
    ) -> impl Future<Output = Result<HashMap<MatchingKey, ContactId>, StoreError>> + Send;

    /// The contacts that exist of these, which no one else changes until the transaction ends.
    fn load_contacts(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> impl Future<Output = Result<Vec<ContactRecord>, StoreError>> + Send;

    /// The custom fields' values of these contacts.
    fn load_values(
        &mut self,
        contacts: &BTreeSet<ContactKey>,
    ) -> impl Future<Output = Result<Vec<CustomFieldValue>, StoreError>> + Send;

    /// Writes what a set changed.
    fn write(&mut self, changes: &Changes) -> impl Future<Output = Result<(), StoreError>> + Send;
}

/// What a set knows of companies before its writes are applied.
#[derive(Debug, Default)]
pub(crate) struct CompanyFacts {
    /// The countries of those whose phone numbers are read.
    pub(crate) countries: HashMap<CompanyId, Country>,
    /// The custom fields of those whose values are written or answered.
    pub(crate) custom_fields: HashMap<CompanyId, Vec<CustomField>>,
    /// The names of agents that are referred to and exist.
    pub(crate) agents: HashMap<(CompanyId, AgentId), String>,
}

/// A set of writes.
pub(crate) struct WriteSet(pub(crate) Vec<ContactWrite>);

impl Work for WriteSet {
    type Answer = Vec<Result<Written, StoreError>>;

    /// Applies the writes in their order, each seeing what the ones before it did.
    async fn run<C: ContactTransaction>(
        &self,
        connection: &mut C,
        clock: &dyn Clock,
    ) -> Result<Self::Answer, StoreError> {
        let facts = gather_facts(connection, &self.0).await?;
        let all_keys: BTreeSet<MatchingKey> = keys_of(&self.0, &facts).collect();
        if !all_keys.is_empty() {
            connection.lock_keys(&all_keys).await?;
        }
        let mut answers = Vec::with_capacity(self.0.len());
        while answers.len() < self.0.len() {
            let rest = &self.0[answers.len()..];
            let mut working = load(connection, rest, &facts).await?;
            for write in rest {
                if !working.knows_targets_of(write, &facts) {
                    break;
                }
                answers.push(working.apply(write, &facts, clock));
            }
            connection.write(&working.into_changes()).await?;
        }
        Ok(answers)
    }
}

async fn gather_facts<C: ContactTransaction>(
    connection: &mut C,
    writes: &[ContactWrite],
) -> Result<CompanyFacts, StoreError> {
    let mut facts = CompanyFacts::default();
    let with_phones: BTreeSet<CompanyId> =
        writes.iter().filter(|write| write.reads_phone()).map(|write| write.company_id).collect();
    if !with_phones.is_empty() {
        facts.countries = connection.countries(&with_phones).await?;
    }
    let with_fields: BTreeSet<CompanyId> =
        writes.iter().filter(|write| write.needs_custom_fields()).map(|write| write.company_id).collect();
    for company in with_fields {
        facts.custom_fields.insert(company, custom_field::list(connection, company).await?);
    }
    for write in writes {
        let Some(agent) = write.agent() else { continue };
        if let Some(name) = agent::find_name(connection, write.company_id, agent).await? {
            facts.agents.insert((write.company_id, agent), name);
        }
    }
    Ok(facts)
}

async fn load<C: ContactTransaction>(
    connection: &mut C,
    writes: &[ContactWrite],
    facts: &CompanyFacts,
) -> Result<WorkingSet, StoreError> {
    let keys: BTreeSet<MatchingKey> = keys_of(writes, facts).collect();
    let matches = if keys.is_empty() { HashMap::new() } else { connection.find_matches(&keys).await? };

    let mut wanted: BTreeSet<ContactKey> =
        matches.iter().map(|(key, contact)| (key.company_id, *contact)).collect();
    wanted.extend(writes.iter().filter_map(|write| Some((write.company_id, write.contact()?))));
    // Any of these may become the target of a write that a key leads to while the set is applied.
    let with_values: BTreeSet<ContactKey> =
        wanted.iter().filter(|(company, _)| facts.custom_fields.contains_key(company)).copied().collect();
    let contacts = if wanted.is_empty() { Vec::new() } else { connection.load_contacts(&wanted).await? };
    let values =
        if with_values.is_empty() { Vec::new() } else { connection.load_values(&with_values).await? };
    WorkingSet::new(contacts, values, keys, matches)
}

fn keys_of<'a>(
    writes: &'a [ContactWrite],
    facts: &'a CompanyFacts,
) -> impl Iterator<Item = MatchingKey> + 'a {
    writes.iter().flat_map(|write| write.matching_keys(facts))
}

impl ContactWrite {
    /// The contact it names, unless it is to find one itself.
    pub(super) fn contact(&self) -> Option<ContactId> {
        match &self.operation {
            WriteOperation::Upsert(_) => None,
            WriteOperation::Update(id, _)
            | WriteOperation::SetActiveAgent(id, _)
            | WriteOperation::RecordThread(id, _) => Some(*id),
        }
    }

    /// What it looks for an existing contact by.
    pub(super) fn matching_keys(&self, facts: &CompanyFacts) -> impl Iterator<Item = MatchingKey> + use<> {
        let company_id = self.company_id;
        let keys = match (&self.operation, facts.countries.get(&company_id)) {
            (WriteOperation::Upsert(create), Some(country)) => create.matching_keys(*country),
            _ => contact_model::matching::MatchingKeys::default(),
        };
        let phone = keys.phone.map(|key| MatchingKey { company_id, kind: KeyKind::Phone, key });
        let email = keys.email.map(|key| MatchingKey { company_id, kind: KeyKind::Email, key });
        phone.into_iter().chain(email)
    }

    fn reads_phone(&self) -> bool {
        match &self.operation {
            WriteOperation::Upsert(_) => true,
            WriteOperation::Update(_, update) => update.phone_number.value().is_some(),
            WriteOperation::SetActiveAgent(..) | WriteOperation::RecordThread(..) => false,
        }
    }

    fn needs_custom_fields(&self) -> bool {
        let writes = match &self.operation {
            WriteOperation::Upsert(create) => create.custom_fields.is_some(),
            WriteOperation::Update(_, update) => update.custom_fields.is_some(),
            WriteOperation::SetActiveAgent(..) | WriteOperation::RecordThread(..) => false,
        };
        writes || self.include.custom_fields
    }

    fn agent(&self) -> Option<AgentId> {
        match &self.operation {
            WriteOperation::SetActiveAgent(_, agent) => *agent,
            WriteOperation::RecordThread(_, thread) => Some(thread.agent_id),
            WriteOperation::Upsert(_) | WriteOperation::Update(..) => None,
        }
    }
}
