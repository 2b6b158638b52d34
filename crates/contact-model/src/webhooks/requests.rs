//! Requests that manage the webhooks of a company.

use serde::Serialize;
use utoipa::ToSchema;

use super::address::check_url;
use crate::body::{ObjectReader, RequestBody};
use crate::changes::ChangeAction;
use crate::changes::filter::is_field;
use crate::{Patch, ViolationCode, limits};

/// A webhook to create.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "url": "https://example.com/contacts", "actions": ["created", "updated"], "fields": ["email"] }))]
pub struct NewWebhook {
    /// The URL that events are sent to, with `https://`.
    #[schema(min_length = 1, max_length = 2048, format = "uri")]
    pub url: String,
    /// The actions whose changes are sent. The default is null, which means all.
    #[schema(required = false, min_items = 1, max_items = 8)]
    pub actions: Option<Vec<ChangeAction>>,
    /// The fields of which an updated contact must have changed at least one, such as `email`, `custom_fields.Plan` or,
    /// for all custom fields, `custom_fields`. The default is null, which means all fields except `last_activity`.
    #[schema(required = false, min_items = 1, max_items = 100)]
    pub fields: Option<Vec<String>>,
    /// Whether events are sent. The default is true.
    #[schema(required = false)]
    pub active: bool,
}

impl NewWebhook {
    /// Creates a webhook that gets all changes.
    pub fn new(url: impl Into<String>) -> Self {
        Self { url: url.into(), actions: None, fields: None, active: true }
    }
}

impl RequestBody for NewWebhook {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let url = object.required_text("url", limits::WEBHOOK_URL);
        check(object, &url);
        Self {
            url,
            actions: read_actions(object).into_value(),
            fields: read_fields(object).into_value(),
            active: object.boolean("active").unwrap_or(true),
        }
    }
}

/// Changes to a webhook. Keys that are not sent keep their values.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
#[schema(example = json!({ "active": true }))]
pub struct WebhookUpdate {
    /// The new URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, required = false, min_length = 1, max_length = 2048, format = "uri")]
    pub url: Option<String>,
    /// The actions whose changes are sent, or null for all.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<Vec<ChangeAction>>, required = false, min_items = 1, max_items = 8)]
    pub actions: Patch<Vec<ChangeAction>>,
    /// The fields of which an updated contact must have changed at least one, or null for all except `last_activity`.
    #[serde(skip_serializing_if = "Patch::is_keep")]
    #[schema(value_type = Option<Vec<String>>, required = false, min_items = 1, max_items = 100)]
    pub fields: Patch<Vec<String>>,
    /// Whether events are sent. `true` also enables a webhook that the server has disabled. Events that were not sent in
    /// the meantime follow.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = bool, required = false)]
    pub active: Option<bool>,
}

impl RequestBody for WebhookUpdate {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        let url = object.optional_non_blank_text("url", limits::WEBHOOK_URL);
        if let Some(url) = &url {
            check(object, url);
        }
        Self {
            url,
            actions: read_actions(object),
            fields: read_fields(object),
            active: object.boolean("active"),
        }
    }
}

/// A request to send changes again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "from": 1042 }))]
pub struct WebhookReplay {
    /// The number of the first change that is sent, at most one more than the latest.
    #[schema(minimum = 1)]
    pub from: i64,
}

impl RequestBody for WebhookReplay {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self { from: object.required_positive_integer("from") }
    }
}

/// A request to send one change again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[schema(example = json!({ "sequence": 1042 }))]
pub struct WebhookResend {
    /// The number of the change.
    #[schema(minimum = 1)]
    pub sequence: i64,
}

impl RequestBody for WebhookResend {
    fn read(object: &mut ObjectReader<'_>) -> Self {
        Self { sequence: object.required_positive_integer("sequence") }
    }
}

/// Refuses a URL that no webhook may have. The server decides whether private addresses are allowed.
fn check(object: &mut ObjectReader<'_>, url: &str) {
    if object.is_refused("url") {
        return;
    }
    if let Err(problem) = check_url(url, true) {
        object.check(|violations| {
            violations.report("/url".to_owned(), ViolationCode::InvalidValue, format!("The URL {problem}."));
        });
    }
}

fn read_actions(object: &mut ObjectReader<'_>) -> Patch<Vec<ChangeAction>> {
    read_list(object, "actions", "an action", ChangeAction::ALL.len(), |word| word.parse())
}

fn read_fields(object: &mut ObjectReader<'_>) -> Patch<Vec<String>> {
    read_list(object, "fields", "a field", limits::WEBHOOK_FIELDS, |name| {
        let refusal = || format!("`{name}` is not a field: use email or custom_fields.Plan, for example");
        is_field(name).then(|| name.to_owned()).ok_or_else(refusal)
    })
}

