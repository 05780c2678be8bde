//! What a file is, by its first bytes: never by its name, and never more than what browsers show without running anything.
//!
//! Pure. Only types that are shown in place are told apart; everything else is [`UNKNOWN`], and is only ever downloaded.

/// The type of what is none of the others.
pub const UNKNOWN: &str = "application/octet-stream";

/// Bytes that are enough to tell.
pub const SNIFF_BYTES: usize = 64;

/// Signatures by their place in the file (WHATWG MIME Sniffing, section 6), and what they are of.
const SIGNATURES: [(usize, &[u8], &str); 13] = [
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF87a", "image/gif"),
    (0, b"GIF89a", "image/gif"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"fLaC", "audio/flac"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\x1a\x45\xdf\xa3", "video/webm"),
    (8, b"WEBPVP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
];

/// Brands of ISO media files (the four bytes behind `ftyp`). Not AVIF: what its camera wrote into it is not taken out here, so
/// it is not shown.
const BRANDS: [(&[u8], &str); 8] = [
    (b"M4A ", "audio/mp4"),
    (b"M4B ", "audio/mp4"),
    (b"isom", "video/mp4"),
    (b"iso", "video/mp4"),
    (b"mp4", "video/mp4"),
    (b"avc1", "video/mp4"),
    (b"M4V", "video/mp4"),
    (b"dash", "video/mp4"),
];

/// The media type of a file that begins so.
pub fn media_type(beginning: &[u8]) -> &'static str {
    if beginning.get(4..8) == Some(b"ftyp") {
        let brand = beginning.get(8..12).unwrap_or_default();
        return BRANDS.iter().find(|(name, _)| brand.starts_with(name)).map_or(UNKNOWN, |(_, media_type)| media_type);
    }
    let is_riff = beginning.starts_with(b"RIFF");
    let fits = |(place, bytes, _): &&(usize, &[u8], &str)| {
        (*place == 0 || is_riff) && beginning.get(*place..).is_some_and(|rest| rest.starts_with(bytes))
    };
    SIGNATURES.iter().find(fits).map_or(UNKNOWN, |(.., media_type)| media_type)
}

/// Whether `media_type` is one of `allowed`, each a type or a group of them such as `image/*`; an empty list allows all.
pub fn is_allowed(media_type: &str, allowed: &[String]) -> bool {
    let fits = |one: &String| match one.strip_suffix('*') {
        Some(group) => media_type.starts_with(group),
        None => one == media_type,
    };
    allowed.is_empty() || allowed.iter().any(fits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_what_its_bytes_say() {
        for (bytes, expected) in [
            (&b"\x89PNG\r\n\x1a\nrest"[..], "image/png"),
            (b"\xff\xd8\xff\xe0", "image/jpeg"),
            (b"GIF89a", "image/gif"),
            (b"RIFF....WEBPVP8 ", "image/webp"),
            (b"RIFF....WAVEfmt ", "audio/wav"),
            (b"\0\0\0\x1cftypavif", UNKNOWN),
            (b"\0\0\0\x18ftypmp42", "video/mp4"),
            (b"\0\0\0\x18ftypisom", "video/mp4"),
            (b"\0\0\0\x18ftypqt  ", UNKNOWN),
            (b"%PDF-1.7", "application/pdf"),
            (b"OggS", "audio/ogg"),
            (b"<!doctype html><script>", UNKNOWN),
            (b"<svg xmlns=", UNKNOWN),
            (b"GIF", UNKNOWN),
            (b"....WAVE", UNKNOWN),
            (b"", UNKNOWN),
        ] {
            assert_eq!(media_type(bytes), expected, "{:?}", String::from_utf8_lossy(bytes));
        }
    }

    #[test]
    fn types_are_allowed_by_name_or_by_group() {
        let list = |list: &[&str]| list.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert!(is_allowed(UNKNOWN, &[]));
        assert!(is_allowed("image/png", &list(&["application/pdf", "image/*"])));
        assert!(!is_allowed("video/mp4", &list(&["image/*", "video/webm"])));
    }
}
