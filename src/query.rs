//! What somebody looks for, as they type it: words, phrases, and conditions such as `from:rosa`. And the tokens that a text is
//! taken apart into, which are the same in a message and in what is looked for.
//!
//! Pure. Who and what the names stand for, the store knows.

mod days;
mod tokens;

pub use days::Day;
pub use tokens::{PREFIX_CHARS_MIN, has_link, tokens};

/// Characters of what is looked for.
pub const QUERY_CHARS_MAX: usize = 200;
/// Tokens of what is looked for, and names in it, so that one search stays small.
pub const QUERY_PARTS_MAX: usize = 24;

/// What a message has beside its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Has {
    /// A link.
    Link,
    /// Any file.
    File,
    /// A file that is a picture.
    Image,
}

/// Something that stands in a message's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its tokens, which stand there in this order, one beside the other; at least one.
    pub tokens: Vec<String>,
    /// The last token may go on.
    pub is_prefix: bool,
}

/// Something that a message is or is not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mark {
    /// By somebody: the name as typed, `me` being oneself.
    From(String),
    /// In a room: the name as typed.
    In(String),
    /// It has something.
    Has(Has),
}

/// What somebody looks for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// All of these stand in the text.
    pub terms: Vec<Term>,
    /// None of these stands in the text.
    pub no_terms: Vec<Term>,
    /// What it is: of several people or rooms one of them, and of what it has all.
    pub marks: Vec<Mark>,
    /// What it is not.
    pub no_marks: Vec<Mark>,
    /// The first day on which it was written.
    pub since: Option<Day>,
    /// The first day on which it was not written any more.
    pub until: Option<Day>,
}

impl Query {
    /// What to mark in what was found: the tokens of the terms, each once.
    pub fn words(&self) -> Vec<String> {
        let mut words: Vec<String> = self.terms.iter().flat_map(|term| term.tokens.iter().cloned()).collect();
        words.sort_unstable();
        words.dedup();
        words
    }
}

/// Reads what somebody looks for.
///
/// # Errors
/// What is wrong with it, in a sentence for that person.
pub fn parse(text: &str) -> Result<Query, String> {
    let chars = text.chars().count();
    if chars > QUERY_CHARS_MAX {
        return Err(format!("What you look for has {chars} characters; {QUERY_CHARS_MAX} are allowed."));
    }
    let mut query = Query::default();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (piece, behind) = Piece::take(rest);
        query.add(&piece, behind.is_empty())?;
        rest = behind.trim_start();
    }
    let terms = query.terms.iter().chain(&query.no_terms).map(|term| term.tokens.len()).sum::<usize>();
    if terms + query.marks.len() + query.no_marks.len() > QUERY_PARTS_MAX {
        return Err(format!("That is too much at once; look for {QUERY_PARTS_MAX} words at most."));
    }
    let has_days = query.since.is_some() || query.until.is_some();
    if query.terms.is_empty() && query.marks.is_empty() && !has_days {
        return Err(
            "There is nothing to look for yet; name a word, a person (from:), a room (in:) or a day.".to_owned()
        );
    }
    Ok(query)
}

/// One piece of what was typed.
#[derive(Debug, PartialEq, Eq)]
struct Piece<'a> {
    is_no: bool,
    /// The operator before the colon, in lower case; empty if there is none.
    operator: String,
    value: &'a str,
    is_quoted: bool,
}

/// What may stand before a colon.
const OPERATORS: [&str; 6] = ["from", "in", "before", "after", "on", "has"];

impl<'a> Piece<'a> {
    /// The piece at the beginning of `text`, which is not white space, and what is behind it.
    fn take(text: &'a str) -> (Piece<'a>, &'a str) {
        let (is_no, mut text) = match text.strip_prefix('-') {
            Some(rest) if !rest.is_empty() && !rest.starts_with(char::is_whitespace) => (true, rest),
            _ => (false, text),
        };
        let mut operator = String::new();
        if let Some((word, value)) = text.split_once(':')
            && OPERATORS.iter().any(|known| word.eq_ignore_ascii_case(known))
        {
            operator = word.to_ascii_lowercase();
            text = value;
        }
        if let Some(quoted) = text.strip_prefix(['"', '“', '„']) {
            let (value, behind) = quoted.split_once(['"', '”', '“']).unwrap_or((quoted, ""));
            return (Piece { is_no, operator, value, is_quoted: true }, behind);
        }
        let end = text.find(char::is_whitespace).unwrap_or(text.len());
        (Piece { is_no, operator, value: &text[..end], is_quoted: false }, &text[end..])
    }
}

impl Query {
    fn add(&mut self, piece: &Piece<'_>, is_last: bool) -> Result<(), String> {
        if piece.operator.is_empty() {
            self.add_term(piece, is_last);
            return Ok(());
        }
        let value = piece.value.trim();
        if value.is_empty() {
            // It is still being typed.
            return if is_last { Ok(()) } else { Err(format!("There is nothing behind {}:.", piece.operator)) };
        }
        let mark = match piece.operator.as_str() {
            "from" => Mark::From(value.trim_start_matches('@').to_owned()),
            "in" => Mark::In(value.trim_start_matches('#').to_owned()),
            "has" => Mark::Has(has(value)?),
            operator => return self.add_days(operator, value, piece.is_no),
        };
        if piece.is_no {
            self.no_marks.push(mark)
        } else {
            self.marks.push(mark)
        }
        Ok(())
    }

