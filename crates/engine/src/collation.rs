//! The order of names in lists, the same in every language: numbers by value (`file9` before `file10`), and letters beside
//! each other that differ only in case or diacritics.
//!
//! A name is compared by its *key*, which is never stored: a folder may have a million names.

use std::cmp::Ordering;
use std::ops::Range;
use std::slice;

/// Compares two names by their keys, then without regard to case, and last by their bytes.
pub fn compare(one: &str, other: &str) -> Ordering {
    // A number may differ in its length, so it is compared as a whole.
    let common = &one[..common_prefix(one, other)];
    let at = common.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    let by_key = key(&one[at..]).cmp(key(&other[at..]));
    by_key.then_with(|| compare_tied(&one[at..], &other[at..]))
}

/// Compares two names whose keys are equal.
pub(crate) fn compare_tied(one: &str, other: &str) -> Ordering {
    fn folded(name: &str) -> impl Iterator<Item = char> {
        name.chars().flat_map(char::to_lowercase)
    }
    let at = common_prefix(one, other);
    let (one, other) = (&one[at..], &other[at..]);
    let by_letters = folded(one).cmp(folded(other));
    by_letters.then_with(|| one.cmp(other))
}

/// The length of the longest common prefix of whole characters.
fn common_prefix(one: &str, other: &str) -> usize {
    let both = one.bytes().zip(other.bytes());
    let mut at = both.take_while(|(a, b)| a == b).count();
    while !one.is_char_boundary(at) || !other.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The sort key of `name`, byte by byte. No byte is zero unless the name contains a NUL.
pub(crate) fn key(name: &str) -> Key<'_> {
    Key {
        name,
        at: 0,
        number: 0,
        digits: [].iter(),
        letters: [0; LETTERS_LEN],
        letters_left: 0..0,
    }
}

/// The longest lower case of a character in bytes: three characters of at most four.
const LETTERS_LEN: usize = 12;

/// See [`key`].
#[derive(Clone, Debug)]
pub(crate) struct Key<'a> {
    name: &'a str,
    /// How much of the name has been read.
    at: usize,
    /// What remains of the length of a number, plus one; 0 if it is complete.
    number: usize,
    digits: slice::Iter<'a, u8>,
    letters: [u8; LETTERS_LEN],
    letters_left: Range<usize>,
}

impl Iterator for Key<'_> {
    type Item = u8;

    fn next(&mut self) -> Option<u8> {
        if self.number > 0 {
            return Some(self.next_of_length());
        }
        if let Some(digit) = self.digits.next() {
            return Some(*digit);
        }
        loop {
            if let Some(at) = self.letters_left.next() {
                return Some(self.letters[at]);
            }
            match *self.name.as_bytes().get(self.at)? {
                byte if is_plain(byte) => {
                    self.at += 1;
                    return Some(byte.to_ascii_lowercase());
                }
                b'0'..=b'9' => return Some(self.start_number()),
                _ => self.start_letters(),
            }
        }
    }

    /// Faster than byte by byte, because `skip` is what lists with long common prefixes need most.
    fn nth(&mut self, n: usize) -> Option<u8> {
        let mut left = n;
        while left > 0 {
            if self.number == 0 && self.digits.len() == 0 && self.letters_left.is_empty() {
                let rest = &self.name.as_bytes()[self.at..];
                let plain = rest.iter().take(left).take_while(|byte| is_plain(**byte));
                let plain = plain.count();
                self.at += plain;
                left -= plain;
            }
            if left > 0 {
                self.next()?;
                left -= 1;
            }
        }
        self.next()
    }
}

/// Whether a byte is its own key, except for the case of ASCII letters: ASCII without digits, U+3000 to U+9FFF, and U+B000
/// to U+D7FF, which are characters of East Asia. Bytes that only continue a character count as plain.
fn is_plain(byte: u8) -> bool {
    !byte.is_ascii_digit() && (byte < 0xc2 || matches!(byte, 0xe3..=0xe9 | 0xeb..=0xed))
}

