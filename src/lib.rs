//! snug: real-time chat in one small static binary. This page is the map of the house.
//!
//! # Floors
//! A file imports only from floors below its own (`tests/tidy.rs` holds it to that). Floors 0 and 1 do no I/O, know no
//! clock and no `async`: bytes, values and time come in as arguments; bytes, values and effects go out.

// Floor 0
pub mod protocol;

// Floor 1
pub mod config;
pub mod http;
pub mod rate;
pub mod secret;

// Floor 2
pub mod logging;
pub mod store;

// Floor 3
pub mod chat;
pub mod server;
pub mod web;

// Floor 4
pub mod cli;
