//! Whose name a client asks for: the defence against DNS rebinding.
//!
//! A page of `evil.example` whose name suddenly leads to this machine is, for the browser, of the same origin as what we
//! answer; only the `Host` that it sends tells it apart. So only names are answered to that no stranger can have: addresses,
//! names of this machine, names that public DNS does not know, and those that the configuration lists.

use std::net::{Ipv4Addr, Ipv6Addr};

/// Endings that public DNS does not delegate (RFC 6761, RFC 6762, RFC 8375, ICANN's resolution on `.internal`; `.lan` by
/// the habit of routers).
const PRIVATE_ENDINGS: [&str; 5] = [".localhost", ".local", ".lan", ".home.arpa", ".internal"];

/// The names that are ours.
#[derive(Debug, Clone, Copy)]
pub struct Hosts<'a> {
    /// The public URL, if one is configured.
    pub public_url: Option<&'a str>,
    /// What the machine calls itself.
    pub machine: &'a str,
    /// Names that the configuration lists.
    pub listed: &'a [String],
}

/// Whether a request for this authority (`host` or `host:port`) is for us. A request without one, as HTTP/1.0 allows, is:
/// no browser sends it.
pub fn is_ours(authority: &str, hosts: &Hosts<'_>) -> bool {
    let host = name(authority);
    // An address, or a name without a dot: nobody outside can register it.
    if !host.contains('.') || is_address(host) {
        return true;
    }
    let is = |other: &str| !other.is_empty() && host.eq_ignore_ascii_case(other);
    let machine = hosts.machine.trim_end_matches('.');
    PRIVATE_ENDINGS.iter().any(|ending| ends_with(host, ending))
        || is(machine)
        || is_public(authority, hosts.public_url)
        || hosts.listed.iter().any(|listed| is(listed))
}

/// Whether the authority is the public URL's host, whatever the port.
pub fn is_public(authority: &str, public_url: Option<&str>) -> bool {
    let public = public_url.and_then(|url| url.split_once("://")).map(|(_, authority)| name(authority));
    public.is_some_and(|public| !public.is_empty() && name(authority).eq_ignore_ascii_case(public))
}

/// The host of an authority, without its port and without the dot that ends a complete name. Brackets stay.
pub fn name(authority: &str) -> &str {
    let host = match authority.rfind(']') {
        Some(end) => &authority[..=end],
        None => authority.split(':').next().unwrap_or_default(),
    };
    host.strip_suffix('.').unwrap_or(host)
}

fn is_address(host: &str) -> bool {
    let inside_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    host.parse::<Ipv4Addr>().is_ok() || inside_brackets.is_some_and(|inside| inside.parse::<Ipv6Addr>().is_ok())
}

fn ends_with(host: &str, ending: &str) -> bool {
    let start = host.len().saturating_sub(ending.len());
    start > 0 && host.get(start..).is_some_and(|end| end.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    const PUBLIC: Option<&str> = Some("https://chat.example:8443");

    #[test]
    fn only_names_that_no_stranger_can_have_are_ours() {
        let listed = ["friend.example".to_owned()];
        let hosts = Hosts { public_url: PUBLIC, machine: "box.village.example", listed: &listed };
        for authority in [
            "",
            "127.0.0.1",
            "192.0.2.1:8080",
            "[::1]",
            "[2001:db8::1]:8080",
            "[::ffff:1.2.3.4]",
            "localhost",
            "LOCALHOST:80",
            "snug.localhost",
            "snug",
            "snug:8080",
            "snug.",
            "box.local:8080",
            "box.lan",
            "a.b.home.arpa",
            "x.internal",
            "chat.example",
            "CHAT.example:80",
            "chat.example.",
            "box.village.example",
            "friend.example:1",
            "Friend.Example",
        ] {
            assert!(is_ours(authority, &hosts), "{authority}");
        }
        for authority in [
            "evil.example",
            "evil.example:8080",
            "chat.example.evil.example",
            "evilchat.example",
            "xchat.example",
            ".local",
            "local.evil.example",
            "box.localx",
            "127.0.0.1.evil.example",
            "127.1.evil.example",
            "1.2.3.4.5",
            "127.0.1",
            "0x7f.0.0.1",
            "sub.friend.example",
            "village.example",
            "evil.example..",
            "lan.example",
            "127.0.0.01",
        ] {
            assert!(!is_ours(authority, &hosts), "{authority}");
        }
    }

    #[test]
    fn nothing_configured_makes_nothing_ours() {
        let hosts = Hosts { public_url: None, machine: "", listed: &[] };
        assert!(!is_ours("evil.example", &hosts) && is_ours("127.0.0.1", &hosts));
        assert!(!is_public("", None) && !is_public("", PUBLIC) && is_public("chat.example:1", PUBLIC));
    }
}
