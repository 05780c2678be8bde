//! A request head as a value, and the ways to read its fields.

use std::fmt;

/// The methods that we know; whether a route takes one is the router's business.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `HEAD`
    Head,
    /// `POST`
    Post,
    /// `PUT`
    Put,
    /// `PATCH`
    Patch,
    /// `DELETE`
    Delete,
    /// `OPTIONS`
    Options,
    /// `TRACE`
    Trace,
}

/// All methods, in the order in which `Allow` names them.
pub const METHODS: [Method; 8] = [
    Method::Get,
    Method::Head,
    Method::Post,
    Method::Put,
    Method::Patch,
    Method::Delete,
    Method::Options,
    Method::Trace,
];

impl Method {
    /// The method's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Head => "HEAD",
            Method::Post => "POST",
            Method::Put => "PUT",
            Method::Patch => "PATCH",
            Method::Delete => "DELETE",
            Method::Options => "OPTIONS",
            Method::Trace => "TRACE",
        }
    }

    /// The method of this name; names are case-sensitive (RFC 9110, 9.1).
    pub fn from_name(name: &str) -> Option<Method> {
        METHODS.into_iter().find(|method| method.name() == name)
    }
}

impl fmt::Display for Method {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The versions that we speak.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Version {
    /// HTTP/1.0: closes after each response unless asked to stay.
    Http10,
    /// HTTP/1.1: stays unless asked to close.
    Http11,
}

/// A request head; it borrows from the bytes it was parsed from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request<'a> {
    /// The method.
    pub method: Method,
    /// The target as sent; [`super::target::parse`] reads it.
    pub target: &'a str,
    /// The version.
    pub version: Version,
    /// The value of `Host`; empty only in HTTP/1.0.
    pub host: &'a str,
    /// The header fields as sent.
    pub headers: Vec<httparse::Header<'a>>,
}

impl<'a> Request<'a> {
    /// All values of a field, in order; `name` is compared without case.
    pub fn values(&self, name: &str) -> impl Iterator<Item = &'a [u8]> {
        self.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name)).map(|header| header.value)
    }

    /// The value of a field that must not stand twice: `Ok(None)` if it is absent.
    ///
    /// # Errors
    /// When the field stands twice or is not ASCII.
    pub fn single(&self, name: &str) -> Result<Option<&'a str>, NotSingle> {
        let mut values = self.values(name);
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(NotSingle);
        }
        std::str::from_utf8(value).ok().filter(|text| text.is_ascii()).map(Some).ok_or(NotSingle)
    }

    /// The members of a comma-separated field over all its lines, without the white space around them; empty members and
    /// lines that are not UTF-8 are left out.
    pub fn list(&self, name: &str) -> impl Iterator<Item = &'a str> {
        self.values(name)
            .filter_map(|value| std::str::from_utf8(value).ok())
            .flat_map(|value| value.split(','))
            .map(|member| member.trim_matches([' ', '\t']))
            .filter(|member| !member.is_empty())
    }

    /// Whether a comma-separated field has this member, compared without case.
    pub fn lists(&self, name: &str, member: &str) -> bool {
        self.list(name).any(|found| found.eq_ignore_ascii_case(member))
    }

    /// Whether the client lets the connection stay open after this exchange (RFC 9112, 9.3).
    pub fn keeps_alive(&self) -> bool {
        match self.version {
            _ if self.lists("connection", "close") => false,
            Version::Http11 => true,
            Version::Http10 => self.lists("connection", "keep-alive"),
        }
    }
}

/// A field that stands twice or cannot be read, where only one plain value makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotSingle;

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    const LIMITS: HeadLimits = HeadLimits { head_bytes_max: 512, target_bytes_max: 64, headers_max: 8 };

    #[test]
    fn fields_are_read_without_case_and_over_several_lines() {
        let wire =
            b"GET / HTTP/1.1\r\nHost: a\r\nconnection: foo,\r\nCONNECTION: , Close \r\nX: 1\r\nX: 2\r\nY: \xff\r\n\r\n";
        let (request, _) = parse_head(wire, &LIMITS).unwrap().unwrap();
        assert!(request.lists("Connection", "close") && request.lists("connection", "FOO"));
        assert!(!request.keeps_alive());
        assert_eq!(
            (request.single("x"), request.single("y"), request.single("z")),
            (Err(NotSingle), Err(NotSingle), Ok(None))
        );
    }

    #[test]
    fn connections_stay_or_close_as_their_version_says() {
        for (wire, stays) in [
            ("GET / HTTP/1.1\r\nHost: a\r\n\r\n", true),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n", false),
            ("GET / HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, close\r\n\r\n", false),
            ("GET / HTTP/1.0\r\n\r\n", false),
            ("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n", true),
            ("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n", false),
        ] {
            let (request, _) = parse_head(wire.as_bytes(), &LIMITS).unwrap().unwrap();
            assert_eq!(request.keeps_alive(), stays, "{wire}");
        }
    }
}
