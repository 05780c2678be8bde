//! Entries of a room's log, what later ones change about earlier ones, and the events that carry them.

use super::{Person, RoomId, Seq, UserId};
use serde::{Deserialize, Serialize};

/// What happened, in an entry of a room's log. The numbers are what the database keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Somebody wrote; has `key` and `text`.
    #[default]
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
    /// A message was given another text; has `key`, `target`, and the text that its message has now.
    Edit = 7,
    /// Somebody put an emoji to a message; has `key`, `target` and `text`, the emoji.
    React = 8,
    /// Somebody took an emoji away again; has `key`, `target` and `text`, the emoji.
    Unreact = 9,
}

/// All kinds of entries.
const KINDS: [Kind; 10] = [
    Kind::Message,
    Kind::Join,
    Kind::Leave,
    Kind::Topic,
    Kind::Delete,
    Kind::Name,
    Kind::Rules,
    Kind::Edit,
    Kind::React,
    Kind::Unreact,
];

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

/// An emoji under a message, and who has put it there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reaction {
    /// The emoji.
    pub emoji: String,
    /// Who, the first first.
    pub by: Vec<UserId>,
}

/// One entry of a room's log, as it is now: what came later has changed it already.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
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
    /// Of a deletion, an edit and a reaction: the number of the message that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<Seq>,
    /// Of a message: the number of the one that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply_to: Option<Seq>,
    /// Of a message: when its text was last changed, in Unix milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub edited_at: Option<i64>,
    /// Of a message and of an edit: whom the text calls by name; 0: everybody in the room.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub mentions: Vec<UserId>,
    /// Of a message: the emojis under it, the first first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
    /// What holds from here on.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rules: Option<Rules>,
}

impl Entry {
    /// Whom it makes a member or ends as one: who was brought in or removed, or else who did it.
    pub fn subject(&self) -> &Person {
        self.who.as_ref().unwrap_or(&self.by)
    }

    /// Changes what `later`, an entry of the same log, changes about this one, so that it is what a fresh read would give;
    /// tells whether that is anything.
    pub fn heed(&mut self, later: &Entry) -> bool {
        let Some(target) = later.target else { return false };
        let is_message = self.kind == Kind::Message && self.seq == target;
        let is_edit = self.kind == Kind::Edit && self.target == Some(target);
        match later.kind {
            Kind::Delete if is_message || is_edit => {
                (self.text, self.edited_at) = (None, None);
                (self.mentions, self.reactions) = (Vec::new(), Vec::new());
            }
            Kind::Edit if (is_message || is_edit) && self.text.is_some() => {
                (self.text, self.mentions) = (later.text.clone(), later.mentions.clone());
                if is_message {
                    self.edited_at = Some(later.at);
                }
            }
            Kind::React | Kind::Unreact if is_message && self.text.is_some() => {
                self.heed_reaction(later.text.as_deref().unwrap_or_default(), later.by.id, later.kind == Kind::React);
            }
            _ => return false,
        }
        true
    }

    fn heed_reaction(&mut self, emoji: &str, by: UserId, on: bool) {
        let found = self.reactions.iter().position(|reaction| reaction.emoji == emoji);
        match found {
            Some(at) => {
                self.reactions[at].by.retain(|one| *one != by);
                if on {
                    self.reactions[at].by.push(by);
                } else if self.reactions[at].by.is_empty() {
                    self.reactions.remove(at);
                }
            }
            None if on => self.reactions.push(Reaction { emoji: emoji.to_owned(), by: vec![by] }),
            None => {}
        }
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
        let entry =
            Entry { room: 1, seq: 2, at: 3, by, key: Some("k".into()), text: Some("hi".into()), ..Entry::default() };
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

    #[test]
    fn a_message_becomes_what_later_entries_make_of_it() {
        let by = |id| Person { id, name: String::new() };
        let mut message = Entry { seq: 5, text: Some("tea".into()), ..Entry::default() };
        let later = |kind, id, text: Option<&str>| Entry {
            seq: 9,
            at: 7,
            by: by(id),
            kind,
            target: Some(5),
            text: text.map(str::to_owned),
            ..Entry::default()
        };
        for (kind, id, emoji) in [
            (Kind::React, 1, "☕"),
            (Kind::React, 2, "☕"),
            (Kind::React, 1, "🍞"),
            (Kind::React, 1, "☕"),
            (Kind::Unreact, 1, "🍞"),
            (Kind::Unreact, 3, "☕"),
        ] {
            assert!(message.heed(&later(kind, id, Some(emoji))));
        }
        assert_eq!(message.reactions, [Reaction { emoji: "☕".into(), by: vec![2, 1] }]);
        let mut edit = Entry { mentions: vec![4], ..later(Kind::Edit, 1, Some("more tea")) };
        assert!(message.heed(&edit));
        assert_eq!(
            (message.text.as_deref(), message.edited_at, &*message.mentions),
            (Some("more tea"), Some(7), &[4][..])
        );
        assert!(edit.heed(&later(Kind::Edit, 1, Some("no tea"))), "an earlier edit says what the message says now");
        assert_eq!((edit.text.as_deref(), edit.edited_at), (Some("no tea"), None));
        assert!(!message.heed(&Entry { target: Some(6), ..later(Kind::Delete, 1, None) }), "another message");
        for entry in [&mut message, &mut edit] {
            assert!(entry.heed(&later(Kind::Delete, 1, None)));
            assert!(entry.text.is_none() && entry.reactions.is_empty() && entry.mentions.is_empty());
            assert!(!entry.heed(&later(Kind::React, 1, Some("☕"))) || entry.reactions.is_empty());
            assert!(!entry.heed(&later(Kind::Edit, 1, Some("again"))), "what is deleted stays so");
        }
    }
}
