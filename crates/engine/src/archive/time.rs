//! Modification times in archives: local time with a resolution of two seconds for all readers, and seconds since 1970
//! for those that know Info-ZIP's extension.

use std::time::SystemTime;

use jiff::Timestamp;
use jiff::tz::TimeZone;

/// A modification time as an archive has it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    dos: u32,
    seconds: i32,
    has_seconds: bool,
}

/// 1980-01-01 00:00:00 and 2107-12-31 23:59:58.
const DOS_MIN: u32 = 1 << 21 | 1 << 16;
const DOS_MAX: u32 = 127 << 25 | 12 << 21 | 31 << 16 | 23 << 11 | 59 << 5 | 29;

impl Stamp {
    /// `at` as it is in `zone`; without a time, the earliest that a reader knows.
    pub fn new(at: Option<SystemTime>, zone: &TimeZone) -> Self {
        let Some(at) = at.and_then(|at| Timestamp::try_from(at).ok()) else {
            return Self {
                dos: DOS_MIN,
                ..Self::default()
            };
        };
        // Downwards, also before 1970.
        let seconds = i32::try_from(at.as_nanosecond().div_euclid(1_000_000_000)).ok();
        Self {
            dos: dos(at, zone),
            seconds: seconds.unwrap_or_default(),
            has_seconds: seconds.is_some(),
        }
    }

    /// MS-DOS time in the lower half, MS-DOS date in the upper half.
    pub fn dos(self) -> u32 {
        self.dos
    }

    /// Seconds since 1970, if 32 bits can hold them: until 2038.
    pub fn unix(self) -> Option<i32> {
        self.has_seconds.then_some(self.seconds)
    }
}

fn dos(at: Timestamp, zone: &TimeZone) -> u32 {
    let local = zone.to_datetime(at);
    let bits = |value: i8| u32::from(value.unsigned_abs());
    match u32::try_from(i32::from(local.year()) - 1980) {
        Err(_) => DOS_MIN,
        Ok(128..) => DOS_MAX,
        Ok(year) => {
            year << 25
                | bits(local.month()) << 21
                | bits(local.day()) << 16
                | bits(local.hour()) << 11
                | bits(local.minute()) << 5
                | bits(local.second()) / 2
        }
    }
}
