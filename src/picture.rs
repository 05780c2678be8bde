//! Pictures without what their camera knows: place, time, maker, thumbnails. What is needed to show them stays: colours,
//! animation, and which way is up.
//!
//! Pure. JPEG, PNG and WebP are taken apart only as far as their segments go; what stands behind the end of a picture is cut
//! off. A picture that cannot be taken apart is refused rather than passed on with what may be in it.

/// A picture as it may be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cleaned {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Width and height in pixels, as it is shown.
    pub size: Option<(u32, u32)>,
}

/// The orientation of a picture that stands upright (EXIF 2.3, tag 274).
const UPRIGHT: u8 = 1;
/// Bytes of a PNG up to the end of its first chunk, `IHDR`.
const PNG_HEAD_BYTES: usize = 33;
/// Orientations from here on lie on their side.
const SIDEWAYS: u8 = 5;

/// Takes a picture apart and leaves out what is not needed to show it; `None`: it is broken. Other types stay as they are.
pub fn clean(media_type: &str, bytes: Vec<u8>) -> Option<Cleaned> {
    let cleaned = match media_type {
        "image/jpeg" => jpeg(&bytes),
        "image/png" => png(&bytes),
        "image/webp" => webp(&bytes),
        "image/gif" => {
            let side = |at: usize| Some(u32::from(u16::from_le_bytes(bytes.get(at..at + 2)?.try_into().ok()?)));
            let size = side(6).zip(side(8));
            Some(Cleaned { bytes, size })
        }
        _ => return Some(Cleaned { bytes, size: None }),
    };
    // A picture of a known type without a size, or of nothing, is none.
    cleaned.filter(|cleaned| cleaned.size.is_some_and(|(width, height)| width > 0 && height > 0))
}

fn big_u32(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_be_bytes(bytes.get(at..at + 4)?.try_into().ok()?))
}

fn big_u16(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(bytes.get(at..at + 2)?.try_into().ok()?))
}

/// The smallest EXIF that says nothing but which way is up: a TIFF with one entry, big-endian.
fn orientation_only(orientation: u8) -> Vec<u8> {
    let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0".to_vec();
    tiff.extend([orientation, 0, 0, 0, 0, 0, 0]);
    tiff
}

/// Which way is up, as EXIF (a TIFF) says it; 1 when it does not.
fn orientation(tiff: &[u8]) -> u8 {
    let find = || {
        let is_little = match tiff.get(..4)? {
            b"II\x2a\0" => true,
            b"MM\0\x2a" => false,
            _ => return None,
        };
        let u16_at = |at: usize| {
            let bytes = tiff.get(at..at + 2)?.try_into().ok()?;
            Some(if is_little { u16::from_le_bytes(bytes) } else { u16::from_be_bytes(bytes) })
        };
        let offset: [u8; 4] = tiff.get(4..8)?.try_into().ok()?;
        let offset = if is_little { u32::from_le_bytes(offset) } else { u32::from_be_bytes(offset) };
        let directory = usize::try_from(offset).ok()?;
        let entries = usize::from(u16_at(directory)?);
        let entry = (0..entries).map(|n| directory + 2 + 12 * n).find(|at| u16_at(*at) == Some(0x112))?;
        u8::try_from(u16_at(entry + 8)?).ok().filter(|value| (UPRIGHT..=8).contains(value))
    };
    find().unwrap_or(UPRIGHT)
}

