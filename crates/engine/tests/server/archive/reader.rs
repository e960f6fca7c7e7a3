//! A strict reader of archives: it reads them as a stream and by their directory, and compares both.

/// What is in an archive, in its order.
#[derive(Debug)]
pub struct Archive {
    pub items: Vec<Item>,
    /// Whether its end has ZIP64 records.
    pub has_64: bool,
}

/// A file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    pub name: String,
    pub content: Vec<u8>,
    /// The time by the extended timestamp.
    pub seconds: Option<i32>,
    pub mode: u32,
}

impl Archive {
    pub fn read(bytes: &[u8]) -> Self {
        let mut stream = Reader(bytes);
        let mut locals = Vec::new();
        while stream.0.starts_with(b"PK\x03\x04") {
            let at = bytes.len() - stream.0.len();
            locals.push((at as u64, local(&mut stream)));
        }
        let directory_at = bytes.len() - stream.0.len();
        let mut items = Vec::new();
        for (at, (fields, name, seconds, content)) in &locals {
            let (entry_fields, entry_name, entry_seconds, entry_at, mode) = entry(&mut stream);
            assert_eq!(
                (fields, name, seconds),
                (&entry_fields, &entry_name, &entry_seconds)
            );
            assert_eq!(*at, entry_at, "{name}");
            items.push(Item {
                name: name.clone(),
                content: content.clone(),
                seconds: *seconds,
                mode,
            });
        }
        let directory_end = bytes.len() - stream.0.len();
        let has_64 = end(&mut stream, items.len(), directory_at, directory_end);
        assert!(stream.0.is_empty());
        Self { items, has_64 }
    }

    pub fn names(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.name.as_str()).collect()
    }

    pub fn content(&self, name: &str) -> &[u8] {
        let item = self.items.iter().find(|item| item.name == name);
        &item.unwrap_or_else(|| panic!("no {name}")).content
    }
}

type Local = (Vec<u8>, String, Option<i32>, Vec<u8>);

/// The fields that both headers have, the name, the time and the content.
fn local(from: &mut Reader<'_>) -> Local {
    assert_eq!(from.u32(), 0x0403_4b50);
    let fields = from.take(22).to_vec();
    let (crc, len, is_folder) = check(&fields);
    let (name, extra) = (from.u16(), from.u16());
    let name = String::from_utf8(from.take(name.into()).to_vec()).unwrap();
    assert!(len != u32::MAX, "this reader is for small files");
    let (seconds, numbers) = extras(from.take(extra.into()));
    assert!(numbers.is_empty());
    assert_eq!(name.ends_with('/'), is_folder || name.ends_with('/'));
    let content = from.take(len as usize).to_vec();
    assert_eq!(crc32(&content), crc, "{name}");
    (fields, name, seconds, content)
}

fn entry(from: &mut Reader<'_>) -> (Vec<u8>, String, Option<i32>, u64, u32) {
    assert_eq!(from.u32(), 0x0201_4b50);
    assert_eq!(from.u16(), 0x032D, "made on Unix");
    let fields = from.take(22).to_vec();
    let (name, extra) = (from.u16(), from.u16());
    assert_eq!((from.u16(), from.u16(), from.u16()), (0, 0, 0));
    let mode = from.u32() >> 16;
    let at = from.u32();
    let name = String::from_utf8(from.take(name.into()).to_vec()).unwrap();
    let (seconds, numbers) = extras(from.take(extra.into()));
    let at = match &*numbers {
        [] => at.into(),
        [number] => *number,
        several => panic!("{several:?}"),
    };
    (fields, name, seconds, at, mode)
}

/// The CRC-32, the length, and whether it is a folder.
fn check(fields: &[u8]) -> (u32, u32, bool) {
    let mut from = Reader(fields);
    let (version, flags, method) = (from.u16(), from.u16(), from.u16());
    assert!([10, 20, 45].contains(&version), "{version}");
    assert_eq!(
        (flags, method),
        (0x0800, 0),
        "UTF-8, stored, no data descriptor"
    );
    from.u32();
    let (crc, len, same) = (from.u32(), from.u32(), from.u32());
    assert_eq!(len, same);
    (crc, len, version == 20)
}

fn extras(bytes: &[u8]) -> (Option<i32>, Vec<u64>) {
    let (mut from, mut seconds, mut numbers) = (Reader(bytes), None, Vec::new());
    while !from.0.is_empty() {
        let (kind, len) = (from.u16(), from.u16());
        match kind {
            1 => numbers.extend((0..len / 8).map(|_| from.u64())),
            0x5455 => {
                assert_eq!((len, from.take(1)), (5, &[1][..]));
                seconds = Some(from.u32().cast_signed());
            }
            other => panic!("extra field {other:x}"),
        }
    }
    (seconds, numbers)
}

/// Reads what follows the directory, and returns whether it has ZIP64 records.
fn end(from: &mut Reader<'_>, count: usize, start: usize, end: usize) -> bool {
    let (count, start, end) = (count as u64, start as u64, end as u64);
    let has_64 = from.0.starts_with(b"PK\x06\x06");
    assert_eq!(has_64, count >= 0xFFFF || end >= 0xFFFF_FFFF);
    if has_64 {
        from.u32();
        assert_eq!((from.u64(), from.u16(), from.u16()), (44, 0x032D, 45));
        assert_eq!((from.u32(), from.u32()), (0, 0));
        assert_eq!((from.u64(), from.u64()), (count, count));
        assert_eq!((from.u64(), from.u64()), (end - start, start));
        assert_eq!((from.u32(), from.u32()), (0x0706_4b50, 0));
        assert_eq!((from.u64(), from.u32()), (end, 1));
    }
    assert_eq!(from.u32(), 0x0605_4b50);
    assert_eq!((from.u16(), from.u16()), (0, 0));
    let short = u16::try_from(count).unwrap_or(u16::MAX);
    assert_eq!((from.u16(), from.u16()), (short, short));
    assert_eq!(u64::from(from.u32()), end - start);
    assert_eq!(u64::from(from.u32()), start);
    assert_eq!(from.u16(), 0);
    has_64
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, len: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(len);
        self.0 = rest;
        taken
    }

    fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.take(2).try_into().unwrap())
    }

    fn u32(&mut self) -> u32 {
        u32::from_le_bytes(self.take(4).try_into().unwrap())
    }

    fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.take(8).try_into().unwrap())
    }
}

/// Bit by bit, to be independent of the server's.
fn crc32(bytes: &[u8]) -> u32 {
    !bytes.iter().fold(!0, |crc, byte| {
        (0..8).fold(crc ^ u32::from(*byte), |crc, _| {
            (crc >> 1) ^ if crc & 1 == 1 { 0xEDB8_8320 } else { 0 }
        })
    })
}

#[test]
fn the_reader_computes_crc_32() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}
