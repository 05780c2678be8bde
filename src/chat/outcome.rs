//! What has become of a room's batch: who is answered what, who comes and goes, what is shown.

use super::act::Act;
use super::command::{Joined, Joiner, SayReply, Waiting, storage_error};
use super::frame::text_frame;
use super::host::Host;
use super::notice::Notice;
use super::outlet::Outlet;
use super::room::SeatId;
use crate::protocol::{
    Code, Entry, Error, Kind, Level, Outcome, Person, Reply, RequestId, RoomKind, RoomView, Rules, Seq, UserId,
};
use crate::store::{Appended, Draft, StoreError};
use std::sync::Arc;

/// What a batch has brought: its entries, and who has an acknowledgement waiting.
pub(super) struct Shown {
    /// When it was stored.
    pub(super) at: i64,
    pub(super) entries: Vec<Entry>,
    pub(super) senders: Vec<Arc<Outlet>>,
    /// Who waits for the number of a stored entry.
    pub(super) told: Vec<(SayReply, Seq)>,
}

impl Shown {
    /// Tells a sender that it is stored; leaves in the same write as the entry.
    fn acknowledge(&mut self, from: Arc<Outlet>, re: RequestId, seq: Seq, at: i64) {
        from.answer_later(text_frame(&Reply::encode(re, Ok(Outcome::Stored { seq, at }))));
        self.senders.push(from);
    }
}

/// The last entry that must have been in the log before this batch.
pub(super) fn before(appended: &[(Draft, Appended)]) -> Seq {
    let stored = appended
        .iter()
        .find_map(|(_, outcome)| if let Appended::Stored { seq, .. } = outcome { Some(seq - 1) } else { None });
    let repeated = appended
        .iter()
        .filter_map(|(_, outcome)| if let Appended::Repeated { seq, .. } = outcome { Some(*seq) } else { None });
    stored.or(repeated.max()).unwrap_or(0)
}

impl Host {
    /// What a stored entry changes in the room, and in what is in memory of its log; `earlier` are entries that are on their
    /// way there.
    pub(super) fn apply(&mut self, entry: &Entry, earlier: &mut [Entry]) {
        let text = || entry.text.clone().unwrap_or_default();
        match entry.kind {
            Kind::Message => {}
            Kind::Join => drop(self.room.admit(entry.subject().id, entry.seq)),
            Kind::Leave => self.expel(entry.subject().id, None),
            Kind::Topic => self.topic = text(),
            Kind::Name => self.name = text(),
            Kind::Rules => entry.rules.into_iter().for_each(|rules| self.room.set_rules(rules)),
            Kind::Delete | Kind::Edit | Kind::React | Kind::Unreact => {
                self.room.heed(entry);
                for one in earlier {
                    one.heed(entry);
                }
            }
        }
    }

    /// Takes the seats of somebody who is no member any more away, and tells all of them but one.
    fn expel(&mut self, user: UserId, except: Option<SeatId>) {
        // Nor do they hear of it as of a room that they have just been brought into.
        self.hub.outlets_of(user).iter().for_each(|outlet| outlet.forget_joined(self.id));
        for (seat, outlet) in self.room.expel(user) {
            if Some(seat) != except {
                outlet.notify(Notice::Left { room: self.id, seat });
            }
        }
    }

    /// Answers one draft of the batch, and notes its entry if it became one.
    pub(super) fn conclude(&mut self, waiting: Waiting, draft: Draft, outcome: &Appended, shown: &mut Shown) {
        match waiting {
            Waiting::Post { from, re, author, act, late, .. } => {
                self.conclude_post((from, re), author, (act, late), draft, outcome, shown);
            }
            Waiting::Say { author, reply, late, .. } => match (outcome, late) {
                (Appended::Repeated { seq, at }, _) => drop(reply.try_send(Ok((*seq, *at)))),
                (Appended::Stored { seq, .. }, _) => {
                    let entry = self.entry(*seq, shown.at, Some(author), None, draft);
                    self.apply(&entry, &mut shown.entries);
                    shown.entries.push(entry);
                    shown.told.push((reply, *seq));
                }
                (_, late) => drop(reply.try_send(Err(late.unwrap_or_else(Error::no_such_room)))),
            },
            Waiting::Join { who, by, reply } => {
                let joined = self.conclude_join(who, by.map(|by| by.person), draft, outcome, shown);
                let _ = reply.try_send(joined);
            }
            Waiting::Leave { person, by, seat, reply } => {
                self.expel(person.id, seat);
                let is_stored = matches!(outcome, Appended::Stored { .. });
                let _ = reply.try_send(Ok(is_stored));
                if let Appended::Stored { seq, .. } = outcome {
                    shown.entries.push(self.entry(*seq, shown.at, by.map(|by| by.person), Some(person), draft));
                }
            }
            // What waits for its turn only has no draft.
            Waiting::Demolish { .. } | Waiting::Settle { .. } => {}
        }
    }

