//! Files: uploaded in pieces, sent with messages, had by whoever may see those, and nothing that runs.

mod common;

use common::files::{a_png, call, get};
use common::people::{execute, numbers, somebody};
use common::socket::{Client, Guest};
use common::{Response, TestServer};
use serde_json::{Value, json};
use snug::protocol::{LOBBY, Role};
use snug::store::PIECE_BYTES;

/// Nobody, as far as ids go.
const NO_FILE: i64 = 4_711;

fn begin(server: &TestServer, by: &Guest, room: i64, name: &str, bytes: usize) -> Response {
    call(
        server,
        by,
        "POST",
        &format!("rooms/{room}/files"),
        json!({"name": name, "bytes": bytes}).to_string().as_bytes(),
    )
}

fn put(server: &TestServer, by: &Guest, id: i64, bytes: &[u8]) {
    for (n, piece) in bytes.chunks(PIECE_BYTES).enumerate() {
        assert_eq!(call(server, by, "PUT", &format!("files/{id}/pieces/{n}"), piece).status, 204);
    }
}

/// Uploads a file; what it is.
fn upload(server: &TestServer, by: &Guest, room: i64, name: &str, bytes: &[u8]) -> Value {
    let begun = begin(server, by, room, name, bytes.len());
    assert_eq!(begun.status, 201, "{}", begun.text());
    let id = begun.json()["id"].as_i64().expect("an id");
    put(server, by, id, bytes);
    let sealed = call(server, by, "POST", &format!("files/{id}"), b"{}");
    assert_eq!(sealed.status, 200, "{}", sealed.text());
    sealed.json()
}

fn send(client: &mut Client, room: i64, key: &str, files: &[i64]) -> Value {
    client.reply(json!({"op": "send", "room": room, "key": key, "text": "", "files": files}))
}

/// Bytes of no known type, and different everywhere.
fn noise(len: usize) -> Vec<u8> {
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        state.to_be_bytes()[0]
    };
    (0..len).map(|_| next()).collect()
}

#[test]
fn a_file_goes_with_a_message_and_comes_back_byte_for_byte() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Visitor);
    let (mut desk, mut other) = (rosa.connect(server.addr), bea.connect(server.addr));
    let bytes = noise(3 * PIECE_BYTES + 17);
    let file = upload(&server, &rosa, LOBBY, "../notes\u{202e} of día 1\u{200b}.txt", &bytes);
    assert_eq!((&file["name"], &file["type"]), (&json!("notes of día 1.txt"), &json!("application/octet-stream")));
    let id = file["id"].as_i64().unwrap();
    let path = format!("files/{id}/notes.txt");
    assert_eq!(get(&server, &rosa, &path, "").body, bytes, "its owner has it before it is sent");
    assert_eq!(get(&server, &bea, &path, "").status, 404, "and nobody else");
    let sent = send(&mut desk, LOBBY, "f", &[id]);
    let entry = other.wait(|value| value["key"] == "f").expect("the message");
    assert_eq!(entry["files"], json!([file]));
    assert_eq!(send(&mut desk, LOBBY, "f", &[id])["result"], sent["result"], "sent again, it is sent once");
    let page = other.ask(json!({"op": "history", "room": LOBBY, "before": 1_000}));
    assert_eq!(page["entries"].as_array().unwrap().last().unwrap()["files"], json!([file]), "read anew");
    let whole = get(&server, &bea, &path, "");
    assert_eq!((whole.status, whole.body == bytes), (200, true));
    assert_eq!(whole.field("content-disposition"), Some("attachment; filename*=UTF-8''notes%20of%20d%C3%ADa%201.txt"));
    assert_eq!(whole.field("x-content-type-options"), Some("nosniff"));
    assert!(whole.field("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
    let etag = whole.field("etag").expect("a tag").to_owned();
    assert_eq!(get(&server, &bea, &path, &format!("If-None-Match: {etag}\r\n")).status, 304);
    for (range, expected) in [
        ("0-0", &bytes[..1]),
        ("131071-131072", &bytes[131_071..131_073]),
        ("100000-300000", &bytes[100_000..300_001]),
        ("-5", &bytes[bytes.len() - 5..]),
    ] {
        let part = get(&server, &bea, &path, &format!("Range: bytes={range}\r\n"));
        assert_eq!((part.status, part.body == expected), (206, true), "{range}");
        assert!(part.field("content-range").is_some_and(|field| field.ends_with(&format!("/{}", bytes.len()))));
    }
    let behind = get(&server, &bea, &path, "Range: bytes=99999999-\r\n");
    assert_eq!((behind.status, behind.code().as_str()), (416, "range_not_satisfiable"));
    assert_eq!(get(&server, &bea, &path, "Range: bytes=0-0\r\nIf-Range: \"x\"\r\n").status, 200);
}

#[test]
fn a_picture_loses_what_its_camera_knows_and_is_shown_in_place() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let file = upload(&server, &rosa, LOBBY, "page.html", &a_png());
    assert_eq!((&file["type"], &file["width"], &file["height"]), (&json!("image/png"), &json!(3), &json!(2)));
    let got = get(&server, &rosa, &format!("files/{}", file["id"]), "");
    assert_eq!(got.field("content-type"), Some("image/png"));
    assert!(got.field("content-disposition").is_some_and(|how| how.starts_with("inline")));
    assert!(!got.body.windows(3).any(|some| some == b"GPS"), "the place is gone");
    assert_eq!(got.body.len(), a_png().len() - 12 - 11);
    let begun = begin(&server, &rosa, LOBBY, "cut.png", 40).json()["id"].as_i64().unwrap();
    put(&server, &rosa, begun, &a_png()[..40]);
    let sealed = call(&server, &rosa, "POST", &format!("files/{begun}"), b"{}");
    assert_eq!((sealed.status, sealed.code().as_str()), (422, "broken_picture"));
    for (name, bytes) in
        [("x.png", &b"<html><script>alert(1)</script>"[..]), ("x.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>")]
    {
        let file = upload(&server, &rosa, LOBBY, name, bytes);
        let got = get(&server, &rosa, &format!("files/{}/{name}", file["id"]), "");
        assert_eq!(got.field("content-type"), Some("application/octet-stream"), "{name}");
        assert!(got.field("content-disposition").is_some_and(|how| how.starts_with("attachment")), "{name}");
    }
}

