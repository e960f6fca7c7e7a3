//! `landline get` and `landline send` where there is a password.

use std::fs;

use super::{Computer, fails, stderr, succeeds};

#[test]
fn a_command_without_a_terminal_says_where_the_password_comes_from() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let output = bob.get(serve.port, &[]);
    fails(&output, "127.0.0.1 asks for a password");
    assert!(
        stderr(&output).contains("--password-file FILE"),
        "{output:?}"
    );
    assert!(!bob.folder.path().join("notes.txt").exists());
}

#[test]
fn a_password_comes_from_a_file_or_the_environment() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let wrong = bob.file("wrong", "sesame");
    let output = bob.get(serve.port, &["--password-file", wrong.to_str().unwrap()]);
    fails(&output, "does not accept this password");
    assert!(!stderr(&output).contains("sesame"));
    let right = bob.file("right", "hunter2\r\nmore");
    succeeds(&bob.get(serve.port, &["--password-file", right.to_str().unwrap()]));
    let port = serve.port.to_string();
    let mut command = bob.landline();
    command
        .args(["get", "127.0.0.1", "notes.txt", "-o", "-", "-p", &port])
        .env("LANDLINE_PASSWORD", "hunter2");
    let output = command.output().unwrap();
    assert_eq!(output.stdout, b"hello");
    // It is not kept.
    fails(&bob.get(serve.port, &[]), "asks for a password");
}

#[test]
fn a_password_is_kept_if_that_is_wanted_and_it_is_right() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let serve = ann.serve_with_password(&[]);
    let kept = bob.settings.path().join("passwords.json");
    for (password, is_right) in [("sesame", false), ("hunter2", true)] {
        let file = bob.file("password", password);
        let file = file.to_str().unwrap();
        let output = bob.get(
            serve.port,
            &["--password-file", file, "--remember-password"],
        );
        assert_eq!(output.status.success(), is_right, "{output:?}");
        assert_eq!(kept.exists(), is_right);
    }
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(&kept).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
    succeeds(&bob.get(serve.port, &[]));
    let server = format!("127.0.0.1:{}", serve.port);
    let printed = String::from_utf8(bob.run(&["identity"]).stdout).unwrap();
    assert!(
        printed.contains(&server) && printed.contains("remembered"),
        "{printed}"
    );
    assert!(!printed.contains("hunter2"));
    // One for this run does not replace it.
    let wrong = bob.file("wrong", "sesame");
    let output = bob.get(serve.port, &["--password-file", wrong.to_str().unwrap()]);
    fails(&output, "does not accept this password");
    succeeds(&bob.get(serve.port, &[]));
    succeeds(&bob.run(&["identity", "--forget", &server]));
    fails(&bob.get(serve.port, &[]), "asks for a password");
}

#[test]
fn a_link_needs_no_password() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let mut serve = ann.serve_with_password(&["--link"]);
    let link = serve.line();
    let to = bob.folder.path().to_str().unwrap();
    let output = bob.run(&["get", &link, "--dir", to]);
    succeeds(&output);
    assert_eq!(stderr(&output), "");
    assert!(bob.folder.path().join("127.0.0.1/notes.txt").exists());
    // Another one's link does not fit.
    let other = Computer::new().serve_with_password(&["--link"]).line();
    let (_, theirs) = other
        .split_once('/')
        .map(|_| other.split_once("#fp=").unwrap())
        .unwrap();
    let (start, _) = link.split_once("#fp=").unwrap();
    let output = bob.run(&["get", &format!("{start}#fp={theirs}"), "--dir", to]);
    fails(&output, "is not the expected computer");
}

#[test]
fn files_are_sent_with_the_password() {
    let (ann, bob) = (Computer::new(), Computer::new());
    let received = tempfile::tempdir().unwrap();
    let serve = ann.serve_with_password(&["--receive", received.path().to_str().unwrap()]);
    let file = bob.file("film.mkv", "moving");
    let port = serve.port.to_string();
    let words = ["send", "127.0.0.1", file.to_str().unwrap(), "-p", &port];
    fails(&bob.run(&words), "asks for a password");
    let password = bob.file("password", "hunter2");
    let password = password.to_str().unwrap();
    succeeds(&bob.run(&[&words[..], &["--password-file", password]].concat()));
    assert_eq!(
        fs::read(received.path().join("film.mkv")).unwrap(),
        b"moving"
    );
}
