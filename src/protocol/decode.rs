//! How a text frame of a client becomes a request.

use super::name::{is_joiner, is_visible};
use super::{
    Answer, Code, Cursor, DIRECT_PEOPLE_MAX, EMOJI_BYTES_MAX, ENTRIES_MAX, Error, FACES_MAX, FILES_PER_MESSAGE_MAX,
    HITS, HITS_MAX, KEY_CHARS_MAX, Level, NAME_CHARS_MAX, OFFSET_MINUTES_MAX, PAGE_ENTRIES, PAGE_ENTRIES_MAX,
    PREFS_BYTES_MAX, Page, REASON_CHARS_MAX, Reply, Request, RequestId, RoomId, RoomKind, RulesChange, SLOW_MS_MAX,
    Seq, TEXT_CHARS_MAX, TOPIC_CHARS_MAX, UserId, check_name, encode,
};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::HashMap;

/// A request that could not be read: the error, and the request's id if that much could be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// The request's id, if there was one.
    pub id: Option<RequestId>,
    /// What was wrong.
    pub error: Error,
}

impl Unreadable {
    /// The reply, as JSON.
    pub fn encode(self) -> Vec<u8> {
        encode(&Reply { re: self.id, answer: Answer::Error(self.error) })
    }
}

/// Where a page ends: in a room's log, or in what was found.
#[derive(Deserialize)]
#[serde(untagged)]
enum Before {
    Seq(Seq),
    Cursor(Cursor),
}

/// All that any request can have; which of it is needed, `op` says.
#[derive(Deserialize)]
struct Fields<'a> {
    id: RequestId,
    #[serde(borrow)]
    op: Cow<'a, str>,
    cursors: Option<HashMap<RoomId, Seq>>,
    room: Option<RoomId>,
    #[serde(borrow)]
    key: Option<Cow<'a, str>>,
    #[serde(borrow)]
    text: Option<Cow<'a, str>>,
    #[serde(borrow)]
    name: Option<Cow<'a, str>>,
    #[serde(borrow)]
    topic: Option<Cow<'a, str>>,
    kind: Option<RoomKind>,
    people: Option<Vec<UserId>>,
    user: Option<UserId>,
    users: Option<Vec<UserId>>,
    #[serde(borrow)]
    q: Option<Cow<'a, str>>,
    #[serde(borrow)]
    reason: Option<Cow<'a, str>>,
    shows_past: Option<bool>,
    slow_ms: Option<u64>,
    archived: Option<bool>,
    seq: Option<Seq>,
    seqs: Option<Vec<Seq>>,
    reply_to: Option<Seq>,
    files: Option<Vec<i64>>,
    #[serde(borrow)]
    emoji: Option<Cow<'a, str>>,
    on: Option<bool>,
    level: Option<Level>,
    prefs: Option<serde_json::Map<String, serde_json::Value>>,
    before: Option<Before>,
    offset: Option<i64>,
    after: Option<i64>,
    around: Option<Seq>,
    limit: Option<usize>,
}

/// Reads one text frame of a client.
///
/// # Errors
/// [`Unreadable`] says what is wrong, and the request's id if that could be read.
pub fn decode(frame: &str) -> Result<(RequestId, Request), Unreadable> {
    let fields = fields(frame).map_err(|problem| Unreadable {
        id: id_of(frame),
        error: Error::new(
            Code::BadRequest,
            format!("The request is not a JSON object with an op and a number id: {problem}. Nothing was done."),
        ),
    })?;
    let id = fields.id;
    request(fields).map(|request| (id, request)).map_err(|error| Unreadable { id: Some(id), error })
}

