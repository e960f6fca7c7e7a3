//! Where a dropped folder goes, and what can be shared in place of a wrong folder.

use egui_kittest::kittest::Queryable as _;

use super::dropping::{drop_and_look, field, folder, get, paths};
use super::questions::{close, is_on, model, press, program, until};
use super::*;
use crate::app::model::Sharing;
use crate::t;

#[test]
fn a_folder_is_shared_as_soon_as_it_is_dropped() {
    let (before, home) = (folder(&[]), folder(&["notes.txt"]));
    let (mut program, _outbox, _finished) = program(before.path());
    drop_on(&mut program, &[home.path().to_owned()]);
    until(&mut program, is_on);
    assert_eq!(field(&program), Some(home.path().display().to_string()));
    assert!(get(&mut program, "/notes.txt").ends_with("notes.txt"));
    // Another one needs a confirmation.
    drop_on(&mut program, &[before.path().to_owned()]);
    until(&mut program, |model| model.question.is_some());
    close(program);
}

#[test]
fn a_folder_dropped_on_the_client_tab_is_where_downloads_go() {
    let (before, home) = (folder(&[]), folder(&["notes.txt"]));
    let (mut program, _outbox, _finished) = program(before.path());
    model(&mut program).settings.tab = Tab::Client;
    program.run_steps(2);
    drop_on(&mut program, &[home.path().to_owned()]);
    let there = home.path().display().to_string();
    until(&mut program, |model| model.settings.save_to == there);
    assert_eq!(model(&mut program).settings.tab, Tab::Client);
    assert_eq!(model(&mut program).server.sharing, Sharing::Off);
    // A file is shared all the same.
    drop_and_look(&mut program, &paths(home.path(), &["notes.txt"]));
    assert_eq!(model(&mut program).settings.tab, Tab::Server);
    assert_eq!(model(&mut program).settings.save_to, there);
    close(program);
}

#[test]
fn for_a_file_in_place_of_a_folder_its_folder_or_itself_can_be_shared() {
    let home = folder(&["notes.txt", "b.txt"]);
    for (button, is_whole) in [("Share its folder", true), ("Share only this file", false)] {
        let file = home.path().join("notes.txt");
        let (mut program, _outbox, _finished) = program(&file);
        press(&mut program, "Start sharing");
        until(&mut program, |model| model.server.failure.is_some());
        program.run_steps(3);
        program.get_by_label_contains("is a file, not a folder");
        press(&mut program, button);
        until(&mut program, is_on);
        assert!(model(&mut program).server.failure.is_none());
        assert!(get(&mut program, "/notes.txt").ends_with("notes.txt"));
        let other = get(&mut program, "/b.txt");
        assert_eq!(other.ends_with("b.txt"), is_whole, "{other}");
        close(program);
    }
}

#[test]
fn a_drop_of_a_thousand_files_is_one_share() {
    let names: Vec<_> = (0..1000).map(|number| format!("{number}.txt")).collect();
    let names: Vec<_> = names.iter().map(String::as_str).collect();
    let (before, home) = (folder(&[]), folder(&names));
    let (mut program, _outbox, _finished) = program(before.path());
    drop_and_look(&mut program, &paths(home.path(), &names));
    let selection = model(&mut program).server.selection.as_ref();
    assert_eq!(selection.map(|of| of.names.len()), Some(1000));
    assert!(get(&mut program, "/999.txt").ends_with("999.txt"));
    close(program);
}

#[test]
fn what_letting_go_does_is_shown_and_fits() {
    in_both_languages(|language| {
        for (tab, words) in [
            (Tab::Server, t!("drop-to-share")),
            (Tab::Client, t!("drop-on-client")),
        ] {
            let mut window = window(SMALL, Theme::Light, filled(tab));
            window.input_mut().hovered_files = vec![egui::HoveredFile::default()];
            window.step();
            let shapes = window.output().shapes.iter();
            let text = shapes.rev().find_map(|clipped| match &clipped.shape {
                egui::Shape::Text(text) if text.galley.text() == words => Some(text),
                _ => None,
            });
            let place = text.unwrap().visual_bounding_rect();
            // Nothing of the window is left beside it: its ground, and that of the overlay. (The
            // harness has a margin.)
            let screen = window.ctx.content_rect();
            let covers = |shape: &egui::Shape| match shape {
                egui::Shape::Rect(rect) => {
                    rect.rect.contains_rect(screen.shrink(8.0)) && rect.fill.is_opaque()
                }
                _ => false,
            };
            let shapes = window.output().shapes.iter();
            let grounds = shapes.filter(|clipped| covers(&clipped.shape)).count();
            assert_eq!(grounds, 2, "{language:?} {tab:?}");
            let inside = screen.shrink(20.0);
            assert!(
                inside.contains_rect(place),
                "{language:?} {tab:?} {place:?}"
            );
        }
    });
}
