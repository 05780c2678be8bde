//! TLS as a client sees it: a certificate of its own for each test, and a connection that trusts it and nothing else.

use super::{PATIENCE, Response};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned, SupportedProtocolVersion};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;
use tempfile::TempDir;

/// A TLS connection; whatever speaks over TCP speaks over it.
pub type Stream = StreamOwned<ClientConnection, TcpStream>;

/// A certificate for `localhost`, signed by nobody, and its key.
pub struct Pair {
    directory: TempDir,
}

impl Pair {
    /// A new one.
    pub fn new() -> Pair {
        let pair = Pair { directory: tempfile::tempdir().expect("a temporary directory") };
        let made = Command::new("openssl")
            .args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"])
            .args(["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"])
            .args(["-addext", "basicConstraints=critical,CA:FALSE", "-keyout"])
            .args([pair.key().as_os_str(), "-out".as_ref(), pair.cert().as_os_str()])
            .output()
            .expect("openssl runs; scripts/install installs it");
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        pair
    }

    /// The certificate's file.
    pub fn cert(&self) -> PathBuf {
        self.directory.path().join("cert.pem")
    }

    /// The key's file.
    pub fn key(&self) -> PathBuf {
        self.directory.path().join("key.pem")
    }

    /// Connects and shakes hands.
    pub fn connect(
        &self,
        addr: SocketAddr,
        version: &'static SupportedProtocolVersion,
    ) -> Result<Stream, std::io::Error> {
        connect(&self.cert(), addr, version)
    }

    /// Sends one request on a connection of its own and returns the response; the connection ends in order.
    pub fn ask(&self, addr: SocketAddr, wire: &str) -> Response {
        ask(self.connect(addr, &rustls::version::TLS13).expect("a handshake"), wire)
    }
}

/// Connects to a server that must show exactly this certificate.
pub fn connect(
    cert: &Path,
    addr: SocketAddr,
    version: &'static SupportedProtocolVersion,
) -> Result<Stream, std::io::Error> {
    connect_over(cert, TcpStream::connect(addr)?, version)
}

/// Shakes hands over a connection with a server that must show exactly this certificate.
pub fn connect_over(
    cert: &Path,
    tcp: TcpStream,
    version: &'static SupportedProtocolVersion,
) -> Result<Stream, std::io::Error> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(cert).expect("a certificate")).expect("a root");
    let config = ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_protocol_versions(&[version])
        .expect("a version")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = ServerName::try_from("localhost").expect("a name");
    let connection = ClientConnection::new(Arc::new(config), name).expect("a connection");
    tcp.set_read_timeout(Some(PATIENCE))?;
    tcp.set_nodelay(true)?;
    let mut stream = StreamOwned::new(connection, tcp);
    while stream.conn.is_handshaking() {
        stream.conn.complete_io(&mut stream.sock)?;
    }
    Ok(stream)
}

/// Sends a request that asks to close, and reads to the end, which must be one in order (close_notify).
pub fn ask(mut stream: impl Read + Write, wire: &str) -> Response {
    stream.write_all(wire.as_bytes()).expect("the server reads");
    let mut held = Vec::new();
    stream.read_to_end(&mut held).expect("an end in order");
    parse(&held)
}

/// Reads one response, head and body, from a connection that stays open.
pub fn response(stream: &mut impl Read) -> Response {
    let mut held = Vec::new();
    let mut byte = [0];
    while !held.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("a head");
        held.push(byte[0]);
    }
    let length = parse(&held).field("content-length").map_or(0, |length| length.parse().expect("a length"));
    let mut body = vec![0; length];
    stream.read_exact(&mut body).expect("a body");
    held.extend(body);
    parse(&held)
}

fn parse(held: &[u8]) -> Response {
    let mut fields = [httparse::EMPTY_HEADER; 32];
    let mut parsed = httparse::Response::new(&mut fields);
    let httparse::Status::Complete(used) = parsed.parse(held).expect("a response") else { panic!("half: {held:?}") };
    let text = |value: &[u8]| String::from_utf8(value.to_vec()).expect("text");
    let fields = parsed.headers.iter().map(|field| (field.name.to_ascii_lowercase(), text(field.value))).collect();
    Response { status: parsed.code.expect("a status"), fields, body: held[used..].to_vec() }
}
