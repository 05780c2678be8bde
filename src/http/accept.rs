//! Choosing a content coding by `Accept-Encoding` (RFC 9110, 12.5.3).

use super::request::Request;

/// The codings that we have, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Coding {
    /// Brotli.
    Br,
    /// Gzip.
    Gzip,
    /// As it is.
    Identity,
}

impl Coding {
    /// The coding's name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Coding::Br => "br",
            Coding::Gzip => "gzip",
            Coding::Identity => "identity",
        }
    }

    /// Whether a member of the field means this coding.
    fn is_called(self, name: &str) -> bool {
        name.eq_ignore_ascii_case(self.name()) || self == Coding::Gzip && name.eq_ignore_ascii_case("x-gzip")
    }
}

/// The best coding among `have` (best first) that the client takes; identity when it takes none of them, or says nothing.
pub fn choose(request: &Request<'_>, have: &[Coding]) -> Coding {
    let best =
        have.iter().copied().map(|coding| (quality(request, coding), coding)).filter(|(quality, _)| *quality > 0);
    best.fold((0, Coding::Identity), |best, next| if next.0 > best.0 { next } else { best }).1
}

/// How much the client likes a coding, in half thousandths. Identity, when it is not named, is worth the least that is
/// not nothing: it is acceptable, but any coding that is named is liked better.
fn quality(request: &Request<'_>, coding: Coding) -> u16 {
    let named = |matches: &dyn Fn(&str) -> bool| {
        request.list("accept-encoding").find_map(|member| {
            let mut parts = member.split(';').map(|part| part.trim_matches([' ', '\t']));
            matches(parts.next()?).then(|| parts.next().map_or(1000, weight))
        })
    };
    let found = named(&|name| coding.is_called(name)).or_else(|| named(&|name| name == "*"));
    match (found, coding) {
        (Some(thousandths), _) => thousandths * 2,
        (None, Coding::Identity) => 1,
        (None, _) => 0,
    }
}

/// Reads `q=0.123` as thousandths; what is not a weight counts as 0, so that the coding is left alone.
fn weight(parameter: &str) -> u16 {
    let value = parameter.strip_prefix("q=").or_else(|| parameter.strip_prefix("Q=")).unwrap_or_default();
    let (whole, fraction) = value.split_once('.').unwrap_or((value, ""));
    if fraction.len() > 3 || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return 0;
    }
    let thousandths = format!("{fraction:0<3}").parse().unwrap_or_default();
    match whole {
        "0" => thousandths,
        "1" if thousandths == 0 => 1000,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    fn chosen(lines: &str, have: &[Coding]) -> Coding {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        let wire = format!("GET / HTTP/1.1\r\nHost: a\r\n{lines}\r\n");
        let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
        choose(&request, have)
    }

    #[test]
    fn the_most_liked_coding_wins_and_ours_breaks_the_tie() {
        use Coding::{Br, Gzip, Identity};
        for (value, expected) in [
            ("", Identity),
            ("gzip, deflate, br, zstd", Br),
            ("gzip;q=1, br;q=0.9", Gzip),
            ("gzip", Gzip),
            ("X-GZIP", Gzip),
            ("br;q=0, gzip;q=0.001", Gzip),
            ("*", Br),
            ("*;q=0.5, gzip", Gzip),
            ("br;q=0, *", Gzip),
            ("*;q=0", Identity),
            ("identity", Identity),
            ("identity, gzip;q=0.5", Identity),
            ("identity;q=0.5, gzip;q=0.5", Gzip),
            ("identity;q=0, gzip", Gzip),
            ("identity;q=0", Identity),
            ("deflate, zstd", Identity),
            ("gzip ; q=0.2 , br ; Q=0.3", Br),
            ("br;q=0.1234, gzip", Gzip),
            ("br;q=2", Identity),
            ("br;q=1.001", Identity),
            ("br;q=x", Identity),
            ("br;q=", Identity),
        ] {
            assert_eq!(chosen(&format!("Accept-Encoding: {value}\r\n"), &[Br, Gzip, Identity]), expected, "{value}");
        }
        assert_eq!(chosen("", &[Br, Gzip, Identity]), Identity);
        assert_eq!(chosen("Accept-Encoding: br, gzip\r\n", &[Gzip, Identity]), Gzip);
        assert_eq!(chosen("Accept-Encoding: br\r\nAccept-Encoding: gzip\r\n", &[Br, Identity]), Br);
    }
}
