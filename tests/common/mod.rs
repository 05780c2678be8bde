//! A snug of its own for each test, on a port that the system picks, and a client that says byte for byte what it is told.
#![allow(dead_code, reason = "every test file compiles this module and uses another part of it")]

pub mod files;
pub mod keeping;
pub mod people;
pub mod process;
pub mod socket;
pub mod tls;

use async_channel::Sender;
use smol::Executor;
use snug::chat::hub::Hub;
use snug::config::{Config, Listen};
use snug::server;
use snug::store::Store;
use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::Duration;
use tempfile::TempDir;

/// Only a broken snug is waited for this long; one that works is done in milliseconds.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Threads of a test's server: more than one, so that what must not be shared shows.
const THREADS: usize = 2;

/// What a page of the server's own says of itself, where the host is `snug`.
pub const OWN_ORIGIN: &str = "Origin: http://snug\r\n";

/// A server in this process, with a database of its own; dropping it shuts it down and waits for its end.
pub struct TestServer {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Where it sends plain http on to https, if it does.
    pub redirect: Option<SocketAddr>,
    /// Its rooms and sessions.
    pub hub: Arc<Hub>,
    shutdown: Option<Sender<()>>,
    threads: Vec<JoinHandle<()>>,
    _data: TempDir,
}

impl TestServer {
    /// A server with the default configuration.
    pub fn start() -> TestServer {
        TestServer::with(|_| {})
    }

    /// A server whose configuration `change` has changed.
    pub fn with(change: impl FnOnce(&mut Config)) -> TestServer {
        let data = tempfile::tempdir().expect("a temporary directory");
        let mut config = Config { data: data.path().join("data"), ..Config::default() };
        // Most tests are about what people do who are in: they walk in by a name.
        config.people.guests = true;
        config.listen = "127.0.0.1:0".parse().expect("an address");
        change(&mut config);
        let executor = Arc::new(Executor::new());
        let (shutdown, shutdown_rx) = async_channel::bounded(1);
        let (over, over_rx) = async_channel::bounded::<()>(1);
        let (addr, addr_rx) = mpsc::channel();
        let mut threads: Vec<_> = (1..THREADS)
            .map(|_| {
                let (executor, over) = (executor.clone(), over_rx.clone());
                std::thread::spawn(move || {
                    let _ = smol::block_on(executor.run(over.recv()));
                })
            })
            .collect();
        threads.push(std::thread::spawn(move || {
            let _over = over;
            smol::block_on(executor.run(async {
                let doors = server::bind(&config).expect("a free port");
                let bound = match doors.place().expect("a place") {
                    Listen::Tcp(address) => address,
                    Listen::Unix(_) => ([0, 0, 0, 0], 0).into(),
                };
                let redirect = doors.redirect_address();
                let store = Store::open(&config, &executor).await.expect("a new database");
                let hub = Hub::new(config, store, executor.clone());
                let serving = executor.spawn(server::serve(doors, hub.clone(), executor.clone(), shutdown_rx));
                addr.send((bound, redirect, hub)).expect("the test waits for it");
                serving.await;
            }));
        }));
        let (addr, redirect, hub) = addr_rx.recv_timeout(PATIENCE).expect("the server starts");
        TestServer { addr, redirect, hub, shutdown: Some(shutdown), threads, _data: data }
    }

    /// A new connection to it.
    pub fn connect(&self) -> Client {
        Client::connect(self.addr)
    }

    /// Sends one request on a connection of its own and returns the response.
    pub fn ask(&self, wire: impl AsRef<[u8]>) -> Response {
        let mut client = self.connect();
        client.send(wire);
        client.response()
    }

    /// Gets a path.
    pub fn get(&self, path: &str) -> Response {
        self.ask(format!("GET {path} HTTP/1.1\r\nHost: snug\r\n\r\n"))
    }

    /// Makes a guest; returns the cookie to send.
    pub fn guest(&self, name: &str) -> String {
        let body = serde_json::json!({ "name": name }).to_string();
        let response = self.ask(post("/api/v1/guests", "Content-Type: application/json\r\n", &body));
        assert_eq!(response.status, 201, "{}", response.text());
        response.field("set-cookie").expect("a cookie").split(';').next().expect("a value").to_owned()
    }

