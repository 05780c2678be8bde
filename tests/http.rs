//! HTTP/1.1 as it looks from outside, byte by byte (RFC 9110, RFC 9112, RFC 6455).

mod common;

use common::{Client, Response, TestServer, post};
use std::io::{ErrorKind, Read, Write};
use std::time::Duration;

/// How long a dripping client waits for an answer between two bytes.
const DRIP: Duration = Duration::from_millis(5);

/// Bytes that a dripping client drips before it takes the server for broken.
const DRIPS_MAX: usize = 4_000;

/// What a case expects of the connection behind the response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Then {
    /// It stays, and the next request is answered.
    Stays,
    /// It is closed in order.
    Closes,
}
use Then::{Closes, Stays};

/// One case: its name, the section that it stands on, what is sent, and what must come back.
type Case<'a> = (&'a str, &'a str, &'a [u8], u16, Then);

/// Runs cases against one server, each on a connection of its own.
fn check_cases(server: &TestServer, cases: &[Case<'_>]) {
    for (name, section, wire, status, then) in cases {
        let mut client = server.connect();
        client.send(wire);
        let response = client.response();
        assert_eq!(response.status, *status, "{name} ({section}): {}", response.text());
        assert_secure(&response, name);
        if response.status >= 400 {
            response.code();
        }
        assert_eq!(response.field("connection") == Some("keep-alive"), *then == Stays, "{name} ({section})");
        if *then == Stays {
            client.send("GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n");
            assert_eq!(client.response().status, 200, "after {name} ({section})");
        } else {
            assert_eq!(client.rest(), b"", "after {name} ({section})");
        }
    }
}

/// The fields that every response must have.
fn assert_secure(response: &Response, name: &str) {
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
        assert_eq!(response.field(field), Some(value), "{name}");
    }
    assert!(response.field("permissions-policy").is_some() && response.field("server").is_none(), "{name}");
    assert!(response.field("date").is_some() && response.field("cache-control").is_some(), "{name}");
    if response.status >= 400 {
        assert_eq!(response.field("cache-control"), Some("no-store"), "{name}");
    }
}

#[test]
fn right_requests_are_answered_and_the_connection_stays() {
    let server = TestServer::start();
    check_cases(
        &server,
        &[
            ("plain", "RFC 9112 3", b"GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n", 200, Stays),
            ("empty line first", "RFC 9112 2.2", b"\r\nGET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n", 200, Stays),
            ("absolute form", "RFC 9112 3.2.2", b"GET http://snug/healthz?x HTTP/1.1\r\nHost: snug\r\n\r\n", 200, Stays),
            ("encoded letters", "RFC 3986 6.2.2.2", b"GET /%68ealthz HTTP/1.1\r\nHost: snug\r\n\r\n", 200, Stays),
            ("body on GET", "RFC 9110 9.3.1", b"GET /healthz HTTP/1.1\r\nHost: snug\r\nContent-Length: 3\r\n\r\nabc", 200, Stays),
            (
                "chunked body on GET",
                "RFC 9112 7.1",
                b"GET /healthz HTTP/1.1\r\nHost: snug\r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\nA: b\r\n\r\n",
                200,
                Stays,
            ),
            ("OPTIONS *", "RFC 9110 9.3.7", b"OPTIONS * HTTP/1.1\r\nHost: snug\r\n\r\n", 204, Stays),
            ("asked to close", "RFC 9112 9.6", b"GET /healthz HTTP/1.1\r\nHost: snug\r\nConnection: close\r\n\r\n", 200, Closes),
            ("HTTP/1.0", "RFC 9112 9.3", b"GET /healthz HTTP/1.0\r\n\r\n", 200, Closes),
            ("HTTP/1.0 to stay", "RFC 9112 C.2.2", b"GET /healthz HTTP/1.0\r\nConnection: keep-alive\r\n\r\n", 200, Stays),
            ("nothing there", "RFC 9110 15.5.5", b"GET /nowhere HTTP/1.1\r\nHost: snug\r\n\r\n", 404, Stays),
            ("nothing there, with a body", "RFC 9110 15.5.5", post("/nowhere", "", "abc").as_bytes(), 404, Stays),
            ("another method", "RFC 9110 15.5.6", b"DELETE / HTTP/1.1\r\nHost: snug\r\n\r\n", 405, Stays),
            ("no session", "RFC 9110 15.5.2", b"GET /api/v1/me HTTP/1.1\r\nHost: snug\r\n\r\n", 401, Stays),
        ],
    );
}

