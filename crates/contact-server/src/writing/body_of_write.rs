//! The parsed body of a write, or the errors in its fields.

use contact_model::body::{BodyError, ParsedBody};
use contact_model::{CompanyId, CustomFieldPatch, Handling, Violations};
use contact_store::company::ListCustomFields;

use crate::SharedState;
use crate::error::ApiError;

/// The result of parsing a body. The errors in its fields are known, except those in the values of custom fields,
/// which depend on the definitions of the company.
pub(super) enum BodyOfWrite<B> {
    Good(ParsedBody<B>),
    Bad { violations: Violations, custom_fields: Option<CustomFieldPatch> },
}

impl<B> BodyOfWrite<B> {
    /// Returns the result of parsing a body.
    ///
    /// # Errors
    /// The body is not a JSON object, or could not be read at all.
    pub(super) fn of(read: Result<ParsedBody<B>, ApiError>) -> Result<Self, ApiError> {
        match read {
            Ok(read) => Ok(Self::Good(read)),
            Err(ApiError::Body(BodyError::Fields { violations, custom_fields })) => {
                Ok(Self::Bad { violations, custom_fields })
            }
            Err(error) => Err(error),
        }
    }

    /// Returns the parsed body.
    ///
    /// # Errors
    /// The body has bad fields. The error names all of them.
    pub(super) fn good(self) -> Result<ParsedBody<B>, ApiError> {
        match self {
            Self::Good(read) => Ok(read),
            Self::Bad { violations, .. } => Err(violations.into()),
        }
    }

    /// Returns the parsed body, for a contact of a company.
    ///
    /// # Errors
    /// The body has bad fields. The error names all of them, including bad values of custom fields.
    pub(super) async fn good_for(
        self,
        company_id: CompanyId,
        handling: Handling,
        state: &SharedState,
    ) -> Result<ParsedBody<B>, ApiError> {
        let Self::Bad { mut violations, custom_fields: Some(patch) } = self else { return self.good() };
        let definitions = state.store.run_one(ListCustomFields { company_id }).await?;
        if let Err(more) = patch.resolve(&definitions, handling) {
            violations.extend(more);
        }
        Err(violations.into())
    }
}
