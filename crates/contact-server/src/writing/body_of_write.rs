//! A body that was read, or whose bad fields are to be named.

use contact_model::body::{BodyError, Read};
use contact_model::{CompanyId, CustomFieldPatch, Handling, Violations};
use contact_store::ContactStore;
use contact_store::directory::ListCustomFields;

use crate::AppState;
use crate::error::ApiError;

/// A body as it was read. What is bad of its fields is known, but for the values of custom fields, which their
/// company's definitions decide on.
pub(super) enum BodyOfWrite<B> {
    Good(Read<B>),
    Bad { violations: Violations, custom_fields: Option<CustomFieldPatch> },
}

impl<B> BodyOfWrite<B> {
    /// Of what came of reading it; `custom_fields` is what it says of these.
    ///
    /// # Errors
    /// It is no JSON object, or could not be read at all.
    pub(super) fn of(
        read: Result<Read<B>, ApiError>,
        custom_fields: impl FnOnce() -> Option<CustomFieldPatch>,
    ) -> Result<Self, ApiError> {
        match read {
            Ok(read) => Ok(Self::Good(read)),
            Err(ApiError::Body(BodyError::Fields(violations))) => {
                Ok(Self::Bad { violations, custom_fields: custom_fields() })
            }
            Err(error) => Err(error),
        }
    }

    /// What was read.
    ///
    /// # Errors
    /// All its bad fields.
    pub(super) fn good(self) -> Result<Read<B>, ApiError> {
        match self {
            Self::Good(read) => Ok(read),
            Self::Bad { violations, .. } => Err(violations.into()),
        }
    }

    /// What was read, for a contact of a company.
    ///
    /// # Errors
    /// All its bad fields, values of custom fields among them.
    pub(super) async fn good_for(
        self,
        company_id: CompanyId,
        handling: Handling,
        state: &AppState,
    ) -> Result<Read<B>, ApiError> {
        let Self::Bad { mut violations, custom_fields: Some(patch) } = self else { return self.good() };
        let definitions = state.store.run_one(ListCustomFields { company_id }).await?;
        if let Err(more) = patch.resolve(&definitions, handling) {
            violations.extend(more);
        }
        Err(violations.into())
    }
}
