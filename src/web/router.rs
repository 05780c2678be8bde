//! The router: one enum, one match. `Allow` is computed from the same match, so the two cannot disagree.

use super::keeping::{self, Keeping};
use crate::http::request::{METHODS, Method};
use crate::protocol::{FACE_BYTES_MAX, RoomId, SessionId};
use crate::store::{InvitationId, PIECE_BYTES};

/// Bytes of a guest's request: a name of 40 characters in JSON needs a quarter of that, escaped in the worst way.
const GUEST_BODY_BYTES_MAX: u64 = 1 << 10;

/// Bytes of a request about accounts: two passwords of 256 characters need 6 KiB, escaped in the worst way.
const ACCOUNT_BODY_BYTES_MAX: u64 = 8 << 10;

/// Bytes of a body that nobody asked for: so much is read and dropped to keep the connection, more is refused.
pub const UNWANTED_BODY_BYTES_MAX: u64 = 4 << 10;

/// Every place that a request can lead to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// The client's page.
    Index,
    /// The icon that browsers ask for unasked.
    Icon,
    /// A file of the client.
    Asset,
    /// A file of the client whose path stays the same from build to build.
    Fixed,
    /// Whether the server is well.
    Health,
    /// Make a guest.
    NewGuest,
    /// Whether there is an owner yet, who may come in, and who one is.
    Door,
    /// Sign in.
    SignIn,
    /// Where one is signed in.
    Sessions,
    /// Sign out.
    SignOut,
    /// End one of one's sessions.
    EndSession(SessionId),
    /// End all of one's other sessions.
    EndSessions,
    /// Make an account.
    SignUp,
    /// Who one is.
    Me,
    /// Keeping order: people, bans, reports, the audit log, bots.
    Keeping(Keeping),
    /// Change one's shown name.
    Rename,
    /// Change one's password.
    ChangePassword,
    /// Turn oneself into a member.
    BecomeMember,
    /// All that the server has of one.
    Export,
    /// Leave for good.
    DeleteMe,
    /// Look at an invitation.
    LookAtInvitation,
    /// Take an invitation.
    AcceptInvitation,
    /// The invitations that one may see.
    Invitations,
    /// Make an invitation.
    Invite,
    /// Revoke an invitation.
    RevokeInvitation(InvitationId),
    /// Begin a file in a room.
    NewFile(RoomId),
    /// A piece of a file: the file, and which.
    Piece(i64, i64),
    /// Seal a file.
    SealFile(i64),
    /// Choose one's colour.
    SetColour,
    /// Give oneself a picture.
    SetPicture,
    /// Somebody's picture.
    Picture(i64),
    /// Take back a file that was not sent.
    DropFile(i64),
    /// A file.
    File(i64),
    /// The WebSocket.
    Socket,
    /// What the server as a whole can do: `OPTIONS *`.
    Options,
}

impl Route {
    /// Whether addresses that are banned get no further than here: everything but the page, its files, and whether the
    /// server is well.
    pub fn is_guarded(self) -> bool {
        !matches!(self, Route::Index | Route::Icon | Route::Asset | Route::Fixed | Route::Health | Route::Options)
    }

    /// Whether the body is bytes as they are, and no JSON.
    pub fn takes_bytes(self) -> bool {
        matches!(self, Route::Piece(..) | Route::SetPicture)
    }

    /// Bytes that a request's body may have here.
    pub fn body_bytes_max(self) -> u64 {
        match self {
            Route::NewGuest => GUEST_BODY_BYTES_MAX,
            Route::Piece(..) => PIECE_BYTES as u64,
            Route::SetPicture => FACE_BYTES_MAX as u64,
            Route::Keeping(keeping) => keeping.body_bytes_max(),
            Route::SignIn
            | Route::SignUp
            | Route::Rename
            | Route::SetColour
            | Route::ChangePassword
            | Route::BecomeMember
            | Route::DeleteMe
            | Route::LookAtInvitation
            | Route::AcceptInvitation
            | Route::Invite => ACCOUNT_BODY_BYTES_MAX,
            Route::Socket => 0,
            _ => UNWANTED_BODY_BYTES_MAX,
        }
    }
}

