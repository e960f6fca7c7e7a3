//! The messages for errors of sending files to a share.

use super::{Describe, Sentence};
use crate::sentence;
use landline_engine::error::DeliveryError;

impl Describe for DeliveryError {
    fn sentence(&self) -> Sentence {
        match self {
            Self::NothingToSend => sentence!("send-nothing"),
            Self::TooManyFiles { max } => sentence!("send-too-many", max = *max),
            Self::Unreadable { name, reason } => {
                sentence!("send-unreadable", name = name, reason = reason)
            }
            Self::UnsendableName { name } => sentence!("send-unsendable-name", name = name),
            Self::Changed { name } => sentence!("send-changed", name = name),
            Self::Declined { host } => sentence!("send-declined", host = host),
            Self::Unanswered { host } => sentence!("send-unanswered", host = host),
            Self::Off { host } => sentence!("send-off", host = host),
            Self::DiskFull { host } => sentence!("send-disk-full", host = host),
            Self::NameRefused { host, name } => {
                sentence!("send-name-refused", host = host, name = name)
            }
            Self::TooLarge { host, name } => sentence!("send-too-large", host = host, name = name),
            Self::Damaged { host, name } => sentence!("send-damaged", host = host, name = name),
            Self::NotStored { host, name, status } => {
                sentence!(
                    "send-not-stored",
                    host = host,
                    name = name,
                    status = *status
                )
            }
            Self::NotAReceiver { host, port, status } => sentence!(
                "send-not-a-receiver",
                host = host,
                port = *port,
                status = *status
            ),
            Self::RawOnly { host, port } => sentence!("send-raw-only", host = host, port = *port),
            Self::Cut { host, name } => sentence!("send-cut", host = host, name = name),
            Self::Busy { host, .. } => sentence!("send-busy", host = host),
            Self::NotWanted { host, name } => {
                sentence!("send-not-wanted", host = host, name = name)
            }
            Self::NotADevice { host, port } => {
                sentence!("send-not-a-device", host = host, port = *port)
            }
            Self::InUse { host } => sentence!("send-in-use", host = host),
            Self::CancelledByRecipient { host } => {
                sentence!("send-cancelled-by-recipient", host = host)
            }
            Self::NoIdentity => sentence!("send-no-identity"),
            Self::Crashed { name } => sentence!("send-crashed", name = name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::{Language, set_language};

    #[test]
    fn every_error_has_its_own_sentence_and_next_step() {
        let (host, name, reason) = (|| "ann-pc".to_owned(), || "a".to_owned(), String::new());
        let (port, status) = (8080, 500);
        #[rustfmt::skip]
        let all = [
            DeliveryError::NothingToSend,
            DeliveryError::TooManyFiles { max: 9 },
            DeliveryError::Unreadable { name: name(), reason },
            DeliveryError::UnsendableName { name: name() },
            DeliveryError::Changed { name: name() },
            DeliveryError::Declined { host: host() },
            DeliveryError::Unanswered { host: host() },
            DeliveryError::Off { host: host() },
            DeliveryError::DiskFull { host: host() },
            DeliveryError::NameRefused { host: host(), name: name() },
            DeliveryError::TooLarge { host: host(), name: name() },
            DeliveryError::Damaged { host: host(), name: name() },
            DeliveryError::NotStored { host: host(), name: name(), status },
            DeliveryError::NotAReceiver { host: host(), port, status },
            DeliveryError::RawOnly { host: host(), port },
            DeliveryError::Cut { host: host(), name: name() },
            DeliveryError::Busy { host: host(), retry_after: None },
            DeliveryError::NotWanted { host: host(), name: name() },
            DeliveryError::NotADevice { host: host(), port },
            DeliveryError::InUse { host: host() },
            DeliveryError::CancelledByRecipient { host: host() },
            DeliveryError::NoIdentity,
            DeliveryError::Crashed { name: name() },
        ];
        for language in [Language::Chinese, Language::English] {
            set_language(language);
            let mut texts: Vec<_> = all
                .iter()
                .map(|error| {
                    let sentence = error.sentence();
                    assert_ne!(sentence.title(), sentence.key());
                    assert!(sentence.hint().is_some(), "{}", sentence.key());
                    sentence.title()
                })
                .collect();
            texts.sort_unstable();
            texts.dedup();
            assert_eq!(texts.len(), all.len());
        }
    }
}
