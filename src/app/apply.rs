//! Carries out the user's actions.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;

use egui::Context;

use super::actions::{Action, Folder, Question};
use super::app::App;
use super::model::plan::Plan;
use super::model::row::Row;
use super::model::{self, Dropped, Failure, Sharing, plan};
use super::{dialogs, dropped, new_folder};
use crate::settings::{Settings, Tab};
use crate::text::Sentence;
use crate::{logging, sentence, t};
use landline_engine::client::{Request, Target};
use landline_engine::transfer::TransferId;

impl App {
    #[expect(clippy::too_many_lines, reason = "an arm for each action")]
    pub(super) fn apply(&mut self, ctx: &Context, action: Action) {
        match action {
            Action::Show(tab) => self.show(tab),
            Action::Browse(folder) if !self.model.dialog_open && self.can_change(folder) => {
                self.model.dialog_open = true;
                let start = self.folder(folder);
                dialogs::pick_folder(folder, &start, &t!("choose-folder"), &self.outbox);
            }
            Action::Browse(_) => {}
            Action::Dropped(paths) => self.drop_paths(paths),
            Action::ChooseFilesToSend => self.choose_files_to_send(),
            Action::SendFiles(paths, to) => self.send_files(paths, to),
            Action::SendToDevice(id, what) => self.send_to_device(&id, what),
            Action::SendText => self.send_text(),
            Action::DismissText => self.model.localsend.draft = None,
            Action::SetVisible(on) => self.model.settings.localsend = on,
            Action::BecomeVisible(port) => self.become_visible(port),
            Action::OpenLink(link) => dialogs::open_link(link, &self.outbox),
            Action::CloseText => self.model.localsend.texts.close(),
            Action::ShareDropped(paths) => {
                self.model.question = None;
                dropped::look_at(paths, &self.outbox);
            }
            Action::DismissQuestion => self.model.question = None,
            Action::CreateFolder(path) => new_folder::create(path, &self.outbox),
            Action::ShareWhole => self.model.choose_whole(),
            Action::ForgetDropped => {
                self.model.server.selection = None;
                self.model.server.offered = None;
            }
            Action::Answer(yes) => self.answer(ctx, yes),
            Action::OpenLine(tab, opened) => self.model.open(tab, Some(opened)),
            Action::CloseLine(tab) => self.model.open(tab, None),
            Action::StartSharing => self.start_sharing(),
            Action::StopSharing => self.stop_sharing(),
            Action::ApplyReceiving => self.apply_receiving(),
            Action::ApplyPrivacy => self.apply_privacy(),
            Action::NewLink => self.new_link(),
            Action::CopyLink(link) => ctx.copy_text(self.model.link(&link)),
            Action::AnswerOffer(id, answer) => self.answer_offer(id, answer),
            Action::UsePort(port) => {
                self.model.settings.port = port.to_string();
                self.start_sharing();
            }
            Action::SettingsChanged(before) => self.apply_settings(&before),
            Action::SetAutostart(on) => {
                if let Some(autostart) = &self.autostart {
                    self.model.autostart = model::Autostart::Pending(on);
                    autostart.set(on, &self.outbox);
                }
            }
            Action::Copy(text) => ctx.copy_text(text),
            Action::List => self.list(),
            Action::OpenFolder(place) => self.open_folder(place),
            Action::Refresh => self.refresh(),
            Action::Download => {
                self.model.spread_host();
                self.try_download(self.model.download_requests());
            }
            Action::DownloadPasted => {
                let requests = self.model.pasted_requests();
                if requests.is_ok() {
                    self.model.take_pasted_tokens();
                    self.model.client.pasted.clear();
                }
                self.try_download(requests);
            }
            Action::DownloadFrom(place, names) => {
                self.try_download(self.model.requests(&place, names));
            }
            Action::ShowLogFiles => {
                if let Some(folder) = logging::folder() {
                    dialogs::open(folder, &self.outbox);
                }
            }
            Action::Again(id) => self.resume(id),
            Action::Pause(id) => self.pause(id),
            Action::PauseAll => {
                for id in self.model.client.transfers.pausable() {
                    self.pause(id);
                }
            }
            Action::TryNow(id) => {
                if let Some(client) = &self.client {
                    client.try_now(id);
                }
            }
            Action::Instead(id, name) => {
                self.download_instead(id, |request| Request { name, ..request });
            }
            Action::ResumeAll => {
                for id in self.model.client.transfers.paused() {
                    self.model.row_may_ask(id);
                }
                self.resume_where(|row| row.is_paused());
            }
            Action::Cancel(id) => {
                if self.ending.is_meant(Instant::now()) {
                    self.cancel(id);
                }
            }
            Action::Remove(id) => {
                if self.ending.is_meant(Instant::now()) {
                    self.remove(id);
                }
            }
            Action::ClearFinished(tab) => self.clear_finished(tab),
            Action::Undo => {
                self.model.undo();
                self.offer_was_clicked();
            }
            Action::DismissUndo => {
                self.model.undo = None;
                self.offer_was_clicked();
            }
            Action::Open(path) => dialogs::open(path, &self.outbox),
            Action::Reveal(path) => dialogs::reveal(path, &self.outbox),
            Action::OpenDevice(id) => self.open_device(&id),
            Action::LookAgain => self.look_again(),
            Action::FindOutWhy(peer) => self.find_out_why(peer),
            Action::UseOtherPort(host, port) => self.use_other_port(host, port),
            Action::LookUpSockets => self.look_up_sockets(),
            Action::Call => self.call(),
            Action::InCall(tab, id, action) => self.in_call(tab, id, action),
            Action::AllCalls(tab, action) => self.in_all_calls(tab, &action),
            Action::EnterPassword(waiting) => {
                self.model.ask_for_password(waiting, Instant::now());
            }
            Action::SubmitPassword => self.submit_password(),
            Action::DismissPassword => self.model.client.password = None,
            Action::AskToForget(of) => self.model.question = Some(Question::Forget(of)),
            Action::ForgetComputer(host, port) => self.forget_computer(host, port),
            Action::DismissNotice => {
                self.model.notices.pop_front();
            }
        }
    }

