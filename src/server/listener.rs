//! What is listened on: TCP and Unix sockets, bound before anything else so that a taken port is told at once.

use super::certificate::Certificate;
use crate::config::{Config, Listen};
use crate::socket::Socket;
use smol::Async;
use std::fs;
use std::io::{self, ErrorKind};
use std::net::{IpAddr, SocketAddr, TcpListener};
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Who may connect to the Unix socket: its owner and group, such as a proxy that is in it.
const UNIX_SOCKET_MODE: u32 = 0o660;

/// All that the server listens on, bound and not yet served.
pub struct Doors {
    /// Where the site is.
    pub(super) site: Listener,
    /// Where plain http is sent on to https.
    pub(super) redirect: Option<Listener>,
    /// With it, the site's connections speak TLS.
    pub(super) certificate: Option<Arc<Certificate>>,
}

/// One listening socket.
pub(super) enum Listener {
    Tcp(Async<TcpListener>),
    Unix(UnixDoor),
}

/// A listening Unix socket; dropping it takes its file away.
pub(super) struct UnixDoor {
    listener: Async<UnixListener>,
    path: PathBuf,
    /// Device and inode: the file may be another server's by now.
    file: Option<(u64, u64)>,
}

/// Reads the certificate, if there is to be one, and binds what is to be listened on.
///
/// # Errors
/// One line for the person at the console: what failed, and what to do.
pub fn bind(config: &Config) -> Result<Doors, String> {
    let certificate = Certificate::load(&config.tls)?;
    let site = match &config.listen {
        Listen::Tcp(address) => bind_tcp(*address, "SNUG_LISTEN")?,
        Listen::Unix(path) => Listener::Unix(UnixDoor::bind(path)?),
    };
    let redirect = config.tls.redirect_listen.map(|address| bind_tcp(address, "SNUG_REDIRECT_LISTEN")).transpose()?;
    Ok(Doors { site, redirect, certificate })
}

impl Doors {
    /// Where the site is; the port is the real one.
    ///
    /// # Errors
    /// The system's.
    pub fn place(&self) -> io::Result<Listen> {
        match &self.site {
            Listener::Tcp(tcp) => tcp.get_ref().local_addr().map(Listen::Tcp),
            Listener::Unix(unix) => Ok(Listen::Unix(unix.path.clone())),
        }
    }

    /// Where plain http is sent on to https, if anywhere.
    pub fn redirect_address(&self) -> Option<SocketAddr> {
        match &self.redirect {
            Some(Listener::Tcp(tcp)) => tcp.get_ref().local_addr().ok(),
            _ => None,
        }
    }

    /// The certificate, if the site speaks TLS.
    pub fn certificate(&self) -> Option<Arc<Certificate>> {
        self.certificate.clone()
    }
}

fn bind_tcp(address: SocketAddr, key: &str) -> Result<Listener, String> {
    Async::<TcpListener>::bind(address).map(Listener::Tcp).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => "the port is taken. Stop the program that listens there, or choose another port",
            ErrorKind::PermissionDenied => "this user may not use the port. Choose one above 1023",
            ErrorKind::AddrNotAvailable => "this machine does not have the address. Use 0.0.0.0 or one that it has",
            _ => "the system refused. Choose another address or port",
        };
        format!("cannot listen on {address}: {advice}, in {key} ({error})")
    })
}

impl Listener {
    /// Accepts one connection, and tells whose it is; `None` for the Unix socket, whose peers have no address.
    pub(super) async fn accept(&self) -> io::Result<(Socket, Option<IpAddr>)> {
        match self {
            Listener::Tcp(tcp) => {
                let (stream, peer) = tcp.accept().await?;
                Ok((Socket::Tcp(stream), Some(peer.ip())))
            }
            Listener::Unix(unix) => Ok((Socket::Unix(unix.listener.accept().await?.0), None)),
        }
    }
}

impl UnixDoor {
    /// Listens at `path`. A socket that a dead server has left there is taken away; anything else is left alone.
    fn bind(path: &Path) -> Result<UnixDoor, String> {
        let refused = |advice: &str, error: &dyn std::fmt::Display| {
            format!("cannot listen on unix:{}: {advice}, in SNUG_LISTEN ({error})", path.display())
        };
        match fs::symlink_metadata(path) {
            Ok(metadata) if !metadata.file_type().is_socket() => {
                return Err(refused("something else stands there. Take it away, or choose another path", &"no socket"));
            }
            Ok(_) => match UnixStream::connect(path) {
                Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                    let advice = "the socket that a dead server left there cannot be removed. Take it away";
                    fs::remove_file(path).map_err(|error| refused(advice, &error))?;
                }
                Ok(_) => {
                    return Err(refused("another program listens there. Stop it, or choose another path", &"in use"));
                }
                Err(error) => return Err(refused("a socket stands there already. Choose another path", &error)),
            },
            Err(_) => {}
        }
        let advice = "its directory must be there, and this user must be able to write to it";
        let listener = Async::<UnixListener>::bind(path).map_err(|error| refused(advice, &error))?;
        fs::set_permissions(path, fs::Permissions::from_mode(UNIX_SOCKET_MODE))
            .map_err(|error| refused("the system does not let its group connect. Choose another path", &error))?;
        Ok(UnixDoor { listener, path: path.to_owned(), file: identity(path) })
    }
}

impl Drop for UnixDoor {
    fn drop(&mut self) {
        if self.file.is_some() && identity(&self.path) == self.file {
            // Left behind, it is known for what it is at the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// Which file stands at `path`, by device and inode.
fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::symlink_metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}
