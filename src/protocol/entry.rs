//! Entries of a room's log, and the events that carry them.

use super::{Person, RoomId, Seq};
use serde::{Deserialize, Serialize};

/// What happened, in an entry of a room's log. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody wrote; has `key` and `text`.
    Message = 0,
    /// Somebody became a member.
    Join = 1,
    /// Somebody left for good.
    Leave = 2,
    /// The topic was set; has `key` and `text`.
    Topic = 3,
    /// A message was deleted; has `key` and `target`.
    Delete = 4,
    /// The room was given another name; has `key` and `text`.
    Name = 5,
    /// The room's rules were set; has `key` and `rules`.
    Rules = 6,
}

/// All kinds of entries.
const KINDS: [Kind; 7] = [Kind::Message, Kind::Join, Kind::Leave, Kind::Topic, Kind::Delete, Kind::Name, Kind::Rules];

impl Kind {
    /// The kind that the database's number means, or `None` for one that this version does not know.
    pub fn from_number(number: i64) -> Option<Kind> {
        KINDS.into_iter().find(|kind| *kind as i64 == number)
    }
}

/// What holds in a room.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rules {
    /// Whether new members see what was before them.
    pub shows_past: bool,
    /// Least time between two messages of one member, in milliseconds; 0: none.
    pub slow_ms: u64,
    /// Whether nothing may be written.
    pub archived: bool,
}

/// One entry of a room's log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Whose log.
    pub room: RoomId,
    /// Its number there.
    pub seq: Seq,
    /// When it was stored, in Unix milliseconds, by the server's clock; says nothing about order.
    pub at: i64,
    /// Who did it.
    pub by: Person,
    /// Who became a member or is one no longer, when `by` is somebody else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub who: Option<Person>,
    /// What was done.
    pub kind: Kind,
    /// The author's own key for it, where the kind has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The text, where the kind has one; a deleted message has none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Of a deletion: the number of the message that is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Seq>,
    /// What holds from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

impl Entry {
    /// Whom it makes a member or ends as one: who was brought in or removed, or else who did it.
    pub fn subject(&self) -> &Person {
        self.who.as_ref().unwrap_or(&self.by)
    }
}

/// The event that carries one entry, from the entry's own JSON.
pub fn entry_event(entry: &[u8], out: &mut Vec<u8>) {
    out.extend_from_slice(br#"{"ev":"entry","#);
    out.extend_from_slice(&entry[1..]);
}

/// Bytes that [`entry_event`] adds to the entry's own JSON.
pub const ENTRY_EVENT_BYTES: usize = br#"{"ev":"entry","#.len() - 1;

/// The event that replaces all that a client holds of `room` by its latest page, from the entries' own JSON.
pub fn reset_event<'a>(room: RoomId, head: Seq, entries: impl Iterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut out = format!(r#"{{"ev":"reset","room":{room},"head":{head},"entries":["#).into_bytes();
    for (n, entry) in entries.enumerate() {
        if n > 0 {
            out.push(b',');
        }
        out.extend_from_slice(entry);
    }
    out.extend_from_slice(b"]}");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::encode;

    #[test]
    fn an_entry_reads_the_same_alone_and_in_an_event() {
        let by = Person { id: 3, name: "Rosa \"R\"".to_owned() };
        let entry = Entry {
            room: 1,
            seq: 2,
            at: 3,
            by,
            who: None,
            kind: Kind::Message,
            key: Some("k".into()),
            text: Some("hi".into()),
            target: None,
            rules: None,
        };
        let json = encode(&entry);
        let mut event = Vec::new();
        entry_event(&json, &mut event);
        assert_eq!(event.len(), json.len() + ENTRY_EVENT_BYTES);
        assert!(event.starts_with(br#"{"ev":"entry","room":1"#));
        assert_eq!(serde_json::from_slice::<Entry>(&event).unwrap(), entry);
        let reset = reset_event(1, 2, [json.as_slice(), &json].into_iter());
        let value: serde_json::Value = serde_json::from_slice(&reset).unwrap();
        assert_eq!(value["entries"].as_array().unwrap().len(), 2);
    }
}
