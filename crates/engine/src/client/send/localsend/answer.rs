//! What a device answers to the question.

use std::collections::HashMap;

use super::link::Reply;
use crate::client::send::SendRequest;
use crate::error::{ClientError, DeliveryError, PasswordError};
use crate::localsend::message::Prepared;

/// The longest id of a session, and the longest token: other programs have 32 or 36 characters.
const TOKEN_MAX_LEN: usize = 512;

/// What the owner of a device has chosen.
#[derive(Debug)]
pub(super) struct Chosen {
    /// The id of the session.
    pub(super) session: String,
    /// Tokens by the ids of the files. Other ids may be among them.
    pub(super) tokens: HashMap<String, String>,
}

/// What was chosen; none if the device needs nothing of it. `has_pin`: a PIN was sent.
pub(super) fn chosen(
    request: &SendRequest,
    reply: &Reply,
    has_pin: bool,
) -> Result<Option<Chosen>, ClientError> {
    match reply.head.status {
        204 => Ok(None),
        200 => {
            let body = reply.body.as_deref();
            let read = body.and_then(|body| serde_json::from_slice::<Prepared>(body).ok());
            let read = read
                .filter(is_usable)
                .ok_or_else(|| not_a_device(request))?;
            Ok(Some(Chosen {
                session: read.session_id,
                tokens: read.files,
            }))
        }
        _ => Err(refusal(request, reply, has_pin)),
    }
}

fn is_usable(read: &Prepared) -> bool {
    let is_short = |text: &String| text.len() <= TOKEN_MAX_LEN;
    is_short(&read.session_id) && read.files.values().all(is_short)
}

/// What a status other than success means, before anything was accepted.
fn refusal(request: &SendRequest, reply: &Reply, has_pin: bool) -> ClientError {
    let (host, port, is_pin) = (request.host.clone(), request.port, true);
    let (status, retry_after) = (reply.head.status, reply.head.retry_after);
    match status {
        // With the host, by which PINs are known.
        401 if has_pin => return PasswordError::Wrong { host, port, is_pin }.into(),
        401 => return PasswordError::Required { host, port, is_pin }.into(),
        429 => {
            return PasswordError::TooMany {
                host,
                port,
                retry_after,
                is_pin,
            }
            .into();
        }
        _ => {}
    }
    let host = request.recipient().to_owned();
    match status {
        403 => DeliveryError::Declined { host }.into(),
        409 => DeliveryError::InUse { host }.into(),
        413 => {
            let name = request.shown();
            DeliveryError::TooLarge { host, name }.into()
        }
        507 => DeliveryError::DiskFull { host }.into(),
        502..=504 => DeliveryError::Busy { host, retry_after }.into(),
        500 => {
            let name = request.shown();
            DeliveryError::NotStored { host, name, status }.into()
        }
        _ => {
            log::info!("{host} answers {status}");
            not_a_device(request)
        }
    }
}

/// The error where another program answers.
pub(super) fn not_a_device(request: &SendRequest) -> ClientError {
    let (host, port) = (request.recipient().to_owned(), request.port);
    DeliveryError::NotADevice { host, port }.into()
}
