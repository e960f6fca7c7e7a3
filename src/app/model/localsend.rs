//! This computer as a LocalSend device: whether others see it, what they have sent, and the text that is written to one.

use std::net::IpAddr;

use super::log::{Line, What};
use super::send_to::SendTo;
use super::texts::{ReceivedText, Texts};
use super::{Failure, Model, Step};
use crate::sentence;
use crate::text::Describe as _;
use landline_engine::error::ServerError;
use landline_engine::localsend::PORT;
use landline_engine::server::receiving::{Access, Receiving};
use landline_engine::server::{Privacy, ServerEvent};

/// Whether LocalSend devices see this computer: the state of the receiver.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Visibility {
    /// They do not.
    #[default]
    Hidden,
    /// The folder is looked at, or the port is being opened.
    Starting,
    /// They do.
    Visible,
    /// The port is being closed.
    Stopping,
}

/// The state of LocalSend beside the settings.
#[derive(Debug, Default)]
pub(crate) struct LocalSend {
    /// Whether others see this computer.
    pub visibility: Visibility,
    /// Why they do not, although the user wants it.
    pub failure: Option<Failure>,
    /// The port to listen on instead of the usual one, until the program ends.
    pub port: Option<u16>,
    /// Texts that others have sent.
    pub texts: Texts,
    /// A text that is being written.
    pub draft: Option<Draft>,
}

/// A text that is being written to a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Draft {
    /// The device.
    pub to: SendTo,
    /// The text so far.
    pub text: String,
}

impl LocalSend {
    /// The port for the receiver.
    pub(crate) fn port(&self) -> u16 {
        self.port.unwrap_or(PORT)
    }
}

impl Model {
    /// How files from LocalSend devices are stored.
    ///
    /// # Errors
    /// There is no folder for them.
    pub(crate) fn localsend_receiving(&self) -> Result<Receiving, Failure> {
        self.received_as()
    }

    /// What LocalSend devices need: the password of the share is the PIN.
    pub(crate) fn localsend_privacy(&self) -> Privacy {
        Privacy {
            token: None,
            allows_raw: false,
            ..self.privacy()
        }
    }

    /// What they may do.
    pub(crate) const LOCALSEND_ACCESS: Access = Access::Send;

    /// Handles an event of the receiver. Returns whether it has ended.
    pub(crate) fn localsend_event(&mut self, at: String, event: ServerEvent) -> bool {
        match event {
            ServerEvent::Listening(_) => {
                self.localsend.visibility = Visibility::Visible;
                self.localsend.failure = None;
            }
            ServerEvent::Stopped(how) => {
                self.localsend.visibility = Visibility::Hidden;
                self.server.offers.forget_localsend();
                if let Err(error) = how {
                    self.localsend_failed(at, &error);
                }
                return true;
            }
            ServerEvent::Message { peer, name, text } => self.text_arrived(at, peer, name, text),
            // There is nothing to count, and nobody calls.
            ServerEvent::Counted { .. } | ServerEvent::Caller(_) | ServerEvent::CallChanged(_) => {}
            other => {
                self.server.apply(at, other);
            }
        }
        false
    }

    fn text_arrived(&mut self, at: String, peer: IpAddr, name: Option<String>, text: String) {
        let from = name.unwrap_or_else(|| peer.to_string());
        let (peer, from) = (Some(peer.to_string()), from);
        let what = What::Text {
            from: from.clone(),
            text: text.clone(),
        };
        self.server.log.add(Line { at, peer, what });
        self.localsend.texts.add(ReceivedText { from, text });
    }

    fn localsend_failed(&mut self, at: String, error: &ServerError) {
        let (reason, mut steps) = match error {
            ServerError::PortTaken { port, free } => {
                let other = free.map(|free| Step::BecomeVisible(Some(free)));
                let reason = sentence!("localsend-port-taken", port = *port);
                (reason, other.into_iter().collect())
            }
            ServerError::NotAFolder { .. } => (error.sentence(), vec![Step::ChooseReceived]),
            _ => (error.sentence(), Vec::new()),
        };
        steps.insert(0, Step::BecomeVisible(None));
        self.server.log.add(Line {
            at,
            peer: None,
            what: What::Said(reason.clone()),
        });
        self.localsend.failure = Some(Failure { reason, steps });
    }

