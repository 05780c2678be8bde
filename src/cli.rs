//! Command line: the few words that snug understands.

pub mod user;

use crate::config::{Config, keys};
use crate::store::Store;
use smol::Executor;
use std::ffi::OsString;
use user::UserCommand;

/// What `--help` prints.
pub const HELP: &str = "\
snug: real-time chat in one small static binary. Start it, open the link that it prints, set it up, talk.

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
  snug setup-link                           print a new link by which the first owner sets snug up
  snug user add rosa                        make an account; prints its password
  snug user add rosa --role moderator       the same with a role: member, moderator or owner
  snug user list                            everybody who has an account
  snug user disable rosa                    end all sessions and let nobody sign in; enable undoes it
  snug user reset rosa                      end all sessions and print a new password
  snug user role rosa owner                 give a role
  snug setup-db                             create or upgrade the database, say what was done, and end
  snug check-config                         print every key with the value in force, one KEY=value a line
  snug --help, snug --version

snug user and setup-link work while the server runs, too, and take effect there within a second.
Ctrl-C or SIGTERM ends it in order, a second one at once. SIGHUP reopens the log file and reads the
certificate anew.
Every key is explained in .env.production; the real environment wins over the file.
Exit codes: 0 in order, 1 it could not go on, 2 a wrong word or key.
";

/// What snug is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Serve until a signal comes.
    Serve,
    /// Create or upgrade the database and end.
    SetupDb,
    /// Print the configuration in force.
    CheckConfig,
    /// Make a link for the first owner.
    SetupLink,
    /// Do something to people.
    User(UserCommand),
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
    let (mut words, mut role) = (None::<Vec<String>>, None::<String>);
    while let Some(argument) = parser.next().map_err(|error| format!("{error}; snug --help shows examples"))? {
        let text = |word: OsString| word.into_string().map_err(|word| format!("{word:?} is not UTF-8"));
        if let Some(words) = &mut words {
            match argument {
                Value(word) => words.push(text(word)?),
                Long("role") => {
                    let value = parser.value().map_err(|error| format!("{error}; snug --help shows examples"))?;
                    role = Some(text(value)?);
                }
                Short('h') | Long("help") => return Ok(Command::Help),
                other => return Err(format!("{}; snug --help shows examples", other.unexpected())),
            }
            continue;
        }
        let next = match &argument {
            Short('h') | Long("help") => Command::Help,
            Short('V') | Long("version") => Command::Version,
            Value(word) if word == "serve" => Command::Serve,
            Value(word) if word == "setup-db" => Command::SetupDb,
            Value(word) if word == "setup-link" => Command::SetupLink,
            Value(word) if word == "user" && command.is_none() => {
                words = Some(Vec::new());
                continue;
            }
            Value(word) if word == "check-config" => Command::CheckConfig,
            Value(word) => return Err(format!("there is no command {word:?}; snug --help shows examples")),
            Short(letter) => return Err(format!("there is no option -{letter}; snug --help shows examples")),
            Long(word) => return Err(format!("there is no option --{word}; snug --help shows examples")),
        };
        match (&command, next) {
            (_, next @ (Command::Help | Command::Version)) => return Ok(next),
            (Some(_), _) => return Err("one command at a time; snug --help shows examples".to_owned()),
            (None, next) => command = Some(next),
        }
    }
    match words {
        Some(words) => user::parse(&words, role.as_deref()).map(Command::User),
        None => Ok(command.unwrap_or(Command::Serve)),
    }
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
        for (word, command) in
            [("setup-db", Command::SetupDb), ("check-config", Command::CheckConfig), ("setup-link", Command::SetupLink)]
        {
            assert_eq!(read(&[word]), Ok(command));
            assert!(HELP.contains(&format!("snug {word}")));
        }
        assert_eq!(read(&["setup-db", "--help"]), Ok(Command::Help));
        assert_eq!(read(&["-V"]), Ok(Command::Version));
    }

    #[test]
    fn what_is_to_be_done_to_people_is_read_whole() {
        use crate::protocol::Role;
        let rosa = || "rosa".to_owned();
        for (words, command) in [
            (&["user", "add", "rosa"][..], UserCommand::Add { name: rosa(), role: Role::Member }),
            (&["user", "add", "--role", "owner", "rosa"], UserCommand::Add { name: rosa(), role: Role::Owner }),
            (&["user", "list"], UserCommand::List),
            (&["user", "disable", "rosa"], UserCommand::Disable(rosa())),
            (&["user", "enable", "rosa"], UserCommand::Enable(rosa())),
            (&["user", "reset", "rosa"], UserCommand::Reset(rosa())),
            (&["user", "role", "rosa", "moderator"], UserCommand::Role(rosa(), Role::Moderator)),
        ] {
            assert_eq!(read(words), Ok(Command::User(command)), "{words:?}");
            assert!(HELP.contains(&words[..2].join(" ")) || words[1] == "enable", "{words:?}");
        }
        for (words, part) in [
            (&["user"][..], "snug user takes"),
            (&["user", "add"], "snug user takes"),
            (&["user", "role", "rosa", "king"], "king"),
            (&["user", "add", "rosa", "--role", "guest"], "guest"),
            (&["user", "list", "--role", "owner"], "--role"),
            (&["user", "add", "rosa", "--shout"], "--shout"),
        ] {
            let error = read(words).unwrap_err();
            assert!(error.contains(part), "{words:?}: {error}");
        }
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
