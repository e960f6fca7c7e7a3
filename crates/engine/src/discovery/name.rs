//! The names under which computers announce themselves.

use crate::host_name;
use crate::printable::printable;

/// The maximum length of an instance name in bytes: it is one DNS label (RFC 6763, section 4.1.1).
pub const NAME_MAX_LEN: usize = 63;

/// The name of this computer unless the user chose another: the first label of its host name.
pub fn computer_name() -> String {
    usual_name(host_name::read().as_deref())
}

/// The first label of a host name, or `Landline` if it has none.
fn usual_name(host: Option<&str>) -> String {
    let label = host.and_then(|host| host.split('.').next());
    label
        .and_then(announced_name)
        .unwrap_or_else(|| "Landline".to_owned())
}

/// The name as it is announced: printable, on one line, without blanks around it, and at most [`NAME_MAX_LEN`] bytes long.
/// `None` if nothing remains.
pub fn announced_name(chosen: &str) -> Option<String> {
    let text = printable(chosen, false);
    let name = shortened(text.trim(), NAME_MAX_LEN).trim_end();
    (!name.is_empty()).then(|| name.to_owned())
}

/// The start of `text` in at most `most` bytes, cut between two characters.
pub(super) fn shortened(text: &str, most: usize) -> &str {
    &text[..text.floor_char_boundary(most)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_one_printable_label() {
        let long = "海".repeat(30);
        for (chosen, announced) in [
            ("Ann's laptop", Some("Ann's laptop")),
            ("  Ann\n\u{1b}[31m ", Some("Ann  [31m")),
            ("a.b\\c", Some("a.b\\c")),
            (&long, Some(&long[..63])),
            (&format!("a{long}"), Some(&format!("a{}", &long[..60])[..])),
            (&format!("{}  b", "a".repeat(62)), Some(&"a".repeat(62)[..])),
            ("", None),
            (" \t\u{202e} ", None),
        ] {
            assert_eq!(announced_name(chosen).as_deref(), announced, "{chosen:?}");
        }
    }

    #[test]
    fn without_a_choice_the_host_name_is_used() {
        for (host, name) in [
            (Some("ann-pc"), "ann-pc"),
            (Some("Anns-MacBook.local"), "Anns-MacBook"),
            (Some("pc.corp.example"), "pc"),
            (Some("客厅"), "客厅"),
            (Some(""), "Landline"),
            (Some(".local"), "Landline"),
            (None, "Landline"),
        ] {
            assert_eq!(usual_name(host), name, "{host:?}");
        }
        assert!(!computer_name().is_empty());
    }
}
