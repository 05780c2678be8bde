//! Rooms and those who sit in them. (Being written.)
pub mod hub;
pub mod session;