/// Why there is no route.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RouteError {
    /// No method leads anywhere here.
    NotFound,
    /// Only other methods do.
    MethodNotAllowed {
        /// Those methods, as `Allow` names them.
        allow: String,
    },
}

/// Finds the route of a method and a decoded path.
///
/// # Errors
/// [`RouteError`] when there is none.
pub fn find(method: Method, path: &str) -> Result<Route, RouteError> {
    if let Some(route) = lead(method, path) {
        return Ok(route);
    }
    let others: Vec<&str> =
        METHODS.into_iter().filter(|other| lead(*other, path).is_some()).map(|other| other.name()).collect();
    if others.is_empty() {
        Err(RouteError::NotFound)
    } else {
        Err(RouteError::MethodNotAllowed { allow: others.join(", ") })
    }
}

/// The one match.
fn lead(method: Method, path: &str) -> Option<Route> {
    use Method::{Delete, Get, Head, Options, Patch, Post, Put};
    if let (Delete, Some((group, id))) = (method, numbered(path)) {
        return match group {
            "/api/v1/sessions" => Some(Route::EndSession(id)),
            "/api/v1/invitations" => Some(Route::RevokeInvitation(id)),
            "/api/v1/files" => Some(Route::DropFile(id)),
            _ => kept(method, path),
        };
    }
    Some(match (method, path) {
        (Get | Head, "/") => Route::Index,
        (Get | Head, "/favicon.ico") => Route::Icon,
        (Get | Head, path) if path.starts_with("/assets/") => Route::Asset,
        (Get | Head, "/sw.js" | "/app.webmanifest") => Route::Fixed,
        (Get | Head, path) if path.starts_with("/icons/") => Route::Fixed,
        (Get | Head, "/healthz") => Route::Health,
        (Post, "/api/v1/guests") => Route::NewGuest,
        (Get | Head, "/api/v1/door") => Route::Door,
        (Post, "/api/v1/sessions") => Route::SignIn,
        (Get | Head, "/api/v1/sessions") => Route::Sessions,
        (Delete, "/api/v1/sessions") => Route::EndSessions,
        (Delete, "/api/v1/sessions/current") => Route::SignOut,
        (Post, "/api/v1/accounts") => Route::SignUp,
        (Get | Head, "/api/v1/me") => Route::Me,
        (Patch, "/api/v1/me") => Route::Rename,
        (Delete, "/api/v1/me") => Route::DeleteMe,
        (Put, "/api/v1/me/face") => Route::SetColour,
        (Put, "/api/v1/me/picture") => Route::SetPicture,
        (Put, "/api/v1/me/password") => Route::ChangePassword,
        (Post, "/api/v1/me/account") => Route::BecomeMember,
        (Get | Head, "/api/v1/me/export") => Route::Export,
        (Post, "/api/v1/invitations/look") => Route::LookAtInvitation,
        (Post, "/api/v1/invitations/accept") => Route::AcceptInvitation,
        (Get | Head, "/api/v1/invitations") => Route::Invitations,
        (Post, "/api/v1/invitations") => Route::Invite,
        (Get, "/ws") => Route::Socket,
        (Options, "*") => Route::Options,
        _ => return filed(method, path).or_else(|| kept(method, path)),
    })
}

