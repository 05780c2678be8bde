//! What one WebSocket's client asks for: reads each request and has it carried out; what is for a room's log goes there.

use super::act::{Act, Speaker};
use super::command::{Command, Words};
use super::frame::text_frame;
use super::hub::Hub;
use super::quota::Quota;
use super::seek::Wanted;
use super::session::{End, Session};
use crate::protocol::{self, Code, Error, Event, Kind, Level, Limits, Outcome, Request, RequestId, RoomId, Seq};
use crate::rights::RoomDeed;
use crate::store::{More, StoreError};
use std::collections::HashMap;
use std::sync::Arc;

/// What a request has come to, as far as the session is concerned.
pub(super) enum Done {
    /// It is answered, or its room answers it.
    Answered(Option<End>),
    /// This is the answer.
    Answer(Result<Outcome, Error>),
    /// This is the answer, as long as one is still in the room.
    AnswerFrom(RoomId, Result<Outcome, Error>),
}

impl Session {
    /// Reads one request and carries it out; every request gets one answer, from here or from its room.
    pub(super) async fn request(&mut self, text: &str) -> Option<End> {
        let (id, request) = match protocol::decode(text) {
            Ok(read) => read,
            Err(unreadable) => {
                self.outlet.answer(text_frame(&unreadable.encode()));
                return None;
            }
        };
        match self.carry_out(id, request).await {
            Done::Answered(end) => return end,
            Done::Answer(answered) => self.answer(id, answered),
            Done::AnswerFrom(room, answered) => self.answer_from(id, room, answered),
        }
        None
    }

    async fn carry_out(&mut self, id: RequestId, request: Request) -> Done {
        Done::Answer(match request {
            Request::Ping => Ok(Outcome::Done {}),
            Request::Hello { cursors } if !self.outlet.is_greeted() => {
                return Done::Answered(self.hello(id, &cursors).await);
            }
            Request::Hello { .. } => {
                Err(Error::new(Code::GreetedAlready, "This connection has said hello already. Nothing was done."))
            }
            _ if !self.outlet.is_greeted() => {
                Err(Error::new(Code::HelloFirst, "The first request must be hello. Nothing was done."))
            }
            Request::Send { room, key, text, reply_to, files } => {
                return self.send(id, room, (key, text), (reply_to, files)).await;
            }
            Request::Edit { room, seq, key, text } => return self.edit(id, room, seq, (key, text)).await,
            Request::React { room, seq, key, emoji, on } => {
                return self.about(id, room, seq, Words::new(key, emoji), |_| Act::React { target: seq, on }).await;
            }
            Request::Topic { room, key, text } => return self.post(id, room, Act::Topic, Words::new(key, text)).await,
            Request::Rename { room, key, text } => return self.post(id, room, Act::Name, Words::new(key, text)).await,
            Request::Rules { room, key, change } => {
                return self.post(id, room, Act::Rules(change), Words::new(key, String::new())).await;
            }
            Request::Delete { room, seq, key } => {
                let words = Words::new(key, String::new());
                return self.about(id, room, seq, words, |author| Act::Delete { target: seq, author }).await;
            }
            Request::Create { name, topic, kind, shows_past } => {
                let made = self.create(name, topic, kind, shows_past).await;
                return self.seated(id, made).await;
            }
            Request::Direct { people } => {
                let found = self.direct(people).await;
                return self.seated(id, found).await;
            }
            Request::Join { room } => {
                let joined = self.join(room).await;
                return self.seated(id, joined).await;
            }
            Request::Leave { room } => self.leave(room).await,
            Request::Bring { room, user } => self.bring(room, user).await,
            Request::Remove { room, user } => self.remove(room, user).await,
            Request::Demolish { room, name } => self.demolish(room, name).await,
            Request::History { room, page, limit } => {
                return Done::AnswerFrom(room, self.history(room, page, limit).await);
            }
            Request::Search { text, room, before, limit, offset } => {
                return self.search(id, &text, Wanted { room, before, limit, offset }).await;
            }
            Request::Entries { room, seqs } => return Done::AnswerFrom(room, self.entries(room, &seqs).await),
            Request::Revisions { room, seq } => return Done::AnswerFrom(room, self.revisions(room, seq).await),
            Request::Faces { users } => self.faces(&users).await,
            Request::Profile { user } => self.profile(user).await,
            Request::Level { room, level } => self.level(room, level).await,
            Request::Prefs { prefs } => self.prefs(prefs).await,
            Request::Members { room, after } => return Done::AnswerFrom(room, self.members(room, after).await),
            Request::Rooms { after } => self.rooms(after).await,
            Request::People { after, q } => self.people(after, &q).await,
            Request::Read { room, seq } => self.read(room, seq).await,
            Request::Report { room, seq, reason } => self.report(room, seq, reason).await,
            Request::Away { on } => self.shift(on).await,
            Request::Typing { room } => self.type_in(room).await,
        })
    }

