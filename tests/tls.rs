//! TLS without a proxy: what is spoken, what is refused, what a new certificate changes, and what https brings along.

mod common;

use common::process::{Place, Running};
use common::tls::{self, Pair, Stream};
use common::{Client, PATIENCE, TestServer};
use rustix::process::Signal;
use rustls::SupportedProtocolVersion;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::version::{TLS12, TLS13};
use serde_json::{Value, json};
use snug::config::Config;
use snug::socket::{Socket, TlsSocket};
use std::io::{ErrorKind, IoSlice, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use tungstenite::client::IntoClientRequest;
use tungstenite::{Message, WebSocket};

/// A request for `/healthz` after which the connection ends.
const LAST: &str = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

/// A server that speaks TLS with this pair, changed further.
fn server(pair: &Pair, change: impl FnOnce(&mut Config)) -> TestServer {
    TestServer::with(|config| {
        (config.tls.cert, config.tls.key) = (Some(pair.cert()), Some(pair.key()));
        change(config);
    })
}

/// Comes in by a name; the whole `Set-Cookie`.
fn enter(pair: &Pair, addr: SocketAddr, name: &str) -> String {
    let body = json!({ "name": name }).to_string();
    let length = body.len();
    let wire = format!(
        "POST /api/v1/guests HTTP/1.1\r\nHost: localhost:{port}\r\nOrigin: https://localhost:{port}\r\n\
         Content-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}",
        port = addr.port()
    );
    let response = pair.ask(addr, &wire);
    assert_eq!(response.status, 201, "{}", response.text());
    response.field("set-cookie").expect("a cookie").to_owned()
}

/// Opens a WebSocket with this cookie and says hello.
fn open(pair: &Pair, addr: SocketAddr, version: &'static SupportedProtocolVersion, cookie: &str) -> WebSocket<Stream> {
    let mut request = format!("wss://localhost:{}/ws", addr.port()).into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", format!("https://localhost:{}", addr.port()).parse().unwrap());
    headers.insert("sec-websocket-protocol", "snug.v1".parse().unwrap());
    headers.insert("cookie", cookie.split(';').next().unwrap().parse().unwrap());
    let (mut socket, response) =
        tungstenite::client(request, pair.connect(addr, version).unwrap()).expect("a WebSocket");
    assert!(response.headers().contains_key("content-security-policy"));
    socket.send(Message::text(json!({"op": "hello", "id": 1}).to_string())).unwrap();
    until(&mut socket, |value| value["ev"] == "reset");
    socket
}

/// The next message that `fits`.
fn until(socket: &mut WebSocket<Stream>, fits: impl Fn(&Value) -> bool) -> Value {
    loop {
        if let Message::Text(text) = socket.read().expect("the connection lives") {
            let value: Value = serde_json::from_str(&text).unwrap();
            if fits(&value) {
                return value;
            }
        }
    }
}

#[test]
fn tls_1_2_and_1_3_are_spoken_and_nothing_older() {
    let pair = Pair::new();
    let server = server(&pair, |_| {});
    for version in [&TLS12, &TLS13] {
        let stream = pair.connect(server.addr, version).expect("a handshake");
        assert_eq!(stream.conn.protocol_version(), Some(version.version));
        let response = tls::ask(stream, LAST);
        assert_eq!(response.status, 200);
        response.assert_secure("over TLS");
    }
    // A hello of TLS 1.1: version 3.2, one suite, no extensions.
    let hello = [&[3, 2][..], &[7; 32], &[0, 0, 2, 0xc0, 0x13, 1, 0]].concat();
    let length = hello.len() as u8;
    let record = [&[22, 3, 1, 0, length + 4, 1, 0, 0, length][..], &hello].concat();
    let mut old = server.connect();
    old.send(record);
    let answer = old.rest();
    assert_eq!((answer[0], answer[5]), (21, 2), "a fatal alert (RFC 8446 6.2)");
}

/// Everyday tools agree: curl checks the certificate, and its own idea of both versions.
#[test]
fn curl_speaks_with_it() {
    let pair = Pair::new();
    let server = server(&pair, |config| config.tls.hsts_seconds = 600);
    for version in ["1.2", "1.3"] {
        let output = std::process::Command::new("curl")
            .args(["--silent", "--show-error", "--include", "--tls-max", version, "--max-time", "30", "--cacert"])
            .arg(pair.cert())
            .arg(format!("https://localhost:{}/healthz", server.addr.port()))
            .arg("--resolve")
            .arg(format!("localhost:{}:127.0.0.1", server.addr.port()))
            .output()
            .expect("curl runs; scripts/install installs it");
        let text = String::from_utf8_lossy(&output.stdout);
        assert!(text.starts_with("HTTP/1.1 200"), "{text}{}", String::from_utf8_lossy(&output.stderr));
        assert!(text.contains("\r\nStrict-Transport-Security: max-age=600\r\n"), "{text}");
    }
}

#[test]
fn what_belongs_to_https_is_there_and_only_there() {
    let pair = Pair::new();
    let server = server(&pair, |config| {
        config.public_url = Some("https://localhost".to_owned());
        config.tls.hsts_seconds = 600;
        config.tls.redirect_listen = Some("127.0.0.1:0".parse().unwrap());
    });
    let cookie = enter(&pair, server.addr, "Rosa");
    let (session, attributes) = cookie.split_once("; ").unwrap();
    assert!(session.starts_with("__Host-snug_session="), "{cookie}");
    assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000; Secure");
    let me = |cookie: &str| {
        let wire =
            format!("GET /api/v1/me HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n");
        pair.ask(server.addr, &wire)
    };
    assert_eq!((me(session).status, me(session).field("strict-transport-security")), (200, Some("max-age=600")));
    assert_eq!(me(&session.replace("__Host-", "")).status, 401, "anybody could have set the plain name");
    for wire in ["BREW / HTTP/1.1\r\n\r\n", "GET /none HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"] {
        let response = pair.ask(server.addr, wire);
        response.assert_secure(wire);
        assert_eq!(response.field("strict-transport-security"), Some("max-age=600"), "{wire}");
    }
    // Not even for the public URL's host, whose people come by https otherwise.
    let mut plain = Client::connect(server.redirect.expect("a second port"));
    plain.send("GET /a?b=c HTTP/1.1\r\nHost: localhost\r\n\r\n");
    assert_eq!(plain.response().field("strict-transport-security"), None, "RFC 6797 7.2");
}

#[test]
fn with_tls_the_scheme_of_a_page_counts() {
    let pair = Pair::new();
    let server = server(&pair, |_| {});
    for (origin, status) in [("https://localhost", 415), ("http://localhost", 403)] {
        let wire = format!(
            "POST /api/v1/guests HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
        );
        assert_eq!(pair.ask(server.addr, &wire).status, status, "{origin}");
    }
}

#[test]
fn plain_http_is_sent_on_to_https() {
    let pair = Pair::new();
    let server = server(&pair, |config| config.tls.redirect_listen = Some("127.0.0.1:0".parse().unwrap()));
    let mut client = Client::connect(server.redirect.expect("a second port"));
    let port = server.addr.port();
    for (request, location) in [
        ("GET /a%20b?c=%2F HTTP/1.1\r\nHost: localhost:80", format!("https://localhost:{port}/a%20b?c=%2F")),
        ("GET http://[::1]/x HTTP/1.1\r\nHost: y", format!("https://[::1]:{port}/x")),
        ("OPTIONS * HTTP/1.1\r\nHost: 127.0.0.1", format!("https://127.0.0.1:{port}/")),
    ] {
        client.send(format!("{request}\r\n\r\n"));
        let response = client.response();
        assert_eq!((response.status, response.field("location")), (308, Some(location.as_str())), "{request}");
        response.assert_secure(request);
    }
    client.send("POST /api/v1/guests HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}");
    assert_eq!(client.response().status, 308, "nothing is done there");
    client.send("GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n");
    assert_eq!(client.response().status, 421, "nobody is sent to a stranger's name");
    client.send("GET / HTTP/1.0\r\n\r\n");
    assert_eq!(client.response().code(), "https_only");
}

#[test]
fn who_speaks_plain_http_to_the_tls_port_is_told_so() {
    let pair = Pair::new();
    let server = server(&pair, |_| {});
    let mut plain = server.connect();
    plain.send("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let response = plain.response();
    assert_eq!((response.status, response.code().as_str()), (400, "https_only"));
    response.assert_secure("plain HTTP");
    assert_eq!(plain.rest(), b"");
}

#[test]
fn a_handshake_that_fails_or_never_ends_costs_nobody_else_anything() {
    let pair = Pair::new();
    let server = server(&pair, |config| {
        config.http.head_ms = 200;
        config.http.connections_max = 3;
    });
    // The same three places, over and over.
    for _ in 0..5 {
        let mut garbage = server.connect();
        garbage.send([22; 600]);
        let mut cut = server.connect();
        cut.send([22, 3, 1, 2, 0, 1, 0]);
        let silent = server.connect();
        garbage.gone();
        cut.gone();
        silent.gone();
    }
    let stranger = Pair::new();
    stranger.connect(server.addr, &TLS13).expect_err("it does not know this server");
    assert_eq!(pair.ask(server.addr, LAST).status, 200);
}

#[test]
fn who_finds_no_place_is_told_so_inside_tls() {
    let pair = Pair::new();
    let server = server(&pair, |config| config.http.connections_max = 1);
    let mut first = pair.connect(server.addr, &TLS13).unwrap();
    first.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(tls::response(&mut first).status, 200);
    let second = pair.ask(server.addr, LAST);
    assert_eq!((second.status, second.code().as_str()), (503, "too_many_connections"));
}

/// Thousands of entries and megabytes: one reads as they come, one only in the end, so that its socket is full meanwhile.
#[test]
fn a_websocket_over_tls_loses_nothing_however_slowly_it_is_read() {
    for (version, messages) in [(&TLS12, 100), (&TLS13, 600)] {
        let pair = Pair::new();
        let server = server(&pair, |config| {
            config.chat.sends_per_minute = 0;
            config.chat.outbox_bytes_max = 64 << 20;
        });
        let (rosa, bea) = (enter(&pair, server.addr, "Rosa"), enter(&pair, server.addr, "Bea"));
        let mut slow = open(&pair, server.addr, version, &bea);
        let mut sender = open(&pair, server.addr, version, &rosa);
        for n in 0..messages {
            let text = format!("{n} {}", "x".repeat(7_000));
            let send = json!({"op": "send", "id": n + 2, "room": 1, "key": format!("k{n}"), "text": text});
            sender.send(Message::text(send.to_string())).unwrap();
            until(&mut sender, |value| value["re"] == json!(n + 2) && value["result"]["seq"].is_u64());
        }
        for n in 0..messages {
            let entry = until(&mut slow, |value| value["ev"] == "entry" && value["kind"] == "message");
            let text = entry["text"].as_str().unwrap();
            assert!(text.starts_with(&format!("{n} x")) && text.len() > 7_000, "{n}: {}", &text[..20]);
        }
        slow.close(None).unwrap();
        while slow.read().is_ok() {}
        let mut rest = Vec::new();
        slow.get_mut().read_to_end(&mut rest).expect("close_notify comes behind the close frame");
        assert_eq!(rest, b"");
    }
}

#[test]
fn a_shutdown_closes_what_is_inside_tls_in_order() {
    let pair = Pair::new();
    let mut server = server(&pair, |_| {});
    let cookie = enter(&pair, server.addr, "Rosa");
    let mut socket = open(&pair, server.addr, &TLS13, &cookie);
    let mut idle = pair.connect(server.addr, &TLS13).unwrap();
    idle.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    assert_eq!(tls::response(&mut idle).status, 200);
    let half = server.connect();
    server.shut_down();
    let code = loop {
        match socket.read().expect("a close frame") {
            Message::Close(frame) => break frame.map(|frame| u16::from(frame.code)),
            _ => continue,
        }
    };
    assert_eq!(code, Some(1001));
    assert_eq!(idle.read_to_end(&mut Vec::new()).expect("close_notify"), 0);
    half.gone();
}

/// Starts the program with this pair; returns it and where it listens.
fn start(place: &Place, cert: &std::path::Path, key: &std::path::Path) -> (Running, SocketAddr) {
    let mut snug = Running::start(place.snug(&[]).env("SNUG_TLS_CERT", cert).env("SNUG_TLS_KEY", key));
    let line = snug.line("https://127.0.0.1:");
    let addr = line.rsplit("https://").next().unwrap().parse().expect("nothing behind the address");
    (snug, addr)
}

#[test]
fn a_new_certificate_is_for_new_connections_and_open_ones_go_on() {
    let place = Place::new();
    let (old, new) = (Pair::new(), Pair::new());
    let (cert, key) = (place.path("cert.pem"), place.path("key.pem"));
    let put = |pair: &Pair| {
        std::fs::copy(pair.cert(), &cert).unwrap();
        std::fs::copy(pair.key(), &key).unwrap();
    };
    put(&old);
    let (mut snug, addr) = start(&place, &cert, &key);
    let mut open = old.connect(addr, &TLS13).unwrap();
    let mut still_open = || {
        open.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
        assert_eq!(tls::response(&mut open).status, 200);
    };
    still_open();
    new.connect(addr, &TLS13).expect_err("the new certificate is not in force yet");

    put(&new);
    snug.signal(Signal::HUP);
    snug.line("certificate read anew");
    still_open();
    assert_eq!(new.ask(addr, LAST).status, 200);
    old.connect(addr, &TLS13).expect_err("the old certificate is not in force any more");

    for broken in ["", "-----BEGIN PRIVATE KEY-----\nhunter2hunter2\n-----END PRIVATE KEY-----\n"] {
        std::fs::write(&key, broken).unwrap();
        snug.forget();
        snug.signal(Signal::HUP);
        let line = snug.line("The old certificate stays in force");
        assert!(line.contains("key.pem") && line.contains("SNUG_TLS_KEY") && !line.contains("hunter2"), "{line}");
        assert_eq!(new.ask(addr, LAST).status, 200);
    }
    std::fs::copy(old.key(), &key).unwrap();
    snug.forget();
    snug.signal(Signal::HUP);
    snug.line("The old certificate stays in force");
    assert_eq!(new.ask(addr, LAST).status, 200, "a key of another certificate changes nothing");
    still_open();
    snug.signal(Signal::TERM);
    assert_eq!(snug.end().0, Some(0));
}

#[test]
fn a_pair_that_cannot_be_used_stops_the_start_in_one_line() {
    let place = Place::new();
    let (one, other) = (Pair::new(), Pair::new());
    for (cert, key, named) in [
        (one.cert(), other.key(), "SNUG_TLS_KEY"),
        (place.path("none.pem"), one.key(), "SNUG_TLS_CERT"),
        (one.key(), one.key(), "SNUG_TLS_CERT"),
        (one.cert(), one.cert(), "SNUG_TLS_KEY"),
    ] {
        let mut command = place.snug(&[]);
        let (code, output) = Running::start(command.env("SNUG_TLS_CERT", cert).env("SNUG_TLS_KEY", key)).end();
        let lines: Vec<&str> = output.lines().filter(|line| line.starts_with("snug: ")).collect();
        assert!(code == Some(1) && lines.len() == 1 && lines[0].contains(named), "{code:?} {output}");
    }
}

/// However the bytes of a handshake and of a request are cut, the answer is the same.
#[test]
fn bytes_of_tls_may_come_one_by_one() {
    let pair = Pair::new();
    let server = server(&pair, |_| {});
    let mut stream = pair.connect(server.addr, &TLS13).unwrap();
    stream.conn.writer().write_all(LAST.as_bytes()).unwrap();
    let mut cipher = Vec::new();
    while stream.conn.wants_write() {
        stream.conn.write_tls(&mut cipher).unwrap();
    }
    let mut tcp: &TcpStream = &stream.sock;
    tcp.set_read_timeout(Some(PATIENCE)).unwrap();
    cipher.chunks(1).for_each(|byte| tcp.write_all(byte).unwrap());
    assert_eq!(tls::ask(stream, "").status, 200);
}

/// What the room loops rely on: a write that the system did not take is not taken, whatever has been encrypted of it, and
/// is repeated with the same bytes; nothing is lost, doubled or out of order, and the way back stays open.
#[test]
fn what_a_full_socket_refuses_goes_out_when_it_is_repeated() {
    let pair = Pair::new();
    let chain = vec![CertificateDer::from_pem_file(pair.cert()).unwrap()];
    let key = PrivateKeyDer::from_pem_file(pair.key()).unwrap();
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = listener.local_addr().unwrap();
    let cert = pair.cert();
    let client = std::thread::spawn(move || tls::connect(&cert, addr, &TLS13).unwrap());
    let tcp = smol::Async::new(listener.accept().unwrap().0).unwrap();
    let socket = Socket::Tls(smol::block_on(TlsSocket::accept(tcp, Arc::new(config))).unwrap());
    let mut client = client.join().unwrap();

    let bytes: Vec<u8> = (0..32_u32 << 20).map(|n| (n % 251) as u8).collect();
    let mut sent = 0;
    let refused = loop {
        let (front, back) = bytes[sent..].split_at(1_000);
        match socket.try_write_vectored(&[IoSlice::new(front), IoSlice::new(back)]) {
            Ok(0) => panic!("nothing is no progress"),
            Ok(written) => sent += written,
            Err(error) => break error,
        }
    };
    assert!(refused.kind() == ErrorKind::WouldBlock && sent > 0 && sent < bytes.len(), "{refused} after {sent}");
    let again = socket.try_write_vectored(&[IoSlice::new(&bytes[sent..])]).unwrap_err();
    assert_eq!(again.kind(), ErrorKind::WouldBlock, "nobody has read");
    client.write_all(b"still here").unwrap();
    let mut heard = [0; 10];
    assert_eq!((smol::block_on(socket.read(&mut heard)).unwrap(), &heard), (10, b"still here"));

    let total = bytes.len();
    let reading = std::thread::spawn(move || {
        let mut read = Vec::new();
        client.read_to_end(&mut read).expect("close_notify");
        read
    });
    while sent < total {
        sent += smol::block_on(socket.write_vectored(&[IoSlice::new(&bytes[sent..])])).unwrap();
    }
    drop(socket);
    assert!(reading.join().unwrap() == bytes, "the bytes are not the same");
}