fn request(fields: Fields<'_>) -> Result<Request, Error> {
    Ok(match fields.op.as_ref() {
        "delete" | "rename" | "rules" | "demolish" | "report" => return keeping(fields),
        "edit" | "react" | "entries" | "revisions" => return messages(fields),
        "create" | "direct" | "join" | "leave" | "bring" | "remove" => return doors(fields),
        "hello" => Request::Hello { cursors: fields.cursors.unwrap_or_default() },
        "send" => {
            let files = files(fields.files.unwrap_or_default())?;
            let text = need(fields.text, "text")?.into_owned();
            // A picture needs no words.
            if files.is_empty() || !text.is_empty() {
                check_text(&text)?;
            }
            let (room, reply_to) = (need(fields.room, "room")?, fields.reply_to);
            Request::Send { room, key: key(fields.key)?, text, reply_to, files }
        }
        "topic" => {
            let text = need(fields.text, "text")?.into_owned();
            check_topic(&text)?;
            Request::Topic { room: need(fields.room, "room")?, key: key(fields.key)?, text }
        }
        "history" => {
            let page = match (fields.before, fields.after, fields.around) {
                (Some(Before::Seq(seq)), None, None) => Page::Before(seq),
                (None, Some(seq), None) => Page::After(seq),
                (None, None, Some(seq)) => Page::Around(seq),
                _ => return Err(bad("exactly one of before, after and around")),
            };
            let limit = fields.limit.unwrap_or(PAGE_ENTRIES);
            if !(1..=PAGE_ENTRIES_MAX).contains(&limit) {
                return Err(bad("a limit of 1 to 100"));
            }
            Request::History { room: need(fields.room, "room")?, page, limit }
        }
        "search" => return search(fields),
        "rooms" => Request::Rooms { after: fields.after.unwrap_or(0) },
        "members" => Request::Members { room: need(fields.room, "room")?, after: fields.after.unwrap_or(0) },
        "people" => {
            let q = fields.q.unwrap_or_default().into_owned();
            check_storable(&q)?;
            within(&q, NAME_CHARS_MAX, "What is looked for", "looked for")?;
            Request::People { after: fields.after.unwrap_or(0), q }
        }
        "faces" => {
            let users = need(fields.users, "users")?;
            if !(1..=FACES_MAX).contains(&users.len()) {
                return Err(bad("1 to 100 users"));
            }
            Request::Faces { users }
        }
        "profile" => Request::Profile { user: need(fields.user, "user")? },
        "read" => Request::Read { room: need(fields.room, "room")?, seq: need(fields.seq, "seq")? },
        "away" => Request::Away { on: need(fields.on, "on")? },
        "typing" => Request::Typing { room: need(fields.room, "room")? },
        "level" => Request::Level { room: need(fields.room, "room")?, level: need(fields.level, "level")? },
        "prefs" => Request::Prefs { prefs: prefs(need(fields.prefs, "prefs")?)? },
        "ping" => Request::Ping,
        _ => return Err(Error::new(Code::UnknownOp, "This server does not know that op. Nothing was done.")),
    })
}

/// Reads what is looked for; what its text means is read later.
fn search(fields: Fields<'_>) -> Result<Request, Error> {
    let text = need(fields.text, "text")?.into_owned();
    check_storable(&text)?;
    let before = match fields.before {
        Some(Before::Seq(_)) => return Err(bad("the next of the page before as before")),
        Some(Before::Cursor(cursor)) => Some(cursor),
        None => None,
    };
    let (limit, offset) = (fields.limit.unwrap_or(HITS), fields.offset.unwrap_or(0));
    if !(1..=HITS_MAX).contains(&limit) {
        return Err(bad("a limit of 1 to 50"));
    }
    if !(-OFFSET_MINUTES_MAX..=OFFSET_MINUTES_MAX).contains(&offset) {
        return Err(bad("an offset of at most 14 hours, in minutes"));
    }
    Ok(Request::Search { text, room: fields.room, before, limit, offset })
}