    /// Sends a request with a JSON body (`null`: none) and a cookie, unless that is empty.
    pub fn call(&self, method: &str, path: &str, cookie: &str, body: &serde_json::Value) -> Response {
        self.ask(TestServer::wire(method, path, cookie, body))
    }

    /// The bytes of such a request.
    pub fn wire(method: &str, path: &str, cookie: &str, body: &serde_json::Value) -> String {
        let mut fields = String::new();
        if !cookie.is_empty() {
            fields += &format!("Cookie: {cookie}\r\n");
        }
        let body = if body.is_null() { String::new() } else { body.to_string() };
        if !body.is_empty() {
            fields += &format!("Content-Type: application/json\r\nContent-Length: {}\r\n", body.len());
        }
        format!("{method} {path} HTTP/1.1\r\nHost: snug\r\nSec-Fetch-Site: same-origin\r\n{fields}\r\n{body}")
    }

    /// Sets it up: its owner, called `name`, who signs in by [`password_of`] that name.
    pub fn owner(&self, name: &str) -> socket::Guest {
        let token = [7; 32];
        let now = Hub::unix_ms();
        let link = self.hub.store.make_setup_link(snug::secret::Token::from_random(token).hash(), now + 60_000, now);
        smol::block_on(link).expect("the store works").expect("there is no owner");
        let token = snug::secret::Token::from_random(token);
        self.accept(token.as_str(), name, true)
    }

    /// Makes an account by an invitation of `by`, called `name`, who signs in by [`password_of`] that name.
    pub fn member(&self, by: &socket::Guest, name: &str) -> socket::Guest {
        self.invited(by, serde_json::json!({"role": "member", "uses": 1, "hours": 1}), name)
    }

    /// Lets somebody in by an invitation that `by` makes.
    pub fn invited(&self, by: &socket::Guest, invitation: serde_json::Value, name: &str) -> socket::Guest {
        let signs_up = invitation["role"] != "guest";
        let made = self.call("POST", "/api/v1/invitations", &by.cookie, &invitation);
        assert_eq!(made.status, 201, "{}", made.text());
        self.accept(&token_of(&made.json()), name, signs_up)
    }

    fn accept(&self, token: &str, name: &str, signs_up: bool) -> socket::Guest {
        let mut body = serde_json::json!({"token": token, "name": name});
        if signs_up {
            body["account"] = name.into();
            body["password"] = password_of(name).into();
        }
        let taken = self.call("POST", "/api/v1/invitations/accept", "", &body);
        assert_eq!(taken.status, 201, "{}", taken.text());
        let id = taken.json()["id"].as_i64().expect("an id");
        socket::Guest { id, name: name.to_owned(), cookie: taken.cookie() }
    }

    /// The path of the client's script, as the page names it.
    pub fn script_path(&self) -> String {
        let page = self.get("/");
        assert_eq!((page.status, page.field("content-type")), (200, Some("text/html; charset=utf-8")));
        let end = page.text().find("/app.js\"").expect("a script") + "/app.js".len();
        let start = page.text()[..end].rfind('"').expect("a path") + 1;
        page.text()[start..end].to_owned()
    }

    /// Asks it to shut down, without waiting for it.
    pub fn shut_down(&mut self) {
        self.shutdown = None;
    }
}

impl Drop for TestServer {
    fn drop(&mut self) {
        self.shut_down();
        let ended = self.threads.drain(..).map(JoinHandle::join).filter(Result::is_err).count();
        assert!(ended == 0 || std::thread::panicking(), "the server panicked");
    }
}

/// The password of those whom a test lets in.
pub fn password_of(name: &str) -> String {
    format!("the secret of {name}")
}

/// The token in the link of an invitation that was made.
pub fn token_of(made: &serde_json::Value) -> String {
    let url = made["url"].as_str().expect("a link");
    url.split_once("#invitation=").expect("a token").1.to_owned()
}