    fn show(&mut self, tab: Tab) {
        let before = self.model.settings.tab;
        self.model.calls(before).rest();
        self.model.settings.tab = tab;
    }

    /// What is shared cannot be changed until the share has ended.
    pub(super) fn can_change(&self, folder: Folder) -> bool {
        folder != Folder::Shared || self.model.server.sharing == Sharing::Off
    }

    fn folder(&self, folder: Folder) -> PathBuf {
        let settings = &self.model.settings;
        let typed = match folder {
            Folder::Received => return self.model.receive_folder().unwrap_or_default(),
            Folder::Shared => &settings.folder,
            Folder::SaveTo | Folder::Download(_) => &settings.save_to,
        };
        self.model.path(typed).unwrap_or_default()
    }

    pub(super) fn picked(&mut self, folder: Folder, path: PathBuf) {
        match folder {
            _ if !self.can_change(folder) => {}
            Folder::Shared => self.model.choose(Dropped::Folder(path)),
            Folder::SaveTo => self.model.settings.save_to = path.display().to_string(),
            Folder::Received => {
                self.model.settings.receive_to = path.display().to_string();
                self.apply_receiving();
            }
            Folder::Download(id) => {
                // The existing part is on a disk without space for the remainder.
                let target = Target::Folder(path);
                self.download_instead(id, |request| Request { target, ..request });
            }
        }
    }

    fn answer(&mut self, ctx: &Context, yes: bool) {
        match self.model.question.take() {
            Some(Question::Share(dropped)) if yes => {
                self.next_share = Some(dropped);
                if self.server.is_some() {
                    self.stop_sharing();
                } else {
                    // The previous share has ended meanwhile.
                    self.share_next();
                }
            }
            Some(Question::Close) if yes => {
                self.closing = true;
                ctx.send_viewport_cmd(egui::ViewportCommand::Close);
            }
            // Its buttons are actions.
            Some(Question::SendOrShare(..) | Question::SendToWhich(..)) => {}
            Some(Question::Forget(of)) if yes => self.forget_identity(of.host, of.port),
            Some(Question::Share(..) | Question::Close | Question::Forget(..)) | None => {}
        }
    }

    /// Applies changed settings to the running server and client.
    fn apply_settings(&mut self, before: &Settings) {
        self.apply_privacy_settings(before);
        let settings = &self.model.settings;
        if let Some(server) = &self.server {
            server.set_answering(self.model.answering());
            server.set_hidden(settings.hidden);
            server.set_allowed_hosts(self.model.allowed_hosts());
        }
        self.set_receiving();
        if let Some(client) = &self.client {
            client.set_at_once(settings.at_once.into());
        }
        if settings.hidden != before.hidden {
            self.count_folder();
        }
    }

