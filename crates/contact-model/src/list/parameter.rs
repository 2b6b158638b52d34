//! Values of single list parameters. Extension.

use crate::Timestamp;

/// Describes the values that [`time`] accepts, for messages.
pub(super) const TIME: &str = "a time such as 2026-01-31T09:00:00Z or a date such as 2026-01-31";

/// Parses an RFC 3339 time with any offset, or a date, which means its beginning in UTC.
pub(super) fn time(text: &str) -> Option<Timestamp> {
    let parsed = text.parse().or_else(|_| offset_with_plus(text).parse());
    let time: Option<Timestamp> = parsed.or_else(|_| format!("{text}T00:00:00Z").parse()).ok();
    time.filter(|time| time.is_rfc_3339())
}

/// Parses a time as the list parameters do: an RFC 3339 time with any offset, or a date, which means its
/// beginning in UTC.
///
/// # Errors
/// Returns a message that describes the accepted values.
pub fn read_time(text: &str) -> Result<Timestamp, String> {
    time(text).ok_or_else(|| format!("use {TIME}"))
}

/// Returns the time with a `+` instead of the space before its offset. A `+` that is not percent-encoded in a
/// query string is decoded as a space.
fn offset_with_plus(time: &str) -> String {
    let begin = time.len().saturating_sub(" 02:00".len());
    match (time.get(..begin), time.get(begin..).and_then(|offset| offset.strip_prefix(' '))) {
        (Some(local), Some(offset)) => format!("{local}+{offset}"),
        _ => time.to_owned(),
    }
}

/// Returns the phone number with a `+` instead of a space before its first digit, for the same reason.
pub(super) fn phone_with_plus(phone: String) -> String {
    match phone.strip_prefix(' ') {
        Some(digits) if digits.starts_with(|c: char| c.is_ascii_digit()) => format!("+{digits}"),
        _ => phone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_for_an_invalid_time_describes_the_accepted_values() {
        assert_eq!(read_time("2026-01-31"), "2026-01-31T00:00:00Z".parse().map_err(|_| String::new()));
        assert_eq!(read_time("today").unwrap_err(), format!("use {TIME}"));
    }

    #[test]
    fn a_time_may_be_a_date_or_have_a_space_instead_of_a_plus() {
        for (sent, read) in [
            ("2026-01-31", "2026-01-31T00:00:00Z"),
            ("2026-01-31T09:00:00Z", "2026-01-31T09:00:00Z"),
            ("2026-01-31T09:00:00.5+02:00", "2026-01-31T07:00:00.500Z"),
            ("2026-01-31T09:00:00 02:00", "2026-01-31T07:00:00Z"),
            ("2026-01-31T09:00:00-02:00", "2026-01-31T11:00:00Z"),
        ] {
            assert_eq!(time(sent).map(|time| time.to_string()).as_deref(), Some(read), "{sent}");
        }
        for sent in [
            "",
            "2026-1-31",
            "2026-02-30",
            "2026-01",
            "2026-01-31T09:00:00",
            "2026-01-31 09:00",
            "1769850000",
            "0000-01-01T00:00:00+01:00",
            "é02:00",
            "yesterday",
        ] {
            assert_eq!(time(sent), None, "{sent}");
        }
    }

    #[test]
    fn a_phone_number_may_have_a_space_instead_of_a_plus() {
        for (sent, read) in
            [(" 4930", "+4930"), ("+4930", "+4930"), ("  4930", "  4930"), (" x", " x"), ("", "")]
        {
            assert_eq!(phone_with_plus(sent.to_owned()), read);
        }
    }
}
