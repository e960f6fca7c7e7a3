//! Calls: how they are typed and shown, and the rules for automatic answers.

use serde::{Deserialize, Serialize};

use super::TEXT_LIMIT;
use landline_engine::call::encoding::Encoding;

/// How the text of calls is typed and shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Talk {
    /// As bytes in hexadecimal.
    pub hex: bool,
    /// The encoding of text.
    pub encoding: Encoding,
    /// Whether a line feed is sent after each message.
    pub line_feed: bool,
    /// Whether pieces of the same side are shown as one.
    pub joins: bool,
}

/// Which messages an [`AnswerRule`] answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerTo {
    /// Every one.
    #[default]
    Any,
    /// Those that equal a text.
    Equals,
    /// Those that contain a text.
    Contains,
    /// Those that contain bytes.
    Hex,
}

/// What an [`AnswerRule`] answers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerWith {
    /// A text; the default if it is empty.
    #[default]
    Text,
    /// Bytes.
    Hex,
    /// What came.
    Echo,
}

/// An automatic answer, as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AnswerRule {
    /// Which messages it answers.
    pub to: AnswerTo,
    /// The text or the bytes in hexadecimal that they equal or contain.
    pub what: String,
    /// What it answers.
    pub with: AnswerWith,
    /// The text of the answer, or its bytes in hexadecimal.
    pub answer: String,
}

/// The most rules: more than fit in anyone's head.
pub const RULES_MAX: usize = 32;

/// Turns `older`, the one answer of older versions, into a rule, and enforces the limits.
pub(super) fn bound(rules: &mut Vec<AnswerRule>, older: String) {
    if let ([first], false) = (&mut rules[..], older.is_empty())
        && *first == AnswerRule::default()
    {
        first.answer = older;
    }
    rules.truncate(RULES_MAX);
    let texts = rules
        .iter_mut()
        .flat_map(|rule| [&mut rule.what, &mut rule.answer]);
    for text in texts.filter(|text| text.len() > TEXT_LIMIT) {
        text.clear();
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::settings::Settings;
    use crate::stored::Stored as _;

    #[test]
    fn the_answer_of_an_older_version_becomes_a_rule() {
        let dir = tempfile::tempdir().unwrap();
        let older = r#"{"answering": true, "answer": "good day"}"#;
        fs::write(dir.path().join("settings.json"), older).unwrap();
        let settings = Settings::load(dir.path()).unwrap().bounded();
        let rule = AnswerRule {
            answer: "good day".to_owned(),
            ..AnswerRule::default()
        };
        assert_eq!(settings.answers, std::slice::from_ref(&rule));
        // Then the rules are saved, and the old answer is not.
        settings.save(dir.path()).unwrap();
        assert_eq!(Settings::load(dir.path()).unwrap().bounded(), settings);
        let wild = Settings {
            answers: vec![
                AnswerRule {
                    what: "x".repeat(1_000_000),
                    ..rule
                };
                100
            ],
            ..Settings::default()
        };
        let tame = wild.bounded();
        assert_eq!(
            (tame.answers.len(), &*tame.answers[0].what),
            (RULES_MAX, "")
        );
    }
}
