//! What the server answers over HTTP: which requests it takes, and the handlers behind them.
//!
//! A request comes in two steps, so that nobody uploads in vain: [`Site::admit`] decides by the head alone, and
//! [`Site::answer`] gets the body, if there is one. The connection (`server`) reads and writes; nothing here sees a socket.

pub mod cookies;
pub mod keeping;
pub mod router;

mod accounts;
mod assets;
mod attempts;
mod call;
mod entry;
mod export;
mod faces;
mod files;
mod gate;
mod guests;
mod invitations;
mod links;
mod sessions;
mod throttle;

use crate::chat::hub::Hub;
use crate::http::bearer;
use crate::http::body::Framing;
use crate::http::host;
use crate::http::origin::Own;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::http::upgrade;
use crate::protocol::{Account, SUBPROTOCOL, UserId};
use crate::rights::{self, Deed};
use crate::secret::{self, TokenHash};
use crate::store::StoreError;
use async_tungstenite::tungstenite::handshake::derive_accept_key;
use attempts::Attempts;
use router::{Route, RouteError};
use serde_json::json;
use smol::lock::Semaphore;
use std::net::IpAddr;
use std::sync::Arc;
use throttle::Throttle;

pub use call::{Call, Peer, UNIX_PEER};
pub use files::FileStream;
pub use gate::may_change;

/// The port of https, which addresses leave out.
const HTTPS_PORT: u16 = 443;

/// Changes that one person may make about themselves, links that they may make and pages of an export that they may have,
/// in a minute.
const CHANGES_PER_MINUTE: u32 = 60;

/// Everything that handlers need.
pub struct Site {
    /// The rooms, the store and the configuration.
    pub hub: Arc<Hub>,
    /// New guests by address.
    guests: Throttle<IpAddr>,
    /// Attempts to come in.
    attempts: Attempts,
    /// Changes and exports, by person.
    changes: Throttle<UserId>,
    /// One export is made at a time: each reads much of the database.
    exports: Semaphore,
    /// One picture is taken apart at a time: each is in memory as a whole.
    pictures: Semaphore,
    /// What the machine calls itself.
    machine: String,
    /// The port on which this server itself speaks https, if it does.
    https_port: Option<u16>,
}

/// What becomes of a request.
pub enum Answer {
    /// A response, and the connection goes on.
    Response(Response),
    /// A response whose body is a file, and the file.
    File(Response, Box<FileStream>),
    /// A `101`, after which the connection is this person's WebSocket.
    Upgrade(Response, Box<Account>),
}

impl Site {
    /// The site of this hub; `https_port` is where this server itself speaks https, if it does.
    pub fn new(hub: Arc<Hub>, https_port: Option<u16>) -> Site {
        let guests = Throttle::new(hub.config.http.guests_per_minute);
        let attempts = Attempts::new(&hub.config.people);
        let machine = rustix::system::uname().nodename().to_string_lossy().into_owned();
        Site {
            hub,
            guests,
            attempts,
            changes: Throttle::new(CHANGES_PER_MINUTE),
            exports: Semaphore::new(1),
            pictures: Semaphore::new(1),
            machine,
            https_port,
        }
    }

    /// Decides by the head alone whether the request is taken, and to where.
    ///
    /// # Errors
    /// The response that refuses it: 421, 404, 405, 400, 403, 411, 413 or 415.
    pub fn admit(&self, call: &Call<'_>) -> Result<Route, Box<Response>> {
        gate::check_host(self, call).map_err(|problem| problem.response())?;
        let route = router::find(call.request.method, &call.target.path).map_err(|error| match error {
            RouteError::NotFound => {
                let text = "There is nothing at this address. It may be misspelt, or of another version of snug.";
                Problem::new(404, "not_found", text).response()
            }
            RouteError::MethodNotAllowed { allow } => {
                let text =
                    format!("This address does not take {}. Nothing was done. It takes {allow}.", call.request.method);
                Problem::new(405, "method_not_allowed", text).response().with("Allow", allow)
            }
        })?;
        if route.is_guarded()
            && let Some(ban) = self.hub.bans.of(call.peer, Hub::unix_ms())
        {
            return Err(Box::new(keeping::banned(ban).response()));
        }
        gate::check_change(self, call, route)?;
        match route {
            Route::Socket if !matches!(call.framing, Framing::None | Framing::Length(0)) => {
                return Err(Box::new(Problem::malformed("a WebSocket's request has no body").response()));
            }
            _ => {}
        }
        match call.framing {
            Framing::Length(bytes) if bytes > route.body_bytes_max() => {
                Err(Box::new(Problem::too_large(route.body_bytes_max()).response()))
            }
            _ => Ok(route),
        }
    }

