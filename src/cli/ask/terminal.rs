//! The whole terminal: drawn anew after every key, and given back as it was, also where something breaks.

use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ratatui::DefaultTerminal;
use ratatui::crossterm::event::{self, DisableBracketedPaste, EnableBracketedPaste, Event, KeyEventKind};
use ratatui::crossterm::execute;

use super::view::View;
use super::{code, keys, screen, whole_answer};
use crate::cli::print;
use crate::interview::Interview;
use crate::loader::Unreadable;

/// Asks on the whole terminal; gives the exit code.
///
/// # Errors
/// Where the terminal cannot be read or drawn on.
pub(super) fn converse(interview: Interview, file: Option<PathBuf>) -> Result<u8, Unreadable> {
    let mut view = View::new(interview, file);
    let result = ratatui::try_init().and_then(|mut terminal| {
        let _back = Back;
        // Where a terminal knows no bracketed paste, what is pasted is typed.
        let _ = execute!(io::stdout(), EnableBracketedPaste);
        go(&mut terminal, &mut view)
    });
    result.map_err(|error| unusable(&error))?;
    // What was found stays in the scrollback when the screen is gone.
    if !view.interview.now().record.is_empty() {
        print(&whole_answer(&view.interview));
    }
    if let Some(path) = view.saved_in() {
        print(&format!("\nsaved in {0}; `ruleout diagnose {0}` gives the answer\n", path.display()));
    }
    Ok(code(&view.interview))
}

/// How often is looked whether the program was told to end.
const PATIENCE: Duration = Duration::from_millis(250);

fn go(terminal: &mut DefaultTerminal, view: &mut View) -> io::Result<()> {
    let look = screen::Look::of_terminal();
    let told_to_end = told_to_end()?;
    while !view.over_and_out {
        terminal.draw(|frame| screen::draw(frame, view, look))?;
        while !event::poll(PATIENCE)? {
            if told_to_end.load(Ordering::Relaxed) {
                return Ok(());
            }
        }
        match event::read()? {
            Event::Key(key) if key.kind != KeyEventKind::Release => keys::press(view, key),
            Event::Paste(text) => keys::paste(view, &text),
            _ => {}
        }
    }
    Ok(())
}

/// Becomes true when the system tells the program to end, or the terminal is closed.
fn told_to_end() -> io::Result<Arc<AtomicBool>> {
    let told = Arc::new(AtomicBool::new(false));
    #[cfg(unix)]
    for signal in [signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP] {
        signal_hook::flag::register(signal, Arc::clone(&told))?;
    }
    Ok(told)
}

/// Gives the terminal back when it is dropped, which is also while a panic unwinds.
struct Back;

impl Drop for Back {
    fn drop(&mut self) {
        let _ = execute!(io::stdout(), DisableBracketedPaste);
        let _ = ratatui::try_restore();
        let _ = io::stdout().flush();
    }
}

fn unusable(error: &io::Error) -> Unreadable {
    Unreadable {
        doing: "use",
        path: Path::new("the terminal").to_owned(),
        reason: error.to_string(),
        help: "`--line` asks line by line".to_owned(),
    }
}
