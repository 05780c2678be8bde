//! Who is really asking, when a proxy stands between: `X-Forwarded-For`, `X-Forwarded-Proto` and `Forwarded` (RFC 7239).
//!
//! Anybody can write these fields. They count only from peers that are trusted, and are read from the right, where the
//! nearest proxy wrote: each trusted one vouches for the entry before its own, and the first address that is not a trusted
//! proxy's is the client's. What is malformed ends the reading there; what was read stands.
//!
//! `X-Forwarded-For` wins over `for` of `Forwarded`, and `X-Forwarded-Proto` over its `proto`: most proxies write the former
//! and let a client's `Forwarded` pass as it came.

use super::request::Request;
use crate::range::AddressRange;
use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::str::FromStr;

/// The word for all peers of the Unix socket.
const UNIX: &str = "unix";

/// Whose word is taken for who is asking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Trusted {
    /// Peers with these addresses.
    pub ranges: Vec<AddressRange>,
    /// Peers of the Unix socket.
    pub unix: bool,
}

/// The text is no list of trusted proxies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadTrusted;

/// Who is asking, and how they came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Client {
    /// The client's address; `None` when it is the Unix socket's peer.
    pub address: Option<IpAddr>,
    /// Whether it came over https, if a trusted proxy says.
    pub https: Option<bool>,
}

impl Trusted {
    /// Whether this peer's word is taken; `None` is a peer of the Unix socket.
    pub fn trusts(&self, peer: Option<IpAddr>) -> bool {
        match peer {
            Some(address) => self.ranges.iter().any(|range| range.contains(address)),
            None => self.unix,
        }
    }
}

impl fmt::Display for Trusted {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words: Vec<String> = self.ranges.iter().map(ToString::to_string).collect();
        words.extend(self.unix.then(|| UNIX.to_owned()));
        f.write_str(&words.join(","))
    }
}

/// Reads addresses, ranges and the word `unix`, with commas between.
impl FromStr for Trusted {
    type Err = BadTrusted;

    fn from_str(text: &str) -> Result<Trusted, BadTrusted> {
        let mut trusted = Trusted::default();
        for word in text.split(',').map(str::trim).filter(|_| !text.is_empty()) {
            match word {
                UNIX => trusted.unix = true,
                range => trusted.ranges.push(range.parse().map_err(|_| BadTrusted)?),
            }
        }
        Ok(trusted)
    }
}

/// Who asks by way of `peer` (`None`: a peer of the Unix socket).
pub fn client(request: &Request<'_>, peer: Option<IpAddr>, trusted: &Trusted) -> Client {
    let mut client = Client { address: peer.map(|address| address.to_canonical()), https: None };
    if !trusted.trusts(peer) {
        return client;
    }
    let has = |name| request.values(name).next().is_some();
    let elements = || from_the_right(request, "forwarded").map(element);
    let proto = from_the_right(request, "x-forwarded-proto").next();
    if has("x-forwarded-for") {
        walk(&mut client, trusted, from_the_right(request, "x-forwarded-for").map(|entry| Some((node(entry), None))));
        if !has("x-forwarded-proto") {
            client.https = elements().next().flatten().and_then(|(_, https)| https);
        }
    } else {
        walk(&mut client, trusted, elements());
    }
    if has("x-forwarded-proto") {
        client.https = proto.and_then(is_https);
    }
    client
}

/// One proxy's word: whom it had before itself, and whether that one came over https.
type Hop = (Option<IpAddr>, Option<bool>);

/// Follows what trusted proxies say, the nearest first, to the first address that is none of theirs.
fn walk(client: &mut Client, trusted: &Trusted, hops: impl Iterator<Item = Option<Hop>>) {
    for (address, https) in hops.map_while(|hop| hop) {
        client.https = https;
        let Some(address) = address else { return };
        client.address = Some(address);
        if !trusted.trusts(client.address) {
            return;
        }
    }
}

/// The members of a list, the last one first, white space around them cut off. Commas in quotes cut, too: what a client
/// quotes must not swallow what the proxy wrote behind it.
fn from_the_right<'a>(request: &Request<'a>, name: &str) -> impl Iterator<Item = &'a str> {
    let lines: Vec<&[u8]> = request.values(name).collect();
    let members = lines.into_iter().rev().flat_map(|line| std::str::from_utf8(line).unwrap_or("?").rsplit(','));
    members.map(|member| member.trim_matches([' ', '\t']))
}

