//! The table of rights, held against a running server: every role, every operation of the protocol and of the router, every
//! kind of room, every standing in it. An operation without a row here does not compile.

mod common;

use common::people::{connected, execute, numbers, somebody};
use common::socket::{Client, Guest};
use common::{TestServer, post};
use serde_json::{Value, json};
use snug::http::request::Method;
use snug::protocol::{self, Kind, Person, ROLES, ROOM_KINDS, Request, Role, RoomId, RoomKind, UserId};
use snug::rights::{DEEDS, Deed, ROOM_DEEDS, RoomDeed, STANDINGS, Standing, may, may_serve};
use snug::store::{Author, Draft, NewDirect, NewRoom, RoomPlan};
use snug::web::keeping::Keeping;
use snug::web::router::{self, Route};

/// What stands in everything that is said, named or written where the one who walks is not: it never comes to them.
const HUSH: &str = "hush";
/// An id that no room has.
const NOWHERE: RoomId = 9_876_543_210;

/// Whom an operation is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum For {
    /// Whoever is signed in.
    All,
    /// Whoever may do that in the room.
    Room(RoomDeed),
    /// Whoever may do that on the server.
    Server(Deed),
}

/// What a request can name.
struct Scene {
    room: RoomId,
    /// Number of a message of the one who walks, and of one of somebody else.
    own: i64,
    other: i64,
    /// Somebody who is in the room.
    member: UserId,
    /// Somebody who is not.
    stranger: UserId,
    /// Makes keys and names that were never used before.
    fresh: u64,
}

/// An operation of the protocol, and one example that succeeds for whoever may.
struct Operation {
    name: &'static str,
    whom: For,
    /// Whether the room is not as before when it has been done.
    spends: bool,
    sample: fn(&Scene) -> Value,
}

macro_rules! operations {
    ($($pattern:pat => [$($whom:expr, $spends:literal, $sample:expr;)+])*) => {
        /// Every operation. Which request is which, is asked here so that none can be left out.
        fn operations() -> Vec<Operation> {
            let _every_request_has_a_row = |request: &Request| match request { $($pattern => (),)* };
            vec![$($(Operation { name: stringify!($pattern), whom: $whom, spends: $spends, sample: $sample }),+),*]
        }

        /// Whether the sample of row `name` is what the row says.
        fn is_sample_of(name: &str, request: &Request) -> bool {
            match request { $($pattern => name == stringify!($pattern),)* }
        }
    };
}

use For::{All, Room, Server};

