//! Names that no reader can take for another folder or drive.

use std::borrow::Cow;

/// Whether some reader could take a part of `path` for more than a name: on Windows, `\` separates folders, and `C:` is a
/// drive.
pub fn has_risk(path: &str) -> bool {
    path.contains(['\\', ':']) && matches!(safe_path(path), Cow::Owned(_))
}

/// `path` without what [`has_risk`], in as many bytes.
pub fn safe_path(path: &str) -> Cow<'_, str> {
    if !path.contains('\\') && !path.split('/').any(is_drive) {
        return Cow::Borrowed(path);
    }
    let mut safe = path.replace('\\', "_");
    let mut at = 0;
    for part in path.split('/') {
        if is_drive(part) {
            safe.replace_range(at + 1..at + 2, "_");
        }
        at += part.len() + 1;
    }
    Cow::Owned(safe)
}

fn is_drive(name: &str) -> bool {
    matches!(name.as_bytes(), [letter, b':', ..] if letter.is_ascii_alphabetic())
}
