//! Numbers and dates as spreadsheets write them in countries with a decimal comma.
//!
//! `1.234,5` and `31.12.1980` can be read in one way only. `1,234` and `01.02.2026` can be read in two ways: they are read
//! only if the other values of the file show how its numbers and dates are written.

use std::sync::LazyLock;

use regex::Regex;

use super::cells::regex;

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
const SEPARATORS: [&str; 2] = [".", "/"];

impl Evidence {
    /// Adds a number.
    pub(crate) fn add_number(&mut self, text: &str) {
        let form = number_form(text);
        self.decimal_comma |= form == Some(NumberForm::Comma);
        self.decimal_point |= form == Some(NumberForm::Point);
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
        let has_decimal_comma = match number_form(text)? {
            NumberForm::Comma => true,
            NumberForm::Ambiguous => self.has_decimal_comma,
            NumberForm::Point => false,
        };
        let json = || {
            let (sign, digits) =
                text.trim().strip_prefix('-').map_or(("", text.trim()), |digits| ("-", digits));
            let digits = digits.replace('.', "").replace(',', ".");
            let digits = digits.trim_start_matches('0');
            let zero = if digits.is_empty() || digits.starts_with('.') { "0" } else { "" };
            format!("{sign}{zero}{digits}")
        };
        has_decimal_comma.then(json)
    }

    /// Returns the date in ISO 8601 if the text is a date with the day first.
    pub(super) fn date(&self, text: &str) -> Option<String> {
        let DateText { first, second, year, separator } = DateText::of(text)?;
        let is_day_first = first > 12 || first == second || self.is_day_first[separator];
        is_day_first.then(|| format!("{year}-{second:02}-{first:02}"))
    }
}

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum NumberForm {
    /// As in `1,234` or `1.234`.
    Ambiguous,
    /// With a decimal comma, as in `1.234,5`, or with groups of digits after points, as in `1.234.567`.
    Comma,
    /// With a decimal point, as in `1,234.5` or `0.25`, or with groups of digits after commas, as in `1,234,567`.
    Point,
}

/// The forms of numbers. The first one that matches is used.
static NUMBERS: LazyLock<[(NumberForm, Regex); 3]> = LazyLock::new(|| {
    [
        (NumberForm::Ambiguous, r"[1-9]\d{0,2}[.,]\d{3}"),
        (NumberForm::Comma, r"(\d+|[1-9]\d{0,2}(\.\d{3})+),\d+|[1-9]\d{0,2}(\.\d{3}){2,}"),
        (NumberForm::Point, r"\d*\.\d*|[1-9]\d{0,2}(,\d{3})+\.\d*|[1-9]\d{0,2}(,\d{3}){2,}"),
    ]
    .map(|(form, pattern)| (form, regex(&format!("(?-u)^-?({pattern})$"))))
});
static DATE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?-u)^(\d{1,2})([./])(\d{1,2})([./])(\d{4})$"));

fn number_form(text: &str) -> Option<NumberForm> {
    NUMBERS.iter().find(|(_, regex)| regex.is_match(text.trim())).map(|(form, _)| *form)
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
        let (_, [first, separator, second, other, year]) = DATE.captures(text.trim())?.extract();
        let separator = SEPARATORS.iter().position(|known| separator == other && *known == separator)?;
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
