//! What the fields and the settings mean for a share.

use std::sync::Arc;

use super::call::not_hex;
use super::{Failure, Model, port};
use crate::settings::{AnswerRule, AnswerTo, AnswerWith};
use crate::text::Sentence;
use crate::text::page::FluentTexts;
use crate::{sentence, t};
use landline_engine::call::{Answering, Reply, Rule, When, hex};
use landline_engine::server::receiving::Access;
use landline_engine::server::{Config, host_names};

impl Model {
    /// Whether there is something to start: a folder to share, or files to receive.
    pub(crate) fn can_share(&self) -> bool {
        self.has_share() || self.settings.access == Access::Send
    }

    /// The configuration from the fields.
    ///
    /// # Errors
    /// Which field is wrong.
    pub(crate) fn share_config(&self) -> Result<Config, Failure> {
        if !self.can_share() {
            return Err(Failure::new(sentence!("no-folder")));
        }
        if let Some(failure) = self.not_private() {
            return Err(failure);
        }
        let access = self.granted()?;
        let receiving = self.receiving()?;
        let folder = match (&self.server.selection, &receiving) {
            (Some(selection), _) => selection.folder.clone(),
            // Nothing of it can be seen.
            (None, Some(receiving)) if !self.has_share() => receiving.folder.clone(),
            (None, _) => self.path(&self.settings.folder).map_err(Failure::new)?,
        };
        Ok(Config {
            port: port(&self.settings.port).map_err(Failure::new)?,
            hidden: self.settings.hidden,
            answering: self.answering(),
            allowed_hosts: self.allowed_hosts(),
            only: self.server.selection.as_ref().map(|of| of.names.clone()),
            name: self.computer_name(),
            access,
            receiving,
            privacy: self.privacy(),
            identity: self.privacy.identity().cloned(),
            texts: Arc::new(FluentTexts),
            ..Config::new(folder)
        })
    }

    /// How messages are handled, if they are answered. A rule that is not complete answers none.
    pub(crate) fn answering(&self) -> Option<Answering> {
        let rules = self.settings.answers.iter();
        self.settings.answering.then(|| Answering {
            rules: rules.filter_map(|typed| rule(typed).ok()).collect(),
            keeps_open: self.settings.keeps_open,
        })
    }

    /// The names from *Also answer to these names*, without what is not one.
    pub(crate) fn allowed_hosts(&self) -> Vec<String> {
        host_names(&self.settings.host_names).flatten().collect()
    }
}

/// The rule that was typed: the default answer unless another was typed.
///
/// # Errors
/// It is not complete, or its hex is none.
pub(crate) fn rule(typed: &AnswerRule) -> Result<Rule, Sentence> {
    let bytes = |text: &str| match hex::parse(text) {
        Ok(bytes) if bytes.is_empty() => Err(sentence!("rule-incomplete")),
        Ok(bytes) => Ok(bytes),
        Err(why) => Err(not_hex(why)),
    };
    let text = |text: &str| match text.trim() {
        "" => Err(sentence!("rule-incomplete")),
        text => Ok(text.to_owned()),
    };
    let when = match typed.to {
        AnswerTo::Any => When::Any,
        AnswerTo::Equals => When::Equals(text(&typed.what)?),
        AnswerTo::Contains => When::Contains(text(&typed.what)?),
        AnswerTo::Hex => When::Hex(bytes(&typed.what)?),
    };
    let reply = match typed.with {
        AnswerWith::Text => Reply::Text(text(&typed.answer).unwrap_or(t!("usual-answer"))),
        AnswerWith::Hex => Reply::Hex(bytes(&typed.answer)?),
        AnswerWith::Echo => Reply::Echo,
    };
    Ok(Rule { when, reply })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fields_become_a_config() {
        let mut model = Model::default();
        assert!(model.share_config().is_err());
        model.settings.folder = " /srv/files ".to_owned();
        model.settings.answers[0].answer = "hello".to_owned();
        let config = model.share_config().unwrap();
        assert_eq!(config.folder, std::path::Path::new("/srv/files"));
        assert_eq!((config.port, config.answering), (8080, None));
        model.settings.answering = true;
        let answering = model.answering().unwrap();
        assert_eq!(answering, Answering::with_text("hello"));
        model.settings.host_names = "Files.example.org, a/b, *".to_owned();
        let allowed = model.share_config().unwrap().allowed_hosts;
        assert_eq!(allowed, ["files.example.org", "a"]);
        model.settings.folder = "file:///srv/a%20b".to_owned();
        model.settings.port = " ".to_owned();
        let config = model.share_config().unwrap();
        let folder = if cfg!(windows) { "srv/a b" } else { "/srv/a b" };
        assert_eq!(config.folder, std::path::Path::new(folder));
        assert_eq!(config.port, 8080);
        model.settings.folder = "file://evil/srv".to_owned();
        let failure = model.share_config().unwrap_err();
        assert_eq!(failure.reason.key(), "file-url-elsewhere");
        model.settings.folder = "/srv".to_owned();
        model.settings.port = "none".to_owned();
        assert!(model.share_config().is_err());
    }

    #[test]
    fn what_was_typed_becomes_rules() {
        let typed = |to, what: &str, with, answer: &str| AnswerRule {
            to,
            what: what.to_owned(),
            with,
            answer: answer.to_owned(),
        };
        let text = |text: &str| Reply::Text(text.to_owned());
        for (typed, when, reply) in [
            (AnswerRule::default(), When::Any, text("thanks")),
            (
                typed(AnswerTo::Equals, " hi ", AnswerWith::Text, "hello "),
                When::Equals("hi".to_owned()),
                text("hello"),
            ),
            (
                typed(AnswerTo::Contains, "你", AnswerWith::Echo, "unused"),
                When::Contains("你".to_owned()),
                Reply::Echo,
            ),
            (
                typed(AnswerTo::Hex, "0d0a", AnswerWith::Hex, "06"),
                When::Hex(b"\r\n".to_vec()),
                Reply::Hex(vec![6]),
            ),
        ] {
            assert_eq!(rule(&typed), Ok(Rule { when, reply }));
        }
        for (typed, key) in [
            (
                typed(AnswerTo::Contains, " ", AnswerWith::Echo, ""),
                "rule-incomplete",
            ),
            (
                typed(AnswerTo::Any, "", AnswerWith::Hex, ""),
                "rule-incomplete",
            ),
            (
                typed(AnswerTo::Hex, "xy", AnswerWith::Echo, ""),
                "call-not-hex",
            ),
        ] {
            assert_eq!(rule(&typed).unwrap_err().key(), key);
        }
    }
}
