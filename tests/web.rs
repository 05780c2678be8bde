//! What the server serves: the client's files, guests, and the WebSocket's handshake.

mod common;

use common::{TestServer, post};
use std::io::Read;
use std::sync::Mutex;

#[test]
fn assets_never_change_and_the_page_is_asked_for_again() {
    let server = TestServer::start();
    let path = server.script_path();
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

/// A service worker is known by its address, and browsers know an installed app by its manifest and its icons.
#[test]
fn what_a_browser_installs_has_paths_that_stay_the_same() {
    let server = TestServer::start();
    let hash = server.script_path().split('/').nth(2).unwrap().to_owned();
    for (path, content_type) in [
        ("/sw.js", "text/javascript; charset=utf-8"),
        ("/app.webmanifest", "application/manifest+json"),
        ("/icons/mark.svg", "image/svg+xml"),
        ("/icons/180.png", "image/png"),
        ("/icons/192.png", "image/png"),
        ("/icons/512.png", "image/png"),
        ("/icons/maskable.png", "image/png"),
    ] {
        let response = server.get(path);
        assert_eq!((response.status, response.field("content-type")), (200, Some(content_type)), "{path}");
        assert_eq!(response.field("cache-control"), Some("no-cache"), "{path}");
        response.assert_secure(path);
        let etag = response.field("etag").unwrap();
        let again = server.ask(format!("GET {path} HTTP/1.1\r\nHost: snug\r\nIf-None-Match: {etag}\r\n\r\n"));
        assert_eq!(again.status, 304, "{path}");
        assert_eq!(server.get(&format!("/assets/{hash}{path}")).status, 404, "{path} stands in one place only");
    }
    for missing in ["/icons/", "/icons/none.png", "/icons/mark.svg.br"] {
        assert_eq!(server.get(missing).status, 404, "{missing}");
    }
    let response = server.get("/sw.js");
    let worker = response.text();
    let first = worker.split("const FIRST = [").nth(1).and_then(|rest| rest.split(']').next()).unwrap().to_owned();
    assert!(worker.contains(&format!("/assets/{hash}/")) && !worker.contains("BUILDHASH"));
    let files: Vec<&str> = first.split(", ").map(|file| file.trim_matches('\'')).collect();
    assert!(files.contains(&"app.js") && files.contains(&"app.css") && files.contains(&"icons.svg"), "{files:?}");
    let once: std::collections::BTreeSet<&str> = files.iter().copied().collect();
    assert_eq!(once.len(), files.len(), "a cache takes no file twice: {files:?}");
    for file in files {
        assert_eq!(server.get(&format!("/assets/{hash}/{file}")).status, 200, "{file}");
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
        response.assert_secure("304");
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
        response.assert_secure(name);
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
    // An Origin says nothing about how the browser came here: only who ends TLS knows (tests/tls.rs, tests/proxy.rs).
    for origin in ["http://snug", "https://snug"] {
        let fields = format!("Content-Type: application/json; charset=utf-8\r\nOrigin: {origin}\r\n");
        let response = server.ask(post("/api/v1/guests", &fields, &format!("{{\"name\":\"{origin}\"}}")));
        assert_eq!(response.status, 201, "{}", response.text());
        let cookie = response.field("set-cookie").unwrap();
        let (session, attributes) = cookie.split_once("; ").unwrap();
        assert!(session.starts_with("snug_session=") && session.len() == "snug_session=".len() + 43);
        assert_eq!(attributes, "Path=/; HttpOnly; SameSite=Lax; Max-Age=15552000");
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
    response.assert_secure("101");
    assert_eq!(client.rest(), [0x88, 0x02, 0x03, 0xe8]);
}

/// Everything that has been logged in this process.
static LOG: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Keeps every line, of whatever level.
struct Keep;

impl log::Log for Keep {
    fn enabled(&self, _: &log::Metadata<'_>) -> bool {
        true
    }

    fn log(&self, record: &log::Record<'_>) {
        LOG.lock().unwrap().push(format!("{} {}", record.target(), record.args()));
    }

    fn flush(&self) {}
}

#[test]
fn the_log_names_every_request_and_nobodys_secrets() {
    log::set_logger(&Keep).expect("the only logger here");
    log::set_max_level(log::LevelFilter::Trace);
    let server = TestServer::start();
    let cookie = server.guest("Zebulon");
    let token = cookie.split('=').nth(1).unwrap();
    let fields = format!("Host: snug\r\nCookie: {cookie}\r\nX-Secret: hunter3\r\n");
    server.ask(format!("GET /unheard-of?password=hunter2 HTTP/1.1\r\n{fields}\r\n"));
    server.ask(format!("GET /api/v1/me HTTP/1.1\r\n{fields}\r\n"));
    server.ask(format!("GET /unheard-of HTTP/1.1\r\nhunter4\r\n{fields}\r\n"));
    drop(server);
    let log = LOG.lock().unwrap();
    let line = log.iter().find(|line| line.contains("/unheard-of")).expect("a line of the request");
    let words: Vec<&str> = line.split(' ').collect();
    let ["snug::http", id, "GET", "/unheard-of", "404", bytes, time, "127.0.0.1"] = words[..] else { panic!("{line}") };
    assert!(
        id.starts_with('#') && id[1..].parse::<u64>().is_ok() && bytes.ends_with('B') && time.ends_with("ms"),
        "{line}"
    );
    assert!(log.iter().any(|line| line.contains(" - - 400 ")), "a line of the broken request");
    for secret in [token, "hunter", "Zebulon"] {
        assert!(!log.iter().any(|line| line.contains(secret)), "{secret} is in the log");
    }
}
