//! One chat room as a pure state machine: who is a member, who sits here, what each has been handed and what comes next.
//!
//! No I/O, no clock, no `async`: `host` passes values in and carries out what comes back, so every interleaving of delivery,
//! replay, lag and reconnect is a plain unit test (`tests/model.rs`). `H` is the caller's handle for a seat, never looked at.
//!
//! The rule of the house: a seat is *in step* when it has been handed everything up to `head`; only such a seat gets new
//! entries as they come. Any other catches up by its cursor ([`Room::bring`]), however it fell behind.

use super::act::{Act, Nature, Refusal, Speaker, allowed};
use crate::protocol::{
    self, Entry, Error, Event, Kind, PAGE_ENTRIES, PRESENCE_PEOPLE_MAX, Person, Role, RoomId, Rules, Seq, Sitter,
    UserId,
};
use crate::rights::{RoomDeed, Standing};
use std::collections::{BTreeMap, HashMap, HashSet, VecDeque};
use std::sync::Arc;

/// What the JSON of an edit has in it, and that of no other entry.
const EDIT_MARK: &[u8] = br#""kind":"edit""#;

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
    nature: Nature,
    /// The members, with the first entry that each may see.
    members: HashMap<UserId, Seq>,
    /// When each member last wrote in slow mode, in the caller's milliseconds.
    spoke: HashMap<UserId, u64>,
    seats: HashMap<SeatId, Seat<H>>,
    /// Those in step, side by side for whoever hands something to all of them; `None` once they have changed.
    crowd: Option<Arc<[(SeatId, H)]>>,
    /// Who sits here, with the number of their seats.
    people: BTreeMap<UserId, (String, usize)>,
    presence_changed: bool,
}

#[derive(Clone)]
struct Seat<H> {
    user: UserId,
    /// The first entry that this seat may be handed.
    since: Seq,
    handle: H,
    in_step: bool,
}

/// What a seat that catches up is handed next.
#[derive(Debug, Clone)]
pub enum Piece {
    /// The latest page, in place of all that it held; ends at `head`, and begins no earlier than its person may see.
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

/// How far a seat is after [`Room::bring`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    /// It has everything and gets what comes.
    InStep,
    /// Its handle was full: ask again with this cursor when it has drained.
    Full(Option<Seq>),
    /// Memory does not reach back: hand it a page from the store, then ask again.
    Behind(Seq),
    /// It is not here any more.
    Gone,
}

