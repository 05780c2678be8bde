//! What slow, silent, greedy and numerous clients can do to a server: nothing.

mod common;

use common::{Client, Response, TestServer, socket};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

/// How long a dripping client waits for an answer between two bytes.
const DRIP: Duration = Duration::from_millis(5);

/// Bytes that a dripping client drips before it takes the server for broken.
const DRIPS_MAX: usize = 4_000;

/// Sends `start`, then one byte after another until the server answers; returns the answer.
fn drip(server: &TestServer, start: &str) -> Response {
    let mut client = server.connect();
    client.send(start);
    client.stream.set_read_timeout(Some(DRIP)).unwrap();
    for _ in 0..DRIPS_MAX {
        let mut byte = [0];
        match client.stream.read(&mut byte) {
            Ok(_) => {
                client.held.extend(byte);
                client.stream.set_read_timeout(Some(common::PATIENCE)).unwrap();
                let response = client.response();
                assert_eq!(client.rest(), b"");
                return response;
            }
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => client.send("x"),
            Err(error) => panic!("no answer: {error}"),
        }
    }
    panic!("dripping holds the deadline off");
}

#[test]
fn dripping_bytes_do_not_extend_a_deadline() {
    let server = TestServer::with(|config| {
        config.http.head_ms = 100;
        config.http.body_ms = 100;
    });
    assert_eq!(drip(&server, "GET / HTTP/1.1\r\nX: ").status, 408);
    let head = "POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nOrigin: http://snug\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n";
    assert_eq!(drip(&server, head).status, 408);
}

#[test]
fn an_idle_connection_is_closed_without_a_word() {
    let server = TestServer::with(|config| config.http.idle_ms = 50);
    assert_eq!(server.connect().rest(), b"");
    let mut client = server.connect();
    client.send("GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n");
    assert_eq!(client.response().status, 200);
    assert_eq!(client.rest(), b"");
}

#[test]
fn slow_and_silent_clients_keep_nobody_else_waiting() {
    let server = TestServer::start();
    let slow: Vec<Client> = (0..100)
        .map(|number| {
            let mut client = server.connect();
            client.send(&"GET / HTTP/1.1\r\nHost: snug\r\n"[..number % 28]);
            client
        })
        .collect();
    assert_eq!(server.get("/healthz").status, 200);
    drop(slow);
}

/// A response that nobody takes is given up: the connection ends although its client never reads.
#[test]
fn a_client_that_never_reads_is_given_up() {
    let server = TestServer::with(|config| {
        config.http.write_ms = 100;
        config.http.connections_max = 1;
    });
    let mut deaf = server.connect();
    deaf.stream.set_write_timeout(Some(common::PATIENCE)).unwrap();
    let wire = "GET /nowhere HTTP/1.1\r\nHost: snug\r\n\r\n".repeat(100);
    let error = loop {
        if let Err(error) = deaf.stream.write_all(wire.as_bytes()) {
            break error;
        }
    };
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}");
    until_ok(&server);
}

#[test]
fn a_413_can_be_read_during_the_upload() {
    let server = TestServer::start();
    let head =
        "POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nOrigin: http://snug\r\nContent-Type: application/json\r\n";
    let mut client = server.connect();
    client.send(format!("{head}Content-Length: 1000000000\r\n\r\n"));
    client.send(vec![b'x'; 256 << 10]);
    let response = client.response();
    assert_eq!((response.status, response.code().as_str()), (413, "body_too_large"));
    assert_eq!(client.rest(), b"", "it ends by FIN");

    // Who reads only after the last byte gets it, too.
    let upload = vec![b'x'; 8 << 20];
    let mut client = server.connect();
    client.send(format!("{head}Content-Length: {}\r\n\r\n", upload.len()));
    client.send(&upload);
    assert_eq!(client.response().status, 413);
    assert_eq!(client.rest(), b"", "it ends by FIN");
}

/// Asks on new connections until one is served.
fn until_ok(server: &TestServer) {
    let until = std::time::Instant::now() + common::PATIENCE;
    while server.get("/healthz").status != 200 {
        assert!(std::time::Instant::now() < until, "no place becomes free");
    }
}

#[test]
fn who_finds_no_place_is_told_so() {
    let in_all = |config: &mut snug::config::Config| config.http.connections_max = 2;
    let by_address = |config: &mut snug::config::Config| config.http.connections_per_address_max = 2;
    for (server, status) in [(TestServer::with(in_all), 503), (TestServer::with(by_address), 429)] {
        let mut guests: Vec<Client> = (0..2).map(|_| server.connect()).collect();
        for guest in &mut guests {
            guest.send("GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n");
            assert_eq!(guest.response().status, 200);
        }
        let mut third = server.connect();
        third.send("GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n");
        let refused = third.response();
        assert_eq!((refused.status, refused.code().as_str()), (status, "too_many_connections"));
        assert!(refused.field("retry-after").is_some());
        refused.assert_secure("too many connections");
        assert_eq!(third.rest(), b"", "it ends by FIN");
        guests.pop();
        until_ok(&server);
    }
}

