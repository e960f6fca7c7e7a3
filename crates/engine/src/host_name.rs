//! This computer's host name, as the system has it: a label, or a full name.

/// Reads the host name; `None` if the system has none, or one that is not text.
#[cfg(unix)]
pub(crate) fn read() -> Option<String> {
    rustix::system::uname()
        .nodename()
        .to_str()
        .ok()
        .map(str::to_owned)
}

/// Reads the host name; `None` if the system has none, or one that is not text.
#[cfg(windows)]
pub(crate) fn read() -> Option<String> {
    use winapi_util::sysinfo::{ComputerNameKind, get_computer_name};

    let name = get_computer_name(ComputerNameKind::DnsFullyQualified).ok()?;
    name.into_string().ok()
}

/// Unknown on this system.
#[cfg(not(any(unix, windows)))]
pub(crate) fn read() -> Option<String> {
    None
}
