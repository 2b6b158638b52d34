//! What a run of the load generator says at its end.

use anyhow::{Context as _, Result, bail};
use serde::Deserialize;

use crate::bench::figure::Sample;

/// The line of JSON that `load.lua` prints.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Outcome {
    requests: u64,
    micros: u64,
    p50: u64,
    p99: u64,
    refused: u64,
    failed: u64,
    sent: Vec<u64>,
    first: Vec<String>,
}

impl Outcome {
    /// Finds the line in what wrk printed.
    ///
    /// # Errors
    /// Where there is none, or a request was refused or lost: a rate of failures is no rate.
    pub fn parse(printed: &str) -> Result<Self> {
        let line = printed.lines().rfind(|line| line.starts_with('{'));
        let line = line.with_context(|| format!("wrk printed no result:\n{printed}"))?;
        let outcome: Self = serde_json::from_str(line).with_context(|| format!("wrk printed: {line}"))?;
        if outcome.refused > 0 {
            bail!("the server refused {} of {} requests", outcome.refused, outcome.requests);
        }
        if outcome.failed > 0 {
            bail!("{} of {} requests got no answer", outcome.failed, outcome.requests);
        }
        if outcome.requests == 0 {
            bail!("no request was answered");
        }
        Ok(outcome)
    }

    /// The rate and the times.
    pub fn sample(&self) -> Sample {
        let milliseconds = |micros: u64| micros as f64 / 1000.0;
        Sample {
            value: self.requests as f64 / (self.micros as f64 / 1_000_000.0),
            p50: Some(milliseconds(self.p50)),
            p99: Some(milliseconds(self.p99)),
        }
    }

    /// How many requests a thread, counted from 1, put together.
    pub fn sent(&self, thread: usize) -> u64 {
        thread.checked_sub(1).and_then(|index| self.sent.get(index)).copied().unwrap_or(0)
    }

    /// The contacts that the first requests of every thread were about, by their number or their phone.
    pub fn first(&self) -> impl Iterator<Item = &str> {
        self.first.iter().flat_map(|first| first.split_whitespace())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PRINTED: &str = r#"Running 1s test @ http://127.0.0.1:8080
  2 threads and 64 connections
Requests/sec:  20000.00
{"requests":30000,"micros":1500000,"p50":2250,"p99":29000,"refused":0,"failed":0,"sent":[15001,15010],"first":["17 4 ","9 17 "]}
"#;

    #[test]
    fn the_rate_and_the_times_are_found_among_what_wrk_prints() {
        let outcome = Outcome::parse(PRINTED).unwrap();
        assert_eq!(outcome.sample(), Sample { value: 20_000.0, p50: Some(2.25), p99: Some(29.0) });
        assert_eq!((outcome.sent(0), outcome.sent(2), outcome.sent(3)), (0, 15_010, 0));
        assert_eq!(outcome.first().collect::<Vec<_>>(), ["17", "4", "9", "17"]);
    }

    #[test]
    fn a_run_with_failures_gives_no_figure() {
        for (from, to, complaint) in [
            (r#""refused":0"#, r#""refused":3"#, "refused 3 of 30000"),
            (r#""failed":0"#, r#""failed":2"#, "2 of 30000 requests got no answer"),
            (r#""requests":30000"#, r#""requests":0"#, "no request was answered"),
            ("{\"", "", "printed no result"),
        ] {
            let error = Outcome::parse(&PRINTED.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(complaint), "{error}");
        }
    }
}
