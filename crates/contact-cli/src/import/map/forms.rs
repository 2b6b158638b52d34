//! Numbers and dates as spreadsheets write them in countries with a decimal comma.
//!
//! `1.234,5` and `31.12.1980` can be read in one way only. `1,234` and `01.02.2026` can be read in two ways: they are read
//! only if the other values of the file show how its numbers and dates are written.

/// How the numbers and dates of a file are written, as far as that is certain.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Forms {
    has_decimal_comma: bool,
    is_day_first: [bool; SEPARATORS.len()],
}

/// What the values of a file show about how they are written.
#[derive(Debug, Default)]
pub(crate) struct Evidence {
    decimal_comma: bool,
    decimal_point: bool,
    day_first: [bool; SEPARATORS.len()],
    month_first: [bool; SEPARATORS.len()],
}

/// The separators between the day, the month and the year.
const SEPARATORS: [char; 2] = ['.', '/'];

impl Evidence {
    /// Adds a number.
    pub(crate) fn add_number(&mut self, text: &str) {
        match NumberText::of(text) {
            Some(NumberText::Comma(_)) => self.decimal_comma = true,
            Some(NumberText::Point) => self.decimal_point = true,
            Some(NumberText::CommaOrGroups(_) | NumberText::PointOrGroups(_)) | None => {}
        }
    }

    /// Adds a date.
    pub(crate) fn add_date(&mut self, text: &str) {
        if let Some(date) = DateText::of(text) {
            self.day_first[date.separator] |= date.first > 12;
            self.month_first[date.separator] |= date.second > 12;
        }
    }

    /// Returns what is certain: what a value shows and no other value contradicts.
    pub(crate) fn forms(&self) -> Forms {
        let is_day_first = std::array::from_fn(|place| self.day_first[place] && !self.month_first[place]);
        Forms { has_decimal_comma: self.decimal_comma && !self.decimal_point, is_day_first }
    }
}

impl Forms {
    /// Nothing is certain.
    pub(crate) const NONE: Self = Self { has_decimal_comma: false, is_day_first: [false; SEPARATORS.len()] };

    /// Returns the number in JSON if the text is a number with a decimal comma.
    pub(super) fn number(&self, text: &str) -> Option<String> {
        match NumberText::of(text)? {
            NumberText::Comma(json) => Some(json),
            NumberText::CommaOrGroups(json) | NumberText::PointOrGroups(json) => {
                self.has_decimal_comma.then_some(json)
            }
            NumberText::Point => None,
        }
    }

    /// Returns the date in ISO 8601 if the text is a date with the day first.
    pub(super) fn date(&self, text: &str) -> Option<String> {
        let DateText { first, second, year, separator } = DateText::of(text)?;
        let is_day_first = first > 12 || first == second || self.is_day_first[separator];
        is_day_first.then(|| format!("{year}-{second:02}-{first:02}"))
    }
}

/// How a number is written, with its JSON if the comma is a decimal comma.
#[derive(Debug, PartialEq, Eq)]
enum NumberText {
    /// With a decimal comma, as in `1.234,5`, or with groups of digits after points, as in `1.234.567`.
    Comma(String),
    /// As in `1,234`.
    CommaOrGroups(String),
    /// As in `1.234`.
    PointOrGroups(String),
    /// With a decimal point, as in `1,234.5` or `0.25`, or with groups of digits after commas, as in `1,234,567`.
    Point,
}

impl NumberText {
    fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        let (sign, digits) = text.strip_prefix('-').map_or(("", text), |digits| ("-", digits));
        if !digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b',')) {
            return None;
        }
        let json = |whole: &str, fraction: &str| {
            let whole = whole.replace('.', "");
            let whole = whole.trim_start_matches('0');
            let whole = if whole.is_empty() { "0" } else { whole };
            let point = if fraction.is_empty() { "" } else { "." };
            format!("{sign}{whole}{point}{fraction}")
        };
        let (commas, points) = (digits.matches(',').count(), digits.matches('.').count());
        match (commas, points) {
            (1, 0) => {
                let (whole, fraction) = digits.split_once(',')?;
                if is_grouped(digits, ',') {
                    Some(Self::CommaOrGroups(json(whole, fraction)))
                } else {
                    (!whole.is_empty() && !fraction.is_empty()).then(|| Self::Comma(json(whole, fraction)))
                }
            }
            (0, 1) if is_grouped(digits, '.') => Some(Self::PointOrGroups(json(digits, ""))),
            (0, 1) => Some(Self::Point),
            (0, 2..) => is_grouped(digits, '.').then(|| Self::Comma(json(digits, ""))),
            (2.., 0) => is_grouped(digits, ',').then_some(Self::Point),
            (1, _) if digits.rfind('.') < digits.find(',') => {
                let (whole, fraction) = digits.split_once(',')?;
                (is_grouped(whole, '.') && !fraction.is_empty()).then(|| Self::Comma(json(whole, fraction)))
            }
            (_, 1) => is_grouped(digits.split_once('.')?.0, ',').then_some(Self::Point),
            _ => None,
        }
    }
}

