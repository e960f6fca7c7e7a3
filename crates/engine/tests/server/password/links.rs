//! Links with a token.

use landline_engine::password::LinkToken;

use super::rig::{PASSWORD, Rig, basic, cookie_of};
use crate::common::{body, field, status};

#[test]
fn a_link_leads_to_the_clean_address_with_a_cookie() {
    let rig = Rig::start();
    let token = rig.token.reveal();
    for (target, location) in [
        (format!("/?k={token}"), "/"),
        (format!("/folder/?k={token}"), "/folder/"),
        (
            format!("/folder/?sort=size&k={token}&q=a"),
            "/folder/?sort=size&q=a",
        ),
        (format!("/known.txt?k={token}&k=other"), "/known.txt"),
        (format!("/missing?k={token}"), "/missing"),
        (format!("//evil.example?k={token}"), "/evil.example"),
        (format!("/\\evil.example?k={token}"), "/%5Cevil.example"),
        (format!("http://localhost/a?k={token}"), "/a"),
    ] {
        for method in ["GET", "HEAD"] {
            let answer = rig.shared.http(&format!(
                "{method} {target} HTTP/1.1\r\nHost: localhost\r\n\r\n"
            ));
            assert_eq!(status(&answer), 303, "{target}");
            assert_eq!(field(&answer, "Location"), Some(location), "{target}");
            assert!(!answer.contains(&token), "{answer}");
            assert_eq!(body(&answer), "");
            let cookie = cookie_of(&answer);
            assert_eq!(rig.status("/known.txt", &cookie), 200);
        }
    }
    assert_eq!(rig.log(), []);
}

#[test]
fn other_tokens_open_nothing() {
    let rig = Rig::start();
    let token = rig.token.reveal();
    let encoded: Vec<_> = token.bytes().map(|byte| format!("%{byte:02x}")).collect();
    let encoded = encoded.concat();
    for query in [
        format!("k={}", LinkToken::random().reveal()),
        format!("k={}", &token[1..]),
        format!("k={token}="),
        format!("k={token}%20"),
        format!("k={encoded}"),
        format!("%6b={token}"),
        format!("K={token}"),
        format!("q=k={token}"),
        format!("k=wrong&k={token}"),
        // A password would be visible there.
        format!("k={PASSWORD}").replace(' ', "+"),
        "k=corr%C3%A9ct%20horse".to_owned(),
        "k=".to_owned(),
        "k".to_owned(),
    ] {
        let answer = rig
            .shared
            .get(&format!("/known.txt?{query}"), "Accept: text/html\r\n");
        let status = status(&answer);
        assert!(matches!(status, 401 | 429), "{query}: {status}");
        assert_eq!(field(&answer, "Set-Cookie"), None, "{query}");
        assert!(!answer.contains("the content"));
    }
}

#[test]
fn a_token_counts_in_the_address_of_get_and_head_only() {
    let rig = Rig::start();
    let token = rig.token.reveal();
    for method in ["POST", "PUT", "OPTIONS", "DELETE"] {
        let request = format!(
            "{method} /x?k={token} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n"
        );
        let answer = rig.shared.http(&request);
        assert_eq!(status(&answer), 401, "{method}");
        assert_eq!(field(&answer, "Set-Cookie"), None, "{method}");
    }
}

#[test]
fn who_is_let_in_already_is_only_redirected() {
    let rig = Rig::start();
    for fields in [rig.cookie(), basic(format!(":{PASSWORD}"))] {
        for token in [rig.token.reveal(), "wrong".to_owned()] {
            let answer = rig.shared.get(&format!("/known.txt?k={token}"), &fields);
            assert_eq!(status(&answer), 303);
            assert_eq!(field(&answer, "Location"), Some("/known.txt"));
            assert_eq!(field(&answer, "Set-Cookie"), None);
        }
    }
    assert_eq!(rig.log(), []);
}
