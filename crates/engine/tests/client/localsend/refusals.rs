//! What devices answer to the question and to uploads, and what the user is told of it.

use landline_engine::error::PasswordError;
use landline_engine::password::Password;

use super::*;

fn outcome(line: &'static str) -> Outcome {
    let device = Device::with(move |_| Act::Answer(status(line)));
    let phone = Phone::new();
    let transfer = phone.send(&device, &[phone.write("a.txt", b"hello")]);
    assert_eq!(device.asked().len(), 1, "{line}");
    transfer.outcome().unwrap().clone()
}

#[test]
fn each_status_has_its_own_error() {
    let name = || "a.txt".to_owned();
    for (line, expected) in [
        ("204 No Content", DeliveryError::Declined { host: host() }),
        ("403 Forbidden", DeliveryError::Declined { host: host() }),
        ("409 Conflict", DeliveryError::InUse { host: host() }),
        (
            "413 Content Too Large",
            DeliveryError::TooLarge {
                host: host(),
                name: name(),
            },
        ),
        (
            "507 Insufficient Storage",
            DeliveryError::DiskFull { host: host() },
        ),
        (
            "503 Service Unavailable",
            DeliveryError::Busy {
                host: host(),
                retry_after: None,
            },
        ),
        (
            "500 Internal Server Error",
            DeliveryError::NotStored {
                host: host(),
                name: name(),
                status: 500,
            },
        ),
    ] {
        assert_eq!(outcome(line), failed(expected), "{line}");
    }
}

