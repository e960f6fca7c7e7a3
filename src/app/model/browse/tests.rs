use std::time::{Duration, SystemTime};

use super::*;

fn place(path: &str) -> Place {
    Place {
        host: "box".to_owned(),
        port: 8080,
        encryption: <_>::default(),
        path: path.to_owned(),
    }
}

fn entry(name: &str, size: u64) -> RemoteEntry {
    let (name, is_folder) = match name.strip_suffix('/') {
        Some(name) => (name, true),
        None => (name, false),
    };
    let modified = SystemTime::UNIX_EPOCH + Duration::from_secs(1000 - size);
    let size = (!is_folder).then_some(size);
    RemoteEntry::new(name.to_owned(), is_folder, size, Some(modified))
}

fn folder(path: &str, entries: &[(&str, u64)]) -> Arc<RemoteFolder> {
    let entries: Vec<_> = entries
        .iter()
        .map(|(name, size)| entry(name, *size))
        .collect();
    Arc::new(RemoteFolder {
        path: path.to_owned(),
        folders: entries.iter().filter(|entry| entry.is_folder).count(),
        entries,
        nameless: 0,
        is_cut: false,
        is_index: false,
        protection: landline_engine::identity::Protection::None,
    })
}

/// A folder at `path` with two subfolders and three files.
fn browse(path: &str) -> Browse {
    let mut browse = Browse::default();
    browse.ask(place(path));
    let entries = [
        ("d/", 0),
        ("Photos/", 0),
        ("a.txt", 30),
        ("B.txt", 10),
        ("film 海边.mkv", 20),
    ];
    assert!(browse.answered(&place(path), Ok(folder(path, &entries))));
    browse
}

fn names(browse: &Browse) -> Vec<&str> {
    (0..browse.len())
        .map(|row| &*browse.row(row).unwrap().name)
        .collect()
}

#[test]
fn only_the_latest_request_is_answered() {
    let mut browse = Browse::default();
    browse.ask(place("a"));
    browse.ask(place("b"));
    assert!(!browse.answered(&place("a"), Ok(folder("b", &[("x", 1)]))));
    assert_eq!(browse.state(), &State::Asking);
    assert!(browse.answered(&place("b"), Err(ClientError::NoName)));
    assert!(matches!(browse.state(), State::Failed(_)));
    assert!(!browse.answered(&place("b"), Ok(folder("b", &[("x", 1)]))));
    assert_eq!(browse.len(), 0);
}

#[test]
fn folders_sort_before_files() {
    let mut browse = browse("");
    assert_eq!(
        names(&browse),
        ["d", "Photos", "a.txt", "B.txt", "film 海边.mkv"]
    );
    browse.sort_by(Column::Size);
    assert_eq!(browse.sort(), (Column::Size, true));
    // The largest first; folders, which have no size, stay in order.
    assert_eq!(
        names(&browse),
        ["d", "Photos", "a.txt", "film 海边.mkv", "B.txt"]
    );
    browse.sort_by(Column::Size);
    assert_eq!(
        names(&browse),
        ["d", "Photos", "B.txt", "film 海边.mkv", "a.txt"]
    );
    browse.sort_by(Column::Modified);
    assert_eq!(browse.sort(), (Column::Modified, true));
    assert_eq!(names(&browse)[2..], ["B.txt", "film 海边.mkv", "a.txt"]);
    browse.sort_by(Column::Name);
    browse.sort_by(Column::Name);
    assert_eq!(
        names(&browse),
        ["Photos", "d", "film 海边.mkv", "B.txt", "a.txt"]
    );
}

#[test]
fn entries_of_the_same_size_stay_in_order() {
    let mut browse = Browse::default();
    browse.ask(place(""));
    let entries = [("c/", 0), ("a", 2), ("b", 1), ("c", 2), ("d", 1), ("e", 2)];
    assert!(browse.answered(&place(""), Ok(folder("", &entries))));
    browse.sort_by(Column::Size);
    assert_eq!(names(&browse), ["c", "a", "c", "e", "b", "d"]);
    browse.sort_by(Column::Size);
    assert_eq!(names(&browse), ["c", "b", "d", "a", "c", "e"]);
}

#[test]
fn the_filter_ignores_case() {
    let mut browse = browse("");
    browse.set_filter(" TXT".to_owned());
    assert_eq!(names(&browse), ["a.txt", "B.txt"]);
    browse.choose_all();
    assert_eq!(browse.chosen(), (2, 40));
    browse.set_filter("海".to_owned());
    assert_eq!(names(&browse), ["film 海边.mkv"]);
    browse.set_filter(String::new());
    assert_eq!(browse.len(), 5);
    assert_eq!(browse.chosen_names(), ["a.txt", "B.txt"]);
}

