//! The result of a run as a table, as JSON and as a plot.

mod plot;
mod rows;
mod table;

pub(crate) use self::plot::plot;
pub(crate) use self::rows::{Method, Report};
pub(crate) use self::table::{comparison, table};

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::figure::Request::{Get, Patch, Post};
    use crate::figure::{Database, Facet, Figure, Figures, Site};
    use crate::machine::Machine;

    /// Returns a report of two rounds on SQLite without growth.
    fn report() -> Report {
        let mut figures = Figures::default();
        let mut add = |figure, facet, values: [f64; 2], times: &[(Facet, f64)]| {
            for value in values {
                figures.add(figure, [&[(facet, value)], times].concat());
            }
        };
        let times = |p50, p99| [(Facet::P50, p50), (Facet::P99, p99)];
        let load = |request, connections| Figure::Load(Site::Full, request, connections);
        add(Figure::Constant, Facet::Rate, [100_000.0, 90_000.0], &times(0.5, 2.0));
        add(Figure::RawLoop, Facet::Rate, [25_000.0, 20_000.0], &times(0.4, 10.0));
        add(load(Get, 64), Facet::Rate, [55_000.0, 45_000.0], &times(1.0, 4.0));
        add(load(Patch, 64), Facet::Rate, [20_000.0, 16_000.0], &times(2.2, 31.0));
        add(load(Post, 64), Facet::Rate, [10_000.0, 9_000.0], &times(4.5, 40.0));
        add(load(Patch, 1), Facet::Rate, [900.0, 1_100.0], &times(0.9, 1.5));
        add(Figure::Server, Facet::Memory, [48.0, 50.0], &[]);
        let machine = Machine {
            processor: "A <fast> one".to_owned(),
            cores: 2,
            kernel: "Linux 6.1".to_owned(),
            date: "2023-11-07".to_owned(),
            commit: "0123456789ab".to_owned(),
        };
        let method = Method { contacts: 100_000, seconds: 4, repeats: 2 };
        Report::new(machine, method, &BTreeMap::from([(Database::Sqlite, figures)]))
    }

    #[test]
    fn table_has_a_row_for_each_measured_line() {
        insta::assert_snapshot!(table(&report()));
    }

    #[test]
    fn plot_has_a_bar_for_each_ratio() {
        insta::assert_snapshot!(plot(&report()));
    }

    #[test]
    fn json_has_the_numbers_of_the_table() {
        let json = serde_json::to_value(report()).unwrap();
        let patch = &json["rows"][0];
        assert_eq!((&patch["name"], &patch["database"]), (&"PATCH".into(), &"sqlite".into()));
        assert_eq!(patch["ratio"], serde_json::json!({ "median": 0.8, "min": 0.8, "max": 0.8 }));
        assert_eq!(patch["to_reach"], serde_json::json!({ "at_least": 0.75 }));
        assert_eq!(patch["reached"], true);
    }
}
