//! The result of a run of the load generator.

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;

use crate::figure::{Facet, Sample};

/// The line of JSON that `load.lua` prints.
#[derive(Debug, Deserialize)]
pub(crate) struct Outcome {
    pub(crate) requests: u64,
    micros: u64,
    p50: u64,
    p99: u64,
    refused: u64,
    failed: u64,
    /// The contacts of the first requests of every thread, by their number or their phone number.
    pub(crate) first: Vec<String>,
}

impl Outcome {
    /// Parses the output of wrk. Fails if a request failed, because then the rate means nothing.
    pub(crate) fn parse(printed: &str) -> Result<Self> {
        let line = printed.lines().rfind(|line| line.starts_with('{'));
        let line = line.with_context(|| format!("wrk printed no result:\n{printed}"))?;
        let outcome: Self = serde_json::from_str(line).with_context(|| format!("wrk printed: {line}"))?;
        let Self { requests, refused, failed, .. } = outcome;
        ensure!(refused == 0, "the server refused {refused} of {requests} requests");
        ensure!(failed == 0, "{failed} of {requests} requests got no response");
        ensure!(requests > 0, "no request got a response");
        Ok(outcome)
    }

    /// Returns the rate and the response times. A request counts as this number.
    pub(crate) fn sample(&self, count: f64) -> Sample {
        let milliseconds = |micros: u64| micros as f64 / 1000.0;
        let rate = self.requests as f64 * count / (self.micros as f64 / 1_000_000.0);
        vec![(Facet::Rate, rate), (Facet::P50, milliseconds(self.p50)), (Facet::P99, milliseconds(self.p99))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"Running 1s test @ http://127.0.0.1:8080
  2 threads and 64 connections
Requests/sec:  20000.00
{"requests":30000,"micros":1500000,"p50":2250,"p99":29000,"refused":0,"failed":0,"first":["17","4","9"]}
"#;

    #[test]
    fn rate_and_times_are_parsed() {
        let outcome = Outcome::parse(PRINTED).unwrap();
        let expected = [(Facet::Rate, 20_000.0), (Facet::P50, 2.25), (Facet::P99, 29.0)];
        assert_eq!(outcome.sample(1.0), expected);
        assert_eq!(outcome.first, ["17", "4", "9"]);
    }

    #[test]
    fn run_with_failures_has_no_result() {
        for (from, to, expected) in [
            (r#""refused":0"#, r#""refused":3"#, "refused 3 of 30000"),
            (r#""failed":0"#, r#""failed":2"#, "2 of 30000 requests got no response"),
            (r#""requests":30000"#, r#""requests":0"#, "no request got a response"),
            ("{\"", "", "printed no result"),
        ] {
            let error = Outcome::parse(&PRINTED.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(expected), "{error}");
        }
    }
}