#[test]
fn clicks_select_as_usual() {
    let mut browse = browse("up/here");
    browse.click(2, false, false);
    assert_eq!(browse.chosen_names(), ["up/here/a.txt"]);
    browse.click(4, true, false);
    browse.click(1, true, false);
    assert_eq!(
        browse.chosen_names(),
        ["up/here/Photos/", "up/here/a.txt", "up/here/film 海边.mkv"]
    );
    browse.click(2, true, false);
    assert!(!browse.is_chosen(2) && browse.is_chosen(4));
    browse.click(0, false, false);
    browse.click(2, false, true);
    assert_eq!(browse.chosen().0, 3);
    browse.click(1, false, true);
    assert_eq!(browse.chosen_names(), ["up/here/d/", "up/here/Photos/"]);
    browse.choose_none();
    assert_eq!(browse.chosen(), (0, 0));
}

#[test]
fn the_keyboard_moves_and_extends_the_selection() {
    let mut browse = browse("");
    browse.step(1, false);
    assert_eq!(browse.cursor(), Some(0));
    browse.step(-1, false);
    assert_eq!(browse.cursor(), Some(0));
    browse.step(2, false);
    browse.step(1, true);
    browse.step(100, true);
    assert_eq!((browse.cursor(), browse.chosen()), (Some(4), (3, 60)));
    browse.step(-1, true);
    assert_eq!(browse.chosen(), (2, 40));
}

#[test]
fn an_empty_folder_has_no_rows_to_move_to() {
    let mut browse = Browse::default();
    browse.ask(place(""));
    browse.answered(&place(""), Ok(folder("", &[])));
    browse.step(1, false);
    browse.click(0, false, true);
    browse.choose_all();
    assert_eq!((browse.cursor(), browse.chosen()), (None, (0, 0)));
}

#[test]
fn refreshing_keeps_the_selection_by_name() {
    let mut browse = browse("");
    browse.click(3, false, false);
    browse.ask(place(""));
    assert_eq!(browse.len(), 5);
    browse.answered(
        &place(""),
        Ok(folder("", &[("new/", 0), ("B.txt", 1), ("c", 2)])),
    );
    assert_eq!(browse.chosen_names(), ["B.txt"]);
    browse.ask(place("new"));
    assert_eq!((browse.len(), browse.chosen().0), (0, 0));
}

#[test]
fn breadcrumbs_lead_to_the_ancestors() {
    let browse = browse("照片/2024/May");
    let crumbs = [
        ("照片", "照片"),
        ("2024", "照片/2024"),
        ("May", "照片/2024/May"),
    ];
    assert_eq!(browse.crumbs(), crumbs);
    assert_eq!(browse.above(), Some(place("照片/2024")));
    assert_eq!(browse.folder_at(1), Some(place("照片/2024/May/Photos")));
    assert_eq!(browse.folder_at(2), None);
    let mut top = Browse::default();
    assert_eq!(top.above(), None);
    top.ask(place("one"));
    assert_eq!(top.above(), Some(place("")));
    top.ask(place(""));
    assert_eq!((top.above(), top.crumbs().len()), (None, 0));
}

#[test]
fn a_name_is_found_in_its_own_folder_only() {
    let mut browse = browse("up");
    browse.choose_named("a.txt");
    browse.choose_named("other/a.txt");
    assert_eq!(browse.chosen().0, 0);
    browse.choose_named("up/a.txt");
    browse.choose_named("up/Photos/");
    assert_eq!(browse.chosen_names(), ["up/Photos/", "up/a.txt"]);
}

#[test]
fn refreshing_a_long_folder_keeps_the_whole_selection_and_the_cursor() {
    let names: Vec<_> = (0..100_000).map(|number| format!("{number}.jpg")).collect();
    let entries: Vec<_> = names.iter().map(|name| (&**name, 1)).collect();
    let mut browse = Browse::default();
    browse.ask(place(""));
    browse.answered(&place(""), Ok(folder("", &entries)));
    browse.click(70_000, false, false);
    browse.choose_all();
    browse.follow = false;
    browse.ask(place(""));
    // An entry that sorts before them.
    let more: Vec<_> = [("new/", 0)].into_iter().chain(entries).collect();
    assert!(browse.answered(&place(""), Ok(folder("", &more))));
    assert_eq!(browse.chosen(), (100_000, 100_000));
    assert_eq!((browse.cursor(), browse.follow), (Some(70_001), false));
    browse.click(70_003, false, true);
    assert_eq!(browse.chosen().0, 3);
}

#[test]
fn another_folder_starts_without_a_selection() {
    let mut browse = browse("");
    browse.click(4, false, false);
    browse.ask(place("Photos"));
    assert_eq!(browse.chosen(), (0, 0));
    browse.answered(
        &place("Photos"),
        Ok(folder("Photos", &[("a", 1), ("b", 2)])),
    );
    browse.click(1, false, true);
    assert_eq!(browse.chosen(), (2, 3));
    assert_eq!(browse.only_chosen(), None);
    browse.click(1, false, false);
    assert_eq!(browse.only_chosen().as_deref(), Some("Photos/b"));
}

#[test]
fn duplicate_entries_are_requested_once() {
    let mut browse = Browse::default();
    browse.ask(place(""));
    let twice = [("a/", 0), ("a", 1), ("a", 2)];
    browse.answered(&place(""), Ok(folder("", &twice)));
    browse.choose_all();
    assert_eq!(browse.chosen_names(), ["a/", "a"]);
}
