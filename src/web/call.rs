//! One request as handlers see it: what is asked, by whom, and how they came.

use crate::config::Config;
use crate::http::body::Framing;
use crate::http::forwarded;
use crate::http::host;
use crate::http::request::Request;
use crate::http::target::Target;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};

/// Stands for all peers of the Unix socket of whom no trusted proxy says who they are: to limits they are one.
pub const UNIX_PEER: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);

/// Whoever is at the other end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer {
    /// The address; `None` for the Unix socket.
    pub address: Option<IpAddr>,
    /// Whether this server speaks TLS with them.
    pub tls: bool,
}

/// The address, or what stands for it.
impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.address {
            Some(address) => write!(f, "{address}"),
            None => f.write_str("unix"),
        }
    }
}

/// One request, as far as its head goes.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// The head.
    pub request: &'a Request<'a>,
    /// The target, taken apart.
    pub target: &'a Target<'a>,
    /// How the body is framed.
    pub framing: Framing,
    /// Who is asking: behind a trusted proxy its client, otherwise the peer itself; [`UNIX_PEER`] when nobody knows.
    pub peer: IpAddr,
    /// Whether a trusted proxy has said so.
    pub is_forwarded: bool,
    /// Whether the browser came over https; `None`: nobody knows.
    pub https: Option<bool>,
    /// The connection's id, for the log.
    pub connection: u64,
}

impl<'a> Call<'a> {
    /// What `peer` asks for on this connection.
    pub fn new(
        (request, target, framing): (&'a Request<'a>, &'a Target<'a>, Framing),
        peer: Peer,
        connection: u64,
        config: &Config,
    ) -> Call<'a> {
        let client = forwarded::client(request, peer.address, &config.trusted_proxies);
        let is_forwarded = client.address != peer.address.map(|address| address.to_canonical());
        let address = client.address.unwrap_or(UNIX_PEER);
        let call = Call { request, target, framing, peer: address, is_forwarded, https: None, connection };
        let https = client.https.or(peer.tls.then_some(true)).or_else(|| call.public_is_https(config));
        Call { https, ..call }
    }

    /// Whether the browser came over https: to this server, to a trusted proxy, or, when neither is known, to the public
    /// URL's host, where that is https. Cookies are for https only, then.
    pub fn is_https(&self) -> bool {
        self.https == Some(true)
    }

    /// The host, and perhaps port, that is asked for; empty when an HTTP/1.0 client does not say.
    pub fn authority(&self) -> &'a str {
        self.target.authority.unwrap_or(self.request.host)
    }

    /// With a public URL, its host is reached as it says, and every other one directly.
    fn public_is_https(&self, config: &Config) -> Option<bool> {
        let url = config.public_url.as_deref()?;
        Some(url.starts_with("https:") && host::is_public(self.authority(), Some(url)))
    }
}
