//! Reads what `firewall-cmd --query-port` says.

/// Whether firewalld keeps connections out: `None` if it is not running, `Some(None)` if it does not say so to everyone.
/// `status` is the exit status: 0 for *yes*, 1 for *no*, 252 if it is not running.
pub(super) fn blocks(status: Option<i32>, said: &str) -> Option<Option<bool>> {
    match (status, said.trim()) {
        (Some(0), "yes") => Some(Some(false)),
        (Some(1), "no") => Some(Some(true)),
        (Some(252), _) => None,
        _ => Some(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn its_answer_is_yes_or_no() {
        assert_eq!(blocks(Some(0), "yes\n"), Some(Some(false)));
        assert_eq!(blocks(Some(1), "no\n"), Some(Some(true)));
        assert_eq!(blocks(Some(252), ""), None);
        // Not authorised.
        assert_eq!(blocks(Some(253), ""), Some(None));
        assert_eq!(blocks(None, ""), Some(None));
    }
}
