//! Small changes to people, rooms and the like: each a function that runs inside the writer's transaction, together with
//! whatever else is to be committed, and is answered once all of it is on disk.

use super::writer::{Reply, Write};
use super::{Store, StoreError};
use sqlx::AnyConnection;
use std::pin::Pin;

/// What a change does inside the transaction. The connection is the transaction's own.
pub type Work<'a, T> = Pin<Box<dyn Future<Output = Result<T, sqlx::Error>> + Send + 'a>>;

/// A change on its way through the writer.
pub trait Change: Send {
    /// Does it; an error undoes the whole batch, so that whatever may be refused is checked first, and refused by value.
    fn carry_out<'a>(&'a mut self, connection: &'a mut AnyConnection) -> Work<'a, ()>;
    /// Tells whoever waits what came of it.
    fn answer(self: Box<Self>, outcome: &Result<(), StoreError>);
}

struct Pending<T, F> {
    work: Option<F>,
    done: Option<T>,
    reply: Reply<T>,
}

impl<T: Send, F> Change for Pending<T, F>
where
    F: for<'c> FnOnce(&'c mut AnyConnection) -> Work<'c, T> + Send,
{
    fn carry_out<'a>(&'a mut self, connection: &'a mut AnyConnection) -> Work<'a, ()> {
        Box::pin(async move {
            if let Some(work) = self.work.take() {
                self.done = Some(work(connection).await?);
            }
            Ok(())
        })
    }

    fn answer(self: Box<Self>, outcome: &Result<(), StoreError>) {
        let answer = match (outcome, self.done) {
            (Ok(()), Some(done)) => Ok(done),
            (Ok(()), None) => Err(StoreError::Closed),
            (Err(problem), _) => Err(problem.clone()),
        };
        // Whoever does not wait any more has gone.
        let _ = self.reply.try_send(answer);
    }
}

impl Store {
    /// Carries out `work` in the writer's next transaction; its result once that is on disk. What is to be refused is checked
    /// in `work` and refused by value: nobody else writes meanwhile, so that what was checked stays so.
    ///
    /// # Errors
    /// Nothing of it was stored, or (after a lost answer) all of it.
    pub(super) async fn change<T, F>(&self, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: for<'c> FnOnce(&'c mut AnyConnection) -> Work<'c, T> + Send + 'static,
    {
        self.write(|reply| Write::Change(Box::new(Pending { work: Some(work), done: None, reply }))).await
    }
}
