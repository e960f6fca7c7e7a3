//! Asks for a password on the terminal, without showing it.

use std::io::{self, IsTerminal, Write as _};

use crossbeam_channel::Receiver;
#[cfg(any(unix, test))]
use zeroize::Zeroizing;

use landline_engine::password::Password;

/// What was typed.
pub(in crate::commands) enum Typed {
    /// A password.
    Password(Password),
    /// Nothing, or what cannot be a password.
    Other,
    /// Ctrl-C, another signal, or the end of the input.
    End,
}

/// Whether somebody can be asked.
pub(in crate::commands) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Writes `prompt` to stderr, and waits for a line, or until `interrupted` receives something: a signal that would end
/// the process otherwise.
///
/// # Errors
/// The terminal cannot be read, or cannot be kept from showing what is typed.
pub(in crate::commands) fn ask(prompt: &str, interrupted: &Receiver<()>) -> io::Result<Typed> {
    let mut stderr = io::stderr().lock();
    // First, so that nothing that is typed after the prompt is shown.
    let hidden = terminal::Hidden::new()?;
    write!(stderr, "{prompt} ")?;
    stderr.flush()?;
    let line = hidden.line(interrupted);
    drop(hidden);
    writeln!(stderr)?;
    Ok(match line? {
        Some(line) => Password::new(&line).map_or(Typed::Other, Typed::Password),
        None => Typed::End,
    })
}

/// Bytes that are typed, with the keys that edit a line. On Windows, the console edits it.
#[cfg(any(unix, test))]
#[derive(Default)]
struct Line(Zeroizing<Vec<u8>>);

/// What a key does to the line.
#[cfg(any(unix, test))]
#[derive(Debug, PartialEq, Eq)]
enum Key {
    More,
    Enter,
    End,
}

#[cfg(any(unix, test))]
impl Line {
    /// Longer than any password. So much is allocated at once, so that growing leaves no copies behind.
    const MAX_LEN: usize = Password::MAX_LEN + 1;

    fn new() -> Self {
        Self(Zeroizing::new(Vec::with_capacity(Self::MAX_LEN)))
    }

    fn press(&mut self, byte: u8) -> Key {
        match byte {
            b'\r' | b'\n' => return Key::Enter,
            // Ctrl-C, and Ctrl-D on an empty line.
            0x03 => return Key::End,
            0x04 if self.0.is_empty() => return Key::End,
            // Backspace: all bytes of the last character.
            0x08 | 0x7f => while self.0.pop().is_some_and(|byte| byte & 0xc0 == 0x80) {},
            // Ctrl-U.
            0x15 => self.0.clear(),
            0x04 => {}
            byte if self.0.len() < Self::MAX_LEN => self.0.push(byte),
            _ => {}
        }
        Key::More
    }

    fn text(&self) -> Zeroizing<String> {
        Zeroizing::new(String::from_utf8_lossy(&self.0).into_owned())
    }
}

#[cfg(unix)]
mod terminal {
    use std::io;

    use crossbeam_channel::Receiver;
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::stdio::stdin;
    use rustix::termios::{
        LocalModes, OptionalActions, SpecialCodeIndex, Termios, tcgetattr, tcsetattr,
    };
    use zeroize::Zeroizing;

    use super::{Key, Line};

    /// How often it is looked whether somebody wants the process to end.
    const LOOK: Timespec = Timespec {
        tv_sec: 0,
        tv_nsec: 200_000_000,
    };

    /// The terminal, which shows nothing of what is typed until this is dropped. Ctrl-C is a key like any other, so
    /// that nothing ends the process while the terminal is like that.
    pub(super) struct Hidden(Termios);

    impl Hidden {
        pub(super) fn new() -> io::Result<Self> {
            let before = tcgetattr(stdin())?;
            let mut hidden = before.clone();
            hidden.local_modes -=
                LocalModes::ECHO | LocalModes::ECHONL | LocalModes::ICANON | LocalModes::ISIG;
            hidden.special_codes[SpecialCodeIndex::VMIN] = 1;
            hidden.special_codes[SpecialCodeIndex::VTIME] = 0;
            // What was typed before was not meant for this.
            tcsetattr(stdin(), OptionalActions::Flush, &hidden)?;
            Ok(Self(before))
        }

