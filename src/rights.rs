//! Who may do what, and where: the one table that HTTP and WebSocket both ask.
//!
//! Pure. [`may`] is an exhaustive match: a deed, a role or a kind of room that is added does not compile before somebody has
//! said who may. `tests/privacy.rs` walks all of it against a running server.

use crate::protocol::{Role, RoomKind};

/// What somebody is to a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Not in it. To whom a private or direct room is thereby no room at all.
    Outside,
    /// In it.
    Inside,
    /// In it, and has made it.
    Maker,
}

/// All standings.
pub const STANDINGS: [Standing; 3] = [Standing::Outside, Standing::Inside, Standing::Maker];

/// What is done in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RoomDeed {
    /// Learn that the room exists, by any way at all.
    Know,
    /// Get its entries, members, presence, typing and unread count.
    Hear,
    /// Write a message, say that one is typing.
    Speak,
    /// Become a member by oneself.
    Join,
    /// Be one no longer.
    Leave,
    /// Bring somebody in.
    Bring,
    /// Take somebody out.
    Remove,
    /// Set the topic.
    Topic,
    /// Change the name, slow mode, whether the past is shown.
    Arrange,
    /// Make it read-only, or undo that.
    Archive,
    /// Delete it with all that was said.
    Demolish,
    /// Delete a message of one's own.
    DeleteOwn,
    /// Delete a message of somebody else.
    DeleteOther,
    /// Give a message of one's own another text.
    Edit,
    /// See what a message said before it was edited.
    Revisions,
    /// Put an emoji to a message, and take it away again.
    React,
    /// Call everybody in the room, by `@room`.
    Summon,
    /// Show a message to the moderators.
    Report,
    /// Make links that lead into it.
    Link,
}

/// All that is done in a room.
pub const ROOM_DEEDS: [RoomDeed; 19] = [
    RoomDeed::Know,
    RoomDeed::Hear,
    RoomDeed::Speak,
    RoomDeed::Join,
    RoomDeed::Leave,
    RoomDeed::Bring,
    RoomDeed::Remove,
    RoomDeed::Topic,
    RoomDeed::Arrange,
    RoomDeed::Archive,
    RoomDeed::Demolish,
    RoomDeed::DeleteOwn,
    RoomDeed::DeleteOther,
    RoomDeed::Edit,
    RoomDeed::Revisions,
    RoomDeed::React,
    RoomDeed::Summon,
    RoomDeed::Report,
    RoomDeed::Link,
];

/// Whether somebody of that role and standing may do that in a room of that kind. What concerns the whole server is
/// [`may_serve`]'s.
pub fn may(role: Role, deed: RoomDeed, kind: RoomKind, standing: Standing) -> bool {
    use RoomDeed::*;
    let is_inside = standing != Standing::Outside;
    match deed {
        Know => is_inside || (kind == RoomKind::Open && role >= Role::Visitor),
        Join => !is_inside && kind == RoomKind::Open && role >= Role::Visitor,
        Hear | Speak | DeleteOwn | Edit | React | Report => is_inside,
        // A direct room is its people's for ever; leaving one would leave the others with somebody who does not hear.
        Leave => is_inside && kind != RoomKind::Direct,
        Topic => is_inside && kind != RoomKind::Direct && role >= Role::Visitor,
        Bring => is_inside && kind != RoomKind::Direct && role >= Role::Member,
        Link => is_inside && kind != RoomKind::Direct && role >= Role::Member,
        Remove | Arrange | Archive => is_inside && kind != RoomKind::Direct && keeps(role, standing),
        DeleteOther | Revisions => is_inside && role >= Role::Moderator,
        // In an open room that is the whole server, perhaps.
        Summon => is_inside && if kind == RoomKind::Open { keeps(role, standing) } else { role >= Role::Visitor },
        // An open room is the whole server's; a private one also its maker's.
        Demolish => match kind {
            RoomKind::Open => is_inside && role == Role::Owner,
            RoomKind::Private => is_inside && (role == Role::Owner || standing == Standing::Maker),
            RoomKind::Direct => false,
        },
    }
}

/// Whether somebody keeps order in a room that they are in.
fn keeps(role: Role, standing: Standing) -> bool {
    match standing {
        Standing::Outside => false,
        Standing::Inside => role >= Role::Moderator,
        Standing::Maker => role >= Role::Visitor,
    }
}

