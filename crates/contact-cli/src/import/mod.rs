//! Importing a file of contacts.
//!
//! The file is read as text in its encoding (`input`, `decoding`) and row by row (`rows` and the readers). The columns
//! are mapped to fields once (`mapping`, `headings`); each row is then an item of a batch (`item`, `said`). Workers take the
//! batches out of the file one after the other and send them (`courier`); `flight` knows which are under way, which must wait
//! for which, and what is done for sure.

mod batch;
mod batch_options;
mod cell_values;
mod contact_keys;
mod courier;
mod csv_cells;
mod csv_rows;
mod custom_value;
mod decoding;
mod exact;
mod failed_place;
mod failed_rows;
mod field;
mod field_columns;
mod flight;
mod format;
mod forms;
mod found_columns;
mod heading_words;
mod headings;
mod identifiers;
mod input;
mod item;
mod json_rows;
mod json_text;
mod left_out;
mod mapping;
mod members;
pub(crate) mod options;
mod recipe;
mod report;
mod row;
mod rows;
mod said;
mod send;
mod summary;
mod tag_cell;
mod tally;
mod vcard_rows;

use std::collections::VecDeque;
use std::sync::Arc;

use contact_client::model::{Country, CustomFieldType, limits};

use self::batch::{Batch, Supply};
use self::batch_options::BatchOptions;
use self::csv_rows::CsvRows;
use self::exact::ExactRows;
use self::failed_place::FailedPlace;
use self::failed_rows::{FailedRows, Form, SourceEncoding};
use self::field::Field;
use self::format::InputFormat;
use self::forms::{Evidence, Forms};
use self::input::{Input, Meter};
use self::item::RowRules;
use self::json_rows::JsonRows;
use self::mapping::Mapping;
use self::options::ImportOptions;
use self::recipe::Recipe;
use self::row::{Row, Value};
use self::rows::Rows;
use self::vcard_rows::VcardRows;
use crate::args::body::BodySource;
use crate::context::Context;
use crate::failure::Failure;
use crate::output::{messages, preview};

/// Rows that are read before the columns are known, where no row of headings says them.
const AHEAD: usize = 100;
/// The number of rows in a preview.
const SHOWN: usize = 3;

/// Imports a file.
///
/// # Errors
/// The file or what is said of it cannot be used, the server cannot go on, the import was stopped, or rows failed.
pub(crate) fn run(options: &ImportOptions, context: &Context) -> Result<(), Failure> {
    Input::check(&options.file, options.encoding)?;
    let input = Input::open(&options.file, options.encoding)?;
    let format = options.format.or_else(|| of_name(&options.file));
    let format = format.unwrap_or_else(|| InputFormat::of_beginning(&input.beginning));
    let meter = input.meter.clone();
    let place = FailedPlace::choose(options, format)?;
    if !options.preview {
        place.check()?;
    }
    let mut rows = open(format, input, options)?;
    let has_headings = !rows.headings().is_empty();
    let (ahead, is_all) = read_ahead(&mut *rows)?;
    let custom = context.send(context.client()?.list_custom_fields())?.into_body().results;
    let recipe = if options.exact {
        Recipe::Insert(ExactRows::of(format, rows.headings(), &custom)?)
    } else {
        // Nothing can be wrong with a file in which nothing stands.
        let is_empty = rows.headings().is_empty();
        let said = if is_empty { &[][..] } else { &options.map };
        let mapping = Mapping::new(rows.headings(), said, custom)?;
        show(&options.file, format, &*rows, &mapping, context);
        // Without a row of headings, what is not read yet may have other columns.
        if !is_empty && (has_headings || is_all || options.allow_unmatched) {
            check(&mapping, rows.headings(), options)?;
        }
        let is_file = meter.length.is_some();
        let forms =
            if is_file && format == InputFormat::Csv { forms(options, &mapping)? } else { Forms::default() };
        Recipe::Upsert(mapping, RowRules { forms, ..options.rules(company_country(options, context)?) })
    };
    let failed = failed_rows(place, options, format, &*rows, &meter);
    let mut supply = Supply::new(rows, ahead, recipe, meter.clone());
    supply.skip(options.skip);
    if options.preview {
        show_request(&mut supply, options.batch_options(false), context)
    } else {
        send::send(supply, failed, &meter, options, context)
    }
}

/// Asks the server for the company's country, unless `--country` names another one.
fn company_country(options: &ImportOptions, context: &Context) -> Result<Country, Failure> {
    if let Some(country) = options.country {
        return Ok(country);
    }
    match context.client()?.whoami().wait() {
        Ok(whoami) => Ok(whoami.into_body().company.country),
        Err(error) => {
            let failure = context.failure(&error);
            Err(if error.status() == Some(404) {
                failure.tip("the server does not tell the company's country: `--country` names it")
            } else {
                failure
            })
        }
    }
}

fn of_name(file: &BodySource) -> Option<InputFormat> {
    match file {
        BodySource::File(path) => InputFormat::of_name(path),
        BodySource::StandardInput => None,
    }
}