#[test]
fn wrong_heads_get_their_status_and_a_closed_connection() {
    let server = TestServer::start();
    let long_target = format!("GET /{} HTTP/1.1\r\nHost: snug\r\n\r\n", "a".repeat(5 << 10));
    let long_head = format!("GET / HTTP/1.1\r\nHost: snug\r\nX: {}\r\n\r\n", "a".repeat(17 << 10));
    let many_fields = format!("GET / HTTP/1.1\r\nHost: snug\r\n{}\r\n", "X: y\r\n".repeat(64));
    check_cases(
        &server,
        &[
            ("bare LF", "RFC 9112 2.2", b"GET / HTTP/1.1\nHost: snug\n\n", 400, Closes),
            ("bare CR", "RFC 9112 2.2", b"GET / HTTP/1.1\r\nHost: snug\r\nX: a\rb\r\n\r\n", 400, Closes),
            ("folded line", "RFC 9112 5.2", b"GET / HTTP/1.1\r\nHost: snug\r\nX: a\r\n b\r\n\r\n", 400, Closes),
            ("space before colon", "RFC 9112 5.1", b"GET / HTTP/1.1\r\nHost: snug\r\nX : a\r\n\r\n", 400, Closes),
            ("no Host", "RFC 9112 3.2", b"GET / HTTP/1.1\r\n\r\n", 400, Closes),
            ("two Hosts", "RFC 9112 3.2", b"GET / HTTP/1.1\r\nHost: snug\r\nHost: snug\r\n\r\n", 400, Closes),
            ("NUL", "RFC 9110 5.5", b"GET / HTTP/1.1\r\nHost: snug\r\nX: a\0b\r\n\r\n", 400, Closes),
            ("control character", "RFC 9110 5.5", b"GET /\x01 HTTP/1.1\r\nHost: snug\r\n\r\n", 400, Closes),
            ("TLS", "RFC 9112 3", b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\x03\x03", 400, Closes),
            ("HTTP/0.9", "RFC 9112 3", b"GET /\r\n\r\n", 400, Closes),
            ("bad percent-encoding", "RFC 3986 2.1", b"GET /%zz HTTP/1.1\r\nHost: snug\r\n\r\n", 400, Closes),
            ("encoded NUL", "RFC 3986 2.1", b"GET /a%00 HTTP/1.1\r\nHost: snug\r\n\r\n", 400, Closes),
            (
                "traversal",
                "RFC 3986 5.2.4",
                b"GET /assets/../../etc/passwd HTTP/1.1\r\nHost: snug\r\n\r\n",
                400,
                Closes,
            ),
            (
                "encoded traversal",
                "RFC 3986 5.2.4",
                b"GET /assets/%2e%2E/x HTTP/1.1\r\nHost: snug\r\n\r\n",
                400,
                Closes,
            ),
            ("encoded slash", "RFC 3986 2.2", b"GET /assets/..%2fx HTTP/1.1\r\nHost: snug\r\n\r\n", 400, Closes),
            ("fragment", "RFC 9112 3.2.1", b"GET /#a HTTP/1.1\r\nHost: snug\r\n\r\n", 400, Closes),
            ("target too long", "RFC 9110 15.5.15", long_target.as_bytes(), 414, Closes),
            ("head too long", "RFC 6585 5", long_head.as_bytes(), 431, Closes),
            ("too many fields", "RFC 6585 5", many_fields.as_bytes(), 431, Closes),
            ("unknown method", "RFC 9110 15.6.2", b"BREW / HTTP/1.1\r\nHost: snug\r\n\r\n", 501, Closes),
            ("unknown version", "RFC 9110 15.6.6", b"GET / HTTP/2.0\r\nHost: snug\r\n\r\n", 505, Closes),
            ("HTTP/2 preface", "RFC 9113 3.4", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505, Closes),
        ],
    );
}

#[test]
fn wrong_bodies_get_their_status() {
    let server = TestServer::start();
    let guest = |fields: &str, body: &str| {
        format!("POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nContent-Type: application/json\r\n{fields}\r\n{body}")
    };
    let chunked = |body: &str| guest("Transfer-Encoding: chunked\r\n", body);
    let mut cases: Vec<(&str, &str, String, u16, Then)> = vec![
        ("no length", "RFC 9110 15.5.12", guest("", ""), 411, Closes),
        ("a list of lengths", "RFC 9112 6.3", guest("Content-Length: 2, 2\r\n", "{}"), 400, Closes),
        ("a signed length", "RFC 9112 6.3", guest("Content-Length: +2\r\n", "{}"), 400, Closes),
        ("two lengths", "RFC 9112 6.3", guest("Content-Length: 2\r\nContent-Length: 3\r\n", "{}"), 400, Closes),
        (
            "length and chunks",
            "RFC 9112 6.3",
            guest("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n"),
            400,
            Closes,
        ),
        ("an unknown coding", "RFC 9112 6.1", guest("Transfer-Encoding: gzip, chunked\r\n", "0\r\n\r\n"), 501, Closes),
        (
            "an unknown expectation",
            "RFC 9110 10.1.1",
            guest("Expect: a-pony\r\nContent-Length: 2\r\n", "{}"),
            417,
            Closes,
        ),
        ("too large by its length", "RFC 9110 15.5.14", guest("Content-Length: 1025\r\n", ""), 413, Closes),
        (
            "too large beyond counting",
            "RFC 9110 8.6",
            guest("Content-Length: 99999999999999999999\r\n", ""),
            413,
            Closes,
        ),
        ("too large by its chunks", "RFC 9110 15.5.14", chunked("401\r\n"), 413, Closes),
        (
            "not JSON by its type",
            "RFC 9110 15.5.16",
            post("/api/v1/guests", "Content-Type: text/plain\r\n", "{}"),
            415,
            Stays,
        ),
        ("no type", "RFC 9110 15.5.16", post("/api/v1/guests", "", "{}"), 415, Stays),
        ("not JSON", "protocol", guest("Content-Length: 2\r\n", "{]"), 400, Stays),
        ("no name", "protocol", chunked("2\r\n{}\r\n0\r\n\r\n"), 400, Stays),
        ("a bad name", "protocol", guest("Content-Length: 12\r\n", "{\"name\":\" \"}"), 422, Stays),
    ];
    for body in ["x\r\n", "-1\r\n", "0x2\r\n", "2\n{}\r\n", "2\r\n{}}\r\n", "fffffffffffffffff\r\n", "0\r\n: x\r\n"] {
        let status = if body.starts_with('f') { 413 } else { 400 };
        cases.push(("a bad chunk", "RFC 9112 7.1", chunked(body), status, Closes));
    }
    let cases: Vec<Case<'_>> = cases
        .iter()
        .map(|(name, section, wire, status, then)| (*name, *section, wire.as_bytes(), *status, *then))
        .collect();
    check_cases(&server, &cases);
}

#[test]
fn a_refused_method_is_told_what_is_allowed() {
    let server = TestServer::start();
    for (path, allow) in [("/", "GET, HEAD"), ("/api/v1/guests", "POST"), ("/ws", "GET")] {
        let response = server.ask(format!("PATCH {path} HTTP/1.1\r\nHost: snug\r\n\r\n"));
        assert_eq!((response.status, response.field("allow")), (405, Some(allow)), "{path}");
    }
}

/// The same requests, sent byte by byte, all at once, and in any two pieces, get the same responses in the same order.
#[test]
fn pipelined_requests_are_answered_in_order() {
    let server = TestServer::start();
    let wire = "GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n\
                POST /nowhere HTTP/1.1\r\nHost: snug\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nGET\r\n0\r\n\r\n\
                HEAD /nowhere HTTP/1.1\r\nHost: snug\r\n\r\n\
                GET /api/v1/me HTTP/1.1\r\nHost: snug\r\nConnection: close\r\n\r\n";
    let check = |mut client: Client| {
        assert_eq!(client.response().status, 200);
        assert_eq!(client.response().status, 404);
        assert_eq!(client.head().status, 404);
        assert_eq!(client.response().status, 401);
        assert_eq!(client.rest(), b"");
    };
    for cut in (0..=wire.len()).step_by(7) {
        let mut client = server.connect();
        client.send(&wire[..cut]);
        client.send(&wire[cut..]);
        check(client);
    }
    let mut client = server.connect();
    wire.bytes().for_each(|byte| client.send([byte]));
    check(client);
}

#[test]
fn a_client_that_has_sent_its_last_still_gets_its_answer() {
    let server = TestServer::start();
    let mut client = server.connect();
    client.send("GET /healthz HTTP/1.1\r\nHost: snug\r\n\r\n");
    client.stream.shutdown(std::net::Shutdown::Write).unwrap();
    assert_eq!(client.response().status, 200);
    assert_eq!(client.rest(), b"");
    for half in ["GET /healthz HTTP/1.1\r\nHo", "GET /healthz HTTP/1.1\r\nHost: snug\r\nContent-Length: 2\r\n\r\n{"] {
        let mut client = server.connect();
        client.send(half);
        client.stream.shutdown(std::net::Shutdown::Write).unwrap();
        assert_eq!(client.response().status, 400);
        assert_eq!(client.rest(), b"");
    }
}

#[test]
fn head_is_get_without_the_body() {
    let server = TestServer::start();
    let script = script_path(&server);
    for path in ["/", &script, "/healthz", "/favicon.ico", "/api/v1/me", "/nowhere", "/assets/old/app.js"] {
        let get = server.get(path);
        let mut client = server.connect();
        client.send(format!("HEAD {path} HTTP/1.1\r\nHost: snug\r\nConnection: close\r\n\r\n"));
        let head = client.head();
        assert_eq!(client.rest(), b"", "{path}");
        let fields = |response: &Response| -> Vec<(String, String)> {
            response.fields.iter().filter(|(name, _)| name != "date" && name != "connection").cloned().collect()
        };
        assert_eq!((head.status, fields(&head)), (get.status, fields(&get)), "{path}");
        assert_eq!(get.field("content-length"), Some(get.body.len().to_string().as_str()), "{path}");
    }
}

#[test]
fn the_body_is_asked_for_only_when_it_is_wanted() {
    let server = TestServer::start();
    let expecting =
        |fields: &str| format!("POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nExpect: 100-continue\r\n{fields}\r\n");
    let mut client = server.connect();
    client.send(expecting("Content-Type: application/json\r\nContent-Length: 2\r\n"));
    let interim = client.head();
    assert_eq!((interim.status, interim.fields.len()), (100, 0));
    client.send("{}");
    assert_eq!(client.response().status, 400);

    client.send(expecting("Content-Type: application/json\r\nContent-Length: 2\r\n") + "{}");
    assert_eq!(client.response().status, 400, "a body that has come already is not asked for");

    for (fields, status) in
        [("Content-Type: application/json\r\nContent-Length: 9999\r\n", 413), ("Content-Length: 2\r\n", 415)]
    {
        let mut client = server.connect();
        client.send(expecting(fields));
        assert_eq!(client.response().status, status);
        assert_eq!(client.rest(), b"");
    }
}

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
    let head =
        "POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nContent-Type: application/json\r\nContent-Length: 999\r\n\r\n";
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
    while deaf.stream.write_all(wire.as_bytes()).is_ok() {}
    drop(deaf);
    until_ok(&server);
}

