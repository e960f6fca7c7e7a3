//! Closes the window: asks first if that would interrupt something.

use egui::{Context, ViewportCommand};

use super::actions::Question;
use super::app::App;
use landline_engine::threads;

impl App {
    /// Asks for confirmation before closing the window would interrupt something.
    pub(super) fn ask_before_closing(&mut self, ctx: &Context) {
        let is_moving = self.model.is_moving();
        if ctx.input(|input| input.viewport().close_requested()) && !self.closing && is_moving {
            ctx.send_viewport_cmd(ViewportCommand::CancelClose);
            ctx.send_viewport_cmd(ViewportCommand::Minimized(false));
            self.model.question = Some(Question::Close);
        } else if self.model.question == Some(Question::Close) && !is_moving {
            // There is nothing left to confirm.
            self.model.question = None;
            self.closing = true;
            ctx.send_viewport_cmd(ViewportCommand::Close);
        }
    }

    /// Shuts everything down without waiting for it here.
    pub(crate) fn close(&mut self) {
        self.close_removed();
        // Before the client: whatever is running now is saved as unfinished, however it ends.
        self.persistence.close(&self.model);
        self.sleep_inhibitor = None;
        self.client = None;
        let unfinished = self.unfinished.take();
        let (server, discovery) = (self.server.take(), self.nearby.close());
        let receiver = self.localsend.close();
        if let Some(server) = &server {
            server.stop();
        } else if discovery.is_none() && receiver.is_none() {
            return;
        }
        let waiting = threads::spawn("closing", move || {
            if let Some(discovery) = discovery {
                discovery.join();
            }
            for server in [server, receiver].into_iter().flatten() {
                server.join();
            }
            drop(unfinished);
        });
        if let Err(error) = waiting {
            log::error!("closing: {error}");
        }
    }
}