/// JPEG (ITU T.81, annex B): segments up to the end of the image.
fn jpeg(bytes: &[u8]) -> Option<Cleaned> {
    let mut out = bytes.get(..2)?.to_vec();
    let (mut at, mut size, mut up) = (2, None, UPRIGHT);
    let mut head_ends = None;
    loop {
        let marker = *bytes.get(at + 1).filter(|_| bytes.get(at) == Some(&0xff))?;
        match marker {
            // Fill bytes.
            0xff => at += 1,
            0xd9 => {
                out.extend([0xff, 0xd9]);
                break;
            }
            0xd0..=0xd8 | 0x01 => {
                out.extend([0xff, marker]);
                at += 2;
            }
            _ => {
                let length = usize::from(big_u16(bytes, at + 2)?);
                let segment = bytes.get(at..at + 2 + length).filter(|_| length >= 2)?;
                let data = &segment[4..];
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    size = Some((u32::from(big_u16(data, 3)?), u32::from(big_u16(data, 1)?)));
                }
                if let (0xe1, Some(tiff)) = (marker, data.strip_prefix(b"Exif\0\0")) {
                    up = orientation(tiff);
                }
                // Kept: JFIF, colour profiles (ICC), Adobe's colour transform, and all that decodes the image.
                let is_kept = match marker {
                    0xe0 => data.starts_with(b"JFIF\0"),
                    0xe2 => data.starts_with(b"ICC_PROFILE\0"),
                    0xee => data.starts_with(b"Adobe"),
                    0xe1..=0xef | 0xfe => false,
                    _ => true,
                };
                if is_kept {
                    out.extend_from_slice(segment);
                }
                if marker == 0xe0 && is_kept || head_ends.is_none() {
                    head_ends = Some(out.len());
                }
                at += segment.len();
                if marker == 0xda {
                    let scan = scan_length(&bytes[at..])?;
                    out.extend_from_slice(&bytes[at..at + scan]);
                    at += scan;
                }
            }
        }
    }
    if up != UPRIGHT {
        let tiff = orientation_only(up);
        let length = u16::try_from(2 + 6 + tiff.len()).ok()?.to_be_bytes();
        let segment = [&[0xff, 0xe1][..], &length, b"Exif\0\0", &tiff].concat();
        let place = head_ends.unwrap_or(2);
        out.splice(place..place, segment);
    }
    Some(Cleaned { bytes: out, size: size.map(|size| upright(size, up)) })
}

/// Bytes of coded data up to the next marker that ends them; `None` when there is none.
fn scan_length(data: &[u8]) -> Option<usize> {
    let is_end = |pair: &[u8]| pair[0] == 0xff && !matches!(pair[1], 0x00 | 0xd0..=0xd7 | 0xff);
    data.windows(2).position(is_end)
}

fn upright((width, height): (u32, u32), orientation: u8) -> (u32, u32) {
    if orientation >= SIDEWAYS { (height, width) } else { (width, height) }
}

/// PNG (ISO 15948): chunks up to `IEND`.
fn png(bytes: &[u8]) -> Option<Cleaned> {
    bytes.get(8..PNG_HEAD_BYTES).filter(|head| head.starts_with(b"\0\0\0\x0dIHDR"))?;
    let mut out = bytes.get(..8)?.to_vec();
    let (mut at, mut up) = (8, UPRIGHT);
    loop {
        let length = usize::try_from(big_u32(bytes, at)?).ok()?;
        let chunk = bytes.get(at..at.checked_add(length)?.checked_add(12)?)?;
        let kind = &chunk[4..8];
        // Kept: all that a picture needs, colours, sizes and animation.
        let is_kept = matches!(
            kind,
            b"IHDR"
                | b"PLTE"
                | b"IDAT"
                | b"IEND"
                | b"tRNS"
                | b"gAMA"
                | b"cHRM"
                | b"sRGB"
                | b"iCCP"
                | b"sBIT"
                | b"bKGD"
                | b"pHYs"
                | b"acTL"
                | b"fcTL"
                | b"fdAT"
                | b"cICP"
        );
        if kind == b"eXIf" {
            up = orientation(&chunk[8..8 + length]);
        }
        if is_kept {
            out.extend_from_slice(chunk);
        }
        at += chunk.len();
        if kind == b"IEND" {
            break;
        }
    }
    let (width, height) = (big_u32(&out, 16)?, big_u32(&out, 20)?);
    // Browsers turn a PNG by its EXIF, too; behind IHDR it may stand.
    if up != UPRIGHT {
        let tiff = orientation_only(up);
        let mut chunk = u32::try_from(tiff.len()).ok()?.to_be_bytes().to_vec();
        chunk.extend_from_slice(b"eXIf");
        chunk.extend_from_slice(&tiff);
        let sum = crc32(&chunk[4..]);
        chunk.extend_from_slice(&sum.to_be_bytes());
        out.splice(PNG_HEAD_BYTES..PNG_HEAD_BYTES, chunk);
    }
    Some(Cleaned { bytes: out, size: Some(upright((width, height), up)) })
}

/// The checksum of PNG chunks (ISO 15948, annex D).
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0_u32, |sum, byte| {
        (0..8).fold(sum ^ u32::from(*byte), |sum, _| if sum & 1 > 0 { sum >> 1 ^ 0xedb8_8320 } else { sum >> 1 })
    })
}

