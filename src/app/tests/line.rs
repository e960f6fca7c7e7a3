//! The connection of a transfer, with real sockets.

use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::sync::OnceLock;
use std::thread;
use std::time::Duration;

use egui::accesskit::Role;

use super::flows::{Program, go_to, key, until};
use super::happenings::running_in;
use super::*;
use crate::app::model::Opened;
use crate::settings::ProtocolChoice;
use landline_engine::client::{Client, IfExists, Request, Target};
use landline_engine::transfer::{Outcome, Protocol, Reporter, TransferId};

/// What the raw servers of these tests send.
const SIZE: usize = 300_000;
/// Waiting for longer is a failure.
const PATIENCE: Duration = Duration::from_mins(1);

/// A raw server of one connection, which closes it when `hangs_up` does; returns its port.
fn server(hangs_up: impl FnOnce(&TcpStream) + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let _ = stream.read(&mut [0; 1024]).unwrap();
        stream.write_all(&vec![7; SIZE]).unwrap();
        hangs_up(&stream);
    });
    port
}

/// A download from a raw server, once it is as far as `is_there` says. The client runs until the tests end.
fn download(port: u16, is_there: impl Fn(&Transfer) -> bool) -> Arc<Transfer> {
    let client = Client::new(Reporter::new(|_| {}));
    let folder = tempfile::tempdir().unwrap().keep();
    let transfer = client.download(Request {
        host: "127.0.0.1".to_owned(),
        port,
        encryption: <_>::default(),
        name: "film 海边.mkv".to_owned(),
        query: None,
        target: Target::Folder(folder),
        protocol: Some(Protocol::Raw),
        exists: IfExists::Keep,
    });
    std::mem::forget(client);
    let began = Instant::now();
    while !is_there(&transfer) {
        assert!(began.elapsed() < PATIENCE, "{transfer:?}");
        thread::yield_now();
    }
    transfer
}

/// A client with the line of this download open.
fn open(transfer: &Arc<Transfer>) -> Model {
    let mut model = filled(Tab::Client);
    model.client.transfers.add(Arc::clone(transfer), None);
    model.client.opened = Some(Opened::Line(transfer.id()));
    model
}

/// A download that has received everything and whose server does not hang up.
pub(super) fn moving() -> Model {
    static ONE: OnceLock<Arc<Transfer>> = OnceLock::new();
    open(ONE.get_or_init(|| {
        // A byte a second, so that it is not given up.
        let port = server(|mut stream| {
            while stream.write_all(&[7]).is_ok() {
                thread::park_timeout(Duration::from_secs(1));
            }
        });
        download(port, |transfer| transfer.done() >= SIZE as u64)
    }))
}

/// A download whose server has hung up.
pub(super) fn over() -> Model {
    static ONE: OnceLock<Arc<Transfer>> = OnceLock::new();
    open(ONE.get_or_init(|| {
        let port = server(|_| {});
        download(port, |transfer| {
            let closed = |trace: &Arc<landline_engine::transport::trace::Trace>| trace.is_closed();
            transfer.outcome().is_some() && transfer.traces().iter().all(closed)
        })
    }))
}

/// An upload that has not begun to connect, as far as anyone knows.
pub(super) fn without_connection() -> Model {
    let mut model = filled(Tab::Server);
    model.server.sharing = super::states::sharing().server.sharing;
    let one = transfer(Direction::Upload, "film.mkv");
    model.server.transfers.add(Arc::clone(&one), None);
    model.server.opened = Some(Opened::Line(one.id()));
    model
}

/// What a screen reader reads of the diagram.
fn diagram<S>(window: &Harness<'static, S>, name: &str) -> String {
    let node = window.get_by_role_and_label(Role::Image, name);
    node.accesskit_node().value().unwrap()
}

fn model(program: &mut Program) -> &mut Model {
    &mut program.state_mut().app.as_mut().unwrap().model
}

/// A program that downloads from this port, and the key of its row.
fn downloading(dir: &Path, port: u16, language: Language) -> (Program, TransferId) {
    let mut settings = filled(Tab::Client);
    settings.settings.language = language;
    settings.settings.host = "127.0.0.1".to_owned();
    settings.settings.host_port = port.to_string();
    settings.settings.file_name = "a.bin".to_owned();
    settings.settings.save_to = dir.join("saved").display().to_string();
    settings.settings.protocol = ProtocolChoice::Raw;
    std::fs::create_dir_all(dir.join("saved")).unwrap();
    let mut program = running_in(dir, settings);
    program.run_steps(3);
    let download = match language {
        Language::Chinese => "下载",
        _ => "Download",
    };
    program
        .get_by_role_and_label(Role::Button, download)
        .click();
    until(&mut program, "it downloads", |model| {
        let mut rows = model.client.transfers.rows();
        rows.next()
            .is_some_and(|row| row.transfer.done() == SIZE as u64)
    });
    let key = model(&mut program)
        .client
        .transfers
        .rows()
        .next()
        .unwrap()
        .key;
    (program, key)
}

