//! Rows of vCards, version 3 or 4: a card to a row.

use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, BufRead as _, Write};

use calcard::common::{IanaString as _, IanaType};
use calcard::vcard::{VCard, VCardEntry, VCardParameterName, VCardParameterValue, VCardProperty, VCardValue};
use calcard::{Entry, Parser};

use super::format::BEGIN;
use super::found_columns::FoundColumns;
use super::input::{Input, Meter, Text};
use super::row::{Row, Value};
use super::rows::{ERROR_COLUMN, LINE_COLUMN, Rows};
use crate::failure::Failure;

const END: &str = "END:VCARD";

/// Reads cards; their properties are the headings. One that stands several times in a card has a heading for each.
pub(crate) struct VcardRows {
    text: Text,
    line: u64,
    columns: FoundColumns,
    bytes: Vec<u8>,
    /// The line was read, and is the first one of the next card.
    is_held: bool,
    meter: Meter,
}

impl VcardRows {
    pub(crate) fn open(input: Input) -> Self {
        Self {
            text: input.text,
            line: 0,
            columns: FoundColumns::default(),
            bytes: Vec::new(),
            is_held: false,
            meter: input.meter,
        }
    }

    /// Reads the next line; false at the end.
    fn read_line(&mut self) -> io::Result<bool> {
        if std::mem::take(&mut self.is_held) {
            return Ok(true);
        }
        self.bytes.clear();
        self.line += 1;
        Ok(self.text.read_until(b'\n', &mut self.bytes)? > 0)
    }

    /// Reads the next card into the row as it stands; false where there is none. Where another one begins before it has
    /// ended, that is the next row: no card is lost for one that is cut off.
    fn read_card(&mut self, row: &mut Row) -> io::Result<bool> {
        self.meter.begin_row();
        while self.read_line()? {
            let line = String::from_utf8_lossy(&self.bytes);
            if row.original.is_empty() {
                let word = line.trim();
                if word.is_empty() {
                    continue;
                }
                row.begin(self.line);
                if !word.eq_ignore_ascii_case(BEGIN) {
                    row.fault = Some(format!("here is no card: it begins with {BEGIN}"));
                }
            } else if is_word(&line, BEGIN) {
                self.is_held = true;
                row.fault.get_or_insert_with(without_end);
                return Ok(true);
            }
            match behind_end(&line) {
                None => row.original.push_str(&line),
                Some("") => {
                    row.original.push_str(&line);
                    return Ok(true);
                }
                Some(rest) => {
                    row.original.push_str(&line[..line.len() - rest.len()]);
                    row.original.push('\n');
                    let rest = rest.as_bytes().to_vec();
                    drop(line);
                    self.bytes = rest;
                    self.is_held = true;
                    return Ok(true);
                }
            }
        }
        if !row.original.is_empty() {
            row.fault.get_or_insert_with(without_end);
        }
        Ok(!row.original.is_empty())
    }

    fn fill(&mut self, row: &mut Row, card: &VCard) {
        let mut counts = HashMap::new();
        let mut entries: Vec<&VCardEntry> = card.entries.iter().collect();
        entries.sort_by_key(|entry| preference(entry));
        for entry in entries {
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
                        let tags = serde_json::Value::from(tags).to_string();
                        self.set_value(row, &heading, Value::Json(&tags));
                    } else {
                        // Of an organization its name, which comes before those of its units.
                        self.set(row, &heading, entry.values.first().and_then(text).as_deref());
                    }
                }
            }
        }
    }

    fn set(&mut self, row: &mut Row, heading: &str, text: Option<&str>) {
        // `tel:` begins the URI that version 4 makes of a number.
        let text = text.map(|text| text.strip_prefix("tel:").unwrap_or(text));
        self.set_value(row, heading, Value::Text(text.unwrap_or_default()));
    }

    fn set_value(&mut self, row: &mut Row, heading: &str, value: Value<'_>) {
        match self.columns.place(heading) {
            Ok(column) => row.set(column, value),
            Err(why) => row.fault = Some(why),
        }
    }
}

impl Rows for VcardRows {
    fn headings(&self) -> &[String] {
        self.columns.headings()
    }

    fn read(&mut self, row: &mut Row) -> Result<bool, Failure> {
        row.begin(self.line + 1);
        let found = self.read_card(row).map_err(|error| {
            Failure::local(format!("the file cannot be read from line {} on", self.line), error)
        })?;
        if found && row.fault.is_none() {
            let card = with_plain_parameters(&row.original);
            let mut parser = Parser::new(&card);
            // What the parser leaves of it would be lost.
            match (parser.entry(), parser.entry()) {
                (Entry::VCard(card), Entry::Eof) => self.fill(row, &card),
                _ => row.fault = Some("the card cannot be read to its end".to_owned()),
            }
        }
        Ok(found)
    }
}

