use std::collections::BTreeSet;

use fluent_bundle::{FluentArgs, FluentResource};

use super::language::bundle;
use super::written::{texts, variables};
use super::*;

const FILES: [(Language, &str); 2] = [(Language::English, ENGLISH), (Language::Chinese, CHINESE)];

fn is_han(c: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&c)
}

#[test]
fn both_languages_say_the_same_things_with_the_same_values() {
    let (english, chinese) = (variables(ENGLISH), variables(CHINESE));
    assert!(english.len() > 300, "{}", english.len());
    for (id, values) in &english {
        assert_eq!(Some(values), chinese.get(id), "{id:?}");
    }
    for id in chinese.keys() {
        assert!(english.contains_key(id), "{id:?} is in Chinese only");
    }
}

#[test]
fn no_text_is_duplicated() {
    for (language, file) in FILES {
        let mut seen = BTreeSet::new();
        for (id, _) in texts(file) {
            assert!(seen.insert(id), "{language:?}: {id:?}");
        }
    }
}

#[test]
fn every_text_can_be_rendered() {
    for (language, file) in FILES {
        let parsed = FluentResource::try_new(file.to_owned());
        assert!(parsed.is_ok(), "{:?}", parsed.err());
        for ((key, attribute), values) in variables(file) {
            let message = bundle(language).get_message(key).unwrap();
            let pattern = match attribute {
                None => message.value().unwrap(),
                Some(name) => message.get_attribute(name).unwrap().value(),
            };
            for count in [0.0, 1.0, 2.0, 1_000_000.0] {
                let mut args = FluentArgs::new();
                for value in &values {
                    args.set(value.as_str(), count);
                }
                let mut errors = Vec::new();
                let text = bundle(language).format_pattern(pattern, Some(&args), &mut errors);
                assert!(errors.is_empty(), "{language:?} {key}: {errors:?}");
                assert!(!text.contains(['{', '}']), "{language:?} {key}: {text}");
            }
        }
    }
}

#[test]
fn chinese_texts_are_chinese() {
    // Terms without a Chinese name, and the output of the lecture notes' programs.
    let as_they_are = [
        "http",
        "key-delete",
        "key-enter",
        "key-escape",
        "landline",
        "language-english",
        "nearby-landline",
        "nearby-localsend",
        "percent-title",
        "reach-vpn",
        "usual-answer",
        "version",
    ];
    for ((key, _), text) in texts(CHINESE) {
        let outside = text.split('{').map(|part| part.split('}').next_back());
        let outside: String = outside.flatten().collect();
        let is_chinese = outside.contains(is_han);
        let is_latin = !is_chinese && outside.contains(|c: char| c.is_alphabetic());
        assert_eq!(is_latin, as_they_are.contains(&key), "{key}: {text}");
    }
}

#[test]
fn chinese_texts_have_chinese_punctuation() {
    for ((key, _), text) in texts(CHINESE) {
        let chars: Vec<char> = text.chars().collect();
        for pair in chars.windows(2) {
            let half = is_han(pair[0]) && ",.:;!?()\"'".contains(pair[1]);
            // A space between Chinese and Latin characters, consistently.
            let tight = is_han(pair[0]) && pair[1].is_ascii_alphanumeric()
                || pair[0].is_ascii_alphanumeric() && is_han(pair[1]);
            assert!(!half && !tight, "{key}: {text}");
        }
    }
}

/// A hint follows its title on the same line, except in *Find out why*, where the titles are those of rows.
#[test]
fn a_title_with_a_hint_ends_like_a_sentence() {
    for (_, file) in FILES {
        let texts = texts(file);
        let hinted = texts
            .iter()
            .filter(|((_, attribute), _)| attribute.is_some());
        for ((key, _), _) in hinted.filter(|((key, _), _)| !key.starts_with("doctor-")) {
            let (_, title) = texts.iter().find(|(id, _)| *id == (*key, None)).unwrap();
            // What a value ends with is not known.
            assert!(
                title.ends_with(['.', '?', '。', '？', '}']),
                "{key}: {title}"
            );
        }
    }
}

#[test]
fn a_sentence_is_its_title_and_its_hint() {
    let taken = sentence!("port-taken", port = 8080_u16);
    assert_eq!(
        taken.title(),
        "Port 8080 is already in use by another program."
    );
    assert!(taken.to_string().starts_with(&taken.title()));
    assert!(taken.hint().is_some());
}