    /// Carries out a request that was admitted; `body` is whole and within the route's limit.
    pub async fn answer(&self, route: Route, call: &Call<'_>, body: &[u8]) -> Answer {
        Answer::Response(match route {
            Route::Index => assets::index(call.request),
            Route::Icon => assets::icon(call.request),
            Route::Asset => assets::asset(call.request, &call.target.path),
            Route::Fixed => assets::fixed(call.request, &call.target.path),
            Route::Health => self.health(call).await,
            Route::Options => Response::new(204).with("Allow", "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
            Route::Socket => return self.upgrade(call).await,
            Route::File(id) => {
                return files::get(self, call, id).await.unwrap_or_else(|problem| Answer::Response(problem.response()));
            }
            Route::Picture(id) => {
                return faces::get(self, call, id).await.unwrap_or_else(|problem| Answer::Response(problem.response()));
            }
            _ => self.interface(route, call, body).await.unwrap_or_else(|problem| problem.response()),
        })
    }

    /// What stands under `/api/v1`.
    async fn interface(&self, route: Route, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
        match route {
            Route::Door => self.door(call).await,
            Route::NewGuest => guests::create(self, call, body).await,
            Route::SignIn => sessions::sign_in(self, call, body).await,
            Route::Sessions => sessions::list(self, call).await,
            Route::SignOut => sessions::sign_out(self, call).await,
            Route::EndSession(session) => sessions::end_one(self, call, session).await,
            Route::EndSessions => sessions::end_others(self, call).await,
            Route::SignUp => accounts::sign_up(self, call, body).await,
            Route::Me => Ok(Response::json(200, &json!(self.caller(call).await?))),
            Route::Keeping(keeping) => keeping.answer(self, call, body).await,
            Route::Rename => accounts::rename(self, call, body).await,
            Route::SetColour => faces::set_colour(self, call, body).await,
            Route::SetPicture => faces::set_picture(self, call, body).await,
            Route::ChangePassword => accounts::change_password(self, call, body).await,
            Route::BecomeMember => accounts::become_member(self, call, body).await,
            Route::Export => export::export(self, call).await,
            Route::DeleteMe => accounts::delete(self, call, body).await,
            Route::LookAtInvitation => invitations::look(self, call, body).await,
            Route::AcceptInvitation => invitations::accept(self, call, body).await,
            Route::Invitations => links::list(self, call).await,
            Route::Invite => links::make(self, call, body).await,
            Route::RevokeInvitation(id) => links::revoke(self, call, id).await,
            Route::NewFile(room) => files::begin(self, call, room, body).await,
            Route::Piece(id, n) => files::put(self, call, (id, n), body).await,
            Route::SealFile(id) => files::seal(self, call, id).await,
            Route::DropFile(id) => files::take_back(self, call, id).await,
            // These are answered before.
            Route::Index
            | Route::Icon
            | Route::Asset
            | Route::Fixed
            | Route::Health
            | Route::Options
            | Route::Socket
            | Route::File(_)
            | Route::Picture(_) => {
                Err(Problem::new(500, "internal", "The server has lost its way. Nothing was done. Tell its keeper."))
            }
        }
    }

    /// What the page needs to know before anybody is in; never a 401.
    async fn door(&self, call: &Call<'_>) -> Result<Response, Problem> {
        let me = match self.account(call).await {
            Ok(account) => Some(account),
            Err(problem) if problem.code == "no_session" => None,
            Err(problem) => return Err(problem),
        };
        let has_owner = self.hub.store.has_owner().await.map_err(|error| storage_problem(error, call.connection))?;
        let people = &self.hub.config.people;
        let (guests, sign_up) = (people.guests, people.sign_up.name());
        Ok(Response::json(200, &json!({ "setup": !has_owner, "guests": guests, "sign_up": sign_up, "me": me })))
    }

    /// Carries what was done to somebody to their open connections; if that fails now, the follower does it.
    async fn apply(&self, user: UserId) {
        if let Err(problem) = self.hub.look_at(user).await {
            log::warn!(target: "snug::http", "user {user}: open connections learn of it later: {problem:?}");
        }
    }

    /// Has rooms show somebody's new name; if that fails now, the follower does it.
    async fn show_name(&self, user: UserId) {
        if let Err(problem) = self.hub.rename(user).await {
            log::warn!(target: "snug::http", "user {user}: rooms show the new name later: {problem:?}");
        }
    }

    /// Has rooms show how somebody looks now; if that fails now, the follower does it.
    async fn show_face(&self, user: UserId) {
        if let Err(problem) = self.hub.show_face(user).await {
            log::warn!(target: "snug::http", "user {user}: rooms show how they look later: {problem:?}");
        }
    }

    /// Sends plain http on to https: to the public URL, or else to the same name. Nothing else is answered there.
    pub fn redirect(&self, call: &Call<'_>) -> Response {
        if let Err(problem) = gate::check_host(self, call) {
            return problem.response();
        }
        let public_url = self.hub.config.public_url.as_deref().filter(|url| url.starts_with("https:"));
        let origin = match (public_url, host::name(call.authority()), self.https_port) {
            (Some(url), ..) => url.to_owned(),
            (None, "", _) | (None, _, None) => return Problem::https_only().response(),
            (None, name, Some(HTTPS_PORT)) => format!("https://{name}"),
            (None, name, Some(port)) => format!("https://{name}:{port}"),
        };
        let query = call.target.query.map(|query| format!("?{query}")).unwrap_or_default();
        let path = if call.target.path_sent == "*" { "/" } else { call.target.path_sent };
        Response::new(308).with("Location", format!("{origin}{path}{query}"))
    }

    /// What a page's origin is compared with.
    fn own<'a>(&'a self, call: &Call<'a>) -> Own<'a> {
        let config = &self.hub.config;
        let public_url = config.public_url.as_deref();
        Own { authority: call.authority(), https: call.https, public_url, others: &config.origins }
    }

    /// The WebSocket's opening handshake.
    async fn upgrade(&self, call: &Call<'_>) -> Answer {
        let key = match upgrade::check(call.request, &self.own(call)) {
            Ok(key) => key,
            Err(refusal) => return Answer::Response(refusal.response()),
        };
        let account = match self.caller(call).await {
            Ok(account) => account,
            Err(problem) => return Answer::Response(problem.response()),
        };
        let response = Response::new(101).with("Connection", "Upgrade").with("Upgrade", "websocket");
        let accept = derive_accept_key(key.as_bytes());
        let response = response.with("Sec-WebSocket-Accept", accept).with("Sec-WebSocket-Protocol", SUBPROTOCOL);
        Answer::Upgrade(response, Box::new(account))
    }

    /// Whose session it is that the request's cookie names: a person's, for a bot has none.
    ///
    /// # Errors
    /// 401 `no_session`, or the store failed.
    async fn account(&self, call: &Call<'_>) -> Result<Account, Problem> {
        if bearer::token(call.request).is_some() {
            // A program says who it is by its token alone, and is not helped out by a cookie.
            return Err(no_session());
        }
        let token = cookies::session(call).ok_or_else(no_session)?;
        let account = self.account_of(call, &secret::hash(token)).await?;
        if account.is_bot { Err(no_session()) } else { Ok(account) }
    }

    /// Whose bot's token the request shows; a person's session is none.
    ///
    /// # Errors
    /// As of [`Site::account`].
    async fn bot(&self, call: &Call<'_>) -> Result<Account, Problem> {
        let token = bearer::token(call.request).ok_or_else(no_session)?;
        let account = self.account_of(call, &secret::hash(token)).await?;
        if account.is_bot { Ok(account) } else { Err(no_session()) }
    }

    /// Who asks, where people and bots may: by a token, or else by cookie.
    ///
    /// # Errors
    /// As of [`Site::account`].
    async fn caller(&self, call: &Call<'_>) -> Result<Account, Problem> {
        if bearer::token(call.request).is_some() { self.bot(call).await } else { self.account(call).await }
    }

    /// Whose token it is of which that is the hash.
    ///
    /// # Errors
    /// As of [`Site::account`].
    async fn account_of(&self, call: &Call<'_>, token: &TokenHash) -> Result<Account, Problem> {
        let now = Hub::unix_ms();
        let found = self.hub.store.session(token, now).await;
        let account = found.map_err(|error| storage_problem(error, call.connection))?.ok_or_else(no_session)?;
        let unseen_ms = now.saturating_sub(account.session.seen_at);
        if u64::try_from(unseen_ms).unwrap_or(0) >= self.hub.seen_every_ms() {
            self.hub.touch(vec![account.session.id]);
        }
        Ok(account)
    }

    /// Whose session it is, if they may do that.
    ///
    /// # Errors
    /// 401 `no_session`, 403 `forbidden`, or the store failed.
    async fn allowed(&self, call: &Call<'_>, deed: Deed) -> Result<Account, Problem> {
        let account = self.account(call).await?;
        if rights::may_serve(account.role, deed) {
            return Ok(account);
        }
        let text = "Your role here does not let you do that. Nothing was done. Ask a moderator or the owner.";
        Err(Problem::new(403, "forbidden", text))
    }

    /// Whether the database answers.
    async fn health(&self, call: &Call<'_>) -> Response {
        match self.hub.store.ping().await {
            Ok(()) => Response::json(200, &json!({"status": "ok"})),
            Err(error) => storage_problem(error, call.connection).response(),
        }
    }
}

/// There is no session.
fn no_session() -> Problem {
    let text = "You are not signed in, or your session has ended. Nothing was done. Sign in to go on.";
    Problem::new(401, "no_session", text)
}

/// What a client is told of the store's failure; the detail is for the log.
fn storage_problem(error: StoreError, connection: u64) -> Problem {
    match error {
        StoreError::Full => {
            log::error!(target: "snug::http", "#{connection} the disk is full: make room where SNUG_DATA is");
            let text = "The server's disk is full. Nothing was stored. Tell its keeper, and try again later.";
            Problem::new(507, "storage_full", text)
        }
        StoreError::Failed(detail) => {
            log::error!(target: "snug::http", "#{connection} the store failed: {detail}");
            let text = "The database did not answer. Nothing was done. Try again in a moment.";
            Problem::new(503, "storage_failed", text).retry_after_ms(1_000)
        }
        StoreError::Closed => Problem::shutting_down(),
    }
}
