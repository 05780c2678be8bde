//! Behind a proxy: the configurations that `docs/proxy/` shows, run as they stand there but for ports and paths, and what
//! the fields that proxies write do when somebody else writes them.

mod common;

use common::keeping::By;
use common::process::{Place, Running};
use common::tls::{self, Pair};
use common::{Client, TestServer, post};
use rustix::net::{AddressFamily, SocketType, bind, connect, socket};
use rustls::version::TLS13;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr, SocketAddrV4, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Stdio};
use tungstenite::client::IntoClientRequest;
use tungstenite::http::HeaderName;
use tungstenite::{Message, WebSocket};

/// Where the client of these tests is: another address than the proxy's, which is 127.0.0.1.
const ELSEWHERE: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 7);

/// Attempts to find a port that nobody else takes before the proxy does.
const PORT_ATTEMPTS: usize = 5;

/// A TCP connection from another address of this machine.
fn connect_from(source: Ipv4Addr, to: SocketAddr) -> TcpStream {
    let socket = socket(AddressFamily::INET, SocketType::STREAM, None).expect("a socket");
    bind(&socket, &SocketAddrV4::new(source, 0)).expect("every address of 127.0.0.0/8 is this machine");
    connect(&socket, &to).expect("it listens");
    let stream = TcpStream::from(socket);
    stream.set_read_timeout(Some(common::PATIENCE)).expect("a timeout");
    stream
}

/// A port that is free now on every address, since other tests connect from many.
fn free_port() -> u16 {
    let everywhere = [SocketAddr::from((Ipv6Addr::UNSPECIFIED, 0)), SocketAddr::from((Ipv4Addr::UNSPECIFIED, 0))];
    TcpListener::bind(&everywhere[..]).and_then(|listener| listener.local_addr()).expect("a free port").port()
}

/// A proxy that runs in the background; it does not outlive the test.
struct Proxy {
    place: tempfile::TempDir,
}

impl Proxy {
    /// Runs a command that starts a proxy and returns when it listens, having left its process id in `pid`.
    fn start(place: tempfile::TempDir, command: &mut Command) -> Result<Proxy, String> {
        // A file and not a pipe, which would stay open as long as the proxy lives.
        let said = place.path().join("said");
        let output = std::fs::File::create(&said).expect("a file");
        let status = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output).status();
        let is_up = status.expect("the proxy is installed; scripts/install does it").success();
        if is_up { Ok(Proxy { place }) } else { Err(std::fs::read_to_string(said).unwrap_or_default()) }
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        let pid = std::fs::read_to_string(self.place.path().join("pid")).unwrap_or_default();
        if let Some(pid) = pid.trim().parse().ok().and_then(rustix::process::Pid::from_raw) {
            let _ = rustix::process::kill_process(pid, rustix::process::Signal::TERM);
        }
    }
}

/// Replaces what is of one place only; every one must be there.
fn adapt(text: &str, replaced: &[(&str, String)]) -> String {
    replaced.iter().fold(text.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from:?} is not in the documented configuration");
        text.replace(from, to)
    })
}

/// nginx with the documented configuration, on these ports.
fn nginx(upstream: &str, https: u16, http: u16, pair: &Pair) -> Result<Proxy, String> {
    let place = tempfile::tempdir().expect("a temporary directory");
    let root = place.path().display().to_string();
    let site = adapt(
        include_str!("../docs/proxy/nginx.conf"),
        &[
            ("listen 443 ssl;", format!("listen 127.0.0.1:{https} ssl;")),
            ("listen 80;", format!("listen 127.0.0.1:{http};")),
            ("server 127.0.0.1:8080;", format!("server {upstream};")),
            ("server_name chat.example;", "server_name localhost;".to_owned()),
            ("/etc/letsencrypt/live/chat.example/fullchain.pem", pair.cert().display().to_string()),
            ("/etc/letsencrypt/live/chat.example/privkey.pem", pair.key().display().to_string()),
        ],
    );
    std::fs::write(place.path().join("site.conf"), site).unwrap();
    // As root, its workers would be somebody who may not enter this directory.
    let user = if rustix::process::geteuid().is_root() { "user root;" } else { "" };
    let paths =
        ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(|name| format!("{name}_temp_path {root}/{name};"));
    let main = format!(
        "{user} pid {root}/pid; error_log {root}/error.log; worker_processes 1; events {{}}\n\
         http {{ access_log off; {} include {root}/site.conf; }}\n",
        paths.join(" ")
    );
    std::fs::write(place.path().join("nginx.conf"), main).unwrap();
    let config = place.path().join("nginx.conf");
    let mut command = Command::new("nginx");
    command
        .env("PATH", search_path())
        .arg("-p")
        .arg(&root)
        .arg("-e")
        .arg(format!("{root}/error.log"))
        .arg("-c")
        .arg(config);
    Proxy::start(place, &mut command)
}

