use std::time::{Duration, SystemTime};

use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::*;

fn at(seconds: i64) -> SystemTime {
    let since = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 {
        SystemTime::UNIX_EPOCH - since
    } else {
        SystemTime::UNIX_EPOCH + since
    }
}

fn file(name: &str, len: u64) -> NewItem<'_> {
    NewItem {
        name,
        len,
        stamp: Stamp::new(Some(at(1_700_000_001)), &TimeZone::UTC),
        version: 7,
    }
}

fn layout(items: &[(&str, u64)]) -> Layout {
    let mut layout = Layout::default();
    for (name, len) in items {
        layout.push(file(name, *len)).unwrap();
    }
    layout
}

/// The records of an archive, without the contents of the files.
fn records(layout: &Layout) -> (Vec<Vec<u8>>, Vec<Vec<u8>>, Vec<u8>) {
    let (mut locals, mut directory) = (Vec::new(), Vec::new());
    for item in layout.items_from(0) {
        let (mut local, mut entry) = (Vec::new(), Vec::new());
        item.write_local(0x1234_5678, &mut local);
        item.write_directory(0x1234_5678, &mut entry);
        locals.push(local);
        directory.push(entry);
    }
    (locals, directory, layout.end())
}

#[test]
fn a_small_archive_has_no_64_bit_records() {
    let layout = layout(&[("photos/", 0), ("photos/海.txt", 5)]);
    let (locals, directory, end) = records(&layout);
    let local = [
        b"PK\x03\x04".as_slice(),
        &[10, 0, 0, 8, 0, 0],
        // 2023-11-14 22:13:20
        &[0xAA, 0xB1, 0x6E, 0x57],
        &[0x78, 0x56, 0x34, 0x12, 5, 0, 0, 0, 5, 0, 0, 0],
        &[14, 0, 9, 0],
        "photos/海.txt".as_bytes(),
        b"UT\x05\0\x01\x01\xF1\x53\x65",
    ];
    assert_eq!(locals[1], local.concat());
    assert_eq!(locals[0].len(), 30 + 7 + 9);
    assert_eq!(&locals[0][4..6], [20, 0]);
    let entry = &directory[1];
    assert_eq!(&entry[..6], b"PK\x01\x02\x2D\x03");
    assert_eq!(entry[6..32], locals[1][4..30]);
    // No comment, the first disk, mode 0644, the offset behind the folder's header.
    assert_eq!(
        entry[32..46],
        [0, 0, 0, 0, 0, 0, 0, 0, 0xA4, 0x81, 46, 0, 0, 0]
    );
    assert_eq!(directory[0][38..42], [0x10, 0, 0xED, 0x41]);
    assert_eq!(end.len(), 22);
    assert_eq!(end[..12], *b"PK\x05\x06\0\0\0\0\x02\0\x02\0");
}

#[test]
fn the_crc_is_where_it_is_said_to_be() {
    let (locals, directory, _) = records(&layout(&[("a", 5 << 30)]));
    assert_eq!(locals[0][LOCAL_CRC_AT..][..4], [0x78, 0x56, 0x34, 0x12]);
    assert_eq!(
        directory[0][DIRECTORY_CRC_AT..][..4],
        [0x78, 0x56, 0x34, 0x12]
    );
}

#[test]
fn numbers_that_do_not_fit_are_in_64_bit_records_and_only_those() {
    let most = u64::from(u32::MAX);
    for len in [most - 1, most, most + 1] {
        let layout = layout(&[("a", len), ("b", 1)]);
        let (locals, directory, end) = records(&layout);
        let is_large = len >= most;
        assert_eq!(locals[0].len(), 31 + 9 + if is_large { 20 } else { 0 });
        assert_eq!(locals[1].len(), 31 + 9);
        assert_eq!(directory[0].len(), 47 + 9 + if is_large { 20 } else { 0 });
        // The second begins beyond 4 GiB, whichever way.
        assert_eq!(directory[1].len(), 47 + 9 + 12);
        assert_eq!(directory[1][42..46], [0xFF; 4]);
        assert_eq!(
            directory[1][51..59],
            layout.get(1).unwrap().at.to_le_bytes()
        );
        assert_eq!(end.len(), 56 + 20 + 22);
        assert_eq!(end[48..56], layout.directory_at().to_le_bytes());
        assert_eq!(end[64..72], layout.end_at().to_le_bytes());
    }
}

#[test]
fn more_items_than_16_bits_can_count() {
    for (count, end_len) in [(65_534, 22), (65_535, 98), (65_536, 98)] {
        let items = vec![("a", 0); count];
        let layout = layout(&items);
        let (_, _, end) = records(&layout);
        assert_eq!(end.len(), end_len);
        assert_eq!(layout.count(), count);
        if end_len == 98 {
            assert_eq!(end[24..32], (count as u64).to_le_bytes());
            assert_eq!(end[76 + 8..76 + 12], [0xFF; 4]);
            // The offset still fits.
            assert_ne!(end[76 + 16..76 + 20], [0xFF; 4]);
        }
    }
}