    fn conclude_post(
        &mut self,
        (from, re): (Arc<Outlet>, RequestId),
        author: Person,
        (act, late): (Act, Option<Error>),
        draft: Draft,
        outcome: &Appended,
        shown: &mut Shown,
    ) {
        let error = match (outcome, late) {
            (Appended::Repeated { seq, at }, _) => return shown.acknowledge(from, re, *seq, *at),
            (Appended::Stored { seq, .. }, _) => {
                shown.acknowledge(from, re, *seq, shown.at);
                let entry = self.entry(*seq, shown.at, Some(author), None, draft);
                self.apply(&entry, &mut shown.entries);
                return shown.entries.push(entry);
            }
            (Appended::AsItWas, _) => {
                return from.answer(text_frame(&Reply::encode(re, Ok(Outcome::Done {}))));
            }
            (Appended::TooManyReactions, _) => Error::too_many_reactions(),
            (Appended::NameTaken, _) => Error::new(
                Code::NameTaken,
                "Another open room has this name already. Nothing was changed; choose another name.",
            ),
            (_, Some(late)) => late,
            (_, None) if act.target().is_some() => Error::no_such_message(),
            (_, None) => Error::no_such_room(),
        };
        from.answer(text_frame(&Reply::encode(re, Err(error))));
    }

    fn conclude_join(
        &mut self,
        who: Joiner,
        by: Option<Person>,
        draft: Draft,
        outcome: &Appended,
        shown: &mut Shown,
    ) -> Result<Joined, Error> {
        match (who, outcome) {
            (who, Appended::Stored { seq, author }) => {
                let id = draft.subject.unwrap_or(*author);
                let person = Person { id, name: who.into_name() };
                let since = self.room.admit(id, *seq);
                let room = self.view(&person, *seq, since);
                let told = Notice::Joined(room.clone());
                self.hub.outlets_of(id).iter().for_each(|outlet| outlet.notify(told.clone()));
                shown.entries.push(self.entry(*seq, shown.at, by, Some(person.clone()), draft));
                Ok(Joined { person, room: Some(room) })
            }
            (_, Appended::NoInvitation) => Err(Error::no_such_invitation()),
            (Joiner::Known(person) | Joiner::Invited(person, _), Appended::Unchanged) => {
                // A member of whom the room does not know: it has missed something.
                self.is_lost |= !self.room.has_member(person.id);
                Ok(Joined { person, room: None })
            }
            (_, Appended::TooManyRooms) => {
                let text =
                    "They are in as many rooms as one may be. Nothing was done; one of them has to be left first.";
                Err(Error::new(Code::TooManyRooms, text))
            }
            (_, Appended::NoOwner) => Err(Error::no_owner()),
            (_, Appended::HasAccount) => Err(Error::has_account()),
            (_, Appended::NameTaken) => {
                let text = "Somebody here has this name already. Nothing was done; choose another one.";
                Err(Error::new(Code::NameTaken, text))
            }
            // A join has no key, and a newcomer is in no room before it.
            (_, Appended::Repeated { .. } | Appended::Unchanged | Appended::AsItWas | Appended::TooManyReactions) => {
                let problem = StoreError::Failed(format!("a join was neither stored nor refused: {outcome:?}"));
                Err(storage_error(&problem, format_args!("room {}", self.id)))
            }
        }
    }

    /// The entry that a draft has become: done by `by` to `who`, or by one of them.
    fn entry(&self, seq: Seq, at: i64, by: Option<Person>, who: Option<Person>, draft: Draft) -> Entry {
        let nobody = || Person { id: 0, name: String::new() };
        let (by, who) = match (by, who) {
            (Some(by), Some(who)) if by.id == who.id => (who, None),
            (Some(by), who) => (by, who),
            (None, who) => (who.unwrap_or_else(nobody), None),
        };
        let is_rules = draft.kind == Kind::Rules;
        let rules: Option<Rules> =
            draft.text.as_deref().filter(|_| is_rules).and_then(|text| serde_json::from_str(text).ok());
        Entry {
            room: self.id,
            seq,
            at,
            by,
            who,
            kind: draft.kind,
            key: draft.key,
            text: draft.text.filter(|_| !is_rules),
            target: draft.target,
            reply_to: draft.more.reply_to,
            mentions: draft.more.mentions,
            rules,
            ..Entry::default()
        }
    }

    /// The room as `person` sees it, who has just joined it by entry `head`.
    fn view(&self, person: &Person, head: Seq, since: Seq) -> RoomView {
        let nature = self.room.nature();
        RoomView {
            id: self.id,
            name: self.name.clone(),
            topic: self.topic.clone(),
            kind: nature.kind,
            people: (nature.kind == RoomKind::Direct).then(Vec::new),
            rules: nature.rules,
            made: nature.maker == Some(person.id),
            since,
            head,
            read: head,
            unread: 0,
            mentions: 0,
            level: Level::All,
        }
    }
}
