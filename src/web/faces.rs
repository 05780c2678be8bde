//! `/api/v1/me/face`, `/api/v1/me/picture` and `/api/v1/faces`: how people look to each other.

use super::sessions::too_often;
use super::{Call, Site, entry, files, storage_problem};
use crate::chat::hub::Hub;
use crate::chat::quota::Quota;
use crate::http::problem::Problem;
use crate::http::response::Response;
use crate::protocol::{Account, Error, FACE_COLOURS, FileView};
use crate::rights::Deed;
use crate::sniff::{self, SNIFF_BYTES};
use crate::store::{Changed, StoreError};
use data_encoding::BASE64URL_NOPAD;
use serde::Deserialize;
use sha2::{Digest, Sha256};

/// What a picture may be: what browsers draw, and what metadata is taken out of.
const TYPES: [&str; 3] = ["image/png", "image/jpeg", "image/webp"];

/// Most pixels of somebody's picture: many of them stand on one page.
const FACE_PIXELS_MAX: u64 = 1 << 20;

/// Gives oneself a colour, or takes away what one has chosen.
pub(super) async fn set_colour(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    #[derive(Deserialize)]
    struct Colour {
        colour: Option<u8>,
    }
    let needed = "{\"colour\": 0 to 7, or null}";
    let Colour { colour } = entry::read(body, needed)?;
    if colour.is_some_and(|colour| colour >= FACE_COLOURS) {
        return Err(entry::unreadable(needed));
    }
    let me = may_change(site, call).await?;
    let changed = site.hub.store.set_colour(me.id, colour, Hub::unix_ms()).await;
    shown(site, call, &me, changed).await
}

/// Gives oneself a picture, of which all is taken out that is nobody's business.
pub(super) async fn set_picture(site: &Site, call: &Call<'_>, body: &[u8]) -> Result<Response, Problem> {
    let me = may_change(site, call).await?;
    let media_type = sniff::media_type(&body[..body.len().min(SNIFF_BYTES)]);
    if !TYPES.contains(&media_type) {
        let text = "A picture of oneself is a PNG, a JPEG or a WebP. Nothing was kept. Choose another one.";
        return Err(Problem::new(415, "file_type", text));
    }
    let cleaned = files::cleaned(media_type, body.to_vec(), FACE_PIXELS_MAX).await?;
    let (width, height) = cleaned.size.unzip();
    let view = FileView {
        id: files::random_id(call)?,
        name: "picture".to_owned(),
        media_type: media_type.to_owned(),
        bytes: i64::try_from(cleaned.bytes.len()).unwrap_or(i64::MAX),
        width,
        height,
    };
    let hash = BASE64URL_NOPAD.encode(&Sha256::digest(&cleaned.bytes));
    let changed = site.hub.store.set_picture(me.id, view, hash, cleaned.bytes, Hub::unix_ms()).await;
    site.hub.sweep();
    shown(site, call, &me, changed).await
}

/// Somebody's picture: for whoever is signed in and has been told its id, which nobody guesses.
pub(super) async fn get(site: &Site, call: &Call<'_>, id: i64) -> Result<super::Answer, Problem> {
    let me = site.caller(call).await?;
    site.hub.count(me.id, call.peer, Quota::Ask)?;
    let found = site.hub.store.picture(id).await.map_err(|error| storage_problem(error, call.connection))?;
    files::hand_out(site, call, &found.ok_or_else(files::no_such_file)?)
}

/// Who asks, if they may look otherwise to the others now.
async fn may_change(site: &Site, call: &Call<'_>) -> Result<Account, Problem> {
    let me = site.allowed(call, Deed::OwnAccount).await?;
    if let muted_ms @ 1.. = me.muted_ms(Hub::unix_ms()) {
        // A picture says something, too.
        return Err(Error::muted(muted_ms).into());
    }
    site.changes.take(&me.id, site.hub.now_ms()).map_err(too_often)?;
    Ok(me)
}

/// The others see it.
async fn shown(
    site: &Site,
    call: &Call<'_>,
    me: &Account,
    changed: Result<Changed, StoreError>,
) -> Result<Response, Problem> {
    site.done(call, changed)?;
    log::info!(target: "snug::http", "#{} user {} looks otherwise now", call.connection, me.id);
    site.show_face(me.id).await;
    Ok(Response::new(204))
}
