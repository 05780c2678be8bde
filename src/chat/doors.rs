//! What brings people into rooms and out of them, as one WebSocket's client asks for it.

use super::command::{Command, Joiner, Sitting};
use super::hub::Hub;
use super::notice::Notice;
use super::quota::Quota;
use super::session::{End, Session};
use crate::protocol::{
    Code, DIRECT_PEOPLE_MAX, Error, LOBBY, Level, Outcome, Person, RequestId, RoomId, RoomKind, RoomView, Rules, UserId,
};
use crate::rights::{self, Deed, RoomDeed, Standing};
use crate::store::{NewDirect, NewRoom, RoomPlan};

impl Session {
    pub(super) async fn create(
        &mut self,
        name: String,
        topic: String,
        kind: RoomKind,
        shows_past: bool,
    ) -> Result<RoomView, Error> {
        self.may_serve(if kind == RoomKind::Open { Deed::CreateOpen } else { Deed::CreatePrivate })?;
        if let muted_ms @ 1.. = self.muted_ms() {
            // A room's name and topic are read by others, too.
            return Err(Error::muted(muted_ms));
        }
        self.check_room_count()?;
        self.take(Quota::Create)?;
        let (me, rooms_max) = (self.account.id, self.hub.config.chat.rooms_max);
        let plan = RoomPlan { name: name.clone(), topic: topic.clone(), kind, shows_past };
        let made = self.hub.store.create_room(plan, me, Hub::unix_ms(), rooms_max).await;
        match made.map_err(|problem| self.storage_error(&problem))? {
            NewRoom::Created(id) => {
                let rules = Rules { shows_past, slow_ms: 0, archived: false };
                let (head, read) = (1, 1);
                Ok(RoomView {
                    id,
                    name,
                    topic,
                    kind,
                    people: None,
                    rules,
                    made: true,
                    since: 1,
                    head,
                    read,
                    unread: 0,
                    mentions: 0,
                    level: Level::All,
                })
            }
            NewRoom::NameTaken => Err(Error::new(
                Code::NameTaken,
                "A room has this name already. Nothing was made; join it, or choose another name.",
            )),
            NewRoom::TooMany => Err(server_is_full()),
            NewRoom::TooManyForMaker => Err(too_many_rooms(self.hub.config.chat.rooms_per_user_max)),
        }
    }

    pub(super) async fn direct(&mut self, mut people: Vec<UserId>) -> Result<RoomView, Error> {
        self.may_serve(Deed::Direct)?;
        let me = self.account.id;
        people.retain(|person| *person != me);
        if people.is_empty() || people.len() >= DIRECT_PEOPLE_MAX {
            let text = "A direct room has two to eight people, you among them. Nothing was made; choose others.";
            return Err(Error::new(Code::TooManyPeople, text));
        }
        self.take(Quota::Create)?;
        let rooms_max = self.hub.config.chat.rooms_max;
        let made = self.hub.store.direct_room(me, people.clone(), Hub::unix_ms(), rooms_max).await;
        let room = match made.map_err(|problem| self.storage_error(&problem))? {
            NewDirect::Created(room) => {
                self.tell_joined(room, &people).await;
                room
            }
            NewDirect::Found(room) => room,
            NewDirect::NoSuchPerson => return Err(Error::no_such_person()),
            NewDirect::TooMany => {
                let text = "One of you is in as many rooms as one may be, or the server has no more. Nothing was made; \
                            leave a room first.";
                return Err(Error::new(Code::TooManyRooms, text));
            }
        };
        self.own_view(room).await
    }

    /// Tells the open connections of people that they are in a room that has just been made.
    async fn tell_joined(&self, room: RoomId, people: &[UserId]) {
        for person in people {
            let outlets = self.hub.outlets_of(*person);
            if outlets.is_empty() {
                continue;
            }
            match self.hub.store.room_of(*person, room).await {
                Ok(Some(view)) => outlets.iter().for_each(|outlet| outlet.notify(Notice::Joined(view.clone()))),
                Ok(None) => {}
                // They find the room at their next hello.
                Err(problem) => log::warn!("#{} user {person} is not told of a room: {problem:?}", self.outlet.id),
            }
        }
    }

    pub(super) async fn join(&mut self, room: RoomId) -> Result<RoomView, Error> {
        if self.seat(room).is_err() {
            self.check_room_count()?;
        }
        self.take(Quota::Join)?;
        // Only who may come in reaches the room: nothing tells a closed room from none.
        let door = self.hub.store.door(room, self.account.id).await.map_err(|problem| self.storage_error(&problem))?;
        let door = door.ok_or_else(Error::no_such_room)?;
        let role = self.account.role;
        if door.standing == Standing::Outside && !rights::may(role, RoomDeed::Join, door.kind, door.standing) {
            return Err(Error::no_such_room());
        }
        // Whoever may join at any time may while a membership is just ending; in other rooms it ends for good.
        if rights::may(role, RoomDeed::Join, door.kind, Standing::Outside)
            && let Some(view) = self.hub.join(room, Joiner::Known(self.account.person())).await?.room
        {
            return Ok(view);
        }
        self.own_view(room).await
    }