/// What concerns the whole server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    /// See the list of open rooms.
    ListRooms,
    /// Make an open room.
    CreateOpen,
    /// Make a private room.
    CreatePrivate,
    /// Begin a direct room.
    Direct,
    /// See who has an account.
    ListPeople,
    /// Make an invitation, and see and revoke one's own.
    Invite,
    /// See and revoke everybody's invitations.
    KeepInvitations,
    /// Make bots for rooms that one is in, and see and revoke one's own.
    KeepBots,
    /// Mute somebody of a lower role, end it, ban, lift a ban, see the bans.
    Moderate,
    /// Read reports of rooms that one is in, and mark them handled.
    ReadReports,
    /// Give a role below one's own, disable or enable an account.
    Appoint,
    /// Read the audit log.
    ReadAudit,
    /// Change one's own account: shown name, password, sessions, export, deletion.
    OwnAccount,
    /// Turn oneself, who has no account, into a member.
    BecomeMember,
}

/// All that concerns the whole server.
pub const DEEDS: [Deed; 14] = [
    Deed::ListRooms,
    Deed::CreateOpen,
    Deed::CreatePrivate,
    Deed::Direct,
    Deed::ListPeople,
    Deed::Invite,
    Deed::KeepInvitations,
    Deed::KeepBots,
    Deed::Moderate,
    Deed::ReadReports,
    Deed::Appoint,
    Deed::ReadAudit,
    Deed::OwnAccount,
    Deed::BecomeMember,
];

/// Whether somebody of that role may do what concerns the whole server.
pub fn may_serve(role: Role, deed: Deed) -> bool {
    match deed {
        Deed::ListRooms | Deed::CreateOpen => role >= Role::Visitor,
        Deed::CreatePrivate | Deed::Direct | Deed::ListPeople | Deed::Invite | Deed::KeepBots => role >= Role::Member,
        Deed::KeepInvitations | Deed::Moderate | Deed::ReadReports => role >= Role::Moderator,
        Deed::Appoint | Deed::ReadAudit => role == Role::Owner,
        Deed::OwnAccount => true,
        Deed::BecomeMember => role <= Role::Visitor,
    }
}

/// Whether `by` may be stern with `whom`: mute, ban, remove, disable. Nobody is with an equal, but for the owner.
pub fn outranks(by: Role, whom: Role) -> bool {
    by > whom && by >= Role::Moderator
}

/// Whether somebody who may remove people from a room may remove one of that role: who keeps order on the server whoever
/// they outrank, who has made the room whoever does not outrank them.
pub fn may_remove(by: Role, standing: Standing, whom: Role) -> bool {
    outranks(by, whom) || (standing == Standing::Maker && whom <= by)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{ROLES, ROOM_KINDS};

    /// Whatever the table says, these hold: they are the promises of docs/security.md.
    #[test]
    fn nobody_outside_a_closed_room_may_do_anything_there() {
        for role in ROLES {
            for deed in ROOM_DEEDS {
                for kind in [RoomKind::Private, RoomKind::Direct] {
                    assert!(!may(role, deed, kind, Standing::Outside), "{role:?} {deed:?} {kind:?}");
                }
                if deed != RoomDeed::Know && deed != RoomDeed::Join {
                    assert!(!may(role, deed, RoomKind::Open, Standing::Outside), "{role:?} {deed:?}");
                }
            }
        }
    }

    #[test]
    fn a_guest_has_the_rooms_that_they_were_let_into_and_nothing_else() {
        for kind in ROOM_KINDS {
            for deed in ROOM_DEEDS {
                assert!(!may(Role::Guest, deed, kind, Standing::Outside), "{deed:?} {kind:?}");
            }
        }
        let theirs: Vec<Deed> = DEEDS.into_iter().filter(|deed| may_serve(Role::Guest, *deed)).collect();
        assert_eq!(theirs, [Deed::OwnAccount, Deed::BecomeMember]);
    }

    #[test]
    fn a_higher_role_may_whatever_a_lower_one_may() {
        for (low, high) in ROLES.into_iter().zip(ROLES.into_iter().skip(1)) {
            for deed in ROOM_DEEDS {
                for kind in ROOM_KINDS {
                    for standing in STANDINGS {
                        assert!(
                            !may(low, deed, kind, standing) || may(high, deed, kind, standing),
                            "{high:?} {deed:?}"
                        );
                    }
                }
            }
            for deed in DEEDS.into_iter().filter(|deed| *deed != Deed::BecomeMember) {
                assert!(!may_serve(low, deed) || may_serve(high, deed), "{high:?} {deed:?}");
            }
        }
    }

    #[test]
    fn nobody_is_stern_with_an_equal() {
        for role in ROLES {
            assert!(!outranks(role, role));
            assert!(!outranks(Role::Member, role));
        }
        assert!(outranks(Role::Owner, Role::Moderator) && outranks(Role::Moderator, Role::Guest));
    }
}
