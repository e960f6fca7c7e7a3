//! The texts of the server's listing page and short responses, in every language of the program.

use super::{Sentence, language, of_tag, tag};
use crate::sentence;
use crate::text::Language;
use landline_engine::server::receiving::NotReceived;
use landline_engine::server::{PageLabel, PageText, PageTexts};

/// The texts in all languages. The program's current language comes first.
#[derive(Clone, Copy, Debug, Default)]
pub struct FluentTexts;

impl PageTexts for FluentTexts {
    fn languages(&self) -> &'static [&'static str] {
        const ENGLISH: &str = tag(Language::English);
        const CHINESE: &str = tag(Language::Chinese);
        match language() {
            Language::Chinese => &[CHINESE, ENGLISH],
            Language::System | Language::English => &[ENGLISH, CHINESE],
        }
    }

    fn text(&self, language: &str, text: PageText) -> String {
        let language = of_tag(language).unwrap_or(Language::English);
        sentence(text).title_in(language)
    }
}

fn sentence(text: PageText) -> Sentence {
    match text {
        PageText::Title => sentence!("page-title"),
        PageText::Name => sentence!("page-name"),
        PageText::Size => sentence!("page-size"),
        PageText::Modified => sentence!("page-modified"),
        PageText::Empty => sentence!("page-empty"),
        PageText::Omitted(count) => sentence!("names-omitted", count = count),
        PageText::Files(count) => sentence!("page-files", count = count),
        PageText::Folders(count) => sentence!("page-folders", count = count),
        PageText::Date { year, month, day } => date(year, month, day),
        PageText::Label(of) => label(of),
        PageText::NotFound => sentence!("http-not-found"),
        PageText::Forbidden => sentence!("http-forbidden"),
        PageText::ListingsBusy => sentence!("http-listings-full"),
        PageText::ArchivesBusy => sentence!("http-archives-full"),
        PageText::ArchiveTooLarge => sentence!("http-archive-too-large"),
        PageText::Embedding => sentence!("http-embedding"),
        PageText::Misdirected => sentence!("http-misdirected"),
        PageText::PasswordNeeded => sentence!("http-password-needed"),
        PageText::WrongPassword => sentence!("http-wrong-password"),
        PageText::WrongLink => sentence!("http-wrong-link"),
        PageText::TooManyPasswords(secs) => sentence!("http-many-passwords", seconds = secs),
        PageText::SendOnly => sentence!("http-send-only"),
        PageText::NotReceived(why) => not_received(why),
        PageText::Received(count) => sentence!("page-received", count = count),
        PageText::Back => sentence!("page-back"),
    }
}

fn not_received(why: NotReceived) -> Sentence {
    match why {
        NotReceived::Off => sentence!("http-receives-nothing"),
        NotReceived::OtherSite => sentence!("http-other-site"),
        NotReceived::BadName => sentence!("http-bad-name"),
        NotReceived::Malformed => sentence!("http-malformed"),
        NotReceived::NoLength => sentence!("http-no-length"),
        NotReceived::NotAForm => sentence!("http-not-a-form"),
        NotReceived::Declined => sentence!("http-declined"),
        NotReceived::Unanswered => sentence!("http-unanswered"),
        NotReceived::TooManyOffers => sentence!("http-too-many-offers"),
        NotReceived::Busy => sentence!("http-receiver-busy"),
        NotReceived::TooMuch => sentence!("http-too-much"),
        NotReceived::WrongOffset => sentence!("http-wrong-offset"),
        NotReceived::Damaged => sentence!("http-damaged"),
        NotReceived::DiskFull => sentence!("http-disk-full"),
        NotReceived::NotStored => sentence!("http-not-stored"),
    }
}

/// A day; `month` and `day` count from 1.
fn date(year: Option<i16>, month: u8, day: u8) -> Sentence {
    let (month, day) = (u64::from(month), u64::from(day));
    match year {
        // As text: a year has no separators.
        Some(year) => sentence!(
            "day-of-another-year",
            year = year.to_string(),
            month = month,
            day = day
        ),
        None => sentence!("day-of-this-year", month = month, day = day),
    }
}

