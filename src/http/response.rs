//! Responses: a status, fields, a body, and the one place where every response gets its security headers.

use std::borrow::Cow;
use std::fmt::Write;

/// What the client's page may do, and whatever does not say otherwise.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; \
connect-src 'self'; manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; \
frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types snug";

/// The fields that stand on every response, whatever it is: nobody can forget them, because nobody writes them.
const SECURITY_FIELDS: &str = "\
X-Content-Type-Options: nosniff\r\n\
Referrer-Policy: no-referrer\r\n\
Cross-Origin-Opener-Policy: same-origin\r\n\
Cross-Origin-Resource-Policy: same-origin\r\n\
Permissions-Policy: camera=(), geolocation=(), microphone=(), payment=(), usb=()\r\n";

/// For answers that are nobody else's business, and for errors.
pub const NO_STORE: &str = "no-store";

/// The interim response to `Expect: 100-continue`; it is not the response, and has no fields.
pub const CONTINUE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// A response, whole in memory but for the body of one that says a length.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The body; also for HEAD, which is told its length but does not get it.
    pub body: Cow<'static, [u8]>,
    /// Whether the connection must end with this response, because what follows on it cannot be trusted or is not wanted.
    pub closes: bool,
    /// The value of `Cache-Control`.
    pub cache_control: &'static str,
    /// The value of `Content-Security-Policy`.
    policy: &'static str,
    /// Bytes of a body that is sent behind it in pieces.
    length: Option<u64>,
    fields: Vec<(&'static str, Cow<'static, str>)>,
}

/// What a response's head must say about the connection and the time.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Whether the connection stays open.
    pub keeps_alive: bool,
    /// The value of `Date`.
    pub date: &'a str,
    /// For how many seconds the browser shall come by https only (RFC 6797); 0 says nothing, as must be without https.
    pub hsts_seconds: u64,
}

impl Response {
    /// A response without a body that nobody may store.
    pub fn new(status: u16) -> Response {
        Response {
            status,
            body: Cow::Borrowed(b""),
            closes: false,
            cache_control: NO_STORE,
            policy: POLICY,
            length: None,
            fields: Vec::new(),
        }
    }

    /// A response with a JSON body that nobody may store.
    pub fn json(status: u16, value: &serde_json::Value) -> Response {
        Response::new(status).with("Content-Type", "application/json").with_body(value.to_string().into_bytes())
    }

    /// Adds a field. `value` must not hold what a client could have put a line end into.
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Response {
        let value = value.into();
        debug_assert!(!value.contains(['\r', '\n']), "a line end in {name}");
        self.fields.push((name, value));
        self
    }

    /// Sets the body.
    pub fn with_body(mut self, body: impl Into<Cow<'static, [u8]>>) -> Response {
        self.body = body.into();
        self
    }

    /// Sets `Cache-Control`.
    pub fn cached(mut self, cache_control: &'static str) -> Response {
        self.cache_control = cache_control;
        self
    }

    /// Sets a policy of its own, as for what somebody has uploaded.
    pub fn with_policy(mut self, policy: &'static str) -> Response {
        self.policy = policy;
        self
    }

    /// Says how many bytes of body follow, which are sent in pieces.
    pub fn with_length(mut self, length: u64) -> Response {
        self.length = Some(length);
        self
    }

    /// Makes this the connection's last response.
    pub fn closing(mut self) -> Response {
        self.closes = true;
        self
    }

    /// Whether this status has a body at all (RFC 9112, 6.3).
    pub fn has_body(&self) -> bool {
        self.status >= 200 && self.status != 204 && self.status != 304
    }

