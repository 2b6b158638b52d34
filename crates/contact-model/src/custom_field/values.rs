//! The values of a contact's custom fields, and the changes that a request makes to them.

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use super::{CustomField, FieldsByName};
use crate::json::JsonText;
use crate::limits;
use crate::problem::{Violation, ViolationCode, Violations, pointer_step};
use crate::{CustomFieldId, Handling};

/// The changes of a request to a contact's custom fields: a new value for each name, or `None` to remove the
/// value.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CustomFieldPatch(pub BTreeMap<String, Option<JsonText>>);

/// A patch whose names were looked up in the company's definitions. Names without a definition are kept
/// separately.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ResolvedCustomFields {
    /// The new value of each field, or `None` to remove it.
    pub changes: Vec<(CustomFieldId, Option<JsonText>)>,
    /// The keys that are not stored, as `custom_fields.Name`.
    pub ignored: Vec<String>,
}

impl CustomFieldPatch {
    /// Looks up the names of the patch in the company's definitions. Documented: only keys that match the
    /// company's CustomField names are stored. Decided: names are compared in Unicode NFC. If two keys match
    /// one field, the key that equals the field's name is used, and the other key matches nothing.
    ///
    /// # Errors
    /// Returns all values that do not fit the type of their field (decided). With strict handling, also
    /// returns the keys that match no name (extension).
    pub fn resolve(
        &self,
        definitions: &[CustomField],
        handling: Handling,
    ) -> Result<ResolvedCustomFields, Violations> {
        let mut resolved = ResolvedCustomFields::default();
        let mut violations = Violations::new();
        let by_name = FieldsByName::new(definitions);
        let mut taken: HashSet<CustomFieldId> =
            self.0.keys().filter_map(|name| by_name.exact(name)).map(|field| field.id).collect();
        for (name, value) in &self.0 {
            let in_other_form = || by_name.get(name).filter(|field| taken.insert(field.id));
            let Some(field) = by_name.exact(name).or_else(in_other_form) else {
                if handling.is_strict() {
                    let pointer = format!("/custom_fields/{}", pointer_step(name));
                    let detail = "The company has no custom field of this name.";
                    violations.report(pointer, ViolationCode::UnknownKey, detail);
                }
                resolved.ignored.push(format!("custom_fields.{name}"));
                continue;
            };
            match value.as_ref().map_or(Ok(()), |value| field.check(value)) {
                Ok(()) => resolved.changes.push((field.id, value.clone())),
                Err(violation) => violations.push(violation),
            }
        }
        violations.into_result(resolved)
    }
}

/// The values of a contact's custom fields, by field id.
pub type CustomFieldValues = BTreeMap<CustomFieldId, JsonText>;