#[test]
fn a_413_can_be_read_during_the_upload() {
    let server = TestServer::start();
    let head = "POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\nContent-Type: application/json\r\n";
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
        assert_secure(&refused, "too many connections");
        assert_eq!(third.rest(), b"", "it ends by FIN");
        guests.pop();
        until_ok(&server);
    }
}

/// The path of the client's script, as the page names it.
fn script_path(server: &TestServer) -> String {
    let page = server.get("/");
    assert_eq!((page.status, page.field("content-type")), (200, Some("text/html; charset=utf-8")));
    let start = page.text().find("/assets/").expect("a script");
    page.text()[start..].split('"').next().expect("a path").to_owned()
}

#[test]
fn assets_never_change_and_the_page_is_asked_for_again() {
    let server = TestServer::start();
    let path = script_path(&server);
    let script = server.get(&path);
    assert_eq!((script.status, script.field("content-type")), (200, Some("text/javascript; charset=utf-8")));
    assert_eq!(script.field("cache-control"), Some("public, max-age=31536000, immutable"));
    assert_eq!(server.get("/").field("cache-control"), Some("no-cache"));
    let hash = path.split('/').nth(2).unwrap();
    for wrong in ["/assets/000000000000/app.js", "/assets/app.js", "/assets/", &format!("/assets/{hash}/none.js")] {
        let response = server.get(wrong);
        assert_eq!((response.status, response.field("cache-control")), (404, Some("no-store")), "{wrong}");
    }
    for hidden in ["index.html", "app.js.br", "app.js.gz", "", "/app.js"] {
        assert_eq!(server.get(&format!("/assets/{hash}/{hidden}")).status, 404, "{hidden}");
    }
}

