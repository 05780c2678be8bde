//! Bearer tokens as requests bring them (RFC 6750, 2.1).

use super::request::Request;

/// What stands before the token, compared without case.
const SCHEME: &str = "bearer";

/// The token of `Authorization: Bearer`; `None` if there is none, or more than one.
///
/// A page cannot add this field to a request for another origin unless that allows it (CORS), and we allow nobody: it
/// proves as much as an own `Origin` does. It must not be helped out by a cookie.
pub fn token<'a>(request: &Request<'a>) -> Option<&'a str> {
    let (scheme, token) = request.single("authorization").ok().flatten()?.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case(SCHEME) && !token.is_empty()).then_some(token)
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    #[test]
    fn a_token_stands_alone_behind_its_scheme() {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        for (lines, expected) in [
            ("", None),
            ("Authorization: Bearer abc\r\n", Some("abc")),
            ("authorization: bearer  abc \r\n", Some("abc")),
            ("Authorization: Basic abc\r\n", None),
            ("Authorization: Bearer\r\n", None),
            ("Authorization: Bearer \r\n", None),
            ("Authorization: Bearerabc\r\n", None),
            ("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", None),
        ] {
            let wire = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
            let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
            assert_eq!(token(&request), expected, "{lines}");
        }
    }
}
