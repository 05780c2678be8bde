//! Log output: text for people or one JSON object a line, to stderr and, when set, to a file.
//!
//! Whoever logs only formats the line and puts it into a bounded queue; a thread for each output writes. So neither a
//! slow or full disk nor a terminal that nobody reads ever holds up the server: lines that find no place are counted,
//! and their number is logged when the output moves again.

pub mod file;

use crate::config::{LogConfig, parse_levels};
use file::LogFile;
use log::kv::{Key, Value, VisitSource};
use log::{Level, LevelFilter, Log, Metadata, Record};
use std::collections::VecDeque;
use std::fmt::Write as _;
use std::fs::File;
use std::io::Write as _;
use std::os::fd::AsFd;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// Lines that may wait for one output; at a few hundred bytes each, well below a megabyte.
const QUEUE_LINES_MAX: usize = 1_024;

/// Longest message or value in a line, in bytes; what is longer is cut, for a log is not an archive.
const TEXT_BYTES_MAX: usize = 2_048;

/// How long [`Logging::flush`] waits for an output, in milliseconds: enough for any disk that works at all.
const FLUSH_MS: u64 = 500;

/// Stack of a writing thread, in bytes: it formats nothing and calls nothing deep.
const WRITER_STACK_BYTES: usize = 128 << 10;

/// The last moment that RFC 3339 can write, in milliseconds: the end of the year 9999.
const TIME_MS_MAX: u64 = 253_402_300_799_999;

/// The running log output.
pub struct Logging {
    queues: Vec<Arc<Queue>>,
}

/// Starts logging for the whole process.
///
/// # Errors
/// One clear line when the log file cannot be opened or a thread cannot be started.
pub fn start(config: &LogConfig) -> Result<Logging, String> {
    let is_json = config.json;
    let (level, targets) = parse_levels(&config.levels).ok_or_else(|| format!("bad log levels: {}", config.levels))?;
    let stderr = Arc::new(Queue::default());
    let mut queues = vec![stderr.clone()];
    let terminal = std::io::stderr().as_fd().try_clone_to_owned().map_err(|error| format!("no stderr: {error}"))?;
    spawn_writer("log-stderr", Writer { queue: stderr.clone(), output: Output::Stderr(terminal.into()), is_json })?;
    if let Some(path) = &config.file {
        let file = LogFile::open(path, config.file_bytes_max, config.files_max, now_ms())
            .map_err(|error| format!("cannot write the log file {} (SNUG_LOG_FILE): {error}", path.display()))?;
        let queue = Arc::new(Queue::default());
        queues.push(queue.clone());
        let output = Output::File { file, notes: stderr, is_failing: false, lost: 0 };
        spawn_writer("log-file", Writer { queue, output, is_json })?;
    }

    let mut dispatch = fern::Dispatch::new().level(level.min(LevelFilter::Warn)).level_for("snug", level);
    for (target, level) in targets {
        dispatch = dispatch.level_for(target, level);
    }
    let sink = Sink { queues: queues.clone() };
    dispatch
        .format(move |out, _, record| out.finish(format_args!("{}", render(is_json, now_ms(), record))))
        .chain(Box::new(sink) as Box<dyn Log>)
        .apply()
        .map_err(|error| format!("cannot start logging: {error}"))?;
    Ok(Logging { queues })
}

impl Logging {
    /// Closes the log file and opens it again by its name, as whoever rotates it from outside asks by SIGHUP.
    pub fn reopen(&self) {
        for queue in &self.queues {
            queue.lock().reopen = true;
            queue.changed.notify_all();
        }
    }

    /// Waits until everything logged so far is written, at most half a second for each output.
    pub fn flush(&self) {
        for queue in &self.queues {
            queue.flush();
        }
    }
}

/// Lines on their way to one output.
#[derive(Default)]
struct Queue {
    waiting: Mutex<Waiting>,
    changed: Condvar,
}

#[derive(Default)]
struct Waiting {
    lines: VecDeque<String>,
    /// Lines that found no place.
    lost: u64,
    reopen: bool,
    /// The writer holds lines that it has taken but not yet written.
    is_writing: bool,
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a line, never waiting.
    fn push(&self, line: String) {
        let mut waiting = self.lock();
        if waiting.lines.len() < QUEUE_LINES_MAX {
            waiting.lines.push_back(line);
        } else {
            waiting.lost += 1;
        }
        drop(waiting);
        self.changed.notify_all();
    }