operations! {
    Request::Hello { .. } => [All, false, |_| json!({"op": "hello"});]
    Request::Ping => [All, false, |_| json!({"op": "ping"});]
    Request::Send { .. } => [Room(RoomDeed::Speak), false, |s| json!({"op": "send", "room": s.room, "key": s.key(), "text": "hi"});]
    Request::Edit { .. } => [Room(RoomDeed::Edit), false, |s| json!({"op": "edit", "room": s.room, "seq": s.own, "key": s.key(), "text": s.key()});]
    Request::React { .. } => [Room(RoomDeed::React), false, |s| json!({"op": "react", "room": s.room, "seq": s.other, "key": s.key(), "emoji": "🍞", "on": true});]
    Request::Search { .. } => [Room(RoomDeed::Hear), false, |s| json!({"op": "search", "room": s.room, "text": "hi"});]
    Request::Entries { .. } => [Room(RoomDeed::Hear), false, |s| json!({"op": "entries", "room": s.room, "seqs": [s.other]});]
    Request::Revisions { .. } => [Room(RoomDeed::Revisions), false, |s| json!({"op": "revisions", "room": s.room, "seq": s.own});]
    Request::Level { .. } => [Room(RoomDeed::Hear), false, |s| json!({"op": "level", "room": s.room, "level": "mentions"});]
    Request::Prefs { .. } => [All, false, |_| json!({"op": "prefs", "prefs": {"sound": true}});]
    // Of whom nothing is told is asked in tests/faces.rs.
    Request::Faces { .. } | Request::Profile { .. } => [All, false, |s| json!({"op": "faces", "users": [s.stranger]});]
    Request::Topic { .. } => [Room(RoomDeed::Topic), false, |s| json!({"op": "topic", "room": s.room, "key": s.key(), "text": "hush"});]
    Request::History { .. } => [Room(RoomDeed::Hear), false, |s| json!({"op": "history", "room": s.room, "around": s.other});]
    Request::Members { .. } => [Room(RoomDeed::Hear), false, |s| json!({"op": "members", "room": s.room});]
    Request::Read { .. } => [Room(RoomDeed::Hear), false, |s| json!({"op": "read", "room": s.room, "seq": 1});]
    Request::Away { .. } => [All, false, |_| json!({"op": "away", "on": true});]
    Request::Typing { .. } => [Room(RoomDeed::Speak), false, |s| json!({"op": "typing", "room": s.room});]
    Request::Join { .. } => [Room(RoomDeed::Join), true, |s| json!({"op": "join", "room": s.room});]
    Request::Leave { .. } => [Room(RoomDeed::Leave), true, |s| json!({"op": "leave", "room": s.room});]
    Request::Bring { .. } => [Room(RoomDeed::Bring), false, |s| json!({"op": "bring", "room": s.room, "user": s.stranger});]
    Request::Remove { .. } => [Room(RoomDeed::Remove), true, |s| json!({"op": "remove", "room": s.room, "user": s.member});]
    Request::Rename { .. } => [Room(RoomDeed::Arrange), true, |s| json!({"op": "rename", "room": s.room, "key": s.key(), "text": s.key()});]
    Request::Rules { .. } => [
        Room(RoomDeed::Arrange), false, |s| json!({"op": "rules", "room": s.room, "key": s.key(), "shows_past": true});
        Room(RoomDeed::Archive), true, |s| json!({"op": "rules", "room": s.room, "key": s.key(), "archived": true});
    ]
    Request::Demolish { .. } => [Room(RoomDeed::Demolish), true, |s| json!({"op": "demolish", "room": s.room, "name": s.name()});]
    Request::Report { .. } => [Room(RoomDeed::Report), false, |s| json!({"op": "report", "room": s.room, "seq": s.other, "reason": "rude"});]
    Request::Delete { .. } => [
        Room(RoomDeed::DeleteOwn), true, |s| json!({"op": "delete", "room": s.room, "seq": s.own, "key": s.key()});
        Room(RoomDeed::DeleteOther), true, |s| json!({"op": "delete", "room": s.room, "seq": s.other, "key": s.key()});
    ]
    Request::Rooms { .. } => [Server(Deed::ListRooms), false, |_| json!({"op": "rooms"});]
    Request::People { .. } => [Server(Deed::ListPeople), false, |_| json!({"op": "people"});]
    Request::Create { .. } => [
        Server(Deed::CreateOpen), false, |s| json!({"op": "create", "name": s.key()});
        Server(Deed::CreatePrivate), false, |s| json!({"op": "create", "name": s.key(), "kind": "private"});
    ]
    Request::Direct { .. } => [Server(Deed::Direct), false, |s| json!({"op": "direct", "people": [s.stranger]});]
}

/// An operation of the router.
struct Call {
    name: &'static str,
    whom: Entry,
    method: &'static str,
    path: &'static str,
    body: Value,
    leads: fn(&Route) -> bool,
}

/// Who gets an answer from a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Entry {
    /// Everybody, signed in or not.
    Anybody,
    /// Whoever is signed in and may do that; others are refused.
    Allowed(Deed),
    /// Only programs with a token of their own; `tests/bots.rs` tries those.
    Bots,
}

macro_rules! calls {
    ($($pattern:pat => $whom:expr, $method:literal, $path:literal, $body:tt;)*) => {
        /// Every operation of the router.
        fn calls() -> Vec<Call> {
            let _every_route_has_a_row = |route: &Route| match route { $($pattern => (),)* };
            vec![$(Call {
                name: stringify!($pattern),
                whom: $whom,
                method: $method,
                path: $path,
                body: json!($body),
                leads: |route| matches!(route, $pattern),
            }),*]
        }
    };
}

use Entry::{Allowed, Anybody, Bots};

