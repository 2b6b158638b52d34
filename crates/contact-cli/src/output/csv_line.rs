//! A line of CSV.

use csv::StringRecord;

use super::printer::unprintable;
use crate::failure::Failure;

/// The cells with commas between them, quoted where they need it, and the end of the line.
///
/// # Errors
/// It cannot be written, which does not happen in memory.
pub(crate) fn csv_line(cells: &StringRecord) -> Result<String, Failure> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(cells).map_err(unprintable)?;
    let bytes = writer.into_inner().map_err(|error| unprintable(error.error()))?;
    String::from_utf8(bytes).map_err(unprintable)
}
