//! Request heads: where they end, and what they say (RFC 9112, sections 2 to 5).
//!
//! [`httparse`] tokenises; the rules on top are ours and stricter than its own: no bare LF, no control characters, one
//! valid `Host`, a target in visible ASCII, exactly the methods and versions that we speak.

use super::request::{Method, NotSingle, Request, Version};

/// Empty lines that a client may send before a request line (RFC 9112, 2.2 asks for at least one).
const LEADING_LINES_MAX: usize = 2;

/// Bytes that a method may have; the longest we know has 7, and a longer one is not worth buffering.
const METHOD_BYTES_MAX: usize = 24;

/// How large a head may be.
#[derive(Debug, Clone, Copy)]
pub struct HeadLimits {
    /// Bytes of the whole head, the blank line included.
    pub head_bytes_max: usize,
    /// Bytes of the request target.
    pub target_bytes_max: usize,
    /// Header fields.
    pub headers_max: usize,
}

/// Why a head was refused; every one of them ends the connection, for nobody knows where the next request would begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeadError {
    /// RFC 9112 forbids it; the text says what (400).
    Malformed(&'static str),
    /// The target is longer than [`HeadLimits::target_bytes_max`] (414).
    TargetTooLong,
    /// The head has more than [`HeadLimits::head_bytes_max`] bytes (431).
    TooLarge,
    /// The head has more than [`HeadLimits::headers_max`] fields (431).
    TooManyHeaders,
    /// A method that we do not know (501).
    UnknownMethod,
    /// A version of HTTP other than 1.0 and 1.1 (505).
    UnknownVersion,
}

/// Finds the end of the request head at the front of `buf`: how many bytes it has, or `None` if more are needed.
///
/// What is wrong whatever may follow is refused at once, so that nobody waits for the rest of a hopeless head.
///
/// # Errors
/// As [`parse_head`].
pub fn find_end(buf: &[u8], limits: &HeadLimits) -> Result<Option<usize>, HeadError> {
    let start = skip_empty_lines(buf)?;
    check_request_line_length(&buf[start..], limits)?;
    let mut line_start = start;
    for (at, &byte) in buf.iter().enumerate().skip(start) {
        if at >= limits.head_bytes_max {
            return Err(HeadError::TooLarge);
        }
        match byte {
            b'\n' if at == start || buf[at - 1] != b'\r' => {
                return Err(HeadError::Malformed("a line ends in a bare LF"));
            }
            b'\n' if at - line_start == 1 => return Ok(Some(at + 1)),
            b'\n' => line_start = at + 1,
            _ if at > start && buf[at - 1] == b'\r' => return Err(HeadError::Malformed("a CR without its LF")),
            b'\r' | b'\t' => {}
            0..=31 | 127 => return Err(HeadError::Malformed("a control character in the head")),
            _ => {}
        }
    }
    if buf.len() >= limits.head_bytes_max { Err(HeadError::TooLarge) } else { Ok(None) }
}

/// Parses one request head from the front of `buf`.
///
/// Returns the request and how many bytes it used, or `None` if more are needed. Bytes after the blank line are never
/// touched: they belong to the body or, after an upgrade, to the WebSocket.
///
/// # Errors
/// - [`HeadError::TooLarge`] when [`HeadLimits::head_bytes_max`] bytes hold no end (answered with 431).
/// - [`HeadError::Malformed`] for anything that RFC 9112 forbids (answered with 400).
/// - The others as their names say.
pub fn parse_head<'a>(buf: &'a [u8], limits: &HeadLimits) -> Result<Option<(Request<'a>, usize)>, HeadError> {
    let Some(end) = find_end(buf, limits)? else { return Ok(None) };
    let head = &buf[skip_empty_lines(buf)?..end];
    let (method, version) = check_request_line(head, limits)?;
    let mut headers = vec![httparse::EMPTY_HEADER; limits.headers_max];
    let mut parsed = httparse::Request::new(&mut headers);
    match parsed.parse(head) {
        Ok(httparse::Status::Complete(used)) if used == head.len() => {}
        Ok(_) => return Err(HeadError::Malformed("the head does not end where its blank line is")),
        Err(httparse::Error::TooManyHeaders) => return Err(HeadError::TooManyHeaders),
        Err(error) => return Err(HeadError::Malformed(describe(error))),
    }
    let target = parsed.path.unwrap_or_default();
    let count = parsed.headers.len();
    headers.truncate(count);
    let mut request = Request { method, target, version, host: "", headers };
    request.host = check_host(&request)?;
    Ok(Some((request, end)))
}

