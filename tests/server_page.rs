//! What people read of a server, in their language.
#![allow(clippy::disallowed_methods, reason = "tests wait for what they test")]

mod common;

use common::{Shared, body, field, status};

#[test]
fn a_browser_says_in_which_language_it_reads() {
    let shared = Shared::of(&[("a.txt", b"x")]);
    for (wish, lang, title) in [
        ("", "en", "Shared folder"),
        (
            "Accept-Language: zh-CN,zh;q=0.9,en;q=0.8\r\n",
            "zh-CN",
            "共享文件夹",
        ),
        (
            "Accept-Language: en-US,en;q=0.5\r\nAccept-Language: zh;q=0.6\r\n",
            "en",
            "Shared folder",
        ),
        // What cannot be read is no wish.
        ("Accept-Language: ;;q=x\r\n", "en", "Shared folder"),
    ] {
        let answer = shared.get("/", wish);
        assert_eq!(status(&answer), 200, "{answer}");
        assert_eq!(field(&answer, "Vary"), Some("Accept, Accept-Language"));
        assert!(
            answer.contains(&format!("<html lang=\"{lang}\">")),
            "{answer}"
        );
        assert!(
            answer.contains(&format!("<title>{title}</title>")),
            "{answer}"
        );
    }
}

#[test]
fn what_is_not_there_is_told_in_the_readers_language() {
    let shared = Shared::start();
    for (wish, text) in [
        ("", "There is no such file here.\n"),
        ("Accept-Language: zh\r\n", "这里没有这个文件。\n"),
    ] {
        let answer = shared.get("/none.txt", wish);
        assert_eq!((status(&answer), body(&answer)), (404, text));
        assert_eq!(field(&answer, "Vary"), Some("Accept-Language"));
    }
}
