//! How people look to each other: a colour, or a picture.

mod common;

use common::TestServer;
use common::files::{a_png, call, get};
use common::people::{execute, numbers, somebody};
use common::socket::Client;
use serde_json::{Value, json};
use snug::protocol::{FACE_BYTES_MAX, LOBBY, Role};

fn faces(client: &mut Client, users: &[i64]) -> Value {
    client.ask(json!({"op": "faces", "users": users}))["faces"].clone()
}

#[test]
fn a_colour_is_seen_at_once_by_whoever_shares_a_room() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Visitor);
    let mut other = bea.connect(server.addr);
    assert_eq!(faces(&mut other, &[rosa.id, bea.id, 4_711]), json!({}));
    assert_eq!(call(&server, &rosa, "PUT", "me/face", br#"{"colour": 5}"#).status, 204);
    let event = other.wait(|value| value["ev"] == "face").expect("the news");
    assert_eq!(event, json!({"ev": "face", "user": rosa.id, "face": "5"}));
    assert_eq!(faces(&mut other, &[rosa.id]), json!({rosa.id.to_string(): "5"}));
    assert_eq!(call(&server, &rosa, "PUT", "me/face", br#"{"colour": null}"#).status, 204);
    let event = other.wait(|value| value["ev"] == "face" && value["face"].is_null()).expect("the news");
    assert_eq!(event, json!({"ev": "face", "user": rosa.id}));
    assert_eq!(faces(&mut other, &[rosa.id]), json!({}));
    for refused in [&br#"{"colour": 8}"#[..], br#"{"colour": "red"}"#, br#"{"colour": -1}"#] {
        assert_eq!(call(&server, &rosa, "PUT", "me/face", refused).code(), "bad_request");
    }
}

#[test]
fn a_picture_is_cleaned_kept_and_replaced_by_the_next() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let mut desk = rosa.connect(server.addr);
    let put = |bytes: &[u8]| call(&server, &rosa, "PUT", "me/picture", bytes);
    assert_eq!(put(&a_png()).status, 204);
    let face = faces(&mut desk, &[rosa.id])[rosa.id.to_string()].as_str().expect("a face").to_owned();
    let id = face.strip_prefix('p').expect("a picture").to_owned();
    let picture = get(&server, &rosa, &format!("faces/{id}"), "");
    assert_eq!((picture.status, picture.field("content-type")), (200, Some("image/png")));
    assert!(!picture.body.windows(3).any(|part| part == b"GPS"), "nobody learns where it was taken");
    assert!(picture.field("content-security-policy").is_some_and(|policy| policy.contains("sandbox")));
    assert_eq!(server.get(&format!("/api/v1/faces/{id}")).status, 401, "only for those who are signed in");
    assert_eq!(get(&server, &rosa, &format!("files/{id}"), "").status, 404, "it is no file of a room");
    assert_eq!(get(&server, &rosa, "faces/4711", "").code(), "no_such_file");
    assert_eq!(put(&a_png()).status, 204);
    assert_eq!(get(&server, &rosa, &format!("faces/{id}"), "").status, 404, "the one before is gone");
    assert_eq!(put(b"<svg xmlns=\"http://www.w3.org/2000/svg\"/>").code(), "file_type");
    assert_eq!(put(&[]).code(), "file_type");
    assert_eq!(put(&a_png()[..30]).code(), "broken_picture");
    // Few bytes may say that they are many pixels.
    let mut vast = a_png();
    vast[16..24].copy_from_slice(&[0, 0, 8, 0, 0, 0, 8, 0]);
    assert_eq!(put(&vast).code(), "file_too_large");
    assert_eq!(put(&vec![0; FACE_BYTES_MAX + 1]).status, 413);
    assert_eq!(
        numbers(&server, "select count(*) from files where hash is not null"),
        [1],
        "and no refused one is kept"
    );
    assert_eq!(call(&server, &rosa, "PUT", "me/face", br#"{"colour": 1}"#).status, 204);
    assert_eq!(numbers(&server, "select count(*) from files where hash is not null"), [0], "a colour takes its place");
}

#[test]
fn a_face_is_nobodys_business_who_shares_no_room_and_goes_with_the_account() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Visitor);
    let (mut desk, mut other) = (rosa.connect(server.addr), bea.connect(server.addr));
    assert_eq!(call(&server, &rosa, "PUT", "me/picture", &a_png()).status, 204);
    assert_eq!(faces(&mut other, &[rosa.id]).as_object().map(serde_json::Map::len), Some(1));
    execute(&server, &format!("delete from memberships where user_id = {} and room_id = {LOBBY}", bea.id));
    assert_eq!(faces(&mut other, &[rosa.id]), json!({}), "a visitor who shares no room knows nobody");
    assert_eq!(other.refused(json!({"op": "profile", "user": rosa.id})), "no_such_person");
    let body = json!({"password": common::password_of("rosa")}).to_string();
    assert_eq!(call(&server, &rosa, "DELETE", "me", body.as_bytes()).status, 204);
    assert_eq!(desk.close_code(), Some(4401));
    assert_eq!(numbers(&server, &format!("select count(*) from users where id = {} and face is null", rosa.id)), [1]);
    assert_eq!(numbers(&server, "select count(*) from files where hash is not null"), [0]);
}

#[test]
fn whoever_is_muted_shows_no_new_picture() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    execute(&server, &format!("update users set muted_until = 99999999999999 where id = {}", rosa.id));
    assert_eq!(call(&server, &rosa, "PUT", "me/picture", &a_png()).code(), "muted");
    assert_eq!(call(&server, &rosa, "PUT", "me/face", br#"{"colour": 1}"#).code(), "muted");
}

#[test]
fn a_profile_says_who_somebody_is_and_which_rooms_both_are_in() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Moderator);
    let (mut desk, mut other) = (rosa.connect(server.addr), bea.connect(server.addr));
    let made = desk.ask(json!({"op": "create", "name": "Boats", "topic": "", "kind": "private"}));
    desk.ask(json!({"op": "bring", "room": made["room"]["id"], "user": bea.id}));
    desk.ask(json!({"op": "create", "name": "Alone", "topic": "", "kind": "private"}));
    desk.ask(json!({"op": "direct", "people": [bea.id]}));
    let profile = other.ask(json!({"op": "profile", "user": rosa.id}));
    assert_eq!(
        (&profile["name"], &profile["role"], &profile["here"]),
        (&json!("Rosa"), &json!("member"), &json!(true))
    );
    let rooms: Vec<&str> =
        profile["rooms"].as_array().unwrap().iter().filter_map(|room| room["name"].as_str()).collect();
    assert_eq!(rooms, ["Lobby", "Boats"]);
    assert_eq!(other.refused(json!({"op": "profile", "user": 4_711})), "no_such_person");
    assert_eq!(other.refused(json!({"op": "faces", "users": []})), "bad_request");
}

#[test]
fn whoever_keeps_order_takes_a_picture_away_and_chooses_none() {
    let server = TestServer::start();
    let rosa = somebody(&server, "Rosa", Role::Member);
    let bea = somebody(&server, "Bea", Role::Moderator);
    let mut other = bea.connect(server.addr);
    assert_eq!(call(&server, &rosa, "PUT", "me/picture", &a_png()).status, 204);
    other.wait(|value| value["ev"] == "face").expect("the news");
    let change = |by, of: i64, body: &[u8]| call(&server, by, "PATCH", &format!("people/{of}"), body);
    assert_eq!(change(&rosa, bea.id, br#"{"face": null}"#).status, 403, "who keeps no order takes nothing away");
    assert_eq!(change(&bea, rosa.id, br#"{"face": "3"}"#).code(), "bad_request");
    assert_eq!(change(&bea, bea.id, br#"{"face": null}"#).status, 403, "oneself one does not keep in order");
    assert_eq!(change(&bea, rosa.id, br#"{"face": null}"#).status, 200);
    let event = other.wait(|value| value["ev"] == "face").expect("the news");
    assert_eq!(event, json!({"ev": "face", "user": rosa.id}));
    assert_eq!(numbers(&server, "select count(*) from files where hash is not null"), [0]);
    let by = "select actor from audit where deed = 'face_changed' order by id";
    assert_eq!(numbers(&server, by), [rosa.id, bea.id]);
}
