//! The opening handshake of a WebSocket (RFC 6455, section 4.2), as a pure check.
//!
//! The session cookie is not looked at here: whose it is only the store knows.

use super::bearer;
use super::origin::{self, Own};
use super::request::{Method, Request, Version};
use crate::protocol::SUBPROTOCOL;
use data_encoding::BASE64;

/// The version of the WebSocket protocol that we speak.
pub const VERSION: &str = "13";

/// Bytes of the nonce in `Sec-WebSocket-Key` (RFC 6455, 4.1).
const KEY_BYTES: usize = 16;

/// Why there will be no WebSocket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a WebSocket's request at all (426).
    NotAnUpgrade,
    /// Another version of the protocol than [`VERSION`] (426, with the version).
    WrongVersion,
    /// There is more than one `Origin`, or a foreign one, or neither one nor a bearer token (403).
    ForeignOrigin,
    /// `Sec-WebSocket-Key` is absent, doubled, or not 16 bytes in base64 (400).
    BadKey,
    /// [`SUBPROTOCOL`] is not among the offered subprotocols (400).
    NoSubprotocol,
}

/// Checks a handshake; returns the `Sec-WebSocket-Key`, which the answer must prove to have read.
///
/// # Errors
/// The first [`Refusal`] that applies, in the order of its variants.
pub fn check<'a>(request: &Request<'a>, own: &Own<'_>) -> Result<&'a str, Refusal> {
    let upgrades = request.lists("connection", "upgrade") && request.lists("upgrade", "websocket");
    if request.method != Method::Get || request.version != Version::Http11 || !upgrades {
        return Err(Refusal::NotAnUpgrade);
    }
    if request.single("sec-websocket-version") != Ok(Some(VERSION)) {
        return Err(Refusal::WrongVersion);
    }
    match request.single("origin") {
        Ok(Some(origin)) if origin::is_own(origin, own) => {}
        // A program with a token of its own; browsers always say which page asks.
        Ok(None) if bearer::token(request).is_some() => {}
        _ => return Err(Refusal::ForeignOrigin),
    }
    let key = request.single("sec-websocket-key").ok().flatten().ok_or(Refusal::BadKey)?;
    let nonce = BASE64.decode(key.as_bytes()).map_err(|_| Refusal::BadKey)?;
    if nonce.len() != KEY_BYTES {
        return Err(Refusal::BadKey);
    }
    if !request.list("sec-websocket-protocol").any(|offered| offered == SUBPROTOCOL) {
        return Err(Refusal::NoSubprotocol);
    }
    Ok(key)
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    const GOOD: [&str; 6] = [
        "Connection: keep-alive, Upgrade",
        "Upgrade: WebSocket",
        "Sec-WebSocket-Version: 13",
        "Origin: http://snug.lan",
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Protocol: chat, snug.v1",
    ];

    fn check_lines(line: &str, lines: &[&str]) -> Result<String, Refusal> {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        let wire = format!("{line}\r\nHost: snug.lan\r\n{}\r\n\r\n", lines.join("\r\n"));
        let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
        check(&request, &Own { authority: request.host, https: None, public_url: None, others: &[] }).map(str::to_owned)
    }

    /// The example of RFC 6455, section 1.3.
    #[test]
    fn the_rfcs_own_handshake_is_accepted() {
        let key = check_lines("GET /ws HTTP/1.1", &GOOD);
        assert_eq!(key.as_deref(), Ok("dGhlIHNhbXBsZSBub25jZQ=="));
    }

    #[test]
    fn every_missing_or_doubled_line_has_its_refusal() {
        let refusals = [
            Refusal::NotAnUpgrade,
            Refusal::NotAnUpgrade,
            Refusal::WrongVersion,
            Refusal::ForeignOrigin,
            Refusal::BadKey,
            Refusal::NoSubprotocol,
        ];
        for (missing, refusal) in refusals.into_iter().enumerate() {
            let rest: Vec<&str> =
                GOOD.into_iter().enumerate().filter(|(at, _)| *at != missing).map(|(_, line)| line).collect();
            assert_eq!(check_lines("GET /ws HTTP/1.1", &rest), Err(refusal), "without {}", GOOD[missing]);
        }
        for (doubled, refusal) in refusals.into_iter().enumerate().take(5).skip(2) {
            let mut lines = GOOD.to_vec();
            lines.push(GOOD[doubled]);
            assert_eq!(check_lines("GET /ws HTTP/1.1", &lines), Err(refusal), "twice {}", GOOD[doubled]);
        }
        assert_eq!(check_lines("GET /ws HTTP/1.0", &GOOD), Err(Refusal::NotAnUpgrade));
        assert_eq!(check_lines("POST /ws HTTP/1.1", &GOOD), Err(Refusal::NotAnUpgrade));
    }

    #[test]
    fn a_program_with_a_token_has_no_page() {
        let lines = |origin: &'static str| {
            let mut lines = GOOD.to_vec();
            lines[3] = origin;
            check_lines("GET /ws HTTP/1.1", &lines)
        };
        assert!(lines("Authorization: Bearer abc").is_ok());
        assert_eq!(lines("Authorization: Basic abc"), Err(Refusal::ForeignOrigin));
        assert_eq!(lines("Authorization: Bearer abc\r\nOrigin: null"), Err(Refusal::ForeignOrigin));
        assert_eq!(lines("Authorization: Bearer abc\r\nOrigin: http://evil.example"), Err(Refusal::ForeignOrigin));
    }

    #[test]
    fn wrong_values_have_their_refusals() {
        for (at, line, refusal) in [
            (0, "Connection: keep-alive", Refusal::NotAnUpgrade),
            (1, "Upgrade: h2c", Refusal::NotAnUpgrade),
            (2, "Sec-WebSocket-Version: 12", Refusal::WrongVersion),
            (2, "Sec-WebSocket-Version: 13, 8", Refusal::WrongVersion),
            (3, "Origin: null", Refusal::ForeignOrigin),
            (3, "Origin: http://evil.example", Refusal::ForeignOrigin),
            (4, "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ", Refusal::BadKey),
            (4, "Sec-WebSocket-Key: c2hvcnQ=", Refusal::BadKey),
            (4, "Sec-WebSocket-Key: !!!!", Refusal::BadKey),
            (5, "Sec-WebSocket-Protocol: Snug.v1, snug.v2", Refusal::NoSubprotocol),
        ] {
            let mut lines = GOOD.to_vec();
            lines[at] = line;
            assert_eq!(check_lines("GET /ws HTTP/1.1", &lines), Err(refusal), "{line}");
        }
    }
}