impl Key<'_> {
    /// A number is a zero, so that it stands where digits do, the count of its digits, and the digits.
    fn start_number(&mut self) -> u8 {
        let rest = &self.name.as_bytes()[self.at..];
        let len = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        self.at += len;
        let zeros = rest[..len].iter().take_while(|b| **b == b'0').count();
        self.number = len - zeros + 1;
        self.digits = rest[zeros..len].iter();
        b'0'
    }

    /// A length below 255 is one byte, a greater one more: the order of the bytes is that of the lengths.
    fn next_of_length(&mut self) -> u8 {
        let (byte, rest) = match u8::try_from(self.number) {
            Ok(last @ ..=254) => (last, 0),
            _ => (u8::MAX, self.number - 254),
        };
        self.number = rest;
        byte
    }

    /// Takes the next character, which is not plain.
    fn start_letters(&mut self) {
        let Some(c) = self.name[self.at..].chars().next() else {
            return;
        };
        self.at += c.len_utf8();
        self.letters_left = 0..0;
        let mut push = |c: char| {
            let end = self.letters_left.end;
            self.letters_left.end += c.encode_utf8(&mut self.letters[end..]).len();
        };
        match c {
            // Combining diacritics, as macOS stores them.
            '\u{300}'..='\u{36f}' => {}
            'ß' | 'ẞ' => "ss".chars().for_each(push),
            'æ' | 'Æ' | 'ǣ' | 'Ǣ' | 'ǽ' | 'Ǽ' => "ae".chars().for_each(push),
            'œ' | 'Œ' => "oe".chars().for_each(push),
            'ё' | 'Ё' => push('е'),
            'ά' | 'Ά' => push('α'),
            'έ' | 'Έ' => push('ε'),
            'ή' | 'Ή' => push('η'),
            'ί' | 'Ί' | 'ϊ' | 'Ϊ' | 'ΐ' => push('ι'),
            'ό' | 'Ό' => push('ο'),
            'ύ' | 'Ύ' | 'ϋ' | 'Ϋ' | 'ΰ' => push('υ'),
            'ώ' | 'Ώ' => push('ω'),
            'ς' => push('σ'),
            _ => match base_letter(c) {
                Some(base) => push(base),
                None => c.to_lowercase().for_each(push),
            },
        }
    }
}