fn open(format: InputFormat, input: Input, options: &ImportOptions) -> Result<Box<dyn Rows>, Failure> {
    Ok(match format {
        InputFormat::Csv => Box::new(CsvRows::open(input, options.csv())?),
        InputFormat::Ndjson => Box::new(JsonRows::of_lines(input)),
        InputFormat::Json => Box::new(JsonRows::of_document(input)?),
        InputFormat::Vcard => Box::new(VcardRows::open(input)),
    })
}

/// Reads the numbers and dates of custom fields in a file to its end, to find out how they are written. What is wrong with
/// the file is reported when its rows are read to be sent.
fn forms(options: &ImportOptions, mapping: &Mapping) -> Result<Forms, Failure> {
    let columns: Vec<_> = mapping.written_columns().collect();
    let mut evidence = Evidence::default();
    if columns.is_empty() {
        return Ok(evidence.forms());
    }
    let mut rows = CsvRows::open(Input::open(&options.file, options.encoding)?, options.csv())?;
    let mut row = Row::default();
    while let Ok(true) = rows.read(&mut row) {
        for &(column, kind) in &columns {
            match (row.get(column), kind) {
                (Some(Value::Text(text)), CustomFieldType::Number) => evidence.add_number(text),
                (Some(Value::Text(text)), CustomFieldType::Date) => evidence.add_date(text),
                _ => {}
            }
        }
    }
    Ok(evidence.forms())
}

/// Reads rows of a file without headings, to find its columns. True where these are all of its rows.
fn read_ahead(rows: &mut dyn Rows) -> Result<(VecDeque<Row>, bool), Failure> {
    let (mut ahead, mut bytes) = (VecDeque::new(), 0);
    if !rows.headings().is_empty() {
        return Ok((ahead, false));
    }
    while ahead.len() < AHEAD && bytes < limits::BATCH_BODY {
        let mut row = Row::default();
        if !rows.read(&mut row)? {
            return Ok((ahead, true));
        }
        bytes += row.bytes();
        ahead.push_back(row);
    }
    Ok((ahead, false))
}

/// Shows which column is for what.
fn show(file: &BodySource, format: InputFormat, rows: &dyn Rows, mapping: &Mapping, context: &Context) {
    let delimiter = match rows.delimiter() {
        Some(b',') => " with commas",
        Some(b';') => " with semicolons",
        Some(b'\t') => " with tabs",
        _ => "",
    };
    context.printer.details(&format!("{file}: {format}{delimiter}"));
    let (used, left_out) = mapping.lines(rows.headings());
    let used = used.into_iter().map(|(heading, role)| (format!("  {heading}"), role));
    let left_out = (!left_out.is_empty()).then(|| ("  left out".to_owned(), left_out.join(", ")));
    let lines: Vec<_> = used.chain(left_out).collect();
    if !lines.is_empty() {
        context.printer.details(&context.printer.lines(&lines));
    }
}

/// Whether anything can come of it.
fn check(mapping: &Mapping, headings: &[String], options: &ImportOptions) -> Result<(), Failure> {
    if mapping.plan().is_empty() {
        return Err(Failure::usage("no column is known")
            .because(format!("the file has {}", headings.join(", ")))
            .tip("`--map 'Heading=field'` says what a column is for"));
    }
    let is_led = [Field::PhoneNumber, Field::Email].iter().any(|field| mapping.has(field));
    if is_led || options.allow_unmatched {
        return Ok(());
    }
    Err(Failure::usage("no column is a phone number or an email address, by which contacts are found")
        .because("each row would make a new contact, at every run")
        .tip("`--map 'Heading=phone_number'` says which one is; `--allow-unmatched` imports it all the same"))
}

fn failed_rows(
    place: FailedPlace,
    options: &ImportOptions,
    format: InputFormat,
    rows: &dyn Rows,
    meter: &Meter,
) -> FailedRows {
    let form = match format {
        InputFormat::Csv => {
            Form::Csv { headings: rows.headings().to_owned(), delimiter: rows.delimiter().unwrap_or(b',') }
        }
        InputFormat::Ndjson | InputFormat::Json => Form::Ndjson,
        InputFormat::Vcard => Form::Vcard,
    };
    let encoding = SourceEncoding { said: options.encoding, findings: Arc::clone(&meter.findings) };
    FailedRows::new(place, form, encoding)
}

/// Shows the request with the first rows.
fn show_request(supply: &mut Supply, batch_options: BatchOptions, context: &Context) -> Result<(), Failure> {
    let mut batch = Batch::default();
    supply.fill(&mut batch, SHOWN);
    if let Some(failure) = supply.broken.take() {
        return Err(failure);
    }
    for (row, why) in batch.unfit() {
        messages::warn(&format!("line {}: {why}", row.line));
    }
    for (row, bad) in batch.bad_values() {
        messages::warn(&format!("line {}: a value is left out: {}: {}", row.line, bad.field, bad.why));
    }
    if batch.items() > 0 {
        let call = batch_options.call(context.client()?, std::mem::take(&mut batch.body));
        let preview = call.preview().map_err(|error| Failure::usage(error.to_string()))?;
        context.printer.text(&preview::written(&preview))?;
    }
    messages::note(&format!(
        "this was a preview: these are the first {} rows, and nothing was imported",
        batch.len()
    ));
    Ok(())
}
