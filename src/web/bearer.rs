//! Tokens of bots in `Authorization: Bearer` (RFC 6750 section 2.1).
//!
//! No browser sends such a field unasked, and no foreign page can make it do so without being let (Fetch, "CORS-preflight"),
//! so that what comes with one needs no other proof of where it comes from.

use super::{Call, Site, no_session};
use crate::http::problem::Problem;
use crate::http::request::Request;
use crate::protocol::Account;
use crate::secret;

/// Whether the request names who asks by `Authorization`, in whatever way.
pub(super) fn is_shown(request: &Request<'_>) -> bool {
    request.values("authorization").next().is_some()
}

/// The token that the request shows; `None` if there is none, more than one, or another scheme.
pub(super) fn token<'a>(request: &Request<'a>) -> Option<&'a str> {
    let (scheme, token) = request.single("authorization").ok().flatten()?.split_once(' ')?;
    let token = token.trim_matches(' ');
    (scheme.eq_ignore_ascii_case("bearer") && !token.is_empty()).then_some(token)
}

impl Site {
    /// Whose bot's token the request shows; a person's session is none.
    ///
    /// # Errors
    /// 401 `no_session`, or the store failed.
    pub(super) async fn bot(&self, call: &Call<'_>) -> Result<Account, Problem> {
        let token = token(call.request).ok_or_else(no_session)?;
        let account = self.account_of(call, &secret::hash(token)).await?;
        if account.is_bot { Ok(account) } else { Err(no_session()) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::head::{HeadLimits, parse_head};

    #[test]
    fn only_one_token_of_the_one_scheme_is_read() {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        for (lines, expected) in [
            ("", None),
            ("Authorization: Bearer abc\r\n", Some("abc")),
            ("authorization: bearer  abc\r\n", Some("abc")),
            ("Authorization: Bearer\r\n", None),
            ("Authorization: Bearer \r\n", None),
            ("Authorization: Basic abc\r\n", None),
            ("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n", None),
        ] {
            let wire = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
            let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
            assert_eq!(token(&request), expected, "{lines}");
            assert_eq!(is_shown(&request), !lines.is_empty());
        }
    }
}
