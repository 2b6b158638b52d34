//! The ratios as bars on a scale where 1 is the goal.

use super::rows::{Bound, Report, Row};

const WIDTH: f64 = 860.0;
const ROW: f64 = 26.0;
const TOP: f64 = 48.0;
const BOTTOM: f64 = 34.0;
/// The left end of the bars, with the names to the left of it.
const LEFT: f64 = 270.0;
/// The width of the longest bar, with its label to the right of it.
const SPAN: f64 = 430.0;
/// The end of the scale. A longer bar is cut; its label contains the ratio.
const SCALE: f64 = 2.0;

const REACHED: &str = "#2f7d5b";
const SHORT: &str = "#b3541e";

/// Returns an SVG image with a bar for each line with a goal.
pub(crate) fn plot(report: &Report) -> String {
    let rows: Vec<_> =
        report.rows.iter().filter_map(|row| Some((row, row.ratio?.median, row.to_reach?))).collect();
    let bars = rows.iter().enumerate();
    let bars: String = bars.map(|(index, (row, ratio, bound))| bar(index, row, *ratio, *bound)).collect();
    let height = TOP + rows.len() as f64 * ROW + BOTTOM;
    let (goal, above, label) = (LEFT + SPAN / SCALE, TOP - 8.0, TOP - 12.0);
    let (end, foot) = (height - BOTTOM + 4.0, height - 10.0);
    let caption = escaped(&format!("{} · {} contacts", report.machine, report.method.contacts));
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="system-ui, sans-serif" font-size="13" role="img">
<title>Ratios to the limits of the machine, by the ratio to reach</title>
<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>
<text x="16" y="26" font-size="15" font-weight="600">Ratios to the limits of the machine</text>
{bars}<line x1="{goal}" y1="{above}" x2="{goal}" y2="{end}" stroke="#333333" stroke-dasharray="4 3"/>
<text x="{goal}" y="{label}" text-anchor="middle" fill="#333333">to reach</text>
<text x="16" y="{foot}" font-size="11" fill="#666666">{caption}</text>
</svg>
"##
    )
}

fn bar(index: usize, row: &Row, ratio: f64, bound: Bound) -> String {
    let top = TOP + index as f64 * ROW;
    let (y, middle, height) = (top + 4.0, top + ROW / 2.0 + 4.5, ROW - 8.0);
    let progress = bound.progress(ratio);
    let width = (progress.clamp(0.0, SCALE) / SCALE * SPAN).round();
    let colour = if progress >= 1.0 { REACHED } else { SHORT };
    let name = escaped(&format!("{}, {}", row.name, row.database));
    let label = match bound {
        Bound::AtLeast(bound) => format!("{ratio:.2} (≥ {bound:.2})"),
        Bound::AtMost(bound) => format!("{ratio:.2} (≤ {bound:.2})"),
    };
    let (before, after) = (LEFT - 10.0, LEFT + width + 8.0);
    format!(
        r#"<text x="{before}" y="{middle}" text-anchor="end">{name}</text>
<rect x="{LEFT}" y="{y}" width="{width}" height="{height}" rx="2" fill="{colour}"/>
<text x="{after}" y="{middle}">{label}</text>
"#
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
