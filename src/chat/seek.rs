//! What one WebSocket's client searches for in what was said.

use super::frame::text_frame;
use super::quota::Quota;
use super::requests::Done;
use super::session::Session;
use crate::protocol::{self, Code, Cursor, Error, Hit, Outcome, RequestId, RoomId};
use crate::query;
use crate::rights::{self, Deed, RoomDeed};
use crate::store::{Hits, Hunt, Sought};

/// Bytes of text of one page of hits, after which it is cut short: what one answer may cost.
const PAGE_BYTES_MAX: usize = 256 << 10;
/// Searches for one answer: one may be removed from a room while it is looked through, and then nothing of it is shown.
const ATTEMPTS_MAX: usize = 3;

/// What of the results is wanted.
pub(super) struct Wanted {
    pub room: Option<RoomId>,
    pub before: Option<Cursor>,
    pub limit: usize,
    pub offset: i64,
}

impl Session {
    /// Answers a search, with what is in rooms that one is in at the moment of the answer.
    pub(super) async fn search(&mut self, id: RequestId, text: &str, wanted: Wanted) -> Done {
        let hunt = match self.hunt(text, wanted) {
            Ok(hunt) => hunt,
            Err(error) => return Done::Answer(Err(error)),
        };
        for _ in 0..ATTEMPTS_MAX {
            let Hits { mut hits, next } = match self.hub.store.search(self.account.id, &hunt).await {
                Ok(Sought::Found(found)) => found,
                Ok(Sought::Unclear(text)) => return Done::Answer(Err(bad_query(text))),
                Err(problem) => return Done::Answer(Err(self.storage_error(&problem))),
            };
            hits.retain(|hit| self.seat(hit.entry.room).is_ok());
            let mut seats: Vec<_> = hits.iter().filter_map(|hit| Some(self.seat(hit.entry.room).ok()?.id)).collect();
            seats.sort_unstable();
            seats.dedup();
            let next = cut(&mut hits).or(next);
            let found = Outcome::Found { hits, next, words: hunt.query.words() };
            if self.outlet.answer_from(&seats, text_frame(&protocol::Reply::encode(id, Ok(found)))) {
                return Done::Answered(None);
            }
        }
        Done::Answer(Err(Error::no_such_room()))
    }

    fn hunt(&mut self, text: &str, wanted: Wanted) -> Result<Hunt, Error> {
        if let Some(room) = wanted.room {
            self.may(room, RoomDeed::Hear)?;
        }
        self.take(Quota::Search)?;
        let query = query::parse(text).map_err(bad_query)?;
        let Wanted { room, before, limit, offset } = wanted;
        let lists_people = rights::may_serve(self.account.role, Deed::ListPeople);
        Ok(Hunt { query, room, before, limit, offset, lists_people })
    }
}

fn bad_query(text: String) -> Error {
    Error::new(Code::BadQuery, format!("{text} Nothing was looked for."))
}

/// Leaves out the last hits of a page that is too large; where to go on, if there were any. Keeps at least one.
fn cut(hits: &mut Vec<Hit>) -> Option<Cursor> {
    let size = |hit: &Hit| {
        let texts = hit.around.iter().chain([&hit.entry]).filter_map(|entry| entry.text.as_ref());
        texts.map(String::len).sum::<usize>()
    };
    let mut bytes = 0;
    let fits = hits.iter().take_while(|hit| {
        bytes += size(hit);
        bytes <= PAGE_BYTES_MAX
    });
    let fits = fits.count().max(1);
    if fits >= hits.len() {
        return None;
    }
    hits.truncate(fits);
    hits.last().map(|hit| Cursor(hit.entry.at, hit.entry.room, hit.entry.seq))
}
