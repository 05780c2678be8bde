//! Files over HTTP: begun, uploaded in pieces, sealed; and handed to whoever may see the message that has them.
//!
//! Nothing that was uploaded ever runs here: its type is what its bytes say, only what browsers show without running anything
//! is shown in place, and the response is in a sandbox of its own.

use super::entry;
use super::sessions::too_often;
use super::{Answer, Call, Site, storage_problem};
use crate::chat::hub::Hub;
use crate::chat::quota::Quota;
use crate::http::byte_range::{self, Wanted};
use crate::http::conditional::{self, Outcome};
use crate::http::problem::Problem;
use crate::http::request::Method;
use crate::http::response::Response;
use crate::picture::{self, Cleaned};
use crate::protocol::{Error, FILE_NAME_CHARS_MAX, FileView, RoomId, is_visible};
use crate::rights::{self, RoomDeed};
use crate::sniff::{self, SNIFF_BYTES};
use crate::store::{Begun, FileQuota, NewFile, PIECE_BYTES, Store, StoreError, StoredFile};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use serde_json::json;
use sha2::{Digest, Sha256};

/// Bytes of a picture that is taken apart in memory; one at a time.
pub const PICTURE_BYTES_MAX: i64 = 24 << 20;

/// How long somebody waits who asks for the sealing of a file that is being sealed.
const SEALING_MS: u64 = 500;

/// Most pixels of a picture: what a large camera takes, and half a gigabyte in the memory of whoever looks at it.
const PIXELS_MAX: u64 = 128_000_000;

/// Bits of a file's id.
const ID_BITS: u32 = 53;

/// A file's bytes never change.
const IMMUTABLE: &str = "private, max-age=31536000, immutable";

/// What a file may do in the browser: nothing.
const SANDBOX: &str = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox";

/// What is needed to begin a file.
const NEW_FILE: &str = "{\"name\": ..., \"bytes\": ...}";

#[derive(Deserialize)]
struct Named {
    name: String,
    bytes: u64,
}

/// A part of a file on its way out, piece by piece.
pub struct FileStream {
    store: Store,
    id: i64,
    /// The next byte, and the one behind the last.
    at: u64,
    end: u64,
}

impl FileStream {
    /// How many bytes are still to come.
    pub fn rest(&self) -> u64 {
        self.end - self.at
    }

    /// The next bytes; `None` when that was all, or when the file is gone.
    ///
    /// # Errors
    /// The database failed.
    pub async fn next(&mut self) -> Result<Option<Vec<u8>>, StoreError> {
        if self.at >= self.end {
            return Ok(None);
        }
        let size = PIECE_BYTES as u64;
        let n = i64::try_from(self.at / size).unwrap_or(i64::MAX);
        let Some(mut piece) = self.store.piece(self.id, n).await? else { return Ok(None) };
        let begin = usize::try_from(self.at % size).unwrap_or(0);
        let end = piece.len().min(begin + usize::try_from(self.rest()).unwrap_or(PIECE_BYTES));
        if end <= begin {
            return Ok(None);
        }
        piece.truncate(end);
        let piece = piece.split_off(begin);
        self.at += piece.len() as u64;
        Ok(Some(piece))
    }
}

/// Begins a file in a room that one may write in.
pub(super) async fn begin(site: &Site, call: &Call<'_>, room: RoomId, body: &[u8]) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    site.hub.count(me.id, call.peer, Quota::Upload)?;
    let Named { name, bytes } = entry::read(body, NEW_FILE)?;
    let limits = &site.hub.config.files;
    let door = site.hub.store.door(room, me.id).await.map_err(|error| storage_problem(error, call.connection))?;
    let door = door.ok_or_else(Error::no_such_room)?;
    if !rights::may(me.role, RoomDeed::Speak, door.kind, door.standing) {
        return Err(Error::no_such_room().into());
    }
    if let muted_ms @ 1.. = me.muted_ms(Hub::unix_ms()) {
        return Err(Error::muted(muted_ms).into());
    }
    let name = name_of(&name)?;
    if bytes > limits.file_bytes_max || bytes == 0 {
        return Err(too_large(bytes, limits.file_bytes_max));
    }
    let whole = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let quota = FileQuota { bytes_max: whole(limits.bytes_max), person_bytes_max: whole(limits.person_bytes_max) };
    let file = NewFile { id: random_id(call)?, owner: me.id, room, name, bytes: whole(bytes) };
    let id = file.id;
    let begun = site.hub.store.begin_file(file, quota, Hub::unix_ms()).await;
    let full = |text: &'static str| Err(Problem::new(507, "storage_full", text));
    match begun.map_err(|error| storage_problem(error, call.connection))? {
        Begun::Begun => Ok(Response::json(201, &json!({"id": id, "piece_bytes": PIECE_BYTES}))),
        Begun::NoRoom => full(
            "This server keeps no more files. Nothing was uploaded. Tell its keeper, or delete some that are not needed.",
        ),
        Begun::NoRoomForYou => full(
            "You have as many files here as one person may. Nothing was uploaded. Delete messages with files that are not needed.",
        ),
        Begun::TooManyLoose => {
            full("You have uploaded many files that were never sent. Nothing was uploaded. Send or remove them first.")
        }
    }
}

