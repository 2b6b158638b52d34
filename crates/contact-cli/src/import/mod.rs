//! Importing a file of contacts.
//!
//! `read` reads the rows of a file in any format and encoding. `map` decides which column is for which field, and makes
//! an item of each row. `send` sends the items in batches. `report` writes the failed rows, the receipts and the summary.

mod map;
pub(crate) mod options;
mod read;
mod report;
mod row;
mod send;

use std::collections::VecDeque;
use std::sync::atomic::Ordering;

use contact_client::model::{Country, CustomFieldType, limits};

use self::map::RowRules;
use self::map::forms::{Evidence, Forms};
use self::map::mapping::Mapping;
use self::map::recipe::Recipe;
use self::options::ImportOptions;
use self::read::Rows;
use self::read::format::InputFormat;
use self::read::input::{Input, Meter};
use self::report::failed_file::{FailedFile, is_imported};
use self::report::failed_rows::FailedRows;
use self::report::receipts::Receipts;
use self::report::summary::Summary;
use self::row::Row;
use self::send::pipeline::Pipeline;
use self::send::supply::Supply;
use crate::args::body::BodySource;
use crate::args::write::new_operation_id;
use crate::contact_fields::Field;
use crate::contact_file::format::format_of_name;
use crate::context::Context;
use crate::failure::Failure;
use crate::interrupt::Interrupt;
use crate::output::messages;
use crate::server_access::PATIENT_RETRIES;

/// The number of rows by which the columns of a file without a row of headings are found.
const AHEAD: usize = 100;
/// The number of rows in a preview.
const PREVIEWED: usize = 3;

/// Imports a file.
///
/// # Errors
/// The file or an option cannot be used, the server cannot be used, the import was stopped, or rows failed.
pub(crate) fn run(options: &ImportOptions, context: &Context) -> Result<(), Failure> {
    Input::check(&options.file, options.encoding)?;
    let input = Input::open(&options.file, options.encoding)?;
    let format = options.format.or_else(|| match &options.file {
        BodySource::File(path) => format_of_name(path),
        BodySource::StandardInput => None,
    });
    let format = format.unwrap_or_else(|| InputFormat::of_beginning(&input.beginning));
    let meter = input.meter.clone();
    let continues = options.skip > 0;
    let failed = FailedFile::choose(options.failed.as_deref(), &options.file, format.extension(), continues)?;
    if !options.preview {
        failed.check()?;
    }
    let mut rows = read::open(format, input, options.csv, options.exact)?;
    let (ahead, is_whole) = read_ahead(&mut *rows)?;
    let recipe = recipe(options, context, format, &*rows, is_whole, &meter)?;
    let failed = FailedRows {
        place: failed,
        format,
        headings: rows.headings().to_owned(),
        delimiter: rows.delimiter(),
        named_encoding: options.encoding,
        meter: meter.clone(),
        file: None,
    };
    let mut supply = Supply::new(rows, ahead, recipe, meter.clone());
    let skipped = supply.skip(options.skip);
    if options.preview {
        preview_request(supply, options, context)
    } else {
        send(supply, skipped, failed, &meter, options, context)
    }
}

/// Reads the first rows of a file without a row of headings, to find its columns. The result is true if no other columns
/// can follow.
fn read_ahead(rows: &mut dyn Rows) -> Result<(VecDeque<Row>, bool), Failure> {
    let (mut ahead, mut bytes) = (VecDeque::new(), 0);
    if !rows.headings().is_empty() {
        return Ok((ahead, true));
    }
    while ahead.len() < AHEAD && bytes < limits::BATCH_BODY {
        let Some(row) = rows.read()? else { return Ok((ahead, true)) };
        bytes += row.bytes();
        ahead.push_back(row);
    }
    Ok((ahead, false))
}

/// Maps the columns, and shows how.
fn recipe(
    options: &ImportOptions,
    context: &Context,
    format: InputFormat,
    rows: &dyn Rows,
    is_whole: bool,
    meter: &Meter,
) -> Result<Recipe, Failure> {
    let custom = context.send(context.client()?.list_custom_fields())?.into_body().results;
    let headings = rows.headings();
    if options.exact {
        return Recipe::exact(format, headings, &custom);
    }
    // An empty file has no headings that `--map` could name.
    let choices = if headings.is_empty() { &[][..] } else { &options.map };
    let mapping = Mapping::new(headings, choices, custom)?;
    let delimiter = match rows.delimiter() {
        _ if format != InputFormat::Csv => "",
        b',' => " with commas",
        b';' => " with semicolons",
        b'\t' => " with tabs",
        _ => "",
    };
    context.printer.details(&format!("{}: {format}{delimiter}", options.file));
    let lines = mapping.lines(headings);
    if !lines.is_empty() {
        context.printer.details(&context.printer.lines(&lines));
    }
    if !headings.is_empty() && (is_whole || options.allow_unmatched) {
        check(&mapping, headings, options)?;
    }
    let is_table = format == InputFormat::Csv && meter.length.is_some();
    let forms = if is_table { forms(options, &mapping)? } else { Forms::NONE };
    let rules = RowRules {
        country: options.country.map_or_else(|| company_country(context), Ok)?,
        is_other_country: options.country.is_some(),
        tags: options.tags.clone(),
        allow_unmatched: options.allow_unmatched,
        forms,
        is_strict: options.strict.strict,
    };
    Ok(Recipe::Upsert(mapping, rules))
}

