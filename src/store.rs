//! The only door to the database. (Being written.)

use crate::config::Config;
use crate::protocol::Person;
use crate::secret::TokenHash;

/// The only door to the database. Cheap to clone.
#[derive(Clone)]
pub struct Store {}

/// Why the store did not do it.
#[derive(Debug)]
pub enum StoreError {
    /// The disk is full; nothing was stored.
    Full,
    /// The database failed or did not answer; the text is for the log only.
    Failed(String),
}

/// What became of a new guest.
pub enum NewGuest {
    /// The guest exists now, with this session, and is in the lobby.
    Added(Person),
    /// Someone has this name.
    NameTaken,
}

impl Store {
    /// Opens (creating it if need be) the database of `config.data`. The error is one clear line for the person at the console.
    pub async fn open(_config: &Config) -> Result<Store, String> {
        Ok(Store {})
    }
    /// A sentence that says what [`Store::open`] did. (A stub, dropped in the merge.)
    pub fn opened(&self) -> &str {
        "the store is a stub"
    }
    /// Finds the person of a session.
    pub async fn session(&self, _token: &TokenHash) -> Result<Option<Person>, StoreError> {
        Ok(None)
    }
    /// Answers when the database answers.
    pub async fn ping(&self) -> Result<(), StoreError> {
        Ok(())
    }
    /// Commits what is in flight and closes the database.
    pub async fn close(&self) {}
}
