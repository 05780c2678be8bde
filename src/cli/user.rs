//! `snug user ...` and `snug setup-link`: people, from the shell, whether or not the server runs. A server that runs follows
//! the audit log, so that what is done here takes effect there within a second.

use crate::config::{Config, Listen};
use crate::password::{Password, SALT_BYTES};
use crate::protocol::{Role, UserId, check_name};
use crate::secret::{Token, fold};
use crate::store::{Changed, Credentials, Listed, State, Store, StoreError};
use smol::Executor;
use std::fmt::Write;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{SystemTime, UNIX_EPOCH};

/// Characters of a password that is made here: 5 bits each, 80 together.
const MADE_CHARS: usize = 16;
/// They stand in groups of so many, to be read aloud.
const MADE_GROUP: usize = 4;
/// The characters: no two look alike (Crockford's base 32).
const MADE_ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// What is to be done to people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserCommand {
    /// Make an account.
    Add {
        /// The name to sign in with, and the shown one.
        name: String,
        /// What they become.
        role: Role,
    },
    /// List all accounts.
    List,
    /// Let them in no more.
    Disable(String),
    /// Let them in again.
    Enable(String),
    /// Give them a new password.
    Reset(String),
    /// Give them a role.
    Role(String, Role),
}

/// Reads the words behind `snug user`.
///
/// # Errors
/// One line that says what is not understood.
pub fn parse(words: &[String], role: Option<&str>) -> Result<UserCommand, String> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    if let (Some(_), Some(word)) = (role, words.first().filter(|word| **word != "add")) {
        return Err(format!("--role belongs to snug user add, not to {word:?}; snug --help shows examples"));
    }
    Ok(match words[..] {
        ["add", name] => UserCommand::Add { name: name.to_owned(), role: role_of(role.unwrap_or("member"))? },
        ["list"] => UserCommand::List,
        ["disable", name] => UserCommand::Disable(name.to_owned()),
        ["enable", name] => UserCommand::Enable(name.to_owned()),
        ["reset", name] => UserCommand::Reset(name.to_owned()),
        ["role", name, role] => UserCommand::Role(name.to_owned(), role_of(role)?),
        _ => {
            return Err("snug user takes add NAME [--role ROLE], list, disable NAME, enable NAME, reset NAME or role NAME ROLE; \
                        snug --help shows examples"
                .to_owned());
        }
    })
}

fn role_of(word: &str) -> Result<Role, String> {
    match word {
        "member" => Ok(Role::Member),
        "moderator" => Ok(Role::Moderator),
        "owner" => Ok(Role::Owner),
        _ => Err(format!("there is no role {word:?} for an account: member, moderator or owner")),
    }
}

/// Does it, and returns what to print.
///
/// # Errors
/// One line that says why not.
pub async fn run(config: &Config, executor: &Executor<'static>, command: &UserCommand) -> Result<String, String> {
    let store = Store::open_beside(config, executor).await?;
    let done = carry_out(&store, command).await;
    store.close().await;
    done
}

async fn carry_out(store: &Store, command: &UserCommand) -> Result<String, String> {
    let now = unix_ms();
    match command {
        UserCommand::Add { name, role } => add(store, name, *role, now).await,
        UserCommand::List => Ok(list(&store.accounts().await.map_err(failed)?)),
        UserCommand::Disable(name) => {
            let user = find(store, name).await?;
            settle(name, store.set_disabled(user, true, None, now).await, "is not active")?;
            Ok(format!(
                "{name} is disabled: all sessions have ended, and nobody signs in to it. snug user enable undoes it.\n"
            ))
        }
        UserCommand::Enable(name) => {
            let user = find(store, name).await?;
            settle(name, store.set_disabled(user, false, None, now).await, "is not disabled")?;
            Ok(format!("{name} may sign in again, with the same password.\n"))
        }
        UserCommand::Reset(name) => {
            let user = find(store, name).await?;
            let (made, hash) = make_password()?;
            settle(name, store.reset_password(user, hash, now).await, "has left")?;
            Ok(format!("{name} has a new password, and all sessions have ended.\n\n{}", advice(name, &made)))
        }
        UserCommand::Role(name, role) => {
            let user = find(store, name).await?;
            settle(name, store.set_role(user, *role, None, now).await, "has that role already")?;
            Ok(format!("{name} is {} now.\n", described(*role)))
        }
    }
}

async fn add(store: &Store, name: &str, role: Role, now: i64) -> Result<String, String> {
    check_name(name).map_err(str::to_owned)?;
    let (made, password) = make_password()?;
    let credentials = Credentials { account: fold(name), password };
    match store.add_account(name.to_owned(), credentials, role, now).await.map_err(failed)? {
        Changed::Done => {
            Ok(format!("{name} has an account now, and is {}.\n\n{}", described(role), advice(name, &made)))
        }
        _ => Err(format!("somebody has the name {name:?} already. Nothing was done; choose another.")),
    }
}

/// Makes the link by which the first owner sets snug up, and ends earlier ones; the line to print.
///
/// # Errors
/// One line that says why not.
pub async fn setup_link(config: &Config, executor: &Executor<'static>) -> Result<String, String> {
    let store = Store::open_beside(config, executor).await?;
    let made = make_setup_link(&store, config, &config.listen, config.tls.cert.is_some()).await;
    store.close().await;
    made?.ok_or_else(|| {
        "this server has an owner already. Nothing was done; snug user add NAME --role owner makes another.".to_owned()
    })
}

