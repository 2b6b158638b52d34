//! Operations on companies, API keys, custom fields and agents, and reads of tags and threads. Both databases share
//! each operation.

pub mod agent;
pub mod api_key;
pub mod companies;
pub mod custom_field;
pub mod expired_contacts;
pub mod expired_responses;
pub mod first_company;
pub mod key_use;
pub mod locked_contacts;
pub mod page;
pub mod server_secret;
pub mod tag;
pub mod tagged_contacts;
pub mod thread;
pub mod whoami;

pub use agent::{CreateAgent, DeleteAgent, ListAgents, UpdateAgent};
pub use api_key::{Authorization, CreateApiKey, FindApiKey, ListAllApiKeys, ListApiKeys, RevokeApiKey};
pub use companies::{CreateCompany, ListCompanies, UpdateCompany};
pub use custom_field::{CreateCustomField, DeleteCustomField, ListCustomFields, RenameCustomField};
pub use expired_contacts::ListExpiredContacts;
pub use expired_responses::RemoveExpiredResponses;
pub use first_company::{CreateFirstCompany, FirstCompany, StoreFirstKey};
pub use key_use::{KeyUse, RecordKeyUses};
pub use locked_contacts::LockMentionedContacts;
pub use page::Page;
pub use server_secret::GetOrCreateSecret;
pub use tag::ListTags;
pub use tagged_contacts::{CountTaggedContacts, ListTaggedContacts};
pub use thread::ListThreads;
pub use whoami::DescribeCaller;

pub use crate::set::Operation;

/// Implements [`Operation`] for a type. The operation either reads, or writes for a company or for none.
macro_rules! operation {
    ($name:ty => $answer:ty, reads, |$self:ident, $connection:ident, $clock:ident| $body:block) => {
        $crate::company::operation!(
            $name => $answer, true, None, |$self, $connection, $clock| $body
        );
    };
    ($name:ty => $answer:ty, writes_for: $company:expr, |$self:ident, $connection:ident, $clock:ident| $body:block) => {
        $crate::company::operation!(
            $name => $answer, false, $company, |$self, $connection, $clock| $body
        );
    };
    ($name:ty => $answer:ty, $reads:literal, $company:expr, |$self:ident, $connection:ident, $clock:ident| $body:block) => {
        impl $crate::set::sealed::SealedOperation for $name {
            type Output = $answer;
            const READS: bool = $reads;

            fn company(&$self) -> Option<contact_model::CompanyId> {
                $company
            }

            async fn run<C: $crate::connection::Connection>(
                &$self,
                $connection: &mut C,
                $clock: &dyn contact_model::clock::Clock,
            ) -> Result<$answer, $crate::StoreError> $body
        }

        impl $crate::set::Operation for $name {}
    };
}
pub(crate) use operation;
