//! The settings that are one of several.

use serde::{Deserialize, Serialize};

use crate::text::{Language, language};
use landline_engine::client::CopyNaming;

/// The tabs of the window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Tab {
    /// The Server tab.
    #[default]
    Server,
    /// The Client tab.
    Client,
}

/// The theme setting.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Follows the system.
    #[default]
    System,
    /// Always light.
    Light,
    /// Always dark.
    Dark,
}

/// The protocol setting for downloads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProtocolChoice {
    /// HTTP first, then raw.
    #[default]
    Automatic,
    /// HTTP only.
    Http,
    /// Raw only.
    Raw,
}

/// The setting for the name of a new file if the old one is kept.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Copies {
    /// By language and protocol.
    #[default]
    Automatic,
    /// Always `name (2)`.
    Number,
    /// Always `[新]name`.
    Prefix,
}

impl Copies {
    /// What the setting means in the current language: the lecture notes' prefix says something only in Chinese.
    pub fn naming(self) -> CopyNaming {
        match self {
            Self::Automatic if language() == Language::Chinese => CopyNaming::Prefix,
            Self::Automatic => CopyNaming::ByProtocol,
            Self::Number => CopyNaming::Number,
            Self::Prefix => CopyNaming::Prefix,
        }
    }
}
