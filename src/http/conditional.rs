//! Conditional requests by entity tag (RFC 9110, section 13).

use super::request::Request;

/// What the conditions of a `GET` or `HEAD` come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Send the representation (200).
    Send,
    /// The client has it already (304).
    NotModified,
    /// The client wanted another one (412).
    Failed,
}

/// Evaluates `If-Match` and `If-None-Match` against the strong `etag` (with its quotes) of the chosen representation.
///
/// A list that is malformed ends where it stops making sense: what stands before still counts.
pub fn evaluate(request: &Request<'_>, etag: &str) -> Outcome {
    if request.values("if-match").next().is_some() && !any_tag(request, "if-match", |weak, tag| !weak && tag == etag) {
        return Outcome::Failed;
    }
    if any_tag(request, "if-none-match", |_, tag| tag == etag) { Outcome::NotModified } else { Outcome::Send }
}

/// Whether the field is `*`, or a list with a tag (weak or not, with its quotes) that `matches`.
fn any_tag(request: &Request<'_>, name: &str, matches: impl Fn(bool, &str) -> bool) -> bool {
    request.values(name).filter_map(|value| std::str::from_utf8(value).ok()).any(|value| {
        if value == "*" {
            return true;
        }
        let mut rest = value;
        while let Some((weak, tag, behind)) = next_tag(rest) {
            if matches(weak, tag) {
                return true;
            }
            rest = behind;
        }
        false
    })
}

/// Takes one entity tag from the front of a list; a comma may stand inside its quotes.
fn next_tag(list: &str) -> Option<(bool, &str, &str)> {
    let list = list.trim_start_matches([' ', '\t', ',']);
    let (weak, list) = list.strip_prefix("W/").map_or((false, list), |list| (true, list));
    let end = list.strip_prefix('"')?.find('"')? + 2;
    let (tag, rest) = list.split_at(end);
    let rest = rest.trim_start_matches([' ', '\t']);
    (rest.is_empty() || rest.starts_with(',')).then_some((weak, tag, rest))
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    fn outcome(lines: &str) -> Outcome {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        let wire = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
        let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
        evaluate(&request, "\"a-br\"")
    }

    #[test]
    fn who_has_it_is_not_sent_it_again() {
        for (value, expected) in [
            ("\"a-br\"", Outcome::NotModified),
            ("W/\"a-br\"", Outcome::NotModified),
            ("*", Outcome::NotModified),
            ("\"x\", W/\"y\",\"a-br\"", Outcome::NotModified),
            (", ,\"x,y\" , \"a-br\"", Outcome::NotModified),
            ("\"a-br\", broken", Outcome::NotModified),
            ("\"a-gzip\"", Outcome::Send),
            ("\"A-br\"", Outcome::Send),
            ("a-br", Outcome::Send),
            ("\"a-br", Outcome::Send),
            ("\"x\"\"a-br\"", Outcome::Send),
            ("\"x, \"a-br\"", Outcome::Send),
            ("w/\"a-br\"", Outcome::Send),
            ("\"x\", *", Outcome::Send),
            ("", Outcome::Send),
        ] {
            assert_eq!(outcome(&format!("If-None-Match: {value}\r\n")), expected, "{value}");
        }
        assert_eq!(outcome(""), Outcome::Send);
        assert_eq!(outcome("If-None-Match: \"x\"\r\nIf-None-Match: \"a-br\"\r\n"), Outcome::NotModified);
    }

    #[test]
    fn who_wants_another_one_gets_none() {
        for (value, expected) in [
            ("\"a-br\"", Outcome::Send),
            ("*", Outcome::Send),
            ("\"x\", \"a-br\"", Outcome::Send),
            ("W/\"a-br\"", Outcome::Failed),
            ("\"x\"", Outcome::Failed),
            ("broken", Outcome::Failed),
        ] {
            assert_eq!(outcome(&format!("If-Match: {value}\r\n")), expected, "{value}");
        }
    }
}
