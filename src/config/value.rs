//! The kinds of value that keys take: how each is read from text, shown, and described to whoever got it wrong.

use super::{Environment, Listen, SignUp, parse_levels};
use crate::http::forwarded::Trusted;
use std::net::{Ipv6Addr, SocketAddr};
use std::ops::RangeInclusive;
use std::path::PathBuf;

/// A field of [`Config`] as the kind of value that it takes.
pub enum Value<'a> {
    /// A name of an environment.
    Environment(&'a mut Environment),
    /// Where to listen.
    Listen(&'a mut Listen),
    /// An address and port, if any.
    Address(&'a mut Option<SocketAddr>),
    /// Ranges of addresses.
    Proxies(&'a mut Trusted),
    /// Names of hosts.
    Hosts(&'a mut Vec<String>),
    /// A directory's path.
    Directory(&'a mut PathBuf),
    /// A file's path, if any.
    File(&'a mut Option<PathBuf>),
    /// An origin, if any.
    Origin(&'a mut Option<String>),
    /// Origins.
    Origins(&'a mut Vec<String>),
    /// Media types, or groups of them.
    Types(&'a mut Vec<String>),
    /// Levels of the log.
    Levels(&'a mut String),
    /// Whether log lines are JSON.
    Format(&'a mut bool),
    /// Yes or no.
    Flag(&'a mut bool),
    /// Who may sign up.
    SignUp(&'a mut SignUp),
    /// A number within bounds, and its unit: of what is in memory.
    Size(&'a mut usize, RangeInclusive<u64>, &'static str),
    /// The same, of what may be longer than memory.
    Long(&'a mut u64, RangeInclusive<u64>, &'static str),
    /// The same, of what is done in a minute.
    Rate(&'a mut u32, RangeInclusive<u64>, &'static str),
}

impl Value<'_> {
    /// Reads `text` into the field; `None`, and the field stays as it was, when it is not what the field takes.
    pub fn read(self, text: &str) -> Option<()> {
        match self {
            Value::Environment(field) => *field = Environment::from_name(text)?,
            Value::Listen(field) => *field = text.parse().ok()?,
            Value::Address(field) if text.is_empty() => *field = None,
            Value::Address(field) => *field = Some(text.parse().ok()?),
            Value::Proxies(field) => *field = text.parse().ok()?,
            Value::Hosts(field) if text.is_empty() => field.clear(),
            Value::Hosts(field) => *field = text.split(',').map(|one| host(one.trim())).collect::<Option<_>>()?,
            Value::Directory(field) if !text.is_empty() => *field = PathBuf::from(text),
            Value::Directory(_) => return None,
            Value::File(field) => *field = (!text.is_empty()).then(|| PathBuf::from(text)),
            Value::Origin(field) if text.is_empty() => *field = None,
            Value::Origin(field) => *field = Some(origin(text)?),
            Value::Origins(field) if text.is_empty() => field.clear(),
            Value::Origins(field) => *field = text.split(',').map(|one| origin(one.trim())).collect::<Option<_>>()?,
            Value::Types(field) if text.is_empty() => field.clear(),
            Value::Types(field) => *field = text.split(',').map(|one| media_type(one.trim())).collect::<Option<_>>()?,
            Value::Levels(field) => {
                parse_levels(text)?;
                *field = text.to_owned();
            }
            Value::Format(field) => {
                *field = match text {
                    "json" => true,
                    "text" => false,
                    _ => return None,
                }
            }
            Value::Flag(field) => {
                *field = match text {
                    "yes" => true,
                    "no" => false,
                    _ => return None,
                }
            }
            Value::SignUp(field) => *field = SignUp::from_name(text)?,
            Value::Size(field, bounds, _) => *field = usize::try_from(number(text, &bounds)?).ok()?,
            Value::Long(field, bounds, _) => *field = number(text, &bounds)?,
            Value::Rate(field, bounds, _) => *field = u32::try_from(number(text, &bounds)?).ok()?,
        }
        Some(())
    }

    /// The field's value as it would stand in a `.env` file.
    pub fn show(self) -> String {
        match self {
            Value::Environment(field) => field.name().to_owned(),
            Value::Listen(field) => field.to_string(),
            Value::Address(field) => field.map(|address| address.to_string()).unwrap_or_default(),
            Value::Proxies(field) => field.to_string(),
            Value::Hosts(field) => field.join(","),
            Value::Directory(field) => field.display().to_string(),
            Value::File(field) => field.as_ref().map(|path| path.display().to_string()).unwrap_or_default(),
            Value::Origin(field) => field.clone().unwrap_or_default(),
            Value::Origins(field) | Value::Types(field) => field.join(","),
            Value::Levels(field) => field.clone(),
            Value::Format(field) => if *field { "json" } else { "text" }.to_owned(),
            Value::Flag(field) => if *field { "yes" } else { "no" }.to_owned(),
            Value::SignUp(field) => field.name().to_owned(),
            Value::Size(field, ..) => field.to_string(),
            Value::Long(field, ..) => field.to_string(),
            Value::Rate(field, ..) => field.to_string(),
        }
    }

    /// What the field takes, as the end of the sentence "expected ...".
    pub fn expected(self) -> String {
        match self {
            Value::Environment(_) => "development, staging or production".to_owned(),
            Value::Listen(_) => {
                "an IP address and a port, such as 127.0.0.1:8080 or [::1]:8080, or unix: and an absolute path, such as \
                 unix:/run/snug/snug.sock"
                    .to_owned()
            }
            Value::Address(_) => "an IP address and a port, such as 0.0.0.0:80, or nothing".to_owned(),
            Value::Proxies(_) => {
                "addresses, ranges and the word unix with commas between, such as 127.0.0.1,10.0.0.0/8,unix, or nothing"
                    .to_owned()
            }
            Value::Hosts(_) => {
                "host names without a port, with commas between, such as chat.example,snug.example, or nothing".to_owned()
            }
            Value::Directory(_) => "a directory's path, such as data".to_owned(),
            Value::File(_) => "a file's path, or nothing".to_owned(),
            Value::Origin(_) => {
                "an origin as browsers send it, such as https://chat.example (no path, no slash at the end), or nothing"
                    .to_owned()
            }
            Value::Origins(_) => {
                "origins as browsers send them, with commas between, such as https://a.example,http://b.example:8080, \
                 or nothing"
                    .to_owned()
            }
            Value::Types(_) => {
                "media types and groups of them, with commas between, such as image/*,application/pdf, or nothing for all".to_owned()
            }
            Value::Levels(_) => {
                "off, error, warn, info, debug or trace, then target=level pairs, such as info,snug::http=debug"
                    .to_owned()
            }
            Value::Format(_) => "text or json".to_owned(),
            Value::Flag(_) => "yes or no".to_owned(),
            Value::SignUp(_) => "closed, invitation or open".to_owned(),
            Value::Size(_, bounds, unit) | Value::Long(_, bounds, unit) | Value::Rate(_, bounds, unit) => {
                format!("a whole number of {unit} from {} to {}", bounds.start(), bounds.end())
            }
        }
    }
}

/// A whole number within `bounds`.
fn number(text: &str, bounds: &RangeInclusive<u64>) -> Option<u64> {
    text.parse().ok().filter(|number| bounds.contains(number))
}

/// A host's name, in lower case.
fn host(text: &str) -> Option<String> {
    is_name(text).then(|| text.to_ascii_lowercase())
}

fn is_name(host: &str) -> bool {
    !host.is_empty() && host.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c))
}

/// A media type such as `image/png`, or a group such as `image/*`.
fn media_type(text: &str) -> Option<String> {
    let (group, name) = text.split_once('/')?;
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-+.".contains(&byte))
    };
    (is_word(group) && (name == "*" || is_word(name))).then(|| text.to_ascii_lowercase())
}

/// An origin in the one form in which browsers send it (RFC 6454 section 6.2): lower case, no default port.
fn origin(text: &str) -> Option<String> {
    let text = text.to_ascii_lowercase();
    let (scheme, authority) = text.split_once("://")?;
    let default_port = match scheme {
        "https" => 443,
        "http" => 80,
        _ => return None,
    };
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, port.parse::<u16>().ok()?),
        _ => (authority, default_port),
    };
    let inside_brackets = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let is_v6 = inside_brackets.is_some_and(|inside| inside.parse::<Ipv6Addr>().is_ok());
    if !is_name(host) && !is_v6 {
        return None;
    }
    Some(if port == default_port { format!("{scheme}://{host}") } else { format!("{scheme}://{host}:{port}") })
}