fn company_country(context: &Context) -> Result<Country, Failure> {
    match context.client()?.whoami().wait() {
        Ok(whoami) => Ok(whoami.into_body().company.country),
        Err(error) if error.status() == Some(404) => Err(context
            .failure(&error)
            .tip("the server does not return the company's country: `--country` names it")),
        Err(error) => Err(context.failure(&error)),
    }
}

/// Reads the numbers and dates of custom fields in a file to its end, to find out how they are written. A fault of the file
/// is reported when its rows are read to be sent.
fn forms(options: &ImportOptions, mapping: &Mapping) -> Result<Forms, Failure> {
    let columns: Vec<_> = mapping.columns_with_forms().collect();
    let mut evidence = Evidence::default();
    if columns.is_empty() {
        return Ok(evidence.forms());
    }
    let input = Input::open(&options.file, options.encoding)?;
    let mut rows = read::open(InputFormat::Csv, input, options.csv, options.exact)?;
    while let Ok(Some(row)) = rows.read() {
        for &(column, kind) in &columns {
            match (row.get(column), kind) {
                (Some(number), CustomFieldType::Number) => evidence.add_number(number.as_str()),
                (Some(date), CustomFieldType::Date) => evidence.add_date(date.as_str()),
                _ => {}
            }
        }
    }
    Ok(evidence.forms())
}

/// Checks that the columns are of any use.
fn check(mapping: &Mapping, headings: &[String], options: &ImportOptions) -> Result<(), Failure> {
    if mapping.is_empty() {
        return Err(Failure::usage("no column is known")
            .because(format!("the file has {}", headings.join(", ")))
            .tip("`--map 'Heading=field'` names the field of a column"));
    }
    if mapping.has(Field::PhoneNumber) || mapping.has(Field::Email) || options.allow_unmatched {
        return Ok(());
    }
    Err(Failure::usage("no column is a phone number or an email address, by which contacts are found")
        .because("each row would create a new contact at every run")
        .tip("`--map 'Heading=phone_number'` names the column; `--allow-unmatched` imports the rows anyway"))
}

/// Shows the request with the first rows.
fn preview_request(mut supply: Supply, options: &ImportOptions, context: &Context) -> Result<(), Failure> {
    let batch = supply.batch(PREVIEWED).unwrap_or_default();
    supply.finish()?;
    for (row, why) in &batch.unfit {
        messages::warn(&format!("line {}: {why}", row.line));
    }
    for (line, why) in &batch.left_out.reasons {
        messages::warn(&format!("line {line}: a value is left out: {why}"));
    }
    if !batch.sent.is_empty() {
        context.printer.preview(options.call(context.client()?, batch.body))?;
    }
    let rows = batch.rows;
    messages::note(&format!("this was a preview of the first {rows} rows, and nothing was imported"));
    Ok(())
}

/// Sends the rows, and prints the summary.
fn send(
    supply: Supply,
    skipped: u64,
    failed: FailedRows,
    meter: &Meter,
    options: &ImportOptions,
    context: &Context,
) -> Result<(), Failure> {
    let is_quiet = context.printer.quiet;
    let access = context.access()?;
    let operation_id = options.operation_id.clone().or_else(new_operation_id);
    let client = access.client(PATIENT_RETRIES)?;
    let mut pipeline = Pipeline {
        client: operation_id.clone().map_or_else(|| client.clone(), |id| client.with_operation_id(id)),
        url: access.url.clone(),
        options,
        prints_ids: is_quiet,
        receipts: receipts(options, &failed)?,
        failed,
        interrupt: Interrupt::watch(|| {})?,
        progress: context.printer.progress("rows", meter.length),
        summary: Summary::new(skipped, options.dry_run, options.report.as_deref(), operation_id),
        file_bytes: 0,
    };
    let late_columns = pipeline.run(supply)?;
    let summary = pipeline.summary;
    let mut printed = Ok(());
    if !is_quiet {
        if !late_columns.is_empty() {
            messages::warn(&format!(
                "columns that appeared later were left out: {}",
                late_columns.join(", ")
            ));
        }
        if meter.is_windows_1252.load(Ordering::Relaxed) {
            messages::note("the file is not UTF-8: it was read as Windows-1252");
        }
        summary.print();
        if !context.printer.is_table() {
            printed = context.printer.summary(&summary);
        }
    }
    messages::last_of([printed, summary.into_result()])
}

/// Opens the file for the receipts, if the user named one.
fn receipts(options: &ImportOptions, failed: &FailedRows) -> Result<Option<Receipts>, Failure> {
    let Some(path) = &options.report else { return Ok(None) };
    if is_imported(&options.file, path) || path == failed.path() {
        return Err(Failure::usage(
            "the report cannot be written to the imported file or the file of failed rows",
        ));
    }
    Receipts::open(path, options.skip > 0).map(Some)
}
