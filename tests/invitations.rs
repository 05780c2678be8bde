//! Invitations: the setup link, links to one room, links to an account, and how they end.

mod common;

use common::keeping::By;
use common::socket::{Client, Guest};
use common::{TestServer, password_of, token_of};
use serde_json::{Value, json};
use snug::chat::hub::Hub;
use snug::config::SignUp;
use snug::secret::Token;
use std::sync::Barrier;

fn accept(server: &TestServer, cookie: &str, body: Value) -> common::Response {
    server.call("POST", "/api/v1/invitations/accept", cookie, &body)
}

fn look(server: &TestServer, token: &str) -> common::Response {
    server.call("POST", "/api/v1/invitations/look", "", &json!({ "token": token }))
}

/// Makes an invitation: its id and its token.
fn invite(server: &TestServer, by: &Guest, body: Value) -> (i64, String) {
    let made = server.call("POST", "/api/v1/invitations", &by.cookie, &body);
    assert_eq!(made.status, 201, "{}", made.text());
    (made.json()["invitation"]["id"].as_i64().unwrap(), token_of(&made.json()))
}

fn room(client: &mut Client, name: &str) -> i64 {
    client.ask(json!({"op": "create", "name": name, "topic": ""}))["room"]["id"].as_i64().unwrap()
}

/// Nobody can tell why an invitation lets them in no more.
fn assert_gone(server: &TestServer, token: &str) {
    let unknown = look(server, "unknown");
    for response in [look(server, token), accept(server, "", json!({"token": token, "name": "Late"}))] {
        assert_eq!((response.status, response.code().as_str()), (404, "no_such_invitation"));
        assert_eq!(response.body, unknown.body);
    }
}

/// A setup link that dies after so many milliseconds.
fn setup_link(server: &TestServer, seed: u8, lives_ms: i64) -> String {
    let token = Token::from_random([seed; 32]);
    let now = Hub::unix_ms();
    let made = smol::block_on(server.hub.store.make_setup_link(token.hash(), now + lives_ms, now));
    made.expect("the store works").expect("there is no owner");
    token.as_str().to_owned()
}

#[test]
fn the_setup_link_makes_the_owner_once() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Closed);
    let link = setup_link(&server, 1, 60_000);
    let seen = look(&server, &link).json();
    assert_eq!((&seen["role"], &seen["signs_up"], &seen["room"]), (&json!("owner"), &json!(true), &Value::Null));
    let bare = accept(&server, "", json!({"token": link, "name": "Rosa"}));
    assert_eq!((bare.status, bare.code().as_str()), (422, "account_needed"));
    let common = accept(&server, "", json!({"token": link, "account": "rosa", "password": "password"}));
    assert_eq!((common.status, common.code().as_str()), (422, "bad_password"));
    let taken =
        accept(&server, "", json!({"token": link, "account": "rosa", "name": "Rosa", "password": "correct horse"}));
    assert_eq!(taken.status, 201, "{}", taken.text());
    assert_eq!((&taken.json()["role"], &taken.json()["room"]), (&json!("owner"), &Value::Null));
    assert_eq!(server.get("/api/v1/door").json()["setup"], false);
    assert_gone(&server, &link);
    let again = accept(&server, "", json!({"token": link, "account": "eve", "password": "correct horse"}));
    assert_eq!(again.status, 404, "a replayed link");
    let now = Hub::unix_ms();
    let more = server.hub.store.make_setup_link(Token::from_random([9; 32]).hash(), now + 60_000, now);
    assert_eq!(smol::block_on(more).expect("the store works"), None, "no link while there is an owner");
}

#[test]
fn another_setup_link_ends_the_earlier_one_and_time_ends_any() {
    let server = TestServer::start();
    let first = setup_link(&server, 1, 60_000);
    let second = setup_link(&server, 2, 60_000);
    assert_gone(&server, &first);
    assert_eq!(look(&server, &second).status, 200);
    let third = setup_link(&server, 3, 0);
    assert_gone(&server, &second);
    assert_gone(&server, &third);
}

