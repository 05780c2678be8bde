//! One chat room as a pure state machine: who is a member, who sits here, what each has been handed and what comes next.
//!
//! No I/O, no clock, no `async`: `host` passes values in and carries out what comes back, so every interleaving of delivery,
//! replay, lag and reconnect is a plain unit test (`tests/model.rs`). `H` is the caller's handle for a seat, never looked at.
//!
//! The rule of the house: a seat is *in step* when it has been handed everything up to `head`; only such a seat gets new
//! entries as they come. Any other catches up by its cursor ([`Room::bring`]), however it fell behind.

use crate::protocol::{self, Entry, Error, Event, PAGE_ENTRIES, PRESENCE_PEOPLE_MAX, Person, RoomId, Seq, UserId};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// Entries handed over in one piece when a seat catches up; small, so that a slow socket is asked often.
pub const REPLAY_PIECE_ENTRIES: usize = 64;

/// The number of a seat, new each time that somebody sits down, so that what is said of a seat that is gone hits no other.
pub type SeatId = u64;

/// One entry's JSON, encoded once and shared by all that hold it.
pub type Encoded = Arc<[u8]>;

/// How much a room keeps in memory and replays.
#[derive(Debug, Clone, Copy)]
pub struct RoomLimits {
    /// Recent entries kept for those who resume or lag.
    pub ring_entries_max: usize,
    /// Bytes of them.
    pub ring_bytes_max: usize,
    /// A cursor further behind than this gets a reset.
    pub replay_entries_max: u64,
}

/// A room in use.
#[derive(Clone)]
pub struct Room<H> {
    id: RoomId,
    head: Seq,
    limits: RoomLimits,
    /// The latest entries, without gaps, the last of them `head`.
    ring: VecDeque<Encoded>,
    ring_bytes: usize,
    members: HashSet<UserId>,
    seats: HashMap<SeatId, Seat<H>>,
    /// Who sits here, with the number of their seats.
    people: BTreeMap<UserId, (String, usize)>,
    presence_changed: bool,
}

#[derive(Clone)]
struct Seat<H> {
    user: UserId,
    handle: H,
    in_step: bool,
}

/// What a seat that catches up is handed next.
#[derive(Debug, Clone)]
pub enum Piece {
    /// The latest page, in place of all that it held; ends at `head`.
    Reset {
        /// The room's last entry.
        head: Seq,
        /// The page, ascending.
        entries: Vec<Encoded>,
    },
    /// What follows on its cursor.
    Replay(Vec<Encoded>),
}

/// What became of something handed to a seat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handed {
    /// It will get it.
    Taken,
    /// It has too much waiting; nothing of it was taken.
    Full,
}

/// Where a seat stands after [`Room::bring`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It has everything and gets what comes.
    InStep,
    /// Its handle was full: ask again with this cursor when it has drained.
    Full(Option<Seq>),
    /// Memory does not reach back: hand it a page from the store, then ask again.
    Behind(Seq),
    /// It is not here any more.
    Gone,
}

impl<H> Room<H> {
    /// A room as the store has it: its last entry's number, the `latest` entries up to it, its members.
    pub fn new(id: RoomId, head: Seq, latest: &[Entry], members: HashSet<UserId>, limits: RoomLimits) -> Room<H> {
        let mut room = Room {
            id,
            head: head - latest.len() as Seq,
            limits,
            ring: VecDeque::new(),
            ring_bytes: 0,
            members,
            seats: HashMap::new(),
            people: BTreeMap::new(),
            presence_changed: false,
        };
        room.absorb(latest);
        room
    }

    /// The last entry's number.
    pub fn head(&self) -> Seq {
        self.head
    }

    /// Whether nobody sits here.
    pub fn is_empty(&self) -> bool {
        self.seats.is_empty()
    }

    /// The handle of a seat.
    pub fn handle(&self, seat: SeatId) -> Option<&H> {
        self.seats.get(&seat).map(|seat| &seat.handle)
    }

    /// The handles of all seats.
    pub fn handles(&self) -> impl Iterator<Item = &H> {
        self.seats.values().map(|seat| &seat.handle)
    }

    /// Who may write here from `seat`: the person who sits there.
    ///
    /// # Errors
    /// `no_such_room` for whoever is not in the room.
    pub fn author(&self, seat: SeatId) -> Result<Person, Error> {
        let found =
            self.seats.get(&seat).and_then(|seat| self.people.get(&seat.user).map(|(name, _)| (seat.user, name)));
        found.map(|(id, name)| Person { id, name: name.clone() }).ok_or_else(Error::no_such_room)
    }

    /// Whether `user` is a member.
    pub fn has_member(&self, user: UserId) -> bool {
        self.members.contains(&user)
    }

    /// `user` has become a member.
    pub fn admit(&mut self, user: UserId) {
        self.members.insert(user);
    }

    /// `user` is no member any more: the seats that are thereby gone.
    pub fn expel(&mut self, user: UserId) -> Vec<(SeatId, H)> {
        self.members.remove(&user);
        let seats: Vec<SeatId> = self.seats.iter().filter(|(_, seat)| seat.user == user).map(|(id, _)| *id).collect();
        seats.into_iter().filter_map(|seat| Some((seat, self.exit(seat)?))).collect()
    }

