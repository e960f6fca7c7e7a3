//! All states of the window, for tests that check each of them.

pub(super) mod client;
mod localsend;
mod server;

use egui_kittest::kittest::Queryable as _;

use self::client::{
    asking, client_failed, deep, downloads, files, files_and_downloads, long_names, no_answer,
    nothing_found, notice_and_news, open_suggestions, options, recent_hosts, several_chosen,
};
pub(super) use self::localsend::LOCALSEND;
pub(super) use self::server::sharing;
use self::server::{firewall, log, offered, selection, server_failed};
use super::browser::looking;
use super::*;
use crate::app::model::Autostart;
use crate::settings::{AnswerRule, AnswerTo};

pub(super) use self::client::{bad_news, good_news};

/// A name that is too long for any place.
pub(super) fn long(end: &str) -> String {
    format!("{}{end}", "a rather long name 很长的名字 ".repeat(8))
}

/// A state of the window.
pub(super) struct State {
    pub name: &'static str,
    /// An English text in it, to verify that it is that state.
    pub mark: &'static str,
    pub model: fn() -> Model,
    /// The minimum heights without scrolling: in a wide window and in the narrowest.
    pub heights: (f32, f32),
    /// How to reach the state.
    pub start: fn(&mut Window),
}

/// All states.
pub(super) const STATES: &[State] = &[
    state(
        "empty server",
        "Drop a folder here",
        (700.0, 520.0),
        Model::default,
    ),
    state("server", "Drop a folder here", (700.0, 520.0), || {
        filled(Tab::Server)
    }),
    state(
        "sharing",
        "Show 2 more addresses",
        (1000.0, 1300.0),
        sharing,
    ),
    state(
        "receiving",
        "Always from this device",
        (1200.0, 1500.0),
        super::receiving::receiving,
    ),
    state(
        "about to receive",
        "Browse for received files",
        (700.0, 640.0),
        super::receiving::about_to_receive,
    ),
    state(
        "large code",
        "Scan, or type this address",
        (700.0, 640.0),
        super::receiving::large_code,
    ),
    state(
        "private",
        "Links open without the password",
        (1000.0, 1400.0),
        super::server_privacy::private,
    ),
    state(
        "wrong password",
        "At most 256 bytes",
        (1000.0, 1400.0),
        super::server_privacy::wrong_password,
    ),
    state(
        "without identity",
        "can read or write the key",
        (1200.0, 1600.0),
        super::server_privacy::without_identity,
    ),
    state(
        "large code with token",
        "Whoever types the address",
        (700.0, 640.0),
        super::server_privacy::large_code,
    ),
    state("firewall", "Copy command", (1000.0, 1300.0), firewall),
    state("offered", "Copy the link to", (1000.0, 1300.0), offered),
    state(
        "selection",
        "Share the whole folder (12,345 files)",
        (700.0, 700.0),
        selection,
    ),
    state(
        "server failed",
        "Use port 8081",
        (700.0, 700.0),
        server_failed,
    ),
    state("log", "Show fewer lines", (1100.0, 1300.0), log),
    state("empty client", "Nobody found yet", (700.0, 520.0), || {
        filled(Tab::Client)
    }),
    state("nearby", "Ann’s laptop", (700.0, 520.0), client::nearby),
    state(
        "nearby and downloads",
        "Studio NAS",
        (700.0, 720.0),
        client::nearby_and_downloads,
    ),
    state(
        "recent hosts",
        "Show files on ann-pc:8080",
        (700.0, 520.0),
        recent_hosts,
    ),
    state(
        "suggested hosts",
        "ann-pc:8080",
        (700.0, 600.0),
        recent_hosts,
    )
    .after(open_suggestions),
    state(
        "client failed",
        "Enter the host first.",
        (700.0, 620.0),
        client_failed,
    ),
    state("options", "Automatic", (700.0, 700.0), options),
    state("files", "5 items", (700.0, 640.0), files),
    state("deep folder", "Parent folder", (700.0, 640.0), deep),
    state("long names", "40 items", (700.0, 640.0), long_names),
    state(
        "nothing found",
        "No name contains",
        (700.0, 640.0),
        nothing_found,
    ),
    state("no answer", "did not respond", (700.0, 640.0), no_answer),
    state("asking", "Loading the file list", (700.0, 640.0), asking),
    state(
        "empty folder",
        "This folder is empty",
        (700.0, 640.0),
        || looking("", &[]),
    ),
    state(
        "several chosen",
        "3 selected",
        (700.0, 640.0),
        several_chosen,
    ),
    state(
        "files and downloads",
        "Progress of all transfers",
        (960.0, 1000.0),
        files_and_downloads,
    ),
    state(
        "downloads",
        "Show 10 failed files in photos/",
        (2000.0, 2600.0),
        downloads,
    ),
    state(
        "sending",
        "Waiting for ann-pc to accept",
        (960.0, 1000.0),
        super::sending::in_every_state,
    ),
    state("send or share", "Send to ann-pc", (700.0, 640.0), || {
        super::sending::send_or_share(&long(".mkv"))
    }),
    state("good news", "Show the download", (700.0, 640.0), good_news),
    state("bad news", "Dismiss", (700.0, 640.0), || {
        bad_news(Tab::Server)
    }),
    state(
        "notice and news",
        "Dismiss this notice",
        (700.0, 640.0),
        notice_and_news,
    ),
    state(
        "line",
        "Sequence diagram",
        (760.0, 1400.0),
        super::line::moving,
    ),
    state(
        "line over",
        "Hung up first",
        (760.0, 1400.0),
        super::line::over,
    ),
    state(
        "line without connection",
        "No connection yet",
        (700.0, 520.0),
        super::line::without_connection,
    ),
    state(
        "find out why",
        "Copy report",
        (700.0, 640.0),
        super::doctor::blocked,
    ),
    state(
        "other port",
        "Use port 8083",
        (700.0, 640.0),
        super::doctor::elsewhere,
    ),
    state(
        "checking",
        "Copy report",
        (700.0, 640.0),
        super::doctor::running,
    ),
    state(
        "password",
        "Remember on this computer",
        (700.0, 640.0),
        super::passwords::asking,
    ),
    state(
        "first visit",
        "First visit.",
        (700.0, 640.0),
        super::identities::first_visit,
    ),
    state(
        "identity changed",
        "Forget the old identity",
        (960.0, 1100.0),
        super::identities::identity_changed,
    ),
    state(
        "about to forget",
        "Remembered",
        (960.0, 1100.0),
        super::identities::about_to_forget,
    ),
    state("close", "Keep open", (700.0, 640.0), || {
        super::dialogs::close(12, 3)
    }),
    state(
        "share instead",
        "Keep current folder",
        (700.0, 700.0),
        share_instead,
    ),
];