#[test]
fn pages_come_as_the_client_can_unpack_them() {
    let server = TestServer::start();
    let get = |field: &str| server.ask(format!("GET / HTTP/1.1\r\nHost: snug\r\n{field}\r\n"));
    let plain = get("");
    assert_eq!((plain.field("content-encoding"), plain.field("vary")), (None, Some("Accept-Encoding")));
    let mut etags = vec![plain.field("etag").unwrap().to_owned()];
    for (accepted, coding) in
        [("gzip, br;q=0.9", "gzip"), ("gzip, deflate, br", "br"), ("br;q=0, *;q=0.1", "gzip"), ("*", "br")]
    {
        let packed = get(&format!("Accept-Encoding: {accepted}\r\n"));
        assert_eq!(packed.field("content-encoding"), Some(coding), "{accepted}");
        assert_eq!(packed.field("vary"), Some("Accept-Encoding"));
        assert!(packed.body.len() < plain.body.len(), "{accepted}");
        let mut unpacked = Vec::new();
        match coding {
            "br" => brotli::Decompressor::new(&packed.body[..], 4096).read_to_end(&mut unpacked).unwrap(),
            _ => flate2::read::GzDecoder::new(&packed.body[..]).read_to_end(&mut unpacked).unwrap(),
        };
        assert_eq!(unpacked, plain.body, "{accepted}");
        etags.push(packed.field("etag").unwrap().to_owned());
    }
    etags.sort();
    etags.dedup();
    assert_eq!(etags.len(), 3, "one strong tag for each coding: {etags:?}");
    assert!(etags.iter().all(|etag| etag.starts_with('"') && etag.ends_with('"')));
}

