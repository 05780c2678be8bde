//! Session tokens and their hashes, and the one form that a name is compared in.
//!
//! Pure: random bytes come in as an argument.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest, Sha256};
use unicode_normalization::UnicodeNormalization;

/// What the database keeps of a token: its SHA-256. A token has 256 random bits, so a fast hash without salt is enough.
pub type TokenHash = [u8; 32];

/// A session token as the cookie carries it: 256 random bits in base64url, 43 characters. Has no `Debug`, so that it is never logged.
pub struct Token(String);

impl Token {
    /// The token of 32 random bytes.
    pub fn from_random(random: [u8; 32]) -> Token {
        Token(BASE64URL_NOPAD.encode(&random))
    }

    /// The cookie's value.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What the database keeps of it.
    pub fn hash(&self) -> TokenHash {
        hash(&self.0)
    }
}

/// Hashes a token as a cookie brought it.
pub fn hash(token: &str) -> TokenHash {
    Sha256::digest(token.as_bytes()).into()
}

/// The form in which names are compared: full Unicode case folding between two NFKC normalisations, so that `Straße`,
/// `STRASSE` and `ｓｔｒａｓｓｅ` are one name (Unicode 3.13, caseless matching). Joiners and variation selectors count for nothing.
pub fn fold(name: &str) -> String {
    let is_seen = |c: &char| !matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe00}'..='\u{fe0f}');
    let composed: String = name.chars().filter(is_seen).nfkc().collect();
    unicase::UniCase::unicode(composed).to_folded_case().nfkc().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_hashes_as_its_cookie_does() {
        let token = Token::from_random([7; 32]);
        assert_eq!(token.as_str().len(), 43);
        assert_eq!(token.hash(), hash(token.as_str()));
        assert_ne!(token.hash(), Token::from_random([8; 32]).hash());
    }

    #[test]
    fn one_name_has_one_form() {
        for (a, b) in [
            ("Rosa", "rOSA"),
            ("Straße", "STRASSE"),
            ("Ångström", "A\u{30a}NGSTRO\u{308}M"),
            ("Ｒｏｓａ", "rosa"),
            ("Ro\u{200d}sa\u{fe0f}", "rosa"),
            ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ] {
            assert_eq!(fold(a), fold(b), "{a} and {b}");
        }
        assert_ne!(fold("Rosa"), fold("Rose"));
    }
}
