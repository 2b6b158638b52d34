//! Computes the keys that a custom field's value is found by. Extension.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{CustomFieldType, JsonText};

/// The length of the longest value, in bytes, that is its own key. The key of a longer value is a digest,
/// because database indexes limit the size of their entries.
const MAX_LENGTH: usize = 256;

/// Returns the key of a stored value. The key of a string is its text. The key of a number is its value,
/// regardless of how it is written. The key of any other value is its JSON without white space.
pub fn for_stored(value: &JsonText) -> String {
    let key = match serde_json::from_str(value.as_str()) {
        Ok(value) => of_json(value),
        // Stored values were validated as JSON before, so parsing does not fail.
        Err(_) => value.as_str().to_owned(),
    };
    shortened(key)
}

/// Returns the keys of the stored values that a filter with this text finds in a field of this type. Returns no
/// key if no value of the type can be written like this. If a field accepts every value, a text that is JSON may mean
/// both a string and another value: `5.0` means the string and the number, which is equal to 5.
pub fn for_filter(sent: &str, kind: CustomFieldType) -> Vec<String> {
    let keys = match kind {
        CustomFieldType::Number => {
            sent.trim().parse().ok().map(|number| of_number(&number)).into_iter().collect()
        }
        CustomFieldType::Boolean => sent.parse::<bool>().ok().map(|is| is.to_string()).into_iter().collect(),
        CustomFieldType::Any => {
            let value = serde_json::from_str(sent).ok().filter(|value: &Value| !value.is_string());
            [sent.to_owned()].into_iter().chain(value.map(of_json)).collect()
        }
        CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Select => vec![sent.to_owned()],
    };
    let mut keys: Vec<String> = keys.into_iter().map(shortened).collect();
    keys.dedup();
    keys
}

fn of_json(value: Value) -> String {
    match value {
        Value::String(text) => text,
        Value::Number(number) => of_number(&number),
        other => other.to_string(),
    }
}

/// Returns the same text for equal numbers, such as 5, 5.0 and 50e-1.
fn of_number(number: &serde_json::Number) -> String {
    /// From this value on, a double cannot represent every integer.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        _ if number.is_i64() || number.is_u64() => number.to_string(),
        Some(real) if real.fract() == 0.0 && real.abs() < EXACT => format!("{real:.0}").replace("-0", "0"),
        Some(real) => real.to_string(),
        None => number.to_string(),
    }
}

fn shortened(key: String) -> String {
    // PostgreSQL does not store NUL, and a filter cannot contain one.
    let key = key.replace('\0', "\u{fffd}");
    if key.len() <= MAX_LENGTH {
        return key;
    }
    let digest: [u8; 32] = Sha256::digest(&key).into();
    let digest: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{digest}")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn stored(json: &str) -> String {
        for_stored(&JsonText::from_stored(json.to_owned()))
    }

    #[test]
    fn a_value_is_found_by_its_content() {
        assert_eq!(stored(r#""gold""#), "gold");
        assert_eq!(for_filter("gold", CustomFieldType::Text), ["gold"]);
        for written in ["5", "5.0", "50e-1"] {
            assert_eq!(stored(written), "5");
            assert_eq!(for_filter(written, CustomFieldType::Number), ["5"], "{written}");
        }
        assert_eq!(stored("-0.0"), "0");
        assert_eq!(stored("1.50"), "1.5");
        assert_eq!(stored("18446744073709551615"), "18446744073709551615");
        assert_eq!(stored("true"), "true");
        assert_eq!(for_filter("true", CustomFieldType::Boolean), ["true"]);
        assert_eq!(stored(r#"[1, "a"]"#), r#"[1,"a"]"#);
    }

    #[test]
    fn a_text_that_is_json_finds_strings_and_other_values_in_a_field_of_any_type() {
        for (sent, keys) in [
            ("gold", &["gold"][..]),
            ("5", &["5"]),
            ("5.0", &["5.0", "5"]),
            ("1.50", &["1.50", "1.5"]),
            ("1e3", &["1e3", "1000"]),
            ("true", &["true"]),
            ("null", &["null"]),
            (r#"[1.50, "a"]"#, &[r#"[1.50, "a"]"#, r#"[1.5,"a"]"#]),
            (r#"{ "a": 1 }"#, &[r#"{ "a": 1 }"#, r#"{"a":1}"#]),
            // A text is found as itself, but not as its JSON.
            (r#""gold""#, &[r#""gold""#]),
            // These texts are not JSON numbers: a number does not begin with a zero and is not infinite.
            ("007", &["007"]),
            ("1e999", &["1e999"]),
            ("", &[""]),
        ] {
            assert_eq!(for_filter(sent, CustomFieldType::Any), keys, "{sent}");
        }
        for kind in [CustomFieldType::Text, CustomFieldType::Select, CustomFieldType::Date] {
            assert_eq!(for_filter("5.0", kind), ["5.0"], "{kind}: a text and nothing else");
        }
        for written in ["5.0", "1.50", "1e3", "[1.50, 1e3]", r#"{"b": [5.0], "a": null}"#] {
            assert!(for_filter(written, CustomFieldType::Any).contains(&stored(written)), "{written}");
        }
    }

    #[test]
    fn a_text_that_no_value_of_the_type_has_finds_nothing() {
        assert!(for_filter("many", CustomFieldType::Number).is_empty());
        assert!(for_filter("yes", CustomFieldType::Boolean).is_empty());
    }

    proptest! {
        #[test]
        fn a_text_of_any_length_is_found_by_itself(text in any::<String>(), times in 1..200_usize) {
            let text = text.repeat(times);
            let json = serde_json::to_string(&text).unwrap();
            let key = stored(&json);
            prop_assert!(key.len() <= MAX_LENGTH);
            prop_assert_eq!(for_filter(&text, CustomFieldType::Text), [key.clone()]);
            prop_assert!(for_filter(&text, CustomFieldType::Any).contains(&key));
        }
    }
}