#[test]
fn two_who_open_the_setup_link_at_once_make_one_owner() {
    let server = TestServer::start();
    let link = setup_link(&server, 1, 60_000);
    let barrier = Barrier::new(8);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (server, link, barrier) = (&server, &link, &barrier);
        let takers: Vec<_> = (0..8)
            .map(|n| {
                scope.spawn(move || {
                    barrier.wait();
                    let body = json!({"token": link, "account": format!("rosa {n}"), "password": "correct horse"});
                    accept(server, "", body).status
                })
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 1, "{statuses:?}");
    let accounts = smol::block_on(server.hub.store.accounts()).expect("the store works");
    assert_eq!(accounts.len(), 1, "nothing is left of the others: {accounts:?}");
}

#[test]
fn a_guest_is_in_the_room_of_the_link_and_nowhere_else() {
    let server = TestServer::with(|config| config.people.guests = false);
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let (_, token) = invite(&server, &rosa, json!({"role": "guest", "room": kitchen, "uses": 1, "hours": 1}));
    let seen = look(&server, &token).json();
    assert_eq!(seen["room"], json!({"id": kitchen, "name": "Kitchen"}));
    assert_eq!((&seen["role"], &seen["by"], &seen["signs_up"]), (&json!("guest"), &json!("Rosa"), &json!(false)));
    assert_eq!(accept(&server, "", json!({"token": token, "name": "\u{202e}"})).status, 422);
    assert_eq!(accept(&server, "", json!({"token": token, "name": "ROSA"})).status, 409, "the use is not lost");
    let taken = accept(&server, "", json!({"token": token, "name": "Gast"}));
    assert_eq!(taken.status, 201, "{}", taken.text());
    let gast = taken.json();
    assert_eq!((&gast["role"], &gast["account"], &gast["room"]), (&json!("guest"), &Value::Null, &json!(kitchen)));
    let joined = rosas.wait(|value| value["kind"] == "join" && value["by"]["name"] == "Gast").expect("Rosa sees it");
    assert_eq!(joined["room"], kitchen);
    let guest = Guest { id: gast["id"].as_i64().unwrap(), name: "Gast".into(), cookie: taken.cookie() };
    let mut gasts = guest.open(server.addr).expect("a WebSocket");
    let welcome = gasts.ask(json!({"op": "hello"}));
    let rooms: Vec<i64> =
        welcome["rooms"].as_array().unwrap().iter().map(|room| room["id"].as_i64().unwrap()).collect();
    assert_eq!(rooms, [kitchen], "not the lobby");
    gasts.send(kitchen, "a", "hello");
    assert_eq!(gasts.refused(json!({"op": "send", "room": 1, "key": "b", "text": "hello"})), "no_such_room");
    assert_gone(&server, &token);
    for path in ["/api/v1/invitations", "/api/v1/sessions"] {
        let status = server.call("GET", path, &guest.cookie, &Value::Null).status;
        assert_eq!(status, if path.ends_with("sessions") { 200 } else { 403 }, "{path}");
    }
}

#[test]
fn two_takers_of_the_last_use_make_one_guest() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let (_, token) = invite(&server, &rosa, json!({"role": "guest", "room": kitchen, "uses": 3, "hours": 1}));
    let barrier = Barrier::new(12);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let (server, token, barrier) = (&server, &token, &barrier);
        let takers: Vec<_> = (0..12)
            .map(|n| {
                scope.spawn(move || {
                    barrier.wait();
                    accept(server, "", json!({"token": token, "name": format!("Gast {n}")})).status
                })
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect()
    });
    assert_eq!(statuses.iter().filter(|status| **status == 201).count(), 3, "{statuses:?}");
    assert_eq!(statuses.iter().filter(|status| **status == 404).count(), 9, "{statuses:?}");
    let page = rosas.ask(json!({"op": "history", "room": kitchen, "after": 0}));
    let joins: Vec<&Value> =
        page["entries"].as_array().unwrap().iter().filter(|entry| entry["kind"] == "join").collect();
    assert_eq!(joins.len(), 4, "Rosa and three guests, each once: {joins:?}");
}

