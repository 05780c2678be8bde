//! What waits to be written to one socket, in the order in which it was handed over.

use async_tungstenite::tungstenite::Bytes;
use std::collections::VecDeque;
use std::io::{self, ErrorKind, IoSlice};

/// Chunks that one system call writes.
const SLICES_MAX: usize = 16;

/// Whole frames that wait, the first of them perhaps begun.
#[derive(Default)]
pub struct Backlog {
    queue: VecDeque<Bytes>,
    bytes: usize,
}

impl Backlog {
    /// Bytes that wait.
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    /// Lets frames wait behind all others.
    pub fn push(&mut self, frames: Bytes) {
        self.bytes += frames.len();
        self.queue.push_back(frames);
    }

    /// Nothing waits any more.
    pub fn clear(&mut self) {
        *self = Backlog::default();
    }

    /// Writes frames behind all that waits, and keeps what `write` does not take.
    ///
    /// Borrows them: only what has to wait shares the batch, so that threads that write it side by side do not count its
    /// owners against each other.
    ///
    /// # Errors
    /// That of `write`: after `WouldBlock` the rest waits, and the next write begins with the bytes that were refused.
    pub fn write(
        &mut self,
        frames: &Bytes,
        mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>,
    ) -> io::Result<()> {
        if !self.is_empty() {
            self.push(frames.clone());
            return self.flush(write);
        }
        let mut written = 0;
        while written < frames.len() {
            match some(write(&[IoSlice::new(&frames[written..])])) {
                Ok(bytes) => written += bytes,
                Err(problem) => {
                    self.push(frames.slice(written..));
                    return Err(problem);
                }
            }
        }
        Ok(())
    }

    /// Writes what waits.
    ///
    /// # Errors
    /// As of [`Backlog::write`].
    pub fn flush(&mut self, mut write: impl FnMut(&[IoSlice<'_>]) -> io::Result<usize>) -> io::Result<()> {
        while !self.is_empty() {
            let mut slices = [IoSlice::new(&[]); SLICES_MAX];
            let used = self.queue.len().min(SLICES_MAX);
            for (slice, frames) in slices.iter_mut().zip(&self.queue) {
                *slice = IoSlice::new(frames);
            }
            let written = some(write(&slices[..used]))?;
            self.forget(written);
        }
        Ok(())
    }

    /// Takes `written` bytes off the front.
    fn forget(&mut self, mut written: usize) {
        self.bytes -= written;
        while let Some(front) = self.queue.front_mut() {
            if written < front.len() {
                drop(front.split_to(written));
                return;
            }
            written -= front.len();
            self.queue.pop_front();
        }
    }
}

/// Bytes that were written; none is an error, an interruption is none.
fn some(written: io::Result<usize>) -> io::Result<usize> {
    match written {
        Ok(0) => Err(ErrorKind::WriteZero.into()),
        Err(problem) if problem.kind() == ErrorKind::Interrupted => Ok(0),
        written => written,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::cell::RefCell;

    /// A socket that takes up to `step` bytes a call and says between two calls that it takes no more.
    struct Narrow {
        step: usize,
        taken: Vec<u8>,
        refuses: bool,
        interrupts: bool,
    }

    impl Narrow {
        fn take(&mut self, slices: &[IoSlice<'_>]) -> io::Result<usize> {
            self.refuses = !self.refuses;
            if self.refuses {
                self.interrupts = !self.interrupts;
                return Err(if self.interrupts { ErrorKind::Interrupted } else { ErrorKind::WouldBlock }.into());
            }
            let offered: Vec<u8> = slices.iter().flat_map(|slice| slice.iter().copied()).collect();
            let bytes = offered.len().min(self.step);
            self.taken.extend_from_slice(&offered[..bytes]);
            Ok(bytes)
        }
    }

    /// Frames of 1 to 40 bytes, of which each has a byte of its own.
    fn frames() -> Vec<Bytes> {
        (1..=40_u8).map(|n| vec![n; usize::from(n)].into()).collect()
    }

    #[test]
    fn frames_leave_whole_and_in_order_however_few_bytes_the_socket_takes() {
        let all: Vec<u8> = frames().concat();
        for step in 1..=all.len() {
            // Flushed after every `often` frames, so that many wait at once, and one.
            for often in [1, 3, 40] {
                let socket = RefCell::new(Narrow { step, taken: Vec::new(), refuses: false, interrupts: false });
                let mut backlog = Backlog::default();
                let blocked = |result: io::Result<()>| match result {
                    Err(problem) if problem.kind() == ErrorKind::WouldBlock => true,
                    Err(problem) => panic!("{problem}"),
                    Ok(()) => false,
                };
                let mut is_blocked = false;
                for (n, frame) in frames().iter().enumerate() {
                    if is_blocked {
                        backlog.push(frame.clone());
                    } else {
                        is_blocked = blocked(backlog.write(frame, |slices| socket.borrow_mut().take(slices)));
                    }
                    if is_blocked && n % often == 0 {
                        is_blocked = blocked(backlog.flush(|slices| socket.borrow_mut().take(slices)));
                    }
                    assert_eq!(backlog.bytes(), frames()[..=n].concat().len() - socket.borrow().taken.len());
                }
                while blocked(backlog.flush(|slices| socket.borrow_mut().take(slices))) {}
                assert_eq!((socket.borrow().taken == all, backlog.bytes()), (true, 0), "{step} bytes a call");
            }
        }
    }

    #[test]
    fn a_socket_that_takes_nothing_is_gone() {
        let mut backlog = Backlog::default();
        let error = backlog.write(&Bytes::from_static(b"x"), |_| Ok(0)).unwrap_err();
        assert_eq!((error.kind(), backlog.bytes()), (ErrorKind::WriteZero, 1));
    }
}
