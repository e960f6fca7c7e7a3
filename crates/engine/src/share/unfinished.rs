//! Files that are not whole yet. Landline writes one as `NAME.part` with a record beside it, `NAME.part.json`, and short ones
//! in a folder that ends with `.part` and has a file `lock`. Others see none of them: an archive with a file that grows breaks
//! off, and a record tells who sends the file.

use std::path::Path;

use cap_std::fs::Dir;

const PART: &str = ".part";

/// How the names of records end; the second one is about to replace the first.
const RECORDS: [&str; 2] = [".json", ".json~"];

/// Whether `name` in `folder`, a path in `dir`, is one of these. A file of another program that happens to end with `.part` has
/// no record.
pub(super) fn is_unfinished(dir: &Dir, folder: &Path, name: &str) -> bool {
    let is_there = |name: &str| dir.symlink_metadata(folder.join(name)).is_ok();
    let mut of_record = RECORDS.iter().filter_map(|end| name.strip_suffix(end));
    if let Some(part) = of_record.find(|part| part.ends_with(PART)) {
        return is_there(part);
    }
    let has_record = || RECORDS.iter().any(|end| is_there(&format!("{name}{end}")));
    name.ends_with(PART) && (has_record() || is_there(&format!("{name}/lock")))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use cap_std::ambient_authority;

    use super::*;

    #[test]
    fn what_is_not_whole_is_told_by_what_is_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir_all(at("d/landline-0.part")).unwrap();
        fs::create_dir(at("gears.part")).unwrap();
        for name in [
            "a.part",
            "a.part.json",
            "b.part",
            "b.part.json~",
            "film.part",
            "c.part.json",
            "part.json",
            "d/landline-0.part/lock",
        ] {
            fs::write(at(name), "").unwrap();
        }
        let dir = Dir::open_ambient_dir(folder.path(), ambient_authority()).unwrap();
        for name in ["a.part", "a.part.json", "b.part", "b.part.json~"] {
            assert!(is_unfinished(&dir, Path::new(""), name), "{name}");
        }
        assert!(is_unfinished(&dir, Path::new("d"), "landline-0.part"));
        for name in ["film.part", "c.part.json", "gears.part", "part.json", "a"] {
            assert!(!is_unfinished(&dir, Path::new(""), name), "{name}");
        }
    }
}
