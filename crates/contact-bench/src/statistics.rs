//! Medians and percentiles.

use serde::Serialize;

/// The spread of several measurements.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) min: f64,
    pub(crate) max: f64,
}

impl Spread {
    /// Returns the spread of numbers, or none if there are none or one is not finite.
    pub(crate) fn of(numbers: &[f64]) -> Option<Self> {
        if numbers.iter().any(|number| !number.is_finite()) {
            return None;
        }
        let mut sorted = numbers.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (min, max) = (*sorted.first()?, *sorted.last()?);
        let median = (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0;
        Some(Self { median, min, max })
    }

    /// Returns the spread of the numbers divided by a number.
    pub(crate) fn divided_by(self, number: f64) -> Self {
        Self { median: self.median / number, min: self.min / number, max: self.max / number }
    }
}

/// Returns the smallest of the sorted numbers that `percent` of them do not exceed.
pub(crate) fn percentile(sorted: &[f64], percent: f64) -> Option<f64> {
    let rank = (percent / 100.0 * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn median_of_an_even_count_is_between_the_middle_two() {
        assert_eq!(Spread::of(&[4.0, 1.0, 3.0]), Some(Spread { median: 3.0, min: 1.0, max: 4.0 }));
        assert_eq!(Spread::of(&[4.0, 1.0, 2.0, 3.0]), Some(Spread { median: 2.5, min: 1.0, max: 4.0 }));
        assert_eq!(Spread::of(&[]), None);
        assert_eq!(Spread::of(&[1.0, 1.0 / 0.0]), None);
    }

    #[test]
    fn percentile_is_one_of_the_numbers() {
        let numbers: Vec<f64> = (1..=200).map(f64::from).collect();
        assert_eq!(
            [50.0, 99.0, 100.0].map(|percent| percentile(&numbers, percent)),
            [100.0, 198.0, 200.0].map(Some)
        );
        assert_eq!(percentile(&[], 50.0), None);
    }
}
