//! What a run has found: named numbers with units, and their summary over rounds.

use std::fmt;

/// The metric that tells how much others have used the machine.
pub const OTHERS_BUSY: &str = "others busy";

/// One number.
#[derive(Debug, Clone, PartialEq)]
pub struct Metric {
    /// What it is.
    pub name: &'static str,
    /// In what.
    pub unit: &'static str,
    /// How much.
    pub value: f64,
}

/// All numbers of one run.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Report {
    /// In the order in which they are shown.
    pub metrics: Vec<Metric>,
}

impl Report {
    /// Adds a number.
    pub fn add(&mut self, name: &'static str, unit: &'static str, value: f64) {
        self.metrics.push(Metric { name, unit, value });
    }

    /// The number of this name.
    pub fn get(&self, name: &str) -> Option<f64> {
        self.metrics.iter().find(|metric| metric.name == name).map(|metric| metric.value)
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.metrics.iter().try_for_each(|m| writeln!(f, "{:<34} {:>14} {}", m.name, human(m.value), m.unit))
    }
}

/// Median, least and greatest.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The middle one; of an even number the mean of the middle two.
    pub median: f64,
    /// The least.
    pub min: f64,
    /// The greatest.
    pub max: f64,
}

/// Summarises the values of all rounds; `None` if there are none.
pub fn summarise(values: &[f64]) -> Option<Summary> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let (min, max) = (*sorted.first()?, *sorted.last()?);
    let middle = sorted.len() / 2;
    let median = if sorted.len() % 2 == 1 { sorted[middle] } else { f64::midpoint(sorted[middle - 1], sorted[middle]) };
    Some(Summary { median, min, max })
}

/// Three digits of what is small, thousands of what is large.
pub fn human(value: f64) -> String {
    let decimals = match value.abs() {
        v if v >= 1000.0 || v == 0.0 => 0,
        v if v >= 100.0 => 1,
        v if v >= 1.0 => 2,
        _ => 3,
    };
    let plain = format!("{value:.decimals$}");
    let (whole, rest) = plain.split_at(plain.find('.').unwrap_or(plain.len()));
    let mut grouped = String::new();
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && digit != '-' && (whole.len() - i) % 3 == 0 && !grouped.ends_with('-') {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers are shown so that they can be read.
    #[test]
    fn numbers_can_be_read() {
        let shown = [0.0, 0.1234, 12.345, 123.45, 1234.5, 9_980_000.0, -123_456.0].map(human);
        assert_eq!(shown, ["0", "0.123", "12.35", "123.5", "1,234", "9,980,000", "-123,456"]);
    }

    /// The median is in the middle, whatever the order.
    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!(summarise(&[3.0, 1.0, 2.0]), Some(Summary { median: 2.0, min: 1.0, max: 3.0 }));
        assert_eq!(summarise(&[4.0, 1.0]).map(|s| s.median), Some(2.5));
        assert_eq!(summarise(&[]), None);
    }
}
