//! What goes to standard output and standard error: the one place that writes there.
//!
//! What is for people goes through [`print`](fn@print) and [`complain`]: nothing in it acts on a terminal but the styles of this program, and those
//! only where they are seen. What is for programs and files goes through [`emit`], byte by byte. That something could not be written is
//! kept until the command is over, whose exit code it decides.

use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

use crate::markup::for_terminal;

/// Why standard output could not be written, the first time.
static FAILURE: Mutex<Option<io::Error>> = Mutex::new(None);

/// Writes a text for people to standard output, without colour where nobody would see it.
pub(super) fn print(text: &str) {
    written(anstream::stdout(), for_terminal(text).as_bytes());
}

/// Writes a text for programs to standard output as it is; on a terminal, what acts there is seen instead.
pub(super) fn emit(text: &str) {
    if io::stdout().is_terminal() {
        print(text);
    } else {
        written(io::stdout(), text.as_bytes());
    }
}

/// Writes the bytes of a file to standard output as they are; on a terminal, what acts there is seen instead.
pub(super) fn emit_bytes(bytes: &[u8]) {
    if io::stdout().is_terminal() {
        print(&String::from_utf8_lossy(bytes));
    } else {
        written(io::stdout(), bytes);
    }
}

/// Writes a text for people to standard error, likewise. That this fails can be told nobody.
pub(super) fn complain(text: &str) {
    let _ = anstream::stderr().write_all(for_terminal(text).as_bytes());
}

/// Writes how far something is over the last line of standard error, which has to be a terminal; an empty text takes it away.
pub(super) fn progress(text: &str) {
    let line = for_terminal(text);
    let _ = anstream::stderr().write_all(format!("\r\u{1b}[K{line}").as_bytes());
}

/// Returns whether standard output is gone, so that going on is of no use.
pub(super) fn is_gone() -> bool {
    FAILURE.lock().unwrap_or_else(PoisonError::into_inner).is_some()
}

/// Returns why standard output could not be written; a pipe that nobody reads any more is no reason to complain.
pub(super) fn failure() -> Option<io::Error> {
    let failure = FAILURE.lock().unwrap_or_else(PoisonError::into_inner).take();
    failure.filter(|error| error.kind() != io::ErrorKind::BrokenPipe)
}

fn written(mut output: impl Write, text: &[u8]) {
    if is_gone() {
        return;
    }
    // What is kept back until the end of the program could fail unseen.
    if let Err(error) = output.write_all(text).and_then(|()| output.flush()) {
        *FAILURE.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
    }
}
