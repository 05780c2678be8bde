//! Days, as in `before:2026-11-01`.

const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 24 * 60 * MINUTE_MS;
/// Days of each month of a common year.
const MONTHS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/// A day of the calendar, as its number since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day that `YYYY-MM-DD` means, from 1970 to 9999; `None`: it is none.
    pub fn parse(text: &str) -> Option<Day> {
        let mut parts = text.split('-');
        let mut number = |digits: usize| {
            let part = parts.next().filter(|part| (1..=digits).contains(&part.len()))?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse::<i64>().ok())?
        };
        let (year, month, day) = (number(4)?, number(2)?, number(2)?);
        if parts.next().is_some() || !(1970..=9999).contains(&year) || !(1..=12).contains(&month) {
            return None;
        }
        let is_leap = |year: i64| year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
        let length = |at: usize| MONTHS[at] + i64::from(at == 1 && is_leap(year));
        let month = usize::try_from(month - 1).ok()?;
        if !(1..=length(month)).contains(&day) {
            return None;
        }
        let leap_days = (1970..year).filter(|year| is_leap(*year)).count();
        let before = (year - 1970) * 365 + i64::try_from(leap_days).ok()? + (0..month).map(length).sum::<i64>();
        Some(Day(before + day - 1))
    }

    /// The day after it.
    pub fn next(self) -> Day {
        Day(self.0 + 1)
    }

    /// When it begins, in Unix milliseconds, where clocks are `offset` minutes ahead of UTC.
    pub fn begins_at(self, offset: i64) -> i64 {
        self.0 * DAY_MS - offset * MINUTE_MS
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        for (text, number) in [("1970-01-01", 0), ("1972-03-01", 790), ("2000-02-29", 11_016), ("2026-11-23", 20_780)] {
            assert_eq!(Day::parse(text), Some(Day(number)), "{text}");
        }
        assert_eq!(Day::parse("2026-1-2"), Day::parse("2026-01-02"));
        assert_eq!(Day::parse("2024-12-31").map(Day::next), Day::parse("2025-01-01"));
        for text in
            ["", "2026", "2026-11", "2026-13-01", "2026-02-29", "2026-11-0", "1969-12-31", "+026-01-01", "2026-11-23-1"]
        {
            assert_eq!(Day::parse(text), None, "{text}");
        }
    }

    #[test]
    fn a_day_begins_earlier_in_the_east() {
        let day = Day::parse("1970-01-02").unwrap();
        assert_eq!(
            (day.begins_at(0), day.begins_at(60), day.begins_at(-60)),
            (DAY_MS, DAY_MS - 3_600_000, DAY_MS + 3_600_000)
        );
    }
}
