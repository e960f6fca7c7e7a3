//! What a user should know of a download that arrived, beside where it is.

use std::path::PathBuf;

/// Something to tell about a download that did not fail because of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "host, name, path and count are what they are called"
)]
pub enum Note {
    /// The file changed on the server during the download, which started over.
    Changed { host: String, name: String },
    /// The server does not send parts of files: the download started over.
    NoRanges { host: String, name: String },
    /// The file at `path` looks like a part of this download, but this installation did not write it.
    ForeignPart { path: PathBuf },
    /// Another file has the name: this one is called `stored`.
    SavedAs { name: String, stored: String },
    /// The name cannot be used here: the file is called `stored`.
    SafeName { stored: String },
    /// The file is stored in the content coding in which it was sent, which its name does not show.
    Encoded {
        host: String,
        name: String,
        coding: String,
    },
    /// The server promised a digest and did not send it.
    DigestWithheld { host: String, name: String },
    /// The file has grown on the server since; the start of it, which is here, is verified.
    Grew { host: String, name: String },
    /// Of a folder: files in a content coding that their names do not show.
    FilesEncoded { host: String, count: u64 },
    /// Of a folder: files that have grown on the server since.
    FilesGrew { host: String, count: u64 },
    /// Of a folder: files whose digests the server promised and did not send.
    DigestsWithheld { host: String, count: u64 },
    /// Of a folder: folders that lead back to one above them. `name` is the first of them.
    Loops { name: String, count: u64 },
    /// Of a folder: folders that have an index page in place of a listing. `name` is the first of them.
    IndexPages {
        host: String,
        name: String,
        count: u64,
    },
    /// Of a folder: entries whose names cannot be sent.
    UnsendableNames { count: u64 },
    /// Of a folder: files that have other names here than on the server.
    Renamed { host: String, count: u64 },
}
