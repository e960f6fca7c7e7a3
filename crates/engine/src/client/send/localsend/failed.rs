//! Why a file was not sent, and what that means for the others.

use crate::client::connection::FetchError;
use crate::error::{ClientError, DeliveryError};

/// Why a file was not sent.
#[derive(Debug)]
pub(super) enum Failed {
    /// Other files may still be sent.
    File(ClientError),
    /// All other files would fail, too.
    All(FetchError),
}

impl From<FetchError> for Failed {
    fn from(error: FetchError) -> Self {
        Self::All(error)
    }
}

impl From<ClientError> for Failed {
    fn from(error: ClientError) -> Self {
        if is_about_file(&error) {
            Self::File(error)
        } else {
            Self::All(error.into())
        }
    }
}

/// Whether the connection broke.
pub(super) fn is_cut(error: &ClientError) -> bool {
    matches!(error, ClientError::Delivery(DeliveryError::Cut { .. }))
}

/// Whether there is no connection, for now.
pub(super) fn is_unreachable(error: &ClientError) -> bool {
    use ClientError as E;
    matches!(
        error,
        E::Refused { .. } | E::NoAnswer { .. } | E::Unreachable { .. } | E::Network { .. }
    )
}

/// Whether other files may be stored although this one was not.
fn is_about_file(error: &ClientError) -> bool {
    use DeliveryError as E;
    matches!(
        error,
        ClientError::Delivery(
            E::Unreadable { .. }
                | E::Changed { .. }
                | E::TooLarge { .. }
                | E::Damaged { .. }
                | E::NotStored { .. }
        )
    )
}