#[test]
fn a_shutdown_waits_for_nobody_who_is_idle_slow_or_gone() {
    let mut server = TestServer::start();
    let mut idle = server.connect();
    idle.send("GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n");
    assert_eq!(idle.response().status, 200);
    let mut half = server.connect();
    half.send("GET / HTTP/1.1\r\nX: ");
    let mut lingering = server.connect();
    lingering.send("BREW / HTTP/1.1\r\n\r\n");
    assert_eq!(lingering.response().status, 501);
    server.shut_down();
    assert_eq!(idle.rest(), b"");
    half.gone();
    drop(server);
    lingering.gone();
}

/// Set in the environment of the process that [`a_full_table_of_files_is_waited_out`] starts to be its server.
const CROWDED: &str = "SNUG_TEST_CROWDED";

/// Files that the crowded server may open beside those that it has.
const FILES_LEFT: u64 = 8;

/// Writes every line to stdout, where the other process reads it.
struct Tell;

impl log::Log for Tell {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        let _ = writeln!(std::io::stdout(), "{}", record.args());
    }

    fn flush(&self) {}
}

/// Serves with hardly any files left, until stdin ends.
fn serve_crowded() {
    log::set_logger(&Tell).expect("the only logger here");
    log::set_max_level(log::LevelFilter::Warn);
    let server = TestServer::start();
    let open = std::fs::read_dir("/proc/self/fd").expect("Linux").count() as u64;
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: Some(open + FILES_LEFT), ..limit }).expect("fewer files");
    println!("crowded at {}", server.addr);
    let _ = std::io::stdin().read_to_end(&mut Vec::new());
}

/// When no file descriptor is left, accepting fails. It must go on once there is one again, and not spin meanwhile.
#[test]
fn a_full_table_of_files_is_waited_out() {
    if std::env::var_os(CROWDED).is_some() {
        return serve_crowded();
    }
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "a_full_table_of_files_is_waited_out", "--nocapture"])
        .env(CROWDED, "1")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a process of its own");
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
    let address = lines.find_map(|line| line.split("crowded at ").nth(1).map(str::to_owned)).expect("it starts");
    let address = address.parse().expect("an address");
    let crowd: Vec<Client> = (0..FILES_LEFT * 2).map(|_| Client::connect(address)).collect();
    assert!(lines.any(|line| line.starts_with("cannot accept")), "it never runs out of files");
    drop(crowd);
    let mut client = Client::connect(address);
    client.send("GET / HTTP/1.1\r\nHost: snug\r\n\r\n");
    assert_eq!(client.response().status, 200);
    drop(child.stdin.take());
    let failures = lines.filter(|line| line.starts_with("cannot accept")).count();
    assert!(failures < 100, "it spins: {failures} more lines");
    assert!(child.wait().expect("it ends").success());
}

/// A limit counts by account, whatever it is reached by, and never costs anybody their connection.
#[test]
fn ten_tabs_send_no_more_than_one_and_all_stay_open() {
    let server = TestServer::with(|config| {
        config.chat.sends_per_minute = 40;
        config.chat.typing_per_minute = 4;
        config.chat.creates_per_minute = 4;
        config.chat.joins_per_minute = 4;
    });
    let rosa = socket::Guest::enter(server.addr, "Rosa");
    let mut tabs: Vec<socket::Client> = (0..10).map(|_| rosa.connect(server.addr)).collect();
    let mut sent = 0;
    for round in 0..4 {
        for (tab, client) in tabs.iter_mut().enumerate() {
            let key = format!("{round} {tab}");
            let reply = client.reply(json!({"op": "send", "room": 1, "key": key, "text": "x"}));
            match reply["error"]["code"].as_str() {
                None => sent += 1,
                Some(code) => {
                    assert_eq!(code, "rate_limited");
                    assert!(reply["error"]["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0), "{reply}");
                }
            }
        }
    }
    assert!((10..20).contains(&sent), "{sent} messages in a burst of 10");
    for (op, more) in [("typing", json!({"room": 1})), ("create", json!({"name": "a"})), ("join", json!({"room": 999}))]
    {
        let codes: Vec<String> = tabs
            .iter_mut()
            .take(4)
            .enumerate()
            .map(|(tab, client)| {
                let mut request = more.clone();
                request["op"] = json!(op);
                if op == "create" {
                    request["name"] = json!(format!("Room {tab}"));
                }
                client.reply(request)["error"]["code"].as_str().unwrap_or("done").to_owned()
            })
            .collect();
        assert!(codes[1..].iter().any(|code| code == "rate_limited"), "{op}: {codes:?}");
        assert_ne!(codes[0], "rate_limited", "{op} is counted by itself");
    }
    let bea = socket::Client::enter(server.addr, "Bea").send(1, "k", "another account goes on");
    assert!(bea > 0);
    for client in &mut tabs {
        client.ask(json!({"op": "ping"}));
    }
}
