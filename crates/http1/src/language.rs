//! `Accept-Language` (RFC 9110 section 12.5.4). Pure.

/// The `offered` tag that the lines of an `Accept-Language` prefer; the first one if they name none of them. Only primary
/// subtags are compared: readers of one kind of Chinese can read another. Malformed elements are ignored.
pub fn negotiate<'a>(lines: &[&str], offered: &[&'a str]) -> &'a str {
    let mut best = None;
    for range in lines.iter().flat_map(|line| line.split(',')) {
        let (wanted, weight) = range.split_once(';').unwrap_or((range, "q=1"));
        let wanted = primary(wanted.trim());
        let found = offered
            .iter()
            .find(|tag| primary(tag).eq_ignore_ascii_case(wanted));
        let Some((tag, weight)) = found.zip(thousandths(weight.trim())) else {
            continue;
        };
        // The first of two with the same weight wins.
        if weight > best.map_or(0, |(_, weight)| weight) {
            best = Some((*tag, weight));
        }
    }
    best.map(|(tag, _)| tag)
        .or_else(|| offered.first().copied())
        .unwrap_or_default()
}

/// The primary subtag: a tag without its script and region.
fn primary(tag: &str) -> &str {
    tag.split(['-', '_']).next().unwrap_or(tag)
}

/// A weight like `q=0.8` in thousandths (RFC 9110 section 12.4.2).
pub(crate) fn thousandths(weight: &str) -> Option<u16> {
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
    fn the_preferred_language_is_chosen() {
        for (line, expected) in [
            ("zh-CN,zh;q=0.9,en;q=0.8", "zh-CN"),
            ("en-GB,en;q=0.9,zh-CN;q=0.8", "en"),
            ("en;q=0.3, zh;q=0.31", "zh-CN"),
            ("en;q=0.8,zh;q=0.8", "en"),
            ("zh ; q=0.5 , en ; q=0.501", "en"),
            ("de,fr;q=0.9,zh;q=0.1", "zh-CN"),
            ("zh;q=0,en;q=0.001", "en"),
            ("ZH-hant-TW;Q=1.000", "zh-CN"),
            // A weight that is none says nothing about the language before it.
            (
                "zh;q=2,zh;q=0.5x,zh;q=1.001,zh;q=,zh;level=1,en;q=0.1",
                "en",
            ),
        ] {
            for offered in [["en", "zh-CN"], ["zh-CN", "en"]] {
                assert_eq!(negotiate(&[line], &offered), expected, "{line}");
            }
        }
        assert_eq!(negotiate(&["en;q=0.5", "zh"], &["en", "zh-CN"]), "zh-CN");
    }

    #[test]
    fn whoever_prefers_none_gets_the_first() {
        for offered in [["zh-CN", "en"], ["en", "zh-CN"]] {
            for line in ["", "*", "de", "zh;q=0", ",;,q=1;", "中文"] {
                assert_eq!(negotiate(&[line], &offered), offered[0], "{line}");
            }
            assert_eq!(negotiate(&[], &offered), offered[0]);
        }
    }
}