    /// Whether this computer is becoming visible.
    pub(crate) fn is_becoming_visible(&self) -> bool {
        self.settings.localsend
            && self.localsend.visibility != Visibility::Visible
            && self.localsend.failure.is_none()
            && self.server.receive_folder.problem.is_none()
    }

    /// Whether LocalSend devices see this computer.
    pub(crate) fn is_visible_to_localsend(&self) -> bool {
        self.localsend.visibility == Visibility::Visible
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::model::Sharing;

    fn stopped(how: Result<(), ServerError>) -> Model {
        let mut model = Model::default();
        model.settings.localsend = true;
        model.localsend.visibility = Visibility::Starting;
        let at = || "12:03:22".to_owned();
        assert!(!model.localsend_event(at(), ServerEvent::Listening(Vec::new())));
        assert!(model.is_visible_to_localsend());
        assert!(model.localsend_event(at(), ServerEvent::Stopped(how)));
        assert!(!model.is_visible_to_localsend());
        model
    }

    #[test]
    fn a_taken_port_does_not_end_the_share() {
        let model = stopped(Err(ServerError::PortTaken {
            port: PORT,
            free: Some(53318),
        }));
        let failure = model.localsend.failure.as_ref().unwrap();
        let steps = [Step::BecomeVisible(None), Step::BecomeVisible(Some(53318))];
        assert_eq!(failure.steps, steps);
        assert!(failure.reason.to_string().contains("53317"));
        assert!(!model.is_becoming_visible());
        assert_eq!(model.server.failure, None);
        assert_eq!(model.server.sharing, Sharing::Off);
        assert_eq!(model.server.log.len(), 1);
    }

    #[test]
    fn an_orderly_end_is_no_failure() {
        let model = stopped(Ok(()));
        assert_eq!(model.localsend.failure, None);
        // It is wanted, and starts again.
        assert!(model.is_becoming_visible());
    }

    #[test]
    fn a_text_is_shown_and_logged_with_the_name_of_its_sender() {
        let mut model = Model::default();
        let message = |name: Option<&str>| ServerEvent::Message {
            peer: "192.168.1.9".parse().unwrap(),
            name: name.map(str::to_owned),
            text: "hello\nworld".to_owned(),
        };
        model.localsend_event(String::new(), message(Some("Bo’s phone")));
        model.localsend_event(String::new(), message(None));
        let first = model.localsend.texts.first().unwrap();
        assert_eq!((&*first.from, &*first.text), ("Bo’s phone", "hello\nworld"));
        assert_eq!(model.localsend.texts.len(), 2);
        let line = model.server.log.get(0).unwrap().words();
        assert_eq!(line, "Bo’s phone: hello world");
        // In the window of a share, messages are no strips.
        model.server.apply(String::new(), message(None));
        assert_eq!(
            (model.localsend.texts.len(), model.server.log.len()),
            (2, 3)
        );
    }

    #[test]
    fn the_password_is_the_pin() {
        let mut model = Model::default();
        "1234".clone_into(&mut model.privacy.typed);
        model.settings.links_carry_token = true;
        model.take_privacy();
        let privacy = model.localsend_privacy();
        assert_eq!(privacy.password, model.privacy().password);
        assert!(privacy.password.is_some() && privacy.token.is_none());
    }

    #[test]
    fn files_are_received_whether_or_not_a_share_receives() {
        let mut model = Model {
            downloads: Some("/home/ann/Downloads".into()),
            ..Model::default()
        };
        assert!(!model.receives());
        assert_eq!(model.receiving(), Ok(None));
        model.settings.localsend = true;
        assert!(model.receives());
        // Not by the share.
        assert_eq!(model.receiving(), Ok(None));
        let folder = model.localsend_receiving().unwrap().folder;
        assert_eq!(folder, std::path::Path::new("/home/ann/Downloads"));
    }
}