/// Skips the empty lines that some clients send between requests; returns how many bytes they have.
fn skip_empty_lines(buf: &[u8]) -> Result<usize, HeadError> {
    let mut start = 0;
    while buf[start..].starts_with(b"\r\n") {
        start += 2;
        if start > 2 * LEADING_LINES_MAX {
            return Err(HeadError::Malformed("empty lines instead of a request"));
        }
    }
    Ok(start)
}

/// Refuses a method or a target that has grown too long, even before its line is complete.
fn check_request_line_length(line: &[u8], limits: &HeadLimits) -> Result<(), HeadError> {
    let method_end = line.iter().take(METHOD_BYTES_MAX + 1).position(|byte| matches!(byte, b' ' | b'\r' | b'\n'));
    let Some(method_end) = method_end else {
        let token = |byte: &u8| byte.is_ascii_graphic();
        return match line.get(..=METHOD_BYTES_MAX) {
            Some(start) if start.iter().all(token) => Err(HeadError::UnknownMethod),
            Some(_) => Err(HeadError::Malformed("the request line does not begin with a method")),
            None => Ok(()),
        };
    };
    let target = line[method_end..].iter().skip(1).take(limits.target_bytes_max + 1);
    let bytes = target.take_while(|byte| !matches!(byte, b' ' | b'\r' | b'\n')).count();
    if bytes > limits.target_bytes_max { Err(HeadError::TargetTooLong) } else { Ok(()) }
}

/// Takes `method SP target SP version` apart: exactly three words with exactly one space between them.
fn check_request_line(head: &[u8], limits: &HeadLimits) -> Result<(Method, Version), HeadError> {
    let line = head.split(|byte| *byte == b'\r').next().unwrap_or_default();
    let line = std::str::from_utf8(line).map_err(|_| HeadError::Malformed("the request line is not ASCII"))?;
    let words: Vec<&str> = line.splitn(4, ' ').collect();
    let [method, target, version] = words[..] else {
        return Err(HeadError::Malformed("the request line is not method, target and version"));
    };
    if method.is_empty() || target.is_empty() || !target.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(HeadError::Malformed("the target is not visible ASCII"));
    }
    if target.len() > limits.target_bytes_max {
        return Err(HeadError::TargetTooLong);
    }
    let version = match version.as_bytes() {
        b"HTTP/1.1" => Version::Http11,
        b"HTTP/1.0" => Version::Http10,
        [b'H', b'T', b'T', b'P', b'/', b'0'..=b'9', b'.', b'0'..=b'9'] => return Err(HeadError::UnknownVersion),
        _ => return Err(HeadError::Malformed("the request line does not end in a version of HTTP")),
    };
    if !method.bytes().all(is_token_byte) {
        return Err(HeadError::Malformed("the method is not a token"));
    }
    Ok((Method::from_name(method).ok_or(HeadError::UnknownMethod)?, version))
}

/// Exactly one `Host` of valid form in HTTP/1.1 (RFC 9112, 3.2); at most one in HTTP/1.0.
fn check_host<'a>(request: &Request<'a>) -> Result<&'a str, HeadError> {
    match request.single("host") {
        Ok(Some(host)) if is_authority(host) => Ok(host),
        Ok(None) if request.version == Version::Http10 => Ok(""),
        Ok(None) => Err(HeadError::Malformed("there is no Host")),
        Ok(Some(_)) => Err(HeadError::Malformed("the Host is not a host name or address with an optional port")),
        Err(NotSingle) => Err(HeadError::Malformed("there is more than one Host, or it is not ASCII")),
    }
}