#[test]
fn who_has_the_page_is_not_sent_it_again() {
    let server = TestServer::start();
    let get = |fields: &str| server.ask(format!("GET / HTTP/1.1\r\nHost: snug\r\n{fields}\r\n"));
    let etag = get("").field("etag").unwrap().to_owned();
    for value in [etag.clone(), format!("W/{etag}"), format!("\"x\", {etag}"), "*".to_owned()] {
        let response = get(&format!("If-None-Match: {value}\r\n"));
        assert_eq!((response.status, response.field("etag")), (304, Some(etag.as_str())), "{value}");
        assert_eq!((response.field("content-length"), response.field("vary")), (None, Some("Accept-Encoding")));
        assert_secure(&response, "304");
    }
    assert_eq!(get("If-None-Match: \"x\"\r\n").status, 200);
    assert_eq!(get(&format!("If-None-Match: {etag}\r\nAccept-Encoding: br\r\n")).status, 200, "another coding's tag");
    assert_eq!(get("If-Match: \"x\"\r\n").status, 412);
}

const HANDSHAKE: [&str; 6] = [
    "Connection: Upgrade",
    "Upgrade: websocket",
    "Sec-WebSocket-Version: 13",
    "Origin: http://snug",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Protocol: snug.v1",
];

/// A handshake whose line at `at` is replaced, and whose other lines follow.
fn handshake(at: usize, replaced: &str, more: &str) -> String {
    let mut lines = HANDSHAKE;
    lines[at] = replaced;
    let lines: Vec<&str> = lines.into_iter().chain([more]).filter(|line| !line.is_empty()).collect();
    format!("GET /ws HTTP/1.1\r\nHost: snug\r\n{}\r\n\r\n", lines.join("\r\n"))
}

