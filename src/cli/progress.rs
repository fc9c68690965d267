//! Says on a terminal that something goes on where it lasts.

use std::io::IsTerminal as _;
use std::sync::mpsc::RecvTimeoutError;
use std::time::Duration;

use super::output::progress;

/// Does something, and says on a terminal that it goes on where it lasts.
pub(super) fn patiently<R>(work: impl FnOnce() -> R) -> R {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    std::thread::scope(|scope| {
        let (done, over) = std::sync::mpsc::channel::<()>();
        scope.spawn(move || {
            if over.recv_timeout(Duration::from_secs(1)) == Err(RecvTimeoutError::Timeout) {
                progress("This ticket takes some seconds ...");
                let _ = over.recv();
                progress("");
            }
        });
        let result = work();
        drop(done);
        result
    })
}