impl<H: Clone> Room<H> {
    /// A room as the store has it: its last entry's number, the `latest` entries up to it, its members with the first entry
    /// that each may see.
    pub fn new(
        id: RoomId,
        nature: Nature,
        head: Seq,
        latest: &[Entry],
        members: HashMap<UserId, Seq>,
        limits: RoomLimits,
    ) -> Room<H> {
        let mut room = Room {
            id,
            head: head - latest.len() as Seq,
            limits,
            ring: VecDeque::new(),
            ring_bytes: 0,
            nature,
            members,
            spoke: HashMap::new(),
            seats: HashMap::new(),
            crowd: None,
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
        self.members.contains_key(&user)
    }

    /// What the room is.
    pub fn nature(&self) -> Nature {
        self.nature
    }

    /// Other rules hold from now on.
    pub fn set_rules(&mut self, rules: Rules) {
        self.nature.rules = rules;
        if rules.slow_ms == 0 {
            self.spoke = HashMap::new();
        }
    }

    /// What `user` is to the room.
    pub fn standing(&self, user: UserId) -> Standing {
        match self.has_member(user) {
            false => Standing::Outside,
            true if self.nature.maker == Some(user) => Standing::Maker,
            true => Standing::Inside,
        }
    }

    /// Whether who sits on `seat` may do `act` at `now_ms` (of a clock that never goes back): who it is. In slow mode that is
    /// the next message for some time.
    ///
    /// # Errors
    /// [`Refusal`] says why not, and whether it might have been done earlier.
    pub fn consent(&mut self, seat: SeatId, speaker: Speaker, act: Act, now_ms: u64) -> Result<Person, Refusal> {
        let person = self.author(seat).map_err(Refusal::Never)?;
        self.consent_to(person, speaker, act, now_ms)
    }

    /// As [`Room::consent`], for somebody who need not sit here.
    ///
    /// # Errors
    /// As of [`Room::consent`]; `no_such_room` for whoever is no member.
    pub fn consent_to(&mut self, person: Person, speaker: Speaker, act: Act, now_ms: u64) -> Result<Person, Refusal> {
        let Nature { kind, rules, .. } = self.nature;
        let deed = act.deed(person.id).ok_or_else(|| Refusal::Never(Error::forbidden()))?;
        let standing = self.standing(person.id);
        allowed(speaker.role, deed, kind, standing).map_err(Refusal::Never)?;
        if matches!(act, Act::Rules(change) if change.archived.is_some()) {
            allowed(speaker.role, RoomDeed::Archive, kind, standing).map_err(Refusal::Never)?;
        }
        if act.adds() && speaker.muted_ms > 0 {
            return Err(Refusal::Now(person, Error::muted(speaker.muted_ms)));
        }
        if act.adds() && rules.archived {
            return Err(Refusal::Now(person, Error::archived()));
        }
        if act == Act::Message && rules.slow_ms > 0 && speaker.role < Role::Moderator {
            let free_ms = self.spoke.get(&person.id).map_or(0, |spoke_ms| spoke_ms + rules.slow_ms);
            if now_ms < free_ms {
                return Err(Refusal::Now(person, Error::slow_mode(free_ms - now_ms)));
            }
            self.spoke.insert(person.id, now_ms);
        }
        Ok(person)
    }

    /// `user` wrote at `spoke_ms`, before the room came into memory.
    pub fn remember(&mut self, user: UserId, spoke_ms: u64) {
        self.spoke.insert(user, spoke_ms);
    }

    /// `user` has become a member by entry `seq`; the first entry that they may see.
    pub fn admit(&mut self, user: UserId, seq: Seq) -> Seq {
        let since = if self.nature.rules.shows_past { 1 } else { seq };
        *self.members.entry(user).or_insert(since)
    }

    /// Nobody is a member any more: the seats that are thereby gone.
    pub fn expel_all(&mut self) -> Vec<(SeatId, H)> {
        self.members.clear();
        let seats: Vec<SeatId> = self.seats.keys().copied().collect();
        seats.into_iter().filter_map(|seat| Some((seat, self.exit(seat)?))).collect()
    }

    /// What a deletion, an edit or a reaction changes about entries that are held: nobody gets them as they were again.
    pub fn heed(&mut self, later: &Entry) {
        let Some(target) = later.target else { return };
        let oldest = self.head - self.ring.len() as Seq + 1;
        let its_place = usize::try_from(target - oldest).ok();
        let changes_text = !matches!(later.kind, Kind::React | Kind::Unreact);
        for at in 0..self.ring.len() {
            // Text has its quotes escaped, so that these bytes stand in an edit only.
            let is_edit = || self.ring[at].windows(EDIT_MARK.len()).any(|bytes| bytes == EDIT_MARK);
            if Some(at) != its_place && !(changes_text && is_edit()) {
                continue;
            }
            // As in `rename`.
            let Ok(mut entry) = serde_json::from_slice::<Entry>(&self.ring[at]) else { return self.forget_ring() };
            if entry.heed(later) {
                self.replace(at, &entry);
            }
        }
    }

    fn forget_ring(&mut self) {
        self.ring.clear();
        self.ring_bytes = 0;
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
        let since = *self.members.get(&person.id).ok_or_else(Error::no_such_room)?;
        self.people.entry(person.id).or_insert((person.name, 0)).1 += 1;
        self.seats.insert(seat, Seat { user: person.id, since, handle, in_step: false });
        self.presence_changed = true;
        Ok(())
    }

    /// Somebody has another name now: who is here is told by it, and so is who has said and done what.
    pub fn rename(&mut self, person: &Person) {
        if let Some((old, _)) = self.people.get_mut(&person.id).filter(|(old, _)| *old != person.name) {
            old.clone_from(&person.name);
            self.presence_changed = true;
        }
        let has_old = |shown: &Person| shown.id == person.id && shown.name != person.name;
        for at in 0..self.ring.len() {
            // What was encoded here reads here; what does not would better be gone than shown.
            let Ok(mut entry) = serde_json::from_slice::<Entry>(&self.ring[at]) else { return self.forget_ring() };
            let shown = [Some(&mut entry.by), entry.who.as_mut()];
            let mut changed = false;
            for shown in shown.into_iter().flatten().filter(|shown| has_old(shown)) {
                shown.name.clone_from(&person.name);
                changed = true;
            }
            if changed {
                self.replace(at, &entry);
            }
        }
    }

    /// Puts `entry` in the place of that at `at` in the ring.
    fn replace(&mut self, at: usize, entry: &Entry) {
        let encoded: Encoded = protocol::encode(entry).into();
        self.ring_bytes = self.ring_bytes - self.ring[at].len() + encoded.len();
        self.ring[at] = encoded;
    }

    /// The seat is empty; its handle, if anyone sat there.
    pub fn exit(&mut self, seat: SeatId) -> Option<H> {
        let gone = self.seats.remove(&seat)?;
        self.crowd = None;
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

    /// Every seat in step, to which what [`Room::absorb`] takes in is to be handed before anything else is done here.
    pub fn crowd(&mut self) -> Arc<[(SeatId, H)]> {
        let in_step = || {
            let seats = self.seats.iter().filter(|(_, seat)| seat.in_step);
            seats.map(|(id, seat)| (*id, seat.handle.clone())).collect()
        };
        Arc::clone(self.crowd.get_or_insert_with(in_step))
    }

    /// A seat of the [`Room::crowd`] has not taken the last `entries`: it falls behind, and is returned with its cursor.
    pub fn fall_behind(&mut self, seat: SeatId, entries: usize) -> Option<(&H, Seq)> {
        let sitting = self.seats.get_mut(&seat)?;
        sitting.in_step = false;
        self.crowd = None;
        Some((&sitting.handle, self.head - entries as Seq))
    }

    /// Brings a seat that holds everything up to `cursor` (or nothing) in step, as far as its handle takes it.
    pub fn bring(&mut self, seat: SeatId, cursor: Option<Seq>, mut hand: impl FnMut(&H, Piece) -> Handed) -> Progress {
        let Some(sitting) = self.seats.get_mut(&seat) else { return Progress::Gone };
        // The last entry that came before what this seat may be handed.
        let floor = sitting.since - 1;
        let mut cursor = cursor;
        loop {
            let reach = self.head - self.ring.len() as Seq;
            let (piece, next) = match cursor {
                Some(at) if at == self.head => {
                    if !std::mem::replace(&mut sitting.in_step, true) {
                        self.crowd = None;
                        // Whoever was not in step has not been told who is here.
                        self.presence_changed = true;
                    }
                    return Progress::InStep;
                }
                Some(at)
                    if (floor..self.head).contains(&at)
                        && (self.head - at).unsigned_abs() <= self.limits.replay_entries_max =>
                {
                    if at < reach {
                        return Progress::Behind(at);
                    }
                    let from = usize::try_from(at - reach).unwrap_or(0);
                    let entries: Vec<Encoded> =
                        self.ring.iter().skip(from).take(REPLAY_PIECE_ENTRIES).cloned().collect();
                    let next = at + entries.len() as Seq;
                    (Piece::Replay(entries), next)
                }
                _ => {
                    let held = usize::try_from(self.head - floor.max(reach)).unwrap_or(0);
                    let entries = self.ring.iter().skip(self.ring.len() - held.min(PAGE_ENTRIES)).cloned().collect();
                    (Piece::Reset { head: self.head, entries }, self.head)
                }
            };
            if hand(&sitting.handle, piece) == Handed::Full {
                return Progress::Full(cursor);
            }
            cursor = Some(next);
        }
    }

    /// The one on `seat` is away from it, or has come back: told if they are among those that a presence event names.
    pub fn shift(&mut self, seat: SeatId) {
        let user = self.seats.get(&seat).map(|seat| seat.user);
        let is_named = self.people.keys().take(PRESENCE_PEOPLE_MAX).any(|id| Some(*id) == user);
        self.presence_changed |= is_named;
    }

    /// Whether people have come, gone or shifted since [`Room::presence`] was last asked.
    pub fn presence_changed(&self) -> bool {
        self.presence_changed
    }

    /// Who sits here; `is_away` says it of one seat.
    pub fn presence(&mut self, is_away: impl Fn(&H) -> bool) -> Event {
        self.presence_changed = false;
        let near: HashSet<UserId> =
            self.seats.values().filter(|seat| !is_away(&seat.handle)).map(|seat| seat.user).collect();
        let people = self
            .people
            .iter()
            .take(PRESENCE_PEOPLE_MAX)
            .map(|(id, (name, _))| Sitter { person: Person { id: *id, name: name.clone() }, away: !near.contains(id) });
        Event::Presence { room: self.id, count: self.people.len(), people: people.collect() }
    }
}
