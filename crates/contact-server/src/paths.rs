//! The paths of the server.

pub(crate) const CONTACTS: &str = "/contacts/";
pub(crate) const CONTACT: &str = "/contacts/{contact_id}/";
pub(crate) const CONTACT_BATCH: &str = "/contacts/batch/";
pub(crate) const CONTACT_DUPLICATES: &str = "/contacts/duplicates/";
pub(crate) const CONTACT_MERGE: &str = "/contacts/{contact_id}/merge/";
pub(crate) const CONTACT_RESTORE: &str = "/contacts/{contact_id}/restore/";
pub(crate) const CONTACT_ACTIVE_AGENT: &str = "/contacts/{contact_id}/active-agent/";
pub(crate) const CONTACT_THREADS: &str = "/contacts/{contact_id}/threads/";
pub(crate) const CONTACT_HISTORY: &str = "/contacts/{contact_id}/history/";
pub(crate) const CONTACT_TAGS: &str = "/contacts/{contact_id}/tags/";
pub(crate) const CONTACT_TAG: &str = "/contacts/{contact_id}/tags/{tag}/";
pub(crate) const CHANGES: &str = "/changes/";
pub(crate) const CHANGES_VERIFY: &str = "/changes/verify/";
pub(crate) const CHANGES_REVERT: &str = "/changes/revert/";
pub(crate) const TAGS: &str = "/tags/";
pub(crate) const TAG: &str = "/tags/{tag}/";
pub(crate) const AGENTS: &str = "/agents/";
pub(crate) const AGENT: &str = "/agents/{agent_id}/";
pub(crate) const CUSTOM_FIELDS: &str = "/custom-fields/";
pub(crate) const CUSTOM_FIELD: &str = "/custom-fields/{custom_field_id}/";
pub(crate) const API_KEYS: &str = "/api-keys/";
pub(crate) const API_KEY: &str = "/api-keys/{api_key_id}/";
pub(crate) const WEBHOOKS: &str = "/webhooks/";
pub(crate) const WEBHOOK: &str = "/webhooks/{webhook_id}/";
pub(crate) const WEBHOOK_ROTATE_SECRET: &str = "/webhooks/{webhook_id}/rotate-secret/";
pub(crate) const WEBHOOK_REPLAY: &str = "/webhooks/{webhook_id}/replay/";
pub(crate) const WEBHOOK_RESEND: &str = "/webhooks/{webhook_id}/resend/";
pub(crate) const WEBHOOK_TEST: &str = "/webhooks/{webhook_id}/test/";
pub(crate) const WEBHOOK_ATTEMPTS: &str = "/webhooks/{webhook_id}/attempts/";
pub(crate) const WHOAMI: &str = "/whoami/";

pub(crate) const HOME: &str = "/";
pub(crate) const DOCS: &str = "/docs";
pub(crate) const OPENAPI_JSON: &str = "/openapi.json";
pub(crate) const OPENAPI_YAML: &str = "/openapi.yaml";
pub(crate) const LIVENESS: &str = "/healthz";
pub(crate) const READINESS: &str = "/readyz";

/// The paths that are not part of the API and have a first segment.
pub(crate) const OUTSIDE_THE_API: [&str; 5] = [DOCS, OPENAPI_JSON, OPENAPI_YAML, LIVENESS, READINESS];

/// Returns the first segment of a path.
pub(crate) fn first_segment(path: &str) -> Option<&str> {
    path.split('/').nth(1)
}
