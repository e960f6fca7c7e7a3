//! Named threads and their panics.

use std::io;
use std::panic;
use std::thread::{self, JoinHandle, ScopedJoinHandle};

/// The stack that a worker needs (measured in debug builds, where frames are large). Only touched pages use
/// memory, but thousands of connections should not reserve gigabytes either.
const STACK_LEN: usize = 512 * 1024;

/// Spawns a worker. Its name appears in logs, in debuggers and in the error that a panic becomes.
///
/// # Errors
/// The system is out of threads.
pub fn spawn<T: Send + 'static>(
    name: impl Into<String>,
    work: impl FnOnce() -> T + Send + 'static,
) -> io::Result<JoinHandle<T>> {
    thread::Builder::new()
        .name(name.into())
        .stack_size(STACK_LEN)
        .spawn(work)
}

/// Spawns a worker that ends within `scope`.
///
/// # Errors
/// The system is out of threads.
pub fn spawn_within<'scope, T: Send + 'scope>(
    scope: &'scope thread::Scope<'scope, '_>,
    name: &str,
    work: impl FnOnce() -> T + Send + 'scope,
) -> io::Result<ScopedJoinHandle<'scope, T>> {
    thread::Builder::new()
        .name(name.to_owned())
        .stack_size(STACK_LEN)
        .spawn_scoped(scope, work)
}

/// Whether `count` more threads can run at the same time. For libraries that panic if they cannot start theirs.
#[expect(
    clippy::disallowed_methods,
    reason = "the threads end as soon as they have started"
)]
pub fn can_start(count: usize) -> bool {
    let (open, gate) = crossbeam_channel::bounded::<()>(0);
    let started: Vec<_> = (0..count)
        .map_while(|_| {
            let gate = gate.clone();
            spawn("probe", move || _ = gate.recv()).ok()
        })
        .collect();
    drop(open);
    let can = started.len() == count;
    for thread in started {
        // A thread counts until it is joined.
        let _ = thread.join();
    }
    can
}

/// Logs every panic and reports it as `thread: message`; the thread ends, the program does not.
pub fn report_panics(report: impl Fn(String) + Send + Sync + 'static) {
    panic::set_hook(Box::new(move |info| {
        let thread = thread::current();
        let what = info.payload_as_str().unwrap_or("no message");
        let place = info.location().map(ToString::to_string).unwrap_or_default();
        let name = thread.name().unwrap_or("a thread");
        log::error!("{name} panicked at {place}: {what}");
        report(format!("{name}: {what}"));
    }));
}