#[test]
fn a_revoked_an_expired_and_an_orphaned_link_let_nobody_in() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    let mut beas = bea.connect(server.addr);
    let kitchen = room(&mut beas, "Kitchen");
    let guest = json!({"role": "guest", "room": kitchen, "uses": 5, "hours": 1});
    let (id, revoked) = invite(&server, &bea, guest.clone());
    let revoke = |by: &Guest, id: i64| {
        server.call("DELETE", &format!("/api/v1/invitations/{id}"), &by.cookie, &Value::Null).status
    };
    let joss = server.member(&rosa, "Joss");
    assert_eq!(revoke(&joss, id), 404, "a member revokes their own only");
    assert_eq!(revoke(&bea, id), 204);
    assert_eq!(revoke(&bea, id), 404);
    assert_gone(&server, &revoked);
    let (id, kept) = invite(&server, &bea, guest.clone());
    assert_eq!(revoke(&rosa, id), 204, "the owner revokes any of an open room");
    assert_gone(&server, &kept);
    let (_, left) = invite(&server, &bea, guest.clone());
    beas.ask(json!({"op": "leave", "room": kitchen}));
    assert_gone(&server, &left);
    beas.ask(json!({"op": "join", "room": kitchen}));
    let (_, orphaned) = invite(&server, &bea, guest);
    smol::block_on(server.hub.store.set_disabled(bea.id, true, None, 1)).expect("the store works");
    assert_gone(&server, &orphaned);
    let now = Hub::unix_ms();
    let token = Token::from_random([3; 32]);
    let (role, uses) = (snug::protocol::Role::Member, 1);
    let old = snug::store::NewInvitation {
        token: token.hash(),
        role,
        room: None,
        made_by: Some(rosa.id),
        uses,
        expires_at: now,
    };
    smol::block_on(server.hub.store.invite(old, now - 1)).expect("the store works");
    assert_gone(&server, token.as_str());
}

#[test]
fn a_link_lets_nobody_in_whom_its_maker_may_not_let_in_any_more() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mona = server.invited(&rosa, json!({"role": "moderator", "uses": 1, "hours": 1}), "Mona");
    let mut monas = mona.connect(server.addr);
    let kitchen = room(&mut monas, "Kitchen");
    let links = |by: &Guest| {
        ["moderator", "member", "guest"]
            .map(|role| invite(&server, by, json!({"role": role, "room": kitchen, "uses": 5, "hours": 1})).1)
    };
    let [moderator, member, guest] = links(&mona);
    let lower = |role: &str| {
        let path = format!("people/{}", mona.id);
        assert_eq!(server.api(By::Cookie(&rosa.cookie), "PATCH", &path, Some(json!({ "role": role }))).status, 200);
    };
    lower("member");
    assert_gone(&server, &moderator);
    for token in [&member, &guest] {
        assert_eq!(look(&server, token).status, 200, "a member may make these");
    }
    lower("guest");
    for token in [&moderator, &member, &guest] {
        assert_gone(&server, token);
    }
    let asked = json!({"token": member, "account": "eve", "password": "correct horse"});
    assert_eq!(accept(&server, "", asked).status, 404);
}

#[test]
fn nobody_invites_to_more_than_they_are_or_into_rooms_they_are_not_in() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let bea = server.member(&rosa, "Bea");
    let walker = Guest { id: 0, name: "Walker".into(), cookie: server.guest("Walker") };
    let ask = |by: &Guest, body: Value| server.call("POST", "/api/v1/invitations", &by.cookie, &body);
    let with = |role: &str, room: Value| json!({"role": role, "room": room, "uses": 1, "hours": 1});
    for (name, by, body, status) in [
        ("a member makes a moderator", &bea, with("moderator", Value::Null), 403),
        ("a visitor invites", &walker, with("member", Value::Null), 403),
        ("a member links to a room that they are not in", &bea, with("guest", json!(kitchen)), 403),
        ("a room that does not exist", &bea, with("guest", json!(99)), 404),
        ("a guest without a room", &bea, with("guest", Value::Null), 422),
        ("another owner", &rosa, with("owner", Value::Null), 422),
        ("a visitor by link", &rosa, with("visitor", Value::Null), 422),
        ("no use", &rosa, json!({"role": "member", "uses": 0, "hours": 1}), 422),
        ("too many uses", &rosa, json!({"role": "member", "uses": 1_001, "hours": 1}), 422),
        ("too long", &rosa, json!({"role": "member", "uses": 1, "hours": 8_761}), 422),
        ("a member makes a member", &bea, with("member", Value::Null), 201),
        ("the owner makes a moderator", &rosa, with("moderator", json!(kitchen)), 201),
    ] {
        let response = ask(by, body);
        assert_eq!(response.status, status, "{name}: {}", response.text());
    }
    let listed =
        |by: &Guest| server.call("GET", "/api/v1/invitations", &by.cookie, &Value::Null).json()["invitations"].clone();
    assert_eq!(listed(&bea).as_array().unwrap().len(), 1, "one's own");
    assert_eq!(listed(&rosa).as_array().unwrap().len(), 2, "the owner sees all");
    assert!(!listed(&rosa).to_string().contains("token"));
}

