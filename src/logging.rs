//! Where log lines go: to stderr, as `RUST_LOG` says, and by default only what is wrong.

use env_logger::Env;

/// Warnings of this program, errors of everything else.
const DEFAULT_FILTER: &str = "error,landline=warn";

/// Begin to log. What a user should know is in the window or on stdout; this is for who looks
/// deeper.
pub fn start() {
    env_logger::Builder::from_env(Env::default().default_filter_or(DEFAULT_FILTER)).init();
}
