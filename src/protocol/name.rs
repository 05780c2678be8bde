//! Which names people and rooms may have: such as one can see, and tell from others.
//!
//! The tables are from the Unicode Character Database, version 17: `Default_Ignorable_Code_Point` from
//! `DerivedCoreProperties.txt`, alphabets by the blocks of `Blocks.txt`. What is assigned at all, `unicode-normalization` knows.

use super::NAME_CHARS_MAX;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_public_assigned;

/// What somebody who has left is called; nobody who is here is.
pub const LEFT_NAME: &str = "Someone who left";

/// All of `Default_Ignorable_Code_Point`: what shows nothing by itself. Tags, fillers, joiners, directions, selectors.
const IGNORABLE: &[(char, char)] = &[
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{202a}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fff8}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];

/// What else looks like nothing, like a space or a line's end, or stands for something that is not there: Ogham's space,
/// Mongolian's soft hyphen, line and paragraph separators, Braille's blank, annotations and the missing object, Egyptian
/// joiners, Khitan's filler, music's null notehead.
const BLANK: &[(char, char)] = &[
    ('\u{1680}', '\u{1680}'),
    ('\u{1806}', '\u{1806}'),
    ('\u{2028}', '\u{2029}'),
    ('\u{2800}', '\u{2800}'),
    ('\u{fff9}', '\u{fffc}'),
    ('\u{13430}', '\u{13440}'),
    ('\u{16fe4}', '\u{16fe4}'),
    ('\u{1d159}', '\u{1d159}'),
];

/// Alphabets whose letters look like one another's, by their blocks, after NFKC.
const ALPHABETS: &[(Alphabet, char, char)] = &[
    (Alphabet::Latin, 'A', 'z'),
    (Alphabet::Latin, '\u{c0}', '\u{2af}'),
    (Alphabet::Greek, '\u{370}', '\u{3e1}'),
    (Alphabet::Coptic, '\u{3e2}', '\u{3ef}'),
    (Alphabet::Greek, '\u{3f0}', '\u{3ff}'),
    (Alphabet::Cyrillic, '\u{400}', '\u{52f}'),
    (Alphabet::Armenian, '\u{530}', '\u{58f}'),
    (Alphabet::Cherokee, '\u{13a0}', '\u{13ff}'),
    (Alphabet::Cyrillic, '\u{1c80}', '\u{1c8f}'),
    (Alphabet::Latin, '\u{1d00}', '\u{1d25}'),
    (Alphabet::Greek, '\u{1d26}', '\u{1d2a}'),
    (Alphabet::Cyrillic, '\u{1d2b}', '\u{1d2b}'),
    (Alphabet::Latin, '\u{1d2c}', '\u{1dbf}'),
    (Alphabet::Latin, '\u{1e00}', '\u{1eff}'),
    (Alphabet::Greek, '\u{1f00}', '\u{1fff}'),
    (Alphabet::Latin, '\u{2184}', '\u{2184}'),
    (Alphabet::Latin, '\u{2c60}', '\u{2c7f}'),
    (Alphabet::Coptic, '\u{2c80}', '\u{2cff}'),
    (Alphabet::Cyrillic, '\u{2de0}', '\u{2dff}'),
    (Alphabet::Lisu, '\u{a4d0}', '\u{a4ff}'),
    (Alphabet::Cyrillic, '\u{a640}', '\u{a69f}'),
    (Alphabet::Latin, '\u{a720}', '\u{a7ff}'),
    (Alphabet::Latin, '\u{ab30}', '\u{ab64}'),
    (Alphabet::Greek, '\u{ab65}', '\u{ab65}'),
    (Alphabet::Latin, '\u{ab66}', '\u{ab6f}'),
    (Alphabet::Cherokee, '\u{ab70}', '\u{abbf}'),
    (Alphabet::Greek, '\u{10140}', '\u{1018f}'),
    (Alphabet::Lisu, '\u{11fb0}', '\u{11fbf}'),
    (Alphabet::Latin, '\u{1df00}', '\u{1dfff}'),
    (Alphabet::Cyrillic, '\u{1e030}', '\u{1e08f}'),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Alphabet {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Coptic,
    Cherokee,
    Lisu,
}

/// Checks a person's or a room's name: 1 to 40 characters that one can see, single spaces, none of them at either end, and no
/// word of two alphabets that look alike.
///
/// # Errors
/// The text says what a name must be.
pub fn check_name(name: &str) -> Result<(), &'static str> {
    let chars = name.chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX {
        return Err("A name has 1 to 40 characters. Nothing was done; choose another.");
    }
    if name.trim() != name || name.split(char::is_whitespace).any(str::is_empty) {
        return Err(
            "A name does not begin or end with a space, nor has two in a row. Nothing was done; choose another.",
        );
    }
    if !name.chars().all(is_visible) || name.chars().all(|c| is_joiner(c) || c.is_whitespace()) {
        return Err("A name has only characters that one can see. Nothing was done; choose another.");
    }
    // As names are compared: letters in other clothes are those letters.
    let plain: String = name.nfkc().collect();
    let bare = plain.chars().filter(|c| !is_joiner(*c));
    if bare.flat_map(char::to_lowercase).eq(LEFT_NAME.chars().flat_map(char::to_lowercase)) {
        return Err("That is what those are called who have left. Nothing was done; choose another.");
    }
    if plain.split(|c: char| c.is_whitespace() || c.is_ascii_punctuation()).any(is_mixed) {
        return Err(
            "A word of a name is of one alphabet: Latin, Greek and Cyrillic letters look alike. Nothing was done; choose \
             another.",
        );
    }
    Ok(())
}

