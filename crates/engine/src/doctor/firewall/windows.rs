//! The firewall of Windows: its profiles, and its rules for this program, from the registry.

#[cfg(windows)]
use super::{Firewall, FirewallKind};

/// Asks `reg.exe` for the rules, and PowerShell for the kind of the network.
#[cfg(windows)]
pub(super) fn find() -> Vec<Firewall> {
    use crate::doctor::sys::run;
    use crate::system_program;

    const RULES: &str = r"HKLM\SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy\FirewallRules";
    // Networks without a default route are left out, because those of virtual machines are always public.
    const KINDS: &str = "$out = (Get-NetRoute -DestinationPrefix 0.0.0.0/0, ::/0 -ErrorAction SilentlyContinue).ifIndex; \
        (Get-NetConnectionProfile | Where-Object { $out -contains $_.InterfaceIndex }).NetworkCategory";
    let ask = |program: &str, args: &[&str]| {
        let program = system_program::path(program)?;
        Some(run(&program, args)?.1)
    };
    let rules = ask("reg.exe", &["query", RULES]).unwrap_or_default();
    let program = std::env::current_exe().unwrap_or_default();
    let profiles: Vec<_> = ["StandardProfile", "PublicProfile"]
        .iter()
        .filter_map(|profile| {
            let key = RULES.replace("FirewallRules", profile);
            ask("reg.exe", &["query", &key, "/v", "EnableFirewall"])
        })
        .collect();
    if !profiles.iter().any(|profile| is_enabled(profile)) {
        return Vec::new();
    }
    let blocks = blocks(&rules, &program.to_string_lossy());
    let of_program = vec![Firewall {
        kind: FirewallKind::Windows,
        blocks,
    }];
    if blocks.is_some() {
        return of_program;
    }
    let powershell = r"WindowsPowerShell\v1.0\powershell.exe";
    let args = ["-NoProfile", "-NonInteractive", "-Command", KINDS];
    let kinds = ask(powershell, &args).unwrap_or_default();
    if !is_public(&kinds) {
        return of_program;
    }
    vec![Firewall {
        kind: FirewallKind::WindowsPublic,
        blocks: None,
    }]
}

/// Whether the rules for `program` keep connections out; `None` if there are none. Each is a line such as
/// `{GUID}  REG_SZ  v2.31|Action=Allow|Active=TRUE|Dir=In|Protocol=6|App=C:\x.exe|Name=x|`. One that blocks takes precedence.
fn blocks(rules: &str, program: &str) -> Option<bool> {
    let of_program = rules.lines().filter_map(|line| {
        let field = |name: &str| {
            let mut parts = line.split('|');
            parts.find_map(|part| part.strip_prefix(name)?.strip_prefix('='))
        };
        let is_for_it = field("Active") == Some("TRUE")
            && field("Dir") == Some("In")
            && matches!(field("Protocol"), None | Some("6"))
            && field("App").is_some_and(|app| app.eq_ignore_ascii_case(program));
        is_for_it.then(|| field("Action") == Some("Block"))
    });
    of_program.max()
}

/// Whether a profile is switched on, from its value as `EnableFirewall    REG_DWORD    0x1`.
fn is_enabled(value: &str) -> bool {
    let mut words = value.split_whitespace();
    words.any(|word| word == "EnableFirewall") && words.next_back() == Some("0x1")
}

/// Whether any network is public, given one category per line. The names are not localised.
fn is_public(kinds: &str) -> bool {
    kinds.lines().any(|kind| kind.trim() == "Public")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rule_that_blocks_takes_precedence() {
        let line = |action: &str, rest: &str| {
            format!(
                "    {{12AB}}    REG_SZ    v2.31|Action={action}|Active=TRUE|Dir=In|Protocol=6|{rest}|Name=x|\r\n"
            )
        };
        let app = r"App=C:\Users\Ann\Landline.exe";
        let program = r"C:\users\ann\landline.exe";
        let (allow, block) = (line("Allow", app), line("Block", app));
        assert_eq!(blocks("", program), None);
        assert_eq!(blocks(&allow, program), Some(false));
        assert_eq!(blocks(&block, program), Some(true));
        assert_eq!(blocks(&format!("{block}{allow}"), program), Some(true));
        assert_eq!(blocks(&block.replace("TRUE", "FALSE"), program), None);
        assert_eq!(blocks(&block.replace("Dir=In", "Dir=Out"), program), None);
        assert_eq!(blocks(&block.replace("=6", "=17"), program), None);
        assert_eq!(blocks(&line("Block", r"App=C:\x.exe"), program), None);
    }

    #[test]
    fn a_profile_is_on_or_off() {
        let said = |value: &str| {
            format!(
                "\r\nHKEY_LOCAL_MACHINE\\X\r\n    EnableFirewall    REG_DWORD    {value}\r\n\r\n"
            )
        };
        assert!(is_enabled(&said("0x1")));
        assert!(!is_enabled(&said("0x0")));
        assert!(!is_enabled(""));
    }

    #[test]
    fn one_public_network_is_enough() {
        assert!(is_public("Private\r\nPublic\r\n"));
        assert!(!is_public("Private\r\nDomainAuthenticated\r\n"));
        assert!(!is_public(""));
    }
}
