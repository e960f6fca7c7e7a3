//! This computer's full names: its host name under each domain that its resolver or DHCP gives, and the full names that the
//! system itself has for it.
//!
//! Not under any other domain: whoever knows the host name could register `HOSTNAME.evil.example`. A domain of the resolver
//! adds no risk, because a browser here looks up the bare host name, which is always accepted, in that very domain.
#![expect(
    clippy::disallowed_methods,
    reason = "small files of the system, at most once in two seconds"
)]

use super::host_names::is_host_name;
use crate::host_name;

/// More domains than any network gives.
const DOMAINS_MAX: usize = 64;

/// Reads the names from the system. Blocks for about as long as opening a file, on Windows for a few tens of milliseconds.
pub(super) fn read() -> Vec<String> {
    let Some(host) = host_name::read() else {
        return Vec::new();
    };
    full_names(&host, &system::domains(&host))
}

fn full_names(host: &str, domains: &[String]) -> Vec<String> {
    let (label, rest) = host.split_once('.').unwrap_or((host, ""));
    let known = std::iter::once(rest).chain(domains.iter().map(String::as_str));
    let domains = known
        .map(|domain| domain.trim_matches('.'))
        .take(DOMAINS_MAX);
    let names = domains.map(|domain| format!("{label}.{domain}"));
    names.filter(|name| is_host_name(name)).collect()
}

#[cfg(unix)]
mod system {
    use std::path::Path;

    use crate::fs::regular_file;

    /// Longer than any such file.
    const FILE_MAX_LEN: u64 = 256 * 1024;

    pub(super) fn domains(host: &str) -> Vec<String> {
        // The second is complete where the first names systemd-resolved only.
        let resolvers = ["/etc/resolv.conf", "/run/systemd/resolve/resolv.conf"];
        let mut domains = Vec::new();
        for path in resolvers {
            super::search_domains(&text(Path::new(path)), &mut domains);
        }
        super::aliases(&text(Path::new("/etc/hosts")), host, &mut domains);
        // systemd-networkd does not tell the resolver about the domain unless it is configured to.
        let leases = std::fs::read_dir("/run/systemd/netif/leases");
        for lease in leases.into_iter().flatten().flatten() {
            super::lease_domains(&text(&lease.path()), &mut domains);
        }
        domains
    }

    fn text(path: &Path) -> String {
        let bytes = regular_file::read(path, FILE_MAX_LEN).unwrap_or_default();
        String::from_utf8_lossy(&bytes).into_owned()
    }
}

/// The `search` and `domain` lines of `resolv.conf`.
#[cfg(any(test, unix))]
fn search_domains(text: &str, domains: &mut Vec<String>) {
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        if matches!(words.next(), Some("search" | "domain")) {
            domains.extend(words.map(str::to_owned));
        }
    }
}

/// The domains of the computer's full names in `/etc/hosts`, which stand on a line with its host name.
#[cfg(any(test, unix))]
fn aliases(text: &str, host: &str, domains: &mut Vec<String>) {
    let label = host.split('.').next().unwrap_or(host);
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or(line);
        let names = line.split_ascii_whitespace().skip(1);
        if names.clone().any(|name| name.eq_ignore_ascii_case(host)) {
            let full = names.filter_map(|name| name.split_once('.'));
            let own = full.filter(|(first, _)| first.eq_ignore_ascii_case(label));
            domains.extend(own.map(|(_, domain)| domain.to_owned()));
        }
    }
}

/// The domains in a lease of systemd-networkd.
#[cfg(any(test, unix))]
fn lease_domains(text: &str, domains: &mut Vec<String>) {
    for line in text.lines() {
        if let Some(("DOMAINNAME" | "DOMAIN_SEARCH_LIST", value)) = line.split_once('=') {
            domains.extend(value.split_ascii_whitespace().map(str::to_owned));
        }
    }
}

#[cfg(windows)]
mod system {
    use std::os::windows::process::CommandExt as _;
    use std::process::{Command, Stdio};

    use crate::system_program;

    /// `CREATE_NO_WINDOW`: no console appears.
    const NO_WINDOW: u32 = 0x0800_0000;

    /// The system's own program reads the registry without `unsafe`.
    pub(super) fn domains(_: &str) -> Vec<String> {
        const KEY: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters";
        let Some(program) = system_program::path("reg.exe") else {
            return Vec::new();
        };
        let printed = Command::new(program)
            .args(["query", KEY, "/s"])
            .stdin(Stdio::null())
            .creation_flags(NO_WINDOW)
            .output()
            .inspect_err(|error| log::info!("the domains of the network are not known: {error}"));
        let printed = printed.map(|done| done.stdout).unwrap_or_default();
        super::registry_domains(&String::from_utf8_lossy(&printed))
    }
}

