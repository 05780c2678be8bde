//! RFC 6455 framing for both ends, on borrowed bytes and without allocation.
//!
//! No fragments, no extensions: neither is negotiated, and snug sends neither.

/// Opcode of a text frame (RFC 6455, section 11.8).
pub const TEXT: u8 = 1;
/// Opcode of a close frame.
pub const CLOSE: u8 = 8;
/// Opcode of a ping frame.
pub const PING: u8 = 9;
/// Opcode of a pong frame.
pub const PONG: u8 = 10;

/// The key of the RFC's own example; every client here sends it.
pub const SAMPLE_KEY: &str = "dGhlIHNhbXBsZSBub25jZQ==";
/// What the RFC says a server answers to [`SAMPLE_KEY`].
pub const SAMPLE_ACCEPT: &str = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=";

/// The mask of all client frames; not zero, so that the server has the work of undoing it.
const MASK: [u8; 4] = [0x37, 0xfa, 0x21, 0x3d];

/// Where one whole frame lies in a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Frame {
    /// What kind of frame it is.
    pub opcode: u8,
    /// The client's mask, if the frame has one.
    pub mask: Option<[u8; 4]>,
    /// First byte of the payload.
    pub start: usize,
    /// First byte after the frame.
    pub end: usize,
}

/// Finds the frame at the front of `buf`; `None` if more bytes are needed.
pub fn parse(buf: &[u8]) -> Option<Frame> {
    let (&first, &second) = (buf.first()?, buf.get(1)?);
    let (len, mut start) = match second & 0x7f {
        126 => (u64::from(u16::from_be_bytes(buf.get(2..4)?.try_into().ok()?)), 4),
        127 => (u64::from_be_bytes(buf.get(2..10)?.try_into().ok()?), 10),
        short => (u64::from(short), 2),
    };
    let mut mask = None;
    if second & 0x80 != 0 {
        mask = Some(buf.get(start..start + 4)?.try_into().ok()?);
        start += 4;
    }
    let end = start.checked_add(usize::try_from(len).ok()?)?;
    (end <= buf.len()).then_some(Frame { opcode: first & 0x0f, mask, start, end })
}

/// Takes the mask off `payload`.
pub fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    for (i, byte) in payload.iter_mut().enumerate() {
        *byte ^= mask[i % 4];
    }
}

/// Appends a frame as a server sends it.
pub fn push(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    push_head(out, opcode, payload.len(), 0);
    out.extend_from_slice(payload);
}

/// Appends a frame as a client sends it.
pub fn push_masked(out: &mut Vec<u8>, opcode: u8, payload: &[u8]) {
    push_head(out, opcode, payload.len(), 0x80);
    out.extend_from_slice(&MASK);
    let start = out.len();
    out.extend_from_slice(payload);
    unmask(&mut out[start..], MASK);
}

fn push_head(out: &mut Vec<u8>, opcode: u8, len: usize, mask_bit: u8) {
    out.push(0x80 | opcode);
    match len {
        0..=125 => out.push(mask_bit | len as u8),
        126..=0xffff => {
            out.push(mask_bit | 126);
            out.extend_from_slice(&(len as u16).to_be_bytes());
        }
        _ => {
            out.push(mask_bit | 127);
            out.extend_from_slice(&(len as u64).to_be_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// However the network slices a frame, it is found whole or not at all.
    #[test]
    fn a_frame_survives_any_slicing() {
        for len in [0, 1, 125, 126, 300, 0xffff, 0x1_0000] {
            let payload = vec![b'x'; len];
            let (mut plain, mut masked) = (Vec::new(), Vec::new());
            push(&mut plain, TEXT, &payload);
            push_masked(&mut masked, TEXT, &payload);
            for wire in [&plain, &masked] {
                for cut in (0..wire.len()).filter(|n| *n < 20 || *n + 3 > wire.len()) {
                    assert_eq!(parse(&wire[..cut]), None, "{len} bytes cut at {cut}");
                }
                let frame = parse(wire).unwrap();
                assert_eq!((frame.opcode, frame.end, frame.end - frame.start), (TEXT, wire.len(), len));
            }
            let frame = parse(&masked).unwrap();
            unmask(&mut masked[frame.start..frame.end], frame.mask.unwrap());
            assert_eq!(&masked[frame.start..], payload);
        }
    }
}
