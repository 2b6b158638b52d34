//! What a custom field's value is found by. Extension.

use sha2::{Digest, Sha256};

use crate::{CustomFieldType, JsonText};

/// Bytes of a value that are its own key; of a longer one the key is a digest, because the databases'
/// indexes take only so much.
const LONGEST: usize = 256;

/// What a stored value is found by: a string by its text, a number by its value however it is written,
/// anything else by its JSON without white space.
pub fn of_stored(value: &JsonText) -> String {
    let key = match serde_json::from_str(value.as_str()) {
        Ok(serde_json::Value::String(text)) => text,
        Ok(serde_json::Value::Number(number)) => of_number(&number),
        Ok(other) => other.to_string(),
        // What is stored was read as JSON before.
        Err(_) => value.as_str().to_owned(),
    };
    shortened(key)
}

/// What a value that a caller looks for is found by, in a field of this type. `None` where no value of
/// the type is written so.
pub fn of_sent(sent: &str, kind: CustomFieldType) -> Option<String> {
    let key = match kind {
        CustomFieldType::Number => of_number(&sent.trim().parse().ok()?),
        CustomFieldType::Boolean => sent.parse::<bool>().ok()?.to_string(),
        CustomFieldType::Any | CustomFieldType::Text | CustomFieldType::Date | CustomFieldType::Select => {
            sent.to_owned()
        }
    };
    Some(shortened(key))
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
        assert_eq!(of_sent("gold", CustomFieldType::Text).as_deref(), Some("gold"));
        for written in ["5", "5.0", "50e-1"] {
            assert_eq!(stored(written), "5");
            assert_eq!(of_sent(written, CustomFieldType::Number).as_deref(), Some("5"), "{written}");
        }
        assert_eq!(stored("-0.0"), "0");
        assert_eq!(stored("1.50"), "1.5");
        assert_eq!(stored("18446744073709551615"), "18446744073709551615");
        assert_eq!(stored("true"), of_sent("true", CustomFieldType::Boolean).unwrap());
        assert_eq!(stored(r#"[1, "a"]"#), r#"[1,"a"]"#);
    }

    #[test]
    fn what_no_value_of_the_type_says_finds_nothing() {
        assert_eq!(of_sent("many", CustomFieldType::Number), None);
        assert_eq!(of_sent("yes", CustomFieldType::Boolean), None);
    }

    proptest! {
        #[test]
        fn a_text_is_found_by_itself_however_long(text in any::<String>(), times in 1..200_usize) {
            let text = text.repeat(times);
            let json = serde_json::to_string(&text).unwrap();
            let key = stored(&json);
            prop_assert!(key.len() <= LONGEST);
            prop_assert_eq!(Some(key), of_sent(&text, CustomFieldType::Any));
        }
    }
}