/// Applies a patch to a contact's values. Decided: the values are merged key by key, and `None` removes a
/// value.
///
/// # Errors
/// Returns an error if the values together would be longer than [`limits::CUSTOM_FIELDS_TOTAL`]. `values` is
/// then unchanged.
pub fn apply(
    changes: &[(CustomFieldId, Option<JsonText>)],
    values: &mut CustomFieldValues,
) -> Result<(), Violation> {
    let mut merged = values.clone();
    for (field, value) in changes {
        match value {
            Some(value) => merged.insert(*field, value.clone()),
            None => merged.remove(field),
        };
    }
    let total: usize = merged.values().map(|value| value.as_str().len()).sum();
    if total > limits::CUSTOM_FIELDS_TOTAL {
        let detail = format!(
            "A contact's custom fields together take at most {} bytes of JSON; these would be {total}.",
            limits::CUSTOM_FIELDS_TOTAL
        );
        return Err(Violation::new("/custom_fields", ViolationCode::TooLong, detail));
    }
    *values = merged;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CustomFieldType;
    use crate::clock::{Clock, SystemClock};

    fn field(name: &str, kind: CustomFieldType) -> CustomField {
        CustomField {
            id: SystemClock.new_id().into(),
            name: name.to_owned(),
            kind,
            options: Vec::new(),
            created_at: SystemClock.now(),
        }
    }

    fn patch(json: serde_json::Value) -> CustomFieldPatch {
        serde_json::from_value::<BTreeMap<String, serde_json::Value>>(json)
            .unwrap()
            .into_iter()
            .map(|(name, value)| {
                let text = (!value.is_null()).then(|| JsonText::try_from(&value).unwrap());
                (name, text)
            })
            .collect::<BTreeMap<_, _>>()
            .into()
    }

    impl From<BTreeMap<String, Option<JsonText>>> for CustomFieldPatch {
        fn from(values: BTreeMap<String, Option<JsonText>>) -> Self {
            Self(values)
        }
    }

    #[test]
    fn only_keys_that_match_a_name_are_stored() {
        let plan = field("Plan", CustomFieldType::Any);
        let sent = patch(serde_json::json!({ "Plan": "gold", "plan": 1, "Other": null }));
        let resolved = sent.resolve(std::slice::from_ref(&plan), Handling::Lenient).unwrap();
        assert_eq!(resolved.changes.len(), 1);
        assert_eq!(resolved.changes[0].0, plan.id);
        assert_eq!(resolved.ignored, ["custom_fields.Other", "custom_fields.plan"]);
    }

    #[test]
    fn keys_are_compared_in_nfc_and_an_exact_match_is_preferred() {
        let size = field("Gr\u{f6}\u{df}e", CustomFieldType::Any);
        let (composed, decomposed) = ("Gr\u{f6}\u{df}e", "Gro\u{308}\u{df}e");
        let value = |json: &str| Some(JsonText::from_stored(json.to_owned()));
        let fields = std::slice::from_ref(&size);
        let resolved = patch(serde_json::json!({ decomposed: 1 })).resolve(fields, Handling::Strict).unwrap();
        assert_eq!(resolved.changes, [(size.id, value("1"))]);
        let both = patch(serde_json::json!({ decomposed: 1, composed: 2 }));
        let resolved = both.resolve(fields, Handling::Lenient).unwrap();
        assert_eq!(resolved.changes, [(size.id, value("2"))]);
        assert_eq!(resolved.ignored, [format!("custom_fields.{decomposed}")]);
        assert_eq!(
            both.resolve(fields, Handling::Strict).unwrap_err().as_slice()[0].code,
            ViolationCode::UnknownKey
        );
    }

    #[test]
    fn every_invalid_value_is_reported() {
        let fields = [field("a/b", CustomFieldType::Number), field("c", CustomFieldType::Text)];
        let violations =
            patch(serde_json::json!({ "a/b": "x", "c": 1 })).resolve(&fields, Handling::Lenient).unwrap_err();
        let pointers: Vec<_> = violations.as_slice().iter().map(|v| v.pointer.as_str()).collect();
        assert_eq!(pointers, ["/custom_fields/a~1b", "/custom_fields/c"]);
    }

    #[test]
    fn null_removes_a_value_and_keeps_the_others() {
        let (a, b) = (field("a", CustomFieldType::Any), field("b", CustomFieldType::Text));
        let mut values = CustomFieldValues::new();
        let defined = [a.clone(), b.clone()];
        let first =
            patch(serde_json::json!({ "a": 1, "b": "x" })).resolve(&defined, Handling::Lenient).unwrap();
        apply(&first.changes, &mut values).unwrap();
        let second = patch(serde_json::json!({ "b": null })).resolve(&defined, Handling::Lenient).unwrap();
        apply(&second.changes, &mut values).unwrap();
        assert_eq!(values.keys().collect::<Vec<_>>(), [&a.id]);
    }

    #[test]
    fn total_size_of_the_values_is_limited() {
        let big = JsonText::from_stored(format!("\"{}\"", "x".repeat(limits::CUSTOM_FIELD_VALUE - 2)));
        let changes: Vec<_> = (0..33).map(|_| (SystemClock.new_id().into(), Some(big.clone()))).collect();
        let mut values = CustomFieldValues::new();
        apply(&changes[..32], &mut values).unwrap();
        let before = values.clone();
        assert_eq!(apply(&changes[32..], &mut values).unwrap_err().code, ViolationCode::TooLong);
        assert_eq!(values, before);
    }
}
