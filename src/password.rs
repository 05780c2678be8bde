//! Passwords: which are taken, how they are hashed, and whether one is right.
//!
//! Pure, but not quick: a hash takes some 30 ms and [`HASH_BYTES`] of memory, on purpose. `hasher` sees to where and how many.
//!
//! A password is normalised to NFKC first, as NIST SP 800-63B section 3.1.1.2 asks: the same keys then make the same password
//! on every keyboard and input method. Beyond that any characters do, in any mixture.

use argon2::password_hash::phc::{Output, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use serde::{Deserialize, Deserializer};
use std::collections::HashSet;
use std::sync::LazyLock;
use unicode_normalization::UnicodeNormalization;
use zeroize::Zeroizing;

/// Characters (Unicode scalar values) that a password has at least (NIST SP 800-63B, OWASP ASVS 5.0 6.2.1).
pub const PASSWORD_CHARS_MIN: usize = 8;
/// Characters that it has at most; what is longer costs time for nothing.
pub const PASSWORD_CHARS_MAX: usize = 256;

/// Memory of one hash, in KiB: OWASP's first choice for argon2id (Password Storage Cheat Sheet), with [`PASSES`] and [`LANES`].
const MEMORY_KIB: u32 = 19 * 1_024;
/// Passes over that memory.
const PASSES: u32 = 2;
/// Lanes of it.
const LANES: u32 = 1;
/// Bytes of memory that one hash takes.
pub const HASH_BYTES: usize = MEMORY_KIB as usize * 1_024;

/// Bytes of the result.
const OUTPUT_BYTES: usize = 32;
/// Bytes that are reserved for a hash, of which only [`HASH_BYTES`] are ever touched, and so take memory. The allocator of
/// glibc keeps what is smaller for later, in every thread anew; what is larger than 32 MiB it gives back at once, always
/// (mallopt(3), `M_MMAP_THRESHOLD`).
const MAPPED_BYTES: usize = 33 << 20;
const _: () = assert!(HASH_BYTES < MAPPED_BYTES);

/// Bytes of a salt.
pub const SALT_BYTES: usize = 16;

/// Compared with where there is no password: as much work as any, and right for nobody, since its output is that of no input
/// anybody knows.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$c251ZyBoYXMgbm9ib2R5$QrfLw3mF1xk8nVtq5Yy0ZJcP2aUeG9oHs6iMdTbR4jE";

/// The most common passwords, the most common first; `src/password/LICENSE` says whence.
const COMMON: &str = include_str!("password/common.txt");

/// A password as it came. Has no `Debug`, so that it is never logged, and leaves no trace in memory.
#[derive(Clone)]
pub struct Password(Zeroizing<String>);

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Password, D::Error> {
        String::deserialize(deserializer).map(Password::from)
    }
}

impl From<String> for Password {
    fn from(text: String) -> Password {
        Password(Zeroizing::new(text))
    }
}

/// Whether a password is right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It is not.
    Wrong,
    /// It is.
    Right {
        /// But the hash is not as strong as hashes are now: hash it anew.
        is_stale: bool,
    },
}

impl Password {
    /// Whether somebody of these names may take it.
    ///
    /// # Errors
    /// The text says what is wrong with it.
    pub fn check(&self, names: &[&str]) -> Result<(), &'static str> {
        static FOLDED: LazyLock<HashSet<&str>> = LazyLock::new(|| COMMON.lines().collect());
        let chars = self.0.chars().count();
        if chars < PASSWORD_CHARS_MIN {
            return Err(
                "A password has at least 8 characters. Nothing was done; choose a longer one, such as some words.",
            );
        }
        if chars > PASSWORD_CHARS_MAX {
            return Err("A password has at most 256 characters. Nothing was done; choose a shorter one.");
        }
        let lower = Zeroizing::new(self.normal().to_lowercase());
        if FOLDED.contains(lower.as_str()) || is_monotonous(&lower) {
            return Err(
                "This password is one of the most common ones, which are tried first. Nothing was done; choose another.",
            );
        }
        if names.iter().any(|name| name.nfkc().collect::<String>().to_lowercase() == *lower) {
            return Err("This password is your own name, which is tried first. Nothing was done; choose another.");
        }
        Ok(())
    }

    /// Its hash with that salt, as a PHC string; takes its time.
    ///
    /// # Errors
    /// There is not enough memory.
    pub fn hash(&self, salt: &[u8; SALT_BYTES]) -> Result<String, String> {
        let hashed = current().and_then(|params| {
            let output = derive(self.normal().as_bytes(), salt, &params)?;
            let (algorithm, version) = (Algorithm::Argon2id.ident(), Some(Version::V0x13.into()));
            let (params, salt, hash) = ((&params).try_into()?, Some(Salt::new(salt)?), Some(output));
            Ok(PasswordHash { algorithm, version, params, salt, hash }.to_string())
        });
        hashed.map_err(|problem| problem.to_string())
    }

    /// Whether this is the password of a hash, or, when there is none, as long as that takes to say no.
    ///
    /// # Errors
    /// There is not enough memory, or the hash is none of ours.
    pub fn verify(&self, hash: Option<&str>) -> Result<Verdict, String> {
        let is_right = || {
            let parsed = PasswordHash::new(hash.unwrap_or(NOBODYS))?;
            let params = Params::try_from(&parsed)?;
            let salt = parsed.salt.ok_or(argon2::password_hash::Error::SaltInvalid)?;
            let output = derive(self.normal().as_bytes(), &salt, &params)?;
            // Compares in a time that does not depend on where they differ.
            let is_right = parsed.hash == Some(output) && hash.is_some();
            let costs = |params: &Params| (params.m_cost(), params.t_cost(), params.p_cost());
            let is_stale = costs(&params) != costs(&current()?);
            Ok(if is_right { Verdict::Right { is_stale } } else { Verdict::Wrong })
        };
        let verdict = is_right().map_err(|problem: argon2::password_hash::Error| problem.to_string())?;
        Ok(if self.0.chars().count() > PASSWORD_CHARS_MAX { Verdict::Wrong } else { verdict })
    }

    fn normal(&self) -> Zeroizing<String> {
        Zeroizing::new(self.0.nfkc().collect())
    }
}