/// Caddy with the documented configuration, on this port.
fn caddy(upstream: &str, https: u16, _: u16, pair: &Pair) -> Result<Proxy, String> {
    let place = tempfile::tempdir().expect("a temporary directory");
    let root = place.path().display().to_string();
    let upstream = upstream.replace("unix:", "unix/");
    let tls = format!("tls {} {}", pair.cert().display(), pair.key().display());
    let site = adapt(
        include_str!("../docs/proxy/Caddyfile"),
        &[
            ("chat.example {", format!("https://localhost:{https} {{")),
            ("# tls /etc/snug/cert.pem /etc/snug/key.pem", tls),
            ("reverse_proxy 127.0.0.1:8080", format!("reverse_proxy {upstream}")),
        ],
    );
    let global = format!("{{\n\tadmin off\n\tauto_https disable_redirects\n\tstorage file_system {root}\n}}\n");
    std::fs::write(place.path().join("Caddyfile"), global + &site).unwrap();
    let mut command = Command::new("caddy");
    command.env("HOME", &root).env("PATH", search_path());
    command.args(["start", "--adapter", "caddyfile", "--config"]).arg(place.path().join("Caddyfile"));
    command.arg("--pidfile").arg(place.path().join("pid"));
    Proxy::start(place, &mut command)
}

/// Where programs are, also those of the system that not everybody's PATH names.
fn search_path() -> String {
    format!("{}:/usr/sbin:/sbin", std::env::var("PATH").unwrap_or_default())
}

type StartProxy = fn(&str, u16, u16, &Pair) -> Result<Proxy, String>;

/// A snug behind a proxy.
struct Behind {
    snug: Running,
    pair: Pair,
    _proxy: Proxy,
    _place: Place,
    /// Where the proxy speaks https.
    addr: SocketAddr,
    /// Where it sends plain http on, if it does.
    plain: SocketAddr,
}

impl Behind {
    fn start(start_proxy: StartProxy, over_unix: bool) -> Behind {
        let mut said = String::new();
        for _ in 0..PORT_ATTEMPTS {
            let (pair, place, https, http) = (Pair::new(), Place::new(), free_port(), free_port());
            let mut command = place.snug(&[]);
            command.env("SNUG_PUBLIC_URL", format!("https://localhost:{https}")).env("SNUG_HSTS_SECONDS", "600");
            command.env("SNUG_TRUSTED_PROXIES", if over_unix { "unix" } else { "127.0.0.1" });
            let door = format!("unix:{}", place.path("snug.sock").display());
            if over_unix {
                command.env("SNUG_LISTEN", &door);
            }
            let mut snug = Running::start(&mut command);
            let upstream = if over_unix {
                snug.line(&format!("snug is open at {door}"));
                door
            } else {
                snug.address().to_string()
            };
            match start_proxy(&upstream, https, http, &pair) {
                Ok(proxy) => {
                    let [addr, plain] = [https, http].map(|port| SocketAddr::from((Ipv4Addr::LOCALHOST, port)));
                    return Behind { snug, pair, _proxy: proxy, _place: place, addr, plain };
                }
                Err(error) => said = error,
            }
        }
        panic!("the proxy does not start: {said}");
    }

    fn stream(&self) -> tls::Stream {
        tls::connect_over(&self.pair.cert(), connect_from(ELSEWHERE, self.addr), &TLS13).expect("a handshake")
    }

    fn ask(&self, method: &str, path: &str, fields: &str, body: &str) -> common::Response {
        let mut stream = self.stream();
        let (host, length) = (self.addr.port(), body.len());
        let wire = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost:{host}\r\n{fields}Content-Length: {length}\r\n\r\n{body}"
        );
        stream.write_all(wire.as_bytes()).expect("the proxy reads");
        tls::response(&mut stream)
    }
}