#[test]
fn every_refused_handshake_gets_an_answer() {
    let server = TestServer::start();
    for (name, wire, status) in [
        ("no upgrade", "GET /ws HTTP/1.1\r\nHost: snug\r\n\r\n".to_owned(), 426),
        ("an old version", handshake(2, "Sec-WebSocket-Version: 8", ""), 426),
        ("a foreign page", handshake(3, "Origin: http://evil.example", ""), 403),
        ("a page of no origin", handshake(3, "Origin: null", ""), 403),
        ("no page", handshake(3, "", ""), 403),
        ("two pages", handshake(3, "Origin: http://snug", "Origin: http://snug"), 403),
        ("a short key", handshake(4, "Sec-WebSocket-Key: c2hvcnQ=", ""), 400),
        ("no key", handshake(4, "", ""), 400),
        ("another subprotocol", handshake(5, "Sec-WebSocket-Protocol: snug.v2", ""), 400),
        ("no subprotocol", handshake(5, "", ""), 400),
        ("no session", handshake(0, HANDSHAKE[0], ""), 401),
        ("a session of nobody", handshake(0, HANDSHAKE[0], "Cookie: snug_session=stale"), 401),
        ("a body", handshake(0, HANDSHAKE[0], "Content-Length: 1") + "x", 400),
    ] {
        let mut client = server.connect();
        client.send(wire);
        let response = client.response();
        assert_eq!(response.status, status, "{name}: {}", response.text());
        assert_secure(&response, name);
        let version = if status == 426 { Some("13") } else { None };
        assert_eq!(response.field("sec-websocket-version"), version, "{name}");
        assert!(status != 426 || response.field("upgrade") == Some("websocket"), "{name}");
    }
}

#[test]
fn a_guest_comes_in_and_is_known_by_the_cookie() {
    let server = TestServer::start();
    let cookie = server.guest("Rosa");
    let me = server.ask(format!("GET /api/v1/me HTTP/1.1\r\nHost: snug\r\nCookie: a=b; {cookie}\r\n\r\n"));
    assert_eq!((me.status, me.json()["name"].as_str()), (200, Some("Rosa")));
    assert_eq!(me.field("cache-control"), Some("no-store"));
    let again = server.ask(post("/api/v1/guests", "Content-Type: application/json\r\n", "{\"name\":\"rOSA\"}"));
    assert_eq!((again.status, again.code().as_str()), (409, "name_taken"));
}