/// How much work a hash is now.
fn current() -> Result<Params, argon2::password_hash::Error> {
    Ok(Params::new(MEMORY_KIB, PASSES, LANES, Some(OUTPUT_BYTES))?)
}

/// The work itself.
fn derive(password: &[u8], salt: &[u8], params: &Params) -> Result<Output, argon2::password_hash::Error> {
    use argon2::password_hash::Error;
    let length = params.output_len().unwrap_or(OUTPUT_BYTES);
    let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params.clone());
    let mut memory = Vec::new();
    memory.try_reserve_exact(params.block_count().max(MAPPED_BYTES / Block::SIZE)).map_err(|_| Error::OutOfMemory)?;
    memory.resize(params.block_count(), Block::new());
    let mut output = [0; Output::MAX_LENGTH];
    let output = output.get_mut(..length).ok_or(Error::OutputSize)?;
    argon2.hash_password_into_with_memory(password, salt, output, &mut memory)?;
    Ok(Output::new(output)?)
}

/// Whether it is one character over and over, which no list is long enough to name.
fn is_monotonous(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    chars.all(|c| Some(c) == first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use argon2::password_hash::PasswordHasher;

    fn password(text: &str) -> Password {
        Password::from(text.to_owned())
    }

    #[test]
    fn any_characters_do_but_too_few_too_many_and_the_most_common() {
        for good in ["correct horse", "ünïcödé!", "        x", "aaaaaaab", "pässwörd", &"ab".repeat(128)] {
            assert_eq!(password(good).check(&["rosa"]), Ok(()), "{good}");
        }
        for (bad, part) in [
            ("", "at least 8"),
            ("seven77", "at least 8"),
            (&"ab".repeat(129), "at most 256"),
            ("password", "most common"),
            ("PASSWORD", "most common"),
            ("ｐａｓｓｗｏｒｄ", "most common"),
            ("trustno1", "most common"),
            ("zzzzzzzzzzzz", "most common"),
            ("Rosa Luxemburg", "own name"),
        ] {
            let error = password(bad).check(&["rosa", "rosa luxemburg"]).unwrap_err();
            assert!(error.contains(part), "{bad}: {error}");
        }
    }

    #[test]
    fn a_hash_is_argon2id_as_owasp_has_it_and_right_for_its_password_only() {
        let hash = password("correct horse").hash(&[7; SALT_BYTES]).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert_eq!(password("correct horse").verify(Some(&hash)), Ok(Verdict::Right { is_stale: false }));
        assert_eq!(password("correct Horse").verify(Some(&hash)), Ok(Verdict::Wrong));
        assert_eq!(password("correct horse").verify(None), Ok(Verdict::Wrong));
        // Another reader of such hashes finds it right, too.
        let parsed = PasswordHash::new(&hash).unwrap();
        argon2::password_hash::PasswordVerifier::verify_password(&Argon2::default(), b"correct horse", &parsed)
            .unwrap();
        assert_ne!(password("correct horse").hash(&[8; SALT_BYTES]).unwrap(), hash);
    }

    #[test]
    fn the_same_keys_are_the_same_password_on_every_keyboard() {
        let hash = password("Ångström straße").hash(&[7; SALT_BYTES]).unwrap();
        let decomposed = password("A\u{30a}ngstro\u{308}m straße");
        assert_eq!(decomposed.verify(Some(&hash)), Ok(Verdict::Right { is_stale: false }));
    }

    #[test]
    fn a_weaker_hash_is_right_and_stale() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(64, 1, 1, None).unwrap());
        let hash: PasswordHash =
            PasswordHasher::hash_password_with_salt(&weak, b"correct horse", &[7; SALT_BYTES]).unwrap();
        let hash = hash.to_string();
        assert_eq!(password("correct horse").verify(Some(&hash)), Ok(Verdict::Right { is_stale: true }));
    }

    #[test]
    fn nobodys_hash_is_well_formed_as_strong_as_any_and_right_for_nothing() {
        let parsed = PasswordHash::new(NOBODYS).unwrap();
        let params = Params::try_from(&parsed).unwrap();
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (MEMORY_KIB, PASSES, LANES));
        assert_eq!(parsed.hash.unwrap().as_bytes().len(), 32);
        assert_eq!(password("").verify(None), Ok(Verdict::Wrong));
        assert!(password("x").verify(Some("nonsense")).is_err());
    }

    #[test]
    fn the_list_of_common_passwords_is_as_it_is_looked_up() {
        assert_eq!(COMMON.lines().count(), 3_000);
        for line in COMMON.lines() {
            assert!(line.chars().count() >= PASSWORD_CHARS_MIN && line.to_lowercase() == line, "{line}");
        }
    }
}
