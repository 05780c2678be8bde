//! The log file: appended to, rotated by day and by size, reopened when asked.
//!
//! Knows no clock: every call is given the time. Rotated files are numbered (`snug.log.1` is the newest), so that neither
//! a host that boots in 1970 nor a clock set back can mix them up or overwrite one.

use std::ffi::OsString;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Milliseconds of a day; days are those of UTC.
const DAY_MS: u64 = 86_400_000;

/// After a failed opening the next attempt waits this long, in milliseconds, so that a broken disk is not asked at every line.
const RETRY_MS: u64 = 1_000;

/// Rotated files beyond the wanted number that are looked for and removed, for when the number was lowered.
const SURPLUS_FILES_MAX: usize = 1_000;

/// Who may read the log: its owner and the owner's group, for it tells addresses.
const MODE: u32 = 0o640;

/// The log file and what decides on its next rotation.
pub struct LogFile {
    path: PathBuf,
    bytes_max: u64,
    files_max: usize,
    file: Option<File>,
    bytes: u64,
    day: u64,
    retry_at_ms: u64,
    is_torn: bool,
}

impl LogFile {
    /// Opens (creating it if need be) the file at `path`, which is rotated before it grows beyond `bytes_max` and on every
    /// new day; `files_max` rotated ones are kept.
    pub fn open(path: &Path, bytes_max: u64, files_max: usize, now_ms: u64) -> io::Result<LogFile> {
        let path = path.to_owned();
        let mut this =
            LogFile { path, bytes_max, files_max, file: None, bytes: 0, day: 0, retry_at_ms: 0, is_torn: false };
        this.reopen(now_ms)?;
        Ok(this)
    }

    /// Closes the file and opens what is at its path now: after this, a file that was moved away is left alone.
    pub fn reopen(&mut self, now_ms: u64) -> io::Result<()> {
        self.file = None;
        self.retry_at_ms = now_ms.saturating_add(RETRY_MS);
        let file = OpenOptions::new().create(true).append(true).mode(MODE).open(&self.path)?;
        let metadata = file.metadata()?;
        self.bytes = metadata.len();
        self.is_torn = false;
        let written = metadata.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        self.day = match written {
            Some(age) if self.bytes > 0 => age.as_secs() * 1_000 / DAY_MS,
            _ => now_ms / DAY_MS,
        };
        self.file = Some(file);
        Ok(())
    }

    /// Appends one line (its end is added), after a rotation if one is due. A rotation that fails loses no line: the file
    /// goes on growing, and the next attempt comes after another `bytes_max`.
    pub fn write(&mut self, line: &str, now_ms: u64) -> io::Result<()> {
        if self.file.is_none() && now_ms >= self.retry_at_ms {
            self.reopen(now_ms)?;
        }
        let today = now_ms / DAY_MS;
        let is_full = self.bytes.saturating_add(line.len() as u64 + 1) > self.bytes_max;
        let is_due = self.bytes > 0 && (is_full || today > self.day);
        self.day = today;
        let rotated = if is_due { self.rotate(now_ms) } else { Ok(()) };

        let Some(file) = &mut self.file else { return Err(io::Error::other("it is not open")) };
        let written = format!("{}{line}\n", if self.is_torn { "\n" } else { "" });
        self.bytes += written.len() as u64;
        self.is_torn = true;
        file.write_all(written.as_bytes())?;
        self.is_torn = false;
        rotated
    }

    /// Moves every file one number up, the oldest out, and begins a new one.
    fn rotate(&mut self, now_ms: u64) -> io::Result<()> {
        self.bytes = 0;
        for number in (1..self.files_max).rev() {
            rename(&self.numbered(number), &self.numbered(number + 1))?;
        }
        rename(&self.path, &self.numbered(1))?;
        for surplus in (self.files_max + 1..).take(SURPLUS_FILES_MAX) {
            if fs::remove_file(self.numbered(surplus)).is_err() {
                break;
            }
        }
        self.reopen(now_ms)
    }

    fn numbered(&self, number: usize) -> PathBuf {
        let mut name = OsString::from(&self.path);
        name.push(format!(".{number}"));
        PathBuf::from(name)
    }
}