/// Takes a piece of a file that one has begun.
pub(super) async fn put(site: &Site, call: &Call<'_>, (id, n): (i64, i64), body: &[u8]) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    let put = site.hub.store.put_piece(id, me.id, n, body.to_vec()).await;
    match put.map_err(|error| storage_problem(error, call.connection))? {
        true => Ok(Response::new(204)),
        false => Err(no_such_file()),
    }
}

/// Seals a file whose pieces are all there: finds what it is, and takes out of pictures what is nobody's business.
pub(super) async fn seal(site: &Site, call: &Call<'_>, id: i64) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    let stored = |error| storage_problem(error, call.connection);
    let store = &site.hub.store;
    let file = store.own_file(id, me.id).await.map_err(stored)?;
    // Perhaps it is sealed by this very request, whose answer was lost.
    let Some(file) = file else {
        return match store.file(id, me.id).await.map_err(stored)? {
            Some(sealed) => Ok(Response::json(200, &json!(sealed.view))),
            // Or another request is at it, whose line was lost.
            None if store.is_sealing(id, me.id).await.map_err(stored)? => Err(too_often(SEALING_MS)),
            None => Err(no_such_file()),
        };
    };
    if !store.close_file(id, me.id).await.map_err(stored)? {
        let text = "Pieces of this file are missing. It is not sealed. Send them, and seal it then.";
        return Err(Problem::new(409, "pieces_missing", text));
    }
    let sealed = match sealed(site, file).await {
        Ok(sealed) => sealed,
        Err(error) => {
            // It failed here, not the file: the next one that asks seals it.
            store.reopen_file(id).await.map_err(stored)?;
            return Err(stored(error));
        }
    };
    match sealed {
        Ok(view) => {
            log::info!(target: "snug::http", "#{} user {} uploaded file {id}: {} bytes of {}", call.connection, me.id, view.bytes, view.media_type);
            Ok(Response::json(200, &json!(view)))
        }
        Err(problem) => {
            store.drop_file(id, me.id).await.map_err(stored)?;
            Err(problem)
        }
    }
}

/// Looks at a closed file, and seals it.
async fn sealed(site: &Site, file: StoredFile) -> Result<Result<FileView, Problem>, StoreError> {
    let store = &site.hub.store;
    let id = file.view.id;
    let first = store.piece(id, 0).await?.unwrap_or_default();
    let media_type = sniff::media_type(&first[..first.len().min(SNIFF_BYTES)]);
    if !sniff::is_allowed(media_type, &site.hub.config.files.types) {
        let text =
            "This server does not take files of this kind. Nothing was kept. Ask its keeper which ones it takes.";
        return Ok(Err(Problem::new(415, "file_type", text)));
    }
    let mut view = FileView { media_type: media_type.to_owned(), ..file.view.clone() };
    let mut hasher = Sha256::new();
    if media_type.starts_with("image/") {
        if view.bytes > PICTURE_BYTES_MAX {
            return Ok(Err(too_large(view.bytes.unsigned_abs(), PICTURE_BYTES_MAX.unsigned_abs())));
        }
        // One at a time, so that memory holds one picture.
        let _one = site.pictures.acquire().await;
        let mut bytes = first;
        for n in 1..file.pieces() {
            bytes.extend(store.piece(id, n).await?.unwrap_or_default());
        }
        let cleaned = match cleaned(media_type, bytes, PIXELS_MAX).await {
            Ok(cleaned) => cleaned,
            Err(problem) => return Ok(Err(problem)),
        };
        store.replace_pieces(id, &cleaned.bytes).await?;
        view.bytes = i64::try_from(cleaned.bytes.len()).unwrap_or(i64::MAX);
        (view.width, view.height) = cleaned.size.unzip();
        hasher.update(&cleaned.bytes);
    } else {
        hasher.update(&first);
        for n in 1..file.pieces() {
            hasher.update(store.piece(id, n).await?.unwrap_or_default());
            smol::future::yield_now().await;
        }
    }
    store.seal_file(view.clone(), BASE64URL_NOPAD.encode(&hasher.finalize())).await?;
    Ok(Ok(view))
}

/// Takes back a file that was not sent.
pub(super) async fn take_back(site: &Site, call: &Call<'_>, id: i64) -> Result<Response, Problem> {
    let me = site.account(call).await?;
    let dropped = site.hub.store.drop_file(id, me.id).await;
    if dropped.map_err(|error| storage_problem(error, call.connection))? {
        site.hub.sweep();
        return Ok(Response::new(204));
    }
    Err(no_such_file())
}

