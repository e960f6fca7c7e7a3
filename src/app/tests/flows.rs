//! Complete workflows by keyboard alone: first each on its own, then the whole program, which
//! shares a folder and downloads from itself.

use std::path::Path;
use std::time::{Duration, Instant};

use egui_kittest::kittest::Queryable as _;

use super::browser::{looking, opened, place};
use super::happenings::{Running, running_in};
use super::*;
use crate::app::actions::Question;
use crate::app::model::{Dropped, Sharing};
use crate::settings::Theme as Look;
use landline_engine::transfer::{Outcome, Protocol};

/// Presses a key and runs the following frames.
pub(super) fn key<S>(window: &mut Harness<'static, S>, held: Modifiers, key: Key) {
    window.key_press_modifiers(held, key);
    window.run_steps(3);
}

/// Moves the focus to a widget step by step.
pub(super) fn go_to<S>(window: &mut Harness<'static, S>, held: Modifiers, name: &str) {
    for _ in 0..60 {
        if focused(window).as_deref() == Some(name) {
            return;
        }
        key(window, held, Key::Tab);
    }
    panic!("no way leads to {name}");
}

/// The same, and activates it.
pub(super) fn use_it<S>(window: &mut Harness<'static, S>, name: &str) {
    go_to(window, Modifiers::NONE, name);
    key(window, Modifiers::NONE, Key::Space);
}

/// Replaces the text in the focused field.
pub(super) fn write<S>(window: &mut Harness<'static, S>, text: &str) {
    key(window, Modifiers::COMMAND, Key::A);
    window.event(Event::Text(text.to_owned()));
    window.run_steps(3);
}

#[test]
fn sharing_and_stopping() {
    let mut window = usual(Model::default());
    go_to(&mut window, Modifiers::NONE, "Shared folder");
    write(&mut window, "/srv");
    key(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::StartSharing]);
    window.state_mut().model.server.sharing = Sharing::On {
        addresses: Vec::new(),
        files: None,
    };
    use_it(&mut window, "Stop sharing");
    // On its way, the focus went through the password, which is applied when it is left.
    let asked = asked(&mut window).into_iter();
    let others: Vec<_> = asked.filter(|it| *it != Action::ApplyPrivacy).collect();
    assert_eq!(others, [Action::StopSharing]);
}