calls! {
    Route::Index => Anybody, "GET", "/", null;
    Route::Icon => Anybody, "GET", "/favicon.ico", null;
    Route::Asset => Anybody, "GET", "/assets/x", null;
    Route::Fixed => Anybody, "GET", "/sw.js", null;
    Route::Health => Anybody, "GET", "/healthz", null;
    Route::Options => Anybody, "OPTIONS", "*", null;
    Route::Door => Anybody, "GET", "/api/v1/door", null;
    Route::NewGuest => Anybody, "POST", "/api/v1/guests", {"name": "x\u{202e}"};
    Route::SignIn => Anybody, "POST", "/api/v1/sessions", {"account": "nobody", "password": "wrong wrong wrong"};
    Route::SignUp => Anybody, "POST", "/api/v1/accounts", {"account": "nobody", "password": "short"};
    Route::LookAtInvitation => Anybody, "POST", "/api/v1/invitations/look", {"token": "none"};
    Route::AcceptInvitation => Anybody, "POST", "/api/v1/invitations/accept", {"token": "none"};
    Route::SignOut => Allowed(Deed::OwnAccount), "DELETE", "/api/v1/sessions/current", null;
    Route::Socket => Allowed(Deed::OwnAccount), "GET", "/ws", null;
    Route::Me => Allowed(Deed::OwnAccount), "GET", "/api/v1/me", null;
    Route::Export => Allowed(Deed::OwnAccount), "GET", "/api/v1/me/export", null;
    Route::Sessions => Allowed(Deed::OwnAccount), "GET", "/api/v1/sessions", null;
    Route::EndSession(_) => Allowed(Deed::OwnAccount), "DELETE", "/api/v1/sessions/987654", null;
    Route::EndSessions => Allowed(Deed::OwnAccount), "DELETE", "/api/v1/sessions", null;
    Route::Rename => Allowed(Deed::OwnAccount), "PATCH", "/api/v1/me", {"name": "x\u{202e}"};
    Route::SetColour => Allowed(Deed::OwnAccount), "PUT", "/api/v1/me/face", {"colour": null};
    Route::SetPicture => Allowed(Deed::OwnAccount), "PUT", "/api/v1/me/picture", "x";
    Route::Picture(_) => Allowed(Deed::OwnAccount), "GET", "/api/v1/faces/987654", null;
    Route::ChangePassword => Allowed(Deed::OwnAccount), "PUT", "/api/v1/me/password", {"old": "x", "new": "y"};
    Route::DeleteMe => Allowed(Deed::OwnAccount), "DELETE", "/api/v1/me", {"password": "x"};
    Route::BecomeMember => Allowed(Deed::BecomeMember), "POST", "/api/v1/me/account", {"account": "x", "password": "short"};
    Route::Invitations => Allowed(Deed::Invite), "GET", "/api/v1/invitations", null;
    Route::Invite => Allowed(Deed::Invite), "POST", "/api/v1/invitations", {"role": "member", "uses": 0, "hours": 0};
    Route::RevokeInvitation(_) => Allowed(Deed::Invite), "DELETE", "/api/v1/invitations/987654", null;
    Route::Keeping(Keeping::People) => Allowed(Deed::ListPeople), "GET", "/api/v1/people", null;
    Route::Keeping(Keeping::Person(_)) => Allowed(Deed::Moderate), "PATCH", "/api/v1/people/987654", {"muted_minutes": 1};
    Route::Keeping(Keeping::Bans) => Allowed(Deed::Moderate), "GET", "/api/v1/bans", null;
    Route::Keeping(Keeping::NewBan) => Allowed(Deed::Moderate), "POST", "/api/v1/bans", {"addresses": "0.0.0.0/0"};
    Route::Keeping(Keeping::LiftBan(_)) => Allowed(Deed::Moderate), "DELETE", "/api/v1/bans/987654", null;
    Route::Keeping(Keeping::Reports) => Allowed(Deed::ReadReports), "GET", "/api/v1/reports", null;
    Route::Keeping(Keeping::Report(_)) => Allowed(Deed::ReadReports), "PATCH", "/api/v1/reports/987654", {"handled": true};
    Route::Keeping(Keeping::Audit) => Allowed(Deed::ReadAudit), "GET", "/api/v1/audit", null;
    Route::Keeping(Keeping::Bots) => Allowed(Deed::KeepBots), "GET", "/api/v1/bots", null;
    Route::Keeping(Keeping::NewBot) => Allowed(Deed::KeepBots), "POST", "/api/v1/bots", {"name": "x", "rooms": []};
    Route::Keeping(Keeping::RevokeBot(_)) => Allowed(Deed::KeepBots), "DELETE", "/api/v1/bots/987654", null;
    Route::NewFile(_) => Allowed(Deed::OwnAccount), "POST", "/api/v1/rooms/1/files", {"name": "x", "bytes": 1};
    Route::Piece(..) => Allowed(Deed::OwnAccount), "PUT", "/api/v1/files/987654/pieces/0", "x";
    Route::SealFile(_) => Allowed(Deed::OwnAccount), "POST", "/api/v1/files/987654", {};
    Route::DropFile(_) => Allowed(Deed::OwnAccount), "DELETE", "/api/v1/files/987654", null;
    Route::File(_) => Allowed(Deed::OwnAccount), "GET", "/api/v1/files/987654/x.png", null;
    Route::Keeping(Keeping::Message(_)) => Bots, "POST", "/api/v1/rooms/1/messages", {"text": "x"};
}