#[test]
fn numbers_choose_the_plural_and_are_grouped() {
    assert_eq!(t!("sharing-files", count = 1_u64), "Sharing 1 file");
    assert_eq!(
        t!("sharing-files", count = 1_204_u64),
        "Sharing 1,204 files"
    );
    set_language(Language::Chinese);
    assert_eq!(t!("sharing-files", count = 1_u64), "正在共享 1 个文件");
    assert_eq!(
        t!("sharing-files", count = 1_204_u64),
        "正在共享 1,204 个文件"
    );
}

/// Chinese has one plural form for all numbers: only `[1]` stands for a single one.
#[test]
fn a_single_file_has_its_own_sentence_in_chinese_too() {
    set_language(Language::Chinese);
    let sent = t!("send-done", name = "a.txt", host = "ann-pc", count = 1_u64);
    assert_eq!(sent, "已把“a.txt”发送到 ann-pc。");
    let sent = t!("send-done", name = "a.txt", host = "ann-pc", count = 2_u64);
    assert_eq!(sent, "已把 2 个文件发送到 ann-pc。");
    let texts = include_str!("../../assets/texts/zh-CN.ftl");
    assert!(!texts.contains("[one]"));
}

#[test]
fn a_change_of_language_applies_to_existing_sentences() {
    let taken = sentence!("port-taken", port = 8080_u16);
    set_language(Language::Chinese);
    assert_eq!(language(), Language::Chinese);
    assert_eq!(taken.title(), "端口 8080 已被其他程序占用。");
    // Chinese sentences are joined without a space.
    let whole = taken.to_string();
    assert!(
        whole.starts_with("端口 8080 已被其他程序占用。尚未"),
        "{whole}"
    );
    assert!(
        taken
            .hint()
            .is_some_and(|hint| hint.contains("8080") || hint.contains("端口"))
    );
    set_language(Language::English);
    assert_eq!(
        taken.title(),
        "Port 8080 is already in use by another program."
    );
}

#[test]
fn a_sentence_can_be_rendered_in_any_language() {
    let empty = sentence!("page-empty");
    assert_eq!(empty.title_in(Language::Chinese), "这个文件夹是空的。");
    assert_eq!(empty.title(), "This folder is empty.");
}

#[test]
fn system_language_tags_are_recognised() {
    for (tag, expected) in [
        ("zh-CN", Some(Language::Chinese)),
        ("zh_TW", Some(Language::Chinese)),
        ("zh", Some(Language::Chinese)),
        ("ZH-Hans-CN", Some(Language::Chinese)),
        ("en-GB", Some(Language::English)),
        ("C", None),
        ("POSIX", None),
        ("", None),
        ("de-DE", None),
        ("zha", None),
    ] {
        assert_eq!(of_tag(tag), expected, "{tag}");
    }
}

#[test]
fn the_system_language_maps_to_a_supported_one() {
    set_language(Language::System);
    assert_ne!(language(), Language::System);
}

#[test]
fn each_test_thread_has_its_own_language() {
    set_language(Language::Chinese);
    let other = std::thread::spawn(language).join().unwrap();
    assert_eq!(other, Language::English);
}

#[test]
fn overlong_texts_are_elided_in_the_middle() {
    let long = format!("{}海边{}", "a".repeat(600 / 2 - 1), "b".repeat(60_000));
    let words = sentence!("no-such-file", host = "box", name = &long).title();
    assert!(words.len() < 600 + 100, "{}", words.len());
    assert!(words.contains("a…b"), "{words}");
    let short = "x".repeat(600);
    let words = sentence!("no-such-file", host = "box", name = &short).title();
    assert!(words.contains(&short));
}

#[test]
fn chinese_lines_are_joined_without_a_space() {
    for (lines, joined) in [
        (
            "People can then\ndownload from it",
            "People can then download from it",
        ),
        (
            "下载其中的文件：\n用 Landline",
            "下载其中的文件：用 Landline",
        ),
        ("填写主机\nLandline", "填写主机 Landline"),
        ("one line", "one line"),
        ("", ""),
    ] {
        assert_eq!(unwrapped(lines), joined);
    }
    set_language(Language::Chinese);
    assert!(!unwrapped(&t!("what-to-type")).contains("； "));
}
