//! The scenarios, under the names by which everyone speaks of them.

use std::fmt;

use crate::report::Report;
use crate::server::Setup;
use crate::system::Error;

mod durable;
mod idle;
mod page;
mod search;
mod speech;
mod start;

/// A scenario with its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// `fanout S W`: S members of one room, one of whom keeps W messages in flight.
    Fanout(usize, usize),
    /// `paced S R`: S members of one room speak in turn, R messages a second by the clock.
    Paced(usize, usize),
    /// `rooms N K`: N rooms of K members, two speakers in each, 64 messages in flight in all.
    Rooms(usize, usize),
    /// `idle N`: N silent clients.
    Idle(usize),
    /// `durable P R`: P clients in R rooms post as fast as acknowledgements come back.
    Durable(usize, usize),
    /// `page M`: pages of history out of a room of M messages.
    Page(usize),
    /// `search M R`: searches in M messages, half of them in one room and the others in R.
    Search(usize, usize),
    /// `start`: from starting the process to the first answer.
    Start,
    /// `size`: the binary, and its memory at rest.
    Size,
    /// `fsync`: append and `fdatasync` alone, without a server.
    Fsync,
}

impl Scenario {
    /// Reads the words of the command line; numbers that are missing are the usual ones.
    pub fn parse(words: &[String]) -> Result<Scenario, Error> {
        let number = |i: usize, usual: usize| match words.get(i) {
            Some(word) => word.replace('_', "").parse().map_err(|_| format!("{word} is no number")),
            None => Ok(usual),
        };
        match words.first().map_or("", String::as_str) {
            "fanout" => Ok(Scenario::Fanout(number(1, 1000)?, number(2, 1)?)),
            "paced" => Ok(Scenario::Paced(number(1, 1000)?, number(2, 500)?)),
            "rooms" => Ok(Scenario::Rooms(number(1, 1000)?, number(2, 10)?)),
            "idle" => Ok(Scenario::Idle(number(1, 10_000)?)),
            "durable" => Ok(Scenario::Durable(number(1, 64)?, number(2, 1)?)),
            "page" => Ok(Scenario::Page(number(1, 10_000)?)),
            "search" => Ok(Scenario::Search(number(1, 10_000)?, number(2, 200)?)),
            "start" => Ok(Scenario::Start),
            "size" => Ok(Scenario::Size),
            "fsync" => Ok(Scenario::Fsync),
            other => Err(format!("there is no scenario {other:?}").into()),
        }
    }

    /// Runs it once.
    pub fn run(self, setup: &Setup) -> Result<Report, Error> {
        match self {
            Scenario::Fanout(members, in_flight) => speech::fanout(setup, members, in_flight),
            Scenario::Paced(members, rate) => speech::paced(setup, members, rate as u64),
            Scenario::Rooms(count, members) => speech::rooms(setup, count, members),
            Scenario::Idle(clients) => idle::idle(setup, clients),
            Scenario::Durable(clients, rooms) => durable::durable(setup, clients, rooms),
            Scenario::Page(entries) => page::page(setup, entries),
            Scenario::Search(messages, rooms) => search::search(setup, messages, rooms),
            Scenario::Start => start::start(setup),
            Scenario::Size => start::size(setup),
            Scenario::Fsync => durable::fsync(setup),
        }
    }
}

impl fmt::Display for Scenario {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Scenario::Fanout(members, in_flight) => write!(f, "fanout {members} {in_flight}"),
            Scenario::Paced(members, rate) => write!(f, "paced {members} {rate}"),
            Scenario::Rooms(count, members) => write!(f, "rooms {count} {members}"),
            Scenario::Idle(clients) => write!(f, "idle {clients}"),
            Scenario::Durable(clients, rooms) => write!(f, "durable {clients} {rooms}"),
            Scenario::Page(entries) => write!(f, "page {entries}"),
            Scenario::Search(messages, rooms) => write!(f, "search {messages} {rooms}"),
            Scenario::Start => write!(f, "start"),
            Scenario::Size => write!(f, "size"),
            Scenario::Fsync => write!(f, "fsync"),
        }
    }
}