#[test]
fn times_are_local_for_old_readers_and_exact_for_new_ones() {
    let zone = TimeZone::fixed(jiff::tz::offset(8));
    let stamp = |seconds| Stamp::new(Some(at(seconds)), &zone);
    let dos = |year: u32, month: u32, day: u32, hour: u32, minute: u32, second: u32| {
        (year - 1980) << 25 | month << 21 | day << 16 | hour << 11 | minute << 5 | (second / 2)
    };
    // 2023-11-14 22:13:21 UTC
    let usual = stamp(1_700_000_001);
    assert_eq!(usual.dos(), dos(2023, 11, 15, 6, 13, 21));
    assert_eq!(usual.unix(), Some(1_700_000_001));
    let (first, last) = (dos(1980, 1, 1, 0, 0, 0), dos(2107, 12, 31, 23, 59, 58));
    for (seconds, dos, unix) in [
        (0, first, Some(0)),
        (-1, first, Some(-1)),
        (-3_000_000_000, first, None),
        (2_147_483_647, dos(2038, 1, 19, 11, 14, 7), Some(i32::MAX)),
        (2_147_483_648, dos(2038, 1, 19, 11, 14, 8), None),
        (5_000_000_000, last, None),
    ] {
        assert_eq!((stamp(seconds).dos(), stamp(seconds).unix()), (dos, unix));
    }
    let just_before = Stamp::new(Some(at(0) - Duration::from_millis(500)), &zone);
    assert_eq!(just_before.unix(), Some(-1));
    let none = Stamp::new(None, &zone);
    assert_eq!((none.dos(), none.unix()), (first, None));
}

#[test]
fn names_that_lead_elsewhere_on_windows_are_changed() {
    for (name, safe) in [
        ("a.txt", "a.txt"),
        ("海 12:30.txt", "海 12:30.txt"),
        ("..\\..\\evil.bat", ".._.._evil.bat"),
        ("C:", "C_"),
        ("c:\\x", "c__x"),
        ("\\\\host\\share", "__host_share"),
        (":a", ":a"),
        ("1:a", "1:a"),
        ("海/d:/a\\b/E:x", "海/d_/a_b/E_x"),
    ] {
        assert_eq!(safe_path(name), safe);
        assert_eq!(has_risk(name), name != safe);
    }
}

#[test]
fn a_changed_name_does_not_become_that_of_another_file() {
    let names = [
        "a\\b", "a\\b_c", "a_b", "a_b\\c", "x\\y/", "x\\y/1", "x_y/", "x_y/2",
    ];
    let items = names.map(|name| (name, 0));
    let (unique, omitted) = layout(&items).with_unique_names();
    let kept: Vec<_> = unique.items_from(0).map(|item| item.name).collect();
    assert_eq!(kept, ["a\\b_c", "a_b", "x\\y/1", "x_y/", "x_y/2"]);
    assert_eq!(omitted, 3);
    let (locals, ..) = records(&unique);
    assert_eq!(locals[0][30..35], *b"a_b_c");
    let (same, omitted) = layout(&[("a", 1), ("b:", 2)]).with_unique_names();
    assert_eq!((same.count(), omitted), (2, 0));
}

#[test]
fn names_that_no_archive_can_hold_are_refused() {
    let mut layout = Layout::default();
    let long = "x".repeat(65_536);
    assert_eq!(layout.push(file(&long, 1)), Err(TooManyNames));
    assert!(layout.is_empty() && layout.len() == 22);
    layout.push(file(&long[1..], 1)).unwrap();
}

#[test]
fn sparse_files_that_no_archive_can_hold_are_refused() {
    let mut layout = layout(&[("a", 6 << 60)]);
    let before = layout.len();
    assert_eq!(layout.push(file("b", 6 << 60)), Err(TooManyNames));
    assert_eq!(layout.push(file("b", u64::MAX)), Err(TooManyNames));
    assert_eq!((layout.count(), layout.len()), (1, before));
    layout.push(file("c", 1)).unwrap();
    assert_eq!(layout.get(1).map(|item| item.name), Some("c"));
}

proptest! {
    #[test]
    fn every_byte_is_where_the_layout_says(
        lens in proptest::collection::vec(prop_oneof![0..4_u64, 4_294_967_290..4_294_967_300_u64, any::<u32>().prop_map(u64::from)], 0..20),
        probe in any::<u64>(),
    ) {
        let names: Vec<_> = (0..lens.len()).map(|n| "é".repeat(n % 5 + 1)).collect();
        let items: Vec<_> = names.iter().map(String::as_str).zip(lens).collect();
        let layout = layout(&items);
        let (locals, directory, end) = records(&layout);
        let mut offset = 0;
        for (index, item) in layout.items_from(0).enumerate() {
            prop_assert_eq!(item.at, offset);
            prop_assert_eq!(layout.index_at(item.at), index);
            prop_assert_eq!(locals[index].len() as u64, item.local_len());
            prop_assert_eq!(directory[index].len() as u64, item.directory_len());
            offset += item.local_len();
            prop_assert_eq!(item.content_at(), offset);
            offset += item.len;
            prop_assert_eq!(layout.index_at(offset - 1), index);
        }
        prop_assert_eq!(layout.directory_at(), offset);
        offset += directory.iter().map(|entry| entry.len() as u64).sum::<u64>();
        prop_assert_eq!(layout.end_at(), offset);
        prop_assert_eq!(layout.len(), offset + end.len() as u64);
        let index = layout.index_at(probe % layout.len());
        prop_assert!(index <= layout.count());
    }
}
