//! The refusals that are stored as the response to a request.

use crate::ProblemType;

/// Returns true if a refusal is stored as the response to its request. These are the refusals that depend
/// only on the compared parts of the request and on the company's data. Refusals because of the caller, the
/// transport or the key itself are not stored, because the same request may succeed later.
pub fn keeps(refusal: ProblemType) -> bool {
    match refusal {
        ProblemType::InvalidJson
        | ProblemType::NotAnObject
        | ProblemType::InvalidFields
        | ProblemType::InvalidParameter
        | ProblemType::ContactNotFound
        | ProblemType::NoPhoneNumber
        | ProblemType::CustomFieldNotFound
        | ProblemType::AgentNotFound
        | ProblemType::ApiKeyNotFound
        | ProblemType::CustomFieldTaken
        | ProblemType::ContactsCollide
        | ProblemType::AgentInUse
        | ProblemType::ContactTaken
        | ProblemType::PreconditionFailed => true,
        ProblemType::MalformedRequest
        | ProblemType::ListTooCostly
        | ProblemType::Unauthorized
        | ProblemType::Forbidden
        | ProblemType::UnknownPath
        | ProblemType::MethodNotAllowed
        | ProblemType::RequestTimeout
        | ProblemType::StillRunning
        | ProblemType::BodyTooLarge
        | ProblemType::BatchTooLarge
        | ProblemType::AnswerTooLarge
        | ProblemType::UnsupportedMediaType
        | ProblemType::KeyReused
        | ProblemType::IdempotencyQuota
        | ProblemType::Internal
        | ProblemType::Unavailable => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_unrelated_to_the_request_are_not_stored() {
        for &refusal in ProblemType::ALL {
            let status = refusal.status();
            let of_others = matches!(status, 401 | 403 | 405 | 408 | 413 | 415 | 422 | 429 | 500..);
            assert!(!(keeps(refusal) && of_others), "{refusal:?}");
            let of_others = matches!(refusal, ProblemType::MalformedRequest | ProblemType::ListTooCostly);
            let of_the_request = status == 400 && !of_others;
            assert_eq!(keeps(refusal) && status == 400, of_the_request, "{refusal:?}");
        }
        assert!(!keeps(ProblemType::StillRunning) && !keeps(ProblemType::UnknownPath));
        assert!(keeps(ProblemType::PreconditionFailed) && keeps(ProblemType::ContactNotFound));
    }
}
