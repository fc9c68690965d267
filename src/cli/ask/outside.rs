//! What reaches an interview from outside: what is typed, the signals of the system, and the end of its terminal.
//!
//! Each is waited for on a thread of its own, so that none keeps another from being noticed: who reads a key waits for the rest of a
//! character or of a paste as long as it takes, and a terminal that is gone is read from again and again. Nothing is looked at
//! from time to time: as long as nothing happens, nothing is done.

use std::io::{self, BufRead as _, IsTerminal as _};
use std::sync::mpsc::{Receiver, Sender, channel};

use ratatui::crossterm::event;

use crate::cli::columns;

/// What happened.
#[derive(Debug)]
pub(super) enum Happened<T> {
    /// Something was typed.
    Typed(T),
    /// Nothing will be typed any more.
    End,
    /// What is typed cannot be read.
    Failed(io::Error),
    /// The terminal has another size.
    Resized,
    /// The program is to stop until it is told to go on.
    Stop,
    /// It goes on.
    Continued,
    /// It is to end, by this signal.
    Ended(u8),
}

/// The signal that says that the terminal is gone; also where it only is.
pub(super) const HANG_UP: u8 = 1;

/// Whoever listens.
pub(super) struct Outside<T> {
    happened: Receiver<Happened<T>>,
    /// Asks for the next thing that is typed: what nobody waits for is left to whoever comes after.
    wanted: Sender<()>,
    is_awaited: bool,
}

impl Outside<event::Event> {
    /// Listens to keys and whatever else a terminal says.
    ///
    /// # Errors
    /// Where the signals of the system cannot be listened to.
    pub(super) fn events() -> io::Result<Self> {
        Self::new(true, || event::read().map(Some))
    }
}

impl Outside<String> {
    /// Listens to lines; what is not UTF-8 in one is replaced by a sign that says so.
    ///
    /// # Errors
    /// Where the signals of the system cannot be listened to.
    pub(super) fn lines() -> io::Result<Self> {
        Self::new(false, || {
            let mut line = Vec::new();
            let read = io::stdin().lock().read_until(b'\n', &mut line)?;
            Ok((read > 0).then(|| String::from_utf8_lossy(&line).into_owned()))
        })
    }
}

impl<T: Send + 'static> Outside<T> {
    fn new(
        is_whole_screen: bool,
        mut read: impl FnMut() -> io::Result<Option<T>> + Send + 'static,
    ) -> io::Result<Self> {
        let (sender, happened) = channel();
        let (wanted, wants) = channel();
        #[cfg(unix)]
        system::listen(is_whole_screen, &sender)?;
        #[cfg(not(unix))]
        let _ = is_whole_screen;
        std::thread::spawn(move || {
            while wants.recv().is_ok() {
                let typed = match read() {
                    Ok(Some(typed)) => Happened::Typed(typed),
                    Ok(None) => Happened::End,
                    Err(error) => Happened::Failed(error),
                };
                let _ = sender.send(typed);
            }
        });
        Ok(Self { happened, wanted, is_awaited: false })
    }

    /// Waits for what happens next.
    pub(super) fn next(&mut self) -> Happened<T> {
        if !self.is_awaited {
            self.is_awaited = self.wanted.send(()).is_ok();
        }
        let happened = self.happened.recv().unwrap_or(Happened::End);
        self.is_awaited &= !matches!(happened, Happened::Typed(_));
        happened
    }
}

/// Returns whether what is typed and what is shown are on a terminal on which a cursor moves, and which has a size.
pub(super) fn is_whole_screen() -> bool {
    let is_terminal = io::stdin().is_terminal() && io::stdout().is_terminal();
    // Windows names no terminal, and its own can do everything.
    let name = std::env::var_os("TERM");
    let is_able = cfg!(windows) || name.is_some_and(|name| !name.is_empty() && name != "dumb");
    is_terminal && is_able && columns().is_some()
}

/// Returns whether somebody is there who could let a stopped program go on: a shell with jobs, which gives each job a group of
/// processes of its own.
pub(super) fn can_stop() -> bool {
    #[cfg(unix)]
    return system::can_stop();
    #[cfg(not(unix))]
    false
}

/// Asks the program, and what was started together with it, to stop.
pub(super) fn ask_to_stop() {
    #[cfg(unix)]
    system::ask_to_stop();
}

/// Stops this process until it is told to go on.
pub(super) fn stop() {
    #[cfg(unix)]
    system::stop();
}

/// Returns whether a terminal that was there is gone.
pub(super) fn is_hung_up() -> bool {
    #[cfg(unix)]
    return system::is_hung_up();
    #[cfg(not(unix))]
    false
}

#[cfg(unix)]
mod system {
    use std::io::{self, IsTerminal as _};
    use std::os::fd::AsFd as _;
    use std::sync::LazyLock;
    use std::sync::mpsc::Sender;

    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    use rustix::process::{Signal, getpgrp, getpid, getsid, kill_current_process_group, kill_process};
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP, SIGWINCH};
    use signal_hook::iterator::Signals;

    use super::{HANG_UP, Happened};

    pub(super) fn listen<T: Send + 'static>(
        is_whole_screen: bool,
        sender: &Sender<Happened<T>>,
    ) -> io::Result<()> {
        LazyLock::force(&TERMINALS);
        let mut signals = Signals::new([SIGINT, SIGHUP, SIGTERM])?;
        if is_whole_screen {
            for signal in [SIGTSTP, SIGCONT, SIGWINCH] {
                signals.add_signal(signal)?;
            }
        }
        let to = sender.clone();
        std::thread::spawn(move || {
            for signal in &mut signals {
                let happened = match signal {
                    SIGTSTP => Happened::Stop,
                    SIGCONT => Happened::Continued,
                    SIGWINCH => Happened::Resized,
                    signal => Happened::Ended(u8::try_from(signal).unwrap_or(HANG_UP)),
                };
                if to.send(happened).is_err() {
                    return;
                }
            }
        });
        let to = sender.clone();
        std::thread::spawn(move || {
            while !gone(None) {}
            let _ = to.send(Happened::Ended(HANG_UP));
        });
        Ok(())
    }

    /// Whether standard input and output are terminals, as it was in the beginning: one that is gone says no.
    static TERMINALS: LazyLock<[bool; 2]> =
        LazyLock::new(|| [io::stdin().is_terminal(), io::stdout().is_terminal()]);

    /// Waits until a terminal is gone, or no longer than is said; returns whether one is. Where there is none, none ever is.
    fn gone(longest: Option<&Timespec>) -> bool {
        let (input, output) = (io::stdin(), io::stdout());
        let terminals = TERMINALS.into_iter().zip([input.as_fd(), output.as_fd()]);
        // Whatever is asked for, the end of a terminal is told; nothing else is.
        let of = |(_, terminal)| PollFd::from_borrowed_fd(terminal, PollFlags::empty());
        let mut asked: Vec<PollFd<'_>> = terminals.filter(|(is, _)| *is).map(of).collect();
        poll(&mut asked, longest).is_ok() && asked.iter().any(|terminal| !terminal.revents().is_empty())
    }

    pub(super) fn is_hung_up() -> bool {
        gone(Some(&Timespec { tv_sec: 0, tv_nsec: 0 }))
    }

    pub(super) fn can_stop() -> bool {
        getsid(None).is_ok_and(|session| session != getpgrp())
    }

    pub(super) fn ask_to_stop() {
        let _ = kill_current_process_group(Signal::TSTP);
    }

    pub(super) fn stop() {
        let _ = kill_process(getpid(), Signal::STOP);
    }
}