/// WebP (RIFF): chunks within the length that its head names.
fn webp(bytes: &[u8]) -> Option<Cleaned> {
    let little = |at: usize| -> Option<usize> {
        usize::try_from(u32::from_le_bytes(bytes.get(at..at + 4)?.try_into().ok()?)).ok()
    };
    let end = little(4)?.checked_add(8).filter(|end| *end <= bytes.len())?;
    let mut out = bytes.get(..12)?.to_vec();
    let (mut at, mut size) = (12, None);
    while at < end {
        let length = little(at + 4)?;
        let padded = length.checked_add(length & 1)?.checked_add(8)?;
        let chunk = bytes.get(at..at.checked_add(padded)?)?;
        let data = &chunk[8..];
        let begins = out.len();
        if !matches!(&chunk[..4], b"EXIF" | b"XMP ") {
            out.extend_from_slice(chunk);
        }
        match &chunk[..4] {
            b"VP8X" => {
                let side = |at: usize| {
                    Some(u32::from_le_bytes([*data.get(at)?, *data.get(at + 1)?, *data.get(at + 2)?, 0]) + 1)
                };
                size = side(4).zip(side(7));
                // It says no more that there is EXIF (bit 3) or XMP (bit 2).
                *out.get_mut(begins + 8)? &= !0b1100;
            }
            b"VP8 " if size.is_none() => {
                let side =
                    |at: usize| Some(u32::from(u16::from_le_bytes([*data.get(at)?, *data.get(at + 1)?]) & 0x3fff));
                size = side(6).zip(side(8));
            }
            b"VP8L" if size.is_none() => {
                let bits = u32::from_le_bytes(data.get(1..5)?.try_into().ok()?);
                size = Some(((bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1));
            }
            _ => {}
        }
        at += padded;
    }
    let length = u32::try_from(out.len() - 8).ok()?;
    out[4..8].copy_from_slice(&length.to_le_bytes());
    Some(Cleaned { bytes: out, size })
}

#[cfg(test)]
mod tests {
    use super::*;

    const GPS: &[u8] = b"GPS 53.55 N 9.99 E";

    fn has_gps(bytes: &[u8]) -> bool {
        bytes.windows(GPS.len()).any(|some| some == GPS)
    }

    fn segment(marker: u8, data: &[u8]) -> Vec<u8> {
        [&[0xff, marker][..], &u16::try_from(data.len() + 2).unwrap().to_be_bytes(), data].concat()
    }

    /// A JPEG of 3 by 2 pixels, as far as its segments go.
    fn a_jpeg(exif: &[u8]) -> Vec<u8> {
        [
            &[0xff, 0xd8][..],
            &segment(0xe0, b"JFIF\0rest"),
            &segment(0xe1, &[b"Exif\0\0", exif, GPS].concat()),
            &segment(0xe1, &[b"http://ns.adobe.com/xap/1.0/\0", GPS].concat()),
            &segment(0xfe, GPS),
            &segment(0xc0, &[8, 0, 2, 0, 3, 1, 1, 0x11, 0]),
            &segment(0xda, &[1, 1, 0, 0, 63, 0]),
            &[1, 2, 0xff, 0x00, 3, 0xff, 0xd0, 4, 0xff, 0xd9],
            GPS,
        ]
        .concat()
    }

    #[test]
    fn a_jpeg_loses_all_but_which_way_is_up() {
        let upright = clean("image/jpeg", a_jpeg(&orientation_only(1))).unwrap();
        assert_eq!(upright.size, Some((3, 2)));
        let turned = clean("image/jpeg", a_jpeg(&orientation_only(6))).unwrap();
        assert_eq!(turned.size, Some((2, 3)));
        for cleaned in [&upright, &turned] {
            assert!(!has_gps(&cleaned.bytes) && cleaned.bytes.ends_with(&[4, 0xff, 0xd9]));
            assert_eq!(clean("image/jpeg", cleaned.bytes.clone()).as_ref(), Some(cleaned), "nothing is left to do");
        }
        assert_eq!(turned.bytes.len() - upright.bytes.len(), 4 + 6 + orientation_only(6).len());
    }

    #[test]
    fn a_jpeg_with_little_endian_exif_is_turned_alike() {
        let little = b"II\x2a\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0\x08\0\0\0\0\0\0\0";
        assert_eq!(orientation(little), 8);
        assert_eq!(clean("image/jpeg", a_jpeg(little)).unwrap().size, Some((2, 3)));
    }

    fn chunk(kind: &[u8; 4], data: &[u8]) -> Vec<u8> {
        let named = [&kind[..], data].concat();
        [&u32::try_from(data.len()).unwrap().to_be_bytes()[..], &named, &crc32(&named).to_be_bytes()].concat()
    }

    #[test]
    fn a_png_loses_all_but_which_way_is_up() {
        let head = [&3_u32.to_be_bytes()[..], &2_u32.to_be_bytes(), &[8, 2, 0, 0, 0]].concat();
        let exif = [&orientation_only(6)[..], GPS].concat();
        let png = [
            b"\x89PNG\r\n\x1a\n".to_vec(),
            chunk(b"IHDR", &head),
            chunk(b"eXIf", &exif),
            chunk(b"tEXt", GPS),
            chunk(b"sRGB", &[0]),
            chunk(b"IDAT", &[1, 2, 3]),
            chunk(b"IEND", &[]),
            GPS.to_vec(),
        ];
        let cleaned = clean("image/png", png.concat()).unwrap();
        assert_eq!(cleaned.size, Some((2, 3)));
        assert!(!has_gps(&cleaned.bytes) && cleaned.bytes.windows(4).any(|kind| kind == b"sRGB"));
        assert_eq!(clean("image/png", cleaned.bytes.clone()).as_ref(), Some(&cleaned), "nothing is left to do");
        assert_eq!(crc32(b"IEND"), 0xae42_6082);
    }

    #[test]
    fn a_png_begins_with_its_head_and_has_a_size() {
        let begin = b"\x89PNG\r\n\x1a\n".to_vec();
        let head = |width: u32, height: u32| {
            chunk(b"IHDR", &[&width.to_be_bytes()[..], &height.to_be_bytes(), &[1, 0, 0, 0, 0]].concat())
        };
        let end = chunk(b"IEND", &[]);
        let cleaned = |chunks: &[Vec<u8>]| clean("image/png", [begin.clone(), chunks.concat(), end.clone()].concat());
        assert_eq!(cleaned(&[chunk(b"eXIf", &orientation_only(6)), chunk(b"AAAA", &[])]), None);
        assert_eq!(cleaned(&[chunk(b"GPSX", GPS)]), None);
        assert_eq!(cleaned(&[head(0, 2)]), None);
        assert_eq!(cleaned(&[head(2, 0)]), None);
        let kept = cleaned(&[head(2, 3), chunk(b"GPSX", GPS)]).unwrap();
        assert!(!has_gps(&kept.bytes) && kept.size == Some((2, 3)));
        assert_eq!(clean("image/gif", b"GIF89a\0\0\0\0".to_vec()), None);
    }

    #[test]
    fn a_webp_loses_its_exif_and_says_so() {
        let part = |kind: &[u8; 4], data: &[u8]| {
            let pad: &[u8] = if data.len().is_multiple_of(2) { &[] } else { &[0] };
            [&kind[..], &u32::try_from(data.len()).unwrap().to_le_bytes(), data, pad].concat()
        };
        let body = [
            b"WEBP".to_vec(),
            part(b"VP8X", &[0b1_1100, 0, 0, 0, 2, 0, 0, 1, 0, 0]),
            part(b"VP8L", &[0x2f, 2, 0x40, 0, 0]),
            part(b"EXIF", GPS),
            part(b"XMP ", GPS),
        ]
        .concat();
        let file = [b"RIFF".to_vec(), u32::try_from(body.len()).unwrap().to_le_bytes().to_vec(), body, GPS.to_vec()];
        let cleaned = clean("image/webp", file.concat()).unwrap();
        assert_eq!(cleaned.size, Some((3, 2)));
        assert!(!has_gps(&cleaned.bytes));
        assert_eq!(cleaned.bytes[20], 0b1_0000);
        assert_eq!(clean("image/webp", cleaned.bytes.clone()).as_ref(), Some(&cleaned), "nothing is left to do");
    }

    #[test]
    fn what_is_cut_off_or_broken_is_refused_at_every_byte() {
        for (media_type, whole) in [("image/jpeg", clean("image/jpeg", a_jpeg(b"")).unwrap().bytes)] {
            for end in 0..whole.len() {
                assert_eq!(clean(media_type, whole[..end].to_vec()), None, "{media_type} cut at {end}");
            }
        }
        assert_eq!(clean("image/png", b"\x89PNG\r\n\x1a\n\xff\xff\xff\xffIDAT".to_vec()), None);
        assert_eq!(clean("image/webp", b"RIFF\xff\xff\xff\xffWEBPVP8X".to_vec()), None);
    }
}