    /// Answers with what one hears in a room, unless one has been removed meanwhile.
    fn answer_from(&self, id: RequestId, room: RoomId, answered: Result<Outcome, Error>) {
        if let (Ok(outcome), Ok(seat)) = (&answered, self.seat(room)) {
            let frame = text_frame(&protocol::Reply::encode(id, Ok(outcome.clone())));
            if self.outlet.answer_from(&[seat.id], frame) {
                return;
            }
            return self.answer(id, Err(Error::no_such_room()));
        }
        self.answer(id, answered);
    }

    async fn seated(&mut self, id: RequestId, room: Result<protocol::RoomView, Error>) -> Done {
        match room {
            Ok(view) => Done::Answered(self.sit_down(id, view).await),
            Err(error) => Done::Answer(Err(error)),
        }
    }

    async fn hello(&mut self, id: RequestId, cursors: &HashMap<RoomId, Seq>) -> Option<End> {
        // It has been said, however long the database takes.
        self.outlet.greet(true);
        // What was done to the person before this connection was in the registry reaches it here, what follows by notices.
        match self.hub.standing(self.account.id, self.outlet.session.id).await {
            Ok(Ok(account)) => self.account = account,
            Ok(Err(code)) => return Some(End::Close(code)),
            Err(problem) => return self.not_greeted(id, &problem),
        }
        let rooms = match self.hub.store.rooms_of(self.account.id).await {
            Ok(rooms) => rooms,
            Err(problem) => return self.not_greeted(id, &problem),
        };
        let prefs = match self.hub.store.prefs(self.account.id).await {
            Ok(prefs) => prefs,
            Err(problem) => return self.not_greeted(id, &problem),
        };
        let natures: Vec<_> = rooms.iter().map(|room| (room.id, room.kind, room.made)).collect();
        let limits = Limits::new(self.hub.config.chat.rooms_per_user_max, self.hub.config.files.file_bytes_max);
        let me = self.account.clone();
        let (version, build) = (env!("CARGO_PKG_VERSION"), env!("ASSETS_HASH"));
        self.answer(id, Ok(Outcome::Welcome { me, rooms, limits, prefs, version, build }));
        self.seats.reserve_exact(natures.len());
        for (room, kind, made) in natures {
            if let Some(end) = self.enter(room, kind, made, cursors.get(&room).copied()).await {
                return Some(end);
            }
        }
        None
    }

    /// The database failed: `hello` may be said again.
    fn not_greeted(&self, id: RequestId, problem: &StoreError) -> Option<End> {
        self.outlet.greet(false);
        self.answer(id, Err(self.storage_error(problem)));
        None
    }

    /// Passes something for the log to its room, which decides and answers.
    async fn post(&mut self, re: RequestId, room: RoomId, act: Act, words: Words) -> Done {
        match self.try_post(re, room, act, words).await {
            Ok(()) => Done::Answered(None),
            Err(error) => Done::Answer(Err(error)),
        }
    }

    async fn try_post(&mut self, re: RequestId, room: RoomId, act: Act, words: Words) -> Result<(), Error> {
        let seat = self.seat(room)?;
        let (seat, inbox) = (seat.id, seat.inbox.clone());
        self.take(Quota::Send)?;
        let speaker = Speaker { role: self.account.role, muted_ms: self.muted_ms() };
        let post = Command::Post { seat, from: Arc::clone(&self.outlet), re, speaker, act, words };
        inbox.send(post).await.map_err(|_| self.hub.lost())
    }

    /// Passes a message to its room, with all that the server finds out about it first.
    async fn send(
        &mut self,
        re: RequestId,
        room: RoomId,
        (key, text): (String, String),
        (reply_to, files): (Option<Seq>, Vec<i64>),
    ) -> Done {
        let more = match self.more(room, &text, reply_to).await {
            Ok(more) if !files.is_empty() => self.with_files(more, room, &key, files).await,
            more => more,
        };
        let more = match more {
            Ok(more) => more,
            Err(error) => return Done::Answer(Err(error)),
        };
        self.post(re, room, Act::Message, Words { key, text, more }).await
    }

    /// What a message has beside its text; the message that it answers is one that its author may see, or was.
    async fn more(&mut self, room: RoomId, text: &str, reply_to: Option<Seq>) -> Result<More, Error> {
        self.may(room, RoomDeed::Speak)?;
        if let Some(seq) = reply_to {
            self.take(Quota::Ask)?;
            let found = self.hub.store.some_entries(room, &[seq], self.account.id).await;
            let found = found.map_err(|problem| self.storage_error(&problem))?;
            if found.first().is_none_or(|entry| entry.kind != Kind::Message) {
                return Err(Error::no_such_message());
            }
        }
        let mentions = self.hub.mentions(room, text, &self.account).await?;
        Ok(More { reply_to, mentions, ..More::default() })
    }

