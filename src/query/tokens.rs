//! The tokens of a text: what can be looked for in it.

use crate::secret::fold;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a token; longer ones are cut, in messages as in what is looked for.
const TOKEN_CHARS_MAX: usize = 40;
/// Characters of a beginning by which a word is found; fewer mean a whole word.
pub const PREFIX_CHARS_MIN: usize = 3;

/// The tokens of `text`, in order: its words, folded and without accents. Of writing that has no spaces between words (Chinese,
/// Japanese, Korean, Thai and the like) each character is a token, and so is each emoji.
pub fn tokens(text: &str) -> Vec<String> {
    let folded = fold(text);
    // Where an accent is a character of its own, it is taken away; what is then left is put together again.
    let plain = folded.nfkd().filter(|c| !matches!(c, '\u{300}'..='\u{36f}')).nfc();
    let (mut tokens, mut word, mut chars) = (Vec::new(), String::new(), 0);
    for c in plain {
        let stands_alone = stands_alone(c);
        if stands_alone || !(c.is_alphanumeric() || is_combining_mark(c)) {
            if !word.is_empty() {
                tokens.push(std::mem::take(&mut word));
            }
            chars = 0;
            if stands_alone {
                tokens.push(c.to_string());
            }
        } else if chars < TOKEN_CHARS_MAX {
            word.push(c);
            chars += 1;
        }
    }
    if !word.is_empty() {
        tokens.push(word);
    }
    tokens
}

/// Whether the last token of what is looked for may go on: a word of some letters.
pub(super) fn goes_on(token: &str) -> bool {
    (PREFIX_CHARS_MIN..TOKEN_CHARS_MAX).contains(&token.chars().count())
}

/// Whether there is a link in `text`.
pub fn has_link(text: &str) -> bool {
    ["http://", "https://"].iter().any(|scheme| {
        text.match_indices(scheme)
            .any(|(at, _)| text[at + scheme.len()..].starts_with(|c: char| c.is_alphanumeric() || c == '['))
    })
}

/// Whether a character is a token by itself.
fn stands_alone(c: char) -> bool {
    matches!(c,
        '\u{e00}'..='\u{eff}' // Thai, Lao
        | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' // Myanmar, Khmer
        | '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}' // emoji
        | '\u{3005}'..='\u{3007}' | '\u{3021}'..='\u{3029}' // ideographs among the signs
        | '\u{3041}'..='\u{3096}' | '\u{3099}'..='\u{309f}' | '\u{30a1}'..='\u{30fa}' | '\u{30fc}'..='\u{312f}' // kana, bopomofo
        | '\u{3131}'..='\u{318e}' | '\u{31a0}'..='\u{31bf}' | '\u{31f0}'..='\u{31ff}'
        | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' // ideographs
        | '\u{1100}'..='\u{11ff}' | '\u{ac00}'..='\u{d7a3}' // hangul
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_has_one_form_however_it_is_written() {
        for (text, expected) in [
            ("Crème BRÛLÉE, e\u{301}!", "creme brulee e"),
            ("Straße STRASSE", "strasse strasse"),
            ("ПРИВЕТ, ёлка", "привет елка"),
            ("don't foo_bar-baz.rs", "don t foo bar baz rs"),
            ("Ｆｕｌｌ ﬁre №5", "full fire no5"),
            ("`let x = 1;`", "let x 1"),
            ("हिन्दी भाषा", "हिन्दी भाषा"),
            ("سلام دنیا", "سلام دنیا"),
            ("Tiếng Việt", "tieng viet"),
            ("!!! -- …", ""),
        ] {
            assert_eq!(tokens(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn where_words_have_no_spaces_every_character_is_a_token() {
        for (text, expected) in [
            ("今天thursday吃饭", "今 天 thursday 吃 饭"),
            ("パンが焼けた", "パ ン が 焼 け た"),
            ("ﾊﾟﾝ", "パ ン"),
            ("빵이 다 됐어", "빵 이 다 됐 어"),
            ("ข้าว", "ข ้ า ว"),
            ("done🎉🎉ok", "done 🎉 🎉 ok"),
        ] {
            assert_eq!(tokens(text).join(" "), expected, "{text}");
        }
    }

    #[test]
    fn a_token_has_a_length_that_is_bounded() {
        assert_eq!(tokens(&"a".repeat(1_000)), ["a".repeat(TOKEN_CHARS_MAX)]);
        assert!(goes_on("abc") && !goes_on("ab") && !goes_on(&"a".repeat(TOKEN_CHARS_MAX)));
    }

    #[test]
    fn a_link_is_one_that_leads_somewhere() {
        assert!(has_link("see https://example.org") && has_link("http://[::1]/"));
        assert!(!has_link("https://") && !has_link("http:// x") && !has_link("example.org"));
    }
}