#[test]
fn the_cookie_is_for_the_server_alone() {
    let server = TestServer::start();
    for (origin, secure) in [("http://snug", false), ("https://snug", true)] {
        let fields = format!("Content-Type: application/json; charset=utf-8\r\nOrigin: {origin}\r\n");
        let response = server.ask(post("/api/v1/guests", &fields, &format!("{{\"name\":\"{origin}\"}}")));
        assert_eq!(response.status, 201, "{}", response.text());
        let cookie = response.field("set-cookie").unwrap();
        let (session, attributes) = cookie.split_once("; ").unwrap();
        assert_eq!(session.len(), "snug_session=".len() + 43);
        assert!(attributes.starts_with("Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000"), "{attributes}");
        assert_eq!(attributes.contains("; Secure"), secure, "{attributes}");
    }
}

#[test]
fn no_foreign_page_makes_a_guest() {
    let server = TestServer::with(|config| {
        config.public_url = Some("https://chat.example".to_owned());
        config.origins = vec!["https://friend.example".to_owned()];
    });
    for (number, (fields, status)) in [
        ("", 201),
        ("Origin: http://snug\r\n", 201),
        ("Origin: https://chat.example\r\n", 201),
        ("Origin: https://friend.example\r\n", 201),
        ("Sec-Fetch-Site: same-origin\r\n", 201),
        ("Sec-Fetch-Site: none\r\n", 201),
        ("Sec-Fetch-Site: cross-site\r\nOrigin: https://friend.example\r\n", 201),
        ("Origin: null\r\n", 403),
        ("Origin: http://evil.example\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        ("Sec-Fetch-Site: same-site\r\nOrigin: http://other.snug\r\n", 403),
        ("Origin: http://snug\r\nOrigin: http://snug\r\n", 403),
    ]
    .into_iter()
    .enumerate()
    {
        let fields_with_type = format!("Content-Type: application/json\r\n{fields}");
        let body = format!("{{\"name\":\"guest {number}\"}}");
        let response = server.ask(post("/api/v1/guests", &fields_with_type, &body));
        assert_eq!(response.status, status, "{fields}: {}", response.text());
    }
}

#[test]
fn too_many_guests_of_one_address_are_told_when_to_come_back() {
    let server = TestServer::with(|config| config.http.guests_per_minute = 2);
    for name in ["Rosa", "Bea"] {
        server.guest(name);
    }
    let response = server.ask(post("/api/v1/guests", "Content-Type: application/json\r\n", "{\"name\":\"Joss\"}"));
    assert_eq!((response.status, response.code().as_str()), (429, "rate_limited"));
    assert!(response.json()["error"]["retry_after_ms"].as_u64().is_some_and(|ms| (1..=30_000).contains(&ms)));
    assert!(response.field("retry-after").unwrap().parse::<u64>().is_ok_and(|seconds| (1..=30).contains(&seconds)));
}

/// The close frame comes in the same segment as the head: what follows the blank line belongs to the WebSocket.
#[test]
fn a_handshake_leads_to_a_websocket_that_loses_no_byte() {
    let server = TestServer::start();
    let cookie = format!("Cookie: {}", server.guest("Rosa"));
    let close_1000 = [0x88, 0x82, 0, 0, 0, 0, 0x03, 0xe8];
    let mut client = server.connect();
    client.send([handshake(0, HANDSHAKE[0], &cookie).as_bytes(), &close_1000].concat());
    let response = client.head();
    assert_eq!(response.status, 101);
    assert_eq!(response.field("sec-websocket-accept"), Some("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
    assert_eq!(response.field("sec-websocket-protocol"), Some("snug.v1"));
    assert_eq!((response.field("upgrade"), response.field("connection")), (Some("websocket"), Some("Upgrade")));
    assert_secure(&response, "101");
    assert_eq!(client.rest(), [0x88, 0x02, 0x03, 0xe8]);
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
