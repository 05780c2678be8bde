//! Cookies as requests bring them (RFC 6265, 5.4).

use super::request::Request;

/// The value of the first cookie of this name, without quotes; `None` if there is none or its line is not UTF-8.
pub fn value<'a>(request: &Request<'a>, name: &str) -> Option<&'a str> {
    request
        .values("cookie")
        .filter_map(|line| std::str::from_utf8(line).ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim_matches([' ', '\t']).split_once('='))
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value))
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    #[test]
    fn the_first_cookie_of_the_name_is_found() {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        for (lines, expected) in [
            ("", None),
            ("Cookie: s=1\r\n", Some("1")),
            ("cookie: a=b; s=1;s=2\r\n", Some("1")),
            ("Cookie: a=b\r\nCookie: s=x=y\r\n", Some("x=y")),
            ("Cookie: s=\"q\"\r\n", Some("q")),
            ("Cookie: s=\r\n", Some("")),
            ("Cookie: ss=1; S=2; xs=3; s\r\n", None),
        ] {
            let wire = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
            let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
            assert_eq!(value(&request, "s"), expected, "{lines}");
        }
        let wire = b"GET / HTTP/1.1\r\nHost: a\r\nCookie: s=\xff\r\nCookie: s=2\r\n\r\n";
        let (request, _) = parse_head(wire, &limits).unwrap().unwrap();
        assert_eq!(value(&request, "s"), Some("2"));
    }
}
