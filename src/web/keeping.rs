//! Keeping order over HTTP: who is here, bans, reports, the audit log, bots. A file each; what they have in common is here.

mod audit;
mod bans;
pub(super) mod bots;
mod people;
mod reports;

use super::{Call, Site, storage_problem};
use crate::chat::hub::Hub;
use crate::chat::quota::Quota;
use crate::http::problem::Problem;
use crate::http::query;
use crate::http::request::Method;
use crate::http::response::Response;
use crate::protocol::{Account, FRAME_BYTES_MAX, Person, RoomId, SessionId, UserId};
use crate::rights::Deed;
use crate::store::{ADDRESS_BANS_MAX, BOTS_PER_PERSON_MAX, BanInForce, Refusal, StoreError};
use serde_json::{Value, json};

/// Elements of a page of a list.
const PAGE_MAX: usize = 100;

/// Bytes of a request's body here: some names, numbers and a reason.
const BODY_BYTES_MAX: u64 = 4 << 10;

/// Digits of an id in a path; ids are below 2^53.
const ID_DIGITS_MAX: usize = 16;

/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;

/// Where a request leads that keeps order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keeping {
    /// Who is here.
    People,
    /// Change what somebody is to the server.
    Person(UserId),
    /// The bans in force.
    Bans,
    /// Make a ban.
    NewBan,
    /// Lift a ban.
    LiftBan(i64),
    /// The reports.
    Reports,
    /// Mark a report.
    Report(i64),
    /// The audit log.
    Audit,
    /// One's bots.
    Bots,
    /// Make a bot.
    NewBot,
    /// Revoke a bot's token.
    RevokeBot(SessionId),
    /// A bot writes into a room.
    Message(RoomId),
}

/// Where a method and what follows `/api/v1/` lead.
pub(super) fn lead(method: Method, path: &str) -> Option<Keeping> {
    use Method::{Delete, Get, Head, Patch, Post};
    let parts: Vec<&str> = path.splitn(4, '/').collect();
    Some(match (method, parts.as_slice()) {
        (Get | Head, ["people"]) => Keeping::People,
        (Patch, ["people", user]) => Keeping::Person(id(user)?),
        (Get | Head, ["bans"]) => Keeping::Bans,
        (Post, ["bans"]) => Keeping::NewBan,
        (Delete, ["bans", ban]) => Keeping::LiftBan(id(ban)?),
        (Get | Head, ["reports"]) => Keeping::Reports,
        (Patch, ["reports", report]) => Keeping::Report(id(report)?),
        (Get | Head, ["audit"]) => Keeping::Audit,
        (Get | Head, ["bots"]) => Keeping::Bots,
        (Post, ["bots"]) => Keeping::NewBot,
        (Delete, ["bots", bot]) => Keeping::RevokeBot(id(bot)?),
        (Post, ["rooms", room, "messages"]) => Keeping::Message(id(room)?),
        _ => return None,
    })
}

/// An id, written in the one way in which the server writes it.
pub(super) fn id(text: &str) -> Option<i64> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && !text.starts_with('0');
    text.parse().ok().filter(|_| is_plain && text.len() <= ID_DIGITS_MAX)
}

impl Keeping {
    /// Bytes that a request's body may have here.
    pub(super) fn body_bytes_max(self) -> u64 {
        match self {
            Keeping::Message(_) => FRAME_BYTES_MAX as u64,
            _ => BODY_BYTES_MAX,
        }
    }

    /// Carries out a request that was admitted.
    pub(super) async fn answer(self, site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
        match self {
            Keeping::People => people::list(site, call).await,
            Keeping::Person(user) => people::change(site, call, user, body).await,
            Keeping::Bans => bans::list(site, call).await,
            Keeping::NewBan => bans::make(site, call, body).await,
            Keeping::LiftBan(ban) => bans::lift(site, call, ban).await,
            Keeping::Reports => reports::list(site, call).await,
            Keeping::Report(report) => reports::mark(site, call, report, body).await,
            Keeping::Audit => audit::list(site, call).await,
            Keeping::Bots => bots::list(site, call).await,
            Keeping::NewBot => bots::make(site, call, body).await,
            Keeping::RevokeBot(bot) => bots::revoke(site, call, bot).await,
            Keeping::Message(room) => bots::say(site, call, room, body).await,
        }
    }
}

impl Site {
    /// Whose session it is, if they may do that and have not asked for too much.
    async fn keeper(&self, call: &Call<'_>, deed: Deed) -> Result<Account, Problem> {
        self.counted(call, deed, Quota::Ask).await
    }

