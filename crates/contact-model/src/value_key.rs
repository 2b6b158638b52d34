//! What a custom field's value is found by. Extension.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::{CustomFieldType, JsonText};

/// Bytes of a value that are its own key; of a longer one the key is a digest, because the databases'
/// indexes take only so much.
const LONGEST: usize = 256;

/// What a stored value is found by: a string by its text, a number by its value however it is written,
/// anything else by its JSON without white space.
pub fn of_stored(value: &JsonText) -> String {
    let key = match serde_json::from_str(value.as_str()) {
        Ok(value) => of_json(value),
        // What is stored was read as JSON before.
        Err(_) => value.as_str().to_owned(),
    };
    shortened(key)
}

/// What a value that a caller looks for is found by, in a field of this type: by any of these keys. None
/// where no value of the type is written so. Where a field takes every value, a text that is JSON as well
/// may mean either: `5.0` the string and the number, which is also 5.
pub fn of_sent(sent: &str, kind: CustomFieldType) -> Vec<String> {
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

/// Numbers that are equal are written alike: 5, 5.0 and 50e-1 are one.
fn of_number(number: &serde_json::Number) -> String {
    /// From here on a double does not tell one whole number from the next.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    match number.as_f64() {
        _ if number.is_i64() || number.is_u64() => number.to_string(),
        Some(real) if real.fract() == 0.0 && real.abs() < EXACT => format!("{real:.0}").replace("-0", "0"),
        Some(real) => real.to_string(),
        None => number.to_string(),
    }
}

fn shortened(key: String) -> String {
    // PostgreSQL takes no NUL, and a caller cannot look for one.
    let key = key.replace('\0', "\u{fffd}");
    if key.len() <= LONGEST {
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
        of_stored(&JsonText::from_stored(json.to_owned()))
    }

    #[test]
    fn a_value_is_found_by_what_it_says() {
        assert_eq!(stored(r#""gold""#), "gold");
        assert_eq!(of_sent("gold", CustomFieldType::Text), ["gold"]);
        for written in ["5", "5.0", "50e-1"] {
            assert_eq!(stored(written), "5");
            assert_eq!(of_sent(written, CustomFieldType::Number), ["5"], "{written}");
        }
        assert_eq!(stored("-0.0"), "0");
        assert_eq!(stored("1.50"), "1.5");
        assert_eq!(stored("18446744073709551615"), "18446744073709551615");
        assert_eq!(stored("true"), "true");
        assert_eq!(of_sent("true", CustomFieldType::Boolean), ["true"]);
        assert_eq!(stored(r#"[1, "a"]"#), r#"[1,"a"]"#);
    }

    #[test]
    fn where_every_value_may_be_a_text_that_is_json_means_either() {
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
            // A text is found by itself, and not by its JSON.
            (r#""gold""#, &[r#""gold""#]),
            // No JSON: a number neither begins with a zero nor is beyond all bounds.
            ("007", &["007"]),
            ("1e999", &["1e999"]),
            ("", &[""]),
        ] {
            assert_eq!(of_sent(sent, CustomFieldType::Any), keys, "{sent}");
        }
        for kind in [CustomFieldType::Text, CustomFieldType::Select, CustomFieldType::Date] {
            assert_eq!(of_sent("5.0", kind), ["5.0"], "{kind}: a text and nothing else");
        }
        for written in ["5.0", "1.50", "1e3", "[1.50, 1e3]", r#"{"b": [5.0], "a": null}"#] {
            assert!(of_sent(written, CustomFieldType::Any).contains(&stored(written)), "{written}");
        }
    }

    #[test]
    fn what_no_value_of_the_type_says_finds_nothing() {
        assert!(of_sent("many", CustomFieldType::Number).is_empty());
        assert!(of_sent("yes", CustomFieldType::Boolean).is_empty());
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_itself_however_long(text in any::<String>(), times in 1..200_usize) {
            let text = text.repeat(times);
            let json = serde_json::to_string(&text).unwrap();
            let key = stored(&json);
            prop_assert!(key.len() <= LONGEST);
            prop_assert_eq!(of_sent(&text, CustomFieldType::Text), [key.clone()]);
            prop_assert!(of_sent(&text, CustomFieldType::Any).contains(&key));
        }
    }
}
