use proptest::prelude::*;

use super::*;

/// The first 128 bits of this fingerprint.
const PIN: &str = "AAECAwQFBgcICQoLDA0ODw";
const FINGERPRINT: &str = "00:01:02:03:04:05:06:07:08:09:0A:0b:0c:0d:0e:0f:\
                           10:11:12:13:14:15:16:17:18:19:1a:1b:1c:1d:1e:1f";
const TOKEN: &str = "EBESExQVFhcYGRobHB0eHw";

fn parts(typed: &str) -> (String, Option<u16>, Option<String>) {
    let location = Location::parse(typed).unwrap();
    (location.host, location.port, location.name)
}

#[test]
fn everything_people_paste_is_understood() {
    for (typed, host, port, name) in [
        ("ann-pc", "ann-pc", None, None),
        ("  192.168.1.5 ", "192.168.1.5", None, None),
        ("\u{feff}\u{202a}ann-pc \u{200b}", "ann-pc", None, None),
        ("192.168.1.5:8080", "192.168.1.5", Some(8080), None),
        ("192.168.1.5:", "192.168.1.5", None, None),
        ("ann-pc:9/a b.txt", "ann-pc", Some(9), Some("a b.txt")),
        ("ann-pc/100%25", "ann-pc", None, Some("100%25")),
        ("::1", "::1", None, None),
        ("fe80::1%eth0", "fe80::1%eth0", None, None),
        ("[::1]:8080", "::1", Some(8080), None),
        ("[fe80::1]", "fe80::1", None, None),
        (
            "http://[fe80::1%25eth0]:81/",
            "fe80::1%eth0",
            Some(81),
            None,
        ),
        ("http://ann-pc", "ann-pc", Some(80), None),
        (
            "HTTP://ann-pc:8080/a%20b/%E6%B5%B7?x#y",
            "ann-pc",
            Some(8080),
            Some("a b/海"),
        ),
        (
            "http://ann-pc:8080/sub/",
            "ann-pc",
            Some(8080),
            Some("sub/"),
        ),
        ("http://ann-pc?x", "ann-pc", Some(80), Some("/")),
        ("http://ann-pc/?#x", "ann-pc", Some(80), None),
        ("ann-pc/C#.txt?x", "ann-pc", None, Some("C#.txt?x")),
        // Bytes that are not text, and a slash that is not a separator.
        (
            "http://ann-pc/caf%E9/a%2Fb",
            "ann-pc",
            Some(80),
            Some("caf\u{10fee9}/a\u{10fe2f}b"),
        ),
        // RFC 3986 section 5.2.4.
        (
            "http://ann-pc/x/../y.txt",
            "ann-pc",
            Some(80),
            Some("y.txt"),
        ),
        (
            "http://ann-pc/%2e%2E/./y/%2e",
            "ann-pc",
            Some(80),
            Some("y/"),
        ),
        ("http://ann-pc/x/..", "ann-pc", Some(80), None),
        ("海-pc", "海-pc", None, None),
    ] {
        let name = name.map(String::from);
        assert_eq!(parts(typed), (host.to_owned(), port, name), "{typed}");
    }
}

#[test]
fn an_input_method_may_be_on() {
    for (typed, host, port, name) in [
        ("１２７。０。０。１", "127.0.0.1", None, None),
        ("127。0．0｡1：８０８０", "127.0.0.1", Some(8080), None),
        ("\u{3000}ann－pc\u{3000}", "ann-pc", None, None),
        ("ＡＮＮ：9／ａ：b。txt", "ANN", Some(9), Some("ａ：b。txt")),
        ("ann/ａ／b：//c", "ann", None, Some("ａ／b：//c")),
        ("ann/x://y", "ann", None, Some("x://y")),
        ("［::1］：9", "::1", Some(9), None),
        (
            "http：//127。0。0。1：8080/１。txt",
            "127.0.0.1",
            Some(8080),
            Some("１。txt"),
        ),
        ("ｈｔｔｐ：／／ann／／x", "ann", Some(80), Some("／x")),
        ("http://ann？x／", "ann", Some(80), Some("/")),
        ("海。pc", "海.pc", None, None),
    ] {
        let name = name.map(String::from);
        assert_eq!(parts(typed), (host.to_owned(), port, name), "{typed}");
    }
    for typed in [
        "ann　pc",
        "ann＠pc",
        "：8080",
        "ann？x",
        "ａ：b：c",
        "http：／／",
    ] {
        let typed = typed.to_owned();
        let error = Location::parse(&typed).unwrap_err();
        // The message names what was typed.
        assert_eq!(error, ClientError::BadHost { typed });
    }
    let error = Location::parse("ftp：//ann").unwrap_err();
    assert!(matches!(error, ClientError::NotHttpAddress { .. }));
}

#[test]
fn only_an_address_has_a_query_and_keeps_it_as_it_is() {
    for (typed, query) in [
        (
            "http://ann-pc/download.php?file=a%20b.zip&x=/../?#top",
            Some("file=a%20b.zip&x=/../?"),
        ),
        ("http://ann-pc?a", Some("a")),
        ("http://ann-pc/a?", None),
        ("http://ann-pc/a#b?c", None),
        ("ann-pc/a?b", None),
    ] {
        let location = Location::parse(typed).unwrap();
        assert_eq!(location.query.as_deref(), query, "{typed}");
    }
}

