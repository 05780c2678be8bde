//! Where a text calls somebody by `@name`: which names it may be, for whoever knows the names.
//!
//! Pure. Names may have spaces, dots, anything: so at each `@` all beginnings that end between words are candidates, the
//! longest first.

use crate::protocol::NAME_CHARS_MAX;
use crate::secret;

/// Calls of one text that are looked at; what follows is just text.
pub const CALLS_MAX: usize = 20;
/// Candidates of one call: a name has no more words than that.
const CANDIDATES_MAX: usize = 8;
/// How everybody in a room is called.
pub const EVERYBODY: &str = "room";

/// For each `@` that does not stand inside a word the names that may stand there, folded, the longest first. What somebody else
/// has said (`> `) calls nobody, nor does code.
pub fn calls(text: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    let mut is_code = false;
    for line in text.lines() {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code && !line.starts_with('>') {
            calls.extend(calls_of(line));
        }
        if calls.len() >= CALLS_MAX {
            break;
        }
    }
    calls.truncate(CALLS_MAX);
    calls
}

/// The same for one line.
fn calls_of(line: &str) -> Vec<Vec<String>> {
    let (mut before, mut is_code) = (' ', false);
    let mut calls = Vec::new();
    for (at, c) in line.char_indices() {
        is_code ^= c == '`';
        if c == '@' && !before.is_alphanumeric() && !is_code && calls.len() < CALLS_MAX {
            let found = candidates(&line[at + 1..]);
            if !found.is_empty() {
                calls.push(found);
            }
        }
        before = c;
    }
    calls
}

/// What may be a name at the beginning of what is left of a line: it ends between two words.
fn candidates(line: &str) -> Vec<String> {
    let mut found = Vec::new();
    let mut chars = line.char_indices().take(NAME_CHARS_MAX).peekable();
    while let Some((at, c)) = chars.next() {
        let end = at + c.len_utf8();
        let follows = line[end..].chars().next();
        let is_end = !follows.is_some_and(|next| next.is_alphanumeric() && c.is_alphanumeric());
        if is_end && !c.is_whitespace() {
            found.push(secret::fold(&line[..end]));
        }
        if found.len() >= CANDIDATES_MAX {
            break;
        }
    }
    found.reverse();
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_may_be_any_name_that_ends_between_words() {
        assert_eq!(calls("hi @Rosa Lee, hi"), [["rosa lee, hi", "rosa lee,", "rosa lee", "rosa"]]);
        assert_eq!(calls("(@Bea)"), [["bea)", "bea"]]);
        assert_eq!(calls("@Ines\nand more"), [["ines"]]);
        assert_eq!(calls("@李雷 你好")[0].last().map(String::as_str), Some("李雷"));
        assert!(calls("a@b, @ , @").iter().all(|names| !names.contains(&String::new())));
        for nobody in ["post@example.org", "> @Rosa", "`@Rosa`", "```\n@Rosa\n```"] {
            assert!(calls(nobody).is_empty(), "{nobody}");
        }
        assert_eq!(calls("> @Bea\n`a` @Rosa"), [["rosa"]]);
    }

    #[test]
    fn a_text_full_of_calls_costs_no_more_than_a_few() {
        let calls = calls(&"@a b c d e f g h i j k ".repeat(1_000));
        assert_eq!(calls.len(), CALLS_MAX);
        assert!(calls.iter().all(|names| names.len() <= CANDIDATES_MAX));
    }
}
