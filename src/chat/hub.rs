//! The registry of rooms. (Being written.)

use crate::config::Config;
use crate::secret::TokenHash;
use crate::store::{NewGuest, Store, StoreError};
use std::sync::Arc;

/// The registry of rooms and sessions; owns nothing that waits.
pub struct Hub {
    /// The configuration.
    pub config: Config,
    /// The store.
    pub store: Store,
}

impl Hub {
    /// Makes the hub; room loops run on `executor`.
    pub fn new(config: Config, store: Store, _executor: Arc<smol::Executor<'static>>) -> Arc<Hub> {
        Arc::new(Hub { config, store })
    }
    /// Makes a guest with a session and lets them into the lobby, where everyone sees the `join`.
    pub async fn add_guest(&self, _name: &str, _session: TokenHash) -> Result<NewGuest, StoreError> {
        Err(StoreError::Full)
    }
    /// Tells every session that the server shuts down (close code 1001), lets rooms drain and commit; returns when all have ended.
    pub async fn shut_down(&self) {}
}