/// The domains in what `reg query` prints: `    DhcpDomain    REG_SZ    fritz.box`.
#[cfg(any(test, windows))]
fn registry_domains(text: &str) -> Vec<String> {
    let mut domains = Vec::new();
    for line in text.lines() {
        let mut words = line.split_ascii_whitespace();
        let (name, kind) = (words.next(), words.next());
        let is_domain = matches!(name, Some("Domain" | "DhcpDomain" | "SearchList"));
        if is_domain && kind == Some("REG_SZ") {
            let values = words.flat_map(|word| word.split(','));
            domains.extend(values.map(str::to_owned));
        }
    }
    domains
}

#[cfg(not(any(unix, windows)))]
mod system {
    pub(super) fn domains(_: &str) -> Vec<String> {
        Vec::new()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn domains(read: impl FnOnce(&mut Vec<String>)) -> Vec<String> {
        let mut domains = Vec::new();
        read(&mut domains);
        domains
    }

    #[test]
    fn only_the_own_host_name_and_only_under_known_domains() {
        let known = ["fritz.box", "localdomain", "lan.example."].map(String::from);
        let expected = ["pc.fritz.box", "pc.localdomain", "pc.lan.example"];
        assert_eq!(full_names("pc", &known), expected);
        let full = full_names("pc.corp.example", &known);
        assert_eq!(full[0], "pc.corp.example");
        assert_eq!(full[1..], expected);
        assert_eq!(full_names("pc", &[]), [""; 0]);
    }

    #[test]
    fn nonsense_gives_no_names() {
        let long = "x".repeat(300);
        let wild = [
            "",
            ".",
            "..",
            "*",
            "a..b",
            "evil\u{3002}example",
            "a b",
            "%00",
            &long,
        ];
        let wild = wild.map(String::from);
        assert_eq!(full_names("pc", &wild), [""; 0]);
        for host in ["", ".", ".evil.example", "*", "(none)", "p c", &long] {
            let names = full_names(host, &["evil.example".to_owned()]);
            assert_eq!(names, [""; 0], "{host}");
        }
        let many = vec!["fritz.box".to_owned(); 100_000];
        assert!(full_names("pc", &many).len() < DOMAINS_MAX + 1);
    }

    #[test]
    fn domains_of_the_resolver() {
        let text = "# search evil.example\nnameserver 10.0.0.1\nsearch fritz.box lan.example\n\tdomain\tlocaldomain\r\n\
                    options search evil.example\nsearch\n;search evil.example\nresearch evil.example\n";
        let found = domains(|domains| search_domains(text, domains));
        assert_eq!(found, ["fritz.box", "lan.example", "localdomain"]);
    }

    #[test]
    fn full_names_beside_the_host_name_in_the_table_of_hosts() {
        let text = "127.0.0.1 localhost\n127.0.1.1 pc.corp.example PC pc.lan\n0.0.0.0 pc.evil.example\n\
                    10.0.0.9 other.example other\n# 127.0.1.1 pc.evil.example pc\n127.0.0.1 x.evil.example pc # pc.evil.example\n";
        let found = domains(|domains| aliases(text, "pc", domains));
        assert_eq!(found, ["corp.example", "lan"]);
    }

    #[test]
    fn domains_of_a_lease() {
        let text = "# private\nADDRESS=10.0.0.5\nDOMAINNAME=fritz.box\nDOMAIN_SEARCH_LIST=a.example b.example\nHOSTNAME=evil.example\n";
        let found = domains(|domains| lease_domains(text, domains));
        assert_eq!(found, ["fritz.box", "a.example", "b.example"]);
    }

    #[test]
    fn domains_in_the_registry() {
        let text = "\r\nHKEY_LOCAL_MACHINE\\SYSTEM\\Tcpip\\Parameters\r\n    Domain    REG_SZ    corp.example\r\n    \
                    NV Domain    REG_SZ    evil.example\r\n    ICSDomain    REG_SZ    mshome.net\r\n    SearchList    REG_SZ    a.example,b.example\r\n    \
                    DhcpDomain    REG_SZ    \r\n    DhcpDomain    REG_SZ    fritz.box\r\n    Hostname    REG_SZ    pc\r\n";
        let expected = ["corp.example", "a.example", "b.example", "fritz.box"];
        assert_eq!(registry_domains(text), expected);
    }

    #[test]
    fn the_systems_names_are_full_names() {
        for name in read() {
            assert!(is_host_name(&name) && name.contains('.'), "{name}");
        }
    }
}