/// Whether a character may stand in a name: not a control character, nothing private, unassigned or reserved for programs
/// (Unicode `Cc`, `Co`, `Cn`), and nothing of the tables above but the joiners.
pub fn is_visible(c: char) -> bool {
    !c.is_control() && is_public_assigned(c) && !is_in(BLANK, c) && (is_joiner(c) || !is_in(IGNORABLE, c))
}

/// What changes how its neighbours look, is nothing by itself, and is needed by scripts and emoji: the two joiners, and the
/// two selectors of text and emoji. `secret::fold` makes them count for nothing.
pub(super) fn is_joiner(c: char) -> bool {
    matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Whether a word has letters of two alphabets that look alike (after UTS 39, highly restrictive).
fn is_mixed(word: &str) -> bool {
    let mut alphabets = word.chars().filter_map(alphabet);
    let first = alphabets.next();
    alphabets.any(|other| Some(other) != first)
}

fn alphabet(c: char) -> Option<Alphabet> {
    let found = ALPHABETS.iter().find(|(_, from, to)| (*from..=*to).contains(&c));
    found.filter(|_| c.is_alphabetic()).map(|(alphabet, ..)| *alphabet)
}

fn is_in(table: &[(char, char)], c: char) -> bool {
    table.iter().any(|(from, to)| (*from..=*to).contains(&c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_visible_and_short() {
        for good in
            ["R", "Inês", "Old Mr Pell", "小明", &"x".repeat(40), "👩‍🚀", "❤️ Rosa", "می‌خواهم", "O'Neill", "José 2"]
        {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        for bad in [
            "",
            " ",
            " x",
            "x ",
            "a  b",
            "a\u{a0} b",
            "a\nb",
            "\u{200d}",
            "\u{200d} \u{200d}",
            "someone Who left",
            &"x".repeat(41),
        ] {
            assert!(check_name(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn what_one_does_not_see_is_in_no_name() {
        let seen = |c: char| check_name(&format!("Rosa{c}x")) == Ok(());
        let ignorable: Vec<char> = IGNORABLE.iter().flat_map(|(from, to)| *from..=*to).collect();
        assert_eq!(ignorable.len(), 4_174, "as many as DerivedCoreProperties.txt counts");
        let kept: Vec<char> = ignorable.into_iter().filter(|c| seen(*c)).collect();
        assert_eq!(kept, ['\u{200c}', '\u{200d}', '\u{fe0e}', '\u{fe0f}']);
        let blank = BLANK.iter().flat_map(|(from, to)| *from..=*to);
        let private_and_unassigned =
            ['\u{e000}', '\u{f0000}', '\u{10fffd}', '\u{ffff}', '\u{fdd0}', '\u{10ffff}', '\u{378}'];
        let controls = ('\0'..='\u{1f}').chain('\u{7f}'..='\u{9f}');
        for c in blank.chain(private_and_unassigned).chain(controls) {
            assert!(!seen(c), "U+{:04X}", u32::from(c));
        }
    }

    #[test]
    fn a_word_is_of_one_alphabet() {
        for good in [
            "Роза",
            "Ρόζα",
            "Rosa Роза",
            "Anna-Мария",
            "Сашко7",
            "ΣΊΣΥΦΟΣ",
            "東京 Tokyo",
            "東京Rosa",
            "Հայկ",
            "Café №5",
        ] {
            assert_eq!(check_name(good), Ok(()), "{good}");
        }
        let mixed = "A word of a name is of one alphabet";
        for bad in [
            "R\u{43e}sa", // Cyrillic o
            "B\u{43e}ss",
            "Bos\u{455}",       // Cyrillic dze
            "R\u{3bf}sa",       // Greek omicron
            "\u{420}оѕ\u{3b1}", // Cyrillic with a Greek alpha
            "Ｒ\u{43e}sa",      // the Latin letter in full width
            "Ros\u{430}\u{301}",
            "R\u{585}sa",        // Armenian oh
            "\u{13a1}osa",       // Cherokee e
            "Boss\u{2c9f}",      // Coptic o
            "\u{a4e3}osa",       // Lisu za
            "R\u{1d0f}s\u{430}", // small capital o
        ] {
            assert!(check_name(bad).is_err_and(|text| text.starts_with(mixed)), "{bad:?}");
        }
    }
}
