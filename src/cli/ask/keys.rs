//! What a key does.
//!
//! A letter is a command wherever nothing is typed; with Ctrl it is one everywhere. Digits, and behind the ninth choice
//! capitals, choose an answer.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::evidence;
use super::input::Input;
use super::view::{Note, Over, Row, View};
use crate::interview::{Event, Form};

/// The keys, for whoever asks.
pub(super) const HELP: &str = "\
↑ ↓ Enter   choose an answer; 1 to 9 (then A, B, …) choose at once
Space       of several answers, tick one; Enter takes all that are ticked
y n         yes, no
letters     where an answer is typed, it is checked at once; Enter takes it
Esc         leaves the line of typing, so that the letters below work

d           don't know: it stays open, and something else is asked
x           not available: nobody can find out, do not ask again
b f         back to the question before; forward again
u           undo whatever was done last
w p a       why the first cause is likely; the plan; what is recorded
g           go on asking although nothing pays
r           read facts from a file: a bounce, a log, the answer of dig;
            what is pasted, if it has several lines, is read likewise
s q         save as a fact file; quit

With Ctrl each letter works everywhere, also while typing. F1 shows
this page. Ctrl-C quits, twice without saving; Ctrl-Z stops (`fg`).

Values are written as in a fact file: 8 min, 25 MB, 80 %, \"> 5 min\",
\"5 min .. 15 min\", { not: gmail }, { is: all, sure: usually }, none.
Times may be short: 02:05, today 02:05, yesterday 14:00.

▲ ▼ beside a cause: likelier, less likely than before the last answer.
";

/// Does what a key says.
pub(super) fn press(view: &mut View, key: KeyEvent) {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    if ctrl && key.code == KeyCode::Char('c') {
        return view.quit();
    }
    match &view.over {
        Over::Nothing => asking(view, key, ctrl),
        Over::Page { .. } => reading(view, key),
        Over::Save { .. } => saving(view, key, ctrl),
        Over::Read { .. } => naming(view, key, ctrl),
        Over::Quit => quitting(view, key),
    }
}

/// Takes in what was pasted.
pub(super) fn paste(view: &mut View, text: &str) {
    let typing = view.typing();
    // Several lines are hardly an answer: facts are read from them, where they tell any.
    let is_artefact = matches!(view.over, Over::Nothing) && text.trim().contains(['\n', '\r']);
    if is_artefact && (view.take_in(&evidence::paste(text)) || !typing) {
        return;
    }
    match &mut view.over {
        Over::Nothing if typing => view.input.insert(text),
        Over::Read { input } => input.insert(text.trim()),
        Over::Save { input, replace, .. } => {
            *replace = None;
            input.insert(text);
        }
        _ => {}
    }
}

fn asking(view: &mut View, key: KeyEvent, ctrl: bool) {
    let rows = view.rows().len();
    match key.code {
        KeyCode::F(1) => return view.page("Keys", HELP.to_owned()),
        KeyCode::Enter => return view.choose(),
        KeyCode::Up | KeyCode::BackTab => {
            return view.select(view.at.checked_sub(1).unwrap_or(rows.saturating_sub(1)));
        }
        KeyCode::Down | KeyCode::Tab => return view.select(if view.at + 1 < rows { view.at + 1 } else { 0 }),
        _ => {}
    }
    if view.typing() && typed(&mut view.input, key, ctrl) {
        view.note = Note::Nothing;
        return;
    }
    match key.code {
        KeyCode::Esc if view.typing() => {
            let at = view.rows().iter().position(|row| *row == Row::DontKnow);
            view.select(at.unwrap_or(0));
        }
        KeyCode::Esc => view.note = Note::Nothing,
        KeyCode::Char(' ') => space(view),
        KeyCode::Char(c) if ctrl => command(view, c.to_ascii_lowercase()),
        KeyCode::Char(c) => letter(view, c),
        _ => {}
    }
}

/// Returns whether a key was typed into a line.
fn typed(input: &mut Input, key: KeyEvent, ctrl: bool) -> bool {
    match key.code {
        KeyCode::Char('w') if ctrl && !input.text().is_empty() => input.delete_word(),
        KeyCode::Char('u') if ctrl && !input.text().is_empty() => input.clear(),
        KeyCode::Char(_) if ctrl || key.modifiers.contains(KeyModifiers::ALT) => return false,
        KeyCode::Char(c) => input.insert(c.encode_utf8(&mut [0; 4])),
        KeyCode::Backspace => input.backspace(),
        KeyCode::Delete => input.delete(),
        KeyCode::Left => input.left(),
        KeyCode::Right => input.right(),
        KeyCode::Home => input.home(),
        KeyCode::End => input.end(),
        _ => return false,
    }
    true
}