/// Reads what is about messages that are there.
fn messages(fields: Fields<'_>) -> Result<Request, Error> {
    let room = need(fields.room, "room")?;
    if fields.op == "entries" {
        let mut seqs = need(fields.seqs, "seqs")?;
        seqs.sort_unstable();
        seqs.dedup();
        return match seqs.len() {
            1..=ENTRIES_MAX => Ok(Request::Entries { room, seqs }),
            _ => Err(bad("1 to 50 seqs")),
        };
    }
    let seq = need(fields.seq, "seq")?;
    Ok(match fields.op.as_ref() {
        "edit" => {
            let text = need(fields.text, "text")?.into_owned();
            check_text(&text)?;
            Request::Edit { room, seq, key: key(fields.key)?, text }
        }
        "react" => {
            let emoji = need(fields.emoji, "emoji")?.into_owned();
            check_emoji(&emoji)?;
            Request::React { room, seq, key: key(fields.key)?, emoji, on: need(fields.on, "on")? }
        }
        _ => Request::Revisions { room, seq },
    })
}

/// The files of a message.
fn files(files: Vec<i64>) -> Result<Vec<i64>, Error> {
    let mut once = files.clone();
    once.sort_unstable();
    once.dedup();
    let is_fine = once.len() == files.len() && files.len() <= FILES_PER_MESSAGE_MAX;
    if is_fine { Ok(files) } else { Err(bad("at most 10 files, each once")) }
}

/// Settings as they are kept.
fn prefs(prefs: serde_json::Map<String, serde_json::Value>) -> Result<String, Error> {
    let json = String::from_utf8_lossy(&encode(&prefs)).into_owned();
    if json.len() <= PREFS_BYTES_MAX { Ok(json) } else { Err(bad("prefs of at most 4 KiB")) }
}

/// Reads what brings people into rooms and out of them.
fn doors(fields: Fields<'_>) -> Result<Request, Error> {
    Ok(match fields.op.as_ref() {
        "create" => {
            let name = name(fields.name)?;
            let topic = fields.topic.unwrap_or_default().into_owned();
            check_topic(&topic)?;
            let kind = fields.kind.unwrap_or(RoomKind::Open);
            if kind == RoomKind::Direct {
                return Err(bad("a kind that is open or private; direct makes direct rooms"));
            }
            // What is said in a closed room was said to those who were there.
            let shows_past = fields.shows_past.unwrap_or(kind == RoomKind::Open);
            Request::Create { name, topic, kind, shows_past }
        }
        "direct" => {
            let mut people = need(fields.people, "people")?;
            people.sort_unstable();
            people.dedup();
            match people.len() {
                0 => return Err(bad("people, without yourself")),
                others if others < DIRECT_PEOPLE_MAX => Request::Direct { people },
                _ => {
                    let text = "A direct room has two to eight people. Nothing was made; make a private room for more.";
                    return Err(Error::new(Code::TooManyPeople, text));
                }
            }
        }
        "join" => Request::Join { room: need(fields.room, "room")? },
        "leave" => Request::Leave { room: need(fields.room, "room")? },
        "bring" => Request::Bring { room: need(fields.room, "room")?, user: need(fields.user, "user")? },
        _ => Request::Remove { room: need(fields.room, "room")?, user: need(fields.user, "user")? },
    })
}

/// Reads what keeps order in rooms.
fn keeping(fields: Fields<'_>) -> Result<Request, Error> {
    let room = need(fields.room, "room")?;
    Ok(match fields.op.as_ref() {
        "delete" => Request::Delete { room, seq: need(fields.seq, "seq")?, key: key(fields.key)? },
        "rename" => Request::Rename { room, key: key(fields.key)?, text: name(fields.text)? },
        "rules" => {
            let change =
                RulesChange { shows_past: fields.shows_past, slow_ms: fields.slow_ms, archived: fields.archived };
            if change == RulesChange::default() {
                return Err(bad("shows_past, slow_ms or archived"));
            }
            if change.slow_ms > Some(SLOW_MS_MAX) {
                return Err(bad("a slow_ms of at most an hour"));
            }
            Request::Rules { room, key: key(fields.key)?, change }
        }
        "demolish" => Request::Demolish { room, name: need(fields.name, "name")?.into_owned() },
        _ => {
            let reason = fields.reason.unwrap_or_default().into_owned();
            check_storable(&reason)?;
            within(&reason, REASON_CHARS_MAX, "The reason", "reported")?;
            Request::Report { room, seq: need(fields.seq, "seq")?, reason }
        }
    })
}