#[test]
fn what_is_no_host_is_said() {
    for typed in [
        "",
        " ",
        "a b",
        ":8080",
        ":99999",
        "[ann:0",
        "a b:0",
        "[::1]:",
        "ann:+1",
        "ann:-1",
        "ann:1x",
        "ann:x",
        "[::1",
        "[::1]8080",
        "me@ann",
        "/notes.txt",
        "http://",
        "a:b:c",
        "ann%20pc",
        "ann?x",
        "ann#x",
        "a\u{7f}",
        "ann\u{202e}pc",
        "ann\u{200b}pc",
        "[ann]x:1",
    ] {
        let error = Location::parse(typed).unwrap_err();
        assert!(
            matches!(error, ClientError::BadHost { .. }),
            "{typed}: {error:?}"
        );
    }
    for (typed, port) in [
        ("ann:0", "0"),
        ("ann:00000", "00000"),
        ("ann:65536", "65536"),
        ("[::1]:99999", "99999"),
        (
            "http://ann-pc:999999999999999999999/a",
            "999999999999999999999",
        ),
    ] {
        let error = Location::parse(typed).unwrap_err();
        let typed = port.to_owned();
        assert_eq!(error, ClientError::BadPort { typed });
    }
    let error = Location::parse("ftp://ann-pc/x").unwrap_err();
    assert!(matches!(error, ClientError::NotHttpAddress { .. }));
    assert!(check_host(&"x".repeat(256)).is_err());
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(typed in "\\PC{0,40}|[a-z0-9:\\[\\]/%.@ ：／。？]{0,40}") {
        if let Ok(location) = Location::parse(&typed) {
            prop_assert!(check_host(&location.host).is_ok());
        }
    }
}

#[test]
fn a_link_says_how_to_encrypt() {
    let pin = Encryption::Pinned(PIN.parse().unwrap());
    for (typed, port, encryption) in [
        ("http://ann", Some(80), Encryption::IfOffered),
        ("ann:9", Some(9), Encryption::IfOffered),
        ("https://ann/a", Some(443), Encryption::Required),
        ("HTTPS://ann:8080/", Some(8080), Encryption::Required),
        ("ｈｔｔｐｓ：／／ann", Some(443), Encryption::Required),
        ("https://ann/#top", Some(443), Encryption::Required),
        ("http://ann/#fpx=1", Some(80), Encryption::IfOffered),
        (&format!("http://ann#fp={PIN}"), Some(80), pin),
        (&format!("https://ann/a?b#fp={PIN}"), Some(443), pin),
        (&format!("http://ann:9/#x=y&fp={FINGERPRINT}"), Some(9), pin),
        // It was typed: this is a name.
        (&format!("ann:9/#fp={PIN}"), Some(9), Encryption::IfOffered),
    ] {
        let location = Location::parse(typed).unwrap();
        assert_eq!(
            (location.port, location.encryption),
            (port, encryption),
            "{typed}"
        );
    }
    for wrong in ["", "x", &PIN[1..], &format!("{PIN}A"), &FINGERPRINT[1..]] {
        let error = Location::parse(&format!("http://ann/a#fp={wrong}")).unwrap_err();
        let typed = wrong.to_owned();
        assert_eq!(error, ClientError::BadFingerprint { typed });
    }
    let swapped = Location::parse(&format!("http://ann/a#fp={PIN}?k={PIN}")).unwrap_err();
    let typed = format!("{PIN}?k=…");
    assert_eq!(swapped, ClientError::BadFingerprint { typed });
}

#[test]
fn the_token_of_a_link_is_no_query() {
    for (typed, query, password) in [
        (
            format!("http://ann/a?k={TOKEN}#fp={PIN}"),
            None,
            Some(TOKEN),
        ),
        (format!("https://ann?k={TOKEN}#fp={PIN}"), None, Some(TOKEN)),
        // Another server's query.
        (
            format!("http://ann/a?k={TOKEN}"),
            Some(format!("k={TOKEN}")),
            None,
        ),
        (
            format!("http://ann/a?k={TOKEN}&x#fp={PIN}"),
            Some(format!("k={TOKEN}&x")),
            None,
        ),
        (
            format!("http://ann/a?k=short#fp={PIN}"),
            Some("k=short".to_owned()),
            None,
        ),
    ] {
        let location = Location::parse(&typed).unwrap();
        assert_eq!(location.query, query, "{typed}");
        let revealed = location.password.as_ref().map(Password::reveal);
        assert_eq!(revealed, password, "{typed}");
        if password.is_some() {
            assert!(!format!("{location:?}").contains(TOKEN));
        }
    }
    for typed in [
        format!("http://a b/?k={TOKEN}#fp={PIN}"),
        format!("http://ann:0/?k={TOKEN}#fp={PIN}"),
        format!("http://ann/?k={TOKEN}#fp=x"),
        format!("ftp://ann/?k={TOKEN}"),
    ] {
        let error = Location::parse(&typed).unwrap_err();
        assert!(!format!("{error:?} {error}").contains(TOKEN), "{error:?}");
    }
}

proptest! {
    #[test]
    fn a_url_means_what_it_was_made_of(
        host in "[a-z][a-z0-9.-]{0,20}|10\\.0\\.0\\.[1-9]|fe80::[1-9](%eth0)?",
        port in 1..=u16::MAX,
        name in "[a-zA-Z0-9 %#?&=海é./]{1,20}",
        query in proptest::option::of("[a-z0-9=&%/?]{1,20}"),
        encryption in prop_oneof![
            Just(Encryption::IfOffered),
            Just(Encryption::Required),
            Just(Encryption::Pinned(PIN.parse().unwrap())),
        ],
    ) {
        let name = url_path::name_of(&landline_http1::redirect::without_dots(&url_path::path_of(&name)));
        let there = Location::parse(&url(&host, port, encryption, &name, query.as_deref())).unwrap();
        prop_assert_eq!((there.host, there.port), (host, Some(port)));
        prop_assert_eq!((there.encryption, there.query), (encryption, query.clone()));
        let named = there.name.unwrap_or_default();
        prop_assert_eq!(named.trim_start_matches('/'), name.trim_start_matches('/'));
    }
}