/// What the walk over rooms covers by HTTP, or by the list of rooms.
const ROOM_DEEDS_ELSEWHERE: [RoomDeed; 3] = [RoomDeed::Know, RoomDeed::Link, RoomDeed::Summon];

impl Scene {
    fn key(&self) -> String {
        format!("fresh {}", self.fresh)
    }

    fn name(&self) -> String {
        format!("{HUSH} {}", self.room)
    }
}

/// The people and rooms of a walk.
struct World {
    server: TestServer,
    maker: Guest,
    stranger: Guest,
    fresh: u64,
}

impl World {
    fn new() -> World {
        let server = TestServer::with(|config| {
            config.chat.sends_per_minute = 0;
            config.chat.asks_per_minute = 0;
            config.chat.searches_per_minute = 0;
            config.chat.typing_per_minute = 0;
            config.chat.joins_per_minute = 0;
            config.chat.creates_per_minute = 0;
            config.chat.reports_per_minute = 0;
            config.http.guests_per_minute = 0;
            config.chat.rooms_per_user_max = 10_000;
        });
        let maker = somebody(&server, "Maker", Role::Member);
        let stranger = somebody(&server, "Stranger", Role::Member);
        World { server, maker, stranger, fresh: 0 }
    }

    /// A room of that kind in which `walker` is that, with a message of the maker, one of the walker, if inside, and a member.
    fn scene(&mut self, walker: &Guest, kind: RoomKind, standing: Standing) -> Scene {
        let maker = if standing == Standing::Maker { walker.id } else { self.maker.id };
        let member = self.guest();
        let room =
            if kind == RoomKind::Direct { self.direct(walker, standing, member.id) } else { self.room(kind, maker) };
        let person = |guest: &Guest| Person { id: guest.id, name: guest.name.clone() };
        if kind != RoomKind::Direct {
            let rename = format!("update rooms set name = '{HUSH} {room}', topic = '{HUSH}' where id = {room}");
            execute(&self.server, &rename);
            let mut inside = vec![person(&member), person(&self.maker)];
            inside.extend((standing == Standing::Inside).then(|| person(walker)));
            for one in inside {
                let who = snug::chat::hub::Joiner::Known(one);
                smol::block_on(self.server.hub.join(room, who)).expect("they join");
            }
        }
        let own = if standing == Standing::Outside { self.maker.id } else { walker.id };
        let (own, other) = (self.say(room, own), self.say(room, self.maker.id));
        self.fresh += 1;
        Scene { room, own, other, member: member.id, stranger: self.stranger.id, fresh: self.fresh }
    }

    fn guest(&mut self) -> Guest {
        self.fresh += 1;
        somebody(&self.server, &format!("{HUSH} {}", self.fresh), Role::Guest)
    }

    fn room(&mut self, kind: RoomKind, maker: UserId) -> RoomId {
        self.fresh += 1;
        let plan = RoomPlan { name: format!("{HUSH} {}", self.fresh), topic: HUSH.into(), kind, shows_past: true };
        match smol::block_on(self.server.hub.store.create_room(plan, maker, 0, 1_000_000)) {
            Ok(NewRoom::Created(room)) => room,
            other => panic!("no room: {other:?}"),
        }
    }