/// One element of `Forwarded`; `None` when it is malformed.
fn element(text: &str) -> Option<Hop> {
    let (mut address, mut https) = (None, None);
    let mut rest = text;
    loop {
        let (name, behind) = rest.split_once('=')?;
        let (value, behind) = value(behind)?;
        if name.eq_ignore_ascii_case("for") {
            address = node(value);
        } else if name.eq_ignore_ascii_case("proto") {
            https = is_https(value);
        } else if name.is_empty() || !name.bytes().all(super::head::is_token_byte) {
            return None;
        }
        match behind.trim_start_matches([' ', '\t']) {
            "" => return Some((address, https)),
            more => rest = more.strip_prefix(';')?.trim_start_matches([' ', '\t']),
        }
    }
}

/// The value at the front of `text`, a token or in quotes, and what is behind it. A value with an escape in it is none that
/// an address or a scheme has.
fn value(text: &str) -> Option<(&str, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, behind) = quoted.split_once('"')?;
        return (!value.contains('\\')).then_some((value, behind));
    }
    let end = text.bytes().position(|byte| !super::head::is_token_byte(byte)).unwrap_or(text.len());
    (end > 0).then(|| text.split_at(end))
}

/// The address of a node: bare, in brackets, with or without a port. `unknown` and made-up names have none.
fn node(text: &str) -> Option<IpAddr> {
    let bracketed = || text.strip_prefix('[')?.strip_suffix(']')?.parse().ok().map(IpAddr::V6);
    let with_port = || text.parse().ok().map(|node: SocketAddr| node.ip());
    let address: Option<IpAddr> = text.parse().ok().or_else(bracketed).or_else(with_port);
    address.map(|address| address.to_canonical())
}

