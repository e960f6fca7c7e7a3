//! The contents of the files that make a system start a program. Pure.

use std::path::Path;

/// A desktop entry that starts `program` (Desktop Entry Specification 1.5). `None` if its path cannot be written there.
pub(super) fn desktop_entry(program: &Path) -> Option<String> {
    let exec = exec(program)?;
    // Once Landline is uninstalled, desktops ignore the entry.
    let path = program.to_str()?.replace('\\', "\\\\");
    Some(format!(
        "[Desktop Entry]\nType=Application\nName=Landline\nTryExec={path}\nExec={exec}\nIcon=landline\nTerminal=false\n"
    ))
}

/// Whether the desktop entry `text` is enabled and starts `program`.
pub(super) fn is_enabled(text: &str, program: &Path) -> bool {
    let mut is_ours = false;
    let lines = text.lines().map(str::trim);
    let entry = lines.skip_while(|line| *line != "[Desktop Entry]").skip(1);
    for line in entry.take_while(|line| !line.starts_with('[')) {
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        match (key.trim_end(), value.trim_start()) {
            // Desktops disable an entry with these instead of removing it.
            ("Hidden", "true") | ("X-GNOME-Autostart-enabled", "false") => return false,
            ("Exec", value) => is_ours = Some(value) == exec(program).as_deref(),
            _ => {}
        }
    }
    is_ours
}

/// The value of `Exec` that is one quoted argument.
fn exec(program: &Path) -> Option<String> {
    let path = program
        .to_str()
        .filter(|path| !path.contains(char::is_control))?;
    let mut exec = String::from("\"");
    for c in path.chars() {
        match c {
            // Escaped in a quoted argument, and the backslashes again in a string.
            '"' | '`' | '$' => exec.extend(["\\\\", &c.to_string()]),
            '\\' => exec.push_str("\\\\\\\\"),
            // A field code otherwise.
            '%' => exec.push_str("%%"),
            c => exec.push(c),
        }
    }
    exec.push('"');
    Some(exec)
}

/// A property list with which launchd starts `program` when the user logs in. `None` if its path cannot be written there.
pub(super) fn launch_agent(program: &Path) -> Option<String> {
    let path = program
        .to_str()
        .filter(|path| !path.contains(char::is_control))?;
    let path = path
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;");
    Some(format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>internal.landline.landline</string>
  <key>ProgramArguments</key>
  <array>
    <string>{path}</string>
  </array>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Interactive</string>
</dict>
</plist>
"#
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_quoted_as_the_specification_says() {
        for (path, expected) in [
            ("/usr/bin/landline", r#""/usr/bin/landline""#),
            ("/home/ann b/landline", r#""/home/ann b/landline""#),
            ("/opt/海/landline", r#""/opt/海/landline""#),
            (r#"/a"b/l"#, r#""/a\\"b/l""#),
            ("/a`b$c/l", r#""/a\\`b\\$c/l""#),
            (r"/a\b/l", r#""/a\\\\b/l""#),
            ("/100%/%f", r#""/100%%/%%f""#),
            ("/a;b&c'd#e/l", r#""/a;b&c'd#e/l""#),
        ] {
            assert_eq!(exec(Path::new(path)).as_deref(), Some(expected));
            let entry = desktop_entry(Path::new(path)).unwrap();
            assert!(is_enabled(&entry, Path::new(path)), "{entry}");
            assert!(!is_enabled(&entry, Path::new("/usr/bin/other")), "{entry}");
            assert_eq!(entry.lines().count(), 7, "{entry}");
        }
        for odd in ["/a\nExec=evil", "/a\r", "/a\u{1b}"] {
            assert_eq!(desktop_entry(Path::new(odd)), None);
            assert_eq!(launch_agent(Path::new(odd)), None);
        }
    }

    #[test]
    fn entries_that_desktops_have_disabled_are_off() {
        let program = Path::new("/usr/bin/landline");
        let entry = desktop_entry(program).unwrap();
        for (more, on) in [
            ("", true),
            ("Hidden=false\n", true),
            ("Hidden=true\n", false),
            ("X-GNOME-Autostart-enabled=true\n", true),
            ("X-GNOME-Autostart-enabled = false\n", false),
            ("[Desktop Action new]\nHidden=true\nExec=/bin/other\n", true),
        ] {
            assert_eq!(is_enabled(&format!("{entry}{more}"), program), on, "{more}");
        }
        for other in [
            "",
            "[Desktop Entry]\n",
            "Exec=\"/usr/bin/landline\"\n",
            "\u{feff}x",
        ] {
            assert!(!is_enabled(other, program), "{other}");
        }
    }

    #[test]
    fn markup_in_a_path_stays_text() {
        let agent = launch_agent(Path::new("/a<b>&c/landline")).unwrap();
        assert!(
            agent.contains("<string>/a&lt;b&gt;&amp;c/landline</string>"),
            "{agent}"
        );
    }
}