/// A POST with its length, from a page of the server's own unless `fields` say otherwise.
pub fn post(path: &str, fields: &str, body: &str) -> String {
    let origin = if fields.contains("Origin:") { "" } else { OWN_ORIGIN };
    format!("POST {path} HTTP/1.1\r\nHost: snug\r\n{origin}{fields}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// A connection.
pub struct Client {
    /// The socket.
    pub stream: TcpStream,
    /// Bytes that have come and that no response has taken.
    pub held: Vec<u8>,
}

/// A response.
#[derive(Debug, Clone)]
pub struct Response {
    /// The status code.
    pub status: u16,
    /// The fields, their names in lower case.
    pub fields: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl Client {
    /// Connects.
    pub fn connect(addr: SocketAddr) -> Client {
        let stream = TcpStream::connect(addr).expect("it listens");
        stream.set_read_timeout(Some(PATIENCE)).expect("a timeout");
        stream.set_nodelay(true).expect("no delay");
        Client { stream, held: Vec::new() }
    }

    /// Sends bytes.
    pub fn send(&mut self, wire: impl AsRef<[u8]>) {
        self.stream.write_all(wire.as_ref()).expect("the server reads");
    }

    /// Reads a response with its body.
    pub fn response(&mut self) -> Response {
        let mut response = self.head();
        let length = response.field("content-length").map_or(0, |length| length.parse().expect("a length"));
        while self.held.len() < length {
            assert!(self.read() > 0, "the body ends in the middle of {response:?}");
        }
        response.body = self.held.drain(..length).collect();
        response
    }

    /// Reads a response's head; for the answer to HEAD there is no more.
    pub fn head(&mut self) -> Response {
        loop {
            let mut fields = [httparse::EMPTY_HEADER; 32];
            let mut parsed = httparse::Response::new(&mut fields);
            if let httparse::Status::Complete(used) = parsed.parse(&self.held).expect("a response") {
                let status = parsed.code.expect("a status");
                let text = |value: &[u8]| String::from_utf8(value.to_vec()).expect("text");
                let fields =
                    parsed.headers.iter().map(|field| (field.name.to_ascii_lowercase(), text(field.value))).collect();
                self.held.drain(..used);
                return Response { status, fields, body: Vec::new() };
            }
            assert!(self.read() > 0, "the connection ends before a response; held: {:?}", self.held);
        }
    }

    /// Waits until the server has closed in order, by FIN; returns what came before that. A reset is a failure.
    pub fn rest(mut self) -> Vec<u8> {
        while self.read() > 0 {}
        self.held
    }

    /// Waits until the server has closed, in order or not.
    pub fn gone(mut self) {
        let mut buffer = [0; 4096];
        loop {
            match self.stream.read(&mut buffer) {
                Ok(0) => return,
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::ConnectionReset => return,
                Err(error) => panic!("it stays open: {error}"),
            }
        }
    }

    /// Reads what there is into `held`; 0 at the end.
    fn read(&mut self) -> usize {
        let mut buffer = [0; 4096];
        let read = self.stream.read(&mut buffer).unwrap_or_else(|error| panic!("reading failed: {error}"));
        self.held.extend_from_slice(&buffer[..read]);
        read
    }
}

impl Response {
    /// The value of a field (its name in lower case) that must not stand twice.
    pub fn field(&self, name: &str) -> Option<&str> {
        let mut values = self.fields.iter().filter(|(found, _)| found == name).map(|(_, value)| value.as_str());
        let value = values.next();
        assert!(values.next().is_none(), "{name} stands twice in {self:?}");
        value
    }

    /// The cookie that it sets, as a request sends it.
    pub fn cookie(&self) -> String {
        self.field("set-cookie").expect("a cookie").split(';').next().expect("a value").to_owned()
    }

    /// The body as text.
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).expect("text")
    }

    /// The body as JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {:?}", self.text()))
    }

    /// The code of the error in the body.
    pub fn code(&self) -> String {
        let json = self.json();
        assert!(json["error"]["text"].as_str().is_some_and(|text| text.len() > 20), "a text for people in {json}");
        json["error"]["code"].as_str().expect("a code").to_owned()
    }

    /// Asserts the fields that every response must have.
    pub fn assert_secure(&self, name: &str) {
        let csp = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; \
                   manifest-src 'self'; worker-src 'self'; media-src 'self' blob:; base-uri 'none'; form-action 'self'; \
                   frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types snug";
        for (field, value) in [
            ("content-security-policy", csp),
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("cross-origin-opener-policy", "same-origin"),
            ("cross-origin-resource-policy", "same-origin"),
        ] {
            assert_eq!(self.field(field), Some(value), "{name}");
        }
        assert!(self.field("permissions-policy").is_some() && self.field("server").is_none(), "{name}");
        assert!(self.field("date").is_some() && self.field("cache-control").is_some(), "{name}");
        if self.status >= 400 {
            assert_eq!(self.field("cache-control"), Some("no-store"), "{name}");
        }
    }
}