#[test]
fn a_link_comes_with_a_picture_of_itself() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Invitation);
    let rosa = server.owner("Rosa");
    let made = server
        .call("POST", "/api/v1/invitations", &rosa.cookie, &json!({"role": "member", "uses": 2, "hours": 24}))
        .json();
    let url = made["url"].as_str().unwrap();
    assert!(url.starts_with("http://snug/#invitation="), "{url}");
    assert!(made["qr"].as_str().unwrap().starts_with("<svg xmlns="));
    let invitation = &made["invitation"];
    assert_eq!((&invitation["uses_left"], &invitation["by"]["name"]), (&json!(2), &json!("Rosa")));
    let hour = invitation["expires_at"].as_i64().unwrap() - invitation["created_at"].as_i64().unwrap();
    assert_eq!(hour, 24 * 3_600_000);
    let server = TestServer::with(|config| config.public_url = Some("https://chat.example".into()));
    let rosa = server.owner("Rosa");
    let made = server
        .call("POST", "/api/v1/invitations", &rosa.cookie, &json!({"role": "member", "uses": 1, "hours": 1}))
        .json();
    assert!(made["url"].as_str().unwrap().starts_with("https://chat.example/#invitation="));
}

#[test]
fn a_guest_turns_into_a_member_by_a_link_and_keeps_what_they_wrote() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let gast = server.invited(&rosa, json!({"role": "guest", "room": kitchen, "uses": 1, "hours": 1}), "Gast");
    let mut gasts = gast.connect(server.addr);
    gasts.send(kitchen, "a", "as a guest");
    let asked = json!({"account": "gast", "password": "correct horse"});
    assert_eq!(server.call("POST", "/api/v1/me/account", &gast.cookie, &asked).status, 403, "by invitation only");
    let (_, token) = invite(&server, &rosa, json!({"role": "member", "uses": 1, "hours": 1}));
    let mut body = asked.clone();
    body["invitation"] = json!(token);
    let risen = server.call("POST", "/api/v1/me/account", &gast.cookie, &body);
    assert_eq!(risen.status, 200, "{}", risen.text());
    assert_eq!((&risen.json()["id"], &risen.json()["role"]), (&json!(gast.id), &json!("member")));
    assert_gone(&server, &token);
    assert_eq!(gasts.wait(|value| value["ev"] == "account").unwrap()["me"]["role"], "member");
    gasts.wait(|value| value["ev"] == "joined" && value["room"]["id"] == 1).expect("members are in the lobby");
    let page = rosas.ask(json!({"op": "history", "room": kitchen, "after": 0}));
    let said = page["entries"].as_array().unwrap().iter().find(|entry| entry["text"] == "as a guest").unwrap().clone();
    assert_eq!(said["by"]["id"], gast.id);
}

#[test]
fn who_is_in_already_takes_a_link_into_the_room_only() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let bea = server.member(&rosa, "Bea");
    let mut beas = bea.connect(server.addr);
    let (_, token) = invite(&server, &rosa, json!({"role": "guest", "room": kitchen, "uses": 1, "hours": 1}));
    for round in 0..2 {
        let taken = accept(&server, &bea.cookie, json!({ "token": token }));
        if round == 1 {
            assert_eq!(taken.status, 404, "it was used");
            break;
        }
        assert_eq!(
            (taken.status, &taken.json()["role"], &taken.json()["room"]),
            (201, &json!("member"), &json!(kitchen))
        );
        assert!(taken.field("set-cookie").is_none(), "no new session");
    }
    beas.wait(|value| value["ev"] == "joined" && value["room"]["id"] == kitchen).expect("an event");
    beas.send(kitchen, "a", "here I am");
    let (_, token) = invite(&server, &rosa, json!({"role": "guest", "room": kitchen, "uses": 1, "hours": 1}));
    assert_eq!(accept(&server, &bea.cookie, json!({ "token": token })).status, 201, "in it already");
    assert_eq!(look(&server, &token).status, 200, "and so it was not used");
    let walker = server.guest("Walker");
    let (_, token) = invite(&server, &rosa, json!({"role": "member", "uses": 1, "hours": 1}));
    let bare = accept(&server, &walker, json!({ "token": token }));
    assert_eq!((bare.status, bare.code().as_str()), (422, "account_needed"));
    let risen =
        accept(&server, &walker, json!({"token": token, "account": "walker", "password": password_of("Walker")}));
    assert_eq!((risen.status, &risen.json()["role"], &risen.json()["name"]), (201, &json!("member"), &json!("Walker")));
}