#[test]
fn what_is_no_device_is_none() {
    for answer in [
        status("404 Not Found"),
        status("400 Bad Request"),
        status("302 Found"),
        status("200 OK"),
        b"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n".to_vec(),
        b"hello, who is there?\r\n\r\n".to_vec(),
        json_answer("{"),
        json_answer("[]"),
        json_answer(r#"{"sessionId": "s"}"#),
        json_answer(r#"{"files": {}}"#),
        json_answer(r#"{"sessionId": 1, "files": {}}"#),
        json_answer(r#"{"sessionId": "s", "files": {"00000": null}}"#),
        json_answer(&format!(
            r#"{{"sessionId": "s", "files": {{"00000": "{}"}}}}"#,
            "t".repeat(600)
        )),
        // As much as anybody likes to send, and not whole.
        format!(
            "HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{}",
            " ".repeat(9 * MIB)
        )
        .into_bytes(),
        b"HTTP/1.1 200 OK\r\nContent-Length: 999\r\nConnection: close\r\n\r\n{".to_vec(),
    ] {
        let text = String::from_utf8_lossy(&answer[..answer.len().min(80)]).into_owned();
        let device = Device::with(move |_| Act::Early(answer.clone()));
        let phone = Phone::new();
        let transfer = phone.send(&device, &[phone.write("a.txt", b"hello")]);
        let expected = failed(DeliveryError::NotADevice {
            host: host(),
            port: device.port,
        });
        assert_eq!(transfer.outcome(), Some(&expected), "{text}");
        assert_eq!(device.count("upload"), 0, "{text}");
    }
}

#[test]
fn tokens_for_other_files_are_ignored() {
    let device = Device::with(|asked| match &*asked.what {
        "prepare-upload" => Act::Answer(json_answer(
            r#"{"sessionId": "s", "files": {"x": "t", "00001": "t"}}"#,
        )),
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let transfer = phone.send(&device, &[phone.write("a.txt", b"hello")]);
    let expected = failed(DeliveryError::Declined { host: host() });
    assert_eq!(transfer.outcome(), Some(&expected));
    assert_eq!(device.count("upload"), 0);
    // The device waits for something.
    assert_eq!(device.asked()[1].query, "sessionId=s");
}

fn password(error: PasswordError) -> Outcome {
    Outcome::Failed(Failure::Fetch(ClientError::Password(error)))
}

#[test]
fn a_pin_is_sent_in_the_query() {
    for is_encrypted in [true, false] {
        let script = |asked: &device::Asked| match &*asked.query {
            _ if asked.what != "prepare-upload" => Act::Usual,
            "pin=12%2634%20%E6%B5%B7" => Act::Usual,
            _ => Act::Answer(status("401 Unauthorized")),
        };
        let device = if is_encrypted {
            Device::with(script)
        } else {
            Device::plain(script)
        };
        let (phone, port, is_pin) = (Phone::new(), device.port, true);
        let file = [phone.write("a.txt", b"hello")];
        let transfer = phone.send(&device, &file);
        let required = PasswordError::Required {
            host: host(),
            port,
            is_pin,
        };
        assert_eq!(transfer.outcome(), Some(&password(required)));
        let passwords = &phone.sender.downloader.client.servers().passwords;
        passwords.set_for_now("127.0.0.1", port, Password::new("1234").unwrap());
        let transfer = phone.send(&device, &file);
        let wrong = PasswordError::Wrong {
            host: host(),
            port,
            is_pin,
        };
        assert_eq!(transfer.outcome(), Some(&password(wrong)));
        passwords.set_for_now("127.0.0.1", port, Password::new("12&34 海").unwrap());
        assert_sent(&phone.send(&device, &file));
        let asked = device.asked();
        let queries: Vec<_> = asked.iter().map(|asked| &*asked.query).collect();
        let upload = "sessionId=s%201&fileId=00000&token=t%2F00000";
        if is_encrypted {
            assert_eq!(queries, ["", "pin=1234", "pin=12%2634%20%E6%B5%B7", upload]);
        } else {
            // In plain text, only to a device that asks.
            let right = ["", "pin=12%2634%20%E6%B5%B7", upload];
            assert_eq!(queries[..3], ["", "", "pin=1234"]);
            assert_eq!(queries[3..], right);
        }
        assert!(
            asked
                .iter()
                .all(|asked| !asked.head.contains("authorization"))
        );
    }
}

#[test]
fn too_many_wrong_pins_are_said() {
    let device = Device::with(|_| {
        let fields =
            "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 60\r\nContent-Length: 0\r\n\r\n";
        Act::Answer(fields.into())
    });
    let phone = Phone::new();
    let transfer = phone.send(&device, &[phone.write("a.txt", b"hello")]);
    let expected = password(PasswordError::TooMany {
        host: host(),
        port: device.port,
        retry_after: Some(std::time::Duration::from_mins(1)),
        is_pin: true,
    });
    assert_eq!(transfer.outcome(), Some(&expected));
}

#[test]
fn an_upload_that_fails_says_why() {
    for (line, expected) in [
        (
            "403 Forbidden",
            DeliveryError::CancelledByRecipient { host: host() },
        ),
        (
            "507 Insufficient Storage",
            DeliveryError::DiskFull { host: host() },
        ),
        (
            "500 Internal Server Error",
            DeliveryError::NotStored {
                host: host(),
                name: "film".to_owned(),
                status: 500,
            },
        ),
        (
            "413 Content Too Large",
            DeliveryError::TooLarge {
                host: host(),
                name: "film".to_owned(),
            },
        ),
    ] {
        for early in [true, false] {
            let device = Device::with(move |asked| match &*asked.what {
                "upload" if early => Act::Early(status(line)),
                "upload" => Act::Answer(status(line)),
                _ => Act::Usual,
            });
            let phone = Phone::new();
            let transfer = phone.send(&device, &[phone.write("film", &noise(20 * MIB))]);
            let is = transfer.outcome();
            assert_eq!(is, Some(&failed(expected.clone())), "{line} {early}");
            assert_eq!(transfer.done(), 0);
            assert_eq!(device.count("upload"), 1);
        }
    }
}

#[test]
fn other_files_are_sent_if_one_is_not_stored() {
    let device = Device::with(|asked| match &*asked.what {
        "upload" if asked.file_id() == "00001" => Act::Answer(status("500 Internal Server Error")),
        _ => Act::Usual,
    });
    let phone = Phone::new();
    let files = ["a", "b", "c"].map(|name| phone.write(name, b"x"));
    let transfer = phone.send(&device, &files);
    assert!(matches!(transfer.outcome(), Some(Outcome::Incomplete(all)) if all.failed == 1));
    assert_eq!(device.names(), ["a", "c"]);
    assert_eq!(device.count("cancel"), 0);
}
