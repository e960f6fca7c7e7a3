//! A password where TLS is spoken, too.

use landline_engine::server::LogEntry;

use super::rig::{PASSWORD, Rig, basic, privacy};
use crate::common::tls::identity;
use crate::common::{field, status};

fn sign_in(origin: &str) -> String {
    let form = "password=corr%C3%A9ct+horse";
    format!(
        "POST /folder/?password HTTP/1.1\r\nHost: localhost\r\nOrigin: {origin}\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\nConnection: close\r\n\r\n{form}",
        form.len()
    )
}

fn page(target: &str) -> String {
    format!(
        "GET {target} HTTP/1.1\r\nHost: localhost:8080\r\nAccept: text/html\r\nConnection: close\r\n\r\n"
    )
}

#[test]
fn pages_say_whether_they_are_encrypted_and_offer_it() {
    let rig = Rig::with(|config| config.identity = Some(identity().clone()));
    let link = "href=\"https://localhost:8080/folder/?sort=size\"";
    let target = "/folder/?k=wrong&sort=size&password";
    let plain = rig.shared.http(&page(target));
    assert_eq!(status(&plain), 401);
    assert!(
        plain.contains("<summary>Not encrypted<") && plain.contains(link),
        "{plain}"
    );
    let encrypted = rig.shared.https(&page(target));
    assert_eq!(status(&encrypted), 401);
    assert!(encrypted.contains(">Encrypted<") && !encrypted.contains("href=\"https"));
    let cookie = rig.cookie();
    let signed_in = page("/folder/?sort=size").replace("Accept", &format!("{cookie}Accept"));
    let plain = rig.shared.http(&signed_in);
    assert_eq!(status(&plain), 200);
    assert!(plain.contains(link), "{plain}");
    // The cookie is valid over both.
    let encrypted = rig.shared.https(&signed_in);
    assert_eq!(status(&encrypted), 200);
    assert!(encrypted.contains(">Encrypted<") && !encrypted.contains("href=\"https"));
    let without = Rig::start();
    let page = without.shared.http(&page("/"));
    assert!(page.contains(">Not encrypted<") && !page.contains("https://"));
}

#[test]
fn a_cookie_of_an_encrypted_only_share_stays_encrypted() {
    let rig = Rig::with(|config| config.identity = Some(identity().clone()));
    let answer = rig.shared.https(&sign_in("https://localhost"));
    assert_eq!(status(&answer), 303, "{answer}");
    assert_eq!(field(&answer, "Location"), Some("/folder/"));
    assert!(!field(&answer, "Set-Cookie").unwrap().contains("Secure"));
    // A page that came without TLS may have been changed on its way.
    for origin in ["https://evil.example", "http://localhost"] {
        let answer = rig.shared.https(&sign_in(origin));
        assert_eq!(status(&answer), 403, "{origin}");
    }
    let mut only = privacy(PASSWORD, Some(rig.token));
    only.is_encrypted_only = true;
    rig.set(only);
    let answer = rig.shared.https(&sign_in("https://localhost"));
    let cookie = field(&answer, "Set-Cookie").unwrap();
    assert!(cookie.ends_with("; Secure"), "{cookie}");
    // In plain text, nothing is compared: no attempt is told from another.
    rig.log();
    for fields in [basic(":wrong"), basic(format!(":{PASSWORD}"))] {
        let answer = rig.shared.get("/known.txt", &fields);
        assert_eq!(status(&answer), 308);
        assert_eq!(
            field(&answer, "Location"),
            Some("https://localhost:80/known.txt")
        );
    }
    assert!(!rig.log().contains(&LogEntry::WrongPassword));
    assert!(rig.shared.raw(b"known.txt\n").is_empty());
    assert_eq!(rig.log(), [LogEntry::RawNotEncrypted]);
}
