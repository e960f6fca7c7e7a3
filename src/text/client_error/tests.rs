use super::*;
use crate::text;
use crate::text::Language;
use landline_engine::error::StoreError;
use std::path::PathBuf;

#[test]
fn every_error_has_its_own_sentence_and_next_step() {
    let host = || "ann-pc".to_owned();
    let name = || "a.txt".to_owned();
    let text = || "x".to_owned();
    let folder = || PathBuf::from("/there");
    let (port, arrived, max_len) = (8080, 1, 9);
    let status = |status| ClientError::Status {
        host: host(),
        name: name(),
        status,
        reason: text(),
        retry_after: None,
    };
    let missing = |nearest| ClientError::NoSuchFile {
        host: host(),
        name: name(),
        nearest,
    };
    let page = |name| ClientError::NotAFile { host: host(), name };
    let away = |url: &str| ClientError::RedirectElsewhere {
        host: host(),
        url: url.to_owned(),
    };
    #[rustfmt::skip]
    let all = [
        ClientError::NameNotFound { host: host() },
        ClientError::Refused { host: host(), port },
        ClientError::NoAnswer { host: host(), port },
        ClientError::Unreachable { host: host() },
        ClientError::Network { host: host(), reason: text() },
        missing(vec![]), missing(vec![text()]),
        ClientError::NothingSent { host: host(), name: name() },
        ClientError::OneCallOnly { host: host(), port },
        ClientError::Cut { host: host(), name: name(), arrived },
        ClientError::Stalled { host: host(), name: name(), arrived },
        page(name()), page(String::new()),
        status(403), status(421), status(500), status(400),
        ClientError::NotHttp { host: host(), port },
        ClientError::BrokenHttp { host: host() },
        ClientError::TooManyRedirects { host: host(), name: name() },
        away("https://bo/"),
        StoreError::FolderMissing { folder: folder() }.into(),
        StoreError::NotAFolder { folder: folder() }.into(),
        StoreError::NotWritable { folder: folder() }.into(),
        StoreError::DiskFull { folder: folder(), lacking: None }.into(),
        StoreError::DiskFull { folder: folder(), lacking: Some(1) }.into(),
        ClientError::Damaged { host: host(), name: name() },
        ClientError::KeepsChanging { host: host(), name: name() },
        ClientError::NoListing { host: host(), name: name() },
        ClientError::NoListing { host: host(), name: String::new() },
        ClientError::NoSuchFolder { host: host(), name: name() },
        ClientError::RawOnly { host: host() },
        ClientError::ListingCut { host: host() },
        ClientError::ListingCrashed { host: host() },
        ClientError::TooDeep { name: name() },
        ClientError::PathTooLong { name: name() },
        ClientError::TooMany { host: host(), name: name(), count: 2 },
        ClientError::TooManyNamesakes { name: name(), count: 2 },
        ClientError::ReceivesOnly { host: host() },
        ClientError::ScriptedListing { host: host(), name: name() },
        ClientError::ScriptedListing { host: host(), name: "/".to_owned() },
        StoreError::InTheWay { path: folder() }.into(),
        StoreError::LeadsElsewhere { path: folder() }.into(),
        StoreError::FileTooLarge { folder: folder() }.into(),
        StoreError::Write { path: folder(), reason: text() }.into(),
        ClientError::BadHost { typed: text() },
        ClientError::BadPort { typed: text() },
        ClientError::NotHttpAddress { typed: text() },
        ClientError::BadFingerprint { typed: text() },
        ClientError::NoName,
        ClientError::TwoNames,
        ClientError::NotStorable { name: name() },
        ClientError::BadName { name: name() },
        ClientError::NameTooLong { max_len },
        ClientError::MessageEmpty,
        ClientError::MessageTooLong { max_len },
        ClientError::NoReply { host: host() },
        ClientError::CallReset { host: host() },
        ClientError::CallBroken { host: host(), reason: text() },
        ClientError::CallQueueFull { max_len },
        ClientError::CallIdle { host: host(), secs: 600 },
        ClientError::FileUnreadable { name: name(), reason: text() },
        ClientError::System { reason: text() },
        ClientError::Crashed { name: name() },
    ];
    let mut keys: Vec<_> = all.iter().map(|error| error.sentence().key()).collect();
    let languages = [Language::Chinese, Language::English].into_iter();
    for (language, error) in languages.flat_map(|language| all.iter().map(move |e| (language, e))) {
        text::set_language(language);
        let sentence = error.sentence();
        assert_ne!(sentence.title(), sentence.key());
        assert!(sentence.hint().is_some(), "{}", sentence.key());
        // A missing argument would remain in braces.
        assert!(!error.to_string().contains('{'), "{error}");
    }
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), all.len());
}
