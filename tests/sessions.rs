//! Sessions: where one is signed in, and how that ends, for HTTP and WebSocket alike.

mod common;

use common::socket::Guest;
use common::{TestServer, password_of};
use serde_json::{Value, json};
use snug::chat::hub::Hub;
use snug::protocol::Role;

fn sign_in(server: &TestServer, guest: &Guest) -> Guest {
    let body = json!({"account": guest.name, "password": password_of(&guest.name)});
    let response = server.call("POST", "/api/v1/sessions", "", &body);
    assert_eq!(response.status, 201, "{}", response.text());
    Guest { cookie: response.cookie(), ..guest.clone() }
}

fn me(server: &TestServer, guest: &Guest) -> u16 {
    server.call("GET", "/api/v1/me", &guest.cookie, &Value::Null).status
}

/// One's sessions: the id of each, and of the current one.
fn sessions(server: &TestServer, guest: &Guest) -> (Vec<i64>, i64) {
    let listed = server.call("GET", "/api/v1/sessions", &guest.cookie, &Value::Null);
    assert_eq!((listed.status, listed.field("cache-control")), (200, Some("no-store")));
    let listed = listed.json()["sessions"].as_array().unwrap().clone();
    let id = |session: &Value| session["id"].as_i64().unwrap();
    let current: Vec<i64> = listed.iter().filter(|session| session["current"] == true).map(id).collect();
    assert_eq!(current.len(), 1, "{listed:?}");
    (listed.iter().map(id).collect(), current[0])
}

#[test]
fn one_sees_where_one_is_signed_in_and_nobody_elses_sessions() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    let phone = sign_in(&server, &rosa);
    let (all, here) = sessions(&server, &rosa);
    let (same, there) = sessions(&server, &phone);
    assert_eq!(all.len(), 2);
    assert!(here != there && all.iter().all(|id| same.contains(id)));
    let (beas, _) = sessions(&server, &bea);
    assert!(beas.iter().all(|id| !all.contains(id)));
    for id in [all[0], 999, i64::MAX] {
        let refused = server.call("DELETE", &format!("/api/v1/sessions/{id}"), &bea.cookie, &Value::Null);
        assert_eq!((refused.status, refused.code().as_str()), (404, "no_such_session"));
    }
    assert_eq!((me(&server, &rosa), me(&server, &phone)), (200, 200));
    assert_eq!(server.call("GET", "/api/v1/sessions", "", &Value::Null).status, 401);
}

#[test]
fn an_ended_session_can_do_nothing_more_once_that_is_answered() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let phone = sign_in(&server, &rosa);
    let (_, id) = sessions(&server, &phone);
    let mut socket = phone.connect(server.addr);
    let mut watcher = rosa.connect(server.addr);
    let ended = server.call("DELETE", &format!("/api/v1/sessions/{id}"), &rosa.cookie, &Value::Null);
    assert_eq!(ended.status, 204);
    // Sent after the answer: nobody may ever see it.
    let _ = socket.try_say(json!({"op": "send", "room": 1, "key": "late", "text": "too late"}));
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(me(&server, &phone), 401);
    assert!(phone.open(server.addr).is_err(), "no WebSocket either");
    let page = watcher.ask(json!({"op": "history", "room": 1, "after": 0}));
    assert!(!page.to_string().contains("too late"), "{page}");
    assert_eq!(me(&server, &rosa), 200);
    let again = server.call("DELETE", &format!("/api/v1/sessions/{id}"), &rosa.cookie, &Value::Null);
    assert_eq!(again.status, 404, "it has ended");
}

#[test]
fn signing_out_takes_the_cookie_and_the_connection() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut socket = rosa.connect(server.addr);
    let out = server.call("DELETE", "/api/v1/sessions/current", &rosa.cookie, &Value::Null);
    assert_eq!(out.status, 204);
    let cookie = out.field("set-cookie").expect("a cookie");
    assert!(cookie.contains("snug_session=;") && cookie.contains("Max-Age=0"), "{cookie}");
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(me(&server, &rosa), 401);
    sign_in(&server, &rosa);
}

