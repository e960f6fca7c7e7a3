//! Runs the fuzz targets on their seeds and on mutations of them.

use std::fs;
use std::path::PathBuf;

use super::*;

/// Mutations per seed.
const CHANGED: u32 = 500;

/// Longer seeds are not mutated: a debug build is slow.
const CHANGED_MAX_LEN: usize = 2000;

type Target = (&'static str, fn(&[u8]));

const TARGETS: [Target; 12] = [
    ("sniff", sniff),
    ("request_head", request_head),
    ("range", range),
    ("share_name", share_name),
    ("chunked", chunked),
    ("answer_head", answer_head),
    ("listing_json", listing_json),
    ("listing_html", listing_html),
    ("part_record", part_record),
    ("form", form),
    ("upload_fields", upload_fields),
    ("localsend", localsend),
];

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz")
}

/// The files of a folder, sorted by name.
fn files(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = self::folder().join(folder);
    let entries = fs::read_dir(&folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    let mut files: Vec<_> = entries
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

/// A deterministic generator (`SplitMix64`).
struct Random(u64);

impl Random {
    /// A number less than `end`, which is not 0.
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) % end as u64).unwrap()
    }

    fn part(&mut self, len: usize) -> std::ops::Range<usize> {
        let start = self.below(len + 1);
        start..start + self.below((len - start).min(40) + 1)
    }

    /// Mutates `bytes` one to three times: flips bits, inserts special bytes, removes, duplicates or moves
    /// ranges.
    fn change(&mut self, bytes: &mut Vec<u8>) {
        const ODD: &[u8] = b"\0\t\n\r\x1b !\"#%&',-./0129:;<=>?@A[\\]_{}\x7f\x80\xc2\xe2\xff";
        for _ in 0..=self.below(3) {
            let len = bytes.len();
            match self.below(6) {
                0 if len > 0 => bytes[self.below(len)] ^= 1 << self.below(8),
                1 if len > 0 => bytes[self.below(len)] = ODD[self.below(ODD.len())],
                2 => bytes.insert(self.below(len + 1), ODD[self.below(ODD.len())]),
                3 => drop(bytes.drain(self.part(len))),
                4 => bytes.truncate(self.below(len + 1)),
                _ => {
                    let part = bytes[self.part(len)].to_vec();
                    let at = self.below(len + 1);
                    bytes.splice(at..at, part);
                }
            }
        }
    }
}

/// Runs one target and reports the input of a panic.
fn run(name: &str) {
    /// Prints the input on drop during a panic.
    struct Tell<'a>(&'a str, &'a [u8]);
    impl Drop for Tell<'_> {
        fn drop(&mut self) {
            if std::thread::panicking() {
                eprintln!("{} with \"{}\"", self.0, self.1.escape_ascii());
            }
        }
    }

    let target = TARGETS.iter().find(|target| target.0 == name).unwrap().1;
    let seeds = files(&format!("corpus/{name}"));
    assert!(seeds.len() >= 10, "{name} has {} seeds", seeds.len());
    let mut random = Random(1);
    for (seed, bytes) in seeds {
        let _tell = Tell(&seed, &bytes);
        target(&bytes);
        for _ in 0..CHANGED * u32::from(bytes.len() <= CHANGED_MAX_LEN) {
            let mut changed = bytes.clone();
            random.change(&mut changed);
            let _tell = Tell("changed", &changed);
            target(&changed);
        }
    }
}

#[test]
fn seeds_of_sniff() {
    run("sniff");
}

#[test]
fn seeds_of_request_head() {
    run("request_head");
}

#[test]
fn seeds_of_range() {
    run("range");
}

#[test]
fn seeds_of_share_name() {
    run("share_name");
}

#[test]
fn seeds_of_chunked() {
    run("chunked");
}

#[test]
fn seeds_of_answer_head() {
    run("answer_head");
}

#[test]
fn seeds_of_listing_json() {
    run("listing_json");
}

#[test]
fn seeds_of_listing_html() {
    run("listing_html");
}

#[test]
fn seeds_of_part_record() {
    run("part_record");
}

#[test]
fn seeds_of_form() {
    run("form");
}

#[test]
fn seeds_of_upload_fields() {
    run("upload_fields");
}

#[test]
fn seeds_of_localsend() {
    run("localsend");
}

#[test]
fn each_target_is_a_program_and_has_seeds() {
    let mut names: Vec<_> = TARGETS.iter().map(|target| target.0.to_owned()).collect();
    names.sort();
    let programs = files("fuzz_targets").into_iter().map(|(name, text)| {
        let name = name.strip_suffix(".rs").unwrap().to_owned();
        let called = format!("landline_engine::fuzzing::{name}(data)");
        assert!(String::from_utf8(text).unwrap().contains(&called), "{name}");
        name
    });
    assert_eq!(programs.collect::<Vec<_>>(), names);
    let corpus = fs::read_dir(folder().join("corpus")).unwrap();
    let mut folders: Vec<_> = corpus
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    folders.sort();
    assert_eq!(folders, names);
}
