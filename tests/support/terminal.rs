//! A terminal of its own for a program, as a person sits before one: what is typed, and what is on the screen.
//!
//! Nothing is waited for by time, but for what is shown or done; where that does not come in a minute, the test fails, and says what is
//! on the screen.

use std::io::{Read as _, Write as _};
use std::num::NonZeroU16;
use std::os::fd::AsFd as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use pty_process::Size;
use pty_process::blocking::{Pts, Pty, open};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, WaitOptions, kill_process, waitpid};

/// How long something may take on a machine that has much else to do.
const PATIENCE: Duration = Duration::from_mins(1);

/// A terminal, and the program on it.
pub(crate) struct Terminal {
    pty: Pty,
    child: Child,
    shown: vt100::Parser,
    /// All that was ever written to it.
    pub(crate) written: Vec<u8>,
}

/// What a program is run with.
pub(crate) struct Run<'a> {
    pub(crate) folder: &'a Path,
    pub(crate) program: &'a str,
    pub(crate) arguments: &'a [&'a str],
    pub(crate) term: &'a str,
    /// Columns and lines.
    pub(crate) size: (u16, u16),
}

impl Terminal {
    /// Runs a program on a terminal of its own, as the leader of its session.
    pub(crate) fn new(run: &Run<'_>) -> Self {
        let (pty, pts) = opened(run.size);
        let command = pty_process::blocking::Command::new(run.program)
            .args(run.arguments)
            .current_dir(run.folder)
            .env_clear()
            .envs(environment(run));
        let child = command.spawn(pts).unwrap();
        Self::of(pty, child, run.size)
    }

    /// Runs a program on a terminal that is not the one of its session, whose end no signal tells it.
    pub(crate) fn without_session(run: &Run<'_>) -> Self {
        let (pty, pts) = opened(run.size);
        let end = || Stdio::from(pts.as_fd().try_clone_to_owned().unwrap());
        let mut command = Command::new(run.program);
        command.args(run.arguments).current_dir(run.folder).env_clear().envs(environment(run));
        let child = command.stdin(end()).stdout(end()).stderr(end()).spawn().unwrap();
        Self::of(pty, child, run.size)
    }

    fn of(pty: Pty, child: Child, (columns, lines): (u16, u16)) -> Self {
        let shown = vt100::Parser::new(at_least_one(lines), at_least_one(columns), 1000);
        Self { pty, child, shown, written: Vec::new() }
    }

    /// Types something.
    pub(crate) fn send(&mut self, keys: impl AsRef<[u8]>) {
        self.pty.write_all(keys.as_ref()).unwrap();
    }

    /// Gives it another size.
    pub(crate) fn resize(&mut self, columns: u16, lines: u16) {
        self.pty.resize(Size::new(lines, columns)).unwrap();
        self.shown.screen_mut().set_size(at_least_one(lines), at_least_one(columns));
    }

    /// Returns what is on the screen.
    pub(crate) fn text(&self) -> String {
        self.shown.screen().contents()
    }

    /// Returns whether the program has the whole screen for itself.
    pub(crate) fn is_whole_screen(&self) -> bool {
        self.shown.screen().alternate_screen()
    }

    /// Waits until something can be read on the screen.
    pub(crate) fn shows(&mut self, text: &str) {
        self.until(text, |terminal| terminal.text().contains(text));
    }

    /// Waits until something is so; `what` says what, where it never is.
    pub(crate) fn until(&mut self, what: &str, is_so: impl Fn(&Self) -> bool) {
        let begin = Instant::now();
        while !is_so(self) {
            assert!(begin.elapsed() < PATIENCE, "waited for {what:?}\n{}", self.text());
            assert!(self.read(), "over before {what:?}\n{}", self.text());
        }
    }

    /// Takes in what is written next; returns whether more may come.
    fn read(&mut self) -> bool {
        let mut asked = [PollFd::new(&self.pty, PollFlags::IN)];
        let second = Timespec { tv_sec: 1, tv_nsec: 0 };
        if poll(&mut asked, Some(&second)).unwrap() == 0 {
            return true;
        }
        let mut bytes = [0; 1 << 13];
        // Linux says that nobody has the other end open any more by an error.
        let n = self.pty.read(&mut bytes).unwrap_or(0);
        self.shown.process(&bytes[..n]);
        self.written.extend(&bytes[..n]);
        n > 0
    }

    /// Sends a signal to the program.
    pub(crate) fn signal(&self, signal: Signal) {
        kill_process(self.pid(), signal).unwrap();
    }

    /// Returns the number of its process.
    pub(crate) fn pid(&self) -> Pid {
        Pid::from_child(&self.child)
    }

    /// Waits until the program is stopped.
    pub(crate) fn is_stopped(&mut self) {
        let begin = Instant::now();
        let options = WaitOptions::UNTRACED | WaitOptions::NOHANG;
        while !waitpid(Some(self.pid()), options).unwrap().is_some_and(|(_, status)| status.stopped()) {
            assert!(begin.elapsed() < PATIENCE, "not stopped\n{}", self.text());
            self.read_what_is_there();
        }
    }

    fn read_what_is_there(&mut self) {
        let mut asked = [PollFd::new(&self.pty, PollFlags::IN)];
        let moment = Timespec { tv_sec: 0, tv_nsec: 1_000_000 };
        if poll(&mut asked, Some(&moment)).unwrap() > 0 {
            self.read();
        }
    }

    /// Reads all that the program still writes, and returns its exit code; none where a signal killed it.
    pub(crate) fn ends(&mut self) -> Option<i32> {
        let begin = Instant::now();
        while self.read() {
            assert!(begin.elapsed() < PATIENCE, "does not end\n{}", self.text());
        }
        self.child.wait().unwrap().code()
    }

    /// Closes the terminal, as a window is closed; the program is still there.
    pub(crate) fn close(self) -> Child {
        self.child
    }
}

fn opened((columns, lines): (u16, u16)) -> (Pty, Pts) {
    let (pty, pts) = open().unwrap();
    pty.resize(Size::new(lines, columns)).unwrap();
    (pty, pts)
}

fn at_least_one(n: u16) -> NonZeroU16 {
    NonZeroU16::new(n).unwrap_or(NonZeroU16::MIN)
}

/// Only what is said here, so that it is the same everywhere; what is kept goes into the folder of the test.
fn environment(run: &Run<'_>) -> Vec<(&'static str, String)> {
    let folder = run.folder.display().to_string();
    let mut all = vec![
        ("HOME", folder.clone()),
        ("XDG_STATE_HOME", format!("{folder}/state")),
        ("PATH", std::env::var("PATH").unwrap()),
        ("PS1", "$ ".to_owned()),
        ("TZ", "Asia/Tokyo".to_owned()),
    ];
    if !run.term.is_empty() {
        all.push(("TERM", run.term.to_owned()));
    }
    all
}