    fn try_download(&mut self, requests: Result<Vec<Request>, Failure>) {
        match requests {
            Ok(requests) => {
                self.model.client.failure = None;
                self.download(requests);
            }
            Err(failure) => self.model.client.failure = Some(failure),
        }
    }

    /// Replaces a failed download with what `other` makes of its request.
    fn download_instead(&mut self, id: TransferId, other: impl FnOnce(Request) -> Request) {
        let failed = self.model.client.transfers.get(id);
        let request = failed.and_then(|row| row.request.clone());
        if let Some(request) = request {
            let part = self.model.client.transfers.replace(id);
            self.discard(part.into_iter().collect());
            self.download(vec![other(request)]);
        }
    }

    /// Starts new downloads and resumes unfinished ones in their rows; active ones are left alone.
    fn download(&mut self, requests: Vec<Request>) {
        self.take_tokens();
        for request in &requests {
            self.model.may_ask(&request.host, request.port);
        }
        let Some(client) = &self.client else {
            return;
        };
        let transfers = &mut self.model.client.transfers;
        let mut plan = Plan::new(requests, transfers.open());
        let sizes = plan::sizes(&plan.new, &self.model.client.browse);
        let new = plan.new.into_iter().zip(sizes).map(|(request, size)| {
            let transfer = client.download(request.clone());
            if let Some(size) = size {
                transfer.expect(size);
            }
            (transfer, Some(request))
        });
        transfers.add_all(new);
        let what = match (plan.active, plan.first_active) {
            (1, Some(name)) => Some(sentence!("downloading-already", name = name)),
            (0, _) => None,
            (count, _) => Some(sentence!("downloads-going-already", count = count)),
        };
        if let Some(what) = what {
            self.model.finished.say(what, Instant::now());
        }
        let mut first = None;
        self.resume_where(|row| {
            let request = plan.resumable.remove(&row.transfer.id());
            let is_wanted = request.is_some();
            if is_wanted {
                row.request = request;
                first.get_or_insert(row.key);
            }
            is_wanted
        });
        if let Some(first) = first {
            self.model.client.transfers.want(first);
        }
    }

    /// Resumes the matching paused or failed rows in place.
    fn resume_where(&mut self, mut is_wanted: impl FnMut(&mut Row) -> bool) {
        if let Some(client) = &self.client {
            self.model.client.transfers.resume_where(|row| {
                let goes_on = row.is_unfinished() && is_wanted(row);
                let request = row.request.clone().filter(|_| goes_on)?;
                Some(client.go_on(request, &row.transfer))
            });
        }
    }

    /// Goes on with what failed because `folder` did not exist.
    pub(super) fn folder_created(&mut self, folder: &Path, created: Result<(), Sentence>) {
        if self.is_lacking_receive_folder(folder) {
            self.receive_folder_created(created);
            return;
        }
        self.model.client.failure = created.map_err(Failure::new).err();
        if self.model.client.failure.is_none() {
            for id in self.model.client.transfers.lacking(folder) {
                self.resume(id);
            }
        }
    }

    pub(super) fn resume(&mut self, id: TransferId) {
        self.model.row_may_ask(id);
        if self.send_again(id) {
            return;
        }
        let transfers = &mut self.model.client.transfers;
        let ended = transfers.get(id).filter(|row| !row.is_active());
        let Some((request, before)) = ended.and_then(|row| {
            let before = row.is_unfinished().then(|| Arc::clone(&row.transfer));
            Some((row.request.clone()?, before))
        }) else {
            return;
        };
        if let Some(client) = &self.client {
            let transfer = match before {
                Some(before) => client.go_on(request, &before),
                None => client.download(request),
            };
            transfers.continue_with(id, transfer);
        }
    }

    pub(super) fn pause(&self, id: TransferId) {
        if let Some(client) = &self.client {
            client.pause(id);
        }
    }

    /// Cancels an upload. A download is paused and removed, so that it can be brought back.
    fn cancel(&mut self, id: TransferId) {
        if let Some(upload) = self.model.server.transfers.get(id) {
            upload.transfer.cancel().cancel();
        } else if !self.cancel_delivery(id) {
            self.remove(id);
        }
    }
}