/// All that must hold behind any proxy.
fn check(start_proxy: StartProxy, over_unix: bool) {
    let mut behind = Behind::start(start_proxy, over_unix);
    let origin = format!("Origin: https://localhost:{}\r\nContent-Type: application/json\r\n", behind.addr.port());

    let forged = "X-Forwarded-For: 6.6.6.6\r\nForwarded: for=6.6.6.6;proto=http\r\nX-Forwarded-Proto: http\r\n";
    let health = behind.ask("GET", "/healthz", forged, "");
    assert_eq!((health.status, health.field("strict-transport-security")), (200, Some("max-age=600")));
    assert!(health.field("content-security-policy").is_some_and(|csp| csp.starts_with("default-src 'none'")));
    assert!(
        !health.field("server").unwrap_or_default().contains(|c: char| c.is_ascii_digit()),
        "no version: {health:?}"
    );
    let line = behind.snug.line(" GET /healthz 200 ");
    assert!(line.trim_end().ends_with(" 127.0.0.7"), "the client's address, not the proxy's, nor a forged one: {line}");

    let entered = behind.ask("POST", "/api/v1/guests", &origin, "{\"name\": \"Rosa\"}");
    let cookie = entered.field("set-cookie").expect("a cookie").to_owned();
    assert!(cookie.starts_with("__Host-snug_session=") && cookie.ends_with("; Secure"), "{cookie}");
    let cookie = cookie.split(';').next().unwrap().to_owned();
    let me = behind.ask("GET", "/api/v1/me", &format!("Cookie: {cookie}\r\n"), "");
    assert_eq!((me.status, me.json()["name"].as_str()), (200, Some("Rosa")));
    for foreign in ["https://evil.example", "null", &format!("http://localhost:{}", behind.addr.port())] {
        let fields = format!("Origin: {foreign}\r\nContent-Type: application/json\r\n");
        assert_eq!(behind.ask("POST", "/api/v1/guests", &fields, "{\"name\": \"Bea\"}").status, 403, "{foreign}");
    }

    let mut request = format!("wss://localhost:{}/ws", behind.addr.port()).into_client_request().unwrap();
    let headers = request.headers_mut();
    headers.insert("origin", format!("https://localhost:{}", behind.addr.port()).parse().unwrap());
    headers.insert("sec-websocket-protocol", "snug.v1".parse().unwrap());
    headers.insert("cookie", cookie.parse().unwrap());
    let (mut socket, _) = tungstenite::client(request, behind.stream()).expect("a WebSocket");
    talk(&mut socket);
    let line = behind.snug.line(" GET /ws 101 ");
    assert!(line.trim_end().ends_with(" 127.0.0.7"), "{line}");
}

/// Says hello and something long, and waits until it comes back.
fn talk<S: Read + Write>(socket: &mut WebSocket<S>) {
    let text = "x".repeat(8_000);
    socket.send(Message::text(json!({"op": "hello", "id": 1}).to_string())).unwrap();
    let send = json!({"op": "send", "id": 2, "room": 1, "key": "k", "text": text});
    let mut is_in = false;
    loop {
        let Message::Text(message) = socket.read().expect("the connection lives") else { continue };
        let value: Value = serde_json::from_str(&message).unwrap();
        if value["ev"] == "reset" && !is_in {
            is_in = true;
            socket.send(Message::text(send.to_string())).unwrap();
        }
        if value["ev"] == "entry" && value["kind"] == "message" {
            assert_eq!(value["text"], text.as_str());
            return;
        }
    }
}

#[test]
fn behind_nginx_as_documented_everything_is_as_without() {
    check(nginx, false);
    check(nginx, true);
}

#[test]
fn nginx_as_documented_sends_plain_http_on() {
    let behind = Behind::start(nginx, false);
    let mut plain = Client::connect(behind.plain);
    plain.send("GET /a?b HTTP/1.1\r\nHost: localhost\r\n\r\n");
    let response = plain.response();
    assert_eq!((response.status, response.field("location")), (308, Some("https://localhost/a?b")));
}

#[test]
fn behind_caddy_as_documented_everything_is_as_without() {
    check(caddy, false);
    check(caddy, true);
}

/// Fields that a trusted proxy would be believed.
const FORGED: &str =
    "X-Forwarded-For: 192.0.2.1\r\nX-Forwarded-Proto: https\r\nForwarded: for=192.0.2.1;proto=https\r\n";

