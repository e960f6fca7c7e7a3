//! A QR code on the terminal.

use std::fmt::Write as _;

use crate::qr::Qr;

/// The light border that readers need around a code, in modules (ISO/IEC 18004 asks for four).
const QUIET_ZONE: usize = 4;

/// The code for `text`, two rows of modules per line, in black on white whatever the terminal's colours are. `None` if the
/// text is too long for a code.
pub(super) fn lines(text: &str) -> Option<String> {
    /// Colours 16 and 231 of the 256 are black and white in every theme.
    const BLACK_ON_WHITE: &str = "\x1b[38;5;16;48;5;231m";
    const RESET: &str = "\x1b[0m";
    let qr = Qr::new(text)?;
    let side = qr.size + 2 * QUIET_ZONE;
    let is_dark = |x: usize, y: usize| match (x.checked_sub(QUIET_ZONE), y.checked_sub(QUIET_ZONE))
    {
        (Some(x), Some(y)) => qr.is_dark(x, y),
        _ => false,
    };
    let mut lines = String::new();
    for y in (0..side).step_by(2) {
        let row = (0..side).map(|x| match (is_dark(x, y), is_dark(x, y + 1)) {
            (false, false) => ' ',
            (true, false) => '▀',
            (false, true) => '▄',
            (true, true) => '█',
        });
        let row: String = row.collect();
        // Writing to a string does not fail.
        let _ = writeln!(lines, "{BLACK_ON_WHITE}{row}{RESET}");
    }
    Some(lines)
}

/// Whether the terminal on stdout shows colours and block elements.
pub(super) fn is_supported() -> bool {
    std::env::var_os("TERM").is_none_or(|term| term != "dumb") && understands_escapes()
}

/// Before Windows 11, a console has to be asked to understand escape sequences.
#[cfg(windows)]
fn understands_escapes() -> bool {
    use winapi_util::{HandleRef, console};
    use windows_sys::Win32::System::Console::ENABLE_VIRTUAL_TERMINAL_PROCESSING;
    let stdout = HandleRef::stdout();
    let mode = console::mode(&stdout);
    mode.and_then(|mode| console::set_mode(&stdout, mode | ENABLE_VIRTUAL_TERMINAL_PROCESSING))
        .is_ok()
}

#[cfg(not(windows))]
fn understands_escapes() -> bool {
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_module_is_half_a_character() {
        let text = "http://192.168.1.5:8080";
        let (qr, lines) = (Qr::new(text).unwrap(), lines(text).unwrap());
        let side = qr.size + 2 * QUIET_ZONE;
        let mut seen = Vec::new();
        for line in lines.lines() {
            let line = line.strip_prefix("\x1b[38;5;16;48;5;231m").unwrap();
            let line = line.strip_suffix("\x1b[0m").unwrap();
            assert_eq!(line.chars().count(), side);
            seen.push(line.chars().map(|c| "▀█".contains(c)).collect::<Vec<_>>());
            seen.push(line.chars().map(|c| "▄█".contains(c)).collect());
        }
        assert_eq!(seen.len(), side.next_multiple_of(2));
        for (y, row) in seen.iter().enumerate() {
            for (x, &dark) in row.iter().enumerate() {
                let is_inside = x >= QUIET_ZONE && y >= QUIET_ZONE;
                let is_dark = is_inside && qr.is_dark(x - QUIET_ZONE, y - QUIET_ZONE);
                assert_eq!(dark, is_dark, "{x}, {y}");
            }
        }
        assert_eq!(super::lines(&"x".repeat(3000)), None);
    }
}
