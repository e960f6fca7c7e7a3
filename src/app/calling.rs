//! Carries out the user's actions in calls, and looks up sockets.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use super::actions::{AllCalls, InCall};
use super::app::App;
use super::dialogs;
use super::inbox::{Event, Outbox};
use super::model::Opened;
use super::model::call::transcript;
use crate::sentence;
use crate::settings::Tab;
use crate::t;
use landline_engine::call::CallId;

impl App {
    /// Calls the host in the fields.
    pub(super) fn call(&mut self) {
        self.model.spread_host();
        match self.model.recipient() {
            Ok((host, port)) => {
                self.model.client.failure = None;
                self.call_to(host, port);
            }
            Err(failure) => self.model.client.failure = Some(failure),
        }
    }

    fn call_to(&mut self, host: String, port: u16) {
        if let Some(client) = &self.client {
            let call = client.call(host, port);
            let opened = Opened::Call(call.id());
            self.model.client.calls.add(call);
            self.model.open(Tab::Client, Some(opened));
        }
    }

    pub(super) fn in_call(&mut self, tab: Tab, id: CallId, action: InCall) {
        let Some(call) = self.model.calls(tab).get(id).cloned() else {
            return;
        };
        match action {
            InCall::Again => self.call_to(call.host().to_owned(), call.port()),
            InCall::Send(bytes) => call.send(bytes),
            InCall::Repeat(bytes, interval) => call.repeat(bytes, interval),
            InCall::StopRepeating => call.stop_repeating(),
            InCall::HangUp => call.hang_up(),
            InCall::StopSending => call.stop_sending(),
            InCall::Reset => call.reset(),
            // Not the second half of a double click.
            InCall::Remove if !self.ending.is_meant(Instant::now()) => {}
            InCall::Remove => {
                self.model.calls(tab).remove(id);
                if self.model.opened(tab) == Some(Opened::Call(id)) {
                    self.model.open(tab, None);
                }
            }
            InCall::ChooseFile if !self.model.dialog_open => {
                self.model.dialog_open = true;
                dialogs::pick_file(tab, id, &t!("call-send-file"), &self.outbox);
            }
            InCall::Save if !self.model.dialog_open => {
                self.model.dialog_open = true;
                let name = format!("{}.txt", t!("call-file-name", host = call.host()));
                dialogs::save_call(tab, id, &t!("call-save"), &name, &self.outbox);
            }
            InCall::ChooseFile | InCall::Save => {}
        }
    }

    pub(super) fn in_all_calls(&mut self, tab: Tab, action: &AllCalls) {
        if let AllCalls::Answer(id) = *action {
            self.model.open(tab, Some(Opened::Call(id)));
            if let Some(view) = self.model.calls(tab).view(id) {
                view.sends_to_all = true;
            }
            return;
        }
        for call in self.model.calls(tab).all() {
            match action {
                _ if call.state().is_over() => {}
                AllCalls::Send(bytes) => call.send(bytes.clone()),
                AllCalls::Answer(_) => {}
                AllCalls::HangUp => call.hang_up(),
            }
        }
    }

    /// Asks the system for the sockets of this program, on a thread.
    pub(super) fn look_up_sockets(&mut self) {
        if let Some(wanted) = self.model.ask_for_sockets(Instant::now()) {
            dialogs::worker("sockets", &self.outbox, move |outbox| {
                outbox.send(Event::Sockets(wanted.look_up()));
            });
        }
    }

    pub(super) fn send_file(&mut self, tab: Tab, id: CallId, path: PathBuf) {
        if let Some(call) = self.model.calls(tab).get(id) {
            call.send_file(path);
        }
    }

    /// Writes a conversation to a file, on a thread.
    pub(super) fn save_call(&mut self, tab: Tab, id: CallId, path: PathBuf) {
        let encoding = self.model.settings.talk.encoding;
        let Some(call) = self.model.calls(tab).get(id).cloned() else {
            return;
        };
        dialogs::worker("save conversation", &self.outbox, move |outbox| {
            let text = transcript(&call, &call.entries(), encoding);
            write(&path, &text, &outbox);
        });
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "this thread may wait for the disk"
)]
fn write(path: &Path, text: &str, outbox: &Outbox) {
    if let Err(error) = fs::write(path, text) {
        log::warn!("{}: {error}", path.display());
        let path = path.display().to_string();
        let what = sentence!("call-not-saved", path = path, why = error.to_string());
        outbox.send(Event::Problem(what));
    }
}