/// Serde would take an array for a struct, too; a request is an object.
fn fields(frame: &str) -> Result<Fields<'_>, String> {
    if !frame.trim_start().starts_with('{') {
        return Err("it does not begin with {".to_owned());
    }
    serde_json::from_str(frame).map_err(|problem| problem.to_string())
}

/// The id alone, from a request whose other fields are of wrong types.
fn id_of(frame: &str) -> Option<RequestId> {
    #[derive(Deserialize)]
    struct Id {
        id: RequestId,
    }
    if !frame.trim_start().starts_with('{') {
        return None;
    }
    serde_json::from_str::<Id>(frame).ok().map(|found| found.id)
}

fn bad(needed: &str) -> Error {
    Error::new(Code::BadRequest, format!("The request needs {needed}. Nothing was done."))
}

fn need<T>(field: Option<T>, name: &str) -> Result<T, Error> {
    field.ok_or_else(|| bad(name))
}

/// U+0000 is refused, since not every database stores it.
fn check_storable(text: &str) -> Result<(), Error> {
    if text.contains('\0') { Err(bad("text without U+0000")) } else { Ok(()) }
}

fn key(field: Option<Cow<'_, str>>) -> Result<String, Error> {
    let key = need(field, "key")?;
    check_storable(&key)?;
    match key.chars().count() {
        1..=KEY_CHARS_MAX => Ok(key.into_owned()),
        _ => Err(bad("a key of 1 to 64 characters")),
    }
}

fn name(field: Option<Cow<'_, str>>) -> Result<String, Error> {
    let name = need(field, "a name")?.into_owned();
    check_name(&name).map_err(|text| Error::new(Code::BadName, text))?;
    Ok(name)
}

fn check_text(text: &str) -> Result<(), Error> {
    check_storable(text)?;
    if text.trim().is_empty() {
        return Err(Error::new(Code::TextEmpty, "The message has no text. Nothing was sent; write something first."));
    }
    within(text, TEXT_CHARS_MAX, "The message", "sent")
}

/// Whether that may stand under a message: one emoji, or what looks like one; no words.
fn check_emoji(emoji: &str) -> Result<(), Error> {
    let is_letter = |c: char| c.is_alphabetic() && !matches!(c, 'ℹ' | 'Ⓜ' | '🅰'..='🆉');
    // Flags of regions are spelled by tags, which nobody sees.
    let is_tag = |c: char| matches!(c, '\u{e0020}'..='\u{e007f}');
    let is_odd = |c: char| {
        !(is_visible(c) || is_tag(c))
            || c.is_whitespace()
            || is_letter(c)
            || (c.is_ascii() && !matches!(c, '0'..='9' | '#' | '*'))
    };
    let is_nothing = emoji.chars().all(|c| is_joiner(c) || is_tag(c));
    if emoji.is_ascii() || is_nothing || emoji.len() > EMOJI_BYTES_MAX || emoji.contains(is_odd) {
        return Err(bad("an emoji"));
    }
    Ok(())
}

fn check_topic(text: &str) -> Result<(), Error> {
    check_storable(text)?;
    within(text, TOPIC_CHARS_MAX, "The topic", "changed")
}

