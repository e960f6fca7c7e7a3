//! Authentication of the records that steer how a download resumes. Strangers may be able to put files where
//! records are kept, and to read records where that folder is shared.

use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::name_bytes;
use crate::secret::Secret;

/// Between a record, which is JSON on one line, and its authentication code.
const BREAK: u8 = b'\n';

/// What authenticates the records of one download.
#[derive(Clone, Debug)]
pub(crate) struct Seal {
    secret: Secret,
    /// Records that an earlier version wrote, without a code, are accepted.
    accepts_bare: bool,
}

/// What kind of record it is. None passes for one of another kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `NAME.part.json`.
    Part,
    /// `NAME.part/landline.json`.
    Folder,
}

impl Seal {
    pub(crate) fn new(secret: Secret, accepts_bare: bool) -> Self {
        Self {
            secret,
            accepts_bare,
        }
    }

    /// `record` (JSON on one line) with its code: what to write. It counts for the part at `part` only, and for
    /// one of the same name in another folder, because a part that its owner moves stays good.
    pub(crate) fn close(&self, kind: Kind, part: &Path, mut record: Vec<u8>) -> Vec<u8> {
        let code = self.secret.code(kind.purpose(), &[&name(part), &record]);
        record.push(BREAK);
        record.extend(STANDARD.encode(code).into_bytes());
        record.push(BREAK);
        record
    }

    /// The record in `text`, if this installation wrote it for the part at `part`.
    pub(crate) fn open<'a>(&self, kind: Kind, part: &Path, text: &'a [u8]) -> Option<&'a [u8]> {
        let Some((record, code)) = split(text) else {
            return Some(text).filter(|_| self.accepts_bare);
        };
        let code = STANDARD.decode(code).ok()?;
        let is_ours = self
            .secret
            .verifies(&code, kind.purpose(), &[&name(part), record]);
        is_ours.then_some(record)
    }
}

impl Kind {
    fn purpose(self) -> &'static str {
        match self {
            Self::Part => "record of a part",
            Self::Folder => "record of a folder",
        }
    }
}

/// The record in `text`, whoever wrote it.
pub(crate) fn unverified(text: &[u8]) -> &[u8] {
    split(text).map_or(text, |(record, _)| record)
}

/// The record and its code, if it has one.
fn split(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let text = text.strip_suffix(&[BREAK])?;
    let at = memchr::memrchr(BREAK, text)?;
    Some((&text[..at], &text[at + 1..]))
}

fn name(part: &Path) -> Vec<u8> {
    let name = name_bytes::from_os(part.file_name().unwrap_or_default());
    name_bytes::to_bytes(&name).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECORD: &[u8] = b"{\"a\":1}";

    fn seal(accepts_bare: bool) -> Seal {
        Seal::new(Secret::of_process(), accepts_bare)
    }

    #[test]
    fn a_record_counts_for_one_name_one_kind_and_one_installation() {
        let (ours, part) = (seal(false), Path::new("d/a.part"));
        let text = ours.close(Kind::Part, part, RECORD.to_vec());
        assert_eq!(ours.open(Kind::Part, part, &text), Some(RECORD));
        // Its owner may move it.
        assert_eq!(
            ours.open(Kind::Part, Path::new("a.part"), &text),
            Some(RECORD)
        );
        assert_eq!(ours.open(Kind::Part, Path::new("d/b.part"), &text), None);
        assert_eq!(ours.open(Kind::Folder, part, &text), None);
        let dir = tempfile::tempdir().unwrap();
        let elsewhere = Secret::of(Some(dir.path()));
        for accepts_bare in [false, true] {
            let theirs = Seal::new(elsewhere.clone(), accepts_bare);
            assert_eq!(theirs.open(Kind::Part, part, &text), None);
        }
        assert_eq!(unverified(&text), RECORD);
    }

    #[test]
    fn whatever_is_changed_or_cut_is_not_accepted() {
        let (ours, part) = (seal(false), Path::new("a.part"));
        let text = ours.close(Kind::Part, part, RECORD.to_vec());
        for at in 0..text.len() {
            assert_eq!(ours.open(Kind::Part, part, &text[..at]), None, "{at}");
            let mut changed = text.clone();
            changed[at] ^= 1;
            assert_eq!(ours.open(Kind::Part, part, &changed), None, "{at}");
        }
        let mut longer = text;
        longer.push(b'\n');
        assert_eq!(ours.open(Kind::Part, part, &longer), None);
    }

    #[test]
    fn one_without_a_code_counts_only_where_it_is_known_to_be_ours() {
        let part = Path::new("a.part");
        assert_eq!(seal(false).open(Kind::Part, part, RECORD), None);
        assert_eq!(seal(true).open(Kind::Part, part, RECORD), Some(RECORD));
        assert_eq!(unverified(RECORD), RECORD);
    }
}
