//! The examination of *Find out why*.

use landline_engine::doctor::Diagnosis;
use landline_engine::transport::CancelToken;

/// An examination whose dialog is open. Its checks end with it.
#[derive(Debug)]
pub(crate) struct Examination {
    /// The host and the port that cannot be reached, if it is about one.
    pub peer: Option<(String, u16)>,
    /// The checks so far.
    pub diagnosis: Diagnosis,
    /// Cancels the checks.
    pub cancel: CancelToken,
    /// Distinguishes it from those before it, which may still report.
    pub number: u64,
}

impl Examination {
    /// Shows what the checks of the examination `number` have found so far.
    pub(crate) fn found(&mut self, number: u64, diagnosis: Diagnosis) {
        if self.number == number {
            self.diagnosis = diagnosis;
        }
    }
}

impl Drop for Examination {
    fn drop(&mut self) {
        self.cancel.cancel();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn checks_end_with_the_dialog_and_late_ones_are_not_shown() {
        let mut examination = Examination {
            peer: None,
            diagnosis: Diagnosis::default(),
            cancel: CancelToken::new(),
            number: 2,
        };
        let over = Diagnosis {
            is_over: true,
            ..Diagnosis::default()
        };
        examination.found(1, over.clone());
        assert!(!examination.diagnosis.is_over);
        examination.found(2, over);
        assert!(examination.diagnosis.is_over);
        let cancel = examination.cancel.clone();
        drop(examination);
        assert!(cancel.is_cancelled());
    }
}