#[test]
fn only_who_may_see_the_message_has_its_file() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Member);
    let outsider = somebody(&server, "Out", Role::Owner);
    let mut desk = rosa.connect(server.addr);
    let room = desk.ask(json!({"op": "create", "name": "Kitchen", "kind": "private", "shows_past": false}));
    let room = room["room"]["id"].as_i64().unwrap();
    let file = |name: &str| upload(&server, &rosa, room, name, &noise(10))["id"].as_i64().unwrap();
    let (before, after) = (file("before"), file("after"));
    send(&mut desk, room, "1", &[before]);
    desk.ask(json!({"op": "bring", "room": room, "user": bea.id}));
    let sent = send(&mut desk, room, "2", &[after])["result"]["seq"].clone();
    let nobody = get(&server, &outsider, &format!("files/{NO_FILE}"), "");
    let statuses = |by: &Guest| [before, after].map(|id| get(&server, by, &format!("files/{id}"), "").status);
    assert_eq!((statuses(&rosa), statuses(&bea), statuses(&outsider)), ([200, 200], [404, 200], [404, 404]));
    assert_eq!(get(&server, &outsider, &format!("files/{after}"), "").body, nobody.body, "as a file that never was");
    assert_eq!(begin(&server, &outsider, room, "x", 1).code(), "no_such_room");
    desk.ask(json!({"op": "remove", "room": room, "user": bea.id}));
    assert_eq!(statuses(&bea), [404, 404]);
    desk.ask(json!({"op": "delete", "room": room, "seq": sent, "key": "d"}));
    assert_eq!(statuses(&rosa), [200, 404]);
    server.hub.sweep();
    desk.ask(json!({"op": "demolish", "room": room, "name": "Kitchen"}));
    assert_eq!(statuses(&rosa), [404, 404]);
}

#[test]
fn a_message_takes_only_files_of_its_author_that_are_whole_and_were_brought_there() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Member);
    let (mut desk, mut other) = (rosa.connect(server.addr), bea.connect(server.addr));
    let room = desk.ask(json!({"op": "create", "name": "Elsewhere"}))["room"]["id"].as_i64().unwrap();
    let elsewhere = upload(&server, &rosa, room, "x", &noise(10))["id"].as_i64().unwrap();
    let own = upload(&server, &rosa, LOBBY, "x", &noise(10))["id"].as_i64().unwrap();
    let begun = begin(&server, &rosa, LOBBY, "x", 10).json()["id"].as_i64().unwrap();
    let code = |reply: Value| reply["error"]["code"].as_str().unwrap_or("none").to_owned();
    assert_eq!(code(send(&mut desk, LOBBY, "1", &[elsewhere])), "no_such_file");
    assert_eq!(code(send(&mut desk, LOBBY, "2", &[begun])), "no_such_file");
    assert_eq!(code(send(&mut other, LOBBY, "3", &[own])), "no_such_file");
    assert_eq!(code(send(&mut desk, LOBBY, "4", &[own, own])), "bad_request");
    assert_eq!(code(send(&mut desk, LOBBY, "5", &[])), "text_empty");
    assert_eq!(code(send(&mut desk, LOBBY, "6", &[own])), "none");
    assert_eq!(code(send(&mut desk, LOBBY, "7", &[own])), "no_such_file", "it is in another message");
    assert_eq!(code(send(&mut other, LOBBY, "8", &[own])), "no_such_file", "who may see it may not send it");
    let sealed = call(&server, &rosa, "POST", &format!("files/{begun}"), b"{}");
    assert_eq!(sealed.code(), "pieces_missing");
    assert_eq!(call(&server, &bea, "PUT", &format!("files/{begun}/pieces/0"), &noise(10)).status, 404);
    assert_eq!(call(&server, &rosa, "PUT", &format!("files/{begun}/pieces/0"), &noise(9)).status, 404, "too short");
    assert_eq!(call(&server, &rosa, "PUT", &format!("files/{begun}/pieces/1"), &noise(10)).status, 404, "too many");
    assert_eq!(call(&server, &rosa, "PUT", &format!("files/{own}/pieces/0"), &noise(10)).status, 404, "it is sealed");
}