    /// `person` sits down; [`Room::bring`] has to follow.
    ///
    /// # Errors
    /// `no_such_room` for whoever is no member.
    pub fn enter(&mut self, seat: SeatId, person: Person, handle: H) -> Result<(), Error> {
        if !self.has_member(person.id) {
            return Err(Error::no_such_room());
        }
        self.people.entry(person.id).or_insert((person.name, 0)).1 += 1;
        self.seats.insert(seat, Seat { user: person.id, handle, in_step: false });
        self.presence_changed = true;
        Ok(())
    }

    /// Who sits there has another name now.
    pub fn rename(&mut self, seat: SeatId, name: String) {
        if let Some((old, _)) = self.seats.get(&seat).and_then(|seat| self.people.get_mut(&seat.user)) {
            self.presence_changed |= *old != name;
            *old = name;
        }
    }

    /// The seat is empty; its handle, if anyone sat there.
    pub fn exit(&mut self, seat: SeatId) -> Option<H> {
        let gone = self.seats.remove(&seat)?;
        if let Some((_, seats)) = self.people.get_mut(&gone.user) {
            *seats -= 1;
            if *seats == 0 {
                self.people.remove(&gone.user);
            }
        }
        self.presence_changed = true;
        Some(gone.handle)
    }

    /// Takes in entries that have just been stored, which follow on `head`; encodes each once.
    pub fn absorb(&mut self, entries: &[Entry]) -> Vec<Encoded> {
        let encoded: Vec<Encoded> = entries.iter().map(|entry| protocol::encode(entry).into()).collect();
        self.head += encoded.len() as Seq;
        for entry in &encoded {
            self.ring_bytes += entry.len();
            self.ring.push_back(Arc::clone(entry));
            while self.ring.len() > self.limits.ring_entries_max
                || (self.ring_bytes > self.limits.ring_bytes_max && self.ring.len() > 1)
            {
                self.ring_bytes -= self.ring.pop_front().map_or(0, |old| old.len());
            }
        }
        encoded
    }

    /// Hands what [`Room::absorb`] has just taken in to every seat in step; those that do not take it fall behind, and are
    /// returned with their cursor.
    pub fn deliver(&mut self, entries: usize, mut hand: impl FnMut(&H) -> Handed) -> Vec<(SeatId, &H, Seq)> {
        let cursor = self.head - entries as Seq;
        let mut fallen = Vec::new();
        for (id, seat) in self.seats.iter_mut().filter(|(_, seat)| seat.in_step) {
            if hand(&seat.handle) == Handed::Full {
                seat.in_step = false;
                fallen.push((*id, &seat.handle, cursor));
            }
        }
        fallen
    }

    /// Shows a passing thing to every seat in step, but for `except`.
    pub fn show(&self, except: Option<SeatId>, mut show: impl FnMut(&H)) {
        self.seats
            .iter()
            .filter(|(id, seat)| seat.in_step && Some(**id) != except)
            .for_each(|(_, seat)| show(&seat.handle));
    }

    /// Brings a seat that holds everything up to `cursor` (or nothing) in step, as far as its handle takes it.
    pub fn bring(&mut self, seat: SeatId, cursor: Option<Seq>, mut hand: impl FnMut(&H, Piece) -> Handed) -> Standing {
        let Some(sitting) = self.seats.get_mut(&seat) else { return Standing::Gone };
        let mut cursor = cursor;
        loop {
            let reach = self.head - self.ring.len() as Seq;
            let (piece, next) = match cursor {
                Some(at) if at == self.head => {
                    // Whoever was not in step has not been told who is here.
                    self.presence_changed |= !std::mem::replace(&mut sitting.in_step, true);
                    return Standing::InStep;
                }
                Some(at)
                    if (0..self.head).contains(&at)
                        && (self.head - at).unsigned_abs() <= self.limits.replay_entries_max =>
                {
                    if at < reach {
                        return Standing::Behind(at);
                    }
                    let from = usize::try_from(at - reach).unwrap_or(0);
                    let entries: Vec<Encoded> =
                        self.ring.iter().skip(from).take(REPLAY_PIECE_ENTRIES).cloned().collect();
                    let next = at + entries.len() as Seq;
                    (Piece::Replay(entries), next)
                }
                _ => {
                    let entries =
                        self.ring.iter().skip(self.ring.len().saturating_sub(PAGE_ENTRIES)).cloned().collect();
                    (Piece::Reset { head: self.head, entries }, self.head)
                }
            };
            if hand(&sitting.handle, piece) == Handed::Full {
                return Standing::Full(cursor);
            }
            cursor = Some(next);
        }
    }

    /// Whether people have come or gone since [`Room::presence`] was last asked.
    pub fn presence_changed(&self) -> bool {
        self.presence_changed
    }

    /// Who sits here.
    pub fn presence(&mut self) -> Event {
        self.presence_changed = false;
        let people =
            self.people.iter().take(PRESENCE_PEOPLE_MAX).map(|(id, (name, _))| Person { id: *id, name: name.clone() });
        Event::Presence { room: self.id, count: self.people.len(), people: people.collect() }
    }
}
