//! The company data that a set of writes needs.

use std::collections::{BTreeSet, HashMap};

use contact_model::{AgentId, CompanyId, Country, CustomField, CustomFieldId};

/// The company data that is loaded before the writes of a set are applied.
#[derive(Debug, Default)]
pub(crate) struct CompanyData {
    /// The countries of the companies whose phone numbers are parsed.
    pub(crate) countries: HashMap<CompanyId, Country>,
    /// Those of these companies that have merged contacts, or may get some by the set.
    pub(crate) with_merged_contacts: BTreeSet<CompanyId>,
    /// The custom fields of the companies whose values are written or returned.
    pub(crate) custom_fields: HashMap<CompanyId, Vec<CustomField>>,
    /// The version of each of these custom fields.
    pub(crate) field_versions: HashMap<(CompanyId, CustomFieldId), i64>,
    /// The names of the existing agents that writes refer to.
    pub(crate) agents: HashMap<(CompanyId, AgentId), String>,
}
