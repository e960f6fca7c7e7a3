//! What is accepted in place of a password: the password itself, the token of a link, and the cookies of browsers that
//! had one of them. Everything is compared as codes of a fixed length under a random key, so that the time of a
//! comparison says nothing about how much of a secret was right.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use zeroize::Zeroizing;

use crate::secret::{Code, Secret, is_same};
use crate::server::Privacy;

/// What opens a share.
#[derive(Debug)]
pub(in crate::server) struct Keys {
    password: Key,
    token: Option<Key>,
    /// Cookies are withheld from connections that are not encrypted.
    is_encrypted_only: bool,
    /// The key of the comparisons, which this process has made up.
    comparing: Secret,
}

/// A secret that opens the share.
struct Key {
    code: Code,
    /// The cookie of those who had it.
    cookie: Zeroizing<String>,
    cookie_code: Code,
}

/// Keeps it out of logs.
impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

/// The secrets of one request, compared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::server) struct Attempt {
    /// One number for each secret, by which a repeated one is recognised.
    pub(super) tried: Vec<u64>,
    opened: Opened,
}

/// Which keys are among the secrets of a request.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Opened {
    password: bool,
    token: bool,
}

impl Attempt {
    pub(super) fn is_right(&self) -> bool {
        self.opened.password | self.opened.token
    }
}

impl Keys {
    /// The keys for these settings; `None` if no password is needed.
    pub(super) fn of(privacy: &Privacy, secret: &Secret) -> Option<Self> {
        let password = privacy.password.as_ref()?;
        let comparing = Secret::of_process();
        let key = |purpose: &str, it: &[u8]| {
            let cookie = secret.code(purpose, &[it]);
            let cookie = Zeroizing::new(URL_SAFE_NO_PAD.encode(cookie));
            Key {
                code: code(&comparing, it),
                cookie_code: code(&comparing, cookie.as_bytes()),
                cookie,
            }
        };
        let token = privacy.token.as_ref();
        let token = token.map(|token| Zeroizing::new(token.reveal()));
        Some(Self {
            password: key("cookie of the password", password.reveal().as_bytes()),
            token: token.map(|token| key("cookie of the link", token.as_bytes())),
            is_encrypted_only: privacy.is_encrypted_only,
            comparing,
        })
    }

    /// Whether one of `cookies` is that of a browser that was let in. Nobody can guess one, so that no attempt is counted,
    /// and a second one, which another port of this host may have set, does no harm.
    pub fn are_in<'a>(&self, cookies: impl Iterator<Item = &'a str>) -> bool {
        let mut is_in = false;
        for cookie in cookies {
            let code = code(&self.comparing, cookie.as_bytes());
            is_in |= is_same(&code, &self.password.cookie_code);
            let token = self.token.as_ref();
            is_in |= token.is_some_and(|token| is_same(&code, &token.cookie_code));
        }
        is_in
    }

    /// Compares `secrets` with the password and the token. Empty ones are none.
    pub fn compare(&self, secrets: &[&[u8]]) -> Attempt {
        self.attempt(secrets, |opened| opened)
    }

    /// Compares the token in a link, where the password does not count: it would be visible.
    pub fn compare_token(&self, token: &[u8]) -> Attempt {
        self.attempt(&[token], |opened| Opened {
            password: false,
            ..opened
        })
    }

    fn attempt(&self, secrets: &[&[u8]], accepted: fn(Opened) -> Opened) -> Attempt {
        let mut attempt = Attempt {
            tried: Vec::new(),
            opened: Opened::default(),
        };
        for secret in secrets.iter().filter(|secret| !secret.is_empty()) {
            let code = code(&self.comparing, secret);
            let token = self.token.as_ref();
            attempt.opened.password |= is_same(&code, &self.password.code);
            attempt.opened.token |= token.is_some_and(|token| is_same(&code, &token.code));
            let id = u64::from_le_bytes(std::array::from_fn(|at| code[at]));
            if !attempt.tried.contains(&id) {
                attempt.tried.push(id);
            }
        }
        attempt.opened = accepted(attempt.opened);
        attempt
    }

    /// The cookie for a browser whose `attempt` was right.
    pub fn cookie(&self, attempt: &Attempt) -> Option<&str> {
        let key = match attempt.opened {
            Opened { password: true, .. } => Some(&self.password),
            Opened { token: true, .. } => self.token.as_ref(),
            Opened { .. } => None,
        };
        key.map(|key| key.cookie.as_str())
    }

    /// Whether cookies are only for encrypted connections.
    pub fn is_encrypted_only(&self) -> bool {
        self.is_encrypted_only
    }
}