#[test]
fn what_an_untrusted_peer_says_of_itself_is_ignored() {
    let server = TestServer::with(|config| {
        config.trusted_proxies = "127.0.0.2, 10.0.0.0/8, unix".parse().unwrap();
        config.http.guests_per_minute = 2;
        config.tls.hsts_seconds = 600;
    });
    for (number, status) in [201, 201, 429].into_iter().enumerate() {
        let fields =
            format!("{}Content-Type: application/json\r\n", FORGED.replace(".0.2.1", &format!(".0.2.{number}")));
        let response = server.ask(post("/api/v1/guests", &fields, &format!("{{\"name\": \"guest {number}\"}}")));
        assert_eq!(response.status, status, "three addresses are one: {}", response.text());
        assert_eq!(response.field("strict-transport-security"), None);
        let cookie = response.field("set-cookie").unwrap_or("snug_session=");
        assert!(cookie.starts_with("snug_session=") && !cookie.contains("Secure"), "{cookie}");
    }
}

#[test]
fn what_a_trusted_proxy_says_counts_for_limits_cookies_and_origins() {
    let server = TestServer::with(|config| {
        config.trusted_proxies = "127.0.0.1".parse().unwrap();
        config.http.guests_per_minute = 1;
    });
    let enter = |address: &str, proto: &str, name: &str| {
        let fields = format!("X-Forwarded-For: {address}\r\nX-Forwarded-Proto: {proto}\r\nOrigin: {proto}://snug\r\n");
        let body = json!({ "name": name }).to_string();
        server.ask(post("/api/v1/guests", &format!("{fields}Content-Type: application/json\r\n"), &body))
    };
    let secure = enter("192.0.2.1", "https", "Rosa");
    assert!(
        secure.field("set-cookie").is_some_and(|cookie| cookie.starts_with("__Host-") && cookie.ends_with("Secure"))
    );
    assert_eq!(enter("192.0.2.1", "https", "Bea").status, 429);
    let plain = enter("192.0.2.2", "http", "Bea");
    assert!(plain.field("set-cookie").is_some_and(|cookie| cookie.starts_with("snug_session=")));
    let wrong = "X-Forwarded-Proto: https\r\nOrigin: http://snug\r\nContent-Type: application/json\r\n";
    assert_eq!(server.ask(post("/api/v1/guests", wrong, "{}")).status, 403, "the page came by another scheme");
}