#[test]
fn browsing_and_selecting() {
    let mut model = Model::default();
    model.settings.save_to = "/tmp".to_owned();
    let mut window = usual(model);
    key(&mut window, Modifiers::COMMAND, Key::L);
    write(&mut window, "192.168.1.5");
    key(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(
        asked(&mut window),
        [Action::Show(Tab::Client), Action::List]
    );
    // The responses as they would arrive.
    window.state_mut().model = looking("", &["Photos/", "a.txt"]);
    go_to(&mut window, Modifiers::NONE, "Files on 192.168.1.5");
    key(&mut window, Modifiers::NONE, Key::ArrowDown);
    key(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [opened("Photos")]);
    window.state_mut().model = looking("Photos", &["1.jpg", "2.jpg", "3.jpg"]);
    window.run();
    for (held, up) in [
        (Modifiers::ALT, Key::ArrowUp),
        (Modifiers::NONE, Key::Backspace),
    ] {
        key(&mut window, held, up);
        assert_eq!(asked(&mut window), [opened("")]);
    }
    key(&mut window, Modifiers::NONE, Key::ArrowDown);
    key(&mut window, Modifiers::SHIFT, Key::ArrowDown);
    key(&mut window, Modifiers::NONE, Key::Enter);
    let names = ["Photos/1.jpg", "Photos/2.jpg"].map(str::to_owned);
    let both = Action::DownloadFrom(place("Photos"), names.into());
    assert_eq!(asked(&mut window), [both]);
}

#[test]
fn pausing_resuming_cancelling_and_removing() {
    let mut model = filled(Tab::Client);
    let film = transfer(Direction::Download, "film.mkv");
    film.start(Protocol::Http, Some(100));
    let request = super::downloads::request("film.mkv");
    let transfers = &mut model.client.transfers;
    transfers.add(Arc::clone(&film), Some(request));
    let mut window = usual(model);
    let id = film.id();
    use_it(&mut window, "Pause film.mkv");
    assert_eq!(asked(&mut window), [Action::Pause(id)]);
    use_it(&mut window, "Cancel film.mkv");
    assert_eq!(asked(&mut window), [Action::Cancel(id)]);
    film.end(Outcome::Paused(None));
    window.run();
    use_it(&mut window, "Remove film.mkv");
    assert_eq!(asked(&mut window), [Action::Remove(id)]);
    go_to(&mut window, Modifiers::SHIFT, "Resume film.mkv");
    key(&mut window, Modifiers::NONE, Key::Enter);
    assert_eq!(asked(&mut window), [Action::Again(id)]);
}

#[test]
fn changing_the_settings() {
    let mut window = usual(filled(Tab::Server));
    key(&mut window, Modifiers::COMMAND, Key::Comma);
    use_it(&mut window, "Language: English");
    use_it(&mut window, "Appearance: Dark");
    use_it(&mut window, "Larger (Ctrl+Plus)");
    use_it(&mut window, "Share hidden files");
    use_it(&mut window, "If the file already exists: Skip");
    key(&mut window, Modifiers::NONE, Key::Escape);
    let model = &window.state().model;
    let settings = &model.settings;
    assert!(!model.settings_open && settings.hidden);
    assert_eq!(settings.language, Language::English);
    assert_eq!((settings.theme, settings.zoom), (Look::Dark, 110));
    assert_eq!(settings.exists, landline_engine::client::IfExists::Skip);
    assert_eq!(focused(&window).as_deref(), Some("Settings"));
}

#[test]
fn dismissing_notices_and_toasts() {
    let mut window = usual(super::states::good_news());
    // It is the last one, so one step backwards.
    go_to(&mut window, Modifiers::SHIFT, "Dismiss");
    go_to(
        &mut window,
        Modifiers::SHIFT,
        "Show the download in its folder",
    );
    key(&mut window, Modifiers::NONE, Key::Enter);
    assert!(matches!(asked(&mut window)[..], [Action::Reveal(_)]));
    use_it(&mut window, "Dismiss");
    assert_eq!(window.state().model.finished.toasts().last(), None);
}

#[test]
fn the_focus_stays_in_an_empty_list() {
    let mut window = usual(looking("Photos", &["2024/"]));
    go_to(&mut window, Modifiers::NONE, "Files on 192.168.1.5");
    let browse = |window: &mut Window| std::mem::take(&mut window.state_mut().model.client.browse);
    let list = Some("Files on 192.168.1.5".to_owned());
    // A request without a response.
    let mut asking = browse(&mut window);
    asking.ask(place("Photos/2024"));
    window.state_mut().model.client.browse = asking;
    window.run();
    assert_eq!(focused(&window), list);
    let mut failed = browse(&mut window);
    failed.answered(&place("Photos/2024"), Err(ClientError::NoName));
    window.state_mut().model.client.browse = failed;
    window.run();
    assert_eq!(focused(&window), list);
    key(&mut window, Modifiers::NONE, Key::Backspace);
    assert_eq!(asked(&mut window), [opened("Photos")]);
    // The retry button disappears when used.
    use_it(&mut window, "Try again");
    assert_eq!(asked(&mut window), [Action::Refresh]);
    assert_eq!(focused(&window), list);
    window.state_mut().model = looking("Photos", &[]);
    window.run();
    assert_eq!(focused(&window), list);
    // A step to the left of the breadcrumbs does not leave the list either.
    window.state_mut().model = looking("Photos/2024", &["a.jpg"]);
    use_it(&mut window, "Go to Photos");
    assert_eq!(focused(&window), list);
}

#[test]
fn the_tab_order_continues_after_a_disabled_field() {
    let mut window = usual(filled(Tab::Client));
    for field in ["Port", "File name", "Save to"] {
        go_to(&mut window, Modifiers::NONE, field);
        key(&mut window, Modifiers::NONE, Key::Enter);
        assert_eq!(focused(&window).as_deref(), Some(field));
    }
}

#[test]
fn a_button_whose_text_changes_keeps_the_focus() {
    let mut window = window(vec2(980.0, 900.0), Theme::Light, super::states::sharing());
    for (one, other) in [
        ("Show 2 more addresses", "Show fewer addresses"),
        ("Show more lines", "Show fewer lines"),
    ] {
        use_it(&mut window, one);
        assert_eq!(focused(&window).as_deref(), Some(other));
        use_it(&mut window, other);
        assert_eq!(focused(&window).as_deref(), Some(one));
    }
    use_it(&mut window, "Copy");
    assert_eq!(focused(&window).as_deref(), Some("Copied"));
    use_it(&mut window, "Stop sharing");
    for (sharing, name) in [
        (Sharing::Stopping, "Stop sharing"),
        (Sharing::Off, "Start sharing"),
        (Sharing::Starting, "Stop sharing"),
    ] {
        window.state_mut().model.server.sharing = sharing;
        window.run();
        assert_eq!(focused(&window).as_deref(), Some(name));
    }
    // In the other language, too.
    let mut model = filled(Tab::Server);
    model.settings_open = true;
    let mut window = usual(model);
    go_to(&mut window, Modifiers::NONE, "Language: 中文");
    set_language(Language::Chinese);
    window.run();
    assert_eq!(focused(&window).as_deref(), Some("语言：中文"));
    set_language(Language::English);
}

#[test]
fn toasts_stay_while_they_are_in_use() {
    let until = |window: &Window| window.state().model.finished.toasts().last().unwrap().until;
    for by_pointer in [false, true] {
        let mut window = usual(super::states::good_news());
        let before = until(&window);
        window.run();
        assert_eq!(until(&window), before);
        if by_pointer {
            window.get_by_label("Dismiss").hover();
        } else {
            window.get_by_label("Dismiss").focus();
        }
        window.run_steps(3);
        assert!(until(&window) > before);
    }
}

pub(super) type Program = Harness<'static, Running>;

/// Runs frames until the condition holds; events come from other threads.
pub(super) fn until(program: &mut Program, what: &str, condition: impl Fn(&Model) -> bool) {
    let started = Instant::now();
    while !condition(&program.state().app.as_ref().unwrap().model) {
        let waited = started.elapsed();
        assert!(waited < Duration::from_mins(1), "{what}");
        program.step();
        std::thread::yield_now();
    }
    program.run_steps(3);
}

/// Creates a folder with a file and a subfolder, and returns a port to share it on.
fn share(folder: &Path) -> u16 {
    std::fs::create_dir(folder.join("Photos")).unwrap();
    for name in ["1.jpg", "2.jpg", "3.jpg"] {
        let path = folder.join("Photos").join(name);
        std::fs::write(path, name.repeat(1_000)).unwrap();
    }
    free_port()
}

#[test]
fn the_whole_program() {
    let [shared, saved, settings] = [(); 3].map(|()| tempfile::tempdir().unwrap());
    let port = share(shared.path()).to_string();
    let mut model = Model::default();
    model.settings.port.clone_from(&port);
    let mut program = running_in(settings.path(), model);
    let program = &mut program;

    go_to(program, Modifiers::NONE, "Shared folder");
    write(program, &shared.path().display().to_string());
    key(program, Modifiers::NONE, Key::Enter);
    until(program, "it shares", |model| {
        matches!(model.server.sharing, Sharing::On { .. })
    });
    assert_eq!(focused(program).as_deref(), Some("Stop sharing"));

    key(program, Modifiers::COMMAND, Key::L);
    write(program, &format!("127.0.0.1:{port}"));
    go_to(program, Modifiers::NONE, "Save to");
    write(program, &saved.path().display().to_string());
    key(program, Modifiers::COMMAND, Key::L);
    key(program, Modifiers::NONE, Key::Enter);
    until(program, "it lists", |model| model.client.browse.len() == 1);
    assert_eq!(focused(program).as_deref(), Some("Files on 127.0.0.1"));
    key(program, Modifiers::NONE, Key::ArrowDown);
    key(program, Modifiers::NONE, Key::Enter);
    until(program, "it walks", |model| model.client.browse.len() == 3);
    key(program, Modifiers::NONE, Key::ArrowDown);
    key(program, Modifiers::SHIFT, Key::ArrowDown);
    key(program, Modifiers::NONE, Key::Enter);
    until(program, "they arrive", |model| {
        let downloads = &model.client.transfers;
        downloads.rows().count() == 2 && downloads.active() == (0, 0)
    });
    for name in ["1.jpg", "2.jpg"] {
        let text = std::fs::read_to_string(saved.path().join(name)).unwrap();
        assert_eq!(text, name.repeat(1_000));
    }
    assert!(!saved.path().join("3.jpg").exists());

    // Answers the confirmation dialog both ways.
    for (answer, is_on) in [(Key::Escape, true), (Key::Enter, false)] {
        let model = &mut program.state_mut().app.as_mut().unwrap().model;
        model.question = Some(Question::Share(Dropped::Folder(saved.path().into())));
        program.run_steps(3);
        program.get_by_label_contains("instead?");
        key(program, Modifiers::NONE, answer);
        let there = saved.path().display().to_string();
        until(program, "it is answered", |model| {
            model.question.is_none() && (model.settings.folder == there) != is_on
        });
    }
    key(program, Modifiers::COMMAND, Key::Num1);
    until(program, "it shares again", |model| {
        matches!(model.server.sharing, Sharing::On { .. })
    });
    use_it(program, "Stop sharing");
    until(program, "it stops", |model| {
        model.server.sharing == Sharing::Off
    });
    assert_eq!(focused(program).as_deref(), Some("Start sharing"));
    program.state_mut().app.take().unwrap().close();
}
