//! `fanout`, `paced` and `rooms`: messages delivered to those who are there.

use std::time::Duration;

use crate::guests;
use crate::herd::{Herd, number};
use crate::report::{OTHERS_BUSY, Report};
use crate::server::{Server, Setup};
use crate::system::{self, Error, now_ns};
use crate::talk::{Pace, Talk};

use memchr::memmem;

/// How long a server may take to deliver what it was given, once nothing more comes.
const DRAIN_NS: u64 = 3_000_000_000;

/// Messages in flight, in all, of `rooms`.
const ROOMS_IN_FLIGHT: usize = 64;

/// Members of a room of `rooms` who speak.
const ROOM_SPEAKERS: usize = 2;

/// The lobby, in which everyone is.
pub const LOBBY: u64 = 1;

/// A server and the clients that have come in.
pub fn gather(setup: &Setup, clients: usize) -> Result<(Server, Herd), Error> {
    let server = Server::start(setup)?;
    let cookies = guests::make(server.address, clients)?;
    let herd = Herd::gather(server.address, &cookies, setup.spin)?;
    Ok((server, herd))
}

/// `fanout S W`: one of S members keeps W messages in flight.
pub fn fanout(setup: &Setup, members: usize, in_flight: usize) -> Result<Report, Error> {
    let (server, herd) = gather(setup, members)?;
    closed_loop(setup, &server, herd, vec![(0, LOBBY)], in_flight)
}

/// `rooms N K`: two speakers in each of N rooms of K members keep 64 messages in flight in all.
pub fn rooms(setup: &Setup, count: usize, members: usize) -> Result<Report, Error> {
    let (server, mut herd) = gather(setup, count * members)?;
    let rooms = make_rooms(&mut herd, count, members)?;
    let mut rota = Vec::new();
    for speaker in 0..ROOM_SPEAKERS.min(members) {
        rota.extend(rooms.iter().enumerate().map(|(i, room)| (i * members + speaker, *room)));
    }
    closed_loop(setup, &server, herd, rota, ROOMS_IN_FLIGHT)
}

/// Makes `count` rooms; the clients take their seats in order.
pub fn make_rooms(herd: &mut Herd, count: usize, members: usize) -> Result<Vec<u64>, Error> {
    let create = |i| (i * members, format!("\"op\": \"create\", \"name\": \"Room {i}\", \"topic\": \"\""));
    let made = herd.ask(&(0..count).map(create).collect::<Vec<_>>())?;
    let rooms = made.iter().map(|answer| room_id(answer)).collect::<Result<Vec<u64>, Error>>()?;
    let mut joins = Vec::new();
    for seat in 1..members {
        joins.extend(
            rooms
                .iter()
                .enumerate()
                .map(|(i, room)| (i * members + seat, format!("\"op\": \"join\", \"room\": {room}"))),
        );
    }
    herd.ask(&joins)?;
    Ok(rooms)
}

fn room_id(answer: &str) -> Result<u64, Error> {
    let at = memmem::find(answer.as_bytes(), b"\"id\":").ok_or("a room without an id")?;
    Ok(number(&answer.as_bytes()[at + 5..]).ok_or("a room's id is no number")? as u64)
}

fn closed_loop(
    setup: &Setup,
    server: &Server,
    mut herd: Herd,
    rota: Vec<(usize, u64)>,
    in_flight: usize,
) -> Result<Report, Error> {
    let mut talk = Talk::new(rota, Pace::Echo);
    for _ in 0..in_flight {
        talk.say(now_ns(), herd.out());
    }
    herd.run_until(&mut talk, now_ns() + nanos(setup.warm_up))?;
    let before = Counters::read(server)?;
    talk.count_from = 0;
    herd.run_until(&mut talk, before.at_ns + nanos(setup.window))?;
    let used = Counters::read(server)?.since(&before);
    if talk.deliveries == 0 && talk.error.is_none() {
        return Err("nothing was delivered".into());
    }
    summarise(&talk, &used)
}

