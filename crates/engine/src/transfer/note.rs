//! Warnings about a transfer that succeeded.

use std::path::PathBuf;

/// A warning about a download, or about files that were sent, that did not make it fail.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "host, name, path and count are what they are called"
)]
pub enum Note {
    /// The file changed on the server during the download, which started over.
    Changed { host: String, name: String },
    /// The server does not support range requests: the download started over.
    NoRanges { host: String, name: String },
    /// The file at `path` looks like a partial file of this download, but this installation did not write it.
    ForeignPart { path: PathBuf },
    /// The name is taken by another file: this one is called `stored`.
    SavedAs { name: String, stored: String },
    /// The name is not valid here: the file is called `stored`.
    SafeName { stored: String },
    /// The file is stored in the content coding in which it was sent, which its name does not show.
    Encoded {
        host: String,
        name: String,
        coding: String,
    },
    /// The server promised a digest and did not send it.
    DigestWithheld { host: String, name: String },
    /// The file has since grown on the server; the part that is here is verified.
    Grew { host: String, name: String },
    /// In a folder: files in a content coding that their names do not show.
    FilesEncoded { host: String, count: u64 },
    /// In a folder: files that have since grown on the server.
    FilesGrew { host: String, count: u64 },
    /// In a folder: files whose digests the server promised and did not send.
    DigestsWithheld { host: String, count: u64 },
    /// In a folder: subfolders that link back to an ancestor. `name` is the first of them.
    Loops { name: String, count: u64 },
    /// In a folder: subfolders that have an index page in place of a listing. `name` is the first of them.
    IndexPages {
        host: String,
        name: String,
        count: u64,
    },
    /// In a folder: entries whose names cannot be sent.
    UnsendableNames { count: u64 },
    /// In a folder: files that have other names here than on the server.
    Renamed { host: String, count: u64 },
    /// Sent: the server stored the file under this name, with its path on the server.
    StoredAs {
        host: String,
        name: String,
        stored: String,
    },
    /// Sent: files that have other names on the server than here.
    StoredRenamed { host: String, count: u64 },
    /// Sent: files and folders whose names begin with a dot were left out.
    HiddenLeftOut { count: u64 },
    /// Sent: links that lead out of the folder, or to another folder, were left out.
    LinksLeftOut { count: u64 },
    /// Sent: folders without files were left out.
    EmptyFoldersLeftOut { count: u64 },
}
