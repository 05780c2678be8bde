//! HTTP/1.1 as it looks from outside, byte by byte (RFC 9110, RFC 9112).

mod common;

use common::{Client, OWN_ORIGIN, Response, TestServer, post};

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
        response.assert_secure(name);
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
        format!(
            "POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\n{OWN_ORIGIN}Content-Type: application/json\r\n{fields}\r\n{body}"
        )
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
    let script = server.script_path();
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
    let expecting = |fields: &str| {
        format!("POST /api/v1/guests HTTP/1.1\r\nHost: snug\r\n{OWN_ORIGIN}Expect: 100-continue\r\n{fields}\r\n")
    };
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

/// Every route that may change something, with a body that it takes.
const CHANGES: &[(&str, &str, &str)] = &[("POST", "/api/v1/guests", "{\"name\": \"Rosa\"}")];

/// Asks for a change with these fields and no others.
fn change(server: &TestServer, (method, path, body): (&str, &str, &str), fields: &str) -> Response {
    let length = body.len();
    server.ask(format!("{method} {path} HTTP/1.1\r\nHost: snug\r\n{fields}Content-Length: {length}\r\n\r\n{body}"))
}

#[test]
fn no_foreign_page_changes_anything() {
    let server = TestServer::with(|config| {
        config.public_url = Some("https://chat.example".to_owned());
        config.origins = vec!["https://friend.example".to_owned()];
    });
    for (fields, passes) in [
        ("Origin: http://snug\r\n", true),
        ("Origin: https://chat.example\r\n", true),
        ("Origin: https://friend.example\r\n", true),
        ("Sec-Fetch-Site: same-origin\r\n", true),
        // A page that sends no referrer has no Origin to show; the browser vouches for it.
        ("Sec-Fetch-Site: same-origin\r\nOrigin: null\r\n", true),
        ("Sec-Fetch-Site: cross-site\r\nOrigin: https://friend.example\r\n", true),
        ("Authorization: Bearer of-a-bot\r\n", true),
        ("", false),
        ("Cookie: snug_session=x\r\n", false),
        ("Sec-Fetch-Site: none\r\n", false),
        ("Sec-Fetch-Site: same-site\r\n", false),
        ("Sec-Fetch-Site: cross-site\r\n", false),
        ("Sec-Fetch-Site: same-origin\r\nSec-Fetch-Site: cross-site\r\n", false),
        ("Origin: null\r\n", false),
        ("Origin: https://snug\r\n", false),
        ("Origin: http://chat.example\r\n", false),
        ("Origin: http://evil.example\r\n", false),
        ("Sec-Fetch-Site: same-site\r\nOrigin: http://other.snug\r\n", false),
        ("Origin: http://snug\r\nOrigin: http://snug\r\n", false),
        ("Authorization: Basic cm9zYQ==\r\n", false),
        ("Referer: http://snug/\r\n", false),
        ("Sec-Fetch-Site: same-origin\r\nOrigin: http://evil.example\r\n", false),
        ("Origin: http://snug/\r\n", false),
    ] {
        for route in CHANGES {
            // Without a type nothing is changed: who proves their origin is told of the type.
            let response = change(&server, *route, fields);
            let expected = if passes { (415, "wrong_type") } else { (403, "foreign_origin") };
            assert_eq!((response.status, response.code().as_str()), expected, "{route:?} with {fields}");
            response.assert_secure(fields);
        }
    }
}

#[test]
fn a_form_cannot_pass_for_json() {
    let server = TestServer::start();
    for kind in
        ["application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain", "application/jsonp"]
    {
        for route in CHANGES {
            let response = change(&server, *route, &format!("{OWN_ORIGIN}Content-Type: {kind}\r\n"));
            assert_eq!(response.status, 415, "{route:?} as {kind}");
        }
    }
}

/// A stranger's name that leads to this machine gets nothing: neither the page nor the socket, nor what lies open.
#[test]
fn a_strangers_name_is_not_ours() {
    let server = TestServer::with(|config| {
        config.public_url = Some("https://chat.example".to_owned());
        config.hosts = vec!["snug.example".to_owned()];
    });
    let status = |path: &str, host: &str| {
        let response = server.ask(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n"));
        response.assert_secure(host);
        if response.status == 421 {
            assert_eq!(response.code(), "foreign_host");
            assert!(response.text().contains("SNUG_HOSTS"), "{}", response.text());
        }
        response.status
    };
    for host in [
        "snug",
        "localhost:8080",
        "a.localhost",
        "192.0.2.1:8080",
        "[::1]:8080",
        "chat.example",
        "SNUG.example:1",
        "box.local",
    ] {
        assert_eq!(status("/healthz", host), 200, "{host}");
    }
    for host in
        ["evil.example", "evil.example:8080", "127.0.0.1.evil.example", "chat.example.evil.example", "localhost.evil"]
    {
        for path in ["/", "/healthz", "/api/v1/me", "/ws", "/nowhere", "/assets/x"] {
            assert_eq!(status(path, host), 421, "{host} {path}");
        }
    }
    let absolute = server.ask("GET http://evil.example/ HTTP/1.1\r\nHost: snug\r\n\r\n");
    assert_eq!(absolute.status, 421, "the target's own authority counts (RFC 9112 3.2.2)");
    let rebound = "POST /api/v1/guests HTTP/1.1\r\nHost: evil.example:8080\r\nOrigin: http://evil.example:8080\r\n\
                   Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}";
    assert_eq!(server.ask(rebound).status, 421, "for the browser it is of the same origin");
}

/// What belongs to one person, and every error, is stored by nobody.
#[test]
fn nothing_personal_is_kept_by_anybody_between() {
    let server = TestServer::start();
    let cookie = server.guest("Rosa");
    for path in ["/api/v1/me", "/api/v1/none", "/ws", "/nowhere", "/assets/none"] {
        let response = server.ask(format!("GET {path} HTTP/1.1\r\nHost: snug\r\nCookie: {cookie}\r\n\r\n"));
        assert_eq!(response.field("cache-control"), Some("no-store"), "{path}");
        assert_eq!(response.field("access-control-allow-origin"), None, "{path}");
    }
}