    fn direct(&mut self, walker: &Guest, standing: Standing, member: UserId) -> RoomId {
        let (maker, others) = match standing {
            Standing::Outside => (self.maker.id, vec![member]),
            Standing::Inside => (self.maker.id, vec![walker.id, member]),
            Standing::Maker => (walker.id, vec![self.maker.id, member]),
        };
        match smol::block_on(self.server.hub.store.direct_room(maker, others, 0, 1_000_000)) {
            Ok(NewDirect::Created(room)) => room,
            other => panic!("no room: {other:?}"),
        }
    }

    fn say(&mut self, room: RoomId, author: UserId) -> i64 {
        self.fresh += 1;
        let draft = Draft {
            key: Some(format!("said {}", self.fresh)),
            text: Some(format!("{HUSH}, {HUSH}")),
            ..Draft::new(Author::Known(author), Kind::Message)
        };
        smol::block_on(self.server.hub.store.append(room, 0, vec![draft])).expect("it is said");
        let head = format!("select head from rooms where id = {room}");
        numbers(&self.server, &head)[0]
    }
}

/// Whether `reply` says that one may.
fn is_granted(reply: &Value) -> bool {
    reply.get("error").is_none()
}

#[test]
fn every_deed_and_every_operation_is_in_the_walk() {
    let scene = Scene { room: 7, own: 1, other: 2, member: 3, stranger: 4, fresh: 5 };
    let operations = operations();
    for operation in &operations {
        let mut sample = (operation.sample)(&scene);
        sample["id"] = json!(1);
        let (_, request) = protocol::decode(&sample.to_string()).unwrap_or_else(|problem| panic!("{problem:?}"));
        assert!(is_sample_of(operation.name, &request), "{} is not {request:?}", operation.name);
    }
    let calls = calls();
    for call in &calls {
        let method = Method::from_name(call.method);
        let route = method.and_then(|method| router::find(method, call.path).ok());
        assert!(route.as_ref().is_some_and(|route| (call.leads)(route)), "{} leads to {route:?}", call.name);
    }
    for deed in ROOM_DEEDS.into_iter().filter(|deed| !ROOM_DEEDS_ELSEWHERE.contains(deed)) {
        assert!(operations.iter().any(|operation| operation.whom == Room(deed)), "{deed:?} is not tried");
    }
    let is_tried = |deed: Deed| {
        operations.iter().any(|operation| operation.whom == Server(deed))
            || calls.iter().any(|call| call.whom == Allowed(deed))
    };
    let untried: Vec<Deed> = DEEDS.into_iter().filter(|deed| !is_tried(*deed)).collect();
    assert_eq!(untried, UNTRIED, "a deed that no operation asks for, or one that is tried by now");
}

/// Deeds that are a part of operations which others may do, too: everybody's links beside one's own, which
/// `nothing_that_is_read_or_heard...` and tests/invitations.rs try, and a role beside a mute, which tests/moderation.rs does.
const UNTRIED: [Deed; 2] = [Deed::KeepInvitations, Deed::Appoint];

/// The whole table, for one role.
fn walk(role: Role) {
    let mut world = World::new();
    let walker = somebody(&world.server, "Walker", role);
    let (mut cases, mut tried) = (Vec::new(), 0);
    for kind in ROOM_KINDS {
        for standing in STANDINGS {
            // What leaves all as it was happens in one room.
            let common = world.scene(&walker, kind, standing);
            cases.extend(operations().into_iter().filter(|one| !one.spends).map(|one| {
                world.fresh += 1;
                let Scene { room, own, other, member, stranger, .. } = common;
                (kind, standing, Scene { room, own, other, member, stranger, fresh: world.fresh }, one)
            }));
            for operation in operations().into_iter().filter(|one| one.spends) {
                cases.push((kind, standing, world.scene(&walker, kind, standing), operation));
            }
        }
    }
    let mut client = walker.connect(world.server.addr);
    for (kind, standing, scene, operation) in cases {
        let place = format!("{role:?}, {standing:?} a {kind:?} room: {}", operation.name);
        let mut request = (operation.sample)(&scene);
        if request["op"] == "hello" {
            continue;
        }
        let reply = client.reply(request.clone());
        let (granted, is_outside) = match operation.whom {
            All => (true, false),
            Server(deed) => (may_serve(role, deed), false),
            Room(deed) => (may(role, deed, kind, standing), standing == Standing::Outside),
        };
        let is_joined_already = operation.whom == Room(RoomDeed::Join) && standing != Standing::Outside;
        if is_joined_already {
            assert!(is_granted(&reply), "{place}: whoever is in may come in: {reply}");
        } else if granted {
            assert!(is_granted(&reply), "{place}: {reply}");
        } else if is_outside {
            request["room"] = json!(NOWHERE);
            let nowhere = client.reply(request);
            assert_eq!(reply["error"], nowhere["error"], "{place}: it can be told from a room that is not there");
            assert_eq!(reply["error"]["code"], "no_such_room", "{place}");
        } else {
            let code = reply["error"]["code"].as_str().unwrap_or_else(|| panic!("{place}: granted"));
            assert!(["forbidden", "not_direct"].contains(&code), "{place}: {reply}");
        }
        tried += 1;
    }
    assert!(tried > 100, "only {tried} cases");
}

