//! Rows of vCards, version 3 or 4: a card to a row.

use std::collections::HashMap;
use std::io::{self, BufRead as _, Write};

use calcard::common::IanaType;
use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardProperty, VCardType, VCardValue};

use super::format::BEGIN;
use super::input::{Input, Meter, Text};
use super::row::{Row, Value};
use super::rows::{ERROR_COLUMN, LINE_COLUMN, Rows};
use crate::failure::Failure;

const END: &str = "END:VCARD";

/// Reads cards; their properties are the headings. One that stands several times in a card has a heading for each.
pub(crate) struct VcardRows {
    text: Text,
    line: u64,
    headings: Vec<String>,
    columns: HashMap<String, usize>,
    bytes: Vec<u8>,
    meter: Meter,
}

impl VcardRows {
    pub(crate) fn open(input: Input) -> Self {
        Self {
            text: input.text,
            line: 0,
            headings: Vec::new(),
            columns: HashMap::new(),
            bytes: Vec::new(),
            meter: input.meter,
        }
    }

    /// Reads the next line; false at the end.
    fn read_line(&mut self) -> io::Result<bool> {
        self.bytes.clear();
        self.line += 1;
        Ok(self.text.read_until(b'\n', &mut self.bytes)? > 0)
    }

    /// Reads the next card into the row as it stands; false where there is none.
    fn read_card(&mut self, row: &mut Row) -> io::Result<bool> {
        self.meter.begin_row();
        while self.read_line()? {
            let line = String::from_utf8_lossy(&self.bytes);
            let word = line.trim();
            if row.original.is_empty() {
                if word.is_empty() {
                    continue;
                }
                row.begin(self.line);
                if !word.eq_ignore_ascii_case(BEGIN) {
                    row.fault = Some(format!("here is no card: it begins with {BEGIN}"));
                }
            }
            row.original.push_str(&line);
            if word.eq_ignore_ascii_case(END) {
                return Ok(true);
            }
        }
        if !row.original.is_empty() {
            row.fault = Some(format!("the card does not end with {END}"));
        }
        Ok(!row.original.is_empty())
    }

    fn fill(&mut self, row: &mut Row, card: &VCard) {
        let mut counts = HashMap::new();
        for entry in &card.entries {
            match &entry.name {
                VCardProperty::Version | VCardProperty::Begin | VCardProperty::End => {}
                VCardProperty::Other(name) if is_of_import(name) => {}
                VCardProperty::N => {
                    for (part, heading) in ["Family Name", "Given Name", "Additional Name"].iter().enumerate()
                    {
                        self.set(row, heading, entry.values.get(part).and_then(text).as_deref());
                    }
                }
                name => {
                    let kind = kind(entry).map_or_else(String::new, |kind| format!(" {kind}"));
                    let heading = format!("{}{kind}", name.as_str());
                    let count = counts.entry(heading.clone()).or_insert(0_u32);
                    *count += 1;
                    let heading = if *count == 1 { heading } else { format!("{heading} {count}") };
                    if *name == VCardProperty::Categories {
                        let tags: Vec<_> = entry.values.iter().filter_map(text).collect();
                        let column = self.column(&heading);
                        row.set(column, Value::Json(&serde_json::Value::from(tags).to_string()));
                    } else {
                        // Of an organization its name, which comes before those of its units.
                        self.set(row, &heading, entry.values.first().and_then(text).as_deref());
                    }
                }
            }
        }
    }

    fn set(&mut self, row: &mut Row, heading: &str, text: Option<&str>) {
        let column = self.column(heading);
        // `tel:` begins the URI that version 4 makes of a number.
        let text = text.map(|text| text.strip_prefix("tel:").unwrap_or(text));
        row.set(column, Value::Text(text.unwrap_or_default()));
    }

    fn column(&mut self, heading: &str) -> usize {
        if let Some(&column) = self.columns.get(heading) {
            return column;
        }
        let column = self.headings.len();
        self.headings.push(heading.to_owned());
        self.columns.insert(heading.to_owned(), column);
        column
    }
}

impl Rows for VcardRows {
    fn headings(&self) -> &[String] {
        &self.headings
    }

