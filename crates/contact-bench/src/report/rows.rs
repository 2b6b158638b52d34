//! The rows of a report.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::figure::{Database, Facet, Figures};
use crate::lines::{Goal, LINES, Line};
use crate::machine::Machine;
use crate::statistics::Spread;

/// The result of a run.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    pub(crate) machine: Machine,
    pub(crate) method: Method,
    /// A row for each line that was measured.
    pub(crate) rows: Vec<Row>,
}

/// How the figures were measured.
#[derive(Debug, Serialize)]
pub(crate) struct Method {
    pub(crate) contacts: u64,
    /// The seconds of one measurement.
    pub(crate) seconds: u64,
    /// The measurements of each figure.
    pub(crate) repeats: usize,
}

/// A line with its numbers.
#[derive(Debug, Serialize)]
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) database: Database,
    pub(crate) figure: Spread,
    /// The median of the response times in milliseconds, for a rate.
    pub(crate) p50: Option<f64>,
    /// The 99th percentile of the response times in milliseconds, for a rate.
    pub(crate) p99: Option<f64>,
    /// The number that the figure is compared with.
    pub(crate) limit: Option<f64>,
    /// The ratio of the figure to the limit.
    pub(crate) ratio: Option<Spread>,
    /// The goal for the ratio.
    pub(crate) to_reach: Option<Bound>,
    /// Whether the median of the ratio reaches the goal.
    pub(crate) reached: Option<bool>,
}

/// A bound of a ratio.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Bound {
    AtLeast(f64),
    AtMost(f64),
}

impl Bound {
    /// Returns the progress to the goal: 1 is the goal, more is better.
    pub(crate) fn progress(self, ratio: f64) -> f64 {
        match self {
            Self::AtLeast(bound) => ratio / bound,
            Self::AtMost(bound) => bound / ratio,
        }
    }
}

impl Report {
    /// Returns a report with the lines that were measured.
    pub(crate) fn new(machine: Machine, method: Method, figures: &BTreeMap<Database, Figures>) -> Self {
        let rows = figures.iter().flat_map(|(database, figures)| {
            LINES.iter().filter_map(|line| Row::new(line, *database, figures))
        });
        Self { machine, method, rows: rows.collect() }
    }
}

impl Row {
    /// Returns none if the line, or the number that it is compared with, was not measured.
    fn new(line: &Line, database: Database, figures: &Figures) -> Option<Self> {
        let (shown, facet) = line.shown;
        let figure = figures.spread(line.shown)?;
        let compared = |other| Some((figures.spread(other)?.median, figures.ratio(line.shown, other)?));
        let (comparison, to_reach) = match line.goal(database) {
            Goal::Reported => (None, None),
            Goal::Within(most) => (Some((most, figure.divided_by(most))), Some(Bound::AtMost(1.0))),
            Goal::AtLeast(bound, other) => (Some(compared(other)?), Some(Bound::AtLeast(bound))),
            Goal::AtMost(bound, other) => (Some(compared(other)?), Some(Bound::AtMost(bound))),
        };
        let (limit, ratio) = comparison.unzip();
        let time =
            |time| figures.spread((shown, time)).filter(|_| facet == Facet::Rate).map(|time| time.median);
        Some(Self {
            name: line.name,
            database,
            figure,
            p50: time(Facet::P50),
            p99: time(Facet::P99),
            limit,
            ratio,
            to_reach,
            reached: ratio.zip(to_reach).map(|(ratio, bound)| bound.progress(ratio.median) >= 1.0),
        })
    }
}
