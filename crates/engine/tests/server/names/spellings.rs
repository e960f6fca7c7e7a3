//! Every way that anybody has ever spelled "one folder up", combined.

/// Up, or what some decoder once took for it.
const DOTS: [&str; 34] = [
    "..",
    ".",
    "...",
    "....",
    "%2e%2e",
    "%2E%2e",
    ".%2e",
    "%2e.",
    "%2e",
    "%252e%252e",
    "%25252e%25252e",
    "%%32%65%%32%65",
    "%c0%ae%c0%ae",
    "%c0%2e%c0%2e",
    "%e0%80%ae%e0%80%ae",
    "%f0%80%80%ae%f0%80%80%ae",
    "%fc%80%80%80%80%ae",
    "%u002e%u002e",
    "%uff0e%uff0e",
    "\u{ff0e}\u{ff0e}",
    "%ef%bc%8e%ef%bc%8e",
    "\u{2025}",
    "\u{2024}\u{2024}",
    ".\u{200b}.",
    "..%00",
    ".%00.",
    ".. ",
    ".. .",
    "..;",
    "..;a=b",
    "..%0d%0a",
    "..%09",
    "..::$DATA",
    "~",
];

/// Slashes, and what some decoder once took for one.
const SLASHES: [&str; 24] = [
    "/",
    "//",
    "/./",
    "\\",
    "\\\\",
    "\\/",
    "/\\",
    "%2f",
    "%2F",
    "%5c",
    "%252f",
    "%255c",
    "%25252f",
    "%c0%af",
    "%c1%9c",
    "%e0%80%af",
    "%u2215",
    "%uff0f",
    "\u{ff0f}",
    "%ef%bc%8f",
    "\u{2215}",
    "\u{2044}",
    "/%00/",
    ";/",
];

/// Where a name begins, be it relative or not.
const STARTS: [&str; 16] = [
    "",
    "/",
    "//",
    "./",
    "sub/",
    "sub//",
    "a.txt/",
    "C:",
    "C:\\",
    "c:/",
    "\\\\localhost\\c$\\",
    "\\\\?\\",
    "\\\\.\\",
    "file:///",
    "%2f",
    "sub%5c",
];

/// What lies outside, and its name as it is dressed up for filters that look at the end.
const GOALS: [&str; 3] = ["secret.txt", "share-secret/secret.txt", "secret.txt%00.jpg"];

/// Names that a system keeps for itself, and endings that it does not see.
const NAMES: [&str; 40] = [
    "CON",
    "con.txt",
    "NUL",
    "nul",
    "AUX.txt",
    "PRN",
    "COM1",
    "COM\u{b9}",
    "LPT1.tar.gz",
    "CONIN$",
    "CLOCK$",
    "a.txt.",
    "a.txt..",
    "a.txt ",
    "a.txt%20",
    "a.txt::$DATA",
    "a.txt:secret",
    "a.txt/",
    "a.txt//",
    "a.txt/.",
    "a.txt%00",
    "A~1.TXT",
    "SECRE~1.TXT",
    "proc/self/environ",
    "proc/self/root/etc/passwd",
    "dev/zero",
    "dev/tty",
    "dev/fd/3",
    "etc/passwd",
    "/etc/passwd",
    "//etc/passwd",
    "%2fetc%2fpasswd",
    "\\etc\\passwd",
    "windows\\win.ini",
    "C:/Windows/win.ini",
    "~/.ssh/id_rsa",
    "~root/x",
    "$HOME/x",
    "`id`",
    "*",
];

/// All of them. `top` is the folder above the shared one, without its leading slash.
pub fn all(top: &str) -> Vec<String> {
    let mut names = Vec::new();
    for start in STARTS {
        for dots in DOTS {
            for slash in SLASHES {
                for goal in GOALS {
                    // One folder further down takes one more to come up.
                    let up = format!("{dots}{slash}");
                    let up = up.repeat(1 + usize::from(start.starts_with("sub")));
                    names.push(format!("{start}{up}{goal}"));
                }
            }
        }
    }
    for start in STARTS {
        for slash in SLASHES {
            // What a filter that takes `../` away once leaves behind.
            names.push(format!("{start}....{slash}{slash}secret.txt"));
            names.push(format!("{start}..{slash}../secret.txt"));
            // Absolute, from the system's own root.
            let road = format!("{top}/secret.txt").replace('/', slash);
            names.push(format!("{start}{slash}{road}"));
            names.push(format!("{start}{}{road}", "../".repeat(12)));
        }
        for name in NAMES {
            names.push(format!("{start}{name}"));
        }
    }
    names.extend(long());
    names
}

/// Very deep and very long ones.
fn long() -> Vec<String> {
    let mut names = Vec::new();
    for count in [10, 100, 255, 256, 300, 1_000, 1_300, 2_000] {
        names.push(format!("{}secret.txt", "../".repeat(count)));
        names.push(format!("{}a.txt", "sub/".repeat(count)));
        names.push(format!("{}../secret.txt", "sub/../".repeat(count)));
        names.push(format!("{}../secret.txt", "./".repeat(count)));
        names.push("a".repeat(count));
        names.push(format!("{}/../../secret.txt", "a".repeat(count)));
        names.push("\u{6d77}".repeat(count));
        names.push("/".repeat(count));
        names.push("%2e%2e%2f".repeat(count.min(800)) + "secret.txt");
    }
    names
}
