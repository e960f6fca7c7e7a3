//! In which language a page is for whoever asks for it (RFC 9110 12.5.4).

use crate::settings::Language;
use crate::text;

/// The language that the lines of an `Accept-Language` like best; the program's own where they name
/// none that it speaks. What cannot be read in them is passed over: a wish is no order.
pub fn wanted(lines: &[&str]) -> Language {
    let mut best = None;
    for range in lines.iter().flat_map(|line| line.split(',')) {
        let (tag, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let Some((language, weight)) = text::of_tag(tag.trim()).zip(thousandths(weight.trim()))
        else {
            continue;
        };
        // Of two that are liked alike the first is meant.
        if weight > best.map_or(0, |(_, weight)| weight) {
            best = Some((language, weight));
        }
    }
    best.map_or_else(text::language, |(language, _)| language)
}

/// A weight like `q=0.8`, times a thousand (RFC 9110 12.4.2).
pub(super) fn thousandths(weight: &str) -> Option<u16> {
    let value = weight
        .strip_prefix("q=")
        .or_else(|| weight.strip_prefix("Q="))?;
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    if !matches!(whole, "0" | "1")
        || decimals.len() > 3
        || !decimals.bytes().all(|b| b.is_ascii_digit())
    {
        return None;
    }
    let value: u16 = format!("{whole}{decimals:0<3}").parse().ok()?;
    (value <= 1000).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_liked_language_is_chosen() {
        use Language::{Chinese, English};
        for (line, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", Chinese),
            ("en-GB,en;q=0.9,zh-CN;q=0.8", English),
            ("en;q=0.3, zh;q=0.31", Chinese),
            ("en;q=0.8,zh;q=0.8", English),
            ("zh ; q=0.5 , en ; q=0.501", English),
            ("de,fr;q=0.9,zh;q=0.1", Chinese),
            ("zh;q=0,en;q=0.001", English),
            ("ZH-hant-TW;Q=1.000", Chinese),
            // A weight that is none says nothing about the language before it.
            (
                "zh;q=2,zh;q=0.5x,zh;q=1.001,zh;q=,zh;level=1,en;q=0.1",
                English,
            ),
        ] {
            assert_eq!(wanted(&[line]), expected, "{line}");
        }
        assert_eq!(wanted(&["en;q=0.5", "zh"]), Chinese);
    }

    #[test]
    fn whoever_wishes_nothing_gets_the_programs_language() {
        for language in [Language::Chinese, Language::English] {
            text::set_language(language);
            for line in ["", "*", "de", "zh;q=0", ",;,q=1;", "中文"] {
                assert_eq!(wanted(&[line]), language, "{line}");
            }
            assert_eq!(wanted(&[]), language);
        }
    }
}
