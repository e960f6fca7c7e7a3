use proptest::prelude::*;

use super::*;

fn version(validator: &str, length: u64) -> Version {
    Version {
        validator: Some(validator.to_owned()),
        length: Some(length),
        coding: None,
    }
}

fn part(range: Range<u64>, whole: u64, validator: Option<&str>) -> Answer {
    let version = Version {
        validator: validator.map(String::from),
        length: Some(whole),
        coding: None,
    };
    Answer::Part(range, version)
}

fn beyond(length: u64, validator: Option<&str>) -> Answer {
    match part(0..1, length, validator) {
        Answer::Part(_, version) => Answer::Beyond(version),
        other => other,
    }
}

#[test]
fn the_rest_is_asked_for() {
    let kept = version("\"1\"", 10);
    assert_eq!(kept.ask(4), Some((4, "\"1\"")));
    assert_eq!(kept.ask(10), Some((9, "\"1\"")));
    assert_eq!((kept.ask(0), kept.ask(11)), (None, None));
    assert_eq!(version("\"1\"", 1).ask(1), None);
    assert_eq!(Version::default().ask(4), None);
    assert_eq!(version("\"1\"\r\nX: y", 10).ask(4), None);
}

#[test]
fn each_answer_has_its_meaning() {
    let kept = version("\"1\"", 10);
    let (go_on, whole_only) = (
        Decision::GoOn { at: 4 },
        Decision::AskAnew(RestartReason::WholeOnly),
    );
    let changed = Decision::AskAnew(RestartReason::Changed);
    for (answer, meaning) in [
        (part(4..10, 10, Some("\"1\"")), go_on),
        // Then it may be that of any version.
        (part(4..10, 10, None), whole_only),
        (part(4..10, 10, Some("\"2\"")), changed),
        (part(4..11, 11, Some("\"1\"")), changed),
        // Earlier than asked, shorter, or both.
        (part(0..10, 10, Some("\"1\"")), Decision::GoOn { at: 0 }),
        (part(4..9, 10, Some("\"1\"")), go_on),
        (part(3..5, 10, Some("\"1\"")), Decision::GoOn { at: 3 }),
        // Nothing new, a gap, or beyond the end.
        (part(0..4, 10, Some("\"1\"")), whole_only),
        (part(5..10, 10, Some("\"1\"")), whole_only),
        (part(0..10, 10, None), whole_only),
        (part(0..10, 10, Some("\"2\"")), changed),
        (beyond(10, Some("\"1\"")), changed),
        (Answer::Other, whole_only),
        (
            Answer::Whole(version("\"1\"", 10)),
            Decision::StartAnew(RestartReason::WholeOnly),
        ),
        (
            Answer::Whole(version("\"2\"", 10)),
            Decision::StartAnew(RestartReason::Changed),
        ),
        (
            Answer::Whole(Version::default()),
            Decision::StartAnew(RestartReason::Changed),
        ),
    ] {
        assert_eq!(kept.decide(4, &answer), meaning, "{answer:?}");
    }
    let dated = version("Sun, 06 Nov 1994 08:49:37 GMT", 10);
    assert_eq!(dated.decide(4, &part(4..10, 10, None)), go_on);
}

#[test]
fn where_the_length_is_unknown_the_end_has_to_be_told() {
    let open = Version {
        length: None,
        ..version("\"1\"", 0)
    };
    let same = Some("\"1\"");
    assert_eq!(open.decide(4, &beyond(4, same)), Decision::Complete);
    for other in [
        beyond(5, same),
        beyond(3, same),
        beyond(4, None),
        beyond(4, Some("\"2\"")),
    ] {
        let decision = open.decide(4, &other);
        assert_eq!(
            decision,
            Decision::AskAnew(RestartReason::Changed),
            "{other:?}"
        );
    }
    let unsaid = Answer::Part(4..6, open.clone());
    assert_eq!(open.decide(4, &unsaid), Decision::GoOn { at: 4 });
    // Of what is known to be shorter.
    let decision = version("\"1\"", 5).decide(4, &unsaid);
    assert_eq!(decision, Decision::AskAnew(RestartReason::WholeOnly));
}

#[test]
fn a_part_in_another_coding_is_not_joined() {
    let coded = |coding: Option<&str>| Version {
        coding: coding.map(String::from),
        ..version("\"1\"", 10)
    };
    let decide = |kept, sent| coded(kept).decide(4, &Answer::Part(4..10, coded(sent)));
    let go_on = Decision::GoOn { at: 4 };
    assert_eq!(decide(Some("gzip"), Some("gzip")), go_on);
    // It need not be said again.
    assert_eq!(decide(Some("gzip"), None), go_on);
    let whole_only = Decision::AskAnew(RestartReason::WholeOnly);
    assert_eq!(decide(None, Some("gzip")), whole_only);
    assert_eq!(decide(Some("br"), Some("gzip")), whole_only);
}