/// A fixed text, in which the engine and the page's script replace what begins with `%`.
fn label(label: PageLabel) -> Sentence {
    match label {
        PageLabel::AllFiles => sentence!("page-all-files"),
        PageLabel::Search => sentence!("page-search", name = "%name"),
        PageLabel::NothingFound => sentence!("page-nothing-found"),
        PageLabel::SortBy => sentence!("page-sort-by"),
        PageLabel::Folder => sentence!("page-folder"),
        PageLabel::Today => sentence!("today-at", time = "%time"),
        PageLabel::Yesterday => sentence!("yesterday-at", time = "%time"),
        PageLabel::Download => sentence!("page-download"),
        PageLabel::DownloadAll => sentence!("page-download-all"),
        PageLabel::DownloadAllSized => sentence!("page-download-all-sized", size = "%size"),
        PageLabel::Select => sentence!("page-select"),
        PageLabel::DownloadSelected => sentence!("page-download-selected"),
        PageLabel::DownloadCount => sentence!("page-download-count", count = "%count"),
        PageLabel::SharedBy => sentence!("page-shared-by", address = "%address"),
        PageLabel::Previous => sentence!("page-previous"),
        PageLabel::Next => sentence!("page-next"),
        PageLabel::Close => sentence!("page-close"),
        PageLabel::CannotShow => sentence!("page-cannot-show"),
        PageLabel::SendFiles => sentence!("page-send-files", name = "%name"),
        PageLabel::SendFolder => sentence!("page-send-folder"),
        PageLabel::Send => sentence!("page-send"),
        PageLabel::DropHere => sentence!("page-drop-here", name = "%name"),
        PageLabel::AndMore => sentence!("page-and-more", name = "%name", more = "%more"),
        PageLabel::Waiting => sentence!("page-waiting", name = "%name"),
        PageLabel::TimeLeft => sentence!("page-time-left", time = "%time"),
        PageLabel::Resuming => sentence!("page-resuming"),
        PageLabel::Busy => sentence!("page-busy", name = "%name"),
        PageLabel::ReceivedOne => sentence!("page-files-received", count = 1_u64),
        PageLabel::Received => sentence!("page-files-received", count = "%count"),
        PageLabel::ReceivedSome => {
            sentence!("page-received-some", count = "%count", total = "%total")
        }
        PageLabel::NotSent => sentence!("page-not-sent", name = "%name"),
        PageLabel::TryAgain => sentence!("page-try-again"),
        PageLabel::Cancel => sentence!("page-cancel"),
        PageLabel::Browser => sentence!("page-browser", browser = "%browser", system = "%system"),
        PageLabel::AndroidPhone => sentence!("page-android-phone"),
        PageLabel::AndroidTablet => sentence!("page-android-tablet"),
        PageLabel::PasswordTitle => sentence!("page-password-title"),
        PageLabel::PasswordHint => sentence!("page-password-hint"),
        PageLabel::Password => sentence!("page-password"),
        PageLabel::ShowPassword => sentence!("page-show-password"),
        PageLabel::Open => sentence!("page-open"),
        PageLabel::PasswordNeeded => sentence!("page-password-needed"),
        PageLabel::EnterPassword => sentence!("page-enter-password"),
        PageLabel::Encrypted => sentence!("page-encrypted"),
        PageLabel::NotEncrypted => sentence!("page-not-encrypted"),
        PageLabel::EncryptionWarning => sentence!("page-encryption-warning"),
        PageLabel::OpenEncrypted => sentence!("page-open-encrypted"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::set_language;
    use landline_engine::server::EnglishTexts;

    #[test]
    fn the_english_texts_are_those_of_the_engine() {
        for text in [
            PageText::Title,
            PageText::Name,
            PageText::Size,
            PageText::Modified,
            PageText::Empty,
            PageText::Omitted(1),
            PageText::Omitted(2),
            PageText::Omitted(1_204),
            PageText::NotFound,
            PageText::Forbidden,
            PageText::ListingsBusy,
            PageText::ArchivesBusy,
            PageText::ArchiveTooLarge,
            PageText::Embedding,
            PageText::Misdirected,
            PageText::PasswordNeeded,
            PageText::WrongPassword,
            PageText::WrongLink,
            PageText::TooManyPasswords(1),
            PageText::TooManyPasswords(60),
            PageText::SendOnly,
            PageText::Received(0),
            PageText::Received(1),
            PageText::Received(1_204),
            PageText::Back,
            PageText::NotReceived(NotReceived::Off),
            PageText::NotReceived(NotReceived::OtherSite),
            PageText::NotReceived(NotReceived::BadName),
            PageText::NotReceived(NotReceived::Malformed),
            PageText::NotReceived(NotReceived::NoLength),
            PageText::NotReceived(NotReceived::NotAForm),
            PageText::NotReceived(NotReceived::Declined),
            PageText::NotReceived(NotReceived::Unanswered),
            PageText::NotReceived(NotReceived::TooManyOffers),
            PageText::NotReceived(NotReceived::Busy),
            PageText::NotReceived(NotReceived::TooMuch),
            PageText::NotReceived(NotReceived::WrongOffset),
            PageText::NotReceived(NotReceived::Damaged),
            PageText::NotReceived(NotReceived::DiskFull),
            PageText::NotReceived(NotReceived::NotStored),
        ] {
            let expected = EnglishTexts.text("en", text);
            assert_eq!(FluentTexts.text("en", text), expected, "{text:?}");
            assert_ne!(FluentTexts.text("zh-CN", text), expected, "{text:?}");
        }
    }

    #[test]
    fn a_page_may_be_in_chinese() {
        for (text, expected) in [
            (PageText::Title, "共享文件夹"),
            (PageText::Name, "名称"),
            (PageText::Size, "大小"),
            (PageText::Modified, "修改时间"),
        ] {
            assert_eq!(FluentTexts.text("zh-CN", text), expected);
        }
        let omitted = FluentTexts.text("zh-CN", PageText::Omitted(1_204));
        assert!(omitted.starts_with("1,204 个文件或文件夹"), "{omitted}");
    }

    #[test]
    fn the_programs_language_comes_first() {
        for (spoken, expected) in [
            (Language::Chinese, ["zh-CN", "en"]),
            (Language::English, ["en", "zh-CN"]),
        ] {
            set_language(spoken);
            assert_eq!(FluentTexts.languages(), expected);
        }
    }
}
