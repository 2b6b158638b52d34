//! Rows of vCards, version 3 or 4: a card for each row.

use std::collections::HashMap;
use std::io::{self, BufRead as _};

use calcard::common::{IanaString as _, IanaType};
use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue};
use calcard::{Entry, Parser};

use super::columns::Columns;
use super::format::BEGIN;
use super::input::{Input, Meter, Text};
use super::rows::{Rows, is_import_column, unreadable};
use crate::failure::Failure;
use crate::import::row::{Row, Value};

/// The last line of a vCard.
pub(crate) const END: &str = "END:VCARD";
const WITHOUT_END: &str = "the card does not end with END:VCARD";

/// Reads cards. Their properties are the headings, each with a number if a card repeats it.
pub(super) struct VcardRows {
    text: Text,
    /// The line that was read last, counted from 1.
    line: u64,
    columns: Columns,
    /// A line that was read but belongs to the next card.
    held: Option<String>,
    meter: Meter,
}

impl VcardRows {
    pub(super) fn open(input: Input) -> Self {
        Self { text: input.text, line: 0, columns: Columns::default(), held: None, meter: input.meter }
    }

    /// Reads the next line; `None` at the end.
    fn read_line(&mut self) -> io::Result<Option<String>> {
        if let Some(held) = self.held.take() {
            return Ok(Some(held));
        }
        let mut line = Vec::new();
        self.text.read_until(b'\n', &mut line)?;
        self.line += 1;
        Ok(Some(String::from_utf8_lossy(&line).into_owned()).filter(|line| !line.is_empty()))
    }

    /// Reads the text of the next card. A card that does not end before the next one begins is a row of its own, so that
    /// the next one is not lost.
    fn read_card(&mut self) -> io::Result<Option<Row>> {
        self.meter.begin_row();
        let mut row = Row::default();
        while let Some(line) = self.read_line()? {
            if row.original.is_empty() {
                let first = line.trim();
                if first.is_empty() {
                    continue;
                }
                row.line = self.line;
                if !first.eq_ignore_ascii_case(BEGIN) {
                    row.fault = Some(format!("this is not a card: a card begins with {BEGIN}"));
                }
            } else if line.trim_end().eq_ignore_ascii_case(BEGIN) {
                self.held = Some(line);
                row.fault.get_or_insert_with(|| WITHOUT_END.to_owned());
                return Ok(Some(row));
            }
            let Some(next) = after_end(&line) else {
                row.original.push_str(&line);
                continue;
            };
            row.original.push_str(&line[..line.len() - next.len()]);
            if !next.is_empty() {
                row.original.push('\n');
                self.held = Some(next.to_owned());
            }
            return Ok(Some(row));
        }
        row.fault.get_or_insert_with(|| WITHOUT_END.to_owned());
        Ok(Some(row).filter(|row| !row.original.is_empty()))
    }

    /// Fills the row with the properties of its card, the preferred ones first.
    fn fill(&mut self, row: &mut Row, card: &VCard) {
        let mut counts = HashMap::new();
        let mut entries: Vec<&VCardEntry> = card.entries.iter().collect();
        entries.sort_by_key(|entry| preference(entry));
        for entry in entries {
            match &entry.name {
                VCardProperty::Version | VCardProperty::Begin | VCardProperty::End => {}
                VCardProperty::Other(name) if is_import_property(name) => {}
                VCardProperty::N => {
                    for (part, heading) in ["Family Name", "Given Name", "Additional Name"].iter().enumerate()
                    {
                        self.set(row, heading, entry.values.get(part).and_then(text).map(Value::Text));
                    }
                }
                name => {
                    let kind = kind(entry).map_or_else(String::new, |kind| format!(" {kind}"));
                    let mut heading = format!("{}{kind}", name.as_str());
                    let count = counts.entry(heading.clone()).or_insert(0_u32);
                    *count += 1;
                    if *count > 1 {
                        heading = format!("{heading} {count}");
                    }
                    let value = if *name == VCardProperty::Categories {
                        let tags: Vec<_> = entry.values.iter().filter_map(text).collect();
                        Some(Value::Json(serde_json::Value::from(tags).to_string()))
                    } else {
                        // The first value of an organization is its name. The others are its units.
                        entry.values.first().and_then(text).map(Value::Text)
                    };
                    self.set(row, &heading, value);
                }
            }
        }
    }

    fn set(&mut self, row: &mut Row, heading: &str, value: Option<Value>) {
        match self.columns.place(heading) {
            Ok(column) => row.set(column, value.unwrap_or(Value::text(""))),
            Err(why) => row.fault = Some(why),
        }
    }
}

impl Rows for VcardRows {
    fn headings(&self) -> &[String] {
        &self.columns.headings
    }

