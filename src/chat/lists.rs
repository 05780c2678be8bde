//! What one WebSocket's client looks up: pages of a room's log, who is in it, which rooms and people there are.

use super::quota::Quota;
use super::session::Session;
use crate::protocol::{Entry, Error, Listed, Outcome, PAGE_ENTRIES_MAX, Page, Presence, RoomId, Seq, UserId};
use crate::rights::{Deed, RoomDeed};
use crate::secret;
use crate::store::{Profile, Which};

/// Bytes of text of one history page, after which it is cut short: what one answer may cost.
const PAGE_BYTES_MAX: usize = 256 << 10;

impl Session {
    pub(super) async fn history(&mut self, room: RoomId, page: Page, limit: usize) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Hear)?;
        self.take(Quota::Ask)?;
        let found = self.hub.store.page_of(room, page, limit, self.account.id).await;
        let slice = found.map_err(|problem| self.storage_error(&problem))?.ok_or_else(Error::no_such_room)?;
        Ok(Outcome::History { room, head: slice.head, entries: cut(slice.entries, page) })
    }

    pub(super) async fn entries(&mut self, room: RoomId, seqs: &[Seq]) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Hear)?;
        self.take(Quota::Ask)?;
        let found = self.hub.store.some_entries(room, seqs, self.account.id).await;
        let entries = found.map_err(|problem| self.storage_error(&problem))?;
        Ok(Outcome::Entries { room, entries: cut(entries, Page::After(0)) })
    }

    pub(super) async fn revisions(&mut self, room: RoomId, seq: Seq) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Revisions)?;
        self.take(Quota::Ask)?;
        let found = self.hub.store.revisions(room, seq, self.account.id).await;
        Ok(Outcome::Revisions { revisions: found.map_err(|problem| self.storage_error(&problem))? })
    }

    pub(super) async fn members(&mut self, room: RoomId, after: UserId) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Hear)?;
        self.take(Quota::Ask)?;
        let found = self.hub.store.member_page(room, after, PAGE_ENTRIES_MAX + 1, self.account.id).await;
        let mut members = found.map_err(|problem| self.storage_error(&problem))?;
        let more = members.len() > PAGE_ENTRIES_MAX;
        members.truncate(PAGE_ENTRIES_MAX);
        members.iter_mut().for_each(|member| member.presence = self.hub.locate(member.id, member.presence));
        Ok(Outcome::Members { members, more })
    }

    pub(super) async fn rooms(&mut self, after: RoomId) -> Result<Outcome, Error> {
        self.may_serve(Deed::ListRooms)?;
        self.take(Quota::Ask)?;
        let found = self.hub.store.rooms(self.account.id, after, PAGE_ENTRIES_MAX + 1).await;
        let mut rooms = found.map_err(|problem| self.storage_error(&problem))?;
        let more = rooms.len() > PAGE_ENTRIES_MAX;
        rooms.truncate(PAGE_ENTRIES_MAX);
        Ok(Outcome::Rooms { rooms, more })
    }

    pub(super) async fn people(&mut self, after: UserId, q: &str) -> Result<Outcome, Error> {
        self.may_serve(Deed::ListPeople)?;
        self.take(Quota::Ask)?;
        let (me, part) = (self.account.id, secret::fold(q));
        let found = self.hub.store.people(me, Which::SeenPeople, after, &part, PAGE_ENTRIES_MAX + 1).await;
        let mut found = found.map_err(|problem| self.storage_error(&problem))?;
        let more = found.len() > PAGE_ENTRIES_MAX;
        found.truncate(PAGE_ENTRIES_MAX);
        let listed = |Profile { id, name, role, here_at, .. }| {
            let presence = self.hub.locate(id, Presence::gone(here_at));
            Listed { id, name, role, presence }
        };
        let people = found.into_iter().map(listed).collect();
        Ok(Outcome::People { people, more })
    }

    pub(super) async fn faces(&mut self, users: &[UserId]) -> Result<Outcome, Error> {
        self.take(Quota::Ask)?;
        let found = self.hub.store.faces(self.account.id, self.knows_all(), users).await;
        Ok(Outcome::Faces { faces: found.map_err(|problem| self.storage_error(&problem))?.into_iter().collect() })
    }

    pub(super) async fn profile(&mut self, user: UserId) -> Result<Outcome, Error> {
        self.take(Quota::Ask)?;
        let found = self.hub.store.profile(self.account.id, self.knows_all(), user).await;
        let mut profile = found.map_err(|problem| self.storage_error(&problem))?.ok_or_else(Error::no_such_person)?;
        profile.person.presence = self.hub.locate(user, profile.person.presence);
        Ok(Outcome::Profile(Box::new(profile)))
    }

    /// Whether one may know of everybody there is.
    fn knows_all(&self) -> bool {
        self.may_serve(Deed::ListPeople).is_ok()
    }
}

/// Cuts a page that is too large short at the end that lies further from what was asked for; keeps at least one entry.
pub(super) fn cut(mut entries: Vec<Entry>, page: Page) -> Vec<Entry> {
    let size = |entry: &Entry| {
        let reactions = entry.reactions.iter().map(|one| one.emoji.len() + one.by.len() * size_of::<UserId>());
        entry.text.as_ref().map_or(0, String::len) + reactions.sum::<usize>()
    };
    let mut bytes: usize = entries.iter().map(size).sum();
    while bytes > PAGE_BYTES_MAX && entries.len() > 1 {
        let from_front = match (page, entries.first(), entries.last()) {
            (Page::Before(_), ..) => true,
            (Page::Around(seq), Some(first), Some(last)) => {
                seq.saturating_sub(first.seq) > last.seq.saturating_sub(seq)
            }
            _ => false,
        };
        let dropped = if from_front { Some(entries.remove(0)) } else { entries.pop() };
        bytes -= dropped.as_ref().map_or(0, size);
    }
    entries
}