const fn state(
    name: &'static str,
    mark: &'static str,
    heights: (f32, f32),
    model: fn() -> Model,
) -> State {
    State {
        name,
        mark,
        model,
        heights,
        start: |_| {},
    }
}

impl State {
    const fn after(self, start: fn(&mut Window)) -> Self {
        Self { start, ..self }
    }

    /// A window of this size in this state.
    pub(super) fn window(&self, size: Vec2, theme: Theme) -> Window {
        let mut window = window(size, theme, (self.model)());
        (self.start)(&mut window);
        window
    }
}

/// The height of a window in which the settings panel need not scroll.
const WHOLE_PANEL: (f32, f32) = (1700.0, 1700.0);

/// The states of the settings panel, which scrolls in a low window.
pub(super) const SETTINGS: &[State] = &[
    state("settings", "Close settings", WHOLE_PANEL, settings),
    state(
        "settings, LocalSend",
        "Files can still be sent",
        WHOLE_PANEL,
        super::localsend::in_settings,
    ),
    state(
        "settings, known computers",
        "password remembered",
        WHOLE_PANEL,
        super::identities::known_computers,
    ),
    state(
        "settings, answering",
        "Rule 1, answer",
        (2000.0, 2000.0),
        || {
            let mut model = settings();
            model.settings.answering = true;
            let rule = AnswerRule {
                to: AnswerTo::Hex,
                what: "xy".to_owned(),
                ..AnswerRule::default()
            };
            model.settings.answers.insert(0, rule);
            model
        },
    ),
    state(
        "settings, sharing",
        "Forget Bo’s phone",
        (2000.0, 2000.0),
        || {
            let mut model = super::server_privacy::private();
            model.settings_open = true;
            model.trust(super::receiving::device("Bo’s phone", "1"));
            model.trust(super::receiving::device(&long(""), "2"));
            model
        },
    ),
];

/// Calls `check` for each state in both themes, both languages and each window size, with the
/// harness, a description and the size.
pub(super) fn everywhere(states: &[State], check: impl Fn(&mut Window, &str, Vec2)) {
    for state in states {
        let (wide, narrow) = state.heights;
        let sizes = [
            vec2(980.0, wide),
            vec2(440.0, narrow),
            vec2(1600.0, wide.max(1000.0)),
        ];
        in_both_languages(|language| {
            for theme in [Theme::Light, Theme::Dark] {
                for size in sizes {
                    let mut window = state.window(size, theme);
                    if language == Language::English {
                        let marks = window.query_all_by_label_contains(state.mark);
                        assert!(marks.count() > 0, "{} has no {}", state.name, state.mark);
                    }
                    let what = format!("{} in {language:?}, {theme:?}, {size:?}", state.name);
                    check(&mut window, &what, size);
                }
            }
        });
    }
}

fn settings() -> Model {
    let mut model = filled(Tab::Client);
    model.settings_open = true;
    model.autostart = Autostart::Is(true);
    model
}

fn share_instead() -> Model {
    let path = |end| format!("/home/ann/{}/{}", long(""), long(end));
    super::dialogs::share_instead(&path("new"), &path("old"))
}