fn space(view: &mut View) {
    match (view.row(), view.form()) {
        (Some(Row::Choice(at)), Some(Form::Some(_))) => view.tick(at),
        _ => view.choose(),
    }
}

/// A key that chooses an answer, or else a command.
fn letter(view: &mut View, c: char) {
    if let Some(at) = chosen(view, c) {
        view.select(at);
        return match view.form() {
            Some(Form::Some(_)) => space(view),
            _ => view.choose(),
        };
    }
    command(view, c);
}

/// Returns the row of the choice that a key stands for.
fn chosen(view: &View, c: char) -> Option<usize> {
    let at = match (c, view.fact()) {
        ('y', Some((_, fact))) if fact.ty == crate::value::Type::YesNo => Some(0),
        ('n', Some((_, fact))) if fact.ty == crate::value::Type::YesNo => Some(1),
        _ => place(c),
    }?;
    // A number counts the rows where nothing is asked.
    let choice =
        view.fact().is_none() || matches!(view.rows().get(at), Some(Row::Choice(_) | Row::NoneOfThem));
    (choice && at < view.rows().len()).then_some(at)
}

/// `1` is 0, `9` is 8, `A` is 9.
fn place(c: char) -> Option<usize> {
    let offset = |from: char| u32::from(c).checked_sub(u32::from(from)).and_then(|n| usize::try_from(n).ok());
    match c {
        '1'..='9' => offset('1'),
        'A'..='Z' => offset('A').map(|n| n + 9),
        _ => None,
    }
}

/// Returns the key of a choice.
pub(super) fn key_of(at: usize) -> char {
    let nth = |from: char, n: usize| u32::try_from(n).ok().and_then(|n| char::from_u32(u32::from(from) + n));
    match at {
        0..9 => nth('1', at),
        9..35 => nth('A', at - 9),
        _ => None,
    }
    .unwrap_or(' ')
}

fn command(view: &mut View, c: char) {
    match c {
        '?' | 'h' => view.page("Keys", HELP.to_owned()),
        'd' => view.apply(&Event::DontKnow),
        'x' => view.apply(&Event::NotAvailable),
        'b' => view.apply(&Event::Back),
        'f' => view.apply(&Event::Forward),
        'u' => view.apply(&Event::Undo),
        'g' => view.apply(&Event::GoOn),
        'w' => view.why(),
        'p' => view.plan(),
        'a' => view.recorded(),
        's' => view.ask_where(false),
        'r' => view.ask_for_artefact(),
        'q' => view.quit(),
        _ => {}
    }
}

fn reading(view: &mut View, key: KeyEvent) {
    let Over::Page { down, .. } = &mut view.over else { return };
    match key.code {
        KeyCode::Up | KeyCode::Char('k') => *down = down.saturating_sub(1),
        KeyCode::Down | KeyCode::Char('j') => *down = down.saturating_add(1),
        KeyCode::PageUp => *down = down.saturating_sub(10),
        KeyCode::PageDown | KeyCode::Char(' ') => *down = down.saturating_add(10),
        KeyCode::Home => *down = 0,
        KeyCode::End => *down = u16::MAX,
        _ => view.over = Over::Nothing,
    }
}

fn saving(view: &mut View, key: KeyEvent, ctrl: bool) {
    let Over::Save { input, replace, .. } = &mut view.over else { return };
    if replace.is_some() {
        match key.code {
            KeyCode::Char('y') => view.save(),
            _ => *replace = None,
        }
        return;
    }
    match key.code {
        KeyCode::Enter => view.save(),
        KeyCode::Esc => {
            view.over = Over::Nothing;
            view.note = Note::Nothing;
        }
        _ => {
            if typed(input, key, ctrl) {
                view.note = Note::Nothing;
            }
        }
    }
}

fn naming(view: &mut View, key: KeyEvent, ctrl: bool) {
    let Over::Read { input } = &mut view.over else { return };
    match key.code {
        KeyCode::Enter => view.read(),
        KeyCode::Esc => {
            view.over = Over::Nothing;
            view.note = Note::Nothing;
        }
        _ => {
            if typed(input, key, ctrl) {
                view.note = Note::Nothing;
            }
        }
    }
}

fn quitting(view: &mut View, key: KeyEvent) {
    match key.code {
        KeyCode::Char('s') => view.ask_where(true),
        KeyCode::Char('y' | 'q') => view.quit(),
        _ => view.over = Over::Nothing,
    }
}