/// Whether a scheme is https; `None` for anything but http and https, and what proxies call them for a WebSocket.
fn is_https(scheme: &str) -> Option<bool> {
    let is = |name: &str| scheme.eq_ignore_ascii_case(name);
    if is("https") || is("wss") {
        return Some(true);
    }
    (is("http") || is("ws")).then_some(false)
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    const LIMITS: HeadLimits = HeadLimits { head_bytes_max: 65_536, target_bytes_max: 64, headers_max: 16 };

    /// Who asks with these fields by way of `peer`, when 10.0.0.0/8 and ::1 are trusted.
    fn seen(peer: &str, fields: &[u8]) -> (String, Option<bool>) {
        let trusted = "10.0.0.0/8, ::1".parse().unwrap();
        let wire = [b"GET / HTTP/1.1\r\nHost: a\r\n", fields, b"\r\n"].concat();
        let (request, _) = parse_head(&wire, &LIMITS).unwrap().unwrap();
        let client = client(&request, Some(peer.parse().unwrap()), &trusted);
        (client.address.unwrap().to_string(), client.https)
    }

    #[test]
    fn an_untrusted_peer_can_say_what_it_likes() {
        let fields =
            b"X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nForwarded: for=192.0.2.1;proto=https\r\n";
        for peer in ["192.0.2.9", "11.0.0.1", "::2", "9.255.255.255"] {
            assert_eq!(seen(peer, fields), (peer.to_owned(), None));
        }
    }

    #[test]
    fn the_first_address_from_the_right_that_is_no_proxy_is_the_clients() {
        for (value, address) in [
            ("192.0.2.1", "192.0.2.1"),
            ("6.6.6.6, 192.0.2.1", "192.0.2.1"),
            ("6.6.6.6, 192.0.2.1, 10.0.0.2, 10.0.0.3", "192.0.2.1"),
            ("10.0.0.7, 10.0.0.2", "10.0.0.7"),
            ("192.0.2.1:4711", "192.0.2.1"),
            ("2001:db8::1", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"),
            ("[2001:db8::1]:4711,\t::1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("192.0.2.1\r\nX-Forwarded-For: 10.0.0.4", "192.0.2.1"),
        ] {
            assert_eq!(seen("10.0.0.1", format!("X-Forwarded-For: {value}\r\n").as_bytes()).0, address, "{value}");
            assert_eq!(
                seen("::ffff:10.0.0.1", format!("X-Forwarded-For: {value}\r\n").as_bytes()).0,
                address,
                "{value}"
            );
        }
    }

    #[test]
    fn what_is_malformed_ends_the_reading_and_harms_nothing() {
        let long = "1,".repeat(20_000);
        for (value, address) in [
            ("", "10.0.0.1"),
            (",", "10.0.0.1"),
            ("unknown", "10.0.0.1"),
            ("192.0.2.1, ", "10.0.0.1"),
            ("192.0.2.1, nonsense, 10.0.0.2", "10.0.0.2"),
            ("192.0.2.1, 10.0.0.2, 1.2.3", "10.0.0.1"),
            ("192.0.2.1 10.0.0.2", "10.0.0.1"),
            ("192.0.2.01", "10.0.0.1"),
            ("192.0.2.256", "10.0.0.1"),
            ("fe80::1%eth0", "10.0.0.1"),
            ("[192.0.2.1]", "10.0.0.1"),
            ("192.0.2.1:", "10.0.0.1"),
            ("192.0.2.1:99999", "10.0.0.1"),
            ("\"192.0.2.1\"", "10.0.0.1"),
            (long.as_str(), "10.0.0.1"),
        ] {
            assert_eq!(seen("10.0.0.1", format!("X-Forwarded-For: {value}\r\n").as_bytes()).0, address, "{value}");
        }
        assert_eq!(seen("10.0.0.1", b"X-Forwarded-For: 192.0.2.1, \xff\r\n").0, "10.0.0.1");
    }

    #[test]
    fn the_standard_field_is_read_in_all_its_forms() {
        for (value, address, https) in [
            ("for=192.0.2.1", "192.0.2.1", None),
            ("For=\"192.0.2.1:4711\";PROTO=https", "192.0.2.1", Some(true)),
            ("for=\"[2001:db8::1]\"; proto=http ; by=_x", "2001:db8::1", Some(false)),
            ("by=\"[::1]:80\";host=a.example;for=\"[2001:db8::1]:4711\"", "2001:db8::1", None),
            ("for=6.6.6.6;proto=http, for=192.0.2.1;proto=https, for=10.0.0.2;proto=http", "192.0.2.1", Some(true)),
            ("for=192.0.2.1;proto=https\r\nForwarded: for=10.0.0.2;proto=http", "192.0.2.1", Some(true)),
            ("for=unknown;proto=https", "10.0.0.1", Some(true)),
            ("for=_hidden", "10.0.0.1", None),
            ("proto=https", "10.0.0.1", Some(true)),
        ] {
            let fields = format!("Forwarded: {value}\r\n");
            assert_eq!(seen("10.0.0.1", fields.as_bytes()), (address.to_owned(), https), "{value}");
        }
    }

    #[test]
    fn a_hostile_start_does_not_spoil_what_the_proxy_wrote_behind_it() {
        for start in ["for=\"", "for=\"6.6.6.6", "\"", "for=\"\\\"", ";;;", "for", "=", "for=\"a, for=\"b", "\u{e9}"] {
            let fields = format!("Forwarded: {start}, for=192.0.2.1;proto=https\r\n");
            assert_eq!(seen("10.0.0.1", fields.as_bytes()), ("192.0.2.1".to_owned(), Some(true)), "{start}");
            let fields = format!("Forwarded: {start}, for=\"[2001:db8::1]\"\r\n");
            assert_eq!(seen("10.0.0.1", fields.as_bytes()), ("2001:db8::1".to_owned(), None), "{start}");
        }
        for value in ["for=\"192.0.2.1", "for=192.0.2.1;", "for=192.0.2.1 proto=https", "f or=x;for=192.0.2.1", "=x"] {
            let fields = format!("Forwarded: {value}\r\n");
            assert_eq!(seen("10.0.0.1", fields.as_bytes()), ("10.0.0.1".to_owned(), None), "{value}");
        }
    }

    #[test]
    fn what_most_proxies_write_wins_over_what_they_let_pass() {
        let both = b"Forwarded: for=6.6.6.6;proto=https\r\nX-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: http\r\n";
        assert_eq!(seen("10.0.0.1", both), ("192.0.2.1".to_owned(), Some(false)));
        let forged_proto = b"X-Forwarded-Proto: gopher\r\nForwarded: for=192.0.2.1;proto=https\r\n";
        assert_eq!(seen("10.0.0.1", forged_proto), ("192.0.2.1".to_owned(), None));
        let listed = b"X-Forwarded-Proto: https, http\r\n";
        assert_eq!(seen("10.0.0.1", listed), ("10.0.0.1".to_owned(), Some(false)), "the nearest proxy's word");
    }

    #[test]
    fn the_list_of_the_trusted_has_one_form() {
        for (text, shown) in [("", ""), ("127.0.0.1", "127.0.0.1"), ("unix, 10.1.2.3/8,::1", "10.0.0.0/8,::1,unix")] {
            let trusted: Trusted = text.parse().unwrap();
            assert_eq!((trusted.to_string(), trusted.trusts(None)), (shown.to_owned(), text.contains("unix")));
        }
        for text in [",", "localhost", "127.0.0.1,", "Unix", "10.0.0.0/33", "10.0.0.1 10.0.0.2"] {
            assert_eq!(text.parse::<Trusted>(), Err(BadTrusted), "{text}");
        }
    }
}
