//! The rows of a report, one for each line that was measured.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::bench::figure::{Database, Facet, Figure, Figures};
use crate::bench::lines::{Goal, LINES, Line};
use crate::bench::machine::Machine;
use crate::bench::statistics::Spread;

/// A run's result.
#[derive(Debug, Clone, Serialize)]
pub struct Report {
    /// Where and how it was measured.
    pub machine: Machine,
    /// How.
    pub method: Method,
    /// A row for each line that was measured.
    pub rows: Vec<Row>,
}

/// How it was measured.
#[derive(Debug, Clone, Serialize)]
pub struct Method {
    /// Contacts in the database.
    pub contacts: u64,
    /// Seconds of one measurement.
    pub seconds: u64,
    /// Measurements of each figure.
    pub repeats: usize,
}

/// A line with its figures.
#[derive(Debug, Clone, Serialize)]
pub struct Row {
    /// What the line is about.
    pub name: String,
    /// The database.
    pub database: Database,
    /// The figure.
    pub figure: Spread,
    /// The median of the single times, in milliseconds.
    pub p50: Option<f64>,
    /// Their 99th percentile, in milliseconds.
    pub p99: Option<f64>,
    /// What the figure is measured against.
    pub limit: Option<f64>,
    /// The figure by its limit, round by round.
    pub ratio: Option<Spread>,
    /// The ratio to reach: at least, or at most.
    pub to_reach: Option<ToReach>,
    /// Whether it is reached by the median.
    pub reached: Option<bool>,
}

/// A bound on a ratio.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ToReach {
    /// No less than this.
    AtLeast(f64),
    /// No more than this.
    AtMost(f64),
}

impl ToReach {
    fn is_reached(self, ratio: f64) -> bool {
        match self {
            Self::AtLeast(bound) => ratio >= bound,
            Self::AtMost(bound) => ratio <= bound,
        }
    }
}

impl Report {
    /// The rows of all lines whose figures were measured.
    pub fn new(machine: Machine, method: Method, figures: &BTreeMap<Database, Figures>) -> Self {
        let rows = LINES.iter().filter_map(|line| row(line, figures.get(&line.database)?)).collect();
        Self { machine, method, rows }
    }
}

fn row(line: &Line, figures: &Figures) -> Option<Row> {
    let (shown, facet) = line.shown;
    let figure = figures.spread(shown, facet)?;
    let time = |facet_of_time| {
        let is_rate = facet == Facet::Value;
        is_rate.then(|| figures.spread(shown, facet_of_time)).flatten().map(|spread| spread.median)
    };
    let (limit, ratio, to_reach) = match line.goal {
        Goal::Reported => (None, None, None),
        Goal::Within(bound) => {
            let share = |number| number / bound;
            let ratio =
                Spread { median: share(figure.median), min: share(figure.min), max: share(figure.max) };
            (Some(bound), Some(ratio), Some(ToReach::AtMost(1.0)))
        }
        Goal::AtLeast(bound, other) => compared(figures, line.shown, other, ToReach::AtLeast(bound))?,
        Goal::AtMost(bound, other) => compared(figures, line.shown, other, ToReach::AtMost(bound))?,
    };
    let reached = ratio.zip(to_reach).map(|(ratio, bound)| bound.is_reached(ratio.median));
    Some(Row {
        name: line.name.to_owned(),
        database: line.database,
        figure,
        p50: time(Facet::P50),
        p99: time(Facet::P99),
        limit,
        ratio,
        to_reach,
        reached,
    })
}

type Compared = (Option<f64>, Option<Spread>, Option<ToReach>);

/// Nothing where the other figure was not measured: a line without its limit says nothing.
fn compared(
    figures: &Figures,
    shown: (Figure, Facet),
    other: (Figure, Facet),
    bound: ToReach,
) -> Option<Compared> {
    let limit = figures.spread(other.0, other.1)?.median;
    Some((Some(limit), figures.ratio(shown, other), Some(bound)))
}