/// Where requests lead that are about files.
fn filed(method: Method, path: &str) -> Option<Route> {
    use Method::{Get, Head, Post, Put};
    let path: Vec<&str> = path.strip_prefix("/api/v1/")?.splitn(4, '/').collect();
    Some(match (method, path.as_slice()) {
        (Post, ["rooms", room, "files"]) => Route::NewFile(keeping::id(room)?),
        (Post, ["files", id]) => Route::SealFile(keeping::id(id)?),
        (Put, ["files", id, "pieces", "0"]) => Route::Piece(keeping::id(id)?, 0),
        (Put, ["files", id, "pieces", n]) => Route::Piece(keeping::id(id)?, keeping::id(n)?),
        (Get | Head, ["faces", id]) => Route::Picture(keeping::id(id)?),
        // What the file is called stands there for those who save it.
        (Get | Head, ["files", id] | ["files", id, _]) => Route::File(keeping::id(id)?),
        _ => return None,
    })
}

/// Where requests lead that keep order.
fn kept(method: Method, path: &str) -> Option<Route> {
    keeping::lead(method, path.strip_prefix("/api/v1/")?).map(Route::Keeping)
}

/// A path that ends in a number: what stands before it, and the number, which is written in one way only.
fn numbered(path: &str) -> Option<(&str, i64)> {
    let (group, number) = path.rsplit_once('/')?;
    let id: i64 = number.parse().ok()?;
    (id > 0 && id.to_string() == number).then_some((group, id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn allow_names_exactly_what_leads_somewhere() {
        for (path, expected) in [
            ("/", "GET, HEAD"),
            ("/assets/x", "GET, HEAD"),
            ("/sw.js", "GET, HEAD"),
            ("/app.webmanifest", "GET, HEAD"),
            ("/icons/x", "GET, HEAD"),
            ("/api/v1/guests", "POST"),
            ("/api/v1/people", "GET, HEAD"),
            ("/api/v1/people/7", "PATCH"),
            ("/api/v1/bans", "GET, HEAD, POST"),
            ("/api/v1/bans/7", "DELETE"),
            ("/api/v1/reports", "GET, HEAD"),
            ("/api/v1/reports/7", "PATCH"),
            ("/api/v1/audit", "GET, HEAD"),
            ("/api/v1/bots", "GET, HEAD, POST"),
            ("/api/v1/bots/7", "DELETE"),
            ("/api/v1/rooms/7/messages", "POST"),
            ("/ws", "GET"),
            ("/api/v1/sessions", "GET, HEAD, POST, DELETE"),
            ("/api/v1/sessions/current", "DELETE"),
            ("/api/v1/sessions/7", "DELETE"),
            ("/api/v1/me", "GET, HEAD, PATCH, DELETE"),
            ("*", "OPTIONS"),
        ] {
            for method in METHODS {
                match find(method, path) {
                    Ok(_) => assert!(expected.split(", ").any(|name| name == method.name()), "{method} {path}"),
                    Err(error) => assert_eq!(error, RouteError::MethodNotAllowed { allow: expected.to_owned() }),
                }
            }
        }
    }

    /// Every request in the tables of docs/http.md leads somewhere.
    #[test]
    fn the_page_about_http_tells_the_truth() {
        let rows = include_str!("../../docs/http.md").lines().filter_map(|line| line.strip_prefix("| `"));
        let requests: Vec<&str> = rows.filter_map(|row| row.split('`').next()).collect();
        assert!(requests.len() > 15, "{requests:?}");
        for request in requests {
            let (method, path) = request.split_once(' ').unwrap_or_else(|| panic!("{request} is no request"));
            let method = Method::from_name(method).unwrap_or_else(|| panic!("{request} has no method"));
            assert!(find(method, path).is_ok(), "{request}");
        }
    }

    #[test]
    fn paths_lead_nowhere_unless_they_are_exact() {
        for path in [
            "/index.html",
            "/assets",
            "/icons",
            "/app.js",
            "/WS",
            "/ws/",
            "//",
            "/api/v1/me/",
            "/api/v1",
            "/api/v1/sessions/07",
            "*x",
            "/api/v1/people/",
            "/api/v1/people/x",
            "/api/v1/rooms/07/messages",
            "/people",
        ] {
            assert_eq!(find(Method::Get, path), Err(RouteError::NotFound), "{path}");
        }
    }
}