/// Renames a file; one that is not there needs no renaming.
fn rename(from: &Path, to: &Path) -> io::Result<()> {
    match fs::rename(from, to) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A moment within the day on which the tests run, for a file's own time stamp counts.
    fn today_ms() -> u64 {
        let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() * 1_000;
        now - now % DAY_MS + DAY_MS / 2
    }

    fn read(path: &Path) -> String {
        fs::read_to_string(path).unwrap_or_else(|error| format!("({})", error.kind()))
    }

    #[test]
    fn a_full_file_is_rotated_and_only_the_newest_are_kept() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("snug.log");
        let mut log = LogFile::open(&path, 10, 2, today_ms()).unwrap();
        for line in ["one 1", "two 2", "three 3", "four 4", "five 5"] {
            log.write(line, today_ms()).unwrap();
        }
        assert_eq!(read(&path), "five 5\n");
        assert_eq!(read(&path.with_extension("log.1")), "four 4\n");
        assert_eq!(read(&path.with_extension("log.2")), "three 3\n");
        assert_eq!(fs::read_dir(directory.path()).unwrap().count(), 3, "the older ones are gone");
    }

    #[test]
    fn a_new_day_begins_a_new_file_and_a_clock_set_back_does_not() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("snug.log");
        let mut log = LogFile::open(&path, 1_000, 9, today_ms()).unwrap();
        log.write("today", today_ms()).unwrap();
        log.write("still today", today_ms() + 1_000).unwrap();
        log.write("tomorrow", today_ms() + DAY_MS).unwrap();
        log.write("clock set back", today_ms()).unwrap();
        log.write("1970", 5).unwrap();
        assert_eq!(read(&path.with_extension("log.1")), "today\nstill today\n");
        assert_eq!(read(&path), "tomorrow\nclock set back\n1970\n");
    }

    #[test]
    fn a_restart_appends_and_rotates_what_is_left_of_yesterday() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("snug.log");
        LogFile::open(&path, 1_000, 9, today_ms()).unwrap().write("before", today_ms()).unwrap();
        LogFile::open(&path, 1_000, 9, today_ms()).unwrap().write("after", today_ms()).unwrap();
        assert_eq!(read(&path), "before\nafter\n");
        LogFile::open(&path, 1_000, 9, today_ms() + DAY_MS).unwrap().write("next day", today_ms() + DAY_MS).unwrap();
        assert_eq!(read(&path), "next day\n");
        assert_eq!(read(&path.with_extension("log.1")), "before\nafter\n");
    }

    #[test]
    fn a_file_moved_away_is_left_alone_after_reopening() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("snug.log");
        let moved = directory.path().join("moved.log");
        let mut log = LogFile::open(&path, 1_000, 9, today_ms()).unwrap();
        log.write("old", today_ms()).unwrap();
        fs::rename(&path, &moved).unwrap();
        log.reopen(today_ms()).unwrap();
        log.write("new", today_ms()).unwrap();
        assert_eq!((read(&moved), read(&path)), ("old\n".to_owned(), "new\n".to_owned()));
    }

    #[test]
    fn a_directory_that_vanishes_costs_lines_and_comes_back_after_the_wait() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("logs/snug.log");
        fs::create_dir(path.parent().unwrap()).unwrap();
        let now_ms = today_ms();
        let mut log = LogFile::open(&path, 1_000, 9, now_ms).unwrap();
        fs::remove_dir_all(path.parent().unwrap()).unwrap();
        log.reopen(now_ms).unwrap_err();
        log.write("lost", now_ms).unwrap_err();
        fs::create_dir(path.parent().unwrap()).unwrap();
        log.write("lost too, the wait is not over", now_ms + RETRY_MS - 1).unwrap_err();
        log.write("back", now_ms + RETRY_MS).unwrap();
        assert_eq!(read(&path), "back\n");
    }

    #[test]
    fn a_full_disk_is_an_error_and_not_an_end() {
        let mut log = LogFile::open(Path::new("/dev/full"), 1_000, 1, 0).unwrap();
        assert_eq!(log.write("lost", 0).unwrap_err().kind(), io::ErrorKind::StorageFull);
        log.file = Some(OpenOptions::new().append(true).open("/dev/null").unwrap());
        log.write("goes on", 0).unwrap();
    }
}