    /// The same with files, each of one's own and not sent yet; those of a message that is sent again are where they are.
    async fn with_files(&self, more: More, room: RoomId, key: &str, files: Vec<i64>) -> Result<More, Error> {
        let mut views = Vec::new();
        for file in &files {
            let found = self.hub.store.file(*file, self.account.id).await;
            match found.map_err(|problem| self.storage_error(&problem))? {
                Some(file) if file.room == Some(room) => views.push(file.view),
                _ => {}
            }
        }
        if views.len() == files.len() {
            return Ok(More { files, views, ..more });
        }
        let stored = self.hub.store.entry_of_key(room, self.account.id, key).await;
        match stored.map_err(|problem| self.storage_error(&problem))? {
            // Its key is answered as ever.
            Some(_) => Ok(more),
            None => Err(Error::no_such_file()),
        }
    }

    /// Passes another text for a message to its room.
    async fn edit(&mut self, re: RequestId, room: RoomId, target: Seq, (key, text): (String, String)) -> Done {
        let more = match self.more(room, &text, None).await {
            Ok(more) => more,
            Err(error) => return Done::Answer(Err(error)),
        };
        self.about(re, room, target, Words { key, text, more }, |author| Act::Edit { target, author }).await
    }

    /// Finds whose message it is, then passes what is to be done about it to its room.
    async fn about(
        &mut self,
        re: RequestId,
        room: RoomId,
        target: Seq,
        words: Words,
        act: impl FnOnce(protocol::UserId) -> Act,
    ) -> Done {
        match self.author_of(room, target).await {
            Ok(Some(author)) => self.post(re, room, act(author), words).await,
            // Perhaps it is gone by this very request, or was there at that time, and the answer was lost.
            Ok(None) => Done::Answer(match self.hub.store.entry_of_key(room, self.account.id, &words.key).await {
                Ok(Some((seq, at))) => Ok(Outcome::Stored { seq, at }),
                Ok(None) => Err(Error::no_such_message()),
                Err(problem) => Err(self.storage_error(&problem)),
            }),
            Err(error) => Done::Answer(Err(error)),
        }
    }

    async fn author_of(&mut self, room: RoomId, seq: Seq) -> Result<Option<protocol::UserId>, Error> {
        self.may(room, RoomDeed::Hear)?;
        self.take(Quota::Ask)?;
        let found = self.hub.store.message(room, seq, self.account.id).await;
        Ok(found.map_err(|problem| self.storage_error(&problem))?.map(|message| message.author))
    }

    async fn level(&mut self, room: RoomId, level: Level) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Hear)?;
        self.take(Quota::Ask)?;
        let set = self.hub.store.set_level(self.account.id, room, level).await;
        set.map_err(|problem| self.storage_error(&problem))?;
        self.tell_others(&Event::Level { room, level });
        Ok(Outcome::Done {})
    }

    async fn prefs(&mut self, prefs: String) -> Result<Outcome, Error> {
        self.take(Quota::Ask)?;
        let event = serde_json::from_str(&prefs).map(|prefs| Event::Prefs { prefs });
        let set = self.hub.store.set_prefs(self.account.id, prefs).await;
        set.map_err(|problem| self.storage_error(&problem))?;
        // What was read as JSON reads as JSON.
        if let Ok(event) = event {
            self.tell_others(&event);
        }
        Ok(Outcome::Done {})
    }

    /// Shows an event to one's other connections.
    fn tell_others(&self, event: &Event) {
        self.hub.show_others(self.account.id, self.outlet.id, &text_frame(&protocol::encode(event)));
    }

    async fn read(&mut self, room: RoomId, seq: Seq) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Hear)?;
        self.take(Quota::Ask)?;
        self.hub.store.mark_read(self.account.id, room, seq).await.map_err(|problem| self.storage_error(&problem))?;
        self.tell_others(&Event::Read { room, seq });
        Ok(Outcome::Done {})
    }

    async fn report(&mut self, room: RoomId, seq: Seq, reason: String) -> Result<Outcome, Error> {
        self.may(room, RoomDeed::Report)?;
        self.take(Quota::Report)?;
        let noted = self.hub.store.report(room, seq, self.account.id, reason, Hub::unix_ms()).await;
        let is_noted = noted.map_err(|problem| self.storage_error(&problem))?;
        if is_noted { Ok(Outcome::Done {}) } else { Err(Error::no_such_message()) }
    }

    /// One is away from this connection, or has come back: those who share a room with one see it.
    async fn shift(&mut self, away: bool) -> Result<Outcome, Error> {
        self.take(Quota::Ask)?;
        if self.outlet.be_away(away) != away {
            for seat in &self.seats {
                // A room that is gone has nobody to tell.
                let _ = seat.inbox.send(Command::Shift { seat: seat.id }).await;
            }
        }
        Ok(Outcome::Done {})
    }

    async fn type_in(&mut self, room: RoomId) -> Result<Outcome, Error> {
        let seat = self.may(room, RoomDeed::Speak)?;
        let (seat, inbox) = (seat.id, seat.inbox.clone());
        self.take(Quota::Typing)?;
        match self.muted_ms() {
            0 => {}
            muted_ms => return Err(Error::muted(muted_ms)),
        }
        inbox.send(Command::Typing { seat }).await.map_err(|_| self.hub.lost())?;
        Ok(Outcome::Done {})
    }
}