#[test]
fn all_other_sessions_end_at_once_and_this_one_stays() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let others: Vec<Guest> = (0..3).map(|_| sign_in(&server, &rosa)).collect();
    let mut sockets: Vec<_> = others.iter().map(|other| other.connect(server.addr)).collect();
    let mut here = rosa.connect(server.addr);
    assert_eq!(server.call("DELETE", "/api/v1/sessions", &rosa.cookie, &Value::Null).status, 204);
    sockets.iter_mut().for_each(|socket| assert_eq!(socket.close_code(), Some(4401)));
    assert!(others.iter().all(|other| me(&server, other) == 401));
    here.ask(json!({"op": "ping"}));
    assert_eq!(sessions(&server, &rosa).0.len(), 1);
}

#[test]
fn no_foreign_page_ends_a_session() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    for path in ["/api/v1/sessions", "/api/v1/sessions/current", "/api/v1/sessions/1", "/api/v1/me"] {
        let wire = format!(
            "DELETE {path} HTTP/1.1\r\nHost: snug\r\nOrigin: http://evil.example\r\nCookie: {}\r\n\r\n",
            rosa.cookie
        );
        assert_eq!(server.ask(wire).status, 403, "{path}");
    }
    assert_eq!(me(&server, &rosa), 200);
}

#[test]
fn a_session_that_is_not_used_ends_and_one_in_use_goes_on() {
    let server = TestServer::start();
    let idle_ms = i64::try_from(server.hub.config.people.session_idle_ms).unwrap();
    let rosa = server.owner("Rosa");
    let phone = sign_in(&server, &rosa);
    // Both were last used almost too long ago; then one of them is.
    server.sql(&format!("update sessions set seen_at = seen_at - {idle_ms} + 60000"));
    assert_eq!(me(&server, &phone), 200, "it is noted as used");
    let since = format!("select count(*) from sessions where seen_at > created_at - {idle_ms} + 600000");
    let until = std::time::Instant::now() + common::PATIENCE;
    while server.number(&since) == 0 {
        assert!(std::time::Instant::now() < until, "a session in use is not noted as used");
    }
    // A minute and more later:
    server.sql("update sessions set seen_at = seen_at - 120000");
    assert_eq!((me(&server, &rosa), me(&server, &phone)), (401, 200));
}

#[test]
fn whoever_signs_in_everywhere_loses_the_session_not_used_for_longest() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let mut socket = rosa.connect(server.addr);
    let phone = sign_in(&server, &rosa);
    server.sql(&format!(
        "with recursive n(i) as (select 1 union all select i + 1 from n where i < 98)
         insert into sessions (id, token_hash, user_id, label, created_at, seen_at)
         select 1000 + i, 'browser ' || cast(i as text), {0}, '', s.created_at, s.seen_at from n, sessions s where s.id = 1;
         update sessions set seen_at = seen_at - 1000 where id = 1;",
        rosa.id
    ));
    assert_eq!(me(&server, &rosa), 200, "a hundred are allowed");
    let desk = sign_in(&server, &rosa);
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!((me(&server, &rosa), me(&server, &phone), me(&server, &desk)), (401, 200, 200));
    assert_eq!(server.number("select count(*) from sessions where ended_at is null"), 100);
}

#[test]
fn a_session_in_use_ends_when_its_time_is_over() {
    let server = TestServer::with(|config| {
        config.people.session_ms = 1_500;
        config.chat.hello_ms = 400;
    });
    let rosa = server.guest("Rosa");
    let guest = Guest { id: 1, name: "Rosa".into(), cookie: rosa };
    let mut socket = guest.connect(server.addr);
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(me(&server, &guest), 401);
}

/// What is done by another process reaches this one by the audit log.
#[test]
fn what_is_done_elsewhere_takes_effect_here() {
    let server = TestServer::start();
    let rosa = server.owner("Rosa");
    let bea = server.member(&rosa, "Bea");
    let mut socket = bea.connect(server.addr);
    let store = &server.hub.store;
    smol::block_on(store.set_role(bea.id, Role::Moderator, None, Hub::unix_ms())).expect("the store works");
    let told = socket.wait(|value| value["ev"] == "account").expect("an event");
    assert_eq!((&told["me"]["role"], &told["me"]["id"]), (&json!("moderator"), &json!(bea.id)));
    smol::block_on(store.set_disabled(bea.id, true, None, Hub::unix_ms())).expect("the store works");
    assert_eq!(socket.close_code(), Some(4401));
    assert_eq!(me(&server, &bea), 401);
    smol::block_on(store.set_disabled(bea.id, false, None, Hub::unix_ms())).expect("the store works");
    assert_eq!(me(&server, &bea), 401, "what has ended stays so");
    sign_in(&server, &bea);
}