#[test]
fn a_guest_may_what_the_table_says_and_nothing_else() {
    walk(Role::Guest);
}

#[test]
fn a_visitor_may_what_the_table_says_and_nothing_else() {
    walk(Role::Visitor);
}

#[test]
fn a_member_may_what_the_table_says_and_nothing_else() {
    walk(Role::Member);
}

#[test]
fn a_moderator_may_what_the_table_says_and_nothing_else() {
    walk(Role::Moderator);
}

#[test]
fn an_owner_may_what_the_table_says_and_nothing_else() {
    walk(Role::Owner);
}

fn ask(server: &TestServer, method: &str, path: &str, cookie: &str, body: &Value) -> common::Response {
    let cookie = if cookie.is_empty() { String::new() } else { format!("Cookie: {cookie}\r\n") };
    let fields = if path == "/ws" {
        let key = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
        format!("{cookie}Origin: http://snug\r\nSec-WebSocket-Protocol: snug.v1\r\n{key}\r\n")
    } else {
        format!("{cookie}Sec-Fetch-Site: same-origin\r\nContent-Type: application/json\r\n")
    };
    if body.is_null() {
        return server.ask(format!("{method} {path} HTTP/1.1\r\nHost: snug\r\n{fields}\r\n"));
    }
    server.ask(post(path, &fields, &body.to_string()).replacen("POST", method, 1))
}

#[test]
fn every_route_answers_whom_the_table_names_and_nobody_else() {
    let world = World::new();
    let server = &world.server;
    for (number, call) in calls().into_iter().enumerate() {
        let said = |response: &common::Response| match response.status {
            400.. if !response.body.is_empty() => response.json()["error"]["code"].as_str().unwrap_or("").to_owned(),
            status => status.to_string(),
        };
        let nobody = ask(server, call.method, call.path, "", &call.body);
        let is_refused = nobody.status == 401 && said(&nobody) == "no_session";
        assert_eq!(is_refused, call.whom != Anybody, "{} without a session: {}", call.name, said(&nobody));
        for role in ROLES {
            let guest = somebody(server, &format!("{role:?} {number}"), role);
            let answer = ask(server, call.method, call.path, &guest.cookie, &call.body);
            let granted = match call.whom {
                Anybody => true,
                Allowed(deed) => may_serve(role, deed),
                Bots => false,
            };
            let code = said(&answer);
            assert!(answer.status < 500, "{} as {role:?}: {code}", call.name);
            assert_eq!(code != "forbidden" && code != "no_session", granted, "{} as {role:?}: {code}", call.name);
        }
    }
}

#[test]
fn a_link_leads_only_into_a_room_that_its_maker_may_open() {
    let mut world = World::new();
    for role in ROLES {
        let walker = somebody(&world.server, &format!("Walker {role:?}"), role);
        for kind in ROOM_KINDS {
            for standing in STANDINGS {
                let scene = world.scene(&walker, kind, standing);
                let link = |room: RoomId| {
                    let body = json!({"role": "guest", "room": room, "uses": 1, "hours": 1});
                    let answer = ask(&world.server, "POST", "/api/v1/invitations", &walker.cookie, &body);
                    (answer.status, answer.json())
                };
                let (status, body) = link(scene.room);
                let place = format!("{role:?} {kind:?} {standing:?}: {status} {body}");
                let granted = may_serve(role, Deed::Invite) && may(role, RoomDeed::Link, kind, standing);
                assert_eq!(status == 201, granted, "{place}");
                if !granted && standing == Standing::Outside && kind != RoomKind::Open {
                    assert_eq!((status, body), link(NOWHERE), "{place}: it can be told from a room that is not there");
                }
            }
        }
    }
}

