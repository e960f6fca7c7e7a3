//! What people read of a server in a browser. The engine knows when to say it; the words, and the languages that there
//! are, are the application's.

use std::fmt::Debug;

use crate::numbers::grouped;
use landline_http1::language::negotiate;

/// A text on the page of a folder or in a short answer: one line, which is escaped where it is put into HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageText {
    /// What the shared folder itself is called.
    Title,
    /// Head of the column with the names.
    Name,
    /// Head of the column with the sizes.
    Size,
    /// Head of the column with the times of the last change.
    Modified,
    /// The folder has no entries.
    Empty,
    /// How many entries are left out because their names cannot be sent; at least one.
    Omitted(u64),
    /// There is no such file (404).
    NotFound,
    /// The file may not be read (403).
    Forbidden,
    /// Too many large folders are being listed (503).
    ListingsBusy,
    /// A page of another site asked for it (403).
    Embedding,
    /// `Host` is a name that the server does not answer to (421).
    Misdirected,
}

/// The texts in one language or in several. Asked at each request, so what it answers may change while the server runs.
pub trait PageTexts: Debug + Send + Sync {
    /// The tags (RFC 5646) of its languages, at least one. The first is for those who prefer none of them.
    fn languages(&self) -> &'static [&'static str];

    /// `text` in `language`, which is one of [`languages`](Self::languages).
    fn text(&self, language: &str, text: PageText) -> String;
}

/// Plain English, for a server that is told nothing else.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnglishTexts;

impl PageTexts for EnglishTexts {
    fn languages(&self) -> &'static [&'static str] {
        &["en"]
    }

    fn text(&self, _: &str, text: PageText) -> String {
        let fixed = match text {
            PageText::Title => "Shared folder",
            PageText::Name => "Name",
            PageText::Size => "Size",
            PageText::Modified => "Modified",
            PageText::Empty => "This folder is empty.",
            PageText::Omitted(1) => "1 file or folder is left out because its name cannot be sent.",
            PageText::Omitted(count) => {
                return format!(
                    "{} files and folders are left out because their names cannot be sent.",
                    grouped(count)
                );
            }
            PageText::NotFound => "File not found.",
            PageText::Forbidden => "Permission denied.",
            PageText::ListingsBusy => {
                "Too many large folders are being listed right now. Try again in a few seconds."
            }
            PageText::Embedding => {
                "A page on another site requested this. Open the address directly instead."
            }
            PageText::Misdirected => {
                "This server does not accept that host name. Use its IP address, or start it with --allow-host and the name."
            }
        };
        fixed.to_owned()
    }
}

/// The texts in the language of one request.
#[derive(Clone, Copy, Debug)]
pub struct Localized<'a> {
    texts: &'a dyn PageTexts,
    language: &'static str,
}

impl<'a> Localized<'a> {
    /// Those that the lines of `Accept-Language` prefer.
    pub fn new(texts: &'a dyn PageTexts, accept_language: &[&str]) -> Self {
        Self {
            texts,
            language: negotiate(accept_language, texts.languages()),
        }
    }

    /// The tag, for `lang` in HTML.
    pub fn language(&self) -> &'static str {
        self.language
    }

    /// The words.
    pub fn text(&self, text: PageText) -> String {
        self.texts.text(self.language, text)
    }
}
