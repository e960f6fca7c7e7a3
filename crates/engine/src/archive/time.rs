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
const DOS_MIN: u32 = packed([0, 1, 1, 0, 0, 0]);
const DOS_MAX: u32 = packed([127, 12, 31, 23, 59, 29]);

/// Years since 1980, month, day, hour, minute and pairs of seconds.
const fn packed([years, month, day, hour, minute, pairs]: [u32; 6]) -> u32 {
    years << 25 | month << 21 | day << 16 | hour << 11 | minute << 5 | pairs
}

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
        Ok(years) => {
            let pairs = bits(local.second()) / 2;
            let (month, day) = (bits(local.month()), bits(local.day()));
            packed([
                years,
                month,
                day,
                bits(local.hour()),
                bits(local.minute()),
                pairs,
            ])
        }
    }
}