#[test]
fn every_limit_says_what_it_is() {
    let server = TestServer::with(|config| {
        config.files.file_bytes_max = 1_000;
        config.files.person_bytes_max = 2_500;
        config.files.bytes_max = 4_000;
        config.files.types = vec!["image/*".to_owned()];
    });
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Member);
    let refused = |response: Response| (response.status, response.code());
    assert_eq!(refused(begin(&server, &rosa, LOBBY, "x", 1_001)), (413, "file_too_large".to_owned()));
    assert_eq!(refused(begin(&server, &rosa, LOBBY, "x", 0)), (413, "file_too_large".to_owned()));
    assert_eq!(refused(begin(&server, &rosa, LOBBY, " / ", 1)), (422, "bad_name".to_owned()));
    let begun = begin(&server, &rosa, LOBBY, "x", 1_000).json()["id"].as_i64().unwrap();
    put(&server, &rosa, begun, &noise(1_000));
    assert_eq!(refused(call(&server, &rosa, "POST", &format!("files/{begun}"), b"{}")), (415, "file_type".to_owned()));
    assert_eq!(begin(&server, &rosa, LOBBY, "x", 1_000).status, 201);
    assert_eq!(refused(begin(&server, &rosa, LOBBY, "x", 1_000)), (507, "storage_full".to_owned()), "of one person");
    assert_eq!(begin(&server, &bea, LOBBY, "x", 1_000).status, 201);
    assert_eq!(begin(&server, &bea, LOBBY, "x", 1_000).status, 201);
    assert_eq!(refused(begin(&server, &bea, LOBBY, "x", 500)), (507, "storage_full".to_owned()), "of all");
    let too_long = call(&server, &rosa, "PUT", &format!("files/{begun}/pieces/0"), &noise(PIECE_BYTES + 1));
    assert_eq!(too_long.status, 413);
}

#[test]
fn what_is_never_sent_or_deleted_goes_a_little_at_a_time() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let mut desk = rosa.connect(server.addr);
    let loose = upload(&server, &rosa, LOBBY, "loose", &noise(10))["id"].as_i64().unwrap();
    let sent = upload(&server, &rosa, LOBBY, "sent", &noise(40 * PIECE_BYTES))["id"].as_i64().unwrap();
    let kept = upload(&server, &rosa, LOBBY, "kept", &noise(10))["id"].as_i64().unwrap();
    let seq = send(&mut desk, LOBBY, "1", &[sent])["result"]["seq"].clone();
    send(&mut desk, LOBBY, "2", &[kept]);
    desk.ask(json!({"op": "delete", "room": LOBBY, "seq": seq, "key": "d"}));
    execute(&server, &format!("update files set created_at = 1 where id = {loose}"));
    let store = &server.hub.store;
    let mut steps = 0;
    while smol::block_on(store.sweep_files(1_000)).expect("the store answers") {
        steps += 1;
    }
    assert!(steps > 3, "it goes in pieces: {steps}");
    assert_eq!(numbers(&server, "select id from files"), [kept]);
    assert_eq!(numbers(&server, "select count(*) from file_chunks"), [1]);
    assert_eq!(call(&server, &rosa, "DELETE", &format!("files/{kept}"), b"").status, 404, "it is sent");
    let own = upload(&server, &rosa, LOBBY, "own", &noise(10))["id"].as_i64().unwrap();
    assert_eq!(call(&server, &rosa, "DELETE", &format!("files/{own}"), b"").status, 204);
    assert_eq!(get(&server, &rosa, &format!("files/{own}"), "").status, 404);
}

#[test]
fn a_file_that_is_being_sealed_is_waited_for_and_one_whose_sealing_failed_is_sealed_again() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let id = begin(&server, &rosa, LOBBY, "x", 10).json()["id"].as_i64().expect("an id");
    put(&server, &rosa, id, &noise(10));
    let store = &server.hub.store;
    assert!(smol::block_on(store.close_file(id, rosa.id)).expect("the store answers"));
    let seal = || call(&server, &rosa, "POST", &format!("files/{id}"), b"{}");
    let waits = seal();
    assert_eq!((waits.status, waits.code().as_str()), (429, "rate_limited"));
    smol::block_on(store.reopen_file(id)).expect("the store answers");
    assert_eq!(seal().status, 200);
}
