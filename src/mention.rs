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
/// What code stands between, on lines of its own.
const FENCE: &str = "```";
/// How everybody in a room is called.
pub const EVERYBODY: &str = "room";

/// For each `@` that does not stand inside a word the names that may stand there, folded, the longest first. What somebody else
/// has said (`> `) calls nobody, nor does code.
pub fn calls(text: &str) -> Vec<Vec<String>> {
    let mut calls = Vec::new();
    let lines: Vec<&str> = text.lines().collect();
    let last = lines.iter().rposition(|line| line.trim() == FENCE).unwrap_or(0);
    let mut at = 0;
    while at < lines.len() && calls.len() < CALLS_MAX {
        if let Some(next) = behind_code(&lines, last, at) {
            at = next;
            continue;
        }
        if !lines[at].starts_with('>') {
            calls.extend(calls_of(lines[at]));
        }
        at += 1;
    }
    calls.truncate(CALLS_MAX);
    calls
}

/// The line behind the block of code that begins here, if one does: as `assets/core/markup.js` sees it, so that whoever is
/// marked as called is called. `last` is the last line that may end one: looked for once.
fn behind_code(lines: &[&str], last: usize, at: usize) -> Option<usize> {
    let rest = lines[at].trim().strip_prefix(FENCE)?;
    if let Some(inside) = rest.strip_suffix(FENCE) {
        return (!inside.trim().is_empty()).then_some(at + 1);
    }
    if at >= last || !rest.chars().all(|c| c.is_ascii_alphanumeric() || "_+#.-".contains(c)) {
        return None;
    }
    let end = at + 1 + lines[at + 1..].iter().position(|line| line.trim() == FENCE)?;
    (end > at + 1).then_some(end + 1)
}

/// The same for one line.
fn calls_of(line: &str) -> Vec<Vec<String>> {
    let (mut before, mut code_ends) = (' ', 0);
    let mut calls = Vec::new();
    for (at, c) in line.char_indices() {
        if c == '`' && at >= code_ends {
            let inside =
                line[at + 1..].split_once('`').map(|(inside, _)| inside).filter(|inside| !inside.trim().is_empty());
            code_ends = inside.map_or(code_ends, |inside| at + 2 + inside.len());
        }
        if c == '@' && !before.is_alphanumeric() && at >= code_ends && calls.len() < CALLS_MAX {
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
    let chars = line.char_indices().take(NAME_CHARS_MAX);
    for (at, c) in chars {
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
        // What is no code, since nothing closes it, is text.
        for called in [
            "```x```\n@Bea",
            "```\n@Bea",
            "it`s ready @Bea",
            "```not a language\n@Bea\n```",
            "```\n```\n@Bea",
            "`` @Bea",
        ] {
            assert_eq!(calls(called), [["bea"]], "{called}");
        }
    }

    #[test]
    fn a_text_full_of_calls_costs_no_more_than_a_few() {
        let calls = calls(&"@a b c d e f g h i j k ".repeat(1_000));
        assert_eq!(calls.len(), CALLS_MAX);
        assert!(calls.iter().all(|names| names.len() <= CANDIDATES_MAX));
    }
}
