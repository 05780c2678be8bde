//! The WebSocket protocol's frames, ids and limits.

/// A person's id.
pub type UserId = i64;
/// A room's id.
pub type RoomId = i64;
/// An entry's number in its room's log: 1, 2, 3, ...
pub type Seq = i64;

/// A person as others see them.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Person {
    /// The person's id.
    pub id: UserId,
    /// The name as typed.
    pub name: String,
}
