//! `docs/security.md` says what the code does: its tables of rights are those of `src/rights.rs`, its limits those in force.

use snug::chat::bans::NEVER_BANNED;
use snug::chat::quota::ACCOUNTS_AN_ADDRESS;
use snug::config::Config;
use snug::protocol::{ROLES, ROOM_KINDS, Role, RoomKind};
use snug::rights::{DEEDS, Deed, ROOM_DEEDS, RoomDeed, Standing, may, may_serve};
use snug::store::{ADDRESS_BANS_MAX, BOT_ROOMS_MAX, BOTS_PER_PERSON_MAX, SESSIONS_MAX};

const DOCUMENT: &str = include_str!("../docs/security.md");

fn in_a_room(deed: RoomDeed) -> &'static str {
    match deed {
        RoomDeed::Know => "learn that it exists",
        RoomDeed::Hear => "read it, its members, who is there",
        RoomDeed::Speak => "write",
        RoomDeed::Join => "come in by oneself",
        RoomDeed::Leave => "leave",
        RoomDeed::Bring => "bring somebody in, or a bot",
        RoomDeed::Remove => "remove somebody of a lower role",
        RoomDeed::Topic => "set the topic",
        RoomDeed::Arrange => "change name, slow mode, whether the past is shown",
        RoomDeed::Archive => "archive it",
        RoomDeed::Demolish => "delete it",
        RoomDeed::DeleteOwn => "delete one's own message",
        RoomDeed::DeleteOther => "delete somebody else's message",
        RoomDeed::Edit => "edit one's own message",
        RoomDeed::Revisions => "see what a message said before it was edited",
        RoomDeed::React => "put an emoji to a message",
        RoomDeed::Summon => "call everybody there, by `@room`",
        RoomDeed::Report => "report a message",
        RoomDeed::Link => "make links into it",
    }
}

fn on_the_server(deed: Deed) -> &'static str {
    match deed {
        Deed::ListRooms => "see the list of open rooms",
        Deed::CreateOpen => "make an open room",
        Deed::CreatePrivate => "make a private room",
        Deed::Direct => "write to somebody privately",
        Deed::ListPeople => "see who has an account",
        Deed::Invite => "make invitations, see and revoke one's own",
        Deed::KeepInvitations => "see and revoke everybody's invitations",
        Deed::KeepBots => "make bots, see and revoke one's own",
        Deed::Moderate => "mute and ban those of a lower role, ban addresses, lift bans",
        Deed::ReadReports => "read reports of rooms that one may know",
        Deed::Appoint => "give roles below one's own, disable accounts",
        Deed::ReadAudit => "read the audit log",
        Deed::OwnAccount => "change one's own name, password, sessions; export; leave",
        Deed::BecomeMember => "turn oneself into a member",
    }
}

/// Those roles in words; a role and all above it are one word.
fn who(may: impl Fn(Role) -> bool) -> Option<String> {
    let roles: Vec<Role> = ROLES.into_iter().filter(|role| may(*role)).collect();
    let least = *roles.first()?;
    Some(if roles.len() < ROLES.into_iter().filter(|role| *role >= least).count() {
        roles.into_iter().map(name).collect::<Vec<_>>().join(", ")
    } else {
        match least {
            Role::Guest => "anyone".to_owned(),
            Role::Owner => "owner".to_owned(),
            role => format!("{} and up", name(role)),
        }
    })
}

fn name(role: Role) -> &'static str {
    match role {
        Role::Guest => "guest",
        Role::Visitor => "visitor",
        Role::Member => "member",
        Role::Moderator => "moderator",
        Role::Owner => "owner",
    }
}

fn cell(deed: RoomDeed, kind: RoomKind) -> String {
    let by = |standing| who(|role| may(role, deed, kind, standing));
    let (outside, inside, maker) = (by(Standing::Outside), by(Standing::Inside), by(Standing::Maker));
    let mut words = Vec::new();
    if inside.is_some() && inside == outside {
        words.extend(inside.as_ref().map(|who| format!("{who}, inside or not")));
    } else {
        words.extend(outside.map(|who| format!("{who}, from outside")));
        words.extend(inside.as_ref().map(|who| format!("{who} inside")));
    }
    if maker != inside {
        words.extend(maker.map(|who| format!("its maker ({who})")));
    }
    if words.is_empty() { "nobody".to_owned() } else { words.join("; ") }
}

#[test]
fn the_document_has_the_table_of_rights_as_the_code_has_it() {
    let mut table = String::from("| in a room | open | private | direct |\n|---|---|---|---|\n");
    for deed in ROOM_DEEDS {
        let cells = ROOM_KINDS.map(|kind| cell(deed, kind)).join(" | ");
        table += &format!("| {} | {cells} |\n", in_a_room(deed));
    }
    assert!(DOCUMENT.contains(&table), "docs/security.md needs this table:\n{table}");
    let mut table = String::from("| on the server | who |\n|---|---|\n");
    for deed in DEEDS {
        table += &format!("| {} | {} |\n", on_the_server(deed), who(|role| may_serve(role, deed)).unwrap_or_default());
    }
    assert!(DOCUMENT.contains(&table), "docs/security.md needs this table:\n{table}");
}

#[test]
fn the_document_has_the_limits_as_they_are() {
    let config = Config::default();
    for (name, number) in [
        ("SNUG_SENDS_PER_MINUTE", u64::from(config.chat.sends_per_minute)),
        ("SNUG_ASKS_PER_MINUTE", u64::from(config.chat.asks_per_minute)),
        ("SNUG_TYPING_PER_MINUTE", u64::from(config.chat.typing_per_minute)),
        ("SNUG_JOINS_PER_MINUTE", u64::from(config.chat.joins_per_minute)),
        ("SNUG_CREATES_PER_MINUTE", u64::from(config.chat.creates_per_minute)),
        ("SNUG_REPORTS_PER_MINUTE", u64::from(config.chat.reports_per_minute)),
        ("SNUG_GUESTS_PER_MINUTE", u64::from(config.http.guests_per_minute)),
        ("SNUG_SIGN_INS_PER_MINUTE", u64::from(config.people.sign_ins_per_minute)),
        ("SNUG_SIGN_INS_PER_ADDRESS", u64::from(config.people.sign_ins_per_address)),
        ("SNUG_CONNECTIONS", config.http.connections_max as u64),
    ] {
        let is_told =
            DOCUMENT.lines().any(|line| line.contains(&format!("`{name}`")) && line.contains(&format!("| {number} |")));
        assert!(is_told, "docs/security.md does not say that {name} is {number}");
    }
    for words in [
        format!("{ADDRESS_BANS_MAX} bans by address"),
        format!("{BOTS_PER_PERSON_MAX} bots"),
        format!("{BOT_ROOMS_MAX} rooms"),
        format!("{SESSIONS_MAX} sessions"),
        format!("{ACCOUNTS_AN_ADDRESS} times as much as one"),
        format!("`{}`", NEVER_BANNED[0]),
        format!("`{}`", NEVER_BANNED[1]),
    ] {
        assert!(DOCUMENT.contains(&words), "docs/security.md does not say {words}");
    }
    for code in [4401, 4403] {
        assert!(DOCUMENT.contains(&format!("| {code} |")), "docs/security.md does not name {code}");
    }
}