#[test]
fn whoever_has_an_account_keeps_the_role_that_the_owner_gave_whatever_links_they_take() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Open);
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let (bea, joss) = (server.member(&rosa, "Bea"), server.member(&rosa, "Joss"));
    let lowered =
        server.api(By::Cookie(&rosa.cookie), "PATCH", &format!("people/{}", bea.id), Some(json!({"role": "guest"})));
    assert_eq!(lowered.status, 200, "{}", lowered.text());
    let (_, member) = invite(&server, &joss, json!({"role": "member", "uses": 2, "hours": 1}));
    let refused = accept(&server, &bea.cookie, json!({ "token": member }));
    assert_eq!((refused.status, refused.code().as_str()), (409, "has_account"));
    let asked = json!({"account": "bea", "password": "correct horse", "invitation": member});
    for body in [asked, json!({"account": "bea two", "password": "correct horse"})] {
        let refused = server.call("POST", "/api/v1/me/account", &bea.cookie, &body);
        assert_eq!((refused.status, refused.code().as_str()), (409, "has_account"), "{body}");
    }
    let (_, moderator) = invite(&server, &rosa, json!({"role": "moderator", "room": kitchen, "uses": 2, "hours": 1}));
    for (person, role) in [(&bea, "guest"), (&joss, "member")] {
        let taken = accept(&server, &person.cookie, json!({ "token": moderator }));
        assert_eq!((taken.status, &taken.json()["role"]), (201, &json!(role)), "into the room as they are");
    }
    assert_eq!(server.call("GET", "/api/v1/me", &bea.cookie, &Value::Null).json()["role"], "guest");
    let uses = server.call("GET", "/api/v1/invitations", &joss.cookie, &Value::Null).json();
    assert_eq!(uses["invitations"][0]["uses_left"], 2, "nothing was used: {uses}");
}

#[test]
fn of_many_who_turn_one_guest_into_an_account_at_once_one_does() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let gast = server.invited(&rosa, json!({"role": "guest", "room": kitchen, "uses": 1, "hours": 1}), "Gast");
    let (_, token) = invite(&server, &rosa, json!({"role": "member", "uses": 5, "hours": 1}));
    let barrier = Barrier::new(10);
    let answers: Vec<(String, u16)> = std::thread::scope(|scope| {
        let (server, token, barrier, gast) = (&server, &token, &barrier, &gast);
        let takers: Vec<_> = (0..10)
            .map(|n| {
                scope.spawn(move || {
                    let name = format!("gast {n}");
                    let body = json!({"account": name, "password": password_of(&name), "invitation": token});
                    barrier.wait();
                    let status = server.call("POST", "/api/v1/me/account", &gast.cookie, &body).status;
                    (name, status)
                })
            })
            .collect();
        takers.into_iter().map(|taker| taker.join().unwrap()).collect()
    });
    let done: Vec<&str> = answers.iter().filter(|(_, status)| *status == 200).map(|(name, _)| name.as_str()).collect();
    assert_eq!(done.len(), 1, "{answers:?}");
    assert!(answers.iter().all(|(_, status)| [200, 403, 409].contains(status)), "{answers:?}");
    let credentials = json!({"account": done[0], "password": password_of(done[0])});
    assert_eq!(server.call("POST", "/api/v1/sessions", "", &credentials).status, 201, "and that one is true");
}

