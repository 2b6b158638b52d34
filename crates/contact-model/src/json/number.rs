//! Compares numbers as JSON texts.

/// Returns true if two JSON numbers have exactly the same value, such as 5, 5.0 and 50e-1.
pub(crate) fn are_equal(one: &str, other: &str) -> bool {
    match (Decimal::read(one), Decimal::read(other)) {
        (Some(one), Some(other)) => one == other,
        // The exponent has too many digits to be parsed, so the number only equals itself.
        _ => one == other,
    }
}

/// A number as its significant digits, without zeros at either end. The decimal point is before the first
/// digit.
#[derive(Debug, PartialEq, Eq)]
struct Decimal {
    negative: bool,
    digits: String,
    exponent: i64,
}

impl Decimal {
    fn read(text: &str) -> Option<Self> {
        let (text, negative) = text.strip_prefix('-').map_or((text, false), |rest| (rest, true));
        let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all = [whole, fraction].concat();
        let digits = all.trim_start_matches('0');
        if digits.is_empty() {
            return Some(Self { negative: false, digits: String::new(), exponent: 0 });
        }
        let leading = i64::try_from(all.len() - digits.len()).ok()?;
        let before_point = i64::try_from(whole.len()).ok()? - leading;
        let exponent = exponent.parse::<i64>().ok()?.checked_add(before_point)?;
        Some(Self { negative, digits: digits.trim_end_matches('0').to_owned(), exponent })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn different_spellings_of_a_number_are_equal() {
        for (one, other) in [
            ("5", "5.0"),
            ("5", "50e-1"),
            ("5", "0.05E+2"),
            ("0", "-0.0e99999999999999999999"),
            ("12345678901234567891", "1.2345678901234567891e19"),
            ("1e400", "10e399"),
        ] {
            assert!(are_equal(one, other) && are_equal(other, one), "{one} {other}");
        }
        for (one, other) in [
            ("5", "-5"),
            ("5", "50"),
            ("0.5", "0.05"),
            ("12345678901234567891", "12345678901234567000"),
            ("1e-99999999999999999999", "0"),
        ] {
            assert!(!are_equal(one, other), "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn the_decimal_point_may_be_anywhere(digits in 1..u64::MAX, exponent in -30..30_i32) {
            let written = |digits: u64| format!("{digits}e{exponent}");
            let longer = format!("{digits}0E{}", exponent - 1);
            let shifted = format!("0.{digits:020}e{}", exponent + 20);
            prop_assert!(are_equal(&written(digits), &longer), "{longer}");
            prop_assert!(are_equal(&longer, &shifted), "{longer} {shifted}");
            prop_assert!(!are_equal(&written(digits), &written(digits - 1)));
        }

        #[test]
        fn integers_are_equal_if_and_only_if_their_values_are(
            one in any::<u16>(),
            other in any::<u16>(),
            zeros in 0_usize..5,
        ) {
            let written = format!("{one}{}e-{zeros}", "0".repeat(zeros));
            prop_assert_eq!(are_equal(&written, &other.to_string()), one == other, "{}", written);
            prop_assert!(are_equal(&written, &one.to_string()), "{written}");
        }
    }
}
