//! The query of a target, `after=7&q=ro+sa`, as forms and `URLSearchParams` write it.

use super::target::decode_bytes;

/// The value of the first field of that name, decoded; `None` if there is none or it is not UTF-8.
pub fn value(query: Option<&str>, name: &str) -> Option<String> {
    let field = query?.split('&').find_map(|field| {
        let (found, value) = field.split_once('=').unwrap_or((field, ""));
        (found == name).then_some(value)
    })?;
    String::from_utf8(decode_bytes(&field.replace('+', " ")).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_field_of_the_name_is_found_and_decoded() {
        for (query, expected) in [
            (None, None),
            (Some(""), None),
            (Some("q"), Some("")),
            (Some("q=a+b%20c%2Bd"), Some("a b c+d")),
            (Some("after=1&q=%C3%A9&q=2"), Some("é")),
            (Some("qq=1&Q=2"), None),
            (Some("q=%FF"), None),
            (Some("q=a=b"), Some("a=b")),
        ] {
            assert_eq!(value(query, "q").as_deref(), expected, "{query:?}");
        }
    }
}