/// As [`setup_link`], for a server that listens at `place`, by TLS or not; `None` if there is an owner.
///
/// # Errors
/// The store's own one line.
pub async fn make_setup_link(
    store: &Store,
    config: &Config,
    place: &Listen,
    is_tls: bool,
) -> Result<Option<String>, String> {
    if store.has_owner().await.map_err(failed)? {
        return Ok(None);
    }
    let mut random = [0; 32];
    getrandom::fill(&mut random).map_err(|error| format!("the system has no random bytes: {error}"))?;
    let (token, now) = (Token::from_random(random), unix_ms());
    let expires_at = now.saturating_add(i64::try_from(config.people.setup_link_ms).unwrap_or(i64::MAX));
    let made = store.make_setup_link(token.hash(), expires_at, now).await.map_err(failed)?;
    let scheme = if is_tls { "https" } else { "http" };
    let base = match (&config.public_url, place) {
        (Some(url), _) => url.clone(),
        (None, Listen::Tcp(address)) => format!("{scheme}://{}", near(*address)),
        // Only a proxy knows where people open it.
        (None, Listen::Unix(_)) => "(the address that people open)".to_owned(),
    };
    let minutes = config.people.setup_link_ms.div_ceil(60_000);
    Ok(made.map(|_| {
        format!(
            "set it up at {base}/#setup={}\n  (once, within {minutes} minutes; snug setup-link makes another)\n",
            token.as_str()
        )
    }))
}

/// The address by which this machine itself reaches a server that listens there.
pub fn near(address: SocketAddr) -> SocketAddr {
    let mut near = address;
    if address.ip().is_unspecified() {
        near.set_ip(if address.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { Ipv6Addr::LOCALHOST.into() });
    }
    near
}

/// Whose account has this name.
async fn find(store: &Store, name: &str) -> Result<UserId, String> {
    let known = store.known(&fold(name)).await.map_err(failed)?;
    known
        .map(|known| known.id)
        .ok_or_else(|| format!("nobody signs in as {name:?}. Nothing was done; snug user list names all."))
}

fn settle(name: &str, changed: Result<Changed, StoreError>, why_not: &str) -> Result<(), String> {
    match changed.map_err(failed)? {
        Changed::Done => Ok(()),
        Changed::LastOwner => {
            Err(format!("{name} is the last owner. Nothing was done; snug user role NAME owner makes another first."))
        }
        Changed::Gone | Changed::NameTaken => Err(format!("{name} {why_not}. Nothing was done.")),
    }
}

fn described(role: Role) -> String {
    let article = if role == Role::Owner { "an" } else { "a" };
    format!("{article} {}", role.name())
}

fn list(people: &[Listed]) -> String {
    let mut lines = format!("{:>6}  {:<9}  {:<9}  name\n", "id", "role", "state");
    for person in people {
        let role = person.role.name();
        let state = match person.state {
            State::Active => "active",
            State::Disabled => "disabled",
            State::Banned => "banned",
            State::Left => "left",
        };
        let account = person.account.as_deref().unwrap_or_default();
        let name = if fold(&person.name) == account {
            person.name.clone()
        } else {
            format!("{account} (shown as {})", person.name)
        };
        // Writing to a String cannot fail.
        let _ = writeln!(lines, "{:>6}  {role:<9}  {state:<9}  {name}", person.id);
    }
    lines
}

/// What to do with a password that was made here.
fn advice(name: &str, made: &str) -> String {
    format!(
        "  name      {name}\n  password  {made}\n\nHand both over in person or by a safe way: the password is shown only here, and kept \
         nowhere.\nWhoever signs in with it should choose their own then, under their name.\n"
    )
}

/// A password that nobody guesses, and its hash.
fn make_password() -> Result<(String, String), String> {
    let (mut random, mut salt) = ([0; MADE_CHARS], [0; SALT_BYTES]);
    for bytes in [&mut random[..], &mut salt[..]] {
        getrandom::fill(bytes).map_err(|error| format!("the system has no random bytes: {error}"))?;
    }
    let chars = random.map(|byte| char::from(MADE_ALPHABET[usize::from(byte) % MADE_ALPHABET.len()]));
    let groups: Vec<String> = chars.chunks(MADE_GROUP).map(|group| group.iter().collect()).collect();
    let made = groups.join("-");
    let hash = Password::from(made.clone()).hash(&salt)?;
    Ok((made, hash))
}

fn failed(error: StoreError) -> String {
    match error {
        StoreError::Full => "the disk is full. Nothing was done; make room first.".to_owned(),
        StoreError::Failed(detail) => format!("the database failed: {detail}. Nothing was done."),
        StoreError::Closed => "the database has been closed. Nothing was done.".to_owned(),
    }
}

fn unix_ms() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_made_password_is_one_that_may_be_taken_and_is_its_hashs() {
        let (made, hash) = make_password().unwrap();
        assert_eq!(made.len(), MADE_CHARS + MADE_CHARS / MADE_GROUP - 1);
        let password = Password::from(made.clone());
        assert_eq!(password.check(&["rosa"]), Ok(()));
        assert_eq!(password.verify(Some(&hash)), Ok(crate::password::Verdict::Right { is_stale: false }));
        assert_ne!(make_password().unwrap().0, made);
    }
}