/// Reads an array of words, or null for all.
fn read_list<T>(
    object: &mut ObjectReader<'_>,
    key: &str,
    item: &'static str,
    limit: usize,
    parse: impl Fn(&str) -> Result<T, String>,
) -> Patch<Vec<T>> {
    let was_sent = object.peek(key).is_some();
    object.treat_null_as_absent(key);
    if object.peek(key).is_none() {
        return if was_sent { Patch::Clear } else { Patch::Keep };
    }
    let Some(words) = object.non_blank_texts(key, item, limits::WEBHOOK_FIELD) else { return Patch::Keep };
    let mut parsed = Vec::with_capacity(words.len());
    object.check(|violations| {
        if words.is_empty() {
            let detail = format!("{key} takes at least one item, or null for all.");
            violations.report(format!("/{key}"), ViolationCode::Required, detail);
        } else if words.len() > limit {
            let detail = format!("{key} takes at most {limit} items; {} were sent.", words.len());
            violations.report(format!("/{key}"), ViolationCode::TooMany, detail);
        }
        // An empty word was refused before.
        for (index, word) in words.iter().enumerate().filter(|(_, word)| !word.trim().is_empty()) {
            match parse(word) {
                Ok(value) => parsed.push(value),
                Err(error) => {
                    violations.report(
                        format!("/{key}/{index}"),
                        ViolationCode::InvalidValue,
                        format!("{error}."),
                    );
                }
            }
        }
    });
    Patch::Set(parsed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::BodyError;

    fn refusals<B: RequestBody>(body: &str) -> Vec<(String, ViolationCode)> {
        match B::from_json(body.as_bytes()) {
            Err(BodyError::Fields { violations, .. }) => {
                violations.into_vec().into_iter().map(|v| (v.pointer, v.code)).collect()
            }
            Err(error) => panic!("{error}"),
            Ok(_) => Vec::new(),
        }
    }

    #[test]
    fn a_webhook_gets_all_changes_by_default() {
        for body in [
            r#"{"url":"https://example.com"}"#,
            r#"{"url":"https://example.com","actions":null,"fields":null,"active":true}"#,
        ] {
            let webhook = NewWebhook::from_json(body.as_bytes()).unwrap().value;
            assert_eq!(webhook, NewWebhook::new("https://example.com"), "{body}");
        }
    }

    #[test]
    fn an_update_changes_the_keys_that_are_sent() {
        let update = |body: &str| WebhookUpdate::from_json(body.as_bytes()).unwrap().value;
        assert_eq!(update("{}"), WebhookUpdate::default());
        let body = r#"{"url":"https://a.example","actions":["erased"],"fields":null,"active":false}"#;
        let expected = WebhookUpdate {
            url: Some("https://a.example".to_owned()),
            actions: Patch::Set(vec![ChangeAction::Erased]),
            fields: Patch::Clear,
            active: Some(false),
        };
        assert_eq!(update(body), expected);
    }

    #[test]
    fn every_invalid_field_is_reported() {
        use ViolationCode::{InvalidValue, Required, WrongType};
        let at = |expected: &[(&str, ViolationCode)]| -> Vec<(String, ViolationCode)> {
            expected.iter().map(|&(pointer, code)| (pointer.to_owned(), code)).collect()
        };
        assert_eq!(refusals::<NewWebhook>("{}"), at(&[("/url", Required)]));
        let body = r#"{"url":"example","actions":[],"fields":["x",1," "],"active":1}"#;
        let expected = [
            ("/url", InvalidValue),
            ("/actions", Required),
            ("/fields/1", WrongType),
            ("/fields/2", Required),
            ("/fields/0", InvalidValue),
            ("/active", WrongType),
        ];
        assert_eq!(refusals::<NewWebhook>(body), at(&expected));
        assert_eq!(refusals::<WebhookUpdate>(r#"{"actions":["gone"]}"#), at(&[("/actions/0", InvalidValue)]));
        for (body, code) in [
            ("{}", Required),
            (r#"{"from":0}"#, InvalidValue),
            (r#"{"from":1.5}"#, InvalidValue),
            (r#"{"from":"1"}"#, WrongType),
        ] {
            assert_eq!(refusals::<WebhookReplay>(body), at(&[("/from", code)]), "{body}");
        }
        assert_eq!(
            WebhookResend::from_json(br#"{"sequence":7}"#).unwrap().value,
            WebhookResend { sequence: 7 }
        );
    }
}
