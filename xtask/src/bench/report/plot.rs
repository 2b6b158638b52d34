//! The ratios as bars, each on a scale where 1 is the ratio to reach.

use std::fmt::{self, Write as _};

use super::rows::{Report, Row, ToReach};

const WIDTH: f64 = 860.0;
const ROW: f64 = 26.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 34.0;
/// Where the bars begin: the names stand left of it.
const LEFT: f64 = 270.0;
/// What the longest bar takes; its label stands right of it.
const SPAN: f64 = 430.0;
/// How far the scale goes. A longer bar is cut, and its label tells its ratio.
const SCALE: f64 = 2.0;

const REACHED: &str = "#2f7d5b";
const SHORT: &str = "#b3541e";

pub(super) fn render(report: &Report) -> String {
    let mut svg = String::new();
    // Writing into a string cannot fail.
    let _ = draw(&mut svg, report);
    svg
}

fn draw(svg: &mut String, report: &Report) -> fmt::Result {
    let bars: Vec<_> = report.rows.iter().filter_map(Bar::of).collect();
    let height = TOP + bars.len() as f64 * ROW + BOTTOM;
    writeln!(
        svg,
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13" role="img">"#
    )?;
    writeln!(svg, "<title>Ratios to the limits of the machine, by the ratio to reach</title>")?;
    writeln!(svg, r##"<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>"##)?;
    writeln!(
        svg,
        r#"<text x="16" y="26" font-size="15" font-weight="600">Ratios to the limits of the machine</text>"#
    )?;
    for (index, bar) in bars.iter().enumerate() {
        bar.draw(svg, TOP + index as f64 * ROW)?;
    }
    let goal = LEFT + SPAN / SCALE;
    let end = height - BOTTOM + 4.0;
    writeln!(
        svg,
        r##"<line x1="{goal}" y1="{}" x2="{goal}" y2="{end}" stroke="#333333" stroke-dasharray="4 3"/>"##,
        TOP - 8.0
    )?;
    writeln!(
        svg,
        r##"<text x="{goal}" y="{}" text-anchor="middle" fill="#333333">to reach</text>"##,
        TOP - 12.0
    )?;
    let foot = format!("{} · {} contacts", report.machine, report.method.contacts);
    writeln!(
        svg,
        r##"<text x="16" y="{}" font-size="11" fill="#666666">{}</text>"##,
        height - 10.0,
        escaped(&foot)
    )?;
    writeln!(svg, "</svg>")
}

struct Bar {
    name: String,
    /// How much of the way to the goal: 1 is the goal, more is better.
    achieved: f64,
    label: String,
    reached: bool,
}

impl Bar {
    fn of(row: &Row) -> Option<Self> {
        let ratio = row.ratio?.median;
        let (achieved, label) = match row.to_reach? {
            ToReach::AtLeast(bound) => (ratio / bound, format!("{ratio:.2} (≥ {bound:.2})")),
            ToReach::AtMost(bound) => (bound / ratio, format!("{ratio:.2} (≤ {bound:.2})")),
        };
        let name = format!("{}, {}", row.name, row.database);
        Some(Self { name, achieved, label, reached: row.reached? })
    }

    fn draw(&self, svg: &mut String, y: f64) -> fmt::Result {
        let (middle, height) = (y + ROW / 2.0 + 4.5, ROW - 8.0);
        let width = (self.achieved.clamp(0.0, SCALE) / SCALE * SPAN).round();
        let colour = if self.reached { REACHED } else { SHORT };
        writeln!(
            svg,
            r#"<text x="{}" y="{middle}" text-anchor="end">{}</text>"#,
            LEFT - 10.0,
            escaped(&self.name)
        )?;
        writeln!(
            svg,
            r#"<rect x="{LEFT}" y="{}" width="{width}" height="{height}" rx="2" fill="{colour}"/>"#,
            y + 4.0
        )?;
        writeln!(svg, r#"<text x="{}" y="{middle}">{}</text>"#, LEFT + width + 8.0, self.label)
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