fn within(text: &str, chars_max: usize, what: &str, done: &str) -> Result<(), Error> {
    let chars = text.chars().count();
    if chars <= chars_max {
        return Ok(());
    }
    let text = format!(
        "{what} has {chars} characters; {chars_max} are allowed. Nothing was {done}; shorten it and try again."
    );
    Err(Error::new(Code::TextTooLong, text))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(frame: &str) -> (Option<RequestId>, Code) {
        let unreadable = decode(frame).expect_err(frame);
        (unreadable.id, unreadable.error.code)
    }

    #[test]
    fn a_request_that_cannot_be_read_names_its_id_if_it_has_one() {
        assert_eq!(refusal("nonsense"), (None, Code::BadRequest));
        assert_eq!(refusal("[1]"), (None, Code::BadRequest));
        assert_eq!(refusal(r#"{"op":"send","id":7,"room":"one"}"#), (Some(7), Code::BadRequest));
        assert_eq!(refusal(r#"{"op":"send","id":7,"key":"k","text":"t"}"#), (Some(7), Code::BadRequest));
        assert_eq!(refusal(r#"{"op":"fly","id":8}"#), (Some(8), Code::UnknownOp));
        assert_eq!(refusal(r#"{"op":"history","id":9,"room":1,"before":3,"after":2}"#), (Some(9), Code::BadRequest));
        assert_eq!(refusal(r#"{"op":"history","id":9,"room":1,"before":3,"limit":101}"#), (Some(9), Code::BadRequest));
        assert_eq!(refusal(r#"{"op":"ping","id":-1}"#), (None, Code::BadRequest));
    }

    #[test]
    fn under_a_message_stands_an_emoji_and_no_words() {
        let react =
            |emoji: &str| format!(r#"{{"op":"react","id":1,"room":1,"seq":2,"key":"k","emoji":"{emoji}","on":true}}"#);
        for emoji in ["👍", "❤️", "1️⃣", "🅰️", "ℹ️", "🇩🇪", "👩🏽‍❤️‍💋‍👨🏿", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"]
        {
            assert!(decode(&react(emoji)).is_ok(), "{emoji}");
        }
        for words in
            ["", "a", "12", "привет", "<b>", "👍 👍", "漢", "\\u0000", "\u{202e}", "\u{200d}\u{fe0f}", &"👍".repeat(11)]
        {
            assert_eq!(refusal(&react(words)), (Some(1), Code::BadRequest), "{words}");
        }
    }

    #[test]
    fn settings_are_an_object_of_bounded_size() {
        let prefs = |json: &str| format!(r#"{{"op":"prefs","id":1,"prefs":{json}}}"#);
        assert_eq!(
            decode(&prefs(r#"{"b": 1, "a": [true]}"#)).unwrap().1,
            Request::Prefs { prefs: r#"{"a":[true],"b":1}"#.into() }
        );
        assert_eq!(refusal(&prefs("[1]")), (Some(1), Code::BadRequest));
        assert_eq!(
            refusal(&prefs(&format!(r#"{{"a":"{}"}}"#, "x".repeat(PREFS_BYTES_MAX)))),
            (Some(1), Code::BadRequest)
        );
    }

    #[test]
    fn text_and_key_are_measured_in_characters() {
        let send = |key: &str, text: &str| format!(r#"{{"op":"send","id":1,"room":1,"key":"{key}","text":"{text}"}}"#);
        assert!(decode(&send(&"é".repeat(64), &"😀".repeat(8_000))).is_ok());
        assert_eq!(refusal(&send("k", &"😀".repeat(8_001))), (Some(1), Code::TextTooLong));
        assert_eq!(refusal(&send("k", " \\n\\t ")), (Some(1), Code::TextEmpty));
        assert_eq!(refusal(&send("", "hi")), (Some(1), Code::BadRequest));
        assert_eq!(refusal(&send("k", "a\\u0000b")), (Some(1), Code::BadRequest));
        assert_eq!(refusal(&send("\\u0000", "hi")), (Some(1), Code::BadRequest));
        assert_eq!(refusal(&send(&"k".repeat(65), "hi")), (Some(1), Code::BadRequest));
    }
}
