//! The figures of a verdict, and when there is one.

use super::*;

#[test]
fn figures_are_those_of_the_time_in_question() {
    let slow = sends(3_000_000, 990, 970, 0).after_secs(30, Direction::Upload);
    assert_eq!(
        (slow.time, slow.is_whole, slow.lost),
        (SEC * 10, false, Some(0))
    );
    assert!((slow.rate - 3e6).abs() < 1.0);
    let Verdict::Receiver { full, small: None } = slow.verdict else {
        panic!("{slow:?}");
    };
    assert!((full - 970.0 / 990.0).abs() < 1e-9);
    assert_eq!(slow.verdict.part(), Some(Part::Receiver));
    let small = |bytes| sends(bytes, 990, 970, 0).info(|info| info.peer_window = Some(4_096));
    let slow = small(300_000).after_secs(3, Direction::Upload).verdict;
    assert!(
        matches!(slow, Verdict::Receiver { small: None, .. }),
        "{slow:?}"
    );
    let small = small(12_000_000);
    let small = small.after_secs(3, Direction::Upload).verdict;
    assert!(
        matches!(
            small,
            Verdict::Receiver {
                small: Some(4_096),
                ..
            }
        ),
        "{small:?}"
    );
    // One sample is enough: the system has counted since the connection was opened.
    let one = [sends(3_000_000, 990, 970, 0).after(5, 5)];
    let single = of_samples(&one, &circumstances(Direction::Upload, SEC * 5));
    assert_eq!(
        (name(&single.verdict).as_str(), single.is_whole),
        ("Receiver", true)
    );
}

#[test]
fn a_line_that_is_full_limits_nothing_else() {
    let mut of = circumstances(Direction::Upload, SEC * 4);
    of.line = Some(100_000_000);
    let each = sends(11_700_000, 990, 600, 0);
    let samples: Vec<_> = (1..=4).map(|at| each.after(at, 4)).collect();
    let full = Verdict::FullSpeed { line: of.line };
    assert_eq!(of_samples(&samples, &of).verdict, full);
    assert_eq!(
        (full.part(), full.tone()),
        (Some(Part::Network), Tone::Good)
    );
    of.line = Some(1_000_000_000);
    assert_eq!(name(&of_samples(&samples, &of).verdict), "Receiver");
}

#[test]
fn short_transfers_have_a_verdict_only_at_full_speed() {
    let (direction, until) = (Direction::Download, ms(500));
    let mut sample = receives(58_000_000, 400, 0).after(1, 1);
    (sample.at, sample.waits.active) = (until, until);
    let mut of = circumstances(direction, until);
    let verdict =
        |sample: &Sample, of: &Circumstances| of_samples(std::slice::from_ref(sample), of).verdict;
    assert_eq!(verdict(&sample, &of), Verdict::Measuring);
    of.is_over = true;
    let line = Some(1_000_000_000);
    assert_eq!(verdict(&sample, &of), Verdict::FullSpeed { line });
    // There is no line on one computer.
    let here = Circumstances {
        is_loopback: true,
        ..of
    };
    assert_eq!(verdict(&sample, &here), Verdict::TooShort);
    sample.received /= 2;
    assert_eq!(verdict(&sample, &of), Verdict::TooShort);
    of.is_own_reset = Some(true);
    assert_eq!(verdict(&sample, &of), Verdict::Reset { is_own: true });
}

#[test]
fn a_stall_is_named_while_it_lasts_and_after_it_was_given_up() {
    for is_over in [false, true] {
        for (window, what) in [(990, Stall::Reading), (0, Stall::Acknowledging)] {
            let each = sends(2_000_000, 990, window, 0);
            let samples: Vec<_> = (1..=8).map(|at| each.after(at, 2)).collect();
            let mut of = circumstances(Direction::Upload, SEC * 8);
            of.is_over = is_over;
            let time = SEC * 6;
            assert_eq!(
                of_samples(&samples, &of).verdict,
                Verdict::Stalled { time, what }
            );
        }
        let each = receives(2_000_000, 990, 990);
        let samples: Vec<_> = (1..=8).map(|at| each.after(at, 2)).collect();
        let mut of = circumstances(Direction::Download, SEC * 8);
        (of.is_over, of.last_byte) = (is_over, Some(SEC * 2));
        let (time, what) = (SEC * 6, Stall::Sending);
        assert_eq!(
            of_samples(&samples, &of).verdict,
            Verdict::Stalled { time, what }
        );
        // What is complete has not stalled.
        of.is_complete = true;
        assert_ne!(name(&of_samples(&samples, &of).verdict), "Stalled");
    }
}

#[test]
fn a_reset_is_the_verdict_if_something_was_still_to_come() {
    let each = sends(3_000_000, 990, 970, 0);
    let samples: Vec<_> = (1..=4).map(|at| each.after(at, 4)).collect();
    let mut of = circumstances(Direction::Upload, SEC * 4);
    of.is_over = true;
    of.is_own_reset = Some(false);
    let reset = of_samples(&samples, &of).verdict;
    assert_eq!(reset, Verdict::Reset { is_own: false });
    assert_eq!((reset.part(), reset.tone()), (None, Tone::Error));
    // A cancel of this side says nothing, why it was slow does.
    of.is_own_reset = Some(true);
    assert_eq!(name(&of_samples(&samples, &of).verdict), "Receiver");
    (of.is_own_reset, of.is_complete) = (Some(false), true);
    assert_eq!(name(&of_samples(&samples, &of).verdict), "Receiver");
}

#[test]
fn without_the_systems_figures_only_what_is_known_is_said() {
    let blind = |each: Each, direction| {
        let samples: Vec<_> = (1..=4)
            .map(|at| Sample {
                info: None,
                ..each.after(at, 4)
            })
            .collect();
        name(&of_samples(&samples, &circumstances(direction, SEC * 4)).verdict)
    };
    let mb = 1_000_000;
    assert_eq!(
        blind(sends(3 * mb, 990, 970, 0), Direction::Upload),
        "Elsewhere"
    );
    assert_eq!(
        blind(sends(117 * mb, 990, 970, 0), Direction::Upload),
        "FullSpeed"
    );
    let disk = sends(3 * mb, 200, 0, 0).waits(|waits| waits.disk_read = ms(900));
    assert_eq!(blind(disk, Direction::Upload), "Disk");
    assert_eq!(blind(receives(mb, 990, 50), Direction::Download), "Server");
    assert_eq!(
        blind(receives(mb, 990, 1), Direction::Download),
        "Elsewhere"
    );
}
