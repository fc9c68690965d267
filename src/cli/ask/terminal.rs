//! The whole terminal: drawn anew after every key, and given back as it was, also where something breaks, and while the program is
//! stopped.

use std::io;
use std::mem::ManuallyDrop;
use std::path::Path;

use ratatui::DefaultTerminal;
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{
    DisableBracketedPaste, EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use ratatui::crossterm::execute;
use ratatui::crossterm::terminal::{EnterAlternateScreen, disable_raw_mode, enable_raw_mode};

use super::kept::Kept;
use super::outside::{self, HANG_UP, Happened, Outside};
use super::view::{Note, View};
use super::{Opening, broken_off, code, keys, screen, whole_answer};
use crate::cli::print;
use crate::interview::Refusal;
use crate::loader::Unreadable;

/// Asks on the whole terminal; gives the exit code.
///
/// # Errors
/// Where the terminal cannot be read or drawn on.
pub(super) fn converse(opening: Opening) -> Result<u8, Unreadable> {
    let Opening { interview, file, saved, mut kept } = opening;
    let mut view = View::new(interview, file).since(saved);
    let result = ratatui::try_init().and_then(|terminal| {
        let _back = Back;
        // Where a terminal knows no bracketed paste, what is pasted is typed.
        let _ = execute!(io::stdout(), EnableBracketedPaste);
        Screen { terminal: ManuallyDrop::new(terminal), is_away: false }.go(&mut view, &mut kept)
    });
    let ended = match result {
        Ok(ended) => ended,
        // Whoever draws may notice first.
        Err(_) if outside::is_hung_up() => Some(HANG_UP),
        Err(error) => return Err(unusable(&error)),
    };
    // What was found stays in the scrollback when the screen is gone.
    if ended != Some(HANG_UP) && !view.interview.now().record.is_empty() {
        print(&whole_answer(&view.interview));
    }
    if let Some(signal) = ended {
        return Ok(broken_off(signal, &kept));
    }
    if let Some(path) = view.saved_in() {
        print(&format!("\nsaved in {0}; `ruleout diagnose {0}` gives the answer\n", path.display()));
    }
    kept.keep(None)?;
    Ok(code(&view.interview))
}

/// The screen, which somebody else has while the program is stopped.
struct Screen {
    /// Dropped, it complains on standard error where it cannot show the cursor, and panics where that is gone as well; [`Back`] gives
    /// everything back.
    terminal: ManuallyDrop<DefaultTerminal>,
    is_away: bool,
}

impl Screen {
    /// Asks until the person leaves, or a signal ends it, which is returned.
    fn go(&mut self, view: &mut View, kept: &mut Kept) -> io::Result<Option<u8>> {
        let look = screen::Look::of_terminal();
        let mut outside = Outside::events()?;
        while !view.over_and_out {
            if !self.is_away {
                self.terminal.draw(|frame| screen::draw(frame, view, look))?;
            }
            match outside.next() {
                Happened::Typed(Event::Key(key)) if is_stop(key) => {
                    // A shell that waits for this program stops at once, and is no longer in front then.
                    if outside::can_stop() {
                        self.give_back()?;
                        outside::ask_to_stop();
                    }
                }
                Happened::Typed(Event::Key(key)) if key.kind != KeyEventKind::Release => {
                    keys::press(view, key);
                }
                Happened::Typed(Event::Paste(text)) => keys::paste(view, &text),
                Happened::Typed(_) | Happened::Resized => {}
                Happened::Stop => {
                    if !self.is_away {
                        self.give_back()?;
                    }
                    outside::stop();
                }
                Happened::Continued => self.take()?,
                Happened::End => return Ok(Some(HANG_UP)),
                Happened::Failed(error) => return Err(error),
                Happened::Ended(signal) => return Ok(Some(signal)),
            }
            keep(view, kept);
        }
        Ok(None)
    }

    /// Gives the terminal back as it was. Other threads are stopped a little later than this one asks for: nothing is drawn
    /// until it goes on.
    fn give_back(&mut self) -> io::Result<()> {
        self.is_away = true;
        execute!(io::stdout(), DisableBracketedPaste, Show)?;
        ratatui::try_restore()
    }

    /// Takes the terminal again, which somebody else had meanwhile, and draws all of it.
    fn take(&mut self) -> io::Result<()> {
        // First of all: in the background the system stops the program here, before it draws over what others show.
        disable_raw_mode()?;
        enable_raw_mode()?;
        execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)?;
        // `Terminal::clear` would ask the terminal where its cursor is, and wait for the answer.
        let size = self.terminal.size()?;
        self.terminal.resize(size.into())?;
        self.is_away = false;
        Ok(())
    }
}

fn is_stop(key: KeyEvent) -> bool {
    key.code == KeyCode::Char('z') && key.modifiers.contains(KeyModifiers::CONTROL)
}

/// Keeps what is recorded as long as it is not saved; that it cannot be kept is said once.
fn keep(view: &mut View, kept: &mut Kept) {
    let text = view.unsaved().then(|| view.interview.text());
    if let Err(error) = kept.keep(text) {
        let message = format!("what you answer is lost if this breaks off: {}", error.reason);
        view.note = Note::Wrong(Refusal { message, help: "save it from time to time".to_owned() });
    }
}

/// Gives the terminal back when it is dropped, which is also while a panic unwinds.
struct Back;

impl Drop for Back {
    fn drop(&mut self) {
        let _ = execute!(io::stdout(), DisableBracketedPaste, Show);
        let _ = ratatui::try_restore();
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
