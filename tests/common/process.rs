//! The program itself: in a directory of its own, started, listened to, signalled.

use super::PATIENCE;
use rustix::process::{Pid, Signal, kill_process};
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use tempfile::TempDir;

/// A directory of its own, in which no `.env` file stands, for one snug after another.
pub struct Place {
    directory: TempDir,
}

impl Place {
    /// An empty one.
    pub fn new() -> Place {
        Place { directory: tempfile::tempdir().expect("a temporary directory") }
    }

    /// The path of a file in it.
    pub fn path(&self, name: &str) -> PathBuf {
        self.directory.path().join(name)
    }

    /// snug in this place, on any free port.
    pub fn snug(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_snug"));
        command.args(arguments);
        self.settle(command)
    }

    /// A command in this place, with nothing of the tests' own environment but where scripts/coverage counts.
    pub fn settle(&self, mut command: Command) -> Command {
        command.current_dir(self.directory.path()).env_clear();
        // Most tests are about people who walk in by a name.
        command.env("SNUG_LISTEN", "127.0.0.1:0").env("SNUG_GUESTS", "yes");
        command.envs(std::env::var_os("LLVM_PROFILE_FILE").map(|path| ("LLVM_PROFILE_FILE", path)));
        command
    }
}

/// A running snug; it does not outlive the test.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    seen: String,
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Running {
    /// Starts the command; everything it prints can be waited for.
    pub fn start(command: &mut Command) -> Running {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("snug starts");
        let (sender, lines) = channel();
        let outputs: [Box<dyn Read + Send>; 2] =
            [Box::new(child.stdout.take().unwrap()), Box::new(child.stderr.take().unwrap())];
        for output in outputs {
            let sender = sender.clone();
            std::thread::spawn(move || {
                BufReader::new(output).lines().map_while(Result::ok).try_for_each(|l| sender.send(l))
            });
        }
        Running { child, lines, seen: String::new() }
    }

    /// Waits for a line that contains `part`, unless it has come already.
    pub fn line(&mut self, part: &str) -> String {
        if let Some(line) = self.seen.lines().find(|line| line.contains(part)) {
            return line.to_owned();
        }
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => {
                    self.seen += &format!("{line}\n");
                    if line.contains(part) {
                        return line;
                    }
                }
                Err(_) => panic!("no line with {part:?} in:\n{}", self.seen),
            }
        }
    }

    /// Waits until it serves and returns the address that it prints.
    pub fn address(&mut self) -> SocketAddr {
        let line = self.line("open at http://127.0.0.1:");
        line.rsplit("http://").next().unwrap().parse().expect("nothing behind the address")
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("it runs");
    }

    /// Forgets what it has printed, so that the same line can be waited for again.
    pub fn forget(&mut self) {
        self.seen.clear();
    }

    /// Waits for its end; returns the exit code and all that it printed.
    pub fn end(mut self) -> (Option<i32>, String) {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) => self.seen += &format!("{line}\n"),
                Err(std::sync::mpsc::RecvTimeoutError::Disconnected) => break,
                Err(_) => panic!("it does not end:\n{}", self.seen),
            }
        }
        (self.child.wait().expect("it ended").code(), std::mem::take(&mut self.seen))
    }
}
