use super::*;

const HTTP: Option<Protocol> = Some(Protocol::Http);
const RAW: Option<Protocol> = Some(Protocol::Raw);

fn failed(error: ClientError) -> Reply {
    Reply::Failed(error.into())
}

fn refused() -> ClientError {
    ClientError::Refused {
        host: "h".into(),
        port: 1,
    }
}

fn cut(arrived: u64) -> ClientError {
    ClientError::Cut {
        host: "h".into(),
        name: "a".into(),
        arrived,
    }
}

fn nothing_sent() -> ClientError {
    ClientError::NothingSent {
        host: "h".into(),
        name: "a".into(),
    }
}

fn reported(error: ClientError) -> Next {
    Next::Fail(Reason::Reported(error.into()))
}

fn still(otherwise: Reason) -> Next {
    Next::Try(Approach::HttpStill { otherwise })
}

#[test]
fn what_was_chosen_comes_before_what_is_known() {
    let stranger = Known::default();
    for (known, first) in [
        (stranger, Approach::HttpFirst),
        (
            Known {
                cached: HTTP,
                ..stranger
            },
            Approach::HttpAsBefore,
        ),
        (
            Known {
                cached: RAW,
                ..stranger
            },
            Approach::RawAsBefore,
        ),
        (
            Known {
                is_over_http: true,
                cached: RAW,
                ..stranger
            },
            Approach::HttpOnly { is_spoken: true },
        ),
        (
            Known {
                needs_http: true,
                cached: RAW,
                ..stranger
            },
            Approach::HttpOnly { is_spoken: false },
        ),
        (
            Known {
                chosen: HTTP,
                is_answered: true,
                cached: RAW,
                ..stranger
            },
            Approach::HttpOnly { is_spoken: true },
        ),
        // What is here of the file came in an earlier run; this server has not spoken yet.
        (
            Known {
                chosen: HTTP,
                is_over_http: true,
                ..stranger
            },
            Approach::HttpOnly { is_spoken: false },
        ),
        (
            Known {
                needs_http: true,
                is_answered: true,
                cached: RAW,
                ..stranger
            },
            Approach::HttpOnly { is_spoken: true },
        ),
        (
            Known {
                chosen: RAW,
                needs_http: true,
                is_answered: true,
                is_over_http: true,
                cached: HTTP,
            },
            Approach::RawOnly,
        ),
    ] {
        assert_eq!(Approach::first(known), first, "{known:?}");
    }
}

#[test]
fn each_reply_leads_on_or_is_an_error() {
    use Approach::{
        HttpAsBefore, HttpFirst, HttpOnly, HttpStill, RawAsBefore, RawBeside, RawInstead, RawOnly,
    };
    use Lesson::{Forget, Raw};
    use Next::{Fail, Try};
    use Reply::{Http, NotHttp, Silent};

    const END: Reply = NotHttp { spoke: false };
    const OTHER: Reply = NotHttp { spoke: true };
    let first = HttpOnly { is_spoken: false };
    let again = HttpOnly { is_spoken: true };
    let after = |otherwise| HttpStill { otherwise };
    let cancelled = || Reply::Failed(FetchError::Cancelled);
    let is_cancelled = || Fail(Reason::Reported(FetchError::Cancelled));
    for (approach, reply, lesson, next) in [
        (first.clone(), END, None, Fail(Reason::NotHttp)),
        (first.clone(), OTHER, None, Fail(Reason::NotHttp)),
        (first, Silent, None, Fail(Reason::NoAnswer)),
        (again.clone(), END, None, Fail(Reason::Cut)),
        (again.clone(), OTHER, None, Fail(Reason::NotHttp)),
        (again.clone(), Silent, None, Fail(Reason::NoAnswer)),
        (again, failed(cut(0)), None, reported(cut(0))),
        (RawOnly, failed(refused()), None, reported(refused())),
        (RawOnly, cancelled(), None, is_cancelled()),
        (HttpAsBefore, END, None, Try(RawInstead)),
        (HttpAsBefore, OTHER, Some(Raw), Try(RawInstead)),
        (HttpAsBefore, Silent, None, Fail(Reason::NoAnswer)),
        (HttpAsBefore, failed(refused()), None, reported(refused())),
        (RawAsBefore, Http, Some(Forget), Try(HttpFirst)),
        (
            RawAsBefore,
            failed(nothing_sent()),
            Some(Forget),
            reported(nothing_sent()),
        ),
        (RawAsBefore, failed(cut(7)), None, reported(cut(7))),
        (RawAsBefore, cancelled(), None, is_cancelled()),
        (HttpFirst, END, None, Try(RawInstead)),
        (HttpFirst, OTHER, Some(Raw), Try(RawInstead)),
        (HttpFirst, Silent, None, Try(RawBeside)),
        (HttpFirst, failed(refused()), None, reported(refused())),
        (RawInstead, Http, None, Fail(Reason::Contradiction)),
        (
            RawInstead,
            failed(refused()),
            None,
            Fail(Reason::OneCallOnly),
        ),
        (RawInstead, failed(cut(0)), None, Fail(Reason::OneCallOnly)),
        (RawInstead, failed(cut(7)), None, reported(cut(7))),
        (
            RawInstead,
            failed(nothing_sent()),
            None,
            reported(nothing_sent()),
        ),
        (RawBeside, Http, None, still(Reason::NoAnswer)),
        (
            RawBeside,
            failed(nothing_sent()),
            None,
            still(Reason::Reported(nothing_sent().into())),
        ),
        (RawBeside, failed(cut(7)), None, reported(cut(7))),
        (RawBeside, cancelled(), None, is_cancelled()),
        (
            after(Reason::NoAnswer),
            Silent,
            None,
            Fail(Reason::NoAnswer),
        ),
        (
            after(Reason::Reported(nothing_sent().into())),
            END,
            None,
            reported(nothing_sent()),
        ),
        (
            after(Reason::NoAnswer),
            failed(cut(0)),
            None,
            reported(cut(0)),
        ),
    ] {
        let what = format!("{approach:?}, {reply:?}");
        assert_eq!(approach.next(reply), (lesson, next), "{what}");
    }
}

#[test]
fn a_stranger_has_as_long_as_any_server_in_all() {
    let timeouts = Timeouts::default();
    let still = Approach::HttpStill {
        otherwise: Reason::NoAnswer,
    };
    let in_turn = [Approach::HttpFirst, Approach::RawBeside, still];
    let all: Duration = in_turn.iter().map(|it| it.timeout(&timeouts)).sum();
    assert_eq!(all, timeouts.silence);
    assert_eq!(Approach::RawInstead.timeout(&timeouts), timeouts.silence);
}
