//! Automatic answers.

use serde::{Deserialize, Serialize};

/// How a server handles messages.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answering {
    /// Tried in order; the first that matches answers. If none does, the owner answers by hand.
    pub rules: Vec<Rule>,
    /// Whether a call goes on after the first answer. Otherwise the server hangs up, as in the lecture notes.
    pub keeps_open: bool,
}

/// One automatic answer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rule {
    /// Which messages it answers.
    pub when: When,
    /// What it answers.
    pub reply: Reply,
}

/// Which messages a [`Rule`] answers. Texts are compared as bytes of UTF-8.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum When {
    /// Every one.
    Any,
    /// Those that equal this, but for white space at their ends.
    Equals(String),
    /// Those that contain this.
    Contains(String),
    /// Those that contain these bytes.
    Hex(Vec<u8>),
}

/// What a [`Rule`] answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Reply {
    /// This, in UTF-8.
    Text(String),
    /// These bytes.
    Hex(Vec<u8>),
    /// What came.
    Echo,
}

impl Rule {
    /// The bytes that answer `message`, if this rule does.
    pub fn answer(&self, message: &[u8]) -> Option<Vec<u8>> {
        let is_it = match &self.when {
            When::Any => true,
            When::Equals(text) => message.trim_ascii() == text.trim().as_bytes(),
            When::Contains(text) => memchr::memmem::find(message, text.as_bytes()).is_some(),
            When::Hex(bytes) => memchr::memmem::find(message, bytes).is_some(),
        };
        is_it.then(|| match &self.reply {
            Reply::Text(text) => text.clone().into_bytes(),
            Reply::Hex(bytes) => bytes.clone(),
            Reply::Echo => message.to_vec(),
        })
    }
}

impl Answering {
    /// Answers every message with `text` and hangs up, as the lecture notes' server does.
    pub fn with_text(text: impl Into<String>) -> Self {
        let rule = Rule {
            when: When::Any,
            reply: Reply::Text(text.into()),
        };
        Self {
            rules: vec![rule],
            keeps_open: false,
        }
    }

    /// The answer to `message` by the first rule that matches.
    pub fn answer(&self, message: &[u8]) -> Option<Vec<u8>> {
        self.rules.iter().find_map(|rule| rule.answer(message))
    }
}
