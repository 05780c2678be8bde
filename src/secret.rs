//! Tokens and their hashes. (Being written.)

/// A session token as the cookie carries it: 256 random bits in base64url, 43 characters.
pub struct Token(pub String);

/// What the database keeps of a token: its SHA-256.
pub type TokenHash = [u8; 32];

/// Makes the token of 32 random bytes.
pub fn token_from(_random: [u8; 32]) -> Token {
    Token(String::new())
}

/// Hashes a token as a cookie brought it.
pub fn hash(_token: &str) -> TokenHash {
    [0; 32]
}
