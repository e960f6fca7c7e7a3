//! Texts that the server sends to browsers. The engine decides which one; the application provides wording and
//! languages.

use std::fmt::Debug;

use super::page_label::PageLabel;
use super::receiving::NotReceived;
use crate::numbers::grouped;
use landline_http1::language::negotiate;

/// A text on the page of a folder or in a short response: one line, which is escaped when it is inserted into
/// HTML.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageText {
    /// The title of the shared folder.
    Title,
    /// The heading of the name column.
    Name,
    /// The heading of the size column.
    Size,
    /// The heading of the modification time column.
    Modified,
    /// The folder has no entries.
    Empty,
    /// The number of entries omitted because their names cannot be sent; at least one.
    Omitted(u64),
    /// The number of files in a folder.
    Files(u64),
    /// The number of folders in a folder.
    Folders(u64),
    /// A day, of this year unless `year` says otherwise; `month` and `day` count from 1.
    Date {
        /// The year, if it is another one.
        year: Option<i16>,
        /// 1 to 12.
        month: u8,
        /// 1 to 31.
        day: u8,
    },
    /// A fixed text of the page.
    Label(PageLabel),
    /// The file does not exist (404).
    NotFound,
    /// The file cannot be read (403).
    Forbidden,
    /// Too many large folders are being listed (503).
    ListingsBusy,
    /// Too many archives are being made (503).
    ArchivesBusy,
    /// An archive would have too many files (507).
    ArchiveTooLarge,
    /// A page of another site made the request (403).
    Embedding,
    /// The server does not accept this `Host` (421).
    Misdirected,
    /// The share has a password (401).
    PasswordNeeded,
    /// The password is wrong (401).
    WrongPassword,
    /// The link has a token that does not open the share (401).
    WrongLink,
    /// Too many wrong passwords came from this address (429), which may try again after so many seconds; at least one.
    TooManyPasswords(u64),
    /// Files can be sent here, and nothing be listed or downloaded (403).
    SendOnly,
    /// What was sent is not stored.
    NotReceived(NotReceived),
    /// The number of files of a form that are stored.
    Received(u64),
    /// The link back to the page with the form.
    Back,
}

/// The texts in one or more languages. Called for each request, so the texts may change while the server runs.
pub trait PageTexts: Debug + Send + Sync {
    /// The language tags (RFC 5646), at least one. The first is the fallback.
    fn languages(&self) -> &'static [&'static str];

    /// `text` in `language`, which is one of [`languages`](Self::languages).
    fn text(&self, language: &str, text: PageText) -> String;
}

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
];

/// Plain English, the default.
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
            PageText::Files(1) => "1 file",
            PageText::Files(count) => return format!("{} files", grouped(count)),
            PageText::Folders(1) => "1 folder",
            PageText::Folders(count) => return format!("{} folders", grouped(count)),
            PageText::Date { year, month, day } => {
                let month = MONTHS
                    .get(usize::from(month).saturating_sub(1))
                    .unwrap_or(&"");
                let year = year.map_or_else(String::new, |year| format!(" {year}"));
                return format!("{day} {month}{year}");
            }
            PageText::Label(label) => label.english(),
            PageText::NotFound => "File not found.",
            PageText::Forbidden => "Permission denied.",
            PageText::ListingsBusy => {
                "Too many large folders are being listed right now. Try again in a few seconds."
            }
            PageText::ArchivesBusy => {
                "Too many ZIP archives are being made right now. Try again in a few seconds."
            }
            PageText::ArchiveTooLarge => {
                "There are too many files for one ZIP archive. Download its folders one by one."
            }
            PageText::Embedding => {
                "A page on another site requested this. Open the address directly instead."
            }
            PageText::Misdirected => {
                "This computer does not answer to that host name. Use its IP address, or ask the person who shares to add the name in the settings of Landline (or with --allow-host)."
            }
            PageText::PasswordNeeded => "A password is needed.",
            PageText::WrongPassword => "The password is wrong.",
            PageText::WrongLink => "This link no longer works.",
            PageText::TooManyPasswords(1) => {
                "There were too many wrong passwords. Try again in 1 second."
            }
            PageText::TooManyPasswords(secs) => {
                return format!(
                    "There were too many wrong passwords. Try again in {secs} seconds."
                );
            }
            PageText::SendOnly => "Files can be sent to this computer, but not downloaded from it.",
            PageText::NotReceived(why) => not_received(why),
            PageText::Received(0) => "Nothing was sent.",
            PageText::Received(1) => "1 file was sent.",
            PageText::Received(count) => return format!("{} files were sent.", grouped(count)),
            PageText::Back => "Back",
        };
        fixed.to_owned()
    }
}

fn not_received(why: NotReceived) -> &'static str {
    match why {
        NotReceived::Off => "This computer does not receive files.",
        NotReceived::OtherSite => {
            "A page on another site sent this. Open the address directly instead."
        }
        NotReceived::BadName => "A file cannot be stored under that name.",
        NotReceived::Malformed => "The request is malformed.",
        NotReceived::NoLength => "The request does not state the length of the file.",
        NotReceived::NotAForm => "Only forms with files can be posted here.",
        NotReceived::Declined => "The owner of this computer declined.",
        NotReceived::Unanswered => "The owner of this computer did not answer in time. Try again.",
        NotReceived::Busy => "Another device is sending files. Try again when it is done.",
        NotReceived::TooManyOffers => {
            "Too many others are waiting to send files. Try again in a minute."
        }
        NotReceived::TooMuch => "This is more than was accepted.",
        NotReceived::WrongOffset => "The upload does not continue where the stored part ends.",
        NotReceived::Damaged => "The file was damaged on its way. Send it again.",
        NotReceived::DiskFull => "There is not enough space on this computer.",
        NotReceived::NotStored => "The file could not be stored.",
    }
}

/// The texts in the language of a request.
#[derive(Clone, Copy, Debug)]
pub struct Localized<'a> {
    texts: &'a dyn PageTexts,
    language: &'static str,
}

impl<'a> Localized<'a> {
    /// Negotiates the language from the `Accept-Language` field lines.
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

    /// The wording of `text`.
    pub fn text(&self, text: PageText) -> String {
        self.texts.text(self.language, text)
    }
}
