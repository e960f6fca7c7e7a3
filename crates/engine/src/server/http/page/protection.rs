//! Whether others on the network can see what is transferred, as a page says it.

use std::io::{self, Write};

use super::escape::write_text;
use crate::server::page_label::PageLabel;
use crate::server::page_text::{Localized, PageText};

/// How the connection is protected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Protection {
    /// It is encrypted.
    Encrypted,
    /// It is not.
    None {
        /// The address of the same page over TLS, if there is one.
        encrypted: Option<String>,
    },
}

/// Writes a chip that says so. Where there is a choice, it opens to an explanation and a link.
pub(super) fn write_protection(
    out: &mut impl Write,
    texts: Localized<'_>,
    protection: &Protection,
) -> io::Result<()> {
    let label = |label| texts.text(PageText::Label(label));
    match protection {
        Protection::Encrypted => {
            out.write_all(b"<p class=\"lock\"><b class=\"good\">")?;
            write_text(out, &label(PageLabel::Encrypted))?;
            out.write_all(b"</b></p>")
        }
        Protection::None { encrypted: None } => {
            out.write_all(b"<p class=\"lock\"><b>")?;
            write_text(out, &label(PageLabel::NotEncrypted))?;
            out.write_all(b"</b></p>")
        }
        Protection::None {
            encrypted: Some(address),
        } => {
            out.write_all(b"<details><summary>")?;
            write_text(out, &label(PageLabel::NotEncrypted))?;
            out.write_all(b"</summary><p>")?;
            write_text(out, &label(PageLabel::EncryptionWarning))?;
            out.write_all(b"</p><a href=\"")?;
            write_text(out, address)?;
            out.write_all(b"\">")?;
            write_text(out, &label(PageLabel::OpenEncrypted))?;
            out.write_all(b"</a></details>")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server::EnglishTexts;

    fn written(protection: &Protection) -> String {
        let texts = Localized::new(&EnglishTexts, &[]);
        let mut out = Vec::new();
        write_protection(&mut out, texts, protection).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_link_is_offered_only_where_there_is_a_choice() {
        let address = "https://10.0.0.1:8080/a/?q=\"><script>".to_owned();
        let choice = written(&Protection::None {
            encrypted: Some(address),
        });
        assert!(choice.contains("Not encrypted") && choice.contains("certificate"));
        assert!(choice.contains("href=\"https://10.0.0.1:8080/a/?q=&quot;&gt;&lt;script&gt;\""));
        for (protection, text) in [
            (Protection::Encrypted, ">Encrypted<"),
            (Protection::None { encrypted: None }, ">Not encrypted<"),
        ] {
            let written = written(&protection);
            assert!(
                written.contains(text) && !written.contains("<a "),
                "{written}"
            );
        }
    }
}