/// Whether a text is `host [":" port]` without user information: a name, an IPv4 address, or an IPv6 one in brackets.
pub fn is_authority(text: &str) -> bool {
    let (host, port) = match text.strip_prefix('[') {
        Some(rest) => {
            let Some((address, port)) = rest.split_once(']') else { return false };
            if address.parse::<std::net::Ipv6Addr>().is_err() {
                return false;
            }
            ("v6", port)
        }
        None => text.split_at(text.find(':').unwrap_or(text.len())),
    };
    let port_fits = match port.strip_prefix(':') {
        None => port.is_empty(),
        Some(digits) => digits.len() <= 5 && digits.bytes().all(|byte| byte.is_ascii_digit()),
    };
    let name_byte = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=%".contains(&byte);
    !host.is_empty() && host.bytes().all(name_byte) && port_fits
}

/// Whether a byte may stand in a token (RFC 9110, 5.6.2).
pub fn is_token_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte)
}

/// What httparse means, in our words.
fn describe(error: httparse::Error) -> &'static str {
    match error {
        httparse::Error::HeaderName => {
            "a header field's name is empty, folded, or has a space or another forbidden character"
        }
        httparse::Error::HeaderValue => "a header field's value has a forbidden character",
        httparse::Error::NewLine => "a line does not end in CR LF",
        _ => "the request line is not method, target and version",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: HeadLimits = HeadLimits { head_bytes_max: 512, target_bytes_max: 64, headers_max: 8 };

    fn error_of(wire: &[u8]) -> HeadError {
        match parse_head(wire, &LIMITS) {
            Err(error) => error,
            Ok(value) => panic!("accepted {:?} as {value:?}", String::from_utf8_lossy(wire)),
        }
    }

    /// However the network slices the bytes, the same head comes out, and the WebSocket bytes behind it are left alone.
    #[test]
    fn head_survives_any_slicing() {
        for wire in [
            &b"GET /ws HTTP/1.1\r\nhost: snug\r\n\r\n\x81\x85"[..],
            b"\r\nGET /ws HTTP/1.1\r\nHost: snug\r\nX-Empty:\r\nCookie: a=\"\xc3\xa9\"\r\n\r\n\n\n",
            b"\r\n\r\nGET /ws HTTP/1.0\r\nhost:\tsnug \t\r\n\r\n\0\0",
        ] {
            let head_bytes = wire.len() - 2;
            for n in 0..head_bytes {
                assert_eq!(parse_head(&wire[..n], &LIMITS), Ok(None), "cut at byte {n}");
            }
            for n in head_bytes..=wire.len() {
                let (request, used) = parse_head(&wire[..n], &LIMITS).unwrap().unwrap();
                assert_eq!((request.target, request.host, used), ("/ws", "snug", head_bytes));
            }
        }
    }

    #[test]
    fn what_rfc_9112_forbids_is_malformed() {
        for wire in [
            &b"GET / HTTP/1.1\nHost: snug\n\n"[..],
            b"GET / HTTP/1.1\r\nHost: snug\n\r\n",
            b"\nGET / HTTP/1.1\r\nHost: snug\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\rX: y\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\n folded\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\n\tfolded: yes\r\n\r\n",
            b"GET / HTTP/1.1\r\n Host: snug\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost : snug\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost\t: snug\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\n: nameless\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\nno colon\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\nX: a\0b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\nX: a\x7fb\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: snug\r\nX\x80: y\r\n\r\n",
            b"GET / HTTP/1.1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a\r\nhost: b\r\n\r\n",
            b"GET / HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: me@a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a:b\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: a:1:2\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: [::1\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: [snug]\r\n\r\n",
            b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /  HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.1 \r\nHost: a\r\n\r\n",
            b" GET / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET\t/ HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET /\r\nHost: a\r\n\r\n",
            b"GET / http/1.1\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.10\r\nHost: a\r\n\r\n",
            b"GET /\xc3\xa9 HTTP/1.1\r\nHost: a\r\n\r\n",
            b"G(T / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"\r\n\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        ] {
            let error = error_of(wire);
            assert!(matches!(error, HeadError::Malformed(_)), "{error:?} for {:?}", String::from_utf8_lossy(wire));
        }
    }

    #[test]
    fn other_refusals_have_names_of_their_own() {
        assert_eq!(error_of(b"BREW /pot HTTP/1.1\r\nHost: a\r\n\r\n"), HeadError::UnknownMethod);
        assert_eq!(error_of(b"get / HTTP/1.1\r\nHost: a\r\n\r\n"), HeadError::UnknownMethod);
        assert_eq!(error_of(b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n"), HeadError::UnknownMethod);
        assert_eq!(error_of(&[b'A'; METHOD_BYTES_MAX + 1]), HeadError::UnknownMethod);
        assert_eq!(error_of(b"GET / HTTP/2.0\r\nHost: a\r\n\r\n"), HeadError::UnknownVersion);
        assert_eq!(error_of(b"GET / HTTP/1.2\r\nHost: a\r\n\r\n"), HeadError::UnknownVersion);
        assert_eq!(error_of(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), HeadError::UnknownVersion);
    }

    /// At the limit is in, one more is out, and out is said as soon as it is certain.
    #[test]
    fn limits_hold_to_the_byte() {
        let target = "a".repeat(LIMITS.target_bytes_max - 1);
        let wire = format!("GET /{target} HTTP/1.1\r\nHost: a\r\n\r\n");
        assert!(parse_head(wire.as_bytes(), &LIMITS).unwrap().is_some());
        assert_eq!(
            error_of(format!("GET /{target}a HTTP/1.1\r\nHost: a\r\n\r\n").as_bytes()),
            HeadError::TargetTooLong
        );
        assert_eq!(error_of(format!("GET /{target}a").as_bytes()), HeadError::TargetTooLong);

        let fields = |count: usize| format!("GET / HTTP/1.1\r\nHost: a\r\n{}\r\n", "x: y\r\n".repeat(count - 1));
        assert!(parse_head(fields(LIMITS.headers_max).as_bytes(), &LIMITS).unwrap().is_some());
        assert_eq!(error_of(fields(LIMITS.headers_max + 1).as_bytes()), HeadError::TooManyHeaders);

        let bare = "GET / HTTP/1.1\r\nHost: a\r\nx: \r\n\r\n".len();
        let sized = |bytes: usize| format!("GET / HTTP/1.1\r\nHost: a\r\nx: {}\r\n\r\n", "y".repeat(bytes - bare));
        assert!(parse_head(sized(LIMITS.head_bytes_max).as_bytes(), &LIMITS).unwrap().is_some());
        assert_eq!(error_of(sized(LIMITS.head_bytes_max + 1).as_bytes()), HeadError::TooLarge);
        assert_eq!(
            error_of(&sized(LIMITS.head_bytes_max + 9).as_bytes()[..LIMITS.head_bytes_max]),
            HeadError::TooLarge
        );
    }

    #[test]
    fn authorities_are_hosts_with_an_optional_port() {
        for good in ["a", "a:", "a:80", "127.0.0.1:8080", "[::1]", "[fe80::1]:8080", "xn--bcher-kva.example:65535"] {
            assert!(is_authority(good), "{good}");
        }
        for bad in ["", ":80", "a:999999", "a:8x", "[::1]x", "[]", "a\\b", "a?b", "a#b", "a@b", "::1"] {
            assert!(!is_authority(bad), "{bad}");
        }
    }
}