fn without_end() -> String {
    format!("the card does not end with {END}")
}

/// Whether a line is this word. One that begins with white space goes on with the line before it.
fn is_word(line: &str, word: &str) -> bool {
    line.trim_end().eq_ignore_ascii_case(word)
}

/// What stands behind the end of a card in the line that ends it. Files that were put together may have the next card
/// there, where the last line of one has no line break.
fn behind_end(line: &str) -> Option<&str> {
    let (end, rest) = line.split_at_checked(END.len())?;
    let rest = if rest.trim().is_empty() { "" } else { rest };
    end.eq_ignore_ascii_case(END).then_some(rest)
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

/// Returns the types of a property in lower case.
fn words(entry: &VCardEntry) -> impl Iterator<Item = String> {
    let typed = entry.params.iter().filter(|parameter| parameter.name == VCardParameterName::Type);
    let types = typed.filter_map(|parameter| parameter.value.as_type());
    types.map(|kind| match kind {
        IanaType::Iana(known) => known.as_str().to_lowercase(),
        IanaType::Other(other) => other.to_lowercase(),
    })
}

/// Returns which of several numbers or addresses it is, if that decides which one is used.
fn kind(entry: &VCardEntry) -> Option<&'static str> {
    if !matches!(entry.name, VCardProperty::Tel | VCardProperty::Email) {
        return None;
    }
    let words: Vec<String> = words(entry).collect();
    let is = |wanted: &str| words.iter().any(|word| word == wanted);
    let kinds = [
        (is("fax"), "FAX"),
        (is("pager"), "PAGER"),
        (is_preferred(entry), "PREF"),
        (is("cell"), "CELL"),
        (is("home"), "HOME"),
        (is("work"), "WORK"),
    ];
    kinds.into_iter().find_map(|(is, word)| is.then_some(word))
}

/// Returns the card with parameters as the parser reads them. It does not read `PREF` in `TYPE="PREF,CELL"` and
/// `TYPE=PREF\,CELL`, nor the encoding in `FN;QUOTED-PRINTABLE:`, which some programs write.
fn with_plain_parameters(card: &str) -> Cow<'_, str> {
    let is_bare = |part: &str| part.eq_ignore_ascii_case("QUOTED-PRINTABLE");
    let is_plain = |name: &str| !name.contains(['"', '\\']) && !name.split(';').any(is_bare);
    if card.lines().all(|line| line.split(':').next().is_none_or(is_plain)) {
        return Cow::Borrowed(card);
    }
    let mut plain = String::with_capacity(card.len());
    for line in card.split_inclusive('\n') {
        let (name, value) = line.split_at(line.find(':').unwrap_or(line.len()));
        for (place, part) in name.split(';').enumerate() {
            plain += if place == 0 { "" } else { ";" };
            let is_type = part.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("TYPE="));
            if is_type {
                plain += &part.replace(['"', '\\'], "");
            } else {
                let has_charset = || name.to_ascii_uppercase().contains("CHARSET=");
                plain += match is_bare(part) {
                    true if has_charset() => "ENCODING=QUOTED-PRINTABLE",
                    true => "ENCODING=QUOTED-PRINTABLE;CHARSET=UTF-8",
                    false => part,
                };
            }
        }
        plain += value;
    }
    Cow::Owned(plain)
}

fn is_preferred(entry: &VCardEntry) -> bool {
    preference(entry) < NOT_PREFERRED
}

const NOT_PREFERRED: u32 = 101;

/// Returns how much a property is preferred to others of its name, 1 the most: `PREF=1` to `PREF=100` in version 4, and the
/// type `pref` in version 3, which some programs join with others, as in `TYPE=PREF\,CELL`.
fn preference(entry: &VCardEntry) -> u32 {
    let parameters = entry.params.iter().filter(|parameter| parameter.name == VCardParameterName::Pref);
    let numbers = parameters.map(|parameter| match &parameter.value {
        VCardParameterValue::Integer(number) => *number,
        VCardParameterValue::Text(text) => text.trim().parse().unwrap_or(1),
        _ => 1,
    });
    let is_type = words(entry).any(|word| word == "pref");
    numbers.chain(is_type.then_some(1)).min().unwrap_or(NOT_PREFERRED).clamp(1, NOT_PREFERRED)
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
        if is_word(line, END) {
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