    fn add_term(&mut self, piece: &Piece<'_>, is_last: bool) {
        let tokens = tokens(piece.value);
        let Some(last) = tokens.last() else { return };
        let goes_on = piece.value.ends_with('*') || (is_last && !piece.is_no);
        // Behind a sign such as `.` a new word would begin.
        let is_open = piece.value.trim_end_matches('*').ends_with(|c: char| !c.is_ascii() || c.is_ascii_alphanumeric());
        let is_prefix = goes_on && is_open && !piece.is_quoted && tokens::goes_on(last);
        let term = Term { tokens, is_prefix };
        if piece.is_no { self.no_terms.push(term) } else { self.terms.push(term) }
    }

    fn add_days(&mut self, operator: &str, value: &str, is_no: bool) -> Result<(), String> {
        if is_no {
            return Err(format!("-{operator}: is not understood; turn it around."));
        }
        let day = Day::parse(value).ok_or_else(|| {
            format!("{operator}:{value} is not understood; a day is written as in {operator}:2026-11-23.")
        })?;
        let (since, until) = match operator {
            "before" => (None, Some(day)),
            "after" => (Some(day.next()), None),
            _ => (Some(day), Some(day.next())),
        };
        self.since = self.since.max(since);
        self.until = match (self.until, until) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
        Ok(())
    }
}

fn has(value: &str) -> Result<Has, String> {
    match value.to_ascii_lowercase().as_str() {
        "link" | "links" => Ok(Has::Link),
        "file" | "files" => Ok(Has::File),
        "image" | "images" => Ok(Has::Image),
        _ => Err(format!("has:{value} is not understood; there are has:link, has:file and has:image.")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn term(text: &str, is_prefix: bool) -> Term {
        Term { tokens: text.split(' ').map(str::to_owned).collect(), is_prefix }
    }

    #[test]
    fn words_phrases_prefixes_and_negatives_are_told_apart() {
        let query = parse("Loaf but* -burnt \"Save me\" but").unwrap();
        assert_eq!(query.terms, [term("loaf", false), term("but", true), term("save me", false), term("but", true)]);
        assert_eq!(query.no_terms, [term("burnt", false)]);
        assert_eq!(parse("loaf ").unwrap().terms, [term("loaf", false)], "it has been typed to its end");
        assert_eq!(parse("don't").unwrap().terms, [term("don t", false)]);
        assert_eq!(parse("\"never closed").unwrap().terms, [term("never closed", false)]);
        assert_eq!(parse("„so“ “or” so").unwrap().terms.len(), 3);
        assert_eq!(parse("http://example.org").unwrap().terms, [term("http example org", true)]);
    }

    #[test]
    fn conditions_are_read_with_and_without_quotes() {
        let query = parse(r#"from:"Rosa Lee" FROM:me in:#kitchen -from:@joss has:links -has:image"#).unwrap();
        let from = |name: &str| Mark::From(name.to_owned());
        assert_eq!(query.marks, [from("Rosa Lee"), from("me"), Mark::In("kitchen".to_owned()), Mark::Has(Has::Link)]);
        assert_eq!(query.no_marks, [from("joss"), Mark::Has(Has::Image)]);
        let days = parse("after:2026-10-31 before:2026-12-01").unwrap();
        assert_eq!((days.since, days.until), (Day::parse("2026-11-01"), Day::parse("2026-12-01")));
        let day = parse("on:2024-02-29").unwrap();
        assert_eq!((day.since, day.until), (Day::parse("2024-02-29"), Day::parse("2024-03-01")));
    }

    #[test]
    fn what_cannot_be_looked_for_is_refused_in_words() {
        for text in [
            "",
            "  ",
            "-",
            "--",
            "\"",
            "\"\"",
            "*",
            "()",
            "-loaf",
            "-from:rosa",
            "from:",
            "from: loaf",
            "has:money",
            "on:monday",
            "-on:2026-11-23",
            "before:2026-02-30",
            &"a".repeat(201),
            &"a ".repeat(25),
            "^",
            "!!! ???",
            "-\"a b\"",
        ] {
            let refused = parse(text).expect_err(text);
            assert!(refused.ends_with('.') && refused.len() > 20, "{refused}");
        }
    }

    #[test]
    fn nothing_that_is_typed_does_harm() {
        for text in [
            "a OR b",
            "NEAR(a b)",
            "text:a",
            "{a b}: c",
            "a AND",
            "NOT a",
            "a\" OR \"b",
            "a'; drop",
            "\u{0}a",
            "^a + b",
        ] {
            let query = parse(text).unwrap();
            assert!(
                query
                    .terms
                    .iter()
                    .flat_map(|term| &term.tokens)
                    .all(|token| token.chars().all(|c| c.is_alphanumeric()))
            );
        }
    }

    #[test]
    fn what_is_being_typed_is_no_mistake_at_any_point() {
        let whole = "loaf \"of bread\" from:\"Rosa Lee\" has:link";
        for end in 1..=whole.len() {
            let result = parse(&whole[..end]);
            assert!(result.is_ok() || whole[..end].contains("has:"), "{:?}: {result:?}", &whole[..end]);
        }
    }
}