/// Returns true for one to three digits and then groups of three.
fn is_grouped(digits: &str, separator: char) -> bool {
    let mut groups = digits.split(separator);
    let first = groups.next().unwrap_or_default();
    matches!(first.len(), 1..=3) && !first.starts_with('0') && groups.all(|group| group.len() == 3)
}

/// A date with four digits of the year at its end.
struct DateText<'t> {
    first: u8,
    second: u8,
    year: &'t str,
    separator: usize,
}

impl<'t> DateText<'t> {
    fn of(text: &'t str) -> Option<Self> {
        let separator = SEPARATORS.iter().position(|&separator| text.contains(separator))?;
        let mut parts = text.trim().split(SEPARATORS[separator]);
        let [first, second, year] = [parts.next()?, parts.next()?, parts.next()?];
        let is_number = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let is_date = parts.next().is_none() && [first, second, year].into_iter().all(is_number);
        let has_lengths = matches!((first.len(), second.len(), year.len()), (1..=2, 1..=2, 4));
        if !is_date || !has_lengths {
            return None;
        }
        Some(Self { first: first.parse().ok()?, second: second.parse().ok()?, year, separator })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(numbers: &[&str], dates: &[&str]) -> Forms {
        let mut evidence = Evidence::default();
        numbers.iter().for_each(|text| evidence.add_number(text));
        dates.iter().for_each(|text| evidence.add_date(text));
        evidence.forms()
    }

    #[test]
    fn unambiguous_numbers_are_read() {
        for (text, json) in [
            ("1234,5", Some("1234.5")),
            ("1.234,56", Some("1234.56")),
            ("-0,125", Some("-0.125")),
            (" 1.234.567 ", Some("1234567")),
            ("1234,567", Some("1234.567")),
            ("007,50", Some("7.50")),
            ("1,234", None),
            ("1.234", None),
            ("1,234.56", None),
            ("1,234,567", None),
            ("12", None),
            ("1.5", None),
            ("1.23,4", None),
            (",5", None),
            ("5,", None),
            ("1,2,3", None),
            ("1 234,5", None),
            ("", None),
            ("12.03.2026", None),
        ] {
            assert_eq!(Forms::NONE.number(text).as_deref(), json, "{text}");
        }
    }

    #[test]
    fn ambiguous_numbers_are_read_like_the_others_of_the_file() {
        let certain = forms(&["7", "12,5"], &[]);
        assert_eq!(certain.number("1,234").as_deref(), Some("1.234"));
        assert_eq!(certain.number("1.234").as_deref(), Some("1234"));
        assert_eq!(certain.number("7"), None, "it is JSON already");
        for contradicted in [&["12,5", "12.5"][..], &["12,5", "1,234.5"], &["1,234", "5"], &[]] {
            assert_eq!(forms(contradicted, &[]).number("1,234"), None, "{contradicted:?}");
        }
    }

    #[test]
    fn dates_are_read_if_the_day_is_certainly_first() {
        for (text, others, date) in [
            ("31.12.1980", &[][..], Some("1980-12-31")),
            ("5.5.2020", &[], Some("2020-05-05")),
            ("1.2.2026", &[], None),
            ("1.2.2026", &["31.12.1980"], Some("2026-02-01")),
            ("01/02/2026", &["31/12/1980"], Some("2026-02-01")),
            ("01/02/2026", &["31.12.1980"], None),
            ("01.02.2026", &["31.12.1980", "12.31.1980"], None),
            ("12/31/1980", &[], None),
            ("31.12.80", &[], None),
            ("31.12.1980 10:00", &[], None),
            ("1980-12-31", &[], None),
            ("1.2.3.2026", &["31.12.1980"], None),
        ] {
            assert_eq!(forms(&[], others).date(text).as_deref(), date, "{text} beside {others:?}");
        }
    }
}
