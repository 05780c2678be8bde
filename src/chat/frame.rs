//! What the server says as WebSocket frames, each encoded once for all who get it.

use super::room::Encoded;
use crate::protocol::{self, RoomId, Seq};
use async_tungstenite::tungstenite::Bytes;
use async_tungstenite::tungstenite::protocol::frame::FrameHeader;
use async_tungstenite::tungstenite::protocol::frame::coding::{Data, OpCode};

/// One text as a WebSocket frame (RFC 6455 section 5.2; a server does not mask).
pub fn text_frame(text: &[u8]) -> Bytes {
    let mut frame = Vec::with_capacity(text.len() + FRAME_HEADER_BYTES_MAX);
    frame_header(text.len(), &mut frame);
    frame.extend_from_slice(text);
    frame.into()
}

/// Bytes of the longest header of an unmasked frame.
const FRAME_HEADER_BYTES_MAX: usize = 10;

fn frame_header(bytes: usize, out: &mut Vec<u8>) {
    let header = FrameHeader { opcode: OpCode::Data(Data::Text), ..FrameHeader::default() };
    // Writing to a Vec does not fail.
    let _ = header.format(bytes as u64, out);
}

/// Entries as `entry` events, a frame each, in one piece.
pub fn entry_frames(entries: &[Encoded]) -> Bytes {
    let bytes: usize =
        entries.iter().map(|entry| entry.len() + protocol::ENTRY_EVENT_BYTES + FRAME_HEADER_BYTES_MAX).sum();
    let mut frames = Vec::with_capacity(bytes);
    for entry in entries {
        frame_header(entry.len() + protocol::ENTRY_EVENT_BYTES, &mut frames);
        protocol::entry_event(entry, &mut frames);
    }
    frames.into()
}

/// A page that has been made: at which head, of how many entries, and its frame. Entries have no gaps, so that these two
/// numbers tell one page from another.
pub type MadePage = (Seq, usize, Bytes);

/// The latest page as a `reset` event, made once for all who may see as much of it.
pub fn page_frame(page: &mut Option<MadePage>, room: RoomId, head: Seq, entries: &[Encoded]) -> Bytes {
    match page {
        Some((at, len, frame)) if (*at, *len) == (head, entries.len()) => frame.clone(),
        _ => {
            let frame = text_frame(&protocol::reset_event(room, head, entries.iter().map(|entry| &**entry)));
            *page = Some((head, entries.len(), frame.clone()));
            frame
        }
    }
}
