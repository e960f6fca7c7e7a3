//! The lists of a folder that servers make.

use std::convert::Infallible;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path};
use std::time::{Duration, SystemTime};

use super::{Pieces, is_safe};
use crate::client::folder::entry::Entry;
use crate::fuzzing::is_part;
use crate::listing::html::{Place, read_html};
use crate::listing::json::read_json;
use crate::listing::listed::{Listed, ReadError};
use crate::server::http::{json, page};
use crate::server::{EnglishTexts, Localized};
use crate::share::Kind;
use crate::share::name::{NameError, ShareName};
use crate::store::folder::local_path::local;
use crate::url_path;
use crate::{name_bytes, share};

/// What a reader of listings handed over, and how it ended.
type Found = (Vec<Listed>, Result<u64, ErrorKind>);

type Each<'a> = &'a mut dyn FnMut(Listed) -> Result<(), Infallible>;

type End = Result<u64, ReadError<Infallible>>;

fn found(read: impl FnOnce(Each<'_>) -> End) -> Found {
    let mut entries = Vec::new();
    let result = read(&mut |listed| {
        entries.push(listed);
        Ok(())
    });
    let result = result.map_err(|e| match e {
        ReadError::Source(e) => e.kind(),
        ReadError::Stopped(never) => match never {},
    });
    (entries, result)
}

/// A listing in JSON.
pub fn listing_json(data: &[u8]) {
    check_listing(data, &|body, each| read_json(body, each));
}

/// A listing as a page.
pub fn listing_html(data: &[u8]) {
    let entries = check_listing(data, &html_reader);
    assert!(
        entries
            .iter()
            .all(|entry| entry.size.is_none() && entry.modified.is_none())
    );
    let mut names: Vec<_> = entries.iter().map(|entry| &entry.name).collect();
    names.sort_unstable();
    assert!(names.is_sorted_by(|one, other| one < other), "one twice");
}

fn html_reader(body: &mut dyn Read, each: Each<'_>) -> End {
    let place = Place {
        host: "ann-pc",
        port: 8080,
        path: "/sub/",
    };
    read_html(body, place, each)
}

/// The listing in `data` is the same in pieces of any length; every entry stays in the folder that was
/// asked for and can be asked for again; and Landline's own lists of the same entries are read as what
/// they are.
fn check_listing(data: &[u8], read: &dyn Fn(&mut dyn Read, Each<'_>) -> End) -> Vec<Listed> {
    let (entries, result) = found(|each| read(&mut &data[..], each));
    for piece in [1, 5, 100] {
        let (others, other) = found(|each| read(&mut Pieces::of(data, piece), each));
        assert_eq!(other, result);
        // A limit that is exceeded is noticed as early as the pieces let it.
        let both = entries.len().min(others.len());
        assert_eq!(others[..both], entries[..both]);
        assert!(result.is_err() || others.len() == entries.len());
    }
    assert!(entries.len() as u64 + result.unwrap_or(0) <= data.len() as u64);
    for listed in &entries {
        check_listed(listed);
    }
    check_written(&entries);
    entries
}

fn check_listed(listed: &Listed) {
    assert!(is_part(&listed.name), "{:?}", listed.name);
    let Ok(entry) = Entry::within("sub", listed.clone()) else {
        assert!(listed.name.len() > 4000);
        return;
    };
    let path = url_path::path_of(&entry.path);
    assert_eq!(url_path::name_of(&path), entry.path);
    let is_text = !listed.name.contains(|c| name_bytes::escaped(c).is_some());
    match ShareName::from_target(&path) {
        // Landline has no such file, but others have.
        _ if !is_text => {}
        Ok((name, is_folder)) => assert_eq!(
            (name.parts(), is_folder),
            (&["sub".to_owned(), listed.name.clone()][..], false)
        ),
        // Windows has no such file, but others have.
        Err(e) => assert!(cfg!(windows) && e == NameError::Reserved, "{e}"),
    }
    let here = local(Path::new("/"), &entry.path).path;
    let parts: Vec<_> = here.components().collect();
    assert!(here.starts_with("sub") && parts.len() == 2);
    let last = here.file_name().map(name_bytes::from_os);
    assert!(matches!(parts[1], Component::Normal(_)) && last.is_some_and(|name| is_safe(&name)));
}

fn check_written(entries: &[Listed]) {
    let mut written: Vec<share::Entry> = Vec::new();
    let mut expected: Vec<Listed> = Vec::new();
    for listed in entries.iter().take(32) {
        let is_text = !listed.name.contains(|c| name_bytes::escaped(c).is_some());
        if !is_text || expected.iter().any(|known| known.name == listed.name) {
            continue;
        }
        // As the server tells it: to the second, and not before 1970.
        let since = listed
            .modified
            .and_then(|at| at.duration_since(SystemTime::UNIX_EPOCH).ok());
        let modified = since.map(|at| SystemTime::UNIX_EPOCH + Duration::from_secs(at.as_secs()));
        written.push(share::Entry {
            name: listed.name.clone(),
            kind: if listed.is_folder {
                Kind::Folder
            } else {
                Kind::File
            },
            size: listed.size.unwrap_or(0),
            modified,
        });
        expected.push(Listed {
            size: (!listed.is_folder).then_some(listed.size.unwrap_or(0)),
            modified,
            ..listed.clone()
        });
    }
    let name = ShareName::from_raw(b"sub").expect("a name");
    let mut text = Vec::new();
    json::write_start(&mut text, &name).expect("a Vec takes it");
    json::write_entries(&mut text, written.clone(), 0).expect("a Vec takes it");
    let read = found(|each| read_json(&text[..], each));
    assert_eq!(read, (expected.clone(), Ok(0)));
    let text = page::whole(&name, written, Localized::new(&EnglishTexts, &[]));
    for listed in &mut expected {
        (listed.size, listed.modified) = (None, None);
    }
    let read = found(|each| html_reader(&mut &text[..], each));
    assert_eq!(read, (expected, Ok(0)));
}
