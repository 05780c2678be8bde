//! Which part of a file is asked for (RFC 9110, section 14): one range, or all of it.

use super::request::Request;

/// What is to be sent of a representation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// All of it (200).
    All,
    /// From the first of these bytes to the last, both included (206).
    Part(u64, u64),
    /// The range lies behind its end (416).
    Nothing,
}

/// What `request`, a `GET`, asks for of a representation of `length` bytes with the strong `etag` (with its quotes). More than
/// one range, and whatever is no range of bytes, is no range at all, as section 14.2 allows.
pub fn wanted(request: &Request<'_>, etag: &str, length: u64) -> Wanted {
    let Ok(Some(value)) = request.single("range") else { return Wanted::All };
    // Another version than the one of which the client has a part: all of this one.
    if !matches!(request.single("if-range"), Ok(None)) && request.single("if-range") != Ok(Some(etag)) {
        return Wanted::All;
    }
    let Some((unit, range)) = value.split_once('=') else { return Wanted::All };
    if !unit.trim().eq_ignore_ascii_case("bytes") {
        return Wanted::All;
    }
    let Some((first, last)) = range.trim().split_once('-') else { return Wanted::All };
    let number = |text: &str| {
        let is_plain = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        is_plain.then(|| text.parse().unwrap_or(u64::MAX))
    };
    match (number(first), number(last)) {
        (None, Some(suffix)) if first.is_empty() => match suffix.min(length) {
            0 => Wanted::Nothing,
            suffix => Wanted::Part(length - suffix, length - 1),
        },
        (Some(first), None) if last.is_empty() => part(first, u64::MAX, length),
        (Some(first), Some(last)) if first <= last => part(first, last, length),
        _ => Wanted::All,
    }
}

fn part(first: u64, last: u64, length: u64) -> Wanted {
    if first < length { Wanted::Part(first, last.min(length - 1)) } else { Wanted::Nothing }
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    fn of(lines: &str) -> Wanted {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        let wire = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
        let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
        wanted(&request, "\"e\"", 100)
    }

    #[test]
    fn one_range_is_understood_and_everything_else_is_all() {
        for (range, expected) in [
            ("bytes=0-0", Wanted::Part(0, 0)),
            ("bytes=0-", Wanted::Part(0, 99)),
            ("Bytes=10-19", Wanted::Part(10, 19)),
            ("bytes=90-1000", Wanted::Part(90, 99)),
            ("bytes=-10", Wanted::Part(90, 99)),
            ("bytes=-1000", Wanted::Part(0, 99)),
            ("bytes=99-99999999999999999999999", Wanted::Part(99, 99)),
            ("bytes=100-", Wanted::Nothing),
            ("bytes=-0", Wanted::Nothing),
            ("bytes=5-4", Wanted::All),
            ("bytes=0-1,5-6", Wanted::All),
            ("bytes=-", Wanted::All),
            ("bytes=a-b", Wanted::All),
            ("bytes=+1-2", Wanted::All),
            ("lines=0-1", Wanted::All),
            ("0-1", Wanted::All),
        ] {
            assert_eq!(of(&format!("Range: {range}\r\n")), expected, "{range}");
        }
        assert_eq!(of(""), Wanted::All);
        assert_eq!(of("Range: bytes=0-1\r\nRange: bytes=2-3\r\n"), Wanted::All);
    }

    #[test]
    fn a_part_goes_only_to_whoever_has_the_rest_of_the_same_version() {
        assert_eq!(of("Range: bytes=0-1\r\nIf-Range: \"e\"\r\n"), Wanted::Part(0, 1));
        for other in ["\"x\"", "W/\"e\"", "Sun, 22 Nov 2026 10:00:00 GMT"] {
            assert_eq!(of(&format!("Range: bytes=0-1\r\nIf-Range: {other}\r\n")), Wanted::All, "{other}");
        }
    }
}