/// All that is read over HTTP by people.
const READ: [&str; 10] =
    ["door", "me", "me/export", "sessions", "invitations", "people", "bans", "reports", "audit", "bots"];

/// Everything that reaches somebody unasked, and everything that they may look at, while others live in closed rooms.
#[test]
fn nothing_that_is_read_or_heard_tells_of_a_room_that_one_is_not_in() {
    let mut world = World::new();
    let mut watchers: Vec<Client> =
        ROLES.into_iter().map(|role| connected(&world.server, &format!("Watcher {role:?}"), role)).collect();
    let nobody = Guest { id: 0, name: String::new(), cookie: String::new() };
    let mut rooms = Vec::new();
    for kind in [RoomKind::Private, RoomKind::Direct] {
        rooms.push(world.scene(&nobody, kind, Standing::Outside));
    }
    let mut maker = world.maker.connect(world.server.addr);
    for scene in &rooms {
        for operation in operations() {
            let is_said = matches!(operation.whom, Room(deed) if deed != RoomDeed::Demolish && deed != RoomDeed::Leave);
            let mut request = (operation.sample)(scene);
            if is_said && request["op"] != "bring" {
                request["text"] = json!(format!("{HUSH} {}", operation.name));
                maker.reply(request);
            }
        }
        maker.ask(json!({"op": "ping"}));
    }
    let closed: Vec<RoomId> = rooms.iter().map(|scene| scene.room).collect();
    let link = json!({"role": "guest", "room": closed[0], "uses": 5, "hours": 1});
    let link = ask(&world.server, "POST", "/api/v1/invitations", &world.maker.cookie, &link).json();
    let link = link["invitation"]["id"].as_i64().unwrap();
    let bot = json!({"name": "Listener", "rooms": [closed[0]]});
    assert_eq!(ask(&world.server, "POST", "/api/v1/bots", &world.maker.cookie, &bot).status, 201);
    for watcher in &mut watchers {
        let mut heard = watcher.all_until_now();
        for op in ["rooms", "members", "history"] {
            heard.push(watcher.reply(json!({"op": op, "room": 1, "after": 0})));
        }
        let mut again = watcher.guest.open(world.server.addr).unwrap();
        let welcome =
            again.ask(json!({"op": "hello", "cursors": {closed[0].to_string(): 1, closed[1].to_string(): 1}}));
        heard.extend(welcome["rooms"].as_array().unwrap().iter().filter(|room| room["made"] != true).cloned());
        heard.extend(again.all_until_now());
        for path in READ {
            let answer = ask(&world.server, "GET", &format!("/api/v1/{path}"), &watcher.guest.cookie, &Value::Null);
            heard.push(answer.json());
        }
        let path = format!("/api/v1/invitations/{link}");
        let revoked = ask(&world.server, "DELETE", &path, &watcher.guest.cookie, &Value::Null);
        assert!(
            [403, 404].contains(&revoked.status),
            "{} revokes a link of a room they are not in",
            watcher.guest.name
        );
        heard.push(revoked.json());
        for value in &heard {
            let text = value.to_string();
            assert!(!text.contains(&format!("{HUSH} {}\"", closed[0])), "{}: {text}", watcher.guest.name);
            assert!(!text.contains(&format!("\"room\":{{\"id\":{}", closed[0])), "{}: {text}", watcher.guest.name);
            assert!(!text.contains(&format!("{HUSH},")), "{}: {text}", watcher.guest.name);
            assert!(!text.contains(&format!("\"topic\":\"{HUSH}")), "{}: {text}", watcher.guest.name);
            for room in &closed {
                assert!(!text.contains(&format!("\"room\":{room}")), "{}: {text}", watcher.guest.name);
                assert!(!text.contains(&format!("\"id\":{room},")), "{}: {text}", watcher.guest.name);
            }
        }
    }
    // Nor does it take a name away.
    let created = watchers[1].reply(json!({"op": "create", "name": rooms[0].name()}));
    assert!(is_granted(&created), "{created}");
}
