//! The names that a server answers to besides addresses and local names: those that the user allows, and this computer's
//! own under the domains of its network.

use std::time::{Duration, Instant};

use parking_lot::Mutex;

/// How long the computer's own names are remembered. They change with the network.
const MAX_AGE: Duration = Duration::from_secs(2);

/// The maximum length of a name, and of each of its labels, in bytes (RFC 1035 section 2.3.4).
const NAME_MAX_LEN: usize = 253;
const LABEL_MAX_LEN: usize = 63;

/// The names of one server.
#[derive(Debug)]
pub(super) struct HostNames {
    allowed: Mutex<Vec<String>>,
    own: Mutex<Option<(Instant, Vec<String>)>>,
    read_own: fn() -> Vec<String>,
}

impl HostNames {
    /// `allowed` are the user's names; `read_own` reads the computer's full names from the system.
    pub(super) fn new(allowed: Vec<String>, read_own: fn() -> Vec<String>) -> Self {
        Self {
            allowed: Mutex::new(allowed),
            own: Mutex::default(),
            read_own,
        }
    }

    /// Replaces the user's names.
    pub(super) fn set_allowed(&self, allowed: Vec<String>) {
        *self.allowed.lock() = allowed;
    }

    /// Whether the server answers to `name`, which has neither a port nor a dot at its end.
    pub(super) fn contain(&self, name: &str) -> bool {
        is_among(name, &self.allowed.lock()) || self.own_contain(name, Instant::now())
    }

    /// However many requests ask, the system is asked at most once in [`MAX_AGE`].
    fn own_contain(&self, name: &str, now: Instant) -> bool {
        let mut own = self.own.lock();
        let fresh = own.take_if(|(read, _)| now.duration_since(*read) < MAX_AGE);
        let (_, names) = own.insert(fresh.unwrap_or_else(|| (now, (self.read_own)())));
        is_among(name, names)
    }
}

fn is_among(name: &str, names: &[String]) -> bool {
    let mut names = names.iter().map(|known| known.trim_end_matches('.'));
    names.any(|known| known.eq_ignore_ascii_case(name))
}

/// The host names in `text` as a person types them, separated by commas or spaces, with or without a scheme and a port;
/// what cannot be a host name is an error. Names in other scripts have to be in their ASCII form (`xn--`), because that is
/// what browsers send.
pub fn host_names(text: &str) -> impl Iterator<Item = Result<String, &str>> {
    let is_separator = |c: char| c.is_whitespace() || ",;，、；".contains(c);
    let items = text.split(is_separator).filter(|item| !item.is_empty());
    items.map(|item| {
        let name = item.split_once("://").map_or(item, |(_, rest)| rest);
        let name = name.split(['/', ':']).next().unwrap_or(name);
        let name = name.strip_suffix('.').unwrap_or(name);
        if is_host_name(name) {
            Ok(name.to_ascii_lowercase())
        } else {
            Err(item)
        }
    })
}

/// Whether `name` can be a host name. Underscores occur, even though RFC 952 does not allow them.
pub(super) fn is_host_name(name: &str) -> bool {
    let is_label = |label: &str| {
        let mut bytes = label.bytes();
        (1..=LABEL_MAX_LEN).contains(&label.len())
            && bytes.all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    name.len() <= NAME_MAX_LEN && name.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn only_whole_names_are_allowed() {
        let allowed = vec!["files.example.org.".to_owned()];
        let names = HostNames::new(allowed, || vec!["pc.fritz.box".to_owned()]);
        for known in [
            "files.example.org",
            "FILES.Example.ORG",
            "pc.fritz.box",
            "PC.FRITZ.BOX",
        ] {
            assert!(names.contain(known), "{known}");
        }
        for other in [
            "",
            "x.files.example.org",
            "files.example.org.evil.example",
            "evil.example",
            "pc.evil.example",
            "pc.fritz.box.evil.example",
            "x.pc.fritz.box",
            "other.fritz.box",
            "fritz.box",
            "xpc.fritz.box",
            "pc-fritz.box",
            "pc.fritz.boxx",
            // Letters that are the same only to Unicode's rules, such as the Kelvin sign and the long s.
            "pc.fritz.bo\u{445}",
            "file\u{17f}.example.org",
            &"pc.".repeat(100),
            &format!("{}.pc.fritz.box", "x".repeat(300)),
        ] {
            assert!(!names.contain(other), "{other}");
        }
        names.set_allowed(vec!["evil.example".to_owned()]);
        assert!(names.contain("evil.example") && !names.contain("files.example.org"));
    }

    #[test]
    fn the_names_follow_the_network_but_the_system_is_asked_rarely() {
        static ASKED: AtomicUsize = AtomicUsize::new(0);
        let names = HostNames::new(Vec::new(), || {
            let before = ASKED.fetch_add(1, Ordering::Relaxed);
            vec![["pc.fritz.box", "pc.cafe.example"][before.min(1)].to_owned()]
        });
        let start = Instant::now();
        for _ in 0..1_000 {
            assert!(!names.own_contain("pc.evil.example", start));
            assert!(names.own_contain("pc.fritz.box", start));
        }
        assert_eq!(ASKED.load(Ordering::Relaxed), 1);
        let later = start + MAX_AGE;
        assert!(names.own_contain("pc.cafe.example", later));
        // What the network before called it is no longer its name.
        assert!(!names.own_contain("pc.fritz.box", later));
        assert_eq!(ASKED.load(Ordering::Relaxed), 2);
    }

    #[test]
    fn names_are_read_as_people_type_them() {
        let typed = " a.example,B.Example;\thttp://c.example:8080/x\nd.example.，e_1.example、xn--bcher-kva.example ";
        let names: Result<Vec<_>, _> = host_names(typed).collect();
        let expected = [
            "a.example",
            "b.example",
            "c.example",
            "d.example",
            "e_1.example",
            "xn--bcher-kva.example",
        ];
        assert_eq!(names.unwrap(), expected);
        assert_eq!(host_names(" ,, ").count(), 0);
        let long = format!("{}.example", "x".repeat(64));
        let longer = "x.".repeat(200);
        for wrong in [
            "*",
            "*.example",
            "b\u{fc}cher.example",
            "a..b",
            ".",
            "a/b@c",
            "http://",
            "[::1]",
            &long,
            &longer,
        ] {
            let name = wrong.split('/').next();
            let is_wrong = host_names(wrong).any(|name| name.is_err());
            assert!(is_wrong || name == Some("a"), "{wrong}");
        }
        let some: Vec<_> = host_names("a.example b\u{fc} c.example").collect();
        assert_eq!(
            some,
            [
                Ok("a.example".to_owned()),
                Err("b\u{fc}"),
                Ok("c.example".to_owned())
            ]
        );
    }
}