    /// A room of one's own, as one sees it.
    async fn own_view(&self, room: RoomId) -> Result<RoomView, Error> {
        let view = self.hub.store.room_of(self.account.id, room).await;
        view.map_err(|problem| self.storage_error(&problem))?.ok_or_else(Error::no_such_room)
    }

    /// Answers with the room, then takes a new seat in it, as do one's other sessions unless they sit there.
    pub(super) async fn sit_down(&mut self, id: RequestId, view: RoomView) -> Option<End> {
        let (room, kind, made) = (view.id, view.kind, view.made);
        self.hub.notify_others(self.account.id, self.outlet.id, &Notice::Joined(view.clone()));
        self.answer(id, Ok(Outcome::Room { room: view }));
        self.enter(room, kind, made, None).await
    }

    pub(super) async fn leave(&mut self, room: RoomId) -> Result<Outcome, Error> {
        let seat = self.may(room, RoomDeed::Leave)?.id;
        self.take(Quota::Join)?;
        let person = self.account.person();
        self.hub.take_out(room, person, None, Some(seat)).await?;
        self.stand_up(room);
        Ok(Outcome::Done {})
    }

    pub(super) async fn bring(&mut self, room: RoomId, user: UserId) -> Result<Outcome, Error> {
        let seat = self.may(room, RoomDeed::Bring)?.id;
        self.take(Quota::Join)?;
        let found = self.hub.store.active_person(user).await.map_err(|problem| self.storage_error(&problem))?;
        let who = Joiner::Known(found.ok_or_else(Error::no_such_person)?);
        let by = Some(Sitting { seat, person: self.account.person() });
        self.hub.ask(room, |reply| Command::Join { who, by, reply }).await?;
        Ok(Outcome::Done {})
    }

    pub(super) async fn remove(&mut self, room: RoomId, user: UserId) -> Result<Outcome, Error> {
        let seat = self.may(room, RoomDeed::Remove)?;
        let (seat, standing) = (seat.id, seat.standing);
        self.take(Quota::Join)?;
        if user == self.account.id {
            let text = "One does not remove oneself. Nothing was done; leave the room instead.";
            return Err(Error::new(Code::Forbidden, text));
        }
        let storage = |problem| self.storage_error(&problem);
        let theirs = self.hub.store.door(room, user).await.map_err(storage)?.map(|door| door.standing);
        let found = self.hub.store.anybody(user).await.map_err(storage)?;
        let whom = found.filter(|_| theirs.is_some_and(|theirs| theirs != Standing::Outside));
        let whom = whom.ok_or_else(Error::no_such_person)?;
        if !rights::may_remove(self.account.role, standing, whom.role) {
            return Err(Error::forbidden());
        }
        let person = Person { id: whom.id, name: whom.name };
        let by = Some(Sitting { seat, person: self.account.person() });
        if self.hub.take_out(room, person, by, None).await? {
            Ok(Outcome::Done {})
        } else {
            Err(Error::no_such_person())
        }
    }

    pub(super) async fn demolish(&mut self, room: RoomId, name: String) -> Result<Outcome, Error> {
        let seat = self.may(room, RoomDeed::Demolish)?.id;
        self.take(Quota::Send)?;
        if room == LOBBY {
            let text = "The first room stays: whoever comes in needs one. Nothing was deleted; archive it instead.";
            return Err(Error::new(Code::Forbidden, text));
        }
        let by = Sitting { seat, person: self.account.person() };
        self.hub.ask(room, |reply| Command::Demolish { by, name, reply }).await?;
        self.tell_left(room);
        Ok(Outcome::Done {})
    }

    fn check_room_count(&self) -> Result<(), Error> {
        let max = self.hub.config.chat.rooms_per_user_max;
        if (self.seats.len() as u64) < max { Ok(()) } else { Err(too_many_rooms(max)) }
    }
}

fn too_many_rooms(max: u64) -> Error {
    let text = format!("You are in {max} rooms, and no more are allowed. Nothing was done; leave one first.");
    Error::new(Code::TooManyRooms, text)
}

fn server_is_full() -> Error {
    let text = "This server has as many rooms as it may. Nothing was made; join one of them.";
    Error::new(Code::TooManyRooms, text)
}
