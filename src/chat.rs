//! Rooms and those who sit in them.
//!
//! [`room`] decides and [`host`] carries out; [`session`] is one WebSocket, [`outlet`] its way out, [`hub`] knows them all.

pub mod host;
pub mod hub;
pub mod outlet;
pub mod room;
pub mod session;