    fn read(&mut self) -> Result<Option<Row>, Failure> {
        let Some(mut row) = self.read_card().map_err(|error| unreadable(self.line, error))? else {
            return Ok(None);
        };
        if row.fault.is_none() {
            let card = with_plain_parameters(&row.original);
            let mut parser = Parser::new(&card);
            // Anything that the parser leaves would be lost.
            match (parser.entry(), parser.entry()) {
                (Entry::VCard(card), Entry::Eof) => self.fill(&mut row, &card),
                _ => row.fault = Some("the card cannot be read to its end".to_owned()),
            }
        }
        Ok(Some(row))
    }
}

/// Returns what follows the end of a card on its last line. If the last line of a file has no line break, joining files
/// puts the next card there.
fn after_end(line: &str) -> Option<&str> {
    let (end, rest) = line.split_at_checked(END.len())?;
    let rest = if rest.trim().is_empty() { "" } else { rest };
    end.eq_ignore_ascii_case(END).then_some(rest)
}

/// Returns a value as text, with dates in ISO 8601. Pictures and incomplete dates have no text.
fn text(value: &VCardValue) -> Option<String> {
    match value {
        // A phone number in version 4 is a URI.
        VCardValue::Text(text) => Some(text.strip_prefix("tel:").unwrap_or(text).to_owned()),
        VCardValue::Component(parts) => Some(parts.join(" ")),
        VCardValue::PartialDateTime(date) => {
            Some(format!("{:04}-{:02}-{:02}", date.year?, date.month?, date.day?))
        }
        _ => None,
    }
}

/// Returns the types of a property in lower case.
fn types(entry: &VCardEntry) -> impl Iterator<Item = String> {
    let types = entry.parameters(&VCardParameterName::Type).filter_map(VCardParameterValue::as_type);
    types.map(|kind| match kind {
        IanaType::Iana(known) => known.as_str().to_lowercase(),
        IanaType::Other(other) => other.to_lowercase(),
    })
}

/// Returns the type that decides which of several numbers or addresses is used.
fn kind(entry: &VCardEntry) -> Option<&'static str> {
    if !matches!(entry.name, VCardProperty::Tel | VCardProperty::Email) {
        return None;
    }
    let types: Vec<String> = types(entry).collect();
    ["FAX", "PAGER", "PREF", "CELL", "HOME", "WORK"].into_iter().find(|&kind| match kind {
        "PREF" => preference(entry) < NOT_PREFERRED,
        _ => types.iter().any(|name| name.eq_ignore_ascii_case(kind)),
    })
}

/// Returns the card with parameters as the parser reads them. It does not read `PREF` in `TYPE="PREF,CELL"` and
/// `TYPE=PREF\,CELL`, nor the encoding in `FN;QUOTED-PRINTABLE:`, which some programs write.
fn with_plain_parameters(card: &str) -> String {
    let plain = |line: &str| {
        let (name, value) = line.split_at(line.find(':').unwrap_or(line.len()));
        let has_charset = || name.to_ascii_uppercase().contains("CHARSET=");
        let parts = name.split(';').map(|part| match part {
            _ if part.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("TYPE=")) => {
                part.replace(['"', '\\'], "")
            }
            _ if !part.eq_ignore_ascii_case("QUOTED-PRINTABLE") => part.to_owned(),
            _ if has_charset() => "ENCODING=QUOTED-PRINTABLE".to_owned(),
            _ => "ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8".to_owned(),
        });
        parts.collect::<Vec<_>>().join(";") + value
    };
    card.split_inclusive('\n').map(plain).collect()
}

const NOT_PREFERRED: u32 = 101;

/// Returns the preference of a property over others of its name; 1 is the highest. Version 4 has `PREF=1` to `PREF=100`,
/// and version 3 the type `pref`, which some programs join with others, as in `TYPE=PREF\,CELL`.
fn preference(entry: &VCardEntry) -> u32 {
    let numbers = entry.parameters(&VCardParameterName::Pref).map(|parameter| match parameter {
        VCardParameterValue::Integer(number) => *number,
        VCardParameterValue::Text(text) => text.trim().parse().unwrap_or(1),
        _ => 1,
    });
    let is_type = types(entry).any(|name| name == "pref");
    numbers.chain(is_type.then_some(1)).min().unwrap_or(NOT_PREFERRED).clamp(1, NOT_PREFERRED)
}

/// Returns the property of a failed card for a column of a file of failed rows.
pub(crate) fn import_property(column: &str) -> String {
    format!("X-{}", column.to_uppercase().replace('_', "-"))
}

/// Returns true for a property that only a file of failed rows has.
pub(crate) fn is_import_property(name: &str) -> bool {
    let column = name.to_lowercase().replace('-', "_");
    column.strip_prefix("x_").is_some_and(is_import_column)
}