    /// Waits for something to do and takes all of it.
    fn take(&self) -> Waiting {
        let idle = |waiting: &mut Waiting| waiting.lines.is_empty() && !waiting.reopen;
        let mut waiting = self.lock();
        waiting.is_writing = false;
        self.changed.notify_all();
        let mut waiting = self.changed.wait_while(waiting, idle).unwrap_or_else(PoisonError::into_inner);
        std::mem::replace(&mut *waiting, Waiting { is_writing: true, ..Waiting::default() })
    }

    fn flush(&self) {
        let busy = |waiting: &mut Waiting| !waiting.lines.is_empty() || waiting.is_writing;
        let _ = self.changed.wait_timeout_while(self.lock(), Duration::from_millis(FLUSH_MS), busy);
    }
}

/// What fern hands the finished lines to.
struct Sink {
    queues: Vec<Arc<Queue>>,
}

impl Log for Sink {
    fn enabled(&self, _: &Metadata) -> bool {
        true
    }

    fn log(&self, record: &Record) {
        let line = record.args().to_string();
        for queue in &self.queues[1..] {
            queue.push(line.clone());
        }
        self.queues[0].push(line);
    }

    fn flush(&self) {
        self.queues.iter().for_each(|queue| queue.flush());
    }
}

/// A writing thread's own.
struct Writer {
    queue: Arc<Queue>,
    output: Output,
    is_json: bool,
}

enum Output {
    /// A descriptor of our own: a lock on the process's stderr, held while a full pipe blocks, would stop others too.
    Stderr(File),
    File {
        file: LogFile,
        /// Where it is said, once, that the file cannot be written.
        notes: Arc<Queue>,
        is_failing: bool,
        lost: u64,
    },
}

fn spawn_writer(name: &str, mut writer: Writer) -> Result<(), String> {
    let thread = std::thread::Builder::new().name(name.to_owned()).stack_size(WRITER_STACK_BYTES);
    let started = thread.spawn(move || {
        loop {
            writer.write_all_waiting();
        }
    });
    started.map(drop).map_err(|error| format!("cannot start a thread for the log: {error}"))
}

impl Writer {
    fn write_all_waiting(&mut self) {
        let waiting = self.queue.take();
        if let (true, Output::File { file, .. }) = (waiting.reopen, &mut self.output)
            && let Err(error) = file.reopen(now_ms())
        {
            self.note_failure(&error, 0);
        }
        for line in &waiting.lines {
            self.write(line);
        }
        if waiting.lost > 0 {
            let text = format!("{} log lines were lost here: the output was too slow", waiting.lost);
            self.write(&remark(self.is_json, &text));
        }
    }

    fn write(&mut self, line: &str) {
        let is_json = self.is_json;
        match &mut self.output {
            Output::Stderr(stderr) => {
                let _ = stderr.write_all(format!("{line}\n").as_bytes());
            }
            Output::File { file, is_failing, lost, .. } => match file.write(line, now_ms()) {
                Ok(()) if *is_failing => {
                    let text = format!("{lost} log lines were lost here: the file could not be written");
                    (*is_failing, *lost) = (false, 0);
                    let _ = file.write(&remark(is_json, &text), now_ms());
                }
                Ok(()) => {}
                Err(error) => self.note_failure(&error, 1),
            },
        }
    }

    /// Says once that the file cannot be written, and counts what is lost until it can be again.
    fn note_failure(&mut self, error: &std::io::Error, lines: u64) {
        if let Output::File { notes, is_failing, lost, .. } = &mut self.output {
            *lost += lines;
            if !std::mem::replace(is_failing, true) {
                notes.push(remark(self.is_json, &format!("the log file cannot be written; snug goes on: {error}")));
            }
        }
    }
}

/// Wall-clock time in Unix milliseconds, within what RFC 3339 can write.
fn now_ms() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(TIME_MS_MAX).min(TIME_MS_MAX)
}

/// A line by the log about itself.
fn remark(is_json: bool, text: &str) -> String {
    let mut record = Record::builder();
    render(is_json, now_ms(), &record.level(Level::Warn).target("snug::logging").args(format_args!("{text}")).build())
}