#[test]
fn a_line_opens_and_closes_by_keyboard_in_both_languages() {
    for (language, names) in [
        (
            Language::English,
            [
                "Show the connection of a.bin",
                "Back to the list",
                "Sequence diagram of the connection with 127.0.0.1",
                "Explain: Why a third ACK?",
                "the server (127.0.0.1)",
            ],
        ),
        (
            Language::Chinese,
            [
                "查看 a.bin 的连接",
                "返回列表",
                "与 127.0.0.1 的连接的时序图",
                "解释：为什么客户端最后还要发送一次确认？",
                "服务器（127.0.0.1）",
            ],
        ),
    ] {
        let [row, back, picture, why, server_name] = names;
        let (hang_up, ended) = crossbeam_channel::bounded::<()>(0);
        let port = server(move |_| ended.recv().unwrap());
        let dir = tempfile::tempdir().unwrap();
        let (mut program, id) = downloading(dir.path(), port, language);
        let program = &mut program;
        go_to(program, Modifiers::NONE, row);
        key(program, Modifiers::NONE, Key::Enter);
        assert_eq!(model(program).client.opened, Some(Opened::Line(id)));
        assert_eq!(focused(program).as_deref(), Some(back));
        assert!(model(program).line.is_watching());
        assert!(diagram(program, picture).contains("ESTABLISHED"));
        // The answer is reached by keyboard, and Esc closes it first.
        go_to(program, Modifiers::NONE, why);
        key(program, Modifiers::NONE, Key::Enter);
        let texts = |program: &Program| {
            let labels = program.query_all_by_role(Role::Label);
            let third = labels.filter(|label| {
                label
                    .accesskit_node()
                    .value()
                    .is_some_and(|text| text.contains("SYN"))
            });
            third.count()
        };
        assert_eq!(texts(program), 1);
        key(program, Modifiers::NONE, Key::Escape);
        assert_eq!(texts(program), 0);
        assert_eq!(model(program).client.opened, Some(Opened::Line(id)));
        key(program, Modifiers::NONE, Key::Escape);
        assert_eq!(model(program).client.opened, None);
        assert!(!model(program).line.is_watching());
        program.run_steps(3);
        assert_eq!(focused(program).as_deref(), Some(row));
        // Afterwards it says who hung up first.
        hang_up.send(()).unwrap();
        until(program, "it ends", |model| {
            let mut rows = model.client.transfers.rows();
            rows.all(|row| row.transfer.outcome().is_some() && row.transfer.traces()[0].is_closed())
        });
        go_to(program, Modifiers::NONE, row);
        key(program, Modifiers::NONE, Key::Space);
        program.get_by_label(server_name);
        let spoken = diagram(program, picture);
        assert!(
            spoken.contains("CLOSE-WAIT") && spoken.contains("FIN seq=u"),
            "{spoken}"
        );
        program.get_by_label(back).click();
        program.run_steps(3);
        assert_eq!(model(program).client.opened, None);
        program.state_mut().app.take().unwrap().close();
    }
    set_language(Language::English);
}

#[test]
fn a_click_on_a_row_opens_its_line() {
    let mut model = filled(Tab::Client);
    let one = transfer(Direction::Download, "film.mkv");
    one.start(Protocol::Http, Some(100));
    model.client.transfers.add(Arc::clone(&one), None);
    let mut window = usual(model);
    let row = window
        .get_by_label("Show the connection of film.mkv")
        .rect();
    let name = window.get_by_label("film.mkv").rect();
    let place = name.right_center() + vec2(60.0, 0.0);
    assert!(row.contains(place));
    for pressed in [true, false] {
        window.event(Event::PointerMoved(place));
        window.event(Event::PointerButton {
            pos: place,
            button: egui::PointerButton::Primary,
            pressed,
            modifiers: Modifiers::NONE,
        });
    }
    window.run();
    let line = Opened::Line(one.id());
    assert_eq!(asked(&mut window), [Action::OpenLine(Tab::Client, line)]);
}

#[test]
fn without_a_connection_a_sentence_says_so() {
    let mut window = usual(without_connection());
    window.get_by_label("No connection yet");
    window.get_by_label("Stop sharing");
    // A row that is removed meanwhile closes it.
    let transfers = &mut window.state_mut().model.server.transfers;
    let one = transfers.rows().next().unwrap().transfer.clone();
    one.end(Outcome::Sent);
    window.run();
    window.get_by_label("Nothing is known about this connection");
    let transfers = &mut window.state_mut().model.server.transfers;
    *transfers = crate::app::model::transfers::Transfers::default();
    window.run();
    assert!(asked(&mut window).contains(&Action::CloseLine(Tab::Server)));
}

#[test]
fn the_watch_ends_with_the_page() {
    let mut window = usual(moving());
    assert!(window.state().model.line.is_watching());
    press(&mut window, Modifiers::COMMAND, Key::Num1);
    assert!(!window.state().model.line.is_watching());
    press(&mut window, Modifiers::COMMAND, Key::Num2);
    assert!(window.state().model.line.is_watching());
    window.get_by_label("Sequence diagram of the connection with 127.0.0.1");
}

#[test]
fn a_line_without_news_draws_no_frames() {
    let mut window = usual(over());
    let began = Instant::now();
    // The peer's TIME-WAIT counts down once a second.
    loop {
        window.step();
        let delay = window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
        if delay > Duration::from_millis(240) {
            break;
        }
        assert!(began.elapsed() < PATIENCE);
        thread::yield_now();
    }
    let mut window = usual(without_connection());
    window
        .state_mut()
        .model
        .server
        .transfers
        .rows()
        .next()
        .unwrap()
        .transfer
        .end(Outcome::Sent);
    window.run_steps(3);
    let delay = window.output().viewport_output[&egui::ViewportId::ROOT].repaint_delay;
    assert_eq!(delay, Duration::MAX);
}
