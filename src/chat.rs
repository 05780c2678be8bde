//! Rooms and those who sit in them.
//!
//! [`room`] decides and `host` carries out what comes as a `command`; [`session`] is one WebSocket, [`outlet`] its way out,
//! `frame` what goes through it, `close` how it ends; [`hub`] knows them all, `follower`
//! tells them what was done to their people, [`quota`] counts what each account
//! does, [`bans`] says which addresses are kept out.

pub mod bans;

mod bots;
mod close;
mod command;
mod follower;
mod frame;
mod host;
pub mod hub;
pub mod outlet;
pub mod quota;
pub mod room;
pub mod session;