/// Hands out a file, or a part of it.
pub(super) async fn get(site: &Site, call: &Call<'_>, id: i64) -> Result<Answer, Problem> {
    let me = site.caller(call).await?;
    site.hub.count(me.id, call.peer, Quota::Ask)?;
    let found = site.hub.store.file(id, me.id).await.map_err(|error| storage_problem(error, call.connection))?;
    hand_out(site, call, &found.ok_or_else(no_such_file)?)
}

/// A file that one may have, or a part of it.
pub(super) fn hand_out(site: &Site, call: &Call<'_>, file: &StoredFile) -> Result<Answer, Problem> {
    let etag = format!("\"{}\"", file.hash);
    let described = |status: u16| {
        let is_shown = file.view.media_type != sniff::UNKNOWN;
        let how = if is_shown { "inline" } else { "attachment" };
        Response::new(status)
            .cached(IMMUTABLE)
            .with("ETag", etag.clone())
            .with("Accept-Ranges", "bytes")
            .with("Content-Type", file.view.media_type.clone())
            .with("Content-Disposition", format!("{how}; filename*=UTF-8''{}", encoded(&file.view.name)))
            .with_policy(SANDBOX)
    };
    match conditional::evaluate(call.request, &etag) {
        Outcome::NotModified => return Ok(Answer::Response(described(304))),
        Outcome::Failed => {
            let text = "The file is not the version that was asked for. Nothing was sent. Ask for it without If-Match.";
            return Err(Problem::new(412, "precondition_failed", text));
        }
        Outcome::Send => {}
    }
    let length = file.view.bytes.unsigned_abs();
    let wanted = match call.request.method {
        Method::Get => byte_range::wanted(call.request, &etag, length),
        _ => Wanted::All,
    };
    let (response, at, end) = match wanted {
        Wanted::All => (described(200), 0, length),
        Wanted::Part(first, last) => {
            let part = format!("bytes {first}-{last}/{length}");
            (described(206).with("Content-Range", part), first, last + 1)
        }
        Wanted::Nothing => {
            let text = "The part that was asked for lies behind the file's end. Nothing was sent. Ask for another one.";
            let response = Problem::new(416, "range_not_satisfiable", text).response();
            return Ok(Answer::Response(response.with("Content-Range", format!("bytes */{length}"))));
        }
    };
    let stream = FileStream { store: site.hub.store.clone(), id: file.view.id, at, end };
    Ok(Answer::File(response.with_length(stream.rest()), Box::new(stream)))
}

/// A file's name: no path, nothing that cannot be seen.
fn name_of(name: &str) -> Result<String, Problem> {
    let name = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let name: String = name.chars().filter(|c| is_visible(*c)).collect::<String>().trim().to_owned();
    if (1..=FILE_NAME_CHARS_MAX).contains(&name.chars().count()) {
        return Ok(name);
    }
    let text = format!(
        "A file's name has 1 to {FILE_NAME_CHARS_MAX} characters. Nothing was uploaded. Rename it and try again."
    );
    Err(Problem::new(422, "bad_name", text))
}

/// A name as a field holds it (RFC 8187).
fn encoded(name: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte);
    name.bytes().map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}

pub(super) fn random_id(call: &Call<'_>) -> Result<i64, Problem> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| {
        log::error!(target: "snug::http", "#{} the system has no random bytes: {error}", call.connection);
        too_often(1_000)
    })?;
    Ok(i64::from_ne_bytes(bytes) & ((1 << ID_BITS) - 1))
}

fn too_large(bytes: u64, bytes_max: u64) -> Problem {
    let text = match bytes {
        0 => "The file is empty. Nothing was uploaded. Choose another one.".to_owned(),
        _ => format!(
            "The file has {bytes} bytes; this server takes {bytes_max}. Nothing was uploaded. Make it smaller, or send a part of it."
        ),
    };
    Problem::new(413, "file_too_large", text)
}

/// A picture without what is nobody's business, of at most so many pixels: a few bytes may stand for more of them than the
/// memory of whoever looks at it has room for.
pub(super) async fn cleaned(media_type: &'static str, bytes: Vec<u8>, pixels_max: u64) -> Result<Cleaned, Problem> {
    let cleaned = smol::unblock(move || picture::clean(media_type, bytes)).await.ok_or_else(|| {
        let text =
            "This picture is broken: its parts do not fit together. Nothing was kept. Save it anew and try again.";
        Problem::new(422, "broken_picture", text)
    })?;
    match cleaned.size {
        Some((width, height)) if u64::from(width) * u64::from(height) > pixels_max => Err(Problem::new(
            413,
            "file_too_large",
            format!(
                "The picture is {width} pixels wide and {height} high; together this server takes {pixels_max}. Nothing was kept. Make it smaller and try again."
            ),
        )),
        _ => Ok(cleaned),
    }
}

/// There is no such file, or one may not have it: deliberately the same words.
pub(super) fn no_such_file() -> Problem {
    let text = "There is no such file, or it is not for you to see. Nothing was done. It may have been deleted.";
    Problem::new(404, "no_such_file", text)
}
