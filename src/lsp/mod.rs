//! The language server: what an editor asks while a pack is written (Language Server Protocol 3.17).
//!
//! ```text
//!  standard input ─ transport ─ server ─ documents ─ project ─ analysis ─ one file a feature ─ standard output
//!                                  │                              │
//!                                  └───────── background ─────────┘
//! ```
//!
//! A thin shell: everything that it knows comes from `syntax`, `pack`, `graph`, `cases` and `format`. A keystroke parses the file
//! that it is in and resolves the pack, and its problems go out; the graph, proofs and cases follow in the background, and stop at
//! the next key. What is shown is what `ruleout check` would say of the texts as the editor holds them.
//!
//! Left out: renaming in packs that are not open, though they use this one or are used by it (their cases, that is: the files
//! of the language of a used pack are part of the one that uses it).

mod actions;
mod analysis;
mod background;
mod cases;
mod complete;
mod definition;
mod diagnostics;
mod text_edits;
mod documents;
mod folding;
mod formatting;
mod highlight;
mod hover;
mod inlay;
mod lens;
mod lexer;
mod names;
mod poll_files;
mod position;
mod project;
mod recorded;
mod rename;
mod requests;
mod server;
mod rebase_spans;
mod symbols;
mod sync;
mod tokens;
mod transport;
mod view;

use std::io::{BufRead, Write};
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};

use background::Found;
use server::{Server, Turn};
use transport::Arrived;

/// Something that the server has to look at.
#[derive(Debug)]
enum Event {
    /// The editor said something.
    Arrived(Arrived),
    /// Nothing more will come.
    Ended,
    /// The background knows more.
    Found(Found),
}

/// How many messages may wait. An editor that says more while it does not read what it is told has to wait itself, so that neither side
/// of the conversation grows without bound: answers are written before the next message is looked at.
const WAITING: usize = 64;

/// Serves an editor until it says `exit`; returns whether it said `shutdown` before.
pub fn serve(input: impl BufRead + Send + 'static, output: &mut impl Write) -> bool {
    let (events, arrived) = sync_channel(WAITING);
    let found = events.clone();
    let jobs = background::start(move |more| _ = found.send(Event::Found(more)));
    let reader = std::thread::Builder::new().spawn(move || listen(input, &events));
    if reader.is_err() {
        return false;
    }
    let mut server = Server::new(jobs);
    while let Some(event) = next(&arrived, &mut server, output) {
        let turn = server.event(event);
        if server.send(output).is_err() {
            return false;
        }
        if let Turn::Exit { orderly } = turn {
            return orderly;
        }
    }
    false
}

/// Waits for what comes next. Problems are looked for when nothing is waiting: of keys that come at once, after the last.
fn next(arrived: &Receiver<Event>, server: &mut Server, output: &mut impl Write) -> Option<Event> {
    loop {
        if let Ok(event) = arrived.try_recv() {
            return Some(event);
        }
        server.refresh();
        server.send(output).ok()?;
        match arrived.recv_timeout(poll_files::POLL_INTERVAL) {
            Ok(event) => return Some(event),
            Err(RecvTimeoutError::Timeout) if server.is_orphaned() => return None,
            Err(RecvTimeoutError::Timeout) => server.poll_files(),
            Err(RecvTimeoutError::Disconnected) => return None,
        }
    }
}

fn listen(mut input: impl BufRead, events: &SyncSender<Event>) {
    while let Ok(Some(arrived)) = transport::read(&mut input) {
        if events.send(Event::Arrived(arrived)).is_err() {
            return;
        }
    }
    let _ = events.send(Event::Ended);
}
