//! Valid, unusual and malformed messages.

use super::*;

const FINGERPRINT: &str = "30B5D789B32D78629F04C6EEBF7B490059D1D204A9B2E723EDD8D5365D38FE14";

fn info() -> Info {
    Info {
        alias: "Ann".to_owned(),
        version: "2.2".to_owned(),
        device_model: None,
        device_type: None,
        fingerprint: FINGERPRINT.to_owned(),
        port: Some(53317),
        protocol: Some(Scheme::Https),
        download: false,
    }
}

/// A `prepare-upload` with `files`, the inside of a JSON object.
fn offer(files: &str) -> Result<PrepareUpload, Malformed> {
    PrepareUpload::parse(format!(r#"{{"info":{{"alias":"Ann"}},"files":{{{files}}}}}"#).as_bytes())
}

/// A file that also has `more`.
fn file(id: &str, more: &str) -> String {
    format!(r#""{id}":{{"id":"{id}","fileName":"a.txt","size":3{more}}}"#)
}

#[test]
fn what_is_written_is_read() {
    let own = Info {
        device_model: Some("Landline".to_owned()),
        device_type: Some(DeviceType::Headless),
        ..info()
    };
    assert_eq!(Info::parse(&own.to_json()), Ok(own.clone()));
    let announced = Announcement {
        info: own,
        announce: true,
        announcement: true,
    };
    let json = serde_json::to_vec(&announced).unwrap();
    assert_eq!(Announcement::parse(&json), Ok(announced));
}

/// The app rejects a message without these.
#[test]
fn what_is_written_has_the_fields_that_the_app_requires() {
    let json: serde_json::Value = serde_json::from_slice(&info().to_json()).unwrap();
    assert_eq!(
        json,
        serde_json::json!({
            "alias": "Ann",
            "version": "2.2",
            "fingerprint": FINGERPRINT,
            "port": 53317,
            "protocol": "https",
            "download": false,
        })
    );
}

#[test]
fn only_the_name_is_required() {
    let least = Info::parse(br#"{"alias":"Ann"}"#).unwrap();
    assert_eq!(least.alias, "Ann");
    assert_eq!((least.port, least.protocol), (None, None));
    assert_eq!(least.identity(), None);
    let nulls =
        br#"{"alias":"Ann","version":null,"deviceModel":null,"deviceType":null,"fingerprint":null,
        "port":null,"protocol":null,"download":null}"#;
    assert_eq!(Info::parse(nulls), Ok(least.clone()));
    let flags = br#"{"announce":null,"alias":"Ann","announcement":null}"#;
    let expected = Announcement {
        info: least,
        announce: false,
        announcement: false,
    };
    assert_eq!(Announcement::parse(flags), Ok(expected));
}

#[test]
fn unknown_fields_and_kinds_are_no_errors() {
    let read = Info::parse(
        br#"{"x":[{"alias":1}],"alias":"Ann","deviceType":"fridge","y":"\ud800","alias2":null}"#,
    );
    assert_eq!(read.unwrap().device_type, Some(DeviceType::Desktop));
    for (name, kind) in [
        ("MOBILE", DeviceType::Mobile),
        ("Web", DeviceType::Web),
        ("headless", DeviceType::Headless),
        ("server", DeviceType::Server),
    ] {
        let json = format!(r#"{{"alias":"Ann","deviceType":"{name}"}}"#);
        let read = Info::parse(json.as_bytes()).unwrap();
        assert_eq!(read.device_type, Some(kind), "{name}");
    }
}

#[test]
fn a_fingerprint_that_is_none_is_text() {
    for (text, is_identity) in [
        (FINGERPRINT, true),
        (&FINGERPRINT.to_lowercase(), true),
        ("", false),
        ("random string", false),
        (&FINGERPRINT[1..], false),
    ] {
        let info = Info {
            fingerprint: text.to_owned(),
            ..info()
        };
        assert_eq!(info.identity().is_some(), is_identity, "{text}");
    }
}

#[test]
fn what_makes_no_sense_is_malformed() {
    for text in [
        "",
        "{",
        "null",
        "[]",
        "\"Ann\"",
        "{}",
        r#"{"alias":null}"#,
        r#"{"alias":1}"#,
        r#"{"alias":"Ann","alias":"Bo"}"#,
        r#"{"alias":"Ann"}x"#,
        r#"{"alias":"Ann","port":0}"#,
        r#"{"alias":"Ann","port":-1}"#,
        r#"{"alias":"Ann","port":65536}"#,
        r#"{"alias":"Ann","port":"53317"}"#,
        r#"{"alias":"Ann","port":53317.5}"#,
        r#"{"alias":"Ann","protocol":"ftp"}"#,
        r#"{"alias":"Ann","download":"yes"}"#,
        r#"{"alias":"\ud800"}"#,
    ] {
        assert_eq!(
            Info::parse(text.as_bytes()),
            Err(Malformed::Syntax),
            "{text}"
        );
        let announced = Announcement::parse(text.as_bytes());
        assert_eq!(announced, Err(Malformed::Syntax), "{text}");
    }
    let flag = br#"{"alias":"Ann","announce":1}"#;
    assert_eq!(Announcement::parse(flag), Err(Malformed::Syntax));
    let no_text = b"{\"alias\":\"\xff\"}";
    assert_eq!(Info::parse(no_text), Err(Malformed::Syntax));
}

#[test]
fn long_messages_are_not_read() {
    let long = |len: usize| {
        let mut json = br#"{"alias":"Ann"}"#.to_vec();
        json.resize(len, b' ');
        json
    };
    assert!(Info::parse(&long(INFO_MAX_LEN)).is_ok());
    assert_eq!(
        Info::parse(&long(INFO_MAX_LEN + 1)),
        Err(Malformed::TooMuch)
    );
    let announced = Announcement::parse(&long(INFO_MAX_LEN + 1));
    assert_eq!(announced, Err(Malformed::TooMuch));
    let offered = PrepareUpload::parse(&vec![b' '; PREPARE_MAX_LEN + 1]);
    assert_eq!(offered, Err(Malformed::TooMuch));
}

#[test]
fn deep_messages_are_not_followed() {
    let depth = 100_000;
    let deep = "[".repeat(depth) + &"]".repeat(depth);
    // Where they are expected, and where they are ignored.
    for json in [
        format!(r#"{{"info":{deep},"files":{{}}}}"#),
        format!(r#"{{"info":{{"alias":{deep}}},"files":{{}}}}"#),
        format!(r#"{{"info":{{"alias":"Ann"}},"files":{deep}}}"#),
        format!(r#"{{"info":{{"alias":"Ann"}},"files":{{"a":{deep}}}}}"#),
        format!(r#"{{"info":{{"alias":"Ann"}},"files":{{"a":{{"preview":{deep}}}}}}}"#),
    ] {
        let read = PrepareUpload::parse(json.as_bytes());
        assert_eq!(read, Err(Malformed::Syntax), "{}", &json[..60]);
    }
    let ignored = format!(r#"{{"x":{deep},"info":{{"alias":"Ann"}},"files":{{}}}}"#);
    assert!(PrepareUpload::parse(ignored.as_bytes()).is_ok());
    let datagram = "[".repeat(INFO_MAX_LEN);
    assert_eq!(
        Announcement::parse(datagram.as_bytes()),
        Err(Malformed::Syntax)
    );
}

#[test]
fn a_file_needs_a_name_and_a_size() {
    let read = offer(r#""a":{"fileName":"d/e.txt","size":18446744073709551615}"#).unwrap();
    let least = &read.files["a"];
    assert_eq!(
        (least.file_name.as_str(), least.size),
        ("d/e.txt", u64::MAX)
    );
    let nulls = r#","fileType":"text","sha256":null,"preview":null,"metadata":null,"x":{"y":[]}"#;
    let read = offer(&file("a", nulls)).unwrap();
    let FileInfo {
        sha256,
        preview,
        metadata,
        ..
    } = &read.files["a"];
    assert_eq!((sha256, preview, metadata), (&None, &None, &None));
    let dates = r#","metadata":{"modified":null,"accessed":"2026-11-29T20:58:30.926Z","x":1}"#;
    let read = offer(&file("a", dates)).unwrap();
    let accessed = Some("2026-11-29T20:58:30.926Z".to_owned());
    let expected = Metadata {
        modified: None,
        accessed,
    };
    assert_eq!(read.files["a"].metadata, Some(expected));
}

#[test]
fn files_that_make_no_sense_are_malformed() {
    let twice = [file("a", ""), file("b", ""), file("a", "")].join(",");
    for files in [
        r#""a":null"#,
        r#""a":{}"#,
        r#""a":{"fileName":"x"}"#,
        r#""a":{"size":1}"#,
        r#""a":{"fileName":"x","size":-1}"#,
        r#""a":{"fileName":"x","size":1.5}"#,
        r#""a":{"fileName":"x","size":"1"}"#,
        r#""a":{"fileName":"x","size":18446744073709551616}"#,
        r#""a":{"fileName":"x","size":1,"size":1}"#,
        r#""a":{"fileName":7,"size":1}"#,
        &file("a", r#","preview":7"#),
        &file("a", r#","metadata":"2026""#),
        &twice,
    ] {
        assert_eq!(offer(files), Err(Malformed::Syntax), "{files}");
    }
    for json in [
        r#"{"info":{"alias":"Ann"}}"#,
        r#"{"files":{}}"#,
        r#"{"info":{"alias":"Ann"},"files":[]}"#,
        r#"{"info":{"alias":"Ann"},"files":null}"#,
    ] {
        let read = PrepareUpload::parse(json.as_bytes());
        assert_eq!(read, Err(Malformed::Syntax), "{json}");
    }
}

#[test]
fn no_more_files_than_are_allowed() {
    let files = |count: usize| {
        let all = (0..count).map(|at| file(&at.to_string(), ""));
        offer(&all.collect::<Vec<_>>().join(","))
    };
    assert_eq!(files(0).unwrap().files.len(), 0);
    assert_eq!(files(FILES_MAX).unwrap().files.len(), FILES_MAX);
    assert_eq!(files(FILES_MAX + 1), Err(Malformed::TooMuch));
    assert_eq!(files(60_000), Err(Malformed::TooMuch));
    // What is behind them has to be JSON.
    let mut more = (0..=FILES_MAX).map(|at| file(&at.to_string(), ""));
    let cut = more.by_ref().collect::<Vec<_>>().join(",") + ",\"x\":";
    assert_eq!(offer(&cut), Err(Malformed::Syntax));
}

#[test]
fn only_the_text_of_a_message_is_kept() {
    let with = |preview: &str| {
        file(
            "a",
            &format!(r#","fileType":"text/plain","preview":"{preview}""#),
        )
    };
    let kept = |files: &str| offer(files).unwrap().files["a"].preview.clone();
    assert_eq!(
        kept(&with(r"a\n\u6d77\\")),
        Some("a\n\u{6d77}\\".to_owned())
    );
    assert_eq!(kept(&with("")), Some(String::new()));
    let longest = "x".repeat(PREVIEW_MAX_LEN);
    assert_eq!(kept(&with(&longest)), Some(longest.clone()));
    assert_eq!(kept(&with(&format!("{longest}x"))), None);
    // An image, with escapes, so that it is not borrowed.
    assert_eq!(kept(&with(&r"iVBOR\/".repeat(100_000))), None);
    let two = [with("hello"), file("b", "")].join(",");
    assert_eq!(kept(&two), None);
}
