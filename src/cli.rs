//! Command line: the few words that snug understands.

use crate::config::{Config, keys};
use crate::store::Store;
use smol::Executor;
use std::ffi::OsString;

/// What `--help` prints.
pub const HELP: &str = "\
snug: real-time chat in one small static binary. Start it, open the address that it prints, pick a name, talk.

  snug                                      serve on http://127.0.0.1:8080, keep everything in data/
  SNUG_LISTEN=0.0.0.0:8080 snug             let the whole house in
  SNUG_LISTEN=127.0.0.1:0 snug              take any free port and print it
  SNUG_DATA=/var/lib/snug snug              keep the database elsewhere
  SNUG_PUBLIC_URL=https://chat.example snug behind a proxy that speaks TLS (docs/proxy.md)
  SNUG_LISTEN=unix:/run/snug/snug.sock snug serve on a Unix socket
  SNUG_TLS_CERT=c.pem SNUG_TLS_KEY=k.pem snug
                                            speak https without a proxy
  SNUG_ENV=development snug                 read .env.development instead of .env.production

  snug serve                                the same as snug alone
  snug setup-db                             create or upgrade the database, say what was done, and end
  snug check-config                         print every key with the value in force, one KEY=value a line
  snug --help, snug --version

Ctrl-C or SIGTERM ends it in order, a second one at once. SIGHUP reopens the log file and reads the
certificate anew.
Every key is explained in .env.production; the real environment wins over the file.
Exit codes: 0 in order, 1 it could not go on, 2 a wrong word or key.
";

/// What snug is asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Command {
    /// Serve until a signal comes.
    Serve,
    /// Create or upgrade the database and end.
    SetupDb,
    /// Print the configuration in force.
    CheckConfig,
    /// Print [`HELP`].
    Help,
    /// Print the version.
    Version,
}

/// Reads the arguments behind the program's name.
///
/// # Errors
/// One line that names the word that is not understood.
pub fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Command, String> {
    use lexopt::Arg::{Long, Short, Value};
    let arguments = arguments.into_iter().collect::<Vec<_>>();
    let mut parser = lexopt::Parser::from_args(arguments);
    let mut command = None;
    while let Some(argument) = parser.next().map_err(|error| format!("{error}; snug --help shows examples"))? {
        let next = match &argument {
            Short('h') | Long("help") => Command::Help,
            Short('V') | Long("version") => Command::Version,
            Value(word) if word == "serve" => Command::Serve,
            Value(word) if word == "setup-db" => Command::SetupDb,
            Value(word) if word == "check-config" => Command::CheckConfig,
            Value(word) => return Err(format!("there is no command {word:?}; snug --help shows examples")),
            Short(letter) => return Err(format!("there is no option -{letter}; snug --help shows examples")),
            Long(word) => return Err(format!("there is no option --{word}; snug --help shows examples")),
        };
        match (command, next) {
            (_, Command::Help | Command::Version) => return Ok(next),
            (Some(_), _) => return Err("one command at a time; snug --help shows examples".to_owned()),
            (None, _) => command = Some(next),
        }
    }
    Ok(command.unwrap_or(Command::Serve))
}

/// The configuration in force as a whole `.env` file, one `KEY=value` a line.
pub fn check_config(config: &Config) -> String {
    keys::KEYS.iter().map(|key| format!("{}={}\n", key.name, quoted(&key.show(config)))).collect()
}

/// A value as a `.env` file needs it: in quotes when it has characters that mean something there.
fn quoted(value: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-._:/,=[]@+".contains(c);
    if value.chars().all(is_plain) {
        return value.to_owned();
    }
    let mut text = String::from('"');
    for c in value.chars() {
        match c {
            '"' | '\\' | '$' => text.extend(['\\', c]),
            '\n' => text.push_str("\\n"),
            _ => text.push(c),
        }
    }
    text.push('"');
    text
}

/// Creates or upgrades the database, whose writer runs on `executor`, and returns the sentence that says what was done.
///
/// # Errors
/// The store's own one clear line.
pub async fn setup_db(config: &Config, executor: &Executor<'static>) -> Result<String, String> {
    let store = Store::open(config, executor).await?;
    let done = store.opened().to_owned();
    store.close().await;
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Command, String> {
        parse(words.iter().map(OsString::from))
    }

    #[test]
    fn snug_alone_serves() {
        assert_eq!(read(&[]), Ok(Command::Serve));
        assert_eq!(read(&["serve"]), Ok(Command::Serve));
    }

    #[test]
    fn every_command_of_the_help_is_understood() {
        for (word, command) in [("setup-db", Command::SetupDb), ("check-config", Command::CheckConfig)] {
            assert_eq!(read(&[word]), Ok(command));
            assert!(HELP.contains(&format!("snug {word}")));
        }
        assert_eq!(read(&["setup-db", "--help"]), Ok(Command::Help));
        assert_eq!(read(&["-V"]), Ok(Command::Version));
    }

    #[test]
    fn an_unknown_word_is_named() {
        for word in ["srve", "--port", "-p"] {
            let error = read(&[word]).unwrap_err();
            assert!(error.contains(word), "{error}");
        }
        read(&["serve", "setup-db"]).unwrap_err();
    }

    #[test]
    fn a_printed_value_reads_back_the_same() {
        for value in ["", "data", "/srv/my \"data\" $HOME \\ ü", "https://[::1]:8443,http://b"] {
            let line = format!("KEY={}\n", quoted(value));
            let (_, read) = dotenvy::from_read_iter(line.as_bytes()).next().unwrap().unwrap();
            assert_eq!(read, value, "{line}");
        }
    }
}
