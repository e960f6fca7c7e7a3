//! The fixed texts of the page for browsers.

/// A text of the page. Words that begin with `%` stand for values, which the server or the page's script inserts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageLabel {
    /// The link to the shared folder itself.
    AllFiles,
    /// The search field; `%name` is the folder.
    Search,
    /// No name contains what is searched.
    NothingFound,
    /// In front of the orders.
    SortBy,
    /// The kind of an entry.
    Folder,
    /// A modification time; `%time` is on a clock.
    Today,
    /// The same for the day before.
    Yesterday,
    /// The link that saves a file.
    Download,
    /// The button that downloads the folder.
    DownloadAll,
    /// The same; `%size` is known.
    DownloadAllSized,
    /// The link that shows check boxes.
    Select,
    /// The button that downloads the entries with a check.
    DownloadSelected,
    /// The same; `%count` of them.
    DownloadCount,
    /// Where this page is from; `%address` is an address with a port.
    SharedBy,
    /// The previous picture.
    Previous,
    /// The next picture.
    Next,
    /// Closes what is open.
    Close,
    /// A picture or video in a format that the browser does not know.
    CannotShow,
    /// The button that sends files; `%name` is this computer.
    SendFiles,
    /// The button that sends a folder.
    SendFolder,
    /// The button of the form without script.
    Send,
    /// Files are about to be dropped; `%name` is this computer.
    DropHere,
    /// Files that are sent; `%name` is the first of them, `%more` the number of the others.
    AndMore,
    /// The owner is asked; `%name` is this computer.
    Waiting,
    /// The time until all is sent; `%time` is as on a clock.
    TimeLeft,
    /// The connection was lost.
    Resuming,
    /// The server has too much to do.
    Busy,
    /// One file has arrived.
    ReceivedOne,
    /// `%count` files have arrived.
    Received,
    /// `%count` of `%total` files have arrived.
    ReceivedSome,
    /// `%name` could not be sent.
    NotSent,
    /// Sends again what could not be sent.
    TryAgain,
    /// Stops sending or selecting.
    Cancel,
    /// What a sender is called; `%browser` and `%system` are names of programs.
    Browser,
    /// The same.
    AndroidPhone,
    /// The same.
    AndroidTablet,
    /// The heading of the page that asks for the password.
    PasswordTitle,
    /// Where to get it.
    PasswordHint,
    /// The field for the password.
    Password,
    /// The button that shows what is typed there.
    ShowPassword,
    /// The button that opens the share.
    Open,
    /// The password was set or changed while the page was open.
    PasswordNeeded,
    /// The link to the page that asks for it.
    EnterPassword,
    /// The connection is encrypted.
    Encrypted,
    /// The connection is not encrypted.
    NotEncrypted,
    /// What happens after [`PageLabel::OpenEncrypted`].
    EncryptionWarning,
    /// The link to the same page over TLS.
    OpenEncrypted,
}

impl PageLabel {
    /// The wording in English.
    pub fn english(self) -> &'static str {
        match self {
            Self::AllFiles => "All files",
            Self::Search => "Search in %name",
            Self::NothingFound => "Nothing found.",
            Self::SortBy => "Sort by",
            Self::Folder => "folder",
            Self::Today => "today %time",
            Self::Yesterday => "yesterday %time",
            Self::Download => "Download",
            Self::DownloadAll => "Download all (zip)",
            Self::DownloadAllSized => "Download all (zip, %size)",
            Self::Select => "Select",
            Self::DownloadSelected => "Download selected (zip)",
            Self::DownloadCount => "Download %count selected (zip)",
            Self::SharedBy => "Shared by Landline on this network · %address",
            Self::Previous => "Previous",
            Self::Next => "Next",
            Self::Close => "Close",
            Self::CannotShow => "This browser cannot show the file.",
            Self::SendFiles => "Send files to %name",
            Self::SendFolder => "Send a folder",
            Self::Send => "Send",
            Self::DropHere => "Drop files here to send them to %name",
            Self::AndMore => "%name and %more more",
            Self::Waiting => "Waiting for %name to accept",
            Self::TimeLeft => "%time left",
            Self::Resuming => "Connection lost. Sending resumes by itself.",
            Self::Busy => "%name is busy. Sending starts by itself.",
            Self::ReceivedOne => "1 file received",
            Self::Received => "%count files received",
            Self::ReceivedSome => "%count of %total files received",
            Self::NotSent => "“%name” could not be sent.",
            Self::TryAgain => "Try again",
            Self::Cancel => "Cancel",
            Self::Browser => "%browser on %system",
            Self::AndroidPhone => "Android phone",
            Self::AndroidTablet => "Android tablet",
            Self::PasswordTitle => "This folder has a password",
            Self::PasswordHint => "Ask the person who shares it.",
            Self::Password => "Password",
            Self::ShowPassword => "Show password",
            Self::Open => "Open",
            Self::PasswordNeeded => "A password is needed now.",
            Self::EnterPassword => "Enter the password",
            Self::Encrypted => "Encrypted",
            Self::NotEncrypted => "Not encrypted",
            Self::EncryptionWarning => {
                "Others on this network can see what is transferred. An encrypted connection is available, but your browser will warn you first, because the certificate is self-signed."
            }
            Self::OpenEncrypted => "Open the encrypted page",
        }
    }
}
