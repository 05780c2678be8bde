//! Programs with a token: what they may, and that it is no more than that.

mod common;

use common::TestServer;
use common::keeping::{By, ban_of};
use common::socket::{Client, Guest};
use serde_json::{Value, json};
use std::net::TcpStream;
use tungstenite::client::IntoClientRequest;

const LOBBY: i64 = 1;

/// Makes a bot for the lobby; its token and its token's id.
fn make(server: &TestServer, maker: &Guest, name: &str) -> (String, i64) {
    let made = server.api(By::Cookie(&maker.cookie), "POST", "bots", Some(json!({"name": name, "rooms": [LOBBY]})));
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["bot"]["user"]["name"], &made["bot"]["rooms"][0]["name"]), (&json!(name), &json!("Lobby")));
    (made["token"].as_str().unwrap().to_owned(), made["bot"]["id"].as_i64().unwrap())
}

fn say(server: &TestServer, token: &str, room: i64, body: Value) -> (u16, Value) {
    let response = server.api(By::Token(token), "POST", &format!("rooms/{room}/messages"), Some(body));
    (response.status, response.json())
}

/// Opens a WebSocket with these fields and no others.
fn open(server: &TestServer, fields: &[(&'static str, &str)]) -> Result<tungstenite::WebSocket<TcpStream>, u16> {
    let mut request = format!("ws://{}/ws", server.addr).into_client_request().unwrap();
    request.headers_mut().insert("sec-websocket-protocol", "snug.v1".parse().unwrap());
    for (name, value) in fields {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    let stream = TcpStream::connect(server.addr).unwrap();
    stream.set_read_timeout(Some(common::PATIENCE)).unwrap();
    match tungstenite::client(request, stream) {
        Ok((socket, _)) => Ok(socket),
        Err(tungstenite::HandshakeError::Failure(tungstenite::Error::Http(response))) => {
            Err(response.status().as_u16())
        }
        Err(problem) => panic!("{problem}"),
    }
}

#[test]
fn a_bot_writes_with_one_request_and_everybody_sees_it_once() {
    let server = TestServer::start();
    let rosa = server.person("Rosa", 2);
    let (token, _) = make(&server, &rosa, "Thermometer");
    let mut bea = Client::enter(server.addr, "Bea");
    let (status, stored) = say(&server, &token, LOBBY, json!({"text": "21 degrees", "key": "noon"}));
    assert_eq!(status, 201, "{stored}");
    let entry = bea.event_of("entry", LOBBY);
    assert_eq!((&entry["seq"], &entry["at"]), (&stored["seq"], &stored["at"]));
    assert_eq!((&entry["by"]["name"], &entry["text"]), (&json!("Thermometer"), &json!("21 degrees")));

    assert_eq!(say(&server, &token, LOBBY, json!({"text": "again", "key": "noon"})), (201, stored.clone()));
    let (_, next) = say(&server, &token, LOBBY, json!({"text": "22 degrees"}));
    assert_eq!(next["seq"], json!(stored["seq"].as_i64().unwrap() + 1), "the same key is one message");
    assert_eq!(bea.event_of("entry", LOBBY)["text"], "22 degrees");
    assert_eq!(server.gets(By::Token(&token), "me")["role"], "guest");

    for (body, expected) in [
        (json!({"text": "  "}), (422, "text_empty")),
        (json!({"text": "x".repeat(8_001)}), (422, "text_too_long")),
        (json!({"text": "x", "key": ""}), (400, "bad_request")),
        (json!({"text": "x", "key": "k".repeat(65)}), (400, "bad_request")),
        (json!({"text": 7}), (400, "bad_request")),
        (json!([]), (400, "bad_request")),
    ] {
        let (status, answer) = say(&server, &token, LOBBY, body.clone());
        assert_eq!((status, answer["error"]["code"].as_str().unwrap()), expected, "{body}");
    }
}

#[test]
fn a_bot_is_in_the_rooms_that_its_maker_put_it_into_and_nowhere_else() {
    let server = TestServer::start();
    let rosa = server.person("Rosa", 2);
    let mut bea = Client::enter(server.addr, "Bea");
    let kitchen = bea.ask(json!({"op": "create", "name": "Kitchen"}))["room"]["id"].as_i64().unwrap();
    let (token, _) = make(&server, &rosa, "Thermometer");
    let (closed, unknown) =
        (say(&server, &token, kitchen, json!({"text": "x"})), say(&server, &token, 999, json!({"text": "x"})));
    assert_eq!((closed.0, &closed.1), (404, &unknown.1), "a room that it is not in is no room");
    assert_eq!(closed.1["error"]["code"], "no_such_room");
    let post = |rooms: Value, name: &str| {
        server.refused(By::Cookie(&rosa.cookie), "POST", "bots", Some(json!({"name": name, "rooms": rooms})))
    };
    assert_eq!(post(json!([LOBBY, kitchen]), "Spy"), (404, "no_such_room".to_owned()), "its maker must be in them");
    assert_eq!(post(json!([999]), "Spy"), (404, "no_such_room".to_owned()));
    assert_eq!(post(json!([]), "Spy"), (400, "bad_request".to_owned()));
    assert_eq!(post(json!((1..=21).collect::<Vec<i64>>()), "Spy"), (400, "bad_request".to_owned()));
    assert_eq!(post(json!([LOBBY]), "BEA"), (409, "name_taken".to_owned()));
    assert_eq!(post(json!([LOBBY]), "a\u{202e}b"), (422, "bad_name".to_owned()));
    server.sql(&format!("update rooms set kind = 2 where id = {kitchen}"));
    server.sql(&format!(
        "insert into memberships (room_id, user_id, since_seq, read_seq, joined_at) values ({kitchen}, {}, 1, 0, 0)",
        rosa.id
    ));
    assert_eq!(post(json!([kitchen]), "Spy"), (403, "forbidden".to_owned()), "nobody is brought into a private talk");
    assert_eq!(server.gets(By::Cookie(&rosa.cookie), "bots")["bots"].as_array().unwrap().len(), 1);
}

#[test]
fn a_bots_token_is_no_cookie_and_a_cookie_is_no_token() {
    let server = TestServer::start();
    let owner = server.person("Rosa", 4);
    let (token, _) = make(&server, &owner, "Thermometer");
    let as_cookie = format!("snug_session={token}");
    let as_token = owner.cookie.split_once('=').unwrap().1;
    for (method, path) in [
        ("GET", "people"),
        ("GET", "bots"),
        ("GET", "bans"),
        ("GET", "reports"),
        ("GET", "audit"),
        ("POST", "bots"),
        ("POST", "bans"),
        ("PATCH", "people/1"),
        ("PATCH", "reports/1"),
        ("DELETE", "bots/1"),
    ] {
        let body = (method != "GET" && method != "DELETE").then(|| json!({}));
        for by in [By::Token(&token), By::Cookie(&as_cookie), By::Token(as_token)] {
            assert_eq!(
                server.refused(by, method, path, body.clone()),
                (401, "no_session".to_owned()),
                "{method} {path} {by:?}"
            );
        }
    }
    assert_eq!(server.refused(By::Cookie(&as_cookie), "GET", "me", None).0, 401);
    assert_eq!(server.refused(By::Token(as_token), "GET", "me", None).0, 401);
    let text = Some(json!({"text": "x"}));
    for by in
        [By::Cookie(&as_cookie), By::Cookie(&owner.cookie), By::Token(as_token), By::Token("nonsense"), By::Nobody]
    {
        assert_eq!(
            server.refused(by, "POST", "rooms/1/messages", text.clone()),
            (401, "no_session".to_owned()),
            "{by:?}"
        );
    }
}

#[test]
fn a_bot_has_a_websocket_without_an_origin_until_its_token_is_revoked() {
    let server = TestServer::start();
    let owner = server.person("Rosa", 4);
    let (token, id) = make(&server, &owner, "Thermometer");
    let bearer = format!("Bearer {token}");
    let origin = format!("http://{}", server.addr);
    let human = format!("Bearer {}", owner.cookie.split_once('=').unwrap().1);
    assert_eq!(open(&server, &[("cookie", &owner.cookie)]).err(), Some(403), "a cookie needs an origin");
    assert_eq!(open(&server, &[("authorization", "Bearer nonsense")]).err(), Some(401));
    assert_eq!(open(&server, &[("authorization", &human)]).err(), Some(401));
    assert_eq!(open(&server, &[("authorization", "Basic abc")]).err(), Some(403));
    assert_eq!(open(&server, &[("authorization", &bearer), ("origin", "http://evil.example")]).err(), Some(403));
    assert_eq!(open(&server, &[("cookie", &format!("snug_session={token}")), ("origin", &origin)]).err(), Some(401));

    let mut socket = open(&server, &[("authorization", &bearer)]).expect("a WebSocket");
    socket.send(tungstenite::Message::text(json!({"op": "hello", "id": 1}).to_string())).unwrap();
    let welcome: Value = serde_json::from_str(socket.read().unwrap().to_text().unwrap()).unwrap();
    assert_eq!(welcome["result"]["me"]["role"], "guest");
    assert_eq!(welcome["result"]["rooms"].as_array().unwrap().len(), 1);

    let mut bea = Client::enter(server.addr, "Bea");
    assert_eq!(server.api(By::Cookie(&owner.cookie), "DELETE", &format!("bots/{id}"), None).status, 204);
    let code = loop {
        if let tungstenite::Message::Close(frame) = socket.read().expect("a close in order") {
            break frame.map(|frame| u16::from(frame.code));
        }
    };
    assert_eq!(code, Some(4401));
    assert_eq!(say(&server, &token, LOBBY, json!({"text": "x"})).0, 401);
    let left = bea.wait(|event| event["ev"] == "entry" && event["kind"] == "leave").unwrap();
    assert_eq!(left["by"]["name"], "Thermometer", "it is in no room any more");
    assert_eq!(server.gets(By::Cookie(&owner.cookie), "bots")["bots"], json!([]));
    assert_eq!(server.refused(By::Cookie(&owner.cookie), "DELETE", &format!("bots/{id}"), None).0, 404);
    make(&server, &owner, "Thermometer");
}

#[test]
fn a_bot_goes_with_its_maker() {
    let server = TestServer::start();
    let owner = server.person("Rosa", 4);
    let mut bea = server.person("Bea", 2).connect(server.addr);
    for (name, method, path, body) in [
        ("Banned", "POST", "bans", None),
        ("Disabled", "PATCH", "people", Some(json!({"disabled": true}))),
        ("Lowered", "PATCH", "people", Some(json!({"role": "guest"}))),
    ] {
        let maker = server.person(name, 2);
        let (token, _) = make(&server, &maker, &format!("Bot of {name}"));
        assert_eq!(say(&server, &token, LOBBY, json!({"text": "here"})).0, 201);
        let path = if path == "people" { format!("people/{}", maker.id) } else { path.to_owned() };
        let done = server.api(By::Cookie(&owner.cookie), method, &path, body.or_else(|| Some(ban_of(&maker))));
        assert!(done.status < 300, "{}", done.text());
        assert_eq!(say(&server, &token, LOBBY, json!({"text": "still here"})).0, 401, "{name}");
        let bot = format!("Bot of {name}");
        let left = bea.wait(|event| event["kind"] == "leave" && event["by"]["name"] == bot.as_str());
        assert_eq!(left.expect("a leave")["room"], LOBBY, "{name}: it is in no room any more");
        assert_eq!(
            server.gets(By::Cookie(&bea.guest.cookie), &format!("people?q={}", bot.replace(' ', "+")))["people"],
            json!([])
        );
        make(&server, &owner, &bot);
    }
    assert_eq!(server.deeds(&owner).iter().filter(|deed| *deed == "bot_revoked").count(), 3);
}

#[test]
fn nobody_sees_or_revokes_somebody_elses_bot_or_has_too_many() {
    let server = TestServer::with(|config| {
        config.chat.asks_per_minute = 0;
        config.chat.creates_per_minute = 0;
    });
    let (rosa, bea) = (server.person("Rosa", 4), server.person("Bea", 2));
    let (_, id) = make(&server, &bea, "Bot 0");
    assert_eq!(server.gets(By::Cookie(&rosa.cookie), "bots")["bots"], json!([]));
    let path = format!("bots/{id}");
    assert_eq!(server.refused(By::Cookie(&rosa.cookie), "DELETE", &path, None), (404, "no_such_bot".to_owned()));
    for number in 1..20 {
        make(&server, &bea, &format!("Bot {number}"));
    }
    let body = Some(json!({"name": "One more", "rooms": [LOBBY]}));
    assert_eq!(server.refused(By::Cookie(&bea.cookie), "POST", "bots", body), (409, "too_many_bots".to_owned()));
}

#[test]
fn bots_and_links_are_not_made_and_revoked_faster_than_rooms() {
    let server = TestServer::with(|config| config.chat.creates_per_minute = 8);
    for (name, method, path, body) in [
        ("Anna", "POST", "bots", Some(json!({"name": "Anna", "rooms": [LOBBY]}))),
        ("Bea", "DELETE", "bots/99", None),
        ("Cleo", "DELETE", "invitations/99", None),
    ] {
        let person = server.person(name, 2);
        let ask = || server.api(By::Cookie(&person.cookie), method, path, body.clone());
        let refused = (0..20).map(|_| ask()).find(|response| response.status == 429);
        let refused = refused.unwrap_or_else(|| panic!("{method} {path} has no limit"));
        assert_eq!(refused.code(), "rate_limited");
        assert!(refused.json()["error"]["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0), "{}", refused.text());
    }
}

#[test]
fn a_bot_that_writes_too_fast_is_told_when_to_go_on() {
    let server = TestServer::with(|config| config.chat.sends_per_minute = 8);
    let rosa = server.person("Rosa", 2);
    let (token, _) = make(&server, &rosa, "Thermometer");
    let response = loop {
        let response = server.api(By::Token(&token), "POST", "rooms/1/messages", Some(json!({"text": "x"})));
        if response.status != 201 {
            break response;
        }
    };
    assert_eq!((response.status, response.code().as_str()), (429, "rate_limited"));
    assert!(response.json()["error"]["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0));
    assert!(response.field("retry-after").is_some());
}

#[test]
fn a_bot_that_is_muted_or_too_early_or_too_late_in_a_room_is_told_so() {
    let server = TestServer::start();
    let owner = server.person("Rosa", 4);
    let (token, _) = make(&server, &owner, "Thermometer");
    let mut rosa = owner.connect(server.addr);
    let text = |key: &str| json!({"text": "x", "key": key});
    let code = |answer: &Value| answer["error"]["code"].as_str().unwrap_or_default().to_owned();
    let (_, first) = say(&server, &token, LOBBY, text("first"));

    rosa.ask(json!({"op": "rules", "room": LOBBY, "key": "slow", "slow_ms": 60_000}));
    assert_eq!(say(&server, &token, LOBBY, text("second")).0, 201);
    let (status, answer) = say(&server, &token, LOBBY, text("third"));
    assert_eq!((status, code(&answer)), (429, "slow_mode".to_owned()));
    assert!(answer["error"]["retry_after_ms"].as_u64().is_some_and(|ms| ms > 0));

    rosa.ask(json!({"op": "rules", "room": LOBBY, "key": "shut", "slow_ms": 0, "archived": true}));
    let (status, answer) = say(&server, &token, LOBBY, text("fourth"));
    assert_eq!((status, code(&answer)), (409, "archived".to_owned()));
    assert_eq!(say(&server, &token, LOBBY, text("first")), (201, first), "what was stored is acknowledged for ever");

    rosa.ask(json!({"op": "rules", "room": LOBBY, "key": "open", "archived": false}));
    let bot = server.gets(By::Token(&token), "me")["id"].clone();
    let muted =
        server.api(By::Cookie(&owner.cookie), "PATCH", &format!("people/{bot}"), Some(json!({"muted_minutes": 5})));
    assert_eq!(muted.status, 200, "{}", muted.text());
    let (status, answer) = say(&server, &token, LOBBY, text("fifth"));
    assert_eq!((status, code(&answer)), (403, "muted".to_owned()));
}