    /// Writes the head, blank line included.
    pub fn encode_head(&self, circumstances: &Circumstances<'_>) -> Vec<u8> {
        let mut head = format!("HTTP/1.1 {} {}\r\nDate: {}\r\n", self.status, reason(self.status), circumstances.date);
        for (name, value) in &self.fields {
            push(&mut head, name, value);
        }
        push(&mut head, "Cache-Control", self.cache_control);
        if self.has_body() {
            push(&mut head, "Content-Length", self.length.unwrap_or(self.body.len() as u64));
        }
        if self.status != 101 && !self.fields.iter().any(|(name, _)| *name == "Connection") {
            push(&mut head, "Connection", if circumstances.keeps_alive { "keep-alive" } else { "close" });
        }
        if circumstances.hsts_seconds > 0 {
            push(&mut head, "Strict-Transport-Security", format_args!("max-age={}", circumstances.hsts_seconds));
        }
        push(&mut head, "Content-Security-Policy", self.policy);
        head.push_str(SECURITY_FIELDS);
        head.push_str("\r\n");
        head.into_bytes()
    }
}

/// Appends one field line.
fn push(head: &mut String, name: &str, value: impl std::fmt::Display) {
    // Writing to a String cannot fail.
    let _ = write!(head, "{name}: {value}\r\n");
}

/// The phrase that stands behind a status code.
pub fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        206 => "Partial Content",
        304 => "Not Modified",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        409 => "Conflict",
        411 => "Length Required",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        414 => "URI Too Long",
        415 => "Unsupported Media Type",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        421 => "Misdirected Request",
        422 => "Unprocessable Content",
        426 => "Upgrade Required",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        503 => "Service Unavailable",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        _ => "Unnamed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn head_of(response: &Response, keeps_alive: bool) -> String {
        String::from_utf8(response.encode_head(&Circumstances { keeps_alive, date: "now", hsts_seconds: 0 })).unwrap()
    }

    #[test]
    fn every_status_carries_the_security_fields() {
        for status in [101, 200, 204, 304, 404, 503] {
            let head = head_of(&Response::new(status), true);
            assert!(head.contains("\r\nContent-Security-Policy: default-src 'none'; script-src 'self';"), "{status}");
            assert!(head.contains("; require-trusted-types-for 'script'; trusted-types snug\r\n"), "{status}");
            assert!(head.contains("\r\nX-Content-Type-Options: nosniff\r\n"), "{status}");
            assert!(head.contains("\r\nCache-Control: no-store\r\n") && head.ends_with("\r\n\r\n"), "{status}");
            assert!(!head.contains("Unnamed") && !head.contains("Server:") && !head.contains("Strict"), "{status}");
        }
    }

    /// httparse, which has never seen our encoder, reads it back.
    #[test]
    fn heads_are_well_formed() {
        let response = Response::new(200).with("ETag", "\"x\"").with_body(&b"hello"[..]).cached("no-cache");
        let head = response.encode_head(&Circumstances { keeps_alive: true, date: "now", hsts_seconds: 60 });
        let mut fields = [httparse::EMPTY_HEADER; 16];
        let mut parsed = httparse::Response::new(&mut fields);
        assert_eq!(parsed.parse(&head), Ok(httparse::Status::Complete(head.len())));
        let value = |name: &str| {
            let mut found = parsed.headers.iter().filter(|field| field.name == name);
            let value = found.next().map(|field| std::str::from_utf8(field.value).unwrap());
            assert!(found.next().is_none(), "{name} stands twice");
            value
        };
        assert_eq!((parsed.code, parsed.reason), (Some(200), Some("OK")));
        assert_eq!((value("Content-Length"), value("Connection")), (Some("5"), Some("keep-alive")));
        assert_eq!(value("Strict-Transport-Security"), Some("max-age=60"));
        assert_eq!((value("ETag"), value("Cache-Control")), (Some("\"x\""), Some("no-cache")));
    }

    #[test]
    fn statuses_without_a_body_have_no_length() {
        for status in [101, 204, 304] {
            assert!(!head_of(&Response::new(status), false).contains("Content-Length"), "{status}");
        }
        assert!(head_of(&Response::new(404), false).contains("\r\nContent-Length: 0\r\nConnection: close\r\n"));
    }
}
