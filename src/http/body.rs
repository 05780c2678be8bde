//! Request bodies: how they are framed (RFC 9112, section 6) and an incremental decoder (section 7.1).
//!
//! The decoder takes bytes in any slices and never more than it needs: what follows the body is the next request.

use super::head::is_token_byte;
use super::request::{Request, Version};

/// Digits that a chunk size may have, leading zeros included; 16 of them fill a `u64`.
const SIZE_DIGITS_MAX: u8 = 16;

/// Bytes of chunk extensions and of trailers that one body may have; nobody uses them, attackers stretch them.
const EXTRA_BYTES_MAX: usize = 2 << 10;

/// How the body of a request is framed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Framing {
    /// Neither `Content-Length` nor `Transfer-Encoding`: there is no body.
    None,
    /// `Content-Length`, in bytes; a number beyond `u64` counts as `u64::MAX`.
    Length(u64),
    /// `Transfer-Encoding: chunked`.
    Chunked,
}

/// Why the framing of a body cannot be trusted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FramingError {
    /// RFC 9112 forbids it; the text says what (400).
    Malformed(&'static str),
    /// A transfer coding other than `chunked` (501).
    UnknownCoding,
}

/// Tells how a request's body is framed.
///
/// # Errors
/// [`FramingError`] for everything by which two readers could see two different ends.
pub fn framing(request: &Request<'_>) -> Result<Framing, FramingError> {
    let mut lengths = request.values("content-length");
    let length = lengths.next();
    if lengths.next().is_some() {
        return Err(FramingError::Malformed("there is more than one Content-Length"));
    }
    if request.values("transfer-encoding").next().is_some() {
        return chunked(request, length.is_some());
    }
    let Some(length) = length else { return Ok(Framing::None) };
    if length.is_empty() || !length.iter().all(u8::is_ascii_digit) {
        return Err(FramingError::Malformed("the Content-Length is not one plain number"));
    }
    let digit = |byte: &u8| u64::from(byte - b'0');
    let number = length.iter().fold(0_u64, |sum, byte| sum.saturating_mul(10).saturating_add(digit(byte)));
    Ok(Framing::Length(number))
}

/// The rules of `Transfer-Encoding`: `chunked`, once, alone, in HTTP/1.1.
fn chunked(request: &Request<'_>, has_length: bool) -> Result<Framing, FramingError> {
    if has_length {
        return Err(FramingError::Malformed("there are both Content-Length and Transfer-Encoding"));
    }
    if request.version == Version::Http10 {
        return Err(FramingError::Malformed("HTTP/1.0 has no Transfer-Encoding"));
    }
    if request.values("transfer-encoding").any(|value| std::str::from_utf8(value).is_err()) {
        return Err(FramingError::Malformed("the Transfer-Encoding is not ASCII"));
    }
    if request.list("transfer-encoding").any(|coding| !coding.eq_ignore_ascii_case("chunked")) {
        return Err(FramingError::UnknownCoding);
    }
    match request.list("transfer-encoding").count() {
        1 => Ok(Framing::Chunked),
        0 => Err(FramingError::Malformed("the Transfer-Encoding is empty")),
        _ => Err(FramingError::Malformed("the body is chunked more than once")),
    }
}

/// What a client expects before it sends its body (RFC 9110, 10.1.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expectation {
    /// Nothing, or it speaks HTTP/1.0, where the field is ignored.
    None,
    /// `100-continue`.
    Continue,
    /// Something that nobody defined (417).
    Unknown,
}

/// Reads `Expect`.
pub fn expectation(request: &Request<'_>) -> Expectation {
    if request.version == Version::Http10 || request.values("expect").next().is_none() {
        return Expectation::None;
    }
    let known = |member: &str| member.eq_ignore_ascii_case("100-continue");
    let mut members = request.list("expect").peekable();
    if members.peek().is_some() && members.all(known) { Expectation::Continue } else { Expectation::Unknown }
}

/// Why a body was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyError {
    /// It has more bytes than allowed (413).
    TooLarge,
    /// The chunks are broken; the text says how (400).
    Malformed(&'static str),
}

/// Takes a body out of a stream of bytes.
#[derive(Debug)]
pub struct Decoder {
    state: State,
    /// Bytes that the body may still have.
    allowance: u64,
    /// Bytes that extensions and trailers may still have.
    extra: usize,
}

