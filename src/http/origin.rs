//! Whose page is asking: comparing `Origin` with the server's own (RFC 6454; Fetch, "Sec-Fetch-Site").

/// What `Origin` is compared with.
#[derive(Debug, Clone, Copy)]
pub struct Own<'a> {
    /// The authority that the client asked for: its `Host`, or the target's own.
    pub authority: &'a str,
    /// Whether the client's browser speaks https; `None`: nobody knows, and either scheme will do.
    pub https: Option<bool>,
    /// The public URL, if one is configured; its path is ignored.
    pub public_url: Option<&'a str>,
    /// Further origins that are let in; their paths are ignored, too.
    pub others: &'a [String],
}

/// Whether an `Origin` is the server's own or one that is let in. `null` never is.
pub fn is_own(origin: &str, own: &Own<'_>) -> bool {
    let Some((scheme, authority)) = split(origin) else { return false };
    // Nothing follows the authority (RFC 6454 section 6.2).
    if origin.len() != scheme.len() + "://".len() + authority.len() {
        return false;
    }
    let scheme_fits = own.https.is_none_or(|https| scheme.eq_ignore_ascii_case(if https { "https" } else { "http" }));
    let asked = without_default_port(scheme, own.authority);
    if scheme_fits && without_default_port(scheme, authority).eq_ignore_ascii_case(asked) {
        return true;
    }
    let same = |listed: &str| {
        split(listed).is_some_and(|(listed_scheme, listed_authority)| {
            listed_scheme.eq_ignore_ascii_case(scheme)
                && without_default_port(scheme, listed_authority)
                    .eq_ignore_ascii_case(without_default_port(scheme, authority))
        })
    };
    own.public_url.is_some_and(same) || own.others.iter().any(|listed| same(listed))
}

/// Splits `scheme://authority/...` into scheme and authority; `None` for anything but http and https.
fn split(url: &str) -> Option<(&str, &str)> {
    let (scheme, rest) = url.split_once("://")?;
    let authority = rest.split(['/', '?', '#']).next()?;
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    (known && !authority.is_empty()).then_some((scheme, authority))
}

/// Drops the port that the scheme has anyway, which browsers leave out.
fn without_default_port<'a>(scheme: &str, authority: &'a str) -> &'a str {
    let port = if scheme.eq_ignore_ascii_case("https") { ":443" } else { ":80" };
    authority.strip_suffix(port).unwrap_or(authority)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_of_our_own_pass() {
        let others = ["https://friend.example".to_owned(), "http://lan:8000/".to_owned()];
        let own =
            Own { https: None, authority: "snug.lan:8080", public_url: Some("https://chat.example/"), others: &others };
        for origin in [
            "http://snug.lan:8080",
            "https://snug.lan:8080",
            "HTTP://SNUG.lan:8080",
            "https://chat.example",
            "https://chat.example:443",
            "https://friend.example",
            "http://lan:8000",
        ] {
            assert!(is_own(origin, &own), "{origin}");
        }
        for origin in [
            "null",
            "",
            "snug.lan:8080",
            "http://snug.lan",
            "http://snug.lan:80",
            "http://snug.lan:80800",
            "http://chat.example",
            "http://evil.example",
            "http://snug.lan:8080.evil.example",
            "http://evil.example/snug.lan:8080",
            "http://me@snug.lan:8080",
            "http://snug.lan:8080/",
            "http://snug.lan:8080#x",
            "http://snug.lan:8080?http://evil.example",
            "file://snug.lan:8080",
            "http://",
        ] {
            assert!(!is_own(origin, &own), "{origin}");
        }
    }

    #[test]
    fn a_scheme_brings_its_port() {
        let own = Own { authority: "snug.lan", https: None, public_url: None, others: &[] };
        assert!(
            is_own("http://snug.lan", &own) && is_own("http://snug.lan:80", &own) && is_own("https://snug.lan", &own)
        );
        assert!(!is_own("http://snug.lan:443", &own) && !is_own("https://snug.lan:80", &own));
    }

    #[test]
    fn where_the_scheme_is_known_it_counts() {
        let public_url = Some("https://chat.example");
        let own = Own { authority: "chat.example", https: Some(true), public_url, others: &[] };
        assert!(is_own("https://chat.example", &own) && !is_own("http://chat.example", &own));
        let own = Own { authority: "192.0.2.1:8080", https: Some(false), ..own };
        assert!(is_own("http://192.0.2.1:8080", &own) && is_own("https://chat.example", &own));
        assert!(!is_own("https://192.0.2.1:8080", &own) && !is_own("http://chat.example", &own));
    }

    #[test]
    fn a_request_without_a_host_has_no_own_origin() {
        assert!(!is_own("http://", &Own { authority: "", https: None, public_url: None, others: &[] }));
    }
}