    /// As [`Site::keeper`], for what is counted as something else than a question.
    pub(super) async fn counted(&self, call: &Call<'_>, deed: Deed, quota: Quota) -> Result<Account, Problem> {
        let account = self.allowed(call, deed).await?;
        self.hub.count(account.id, call.peer, quota)?;
        Ok(account)
    }
}

/// The address is kept out.
pub(super) fn banned((_, until): BanInForce) -> Problem {
    let text = "Your address is kept out of this server. Nothing was done. If that is a mistake, ask its keeper.";
    let problem = Problem::new(403, "banned", text);
    let left_ms = until.and_then(|until| u64::try_from(until.saturating_sub(Hub::unix_ms())).ok());
    left_ms.map_or(problem.clone(), |ms| problem.retry_after_ms(ms))
}

/// What came of something that the store may refuse.
fn settled<T>(call: &Call<'_>, outcome: Result<Result<T, Refusal>, StoreError>) -> Result<T, Problem> {
    outcome.map_err(|error| storage_problem(error, call.connection))?.map_err(refused)
}

/// Why it was refused, as a client reads it.
fn refused(refusal: Refusal) -> Problem {
    let (status, code, text) = match refusal {
        Refusal::NoSuchPerson => {
            (404, "no_such_person", "There is nobody here with that id. Nothing was done. Load the list again.".into())
        }
        Refusal::Forbidden => {
            let text = "Your role here does not let you do that, or not to somebody of their role. Nothing was done. Ask the owner.";
            (403, "forbidden", text.into())
        }
        Refusal::LastOwner => {
            let text =
                "There would be no owner left. Nothing was done. Make somebody else an owner first (snug user role).";
            (409, "last_owner", text.into())
        }
        Refusal::NoAccount => {
            let text = "Somebody without an account is a guest or a visitor. Nothing was done. Invite them to make an account.";
            (409, "no_account", text.into())
        }
        Refusal::IsBot => (409, "is_bot", "A bot is always a guest. Nothing was done.".into()),
        Refusal::IsBanned => (409, "is_banned", "They are banned. Nothing was done. Lift that ban first.".into()),
        Refusal::TooManyBans => {
            let text = format!(
                "{ADDRESS_BANS_MAX} bans by address are in force, and no more may be. Nothing was done. Lift one, or ban a wider range."
            );
            (409, "too_many_bans", text)
        }
        Refusal::NoSuchBan => {
            (404, "no_such_ban", "There is no such ban, or it is over. Nothing was done. Load the list again.".into())
        }
        Refusal::NoSuchReport => {
            (404, "no_such_report", "There is no such report. Nothing was done. Load the list again.".into())
        }
        Refusal::NoSuchRoom => {
            let text = "There is no such room, or you are not in it. Nothing was done; join the room first.";
            (404, "no_such_room", text.into())
        }
        Refusal::NameTaken => {
            (409, "name_taken", "Somebody here has this name already. Nothing was done. Choose another one.".into())
        }
        Refusal::TooManyBots => {
            let text =
                format!("You have {BOTS_PER_PERSON_MAX} bots, and no more may be. Nothing was done. Revoke one first.");
            (409, "too_many_bots", text)
        }
        Refusal::NoSuchBot => {
            (404, "no_such_bot", "You have no such bot. Nothing was done. Load the list again.".into())
        }
    };
    Problem::new(status, code, text)
}

/// The body is JSON, but not what is needed here.
fn bad(needed: &str) -> Problem {
    Problem::new(
        400,
        "bad_request",
        format!("The request is not as it is needed here. Nothing was done. Send {needed}."),
    )
}

/// The id in the query's field `name`, from which a page goes on; 0 if there is none.
fn from(call: &Call<'_>, name: &'static str) -> Result<i64, Problem> {
    match query::value(call.target.query, name) {
        None => Ok(0),
        Some(text) => id(&text).ok_or_else(|| bad(&format!("{name}=ID"))),
    }
}

/// A page of `found`, which has one more than that if there are more behind it.
fn page<T>(name: &str, mut found: Vec<T>, show: impl Fn(&T) -> Value) -> Response {
    let more = found.len() > PAGE_MAX;
    found.truncate(PAGE_MAX);
    let list: Vec<Value> = found.iter().map(show).collect();
    Response::json(200, &json!({ name: list, "more": more }))
}

/// A room as lists name it.
fn room((id, name): &(RoomId, String)) -> Value {
    json!({"id": id, "name": name})
}

/// Somebody or nobody.
fn person(person: Option<&Person>) -> Value {
    json!(person)
}
