//! QR codes (ISO/IEC 18004) for links.

use qrcodegen::{QrCode, QrCodeEcc};

/// A QR code without its quiet zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Qr {
    /// Modules on each side: 21 to 177.
    pub size: usize,
    /// `size` rows of `size` modules from the top left; true is dark.
    pub modules: Vec<bool>,
}

impl Qr {
    /// The smallest code for `text` that can still be read when an eighth of it is damaged (level M, or a higher one that
    /// costs no size). `None` if the text is longer than a code can hold, about 2,300 bytes.
    pub fn new(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let side = 0..code.size();
        let modules = side.clone().flat_map(|y| {
            let code = &code;
            side.clone().map(move |x| code.get_module(x, y))
        });
        Some(Self {
            size: usize::try_from(code.size()).ok()?,
            modules: modules.collect(),
        })
    }

    /// Whether the module in column `x` and row `y` is dark; those outside are light.
    pub fn is_dark(&self, x: usize, y: usize) -> bool {
        x < self.size
            && self
                .modules
                .get(y * self.size + x)
                .is_some_and(|&dark| dark)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The finder pattern in three corners, which every code has.
    const FINDER: [&str; 7] = [
        "#######", "#.....#", "#.###.#", "#.###.#", "#.###.#", "#.....#", "#######",
    ];

    #[test]
    fn a_link_is_a_small_code_with_finders_in_three_corners() {
        let qr = Qr::new("http://192.168.1.5:8080").unwrap();
        assert_eq!((qr.size, qr.modules.len()), (25, 25 * 25));
        for (left, top) in [(0, 0), (18, 0), (0, 18)] {
            for (y, row) in FINDER.iter().enumerate() {
                let modules = (0..7).map(|x| qr.is_dark(left + x, top + y));
                let seen: String = modules.map(|dark| if dark { '#' } else { '.' }).collect();
                assert_eq!(seen, *row, "row {y} at {left}, {top}");
            }
        }
        assert!(!qr.is_dark(25, 0) && !qr.is_dark(0, 25));
    }

    #[test]
    fn the_longest_address_fits_and_a_novel_does_not() {
        let address = "http://[2001:db8:1234:5678:abcd:ef01:2345:6789]:65535";
        assert_eq!(Qr::new(address).unwrap().size, 33);
        assert_eq!(Qr::new(&"x".repeat(3000)), None);
    }
}
