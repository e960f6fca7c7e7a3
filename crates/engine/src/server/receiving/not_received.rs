//! Why something that was sent is not stored.

use landline_http1::response::Status;

/// Why something that was sent is not stored. The sender gets it as a status and a line of text, the owner in the log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotReceived {
    /// Nothing can be sent to this server (405).
    Off,
    /// A page of another site sent it (403).
    OtherSite,
    /// The file cannot have this name (400).
    BadName,
    /// The request is malformed (400).
    Malformed,
    /// It has no length and is not chunked (411).
    NoLength,
    /// It is not a form with files (415).
    NotAForm,
    /// The owner declined (403).
    Declined,
    /// The owner did not answer in time (403).
    Unanswered,
    /// Another device is sending, or waits for the owner's answer (409).
    Busy,
    /// Too many senders wait for the owner's answer (503).
    TooManyOffers,
    /// More files or bytes than the owner accepted, or more than fit into a form (413).
    TooMuch,
    /// A range that does not follow what is stored (409).
    WrongOffset,
    /// Its digest is not the one that the sender stated (422).
    Damaged,
    /// The disk is full (507).
    DiskFull,
    /// It cannot be stored for another reason (500).
    NotStored,
}

impl NotReceived {
    /// The status of the response.
    pub fn status(self) -> Status {
        Status(match self {
            Self::Off => 405,
            Self::OtherSite | Self::Declined | Self::Unanswered => 403,
            Self::BadName | Self::Malformed => 400,
            Self::NoLength => 411,
            Self::NotAForm => 415,
            Self::TooManyOffers => 503,
            Self::TooMuch => 413,
            Self::Busy | Self::WrongOffset => 409,
            Self::Damaged => 422,
            Self::DiskFull => 507,
            Self::NotStored => 500,
        })
    }
}