/// `paced S R`: the members speak in turn, R messages a second by the clock.
pub fn paced(setup: &Setup, members: usize, rate: u64) -> Result<Report, Error> {
    let (server, mut herd) = gather(setup, members)?;
    let clock = Pace::Clock { every_ns: 1_000_000_000 / rate.max(1), due_ns: now_ns() };
    let mut talk = Talk::new((0..members).map(|client| (client, LOBBY)).collect(), clock);
    herd.run_until(&mut talk, now_ns() + nanos(setup.warm_up))?;
    let before = Counters::read(&server)?;
    talk.count_from = talk.said;
    herd.run_until(&mut talk, before.at_ns + nanos(setup.window))?;
    talk.set_pace(Pace::Silent);
    let used = Counters::read(&server)?.since(&before);
    let in_time = talk.deliveries;
    let expected = ((talk.said - talk.count_from) * members) as u64;
    let patience = now_ns() + DRAIN_NS;
    while talk.deliveries < expected && now_ns() < patience {
        herd.run_until(&mut talk, now_ns() + 1_000_000)?;
    }
    let late = expected - talk.deliveries;
    talk.deliveries = in_time;
    let mut report = summarise(&talk, &used)?;
    report.add("delivered in time", "%", in_time as f64 / expected as f64 * 100.0);
    report.add("not delivered 3 s after the end", "", late as f64);
    Ok(report)
}

fn summarise(talk: &Talk, used: &Counters) -> Result<Report, Error> {
    if let Some(error) = &talk.error {
        return Err(format!("the server refused a message: {error}").into());
    }
    let (seconds, deliveries) = (used.at_ns as f64 / 1e9, talk.deliveries as f64);
    let mut report = Report::default();
    report.add("deliveries", "/s", deliveries / seconds);
    if talk.deliveries == 0 {
        // A server that is far behind the clock delivers nothing of what is counted while it is counted.
        used.show(&mut report);
        return Ok(report);
    }
    report.add("server time a delivery", "us", used.server_s * 1e6 / deliveries);
    report.add("latency p50", "ms", talk.latency.quantile(0.5) as f64 / 1e6);
    report.add("latency p99", "ms", talk.latency.quantile(0.99) as f64 / 1e6);
    report.add("latency p99.9", "ms", talk.latency.quantile(0.999) as f64 / 1e6);
    report.add("bytes of a delivery", "B", talk.frame_bytes as f64);
    used.show(&mut report);
    Ok(report)
}

fn nanos(duration: Duration) -> u64 {
    duration.as_nanos() as u64
}

/// The time and what both sides had used by then.
#[derive(Debug)]
pub struct Counters {
    /// Nanoseconds.
    pub at_ns: u64,
    /// The server's processor seconds.
    pub server_s: f64,
    /// One's own processor seconds.
    pub own_s: f64,
    /// Processor seconds of the whole machine.
    pub machine_s: f64,
}

impl Counters {
    /// As they stand now.
    pub fn read(server: &Server) -> Result<Counters, Error> {
        let (server_s, own_s, machine_s) = (server.cpu_s()?, system::cpu_s("self")?, system::machine_s()?);
        Ok(Counters { at_ns: now_ns(), server_s, own_s, machine_s })
    }

    /// What has been used since.
    pub fn since(&self, before: &Counters) -> Counters {
        Counters {
            at_ns: self.at_ns - before.at_ns,
            server_s: self.server_s - before.server_s,
            own_s: self.own_s - before.own_s,
            machine_s: self.machine_s - before.machine_s,
        }
    }

    /// Adds how busy both sides were, and everyone else on the machine: a run that others disturbed says so.
    pub fn show(&self, report: &mut Report) {
        let share = |busy_s: f64| busy_s.max(0.0) / (self.at_ns as f64 / 1e9) * 100.0;
        report.add("server busy", "%", share(self.server_s));
        report.add("generator busy", "%", share(self.own_s));
        report.add(OTHERS_BUSY, "%", share(self.machine_s - self.server_s - self.own_s));
    }
}