/// Where in the body the next byte stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// In a chunk's size: the number so far and how many digits it has.
    Size(u64, u8),
    /// In white space behind a chunk's size, which only an extension may follow.
    SizeSpace(u64),
    /// In a chunk's extension.
    Extension(u64),
    /// Before the LF that ends a chunk's first line.
    SizeLf(u64),
    /// In data: bytes that are still to come, and whether a chunk's CR LF follows.
    Data(u64, bool),
    /// Before the CR that ends a chunk.
    DataCr,
    /// Before the LF that ends a chunk.
    DataLf,
    /// At the start of a trailer line, or of the line that ends the body.
    TrailerStart,
    /// In a trailer field's name.
    TrailerName,
    /// In a trailer field's value.
    TrailerValue,
    /// Before the LF that ends a trailer line.
    TrailerLf,
    /// Before the LF that ends the body.
    EndLf,
    /// Behind the body.
    Done,
}

impl Decoder {
    /// A decoder for a body of at most `bytes_max` bytes.
    ///
    /// # Errors
    /// [`BodyError::TooLarge`] when the announced length is more than that.
    pub fn new(framing: Framing, bytes_max: u64) -> Result<Decoder, BodyError> {
        let state = match framing {
            Framing::None | Framing::Length(0) => State::Done,
            Framing::Length(length) if length > bytes_max => return Err(BodyError::TooLarge),
            Framing::Length(length) => State::Data(length, false),
            Framing::Chunked => State::Size(0, 0),
        };
        Ok(Decoder { state, allowance: bytes_max, extra: EXTRA_BYTES_MAX })
    }

    /// Whether the body is complete.
    pub fn is_done(&self) -> bool {
        self.state == State::Done
    }

    /// Takes what belongs to the body from the front of `input`, appends its data to `body`, and returns how many bytes of
    /// `input` it used; less than all of them only when the body is complete.
    ///
    /// # Errors
    /// [`BodyError`]; the decoder is of no use after that.
    pub fn decode(&mut self, input: &[u8], body: &mut Vec<u8>) -> Result<usize, BodyError> {
        let mut used = 0;
        while used < input.len() && self.state != State::Done {
            if let State::Data(left, chunk) = self.state {
                let taken = left.min((input.len() - used) as u64);
                body.extend_from_slice(&input[used..used + taken as usize]);
                used += taken as usize;
                self.state = match (left - taken, chunk) {
                    (0, true) => State::DataCr,
                    (0, false) => State::Done,
                    (left, _) => State::Data(left, chunk),
                };
                continue;
            }
            self.state = self.step(input[used])?;
            used += 1;
        }
        Ok(used)
    }

    /// The state behind one byte that is not data.
    fn step(&mut self, byte: u8) -> Result<State, BodyError> {
        Ok(match (self.state, byte) {
            (State::Size(size, digits), byte) if byte.is_ascii_hexdigit() => self.size_digit(size, digits, byte)?,
            (State::Size(_, 0), _) => return Err(BodyError::Malformed("a chunk has no size")),
            (State::Size(size, _) | State::SizeSpace(size), b' ' | b'\t') => self.extra(State::SizeSpace(size))?,
            (State::Size(size, _) | State::SizeSpace(size), b';') => self.extra(State::Extension(size))?,
            (State::Size(size, _) | State::Extension(size), b'\r') => State::SizeLf(size),
            (State::Extension(size), byte) if is_text(byte) => self.extra(State::Extension(size))?,
            (State::SizeLf(0), b'\n') => State::TrailerStart,
            (State::SizeLf(size), b'\n') => {
                self.allowance = self.allowance.checked_sub(size).ok_or(BodyError::TooLarge)?;
                State::Data(size, true)
            }
            (State::Size(..) | State::SizeSpace(_) | State::Extension(_) | State::SizeLf(_), _) => {
                return Err(BodyError::Malformed("a chunk's size is not a plain hexadecimal number on a line"));
            }
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Size(0, 0),
            (State::DataCr | State::DataLf, _) => {
                return Err(BodyError::Malformed("a chunk does not end where its size says"));
            }
            (State::TrailerStart, b'\r') => State::EndLf,
            (State::EndLf, b'\n') => State::Done,
            (State::TrailerStart | State::TrailerName, byte) if is_token_byte(byte) => {
                self.extra(State::TrailerName)?
            }
            (State::TrailerName, b':') => self.extra(State::TrailerValue)?,
            (State::TrailerValue, b'\r') => State::TrailerLf,
            (State::TrailerValue, byte) if is_text(byte) => self.extra(State::TrailerValue)?,
            (State::TrailerLf, b'\n') => State::TrailerStart,
            (State::TrailerStart | State::TrailerName | State::TrailerValue | State::TrailerLf | State::EndLf, _) => {
                return Err(BodyError::Malformed("a trailer is not a header field on a line"));
            }
            (state @ (State::Data(..) | State::Done), _) => state,
        })
    }

