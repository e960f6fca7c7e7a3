//! A share with a password in the whole program: what applies, what is saved, and what becomes of it without an identity.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;

use crossbeam_channel::{Receiver, bounded};
use egui::accesskit::Role;
use egui_kittest::kittest::Queryable as _;

use super::flows::{key, write};
use super::happenings::running;
use super::questions::{Program, close, is_on, model, press, until};
use super::*;
use crate::app::inbox::inbox;
use crate::app::model::Sharing;
use crate::app::model::privacy::{Link, OwnIdentity};
use crate::share_secrets::ShareSecrets;
use crate::stored::Stored as _;
use landline_engine::identity::Identity;
use landline_engine::password::Password;

/// A program with its settings in `dir`, as far as the caller has changed them; it is about to share `folder`.
fn program(folder: &Path, dir: &Path, change: impl FnOnce(&mut Model)) -> (Program, Receiver<()>) {
    let mut model = crate::app::model(Some(dir));
    model.settings.folder = folder.display().to_string();
    model.settings.port = free_port().to_string();
    // Nobody else is asked for the folder.
    model.settings.save_to = folder.display().to_string();
    change(&mut model);
    let (unfinished, finished) = bounded(0);
    let program = running(model, Some(dir.to_owned()), inbox(|| {}), unfinished);
    (program, finished)
}

fn folders() -> (tempfile::TempDir, tempfile::TempDir) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("a.txt"), "inside").unwrap();
    (folder, tempfile::tempdir().unwrap())
}

/// The status of a request for `/a.txt`, with a password.
fn status(program: &mut Program, password: &str) -> u16 {
    use base64::Engine as _;
    let port: u16 = model(program).settings.port.parse().unwrap();
    let credentials = base64::engine::general_purpose::STANDARD.encode(format!(":{password}"));
    let mut client = TcpStream::connect(("127.0.0.1", port)).unwrap();
    let request = format!(
        "GET /a.txt HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Basic {credentials}\r\nConnection: close\r\n\r\n"
    );
    client.write_all(request.as_bytes()).unwrap();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    answer.split(' ').nth(1).unwrap().parse().unwrap()
}

fn enter(program: &mut Program, password: &str) {
    program
        .get_by_role_and_label(Role::PasswordInput, "Password")
        .focus();
    program.run_steps(3);
    write(program, password);
}

#[test]
fn a_password_is_saved_and_applied_once_it_is_entered() {
    let (folder, dir) = folders();
    let (mut program, finished) = self::program(folder.path(), dir.path(), |_| {});
    program.run_steps(3);
    enter(&mut program, "first");
    // It counts although it was not entered: nobody could know the old one.
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    assert_eq!(status(&mut program, "first"), 200);
    assert_eq!(status(&mut program, "other"), 401);
    enter(&mut program, "second");
    assert_eq!(status(&mut program, "first"), 200);
    key(&mut program, Modifiers::NONE, Key::Enter);
    assert_eq!(status(&mut program, "first"), 401);
    assert_eq!(status(&mut program, "second"), 200);
    close(program);
    #[expect(clippy::disallowed_methods, reason = "a test waits for what it tests")]
    let ended = finished.recv();
    assert!(ended.is_err());
    let kept = ShareSecrets::load(dir.path()).unwrap();
    assert_eq!(kept.password(), Password::new("second").as_ref());
    // The next start asks for the same, at once.
    let settings = |model: &mut Model| model.settings.share_at_launch = true;
    let (mut program, _finished) = self::program(folder.path(), dir.path(), settings);
    until(&mut program, is_on);
    assert_eq!(status(&mut program, ""), 401);
    assert_eq!(status(&mut program, "second"), 200);
    let identity = Identity::of(dir.path()).unwrap().fingerprint();
    let own = model(&mut program)
        .privacy
        .identity()
        .map(Identity::fingerprint);
    assert_eq!(own, Some(identity));
    close(program);
}

#[test]
fn a_new_link_makes_the_old_one_worthless() {
    let (folder, dir) = folders();
    let (mut program, _finished) = self::program(folder.path(), dir.path(), |model| {
        "secret".clone_into(&mut model.privacy.typed);
        model.settings.links_carry_token = true;
    });
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    let token = |program: &mut Program| {
        let address = model(program).server.address().unwrap().clone();
        let link = model(program).link(&Link {
            address,
            name: None,
        });
        let (_, rest) = link.split_once("?k=").unwrap();
        rest.split('#').next().unwrap().to_owned()
    };
    let first = token(&mut program);
    assert_eq!(status(&mut program, &first), 200);
    press(&mut program, "New link");
    program.run_steps(3);
    program.get_by_label_contains("Old links no longer work");
    assert_eq!(status(&mut program, &first), 401);
    let second = token(&mut program);
    assert_eq!(status(&mut program, &second), 200);
    // The switch ends them all.
    press(&mut program, "Links open without the password");
    assert_eq!(status(&mut program, &second), 401);
    assert_eq!(status(&mut program, "secret"), 200);
    close(program);
}

#[test]
fn nothing_is_shared_at_launch_if_the_password_is_lost() {
    let (folder, dir) = folders();
    std::fs::write(dir.path().join("share-secrets.json"), "{\"password\": 7}").unwrap();
    let settings = |model: &mut Model| model.settings.share_at_launch = true;
    let (mut program, _finished) = self::program(folder.path(), dir.path(), settings);
    until(&mut program, |model| model.privacy.identity().is_some());
    program.run_steps(3);
    program.get_by_label_contains("The saved password of the share could not be read");
    assert_eq!(model(&mut program).server.sharing, Sharing::Off);
    close(program);
}

#[cfg(unix)]
#[test]
fn without_an_identity_only_plain_sharing_works_until_it_is_repaired() {
    use std::os::unix::fs::PermissionsExt as _;

    let (folder, dir) = folders();
    Identity::of(dir.path()).unwrap();
    let file = dir.path().join("identity.pem");
    let allow = |mode| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
    };
    allow(0o644);
    let settings = |model: &mut Model| model.settings.encrypted_only = true;
    let (mut program, _finished) = self::program(folder.path(), dir.path(), settings);
    let has_failed = |model: &Model| matches!(model.privacy.identity, OwnIdentity::Failed(_));
    until(&mut program, has_failed);
    let why = "Nothing is shared, because it could not be encrypted";
    press(&mut program, "Start sharing");
    until(&mut program, |model| model.server.failure.is_some());
    program.run_steps(3);
    program.get_by_label_contains(why);
    assert_eq!(model(&mut program).server.sharing, Sharing::Off);
    // Plain HTTP works, and a strip says so.
    model(&mut program).settings.encrypted_only = false;
    press(&mut program, "Start sharing");
    until(&mut program, is_on);
    program.run_steps(3);
    program.get_by_label_contains("This share is not encrypted");
    assert_eq!(status(&mut program, ""), 200);
    // What must be encrypted from now on is not shared any more.
    key(&mut program, Modifiers::COMMAND, Key::Comma);
    program
        .get_by_role_and_label(Role::Switch, "Encrypted only")
        .focus();
    program.run_steps(3);
    key(&mut program, Modifiers::NONE, Key::Space);
    until(&mut program, |model| model.server.sharing == Sharing::Off);
    press(&mut program, "Close settings");
    program.run_steps(3);
    program.get_by_label_contains(why);
    allow(0o600);
    press(&mut program, "Try again");
    until(&mut program, is_on);
    assert_eq!(status(&mut program, ""), 308);
    close(program);
}
