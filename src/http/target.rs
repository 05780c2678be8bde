//! Request targets: origin-form, absolute-form and `*` (RFC 9112, 3.2), decoded once and refused when ambiguous.
//!
//! After [`parse`] a path has no percent-encoding left, no dot segment, no encoded slash and no control character: what the
//! router compares is what the client meant, and no second decoding can make it something else.

use super::head::is_authority;
use super::request::Method;
use std::borrow::Cow;

/// A request target, taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target<'a> {
    /// The path, percent-decoded; it begins with `/`, or is `*` for `OPTIONS *`.
    pub path: Cow<'a, str>,
    /// The path as sent, for the access log: visible ASCII without the query.
    pub path_sent: &'a str,
    /// What follows the `?`, as sent.
    pub query: Option<&'a str>,
    /// The authority of an absolute-form target, which takes the place of `Host`.
    pub authority: Option<&'a str>,
}

/// Why a target was refused (400); the text says what is wrong with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTarget(pub &'static str);

/// Takes a target apart.
///
/// # Errors
/// [`BadTarget`] for a form that the method does not have, a fragment, bad percent-encoding, an encoded slash, backslash
/// or control character, a dot segment, or a path that is not UTF-8.
pub fn parse<'a>(method: Method, target: &'a str) -> Result<Target<'a>, BadTarget> {
    if target == "*" {
        return match method {
            Method::Options => Ok(Target { path: "*".into(), path_sent: "*", query: None, authority: None }),
            _ => Err(BadTarget("only OPTIONS may ask for *")),
        };
    }
    if target.contains('#') {
        return Err(BadTarget("a target has no fragment"));
    }
    let (authority, rest) = split_authority(target)?;
    let (path_sent, query) = match rest.split_once('?') {
        Some((path, query)) => (path, Some(query)),
        None => (rest, None),
    };
    let path_sent = if path_sent.is_empty() { "/" } else { path_sent };
    let path = decode(path_sent)?;
    check_path(&path)?;
    if let Some(query) = query {
        decode_bytes(query)?;
    }
    Ok(Target { path, path_sent, query, authority })
}

/// Splits `http://authority` off an absolute-form target; what remains begins with `/` or `?`, or is empty.
fn split_authority(target: &str) -> Result<(Option<&str>, &str), BadTarget> {
    if target.starts_with('/') {
        return Ok((None, target));
    }
    let Some((scheme, rest)) = target.split_once("://") else {
        return Err(BadTarget("a target begins with / or http://"));
    };
    if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
        return Err(BadTarget("a target begins with / or http://"));
    }
    let (authority, rest) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
    if !is_authority(authority) {
        return Err(BadTarget("the target's authority is not a host name or address with an optional port"));
    }
    Ok((Some(authority), rest))
}

/// Percent-decodes a path; a path without `%` is only borrowed.
fn decode(path: &str) -> Result<Cow<'_, str>, BadTarget> {
    if !path.contains('%') {
        return Ok(Cow::Borrowed(path));
    }
    let decoded = String::from_utf8(decode_bytes(path)?).map_err(|_| BadTarget("the path is not UTF-8"))?;
    if decoded.matches('/').count() != path.matches('/').count() {
        return Err(BadTarget("an encoded slash in the path"));
    }
    Ok(Cow::Owned(decoded))
}

/// Percent-decodes; every `%` must be followed by two hexadecimal digits.
pub(super) fn decode_bytes(text: &str) -> Result<Vec<u8>, BadTarget> {
    let mut decoded = Vec::with_capacity(text.len());
    let mut bytes = text.bytes();
    while let Some(byte) = bytes.next() {
        if byte != b'%' {
            decoded.push(byte);
            continue;
        }
        let mut digit = || bytes.next().and_then(|byte| char::from(byte).to_digit(16));
        let (Some(high), Some(low)) = (digit(), digit()) else {
            return Err(BadTarget("a % is not followed by two hexadecimal digits"));
        };
        decoded.push((high * 16 + low) as u8);
    }
    Ok(decoded)
}

/// Refuses what could mean another path to somebody else.
fn check_path(path: &str) -> Result<(), BadTarget> {
    if path.chars().any(char::is_control) {
        return Err(BadTarget("a control character in the path"));
    }
    if path.contains('\\') {
        return Err(BadTarget("a backslash in the path"));
    }
    if path.split('/').any(|segment| segment == "." || segment == "..") {
        return Err(BadTarget("a dot segment in the path"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_decoded_once() {
        for (sent, path, query) in [
            ("/", "/", None),
            ("/a/b", "/a/b", None),
            ("/a%20b?c=%2F..", "/a b", Some("c=%2F..")),
            ("/%C3%A9?", "/é", Some("")),
            ("/%2541", "/%41", None),
            ("/...", "/...", None),
            ("/a//b", "/a//b", None),
        ] {
            let target = parse(Method::Get, sent).unwrap();
            assert_eq!((&*target.path, target.query, target.authority), (path, query, None), "{sent}");
        }
    }

    #[test]
    fn absolute_form_brings_its_own_authority() {
        for (sent, authority, path) in [
            ("http://snug:8080/me?x", "snug:8080", "/me"),
            ("HTTPS://snug", "snug", "/"),
            ("http://[::1]?x", "[::1]", "/"),
        ] {
            let target = parse(Method::Get, sent).unwrap();
            assert_eq!((target.authority, &*target.path), (Some(authority), path), "{sent}");
        }
    }

    #[test]
    fn an_asterisk_is_for_options_only() {
        assert_eq!(parse(Method::Options, "*").unwrap().path, "*");
        assert!(parse(Method::Get, "*").is_err());
    }

    #[test]
    fn what_could_mean_another_path_is_refused() {
        for sent in [
            "",
            "a",
            "a/b",
            "snug:443",
            "ftp://snug/",
            "http://",
            "http:///x",
            "http://me@snug/",
            "/#top",
            "/a#b",
            "/%",
            "/%4",
            "/%4g",
            "/%+1",
            "/%00",
            "/%0a",
            "/%7f",
            "/%C2%85",
            "/%2e%2e/x",
            "/..",
            "/../etc/passwd",
            "/a/../b",
            "/a/./b",
            "/.",
            "/a/%2E%2e",
            "/a%2fb",
            "/a%2F..%2Fb",
            "/a%5cb",
            "/a\\..\\b",
            "/%ff",
            "/%c3",
            "/?%",
            "/?a=%zz",
        ] {
            assert!(parse(Method::Get, sent).is_err(), "{sent}");
        }
    }
}