    fn read(&mut self, row: &mut Row) -> Result<bool, Failure> {
        row.begin(self.line + 1);
        let found = self.read_card(row).map_err(|error| {
            Failure::local(format!("the file cannot be read on from line {}", self.line), error)
        })?;
        if found && row.fault.is_none() {
            match VCard::parse(&row.original) {
                Ok(card) => self.fill(row, &card),
                Err(_) => row.fault = Some("the card cannot be read".to_owned()),
            }
        }
        Ok(found)
    }
}

/// A value as text: a date as ISO 8601 has it; nothing of a picture.
fn text(value: &VCardValue) -> Option<String> {
    match value {
        VCardValue::Text(text) => Some(text.clone()),
        VCardValue::Component(parts) => Some(parts.join(" ")),
        VCardValue::PartialDateTime(date) => match (date.year, date.month, date.day) {
            (Some(year), Some(month), Some(day)) => Some(format!("{year:04}-{month:02}-{day:02}")),
            _ => None,
        },
        VCardValue::Integer(_)
        | VCardValue::Float(_)
        | VCardValue::Boolean(_)
        | VCardValue::Binary(_)
        | VCardValue::Sex(_)
        | VCardValue::GramGender(_)
        | VCardValue::Kind(_) => None,
    }
}

fn types(entry: &VCardEntry) -> impl Iterator<Item = IanaType<&VCardType, &str>> {
    let typed = entry.params.iter().filter(|parameter| parameter.name == VCardParameterName::Type);
    typed.filter_map(|parameter| parameter.value.as_type())
}

/// Which of several numbers or addresses it is, as far as it matters which one counts.
fn kind(entry: &VCardEntry) -> Option<&'static str> {
    if !matches!(entry.name, VCardProperty::Tel | VCardProperty::Email) {
        return None;
    }
    let is = |wanted: VCardType| types(entry).any(|kind| kind.is_iana_and(|kind| **kind == wanted));
    let kinds = [
        (is(VCardType::Fax), "FAX"),
        (is(VCardType::Pager), "PAGER"),
        (is_preferred(entry), "PREF"),
        (is(VCardType::Cell), "CELL"),
        (is(VCardType::Home), "HOME"),
        (is(VCardType::Work), "WORK"),
    ];
    kinds.into_iter().find_map(|(is, word)| is.then_some(word))
}

/// Version 3 has it as a type, version 4 as a parameter.
fn is_preferred(entry: &VCardEntry) -> bool {
    entry.params.iter().any(|parameter| parameter.name == VCardParameterName::Pref)
        || types(entry).any(|kind| kind.other().is_some_and(|word| word.eq_ignore_ascii_case("pref")))
}

/// What an import writes into a card that failed.
fn property(column: &str) -> String {
    format!("X-{}", column.to_uppercase().replace('_', "-"))
}

fn is_of_import(name: &str) -> bool {
    [LINE_COLUMN, ERROR_COLUMN].iter().any(|column| name.eq_ignore_ascii_case(&property(column)))
}

/// Writes a card that failed, with its line and the reason before its end.
///
/// # Errors
/// The file cannot be written to.
pub(crate) fn write_card(file: &mut impl Write, row: &Row, why: &str) -> io::Result<()> {
    let mut is_own = true;
    for line in row.original.lines() {
        if line.trim().eq_ignore_ascii_case(END) {
            break;
        }
        // What an earlier import has written goes, with the lines that go on with it.
        if !line.starts_with([' ', '\t']) {
            is_own = !is_of_import(line.split([':', ';']).next().unwrap_or_default());
        }
        if is_own {
            write!(file, "{line}\r\n")?;
        }
    }
    let said = [(LINE_COLUMN, row.line.to_string()), (ERROR_COLUMN, why.to_owned())];
    for (column, text) in said {
        let mut entry = VCardEntry::new(VCardProperty::Other(property(column)));
        entry = entry.with_value(VCardValue::Text(text));
        let mut line = String::new();
        entry.write_to(&mut line, true).map_err(io::Error::other)?;
        file.write_all(line.as_bytes())?;
    }
    write!(file, "{END}\r\n")
}