#[test]
fn a_ban_by_address_keeps_out_whom_the_proxy_speaks_for_and_nobody_else_behind_it() {
    let server = TestServer::with(|config| config.trusted_proxies = "127.0.0.1".parse().unwrap());
    let (owner, vic) = (server.person("Rosa", 4), server.person("Vic", 2));
    let open = |address: &str| {
        let mut request = format!("ws://{}/ws", server.addr).into_client_request().unwrap();
        let fields = [
            ("sec-websocket-protocol", "snug.v1"),
            ("x-forwarded-for", address),
            ("origin", &format!("http://{}", server.addr)),
            ("cookie", &vic.cookie),
        ];
        for (name, value) in fields {
            request.headers_mut().insert(name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        }
        let stream = TcpStream::connect(server.addr).unwrap();
        stream.set_read_timeout(Some(common::PATIENCE)).unwrap();
        tungstenite::client(request, stream).map(|(socket, _)| socket).map_err(|problem| problem.to_string())
    };
    let (mut inside, mut outside) = (open("203.0.113.7").unwrap(), open("198.51.100.7").unwrap());
    let ban = json!({"addresses": "203.0.113.0/24", "reason": "flood"});
    let made = server.api(By::Cookie(&owner.cookie), "POST", "bans", Some(ban));
    assert_eq!(made.status, 201, "{}", made.text());
    let closed = loop {
        if let Message::Close(frame) = inside.read().unwrap() {
            break frame.map(|frame| u16::from(frame.code));
        }
    };
    assert_eq!(closed, Some(4403));
    assert!(open("203.0.113.8").unwrap_err().contains("403"));
    outside.send(Message::text(r#"{"op": "ping", "id": 7}"#)).unwrap();
    assert!(outside.read().unwrap().to_text().unwrap().contains("\"re\":7"), "others behind the proxy stay");
    let own = json!({"addresses": "127.0.0.0/8", "reason": "the proxy itself"});
    assert_eq!(server.refused(By::Cookie(&owner.cookie), "POST", "bans", Some(own)), (422, "own_address".to_owned()));
}

/// The proxy itself may have any number of connections; each of its clients only so many at a time.
#[test]
fn connections_are_counted_by_the_client_behind_the_proxy() {
    let server = TestServer::with(|config| {
        config.trusted_proxies = "127.0.0.1".parse().unwrap();
        config.http.connections_per_address_max = 2;
    });
    let cookie = server.guest("Rosa");
    let open = |address: &str| {
        let mut client = server.connect();
        client.send(format!(
            "GET /ws HTTP/1.1\r\nHost: snug\r\nX-Forwarded-For: {address}\r\nOrigin: http://snug\r\nCookie: {cookie}\r\n\
             Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: snug.v1\r\n\r\n"
        ));
        let status = client.head().status;
        (client, status)
    };
    let idle: Vec<Client> = (0..5).map(|_| server.connect()).collect();
    let (first, second) = (open("192.0.2.1"), open("192.0.2.1"));
    assert_eq!((first.1, second.1, open("192.0.2.1").1), (101, 101, 429));
    let (other, _other) = (open("192.0.2.2"), open("192.0.2.2"));
    assert_eq!(other.1, 101);
    // One pooled connection, now for one client, now for another.
    let mut pooled = server.connect();
    for (address, status) in [("192.0.2.3", 200), ("192.0.2.4", 200), ("192.0.2.3", 200), ("192.0.2.1", 429)] {
        pooled.send(format!("GET /healthz HTTP/1.1\r\nHost: snug\r\nX-Forwarded-For: {address}\r\n\r\n"));
        let response = pooled.response();
        assert_eq!(response.status, status, "{address}");
        response.assert_secure(address);
    }
    drop((first, idle));
    let until = std::time::Instant::now() + common::PATIENCE;
    while open("192.0.2.1").1 != 101 {
        assert!(std::time::Instant::now() < until, "the place is not given back");
    }
}

/// Asks by the Unix socket.
fn ask_unix(path: &Path, wire: &str) -> common::Response {
    tls::ask(std::os::unix::net::UnixStream::connect(path).expect("it listens"), wire)
}

#[test]
fn a_unix_socket_is_a_door_like_any_other() {
    use std::os::unix::fs::PermissionsExt;
    let place = Place::new();
    let path = place.path("snug.sock");
    let door = format!("unix:{}", path.display());
    // What a dead server has left there is no hindrance.
    drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
    assert!(path.exists());
    let mut snug = Running::start(place.snug(&[]).env("SNUG_LISTEN", &door).env("SNUG_DATA", place.path("one")));
    snug.line(&format!("snug is open at {door}"));
    assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o660, "its owner and group");
    let health = ask_unix(
        &path,
        "GET /healthz HTTP/1.1\r\nHost: snug\r\nX-Forwarded-For: 192.0.2.1\r\nConnection: close\r\n\r\n",
    );
    assert_eq!(health.status, 200);
    assert!(snug.line(" GET /healthz 200 ").trim_end().ends_with(" unix"), "nobody said that its word counts");

    let (code, output) =
        Running::start(place.snug(&[]).env("SNUG_LISTEN", &door).env("SNUG_DATA", place.path("two"))).end();
    assert!(code == Some(1) && output.contains("another program listens there"), "{output}");
    std::fs::write(place.path("file"), "in the way").unwrap();
    let file = format!("unix:{}", place.path("file").display());
    let (code, output) =
        Running::start(place.snug(&[]).env("SNUG_LISTEN", &file).env("SNUG_DATA", place.path("two"))).end();
    assert!(code == Some(1) && output.contains("something else stands there"), "{output}");
    assert_eq!(std::fs::read_to_string(place.path("file")).unwrap(), "in the way");

    let stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
    let body = "POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nOrigin: http://snug\r\nContent-Type: application/json\r\n\
                Content-Length: 15\r\nConnection: close\r\n\r\n{\"name\":\"Rosa\"}";
    let cookie = tls::ask(stream, body).field("set-cookie").expect("a cookie").split(';').next().unwrap().to_owned();
    let mut request = "ws://snug/ws".into_client_request().unwrap();
    request.headers_mut().insert("origin", "http://snug".parse().unwrap());
    request.headers_mut().insert("sec-websocket-protocol", "snug.v1".parse().unwrap());
    request.headers_mut().insert("cookie", cookie.parse().unwrap());
    let stream = std::os::unix::net::UnixStream::connect(&path).unwrap();
    let (mut socket, _) = tungstenite::client(request, stream).expect("a WebSocket");
    talk(&mut socket);
    drop(socket);

    snug.signal(rustix::process::Signal::TERM);
    assert_eq!(snug.end().0, Some(0));
    assert!(!path.exists(), "it takes its file away");
}
