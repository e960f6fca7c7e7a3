//! The card *Nearby* and its settings.

use egui_kittest::kittest::Queryable as _;

use super::states::client::{nearby, nearby_and_downloads};
use super::*;
use crate::app::model::browse::State;
use crate::app::ui::keys;
use landline_engine::client::Place;
use landline_engine::discovery::{AnnounceEvent, BrowseEvent, Unavailable};

#[test]
fn a_click_or_enter_opens_a_device() {
    let name = "Ann’s laptop, Landline, 192.168.1.5";
    for by_key in [false, true] {
        let mut window = usual(nearby());
        window.get_by_label("3 found · still looking");
        if by_key {
            window.get_by_label(name).focus();
            window.run();
            press(&mut window, Modifiers::NONE, Key::Enter);
        } else {
            click(&mut window, name);
        }
        let asked = asked(&mut window);
        assert_eq!(asked, [Action::OpenDevice("Ann’s laptop".to_owned())]);
        // Who opens it by keyboard goes on in its list.
        let place = Place {
            host: "192.168.1.5".to_owned(),
            port: 8080,
            encryption: <_>::default(),
            path: String::new(),
        };
        let model = &mut window.state_mut().model;
        model.settings.host = "192.168.1.5".to_owned();
        let browse = &mut model.client.browse;
        browse.ask(place.clone());
        let folder = super::browser::folder("", &["a.txt".to_owned()]);
        browse.answered(&place, Ok(folder));
        window.run();
        let list = Some("Files on 192.168.1.5".to_owned());
        assert_eq!(focused(&window), list.filter(|_| by_key));
    }
}

#[test]
fn the_card_is_searched_only_while_it_is_visible() {
    let shown = |window: &Window| window.state().model.nearby.is_shown;
    for model in [nearby(), nearby_and_downloads(), filled(Tab::Client)] {
        let mut window = usual(model);
        assert!(shown(&window));
        click(&mut window, "Server");
        assert!(!shown(&window));
        click(&mut window, "Client");
        assert!(shown(&window));
        // A listing takes its place, until there is no host again.
        let place = Place {
            host: "box".to_owned(),
            port: 8080,
            encryption: <_>::default(),
            path: String::new(),
        };
        let model = &mut window.state_mut().model;
        model.settings.host = "box".to_owned();
        model.client.browse.ask(place);
        window.run();
        assert_eq!(*window.state().model.client.browse.state(), State::Asking);
        assert!(!shown(&window));
        window.state_mut().model.settings.host.clear();
        window.run();
        assert!(shown(&window));
    }
}

#[test]
fn nobody_found_says_why_and_what_to_do() {
    let mut window = usual(filled(Tab::Client));
    window.get_by_label("Nobody found yet");
    click(&mut window, "Find out why");
    assert_eq!(asked(&mut window), [Action::FindOutWhy(None)]);
    let failed = BrowseEvent::Failed(Unavailable::NoNetwork);
    window.state_mut().model.nearby.found(failed);
    window.run();
    window.get_by_label_contains("not connected to a network");

    let mut window = usual(nearby_and_downloads());
    click(&mut window, "Find out why");
    click(&mut window, "Refresh");
    let expected = [Action::FindOutWhy(None), Action::LookAgain];
    assert_eq!(asked(&mut window), expected);
}

#[test]
fn a_flood_of_devices_draws_only_the_visible_ones() {
    let mut model = nearby();
    let one = model.nearby.devices()[0].clone();
    let many = (0..256).map(|at| landline_engine::discovery::Device {
        identity: None,
        has_password: false,
        id: at.to_string(),
        name: format!("device {at}"),
        ..one.clone()
    });
    model.nearby.found(BrowseEvent::Devices(many.collect()));
    let window = usual(model);
    window.get_by_label("256 found · still looking");
    let rows = window.query_all_by_label_contains(", Landline, ").count();
    assert!((5..20).contains(&rows), "{rows}");
}

#[test]
fn a_chip_says_under_which_name_the_share_is_visible() {
    let mut window = usual(states::sharing());
    let copy = window.get_by_label("Copy").rect();
    for (event, words) in [
        (
            AnnounceEvent::Announced("Ann’s laptop (2)".to_owned()),
            "Visible nearby as “Ann’s laptop (2)”",
        ),
        (
            AnnounceEvent::Failed(Unavailable::NoNetwork),
            "Not visible nearby",
        ),
    ] {
        assert!(window.query_by_label(words).is_none());
        window.state_mut().model.nearby.announced(Some(event));
        window.run();
        window.get_by_label(words);
    }
    assert_eq!(window.get_by_label("Copy").rect(), copy);
    window.state_mut().model.settings.is_announced = false;
    window.run();
    assert!(window.query_by_label("Not visible nearby").is_none());
}

#[test]
fn the_name_and_the_visibility_are_settings() {
    let mut window = usual(filled(Tab::Client));
    press(
        &mut window,
        keys::SETTINGS.modifiers,
        keys::SETTINGS.logical_key,
    );
    type_into(&mut window, "This computer’s name", "Ann’s laptop");
    click(&mut window, "Visible to others nearby");
    let model = &window.state().model;
    assert_eq!(model.settings.name, "Ann’s laptop");
    assert!(!model.settings.is_announced);
    assert_eq!(model.computer_name(), "Ann’s laptop");
}