    /// One more digit of a chunk's size.
    fn size_digit(&self, size: u64, digits: u8, byte: u8) -> Result<State, BodyError> {
        if digits == SIZE_DIGITS_MAX {
            return Err(BodyError::Malformed("a chunk's size has too many digits"));
        }
        let digit = char::from(byte).to_digit(16).unwrap_or_default();
        let size = size << 4 | u64::from(digit);
        if size > self.allowance { Err(BodyError::TooLarge) } else { Ok(State::Size(size, digits + 1)) }
    }

    /// Counts one byte of an extension or a trailer.
    fn extra(&mut self, next: State) -> Result<State, BodyError> {
        self.extra = self.extra.checked_sub(1).ok_or(BodyError::TooLarge)?;
        Ok(next)
    }
}

/// Whether a byte may stand in a field's value or a chunk's extension.
fn is_text(byte: u8) -> bool {
    matches!(byte, b'\t' | b' '..=126 | 128..)
}

#[cfg(test)]
mod tests {
    use super::super::head::{HeadLimits, parse_head};
    use super::*;

    fn with_request<T>(version: &str, fields: &str, check: impl Fn(&Request<'_>) -> T) -> T {
        let limits = HeadLimits { head_bytes_max: 4096, target_bytes_max: 64, headers_max: 16 };
        let wire = format!("POST / HTTP/{version}\r\nHost: a\r\n{fields}\r\n");
        let (request, _) = parse_head(wire.as_bytes(), &limits).unwrap().unwrap();
        check(&request)
    }

    #[test]
    fn framing_is_one_plain_length_or_chunked() {
        for (fields, expected) in [
            ("", Framing::None),
            ("Content-Length: 0\r\n", Framing::Length(0)),
            ("content-length: 0012\r\n", Framing::Length(12)),
            ("Content-Length: 99999999999999999999999\r\n", Framing::Length(u64::MAX)),
            ("Transfer-Encoding: chunked\r\n", Framing::Chunked),
            ("Transfer-Encoding: , CHUNKED ,\r\n", Framing::Chunked),
        ] {
            assert_eq!(with_request("1.1", fields, framing), Ok(expected), "{fields}");
        }
    }

    #[test]
    fn framing_that_two_readers_could_read_differently_is_refused() {
        for fields in [
            "Content-Length:\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: -5\r\n",
            "Content-Length: 5, 5\r\n",
            "Content-Length: 5 5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 5.0\r\n",
            "Content-Length: \"5\"\r\n",
            "Content-Length: \u{665}\r\n",
            "Content-Length: 5\r\nContent-Length: 5\r\n",
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip\r\nContent-Length: 5\r\n",
            "Transfer-Encoding: chunked, chunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding:\r\n",
            "Transfer-Encoding: ,\r\n",
        ] {
            let found = with_request("1.1", fields, framing);
            assert!(matches!(found, Err(FramingError::Malformed(_))), "{found:?} for {fields}");
        }
        let found = with_request("1.0", "Transfer-Encoding: chunked\r\n", framing);
        assert!(matches!(found, Err(FramingError::Malformed(_))));
    }

    #[test]
    fn codings_that_nobody_taught_us_are_unknown() {
        for coding in ["gzip", "identity", "gzip, chunked", "chunked, gzip", "xchunked", "chunked;q=1", "\"chunked\""] {
            let fields = format!("Transfer-Encoding: {coding}\r\n");
            assert_eq!(with_request("1.1", &fields, framing), Err(FramingError::UnknownCoding), "{coding}");
        }
    }

    #[test]
    fn only_100_continue_can_be_expected() {
        for (version, fields, expected) in [
            ("1.1", "", Expectation::None),
            ("1.1", "Expect: 100-Continue\r\n", Expectation::Continue),
            ("1.1", "Expect: a-pony\r\n", Expectation::Unknown),
            ("1.1", "Expect: 100-continue, a-pony\r\n", Expectation::Unknown),
            ("1.1", "Expect:\r\n", Expectation::Unknown),
            ("1.0", "Expect: 100-continue\r\n", Expectation::None),
        ] {
            assert_eq!(with_request(version, fields, expectation), expected, "{fields}");
        }
    }

    /// Feeds `wire` in two slices cut at `cut` and returns the body and how many bytes were used.
    fn decode_cut(
        framing: Framing,
        bytes_max: u64,
        wire: &[u8],
        cut: usize,
    ) -> Result<(Vec<u8>, usize, bool), BodyError> {
        let mut decoder = Decoder::new(framing, bytes_max)?;
        let (mut body, mut used) = (Vec::new(), 0);
        for end in [cut, wire.len()] {
            used += decoder.decode(&wire[used..end], &mut body)?;
        }
        Ok((body, used, decoder.is_done()))
    }

    /// However the network slices the bytes, the same body comes out, and the next request behind it is left alone.
    #[test]
    fn bodies_survive_any_slicing() {
        for (framing, wire) in [
            (Framing::Length(11), &b"hello worldGET"[..]),
            (Framing::Chunked, b"5\r\nhello\r\n6\r\n world\r\n0\r\n\r\nGET"),
            (Framing::Chunked, b"005;a=b;c=\"d\"\r\nhello\r\n6 ; x\r\n world\r\n000\r\nX-Sum: 1\r\nY:\r\n\r\nGET"),
            (Framing::Chunked, b"B\r\nhello world\r\n0;last\r\n\r\nGET"),
        ] {
            let end = wire.len() - b"GET".len();
            for cut in 0..=wire.len() {
                let expected = (b"hello world".to_vec(), end, true);
                assert_eq!(decode_cut(framing, 11, wire, cut), Ok(expected), "cut at byte {cut}");
            }
            for short in 0..end {
                let (_, used, done) = decode_cut(framing, 11, &wire[..short], 0).unwrap();
                assert_eq!((used, done), (short, false), "only {short} bytes");
            }
        }
    }

    #[test]
    fn broken_chunks_are_malformed() {
        for wire in [
            "\r\n",
            "x\r\n",
            "0x5\r\n",
            "-5\r\n",
            "+5\r\n",
            " 5\r\n",
            "5 \r\n",
            "5\n",
            "5\rx",
            "5;a\nb",
            "5;a\x01\r\n",
            "5\r\nhello6",
            "5\r\nhello\n",
            "5\r\nhello\rx",
            "5\r\nhell\r\n0\r\n\r\n",
            "0\r\n\n",
            "0\r\nX\r\n",
            "0\r\n: y\r\n",
            "0\r\nX : y\r\n",
            "0\r\n X: y\r\n",
            "0\r\nX: a\nb",
            "0\r\nX: y\rz",
            "0\r\n\rx",
            "00000000000000000",
            "0\r\nX: a\0\r\n",
            ";a\r\n",
        ] {
            for cut in 0..=wire.len() {
                let found = decode_cut(Framing::Chunked, 1024, wire.as_bytes(), cut);
                assert!(matches!(found, Err(BodyError::Malformed(_))), "{found:?} for {wire:?}");
            }
        }
    }

    #[test]
    fn a_body_over_its_limit_is_refused_at_the_first_sign() {
        assert_eq!(Decoder::new(Framing::Length(12), 11).err(), Some(BodyError::TooLarge));
        for wire in ["c", "6\r\nhello!\r\n6", "ffffffffffffffff", "fffffffffffffffff"] {
            assert_eq!(decode_cut(Framing::Chunked, 11, wire.as_bytes(), 0), Err(BodyError::TooLarge), "{wire}");
        }
        for start in ["1;", "0\r\nX:"] {
            let fits = format!("{start}{}", "a".repeat(EXTRA_BYTES_MAX - 2));
            assert!(decode_cut(Framing::Chunked, 11, fits.as_bytes(), 0).is_ok());
            let over = format!("{start}{}", "a".repeat(EXTRA_BYTES_MAX));
            assert_eq!(decode_cut(Framing::Chunked, 11, over.as_bytes(), 0), Err(BodyError::TooLarge));
        }
    }
}
