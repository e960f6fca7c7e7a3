use super::*;

#[test]
fn a_sentence_is_its_title_and_its_hint() {
    let taken = sentence!("port-taken", port = 8080_u16);
    assert_eq!(taken.title(), "Port 8080 is taken by another program.");
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

#[test]
fn a_switch_holds_for_sentences_that_are_there_already() {
    let taken = sentence!("port-taken", port = 8080_u16);
    set_language(Language::Chinese);
    assert_eq!(language(), Language::Chinese);
    assert_eq!(taken.title(), "端口 8080 已被其他程序占用。");
    assert!(
        taken
            .hint()
            .is_some_and(|hint| hint.contains("8080") || hint.contains("端口"))
    );
    set_language(Language::English);
    assert_eq!(taken.title(), "Port 8080 is taken by another program.");
}

#[test]
fn a_sentence_can_be_asked_for_in_any_language() {
    let empty = sentence!("page-empty");
    assert_eq!(empty.title_in(Language::Chinese), "这个文件夹是空的。");
    assert_eq!(empty.title(), "This folder is empty.");
}

#[test]
fn what_a_system_calls_its_language_is_understood() {
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
fn the_system_speaks_a_language_of_the_program() {
    set_language(Language::System);
    assert_ne!(language(), Language::System);
}

#[test]
fn another_thread_of_a_test_speaks_for_itself() {
    set_language(Language::Chinese);
    let other = std::thread::spawn(language).join().unwrap();
    assert_eq!(other, Language::English);
}