#[test]
fn whoever_has_no_room_for_the_links_room_gets_nothing_of_it() {
    let server = TestServer::with(|config| config.chat.rooms_per_user_max = 2);
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let kitchen = room(&mut rosas, "Kitchen");
    let cellar = {
        let mona = server.member(&rosa, "Mona");
        let mut monas = mona.connect(server.addr);
        let cellar = room(&mut monas, "Cellar");
        invite(&server, &mona, json!({"role": "member", "room": cellar, "uses": 5, "hours": 1}))
    };
    let mut walker = Client::enter(server.addr, "Walker");
    walker.ask(json!({"op": "join", "room": kitchen}));
    let gast = server.invited(&rosa, json!({"role": "guest", "room": kitchen, "uses": 1, "hours": 1}), "Gast");
    let body = json!({"token": cellar.1, "account": "walker", "password": "correct horse"});
    for cookie in [&walker.guest.cookie, &gast.cookie] {
        let refused = accept(&server, cookie, body.clone());
        assert_eq!((refused.status, refused.code().as_str()), (409, "too_many_rooms"), "the room, and the lobby");
        let me = server.call("GET", "/api/v1/me", cookie, &Value::Null).json();
        assert_eq!(me["account"], Value::Null, "no account was made: {me}");
    }
    let uses = server.number(&format!("select uses_left from invitations where id = {}", cellar.0));
    assert_eq!(uses, 5, "nothing was used");
    walker.ask(json!({"op": "leave", "room": kitchen}));
    assert_eq!(accept(&server, &walker.guest.cookie, body).status, 201);
}

#[test]
fn whoever_was_removed_does_not_come_in_again_by_an_older_link() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut rosas = rosa.connect(server.addr);
    let attic = rosas.ask(json!({"op": "create", "name": "Attic", "topic": "", "kind": "private"}))["room"]["id"]
        .as_i64()
        .unwrap();
    let link = json!({"role": "guest", "room": attic, "uses": 9, "hours": 1});
    let (_, old) = invite(&server, &rosa, link.clone());
    let taken = accept(&server, "", json!({"token": old, "name": "Gast"}));
    let gast = Guest { id: taken.json()["id"].as_i64().unwrap(), name: "Gast".into(), cookie: taken.cookie() };
    let (_, other) = invite(&server, &rosa, link.clone());
    let unknown = accept(&server, &gast.cookie, json!({"token": "unknown"}));
    rosas.ask(json!({"op": "remove", "room": attic, "user": gast.id}));
    for token in [&old, &other] {
        let refused = accept(&server, &gast.cookie, json!({ "token": token }));
        assert_eq!((refused.status, &refused.body), (404, &unknown.body), "removed is removed");
    }
    let (_, new) = invite(&server, &rosa, link);
    assert_eq!(accept(&server, &gast.cookie, json!({ "token": new })).status, 201, "a new link is a new word");
    let mut gasts = gast.connect(server.addr);
    gasts.send(attic, "a", "here again");
    rosas.ask(json!({"op": "remove", "room": attic, "user": gast.id}));
    rosas.ask(json!({"op": "bring", "room": attic, "user": gast.id}));
    gasts.wait(|value| value["ev"] == "joined" && value["room"]["id"] == attic).expect("brought in");
    gasts.ask(json!({"op": "leave", "room": attic}));
    assert_eq!(accept(&server, &gast.cookie, json!({ "token": old })).status, 201, "who left by themselves comes back");
}

#[test]
fn where_sign_up_is_closed_no_link_makes_an_account() {
    let server = TestServer::with(|config| config.people.sign_up = SignUp::Closed);
    let rosa = server.owner("Rosa");
    let asked = json!({"role": "member", "uses": 1, "hours": 1});
    assert_eq!(server.call("POST", "/api/v1/invitations", &rosa.cookie, &asked).status, 403);
    let token = Token::from_random([3; 32]);
    let now = Hub::unix_ms();
    let (role, uses, expires_at) = (snug::protocol::Role::Member, 1, now + 60_000);
    let old =
        snug::store::NewInvitation { token: token.hash(), role, room: None, made_by: Some(rosa.id), uses, expires_at };
    smol::block_on(server.hub.store.invite(old, now)).expect("the store works");
    assert_gone(&server, token.as_str());
}
