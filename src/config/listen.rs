//! Where to listen: an address with a port, or the path of a Unix socket.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// What the path of a Unix socket stands behind.
const UNIX_PREFIX: &str = "unix:";

/// Bytes of a Unix socket's path: one less than Linux, macOS and the BSDs all take.
const UNIX_PATH_BYTES_MAX: usize = 103;

/// Where to listen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listen {
    /// An address and a port; port 0 picks a free one.
    Tcp(SocketAddr),
    /// A Unix socket at this absolute path.
    Unix(PathBuf),
}

/// The text says neither.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadListen;

impl fmt::Display for Listen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Listen::Tcp(address) => write!(f, "{address}"),
            Listen::Unix(path) => write!(f, "{UNIX_PREFIX}{}", path.display()),
        }
    }
}

impl FromStr for Listen {
    type Err = BadListen;

    fn from_str(text: &str) -> Result<Listen, BadListen> {
        match text.strip_prefix(UNIX_PREFIX) {
            Some(path) if path.starts_with('/') && path.len() <= UNIX_PATH_BYTES_MAX => {
                Ok(Listen::Unix(PathBuf::from(path)))
            }
            Some(_) => Err(BadListen),
            None => text.parse().map(Listen::Tcp).map_err(|_| BadListen),
        }
    }
}