fn code(comparing: &Secret, it: &[u8]) -> Code {
    comparing.code("compared", &[it])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::{LinkToken, Password};

    fn keys(password: &str, token: Option<LinkToken>) -> Keys {
        let privacy = Privacy {
            password: Password::new(password),
            token,
            ..Privacy::default()
        };
        Keys::of(&privacy, &Secret::of_process()).unwrap()
    }

    fn opens(keys: &Keys, secret: &[u8]) -> bool {
        keys.compare(&[secret]).is_right()
    }

    #[test]
    fn without_a_password_there_are_no_keys() {
        let privacy = Privacy {
            token: Some(LinkToken::random()),
            ..Privacy::default()
        };
        assert!(Keys::of(&privacy, &Secret::of_process()).is_none());
    }

    #[test]
    fn the_password_and_the_token_open_and_nothing_else_does() {
        let token = LinkToken::random();
        let keys = keys("pässword", Some(token));
        assert!(opens(&keys, "pässword".as_bytes()));
        assert!(opens(&keys, token.reveal().as_bytes()));
        for wrong in [
            &b""[..],
            b"p",
            b"p\xe4ssword",
            "pässwor".as_bytes(),
            "pässword ".as_bytes(),
            "pässword\0".as_bytes(),
            "Pässword".as_bytes(),
            &token.reveal().as_bytes()[..21],
            LinkToken::random().reveal().as_bytes(),
        ] {
            assert!(!opens(&keys, wrong), "{wrong:?}");
        }
        let long = "pässword".repeat(10_000);
        assert!(!opens(&keys, long.as_bytes()));
        assert!(keys.compare(&[b"ann", "pässword".as_bytes()]).is_right());
        assert!(keys.compare(&["pässword".as_bytes(), b"ann"]).is_right());
        assert!(!keys.compare(&[b"ann", b"bob"]).is_right());
        assert!(!keys.compare(&[]).is_right());
        // In a link, the password does not count.
        assert!(!keys.compare_token("pässword".as_bytes()).is_right());
        assert!(keys.compare_token(token.reveal().as_bytes()).is_right());
    }

    #[test]
    fn attempts_are_recognised_again() {
        let keys = keys("right", None);
        let tried = |secrets: &[&[u8]]| keys.compare(secrets).tried;
        assert_eq!(tried(&[b"a"]), tried(&[b"a"]));
        assert_ne!(tried(&[b"a"]), tried(&[b"b"]));
        assert_eq!(tried(&[b"", b"a", b"a"]), tried(&[b"a"]));
        assert_eq!(tried(&[b"a", b"b"]).len(), 2);
        assert!(tried(&[b"", b""]).is_empty());
    }

    #[test]
    fn a_cookie_is_valid_until_its_secret_changes() {
        let token = LinkToken::random();
        let before = keys("one", Some(token));
        let by_password = before.cookie(&before.compare(&[b"one"])).unwrap();
        let by_token = before.compare_token(token.reveal().as_bytes());
        let by_token = before.cookie(&by_token).unwrap();
        assert_ne!(by_password, by_token);
        assert_eq!(before.cookie(&before.compare(&[b"two"])), None);
        for (after, password_counts, token_counts) in [
            (keys("one", Some(token)), true, true),
            (keys("two", Some(token)), false, true),
            (keys("one", Some(LinkToken::random())), true, false),
            (keys("one", None), true, false),
        ] {
            assert_eq!(after.are_in([by_password].into_iter()), password_counts);
            assert_eq!(after.are_in([by_token].into_iter()), token_counts);
        }
        let forged = [by_password, "x"].concat();
        let cut = &by_password[1..];
        for cookies in [&[][..], &[""], &["one"], &[&forged], &[cut], &["x", "y"]] {
            assert!(!before.are_in(cookies.iter().copied()), "{cookies:?}");
        }
        assert!(before.are_in(["x", by_password, "y"].into_iter()));
        // Another installation cannot make it.
        let privacy = Privacy {
            password: Password::new("one"),
            ..Privacy::default()
        };
        let dir = tempfile::tempdir().unwrap();
        let other = Keys::of(&privacy, &Secret::of(Some(dir.path()))).unwrap();
        assert!(!other.are_in([by_password].into_iter()));
    }

    /// The time of a comparison cannot depend on the secrets: what is compared are codes of one length, and codes of
    /// secrets that are nearly the same have nothing in common.
    #[test]
    fn only_codes_of_a_fixed_length_are_compared() {
        let _: fn(&Code, &Code) -> bool = is_same;
        let comparing = Secret::of_process();
        let right = code(&comparing, b"a password");
        for near in [
            &b"a passwor"[..],
            b"a passwore",
            b"b password",
            b"a password ",
        ] {
            let near = code(&comparing, near);
            let differing = right.iter().zip(near).filter(|(a, b)| **a != *b).count();
            // Of 32 random bytes, 24 agree once in 10^51.
            assert!(differing > 8, "{differing}");
            assert!(!is_same(&right, &near));
        }
        for at in 0..right.len() {
            let mut other = right;
            other[at] ^= 1;
            assert!(!is_same(&right, &other), "{at}");
        }
        assert!(is_same(&right, &right.clone()));
    }

    #[test]
    fn no_secret_shows_in_a_log() {
        let token = LinkToken::random();
        let keys = keys("hunter2", Some(token));
        let cookie = keys.cookie(&keys.compare(&[b"hunter2"])).unwrap();
        let shown = format!("{keys:?} {:?}", keys.compare(&[b"hunter2"]));
        for secret in ["hunter2", cookie, &token.reveal()] {
            assert!(!shown.contains(secret), "{shown}");
        }
    }
}