/// The base letter of a Latin one with diacritics, in lower case.
fn base_letter(c: char) -> Option<char> {
    /// Those of U+00C0 to U+024F (Latin-1 Supplement, Latin Extended-A and -B), by Unicode's decompositions and by the
    /// look of those that have none, such as `ø`; a space where there is none.
    const EUROPEAN: &[u8; 400] = b"\
        aaaaaa ceeeeiiiidnooooo ouuuuy  aaaaaa ceeeeiiiidnooooo ouuuuy yaaaaaaccccccccdd\
        ddeeeeeeeeeegggggggghhhhiiiiiiiiii  jjkk llllllllllnnnnnn nnoooooo  rrrrrrssssss\
        ssttttttuuuuuuuuuuuuwwyyyzzzzzzsbb     ccdd      ffg   ikkl  nnooo  pp     ttttu\
        u vyyzz                      aaiioouuuuuuuuuu aaaa  ggggkkoooo  j   gg  nnaa  oo\
        aaaaeeeeiiiioooorrrruuuusstt  hhnd  zzaaeeooooooooyylntj  accl sz  b  eejj  rryy";
    /// Those of U+1E00 to U+1EFF (Latin Extended Additional, mostly Vietnamese).
    const ADDITIONAL: &[u8; 256] = b"\
        aabbbbbbccddddddddddeeeeeeeeeeffgghhhhhhhhhhiiiikkkkkkllllllllmmmmmmnnnnnnnnoooo\
        oooopppprrrrrrrrssssssssssttttttttuuuuuuuuuuvvvvwwwwwwwwwwxxxxyyzzzzzzhtwy s    \
        aaaaaaaaaaaaaaaaaaaaaaaaeeeeeeeeeeeeeeeeiiiioooooooooooooooooooooooouuuuuuuuuuuu\
        uuyyyyyyyy      ";
    let code = u32::from(c);
    let base = match code {
        0xc0..=0x24f => EUROPEAN.get(usize::try_from(code - 0xc0).ok()?)?,
        0x1e00..=0x1eff => ADDITIONAL.get(usize::try_from(code - 0x1e00).ok()?)?,
        _ => return None,
    };
    (*base != b' ').then_some(char::from(*base))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Checks that `names` are in order.
    fn check(names: &[&str]) {
        for (at, one) in names.iter().enumerate() {
            for (other_at, other) in names.iter().enumerate() {
                assert_eq!(compare(one, other), at.cmp(&other_at), "{one} {other}");
            }
        }
    }

    #[test]
    fn numbers_count_by_their_value() {
        check(&[
            "file", "file1", "file2", "file9", "file10", "file10a", "file11", "file99", "file100",
        ]);
        check(&["1-1", "1a", "2", "10", "a"]);
        check(&["a0", "a00", "a01b1", "a1b2", "a1b10", "a002", "a2b"]);
        check(&["第1章", "第2章", "第10章", "第11章"]);
        check(&["IMG_0009.JPG", "IMG_0010.JPG", "img_00011.jpg"]);
        check(&["1.2.9", "1.2.10", "1.10.0"]);
    }

    #[test]
    fn letters_are_beside_their_base_letters() {
        check(&["a", "Ä", "ä", "Apfel", "Äpfel", "Apfelmus", "az", "b", "z"]);
        check(&["Resume", "resume", "Résumé", "résumé", "resumes"]);
        check(&["nam", "năm", "Ngà", "nhà"]);
        check(&["oeuf", "œuf", "Øl", "ost", "Straße", "strat"]);
        check(&["ежик", "ёжик", "ель", "я"]);
        check(&["Ένα", "ένα", "ζωή"]);
        // Composed and decomposed.
        check(&["a\u{308}pfel 1", "äpfel 1", "a\u{308}pfel 2", "äpfel 2"]);
        check(&["ĀB", "C"]);
    }

    #[test]
    fn only_case_differs_last() {
        check(&["A", "a", "AB", "Ab", "aB", "ab", "B", "b"]);
        check(&["İ", "J", "j"]);
    }

    #[test]
    fn numbers_of_any_length() {
        let names: Vec<_> = [1, 2, 252, 253, 254, 255, 506, 507, 508, 509, 510, 100_000]
            .map(|len| format!("a{}", "1".repeat(len)))
            .into();
        check(&names.iter().map(String::as_str).collect::<Vec<_>>());
        let zeros = "0".repeat(100_000);
        assert_eq!(compare(&zeros, "1"), Ordering::Less);
        assert_eq!(compare(&format!("{zeros}2"), "10"), Ordering::Less);
    }

    proptest! {
        #[test]
        fn it_is_a_total_order(names in proptest::collection::vec(r"[aAäb0-2\u{308}. ß]{0,5}|\PC{0,4}", 3)) {
            let [a, b, c] = &names[..] else { unreachable!() };
            prop_assert_eq!(compare(a, b), compare(b, a).reverse());
            prop_assert_eq!(compare(a, b) == Ordering::Equal, a == b);
            if compare(a, b).is_le() && compare(b, c).is_le() {
                prop_assert!(compare(a, c).is_le());
            }
            prop_assert!(a.contains('\0') || !key(a).any(|byte| byte == 0));
            let whole: Vec<u8> = key(a).collect();
            prop_assert_eq!(compare(a, b), whole.iter().copied().cmp(key(b)).then_with(|| compare_tied(a, b)));
            for from in 0..=whole.len() + 1 {
                prop_assert!(key(a).skip(from).eq(whole.iter().skip(from).copied()));
            }
        }
    }
}