#[test]
fn a_part_that_nobody_asked_for_has_to_be_the_beginning() {
    let known = version("\"1\"", 10);
    assert!(known.begins_with(&(0..10)) && known.begins_with(&(0..4)));
    assert!(!known.begins_with(&(1..10)));
    let nameless = Version {
        validator: None,
        ..known.clone()
    };
    assert!(nameless.begins_with(&(0..10)) && !nameless.begins_with(&(0..4)));
    let open = Version {
        length: None,
        ..known
    };
    assert!(open.begins_with(&(0..4)));
    assert!(!Version::default().begins_with(&(0..4)));
}

/// How a server departs from what most do.
#[derive(Clone, Copy, Debug)]
struct Habits {
    /// It answers with parts.
    ranges: bool,
    /// It heeds `If-Range`.
    conditions: bool,
    /// It sends so many bytes at most, also to who wants all.
    most: Option<usize>,
    /// Its parts begin at multiples of this.
    block: usize,
    /// It says how long the file is beside a part.
    says_length: bool,
}

/// A server that keeps to RFC 9110 but for its habits.
fn server(file: &[u8], etag: &str, ask: Option<(u64, &str)>, habits: Habits) -> (Answer, Vec<u8>) {
    let len = file.len();
    let mut said = version(etag, len as u64);
    let from = match ask {
        Some((from, validator)) if habits.ranges && (!habits.conditions || validator == etag) => {
            usize::try_from(from).unwrap()
        }
        _ if habits.most.is_some_and(|most| most < len) => 0,
        _ => return (Answer::Whole(said), file.to_vec()),
    };
    if from >= len {
        return (Answer::Beyond(said), Vec::new());
    }
    let start = from - from % habits.block;
    let end = habits.most.map_or(len, |most| len.min(start + most));
    said.length = said.length.filter(|_| habits.says_length);
    let range = start as u64..end as u64;
    (Answer::Part(range, said), file[start..end].to_vec())
}

proptest! {
    /// Whatever is on the disk and whatever the server does: the file is right in the end, and
    /// bytes that can stay do.
    #[test]
    fn the_file_is_always_right(
        old in proptest::collection::vec(any::<u8>(), 0..40),
        new in proptest::collection::vec(any::<u8>(), 0..40),
        changed in any::<bool>(),
        kept in 0..50_usize,
        knows_length in any::<bool>(),
        ranges in any::<bool>(),
        conditions in any::<bool>(),
        most in proptest::option::of(1..20_usize),
        block in 1..8_usize,
        says_length in any::<bool>(),
    ) {
        let habits = Habits { ranges, conditions, most, block, says_length };
        let (file, etag) = if changed { (&new, "\"new\"") } else { (&old, "\"old\"") };
        let mut disk = old[..kept.min(old.len())].to_vec();
        let mut version = version("\"old\"", old.len() as u64);
        version.length = version.length.filter(|_| knows_length);
        let mut decisions = Vec::new();
        let is_whole = (0..200).any(|_| {
            let ask = version.ask(disk.len() as u64);
            let (answer, body) = server(file, etag, ask, habits);
            let decision = match (ask, &answer) {
                (Some((from, _)), answer) => version.decide(from, answer),
                (None, Answer::Part(range, said)) if !said.begins_with(range) => {
                    // It is a failure, and none here: the tag is strong.
                    panic!("{said:?} {range:?}");
                }
                (None, _) => Decision::StartAnew(RestartReason::Changed),
            };
            decisions.push(decision);
            let at = match decision {
                Decision::GoOn { at } => {
                    assert_eq!(version.validator.as_deref(), Some(etag));
                    usize::try_from(at).unwrap()
                }
                Decision::Complete => return true,
                Decision::StartAnew(_) => 0,
                Decision::AskAnew(_) => {
                    disk.clear();
                    version = Version::default();
                    return false;
                }
            };
            disk.truncate(at);
            disk.extend(body);
            let (end, said) = match answer {
                Answer::Whole(said) => (None, said),
                Answer::Part(range, said) => (Some(range.end), said),
                Answer::Beyond(_) | Answer::Other => unreachable!(),
            };
            if at == 0 {
                version = said;
            } else {
                version.length = version.length.or(said.length);
            }
            end.is_none() || version.length == end
        });
        // From a server whose parts never lead further.
        let is_stuck = most.is_some_and(|most| !ranges || most < block);
        prop_assert!(is_whole || is_stuck, "{decisions:?}");
        if is_whole {
            prop_assert_eq!(&disk, file);
        }
        if !changed && ranges && kept > 0 && knows_length && old.len() > 1 && !is_stuck {
            let is_going_on = matches!(decisions[0], Decision::GoOn { .. });
            prop_assert!(is_going_on, "{decisions:?}");
        }
    }
}
