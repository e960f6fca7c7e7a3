//! Reads what `firewall-cmd --query-port` says.

use super::State;

/// Whether firewalld keeps connections out.
/// `status` is the exit status: 0 for *yes*, 1 for *no*, 252 if it is not running.
pub(super) fn state(status: Option<i32>, said: &str) -> State {
    match (status, said.trim()) {
        (Some(0), "yes") => State::On(Some(false)),
        (Some(1), "no") => State::On(Some(true)),
        (Some(252), _) => State::Off,
        _ => State::On(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_answer_is_yes_or_no() {
        assert_eq!(state(Some(0), "yes\n"), State::On(Some(false)));
        assert_eq!(state(Some(1), "no\n"), State::On(Some(true)));
        assert_eq!(state(Some(252), ""), State::Off);
        // Not authorised.
        assert_eq!(state(Some(253), ""), State::On(None));
        assert_eq!(state(None, ""), State::On(None));
    }
}
