//! Rooms and those who sit in them.
//!
//! [`room`] and [`act`] decide and `host` carries out what comes as a `command`, `outcome` answers it, `fanout` hands it to all
//! who sit in the room; [`session`] is one WebSocket, whose client's `requests` are carried out there, in `lists` and in
//! `doors`; [`outlet`] is its way out, with its `backlog`, `wire` its way in, `notice` what it is told to do, `frame` what goes
//! through it, `close` how it ends; [`hub`] knows them all, `follower` tells them what was done to their people, [`quota`]
//! counts what each account does, [`bans`] says which addresses are kept out.

pub mod bans;

mod backlog;
mod bots;
mod close;
mod command;
mod doors;
mod fanout;
mod follower;
mod frame;
mod host;
mod lists;
mod mentions;
mod notice;
mod outcome;
mod presence;
mod requests;
mod seek;
mod wire;

pub mod act;
pub mod hub;
pub mod outlet;
pub mod quota;
pub mod room;
pub mod session;