/// One record as one line, without the line's end.
fn render(is_json: bool, now_ms: u64, record: &Record) -> String {
    let time = humantime::format_rfc3339_millis(UNIX_EPOCH + Duration::from_millis(now_ms));
    let message = cut(record.args().to_string());
    let mut fields = Fields { is_json, text: String::new() };
    let _ = record.key_values().visit(&mut fields);
    let (level, target, fields) = (record.level(), record.target(), fields.text);
    if is_json {
        let level = level.as_str().to_ascii_lowercase();
        let (target, message) = (json(target), json(&message));
        format!(r#"{{"time":"{time}","level":"{level}","target":{target},"message":{message}{fields}}}"#)
    } else {
        format!("{time} {level:<5} {target}{fields}: {}", plain(&message))
    }
}

/// A record's key-values, such as the connection's id, as they stand in the line.
struct Fields {
    is_json: bool,
    text: String,
}

impl<'kvs> VisitSource<'kvs> for Fields {
    fn visit_pair(&mut self, key: Key<'kvs>, value: Value<'kvs>) -> Result<(), log::kv::Error> {
        let number =
            value.to_i128().map(|number| number.to_string()).or_else(|| value.to_bool().map(|b| b.to_string()));
        let text = cut(value.to_string());
        let _ = match (self.is_json, number) {
            (true, Some(number)) => write!(self.text, ",{}:{number}", json(key.as_str())),
            (true, None) => write!(self.text, ",{}:{}", json(key.as_str()), json(&text)),
            (false, Some(number)) => write!(self.text, " {key}={number}"),
            (false, None) if text.contains(char::is_whitespace) => write!(self.text, " {key}={text:?}"),
            (false, None) => write!(self.text, " {key}={}", plain(&text)),
        };
        Ok(())
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// Text that cannot begin a line of its own or steer a terminal.
fn plain(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut line, c| {
        if c.is_control() {
            line.extend(c.escape_default());
        } else {
            line.push(c);
        }
        line
    })
}

fn cut(mut text: String) -> String {
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push_str("...");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(is_json: bool, message: &str) -> String {
        let fields = [("conn", Value::from(12)), ("why", Value::from("too \"slow\""))];
        let mut record = Record::builder();
        record.level(Level::Info).target("snug::server").key_values(&fields);
        render(is_json, 1_795_381_200_123, &record.args(format_args!("{message}")).build())
    }

    #[test]
    fn a_line_for_people_names_time_level_target_and_connection() {
        assert_eq!(
            rendered(false, "closed"),
            r#"2026-11-22T21:00:00.123Z INFO  snug::server conn=12 why="too \"slow\"": closed"#
        );
    }

    #[test]
    fn a_line_for_machines_is_one_json_object() {
        let line = rendered(true, "closed \"so\"\nand more");
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!(read["time"], "2026-11-22T21:00:00.123Z");
        assert_eq!((&read["level"], &read["target"]), (&"info".into(), &"snug::server".into()));
        assert_eq!((&read["conn"], &read["why"]), (&12.into(), &"too \"slow\"".into()));
        assert_eq!(read["message"], "closed \"so\"\nand more");
        assert!(!line.contains('\n'));
    }

    #[test]
    fn nobody_forges_a_line_or_steers_the_terminal() {
        let line = rendered(false, "x\n2026-11-22T21:00:00.123Z ERROR forged\x1b[2J");
        assert!(line.ends_with(r"x\n2026-11-22T21:00:00.123Z ERROR forged\u{1b}[2J"), "{line}");
    }

    #[test]
    fn an_endless_message_is_cut() {
        assert!(rendered(true, &"ä".repeat(100_000)).len() < 2 * TEXT_BYTES_MAX);
    }

    #[test]
    fn a_stuck_output_loses_lines_by_number_and_stops_nobody() {
        let queue = Queue::default();
        for number in 0..QUEUE_LINES_MAX + 7 {
            queue.push(number.to_string());
        }
        let taken = queue.take();
        assert_eq!((taken.lines.len(), taken.lost), (QUEUE_LINES_MAX, 7));
    }

    #[test]
    fn a_broken_file_is_told_once_on_stderr_and_counted_when_it_works_again() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("gone/snug.log");
        std::fs::create_dir(path.parent().unwrap()).unwrap();
        let notes = Arc::new(Queue::default());
        let file = LogFile::open(&path, 10_000, 2, now_ms()).unwrap();
        let output = Output::File { file, notes: notes.clone(), is_failing: false, lost: 0 };
        let mut writer = Writer { queue: Arc::new(Queue::default()), output, is_json: false };

        std::fs::remove_dir_all(path.parent().unwrap()).unwrap();
        writer.queue.lock().reopen = true;
        writer.queue.push("lost 1".to_owned());
        writer.queue.push("lost 2".to_owned());
        writer.write_all_waiting();
        assert_eq!(notes.lock().lines.len(), 1);

        std::fs::create_dir(path.parent().unwrap()).unwrap();
        writer.queue.lock().reopen = true;
        writer.queue.push("back".to_owned());
        writer.write_all_waiting();
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("back\n") && text.contains("2 log lines were lost"), "{text}");
    }
}