        /// None at the end of the input, and after an interrupt.
        #[expect(
            clippy::unused_self,
            reason = "the terminal is hidden as long as there is one"
        )]
        pub(super) fn line(
            &self,
            interrupted: &Receiver<()>,
        ) -> io::Result<Option<Zeroizing<String>>> {
            let mut line = Line::new();
            let mut keys = [PollFd::from_borrowed_fd(stdin(), PollFlags::IN)];
            loop {
                if interrupted.try_recv().is_ok() {
                    return Ok(None);
                }
                if rustix::io::retry_on_intr(|| poll(&mut keys, Some(&LOOK)))? == 0 {
                    continue;
                }
                let mut byte = [0];
                match rustix::io::retry_on_intr(|| rustix::io::read(stdin(), &mut byte))? {
                    0 => return Ok(None),
                    _ => match line.press(byte[0]) {
                        Key::More => {}
                        Key::Enter => return Ok(Some(line.text())),
                        Key::End => return Ok(None),
                    },
                }
            }
        }
    }

    impl Drop for Hidden {
        fn drop(&mut self) {
            let _ = tcsetattr(stdin(), OptionalActions::Now, &self.0);
        }
    }
}

#[cfg(windows)]
mod terminal {
    use std::io;

    use crossbeam_channel::Receiver;
    use winapi_util::{HandleRef, console};
    use windows_sys::Win32::System::Console::ENABLE_ECHO_INPUT;
    use zeroize::Zeroizing;

    /// The console, which shows nothing of what is typed until this is dropped.
    pub(super) struct Hidden(u32);

    impl Hidden {
        pub(super) fn new() -> io::Result<Self> {
            let before = console::mode(HandleRef::stdin())?;
            console::set_mode(HandleRef::stdin(), before & !ENABLE_ECHO_INPUT)?;
            Ok(Self(before))
        }

        /// None at the end of the input, which is also what Ctrl-C causes.
        #[expect(
            clippy::unused_self,
            reason = "the console is hidden as long as there is one"
        )]
        pub(super) fn line(
            &self,
            _interrupted: &Receiver<()>,
        ) -> io::Result<Option<Zeroizing<String>>> {
            let mut line = Zeroizing::new(String::with_capacity(1024));
            if io::stdin().read_line(&mut line)? == 0 {
                return Ok(None);
            }
            let typed = line.trim_end_matches(['\r', '\n']).to_owned();
            Ok(Some(Zeroizing::new(typed)))
        }
    }

    impl Drop for Hidden {
        fn drop(&mut self) {
            let _ = console::set_mode(HandleRef::stdin(), self.0);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_edit_the_line() {
        for (keys, expected, end) in [
            (&b"secret\n"[..], "secret", Key::Enter),
            (b"secret\r", "secret", Key::Enter),
            (b"sekr\x7f\x7fcret\n", "secret", Key::Enter),
            ("海密\x08码\n".as_bytes(), "海码", Key::Enter),
            (b"\x7f\x7fa\n", "a", Key::Enter),
            (b"wrong\x15right\n", "right", Key::Enter),
            (b"a\x03", "a", Key::End),
            (b"\x04", "", Key::End),
            (b"a\x04b\n", "ab", Key::Enter),
        ] {
            let mut line = Line::new();
            let mut last = Key::More;
            for &key in keys {
                assert_eq!(last, Key::More);
                last = line.press(key);
            }
            assert_eq!((&**line.text(), last), (expected, end), "{keys:?}");
        }
        let mut line = Line::new();
        (0..1000).for_each(|_| _ = line.press(b'x'));
        // Too long rather than cut to something else.
        assert!(Password::new(&line.text()).is_none());
    }
}
