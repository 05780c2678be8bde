//! Problems: what went wrong as a status, a code for programs, and a text for people that says what happened, what it
//! means, and what to do.

use super::body::{BodyError, FramingError};
use super::head::HeadError;
use super::response::Response;
use super::target::BadTarget;
use super::upgrade::{self, Refusal};
use crate::protocol::{Code, Error};
use serde_json::json;
use std::borrow::Cow;

/// One problem; as a response its body is `{"error": {"code", "text"}}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The status code.
    pub status: u16,
    /// The code, which never changes.
    pub code: &'static str,
    /// The text.
    pub text: Cow<'static, str>,
    /// In how many milliseconds the same request may succeed.
    pub retry_after_ms: Option<u64>,
    /// Whether the connection must end, because the stream can no longer be trusted.
    pub closes: bool,
}

impl Problem {
    /// A problem after which the connection can go on.
    pub fn new(status: u16, code: &'static str, text: impl Into<Cow<'static, str>>) -> Problem {
        Problem { status, code, text: text.into(), retry_after_ms: None, closes: false }
    }

    /// A problem that ends the connection.
    pub fn fatal(status: u16, code: &'static str, text: impl Into<Cow<'static, str>>) -> Problem {
        Problem { closes: true, ..Problem::new(status, code, text) }
    }

    /// Says when to try again, in the body and in `Retry-After`.
    pub fn retry_after_ms(mut self, ms: u64) -> Problem {
        self.retry_after_ms = Some(ms);
        self
    }

    /// The request itself is wrong, and nobody knows where the next one would begin.
    pub fn malformed(what: &str) -> Problem {
        let text = format!(
            "The request is not valid HTTP: {what}. Nothing was done. Mend the client or the proxy between us."
        );
        Problem::fatal(400, "bad_request", text)
    }

    /// The head or the body did not come in time.
    pub fn timeout(part: &str, ms: u64) -> Problem {
        let text = format!("The {part} was not complete after {ms} ms. Nothing was done. Send it again, faster.");
        Problem::fatal(408, "timeout", text)
    }

    /// The body has more bytes than this route takes.
    pub fn too_large(bytes_max: u64) -> Problem {
        let text =
            format!("The body has more than the {bytes_max} bytes that are taken here. Nothing was done. Send less.");
        Problem::fatal(413, "body_too_large", text)
    }

    /// The page that asks is not one of ours, or does not say which it is.
    pub fn foreign_origin() -> Problem {
        let text = "The request does not prove that it comes from a page of this server's own. Nothing was done. Open the \
                    server's own address; a program sends the server's address as Origin, or a bearer token.";
        Problem::new(403, "foreign_origin", text)
    }

    /// The name that was asked for may lead here, but is not ours.
    pub fn foreign_host() -> Problem {
        let text = "This server does not answer to the name by which you asked for it, since anybody could make a name lead \
                    here. Nothing was done. Open the server's own address, or have its keeper add the name to SNUG_HOSTS.";
        Problem::new(421, "foreign_host", text)
    }

    /// Clear text where TLS is spoken.
    pub fn https_only() -> Problem {
        let text =
            "This port speaks https only. Nothing was done. Write https:// instead of http:// in front of the address.";
        Problem::fatal(400, "https_only", text)
    }

    /// The server is going down.
    pub fn shutting_down() -> Problem {
        let text = "The server is going down. Nothing was done. Try again in a moment.";
        Problem::fatal(503, "shutting_down", text).retry_after_ms(1_000)
    }

    /// The problem as a response.
    pub fn response(&self) -> Response {
        let mut error = json!({"code": self.code, "text": self.text});
        if let Some(ms) = self.retry_after_ms {
            error["retry_after_ms"] = ms.into();
        }
        let mut response = Response::json(self.status, &json!({"error": error}));
        if let Some(ms) = self.retry_after_ms {
            response = response.with("Retry-After", ms.div_ceil(1_000).max(1).to_string());
        }
        response.closes = self.closes;
        response
    }
}

impl From<HeadError> for Problem {
    fn from(error: HeadError) -> Problem {
        match error {
            HeadError::Malformed(what) => Problem::malformed(what),
            HeadError::TargetTooLong => {
                let text = "The address is longer than this server reads. Nothing was done. Use a shorter one.";
                Problem::fatal(414, "target_too_long", text)
            }
            HeadError::TooLarge => {
                let text = "The request's head is larger than this server reads. Nothing was done. Clear this site's cookies, \
                            or send fewer and shorter header fields.";
                Problem::fatal(431, "head_too_large", text)
            }
            HeadError::TooManyHeaders => {
                let text = "The request has more header fields than this server reads. Nothing was done. Send fewer.";
                Problem::fatal(431, "head_too_large", text)
            }
            HeadError::UnknownMethod => {
                let text = "This server does not know the request's method. Nothing was done. Use GET, HEAD or POST.";
                Problem::fatal(501, "unknown_method", text)
            }
            HeadError::UnknownVersion => {
                let text = "This server speaks HTTP/1.1 and HTTP/1.0 only. Nothing was done. Use one of them.";
                Problem::fatal(505, "unknown_version", text)
            }
        }
    }
}

impl From<BadTarget> for Problem {
    fn from(error: BadTarget) -> Problem {
        Problem::malformed(error.0)
    }
}

