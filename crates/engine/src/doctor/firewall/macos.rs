//! The application firewall of macOS, which lets programs in or keeps them out, whatever the port.

use super::State;
#[cfg(target_os = "macos")]
use super::{Firewall, FirewallKind};

/// Asks `socketfilterfw` about this program.
#[cfg(target_os = "macos")]
pub(super) fn find() -> Vec<Firewall> {
    use std::path::Path;

    use crate::doctor::sys::run;

    let tool = Path::new("/usr/libexec/ApplicationFirewall/socketfilterfw");
    let Ok(program) = std::env::current_exe() else {
        return Vec::new();
    };
    let ask = |args: &[&str]| run(tool, args).map(|(_, said)| said).unwrap_or_default();
    let (state, all) = (ask(&["--getglobalstate"]), ask(&["--getblockall"]));
    let of_program = ask(&["--getappblocked", &program.to_string_lossy()]);
    match self::state(&state, &all, &of_program) {
        State::Off => Vec::new(),
        State::On(blocks) => vec![Firewall {
            kind: FirewallKind::MacOs(program),
            blocks,
        }],
    }
}

/// Whether it keeps connections to the program out, from what `--getglobalstate`, `--getblockall` and `--getappblocked`
/// print. Of a program that it does not know yet, the system asks the owner.
fn state(state: &str, all: &str, program: &str) -> State {
    let state = state.to_lowercase();
    if !(state.contains("state = 1") || state.contains("state = 2")) {
        return State::Off;
    }
    let (all, program) = (all.to_lowercase(), program.to_lowercase());
    let blocks_all = all.contains("block all") && !all.contains("disabled");
    State::On(if blocks_all || state.contains("state = 2") {
        Some(true)
    } else if program.contains("not part of") || program.is_empty() {
        None
    } else {
        Some(program.contains("block") && !program.contains("permitted"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_is_let_in_or_not() {
        let on = "Firewall is enabled. (State = 1)";
        let some = "Block all DISABLED!";
        let unknown = "The file path you specified is not part of the firewall.";
        for (state, all, program, expected) in [
            ("Firewall is disabled. (State = 0)", some, "", State::Off),
            (on, some, unknown, State::On(None)),
            (
                on,
                some,
                "Incoming connection to /x is blocked",
                State::On(Some(true)),
            ),
            (
                on,
                some,
                "Incoming connection to /x is permitted",
                State::On(Some(false)),
            ),
            (
                on,
                "Block all INCOMING connections: enabled",
                unknown,
                State::On(Some(true)),
            ),
            (
                "Firewall is blocking all non-essential incoming connections. (State = 2)",
                some,
                "",
                State::On(Some(true)),
            ),
            ("", "", "", State::Off),
        ] {
            assert_eq!(
                super::state(state, all, program),
                expected,
                "{state} {all} {program}"
            );
        }
    }
}
