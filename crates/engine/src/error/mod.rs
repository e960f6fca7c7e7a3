//! Errors as data: the application turns them into sentences.

mod client;
mod delivery;
mod privacy;
mod send;
mod server;
mod store;

pub use client::ClientError;
pub use delivery::DeliveryError;
pub use privacy::{PasswordError, TlsError};
pub use send::SendError;
pub use server::ServerError;
pub use store::StoreError;

/// Why a transfer failed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// A download failed.
    Fetch(ClientError),
    /// An upload failed.
    Send(SendError),
}

impl From<ClientError> for Failure {
    fn from(error: ClientError) -> Self {
        Self::Fetch(error)
    }
}