impl From<FramingError> for Problem {
    fn from(error: FramingError) -> Problem {
        match error {
            FramingError::Malformed(what) => Problem::malformed(what),
            FramingError::UnknownCoding => {
                let text =
                    "This server knows no transfer coding but chunked. Nothing was done. Send the body as it is.";
                Problem::fatal(501, "unknown_coding", text)
            }
        }
    }
}

impl From<Error> for Problem {
    /// An error of the chat as HTTP says it; those that only a WebSocket can cause are nobody's here, and so 500.
    fn from(error: Error) -> Problem {
        let (status, code) = match error.code {
            Code::BadRequest => (400, "bad_request"),
            Code::NoSuchRoom => (404, "no_such_room"),
            Code::TextEmpty => (422, "text_empty"),
            Code::TextTooLong => (422, "text_too_long"),
            Code::BadName => (422, "bad_name"),
            Code::NameTaken => (409, "name_taken"),
            Code::NoSuchFile => (404, "no_such_file"),
            Code::NoSuchMessage => (404, "no_such_message"),
            Code::NoSuchInvitation => (404, "no_such_invitation"),
            Code::NoOwner => (403, "no_owner"),
            Code::HasAccount => (409, "has_account"),
            Code::Forbidden => (403, "forbidden"),
            Code::Muted => (403, "muted"),
            Code::SlowMode => (429, "slow_mode"),
            Code::Archived => (409, "archived"),
            Code::TooManyRooms => (409, "too_many_rooms"),
            Code::RateLimited => (429, "rate_limited"),
            Code::StorageFull => (507, "storage_full"),
            Code::StorageFailed => (503, "storage_failed"),
            Code::ShuttingDown => (503, "shutting_down"),
            _ => (500, "internal"),
        };
        Problem { retry_after_ms: error.retry_after_ms, ..Problem::new(status, code, error.text) }
    }
}

impl Problem {
    /// Why a body was given up, where `bytes_max` was its limit.
    pub fn of_body(error: BodyError, bytes_max: u64) -> Problem {
        match error {
            BodyError::TooLarge => Problem::too_large(bytes_max),
            BodyError::Malformed(what) => Problem::malformed(what),
        }
    }
}

impl Refusal {
    /// The refusal as a response; a 426 names the protocol and its version.
    pub fn response(self) -> Response {
        let upgrade_required = |text: &'static str| {
            let response = Problem::new(426, "upgrade_required", text).response();
            let response = response.with("Upgrade", "websocket").with("Sec-WebSocket-Version", upgrade::VERSION);
            response.with("Connection", "Upgrade, close").closing()
        };
        match self {
            Refusal::NotAnUpgrade => upgrade_required(
                "This address speaks WebSocket only. Nothing was done. Connect with a WebSocket client.",
            ),
            Refusal::WrongVersion => upgrade_required(
                "This server speaks version 13 of the WebSocket protocol only. Nothing was done. Update the client.",
            ),
            Refusal::ForeignOrigin => {
                let text = "The page that asks is not one of this server's own, so it gets no connection. Open the server's own \
                            address, or have its keeper add the page's origin to SNUG_ORIGINS.";
                Problem::new(403, "foreign_origin", text).response()
            }
            Refusal::BadKey => {
                let text =
                    "Sec-WebSocket-Key must stand once and be 16 bytes in base64. Nothing was done. Mend the client.";
                Problem::new(400, "bad_request", text).response()
            }
            Refusal::NoSubprotocol => {
                let text =
                    "The subprotocol snug.v1 was not offered. Nothing was done. Name it in Sec-WebSocket-Protocol.";
                Problem::new(400, "bad_request", text).response()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::response::Circumstances;

    #[test]
    fn problems_say_when_to_try_again() {
        let response = Problem::new(429, "rate_limited", "Too fast.").retry_after_ms(1_001).response();
        let head =
            String::from_utf8(response.encode_head(&Circumstances { keeps_alive: true, date: "now", hsts_seconds: 0 }))
                .unwrap();
        assert!(head.contains("\r\nRetry-After: 2\r\n") && head.contains("\r\nConnection: keep-alive\r\n"));
        let body: serde_json::Value = serde_json::from_slice(&response.body).unwrap();
        assert_eq!(body, json!({"error": {"code": "rate_limited", "text": "Too fast.", "retry_after_ms": 1001}}));
    }

    #[test]
    fn what_ruins_the_stream_closes_the_connection() {
        for problem in [
            Problem::from(HeadError::Malformed("x")),
            HeadError::TooLarge.into(),
            HeadError::UnknownMethod.into(),
            FramingError::UnknownCoding.into(),
            BadTarget("x").into(),
            Problem::of_body(BodyError::TooLarge, 1),
            Problem::timeout("head", 1),
        ] {
            assert!(problem.response().closes, "{problem:?}");
        }
        assert!(!Refusal::ForeignOrigin.response().closes);
    }

    #[test]
    fn a_426_names_the_version() {
        for refusal in [Refusal::NotAnUpgrade, Refusal::WrongVersion] {
            let head =
                refusal.response().encode_head(&Circumstances { keeps_alive: false, date: "now", hsts_seconds: 0 });
            let head = String::from_utf8(head).unwrap();
            assert!(
                head.contains("\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nConnection: Upgrade, close\r\n")
            );
            assert_eq!(head.matches("Connection:").count(), 1);
        }
    }
}
