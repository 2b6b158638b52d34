//! What came of a run: a row for each line, as a table, as JSON and as a plot.

mod json;
mod plot;
mod rows;
mod table;

pub(super) use self::table::STYLE as TABLE_STYLE;

pub use self::rows::{Method, Report, Row, ToReach};

impl Report {
    /// The table for the terminal.
    pub fn table(&self) -> String {
        table::render(self)
    }

    /// The report as JSON.
    ///
    /// # Errors
    /// None that these values can have.
    pub fn json(&self) -> serde_json::Result<String> {
        json::render(self)
    }

    /// The ratios as an SVG image.
    pub fn plot(&self) -> String {
        plot::render(self)
    }
}
