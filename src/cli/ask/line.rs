//! The interview by lines, for pipes, small terminals and screen readers.

use std::fmt::Write as _;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use super::kept::Kept;
use super::outside::{self, HANG_UP, Happened, Outside};
use super::wrap::paragraph;
use super::{Opening, broken_off, clock, code, evidence, file, say, tell_where, whole_answer};
use crate::cli::output::is_gone;
use crate::cli::{complain, print};
use crate::interview::{Asked, Choice, Event, Form, Interview, Question, Record, Refusal};
use crate::loader::Unreadable;
use crate::render::text;
use crate::report::verdict;
use crate::report::words::{ACT_NOW, NO_QUESTION, about};

/// What the words mean that are no answers.
const HELP: &str = "\
An answer is the number of a choice, its name, or a value as it stands in a fact file.
  skip        don't know: it stays open, and something else is asked
  n/a         nobody can find out: it is not asked again
  broken      the fix was tried, and it is still broken
  solved      the fix resolved it
  more        go on asking although nothing is worth it
  back        answer the question before again
  undo        take back whatever was done last
  why, plan   why the first cause is likely; what to do
  read FILE   read facts from a bounce, a log, the answer of dig, as they are
  paste       the same from the lines that follow, up to one that is only a dot
  save FILE   save what is recorded as a fact file; `save! FILE` replaces one
  quit        stop; the answer is printed
A line that begins with `=` is an answer, whatever it says: `= why`. Times may be short: `02:05`, `yesterday 14:00`.
";

/// Asks until the input ends, and prints the answer; gives the exit code.
///
/// # Errors
/// Where the signals of the system cannot be listened to, or what was kept does not go away.
pub(super) fn converse(opening: Opening) -> Result<u8, Unreadable> {
    let Opening { interview, file, saved, mut kept } = opening;
    let mut conversation = Conversation { interview, file, saved, is_leaving: false, paste: None };
    let mut lines = Outside::lines().map_err(|error| deaf(&error))?;
    print(&conversation.prompt());
    let mut ended = None;
    let mut is_left = false;
    while !is_gone() && ended.is_none() && !is_left {
        match lines.next() {
            Happened::Typed(line) => {
                match conversation.hear(&line) {
                    Some(reply) => print(&reply),
                    None => is_left = true,
                }
                conversation.keep(&mut kept);
            }
            Happened::Ended(signal) => ended = Some(signal),
            Happened::End | Happened::Failed(_) => break,
            Happened::Resized | Happened::Stop | Happened::Continued => {}
        }
    }
    // Where a terminal is gone, its end may be read, or an answer not be written, before that is said.
    if let Some(signal) = ended.or_else(|| outside::is_hung_up().then_some(HANG_UP)) {
        return Ok(broken_off(signal, &kept));
    }
    print(&format!("\n\n{}", whole_answer(&conversation.interview)));
    // On a terminal, an end that was typed may be a slip.
    if is_left || !std::io::stdin().is_terminal() {
        kept.keep(None)?;
    } else {
        tell_where(&kept);
    }
    Ok(code(&conversation.interview))
}

fn deaf(error: &std::io::Error) -> Unreadable {
    Unreadable {
        doing: "listen to",
        path: "the system".into(),
        reason: error.to_string(),
        help: "`--answers FILE` needs nobody to answer".to_owned(),
    }
}

struct Conversation {
    interview: Interview,
    /// Where it is saved if no name is said.
    file: Option<PathBuf>,
    saved: Record,
    /// Whether it was said what is lost by leaving now.
    is_leaving: bool,
    /// The lines that are being pasted.
    paste: Option<String>,
}

impl Conversation {
    /// Acts on a line and returns what to show; none where it ends the interview.
    fn hear(&mut self, line: &str) -> Option<String> {
        if let Some(pasted) = &mut self.paste {
            if line.trim() != "." {
                pasted.push_str(line.trim_end_matches(['\r', '\n']));
                pasted.push('\n');
                return Some(String::new());
            }
            let event = evidence::paste(&self.paste.take().unwrap_or_default());
            return Some(self.take_in(Ok(event)));
        }
        let line = line.trim();
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        let is_leaving = std::mem::take(&mut self.is_leaving);
        let ticket = &self.interview.now().ticket;
        let shown = match word.to_lowercase().as_str() {
            "quit" | "exit" if is_leaving || !self.is_unsaved() => return None,
            "quit" | "exit" => {
                self.is_leaving = true;
                "What is recorded is not saved: `save FILE` saves it, `quit` again leaves it.\n".to_owned()
            }
            "?" | "help" => HELP.to_owned(),
            "why" => text::why(ticket),
            "plan" => text::plan(ticket),
            "paste" if rest.is_empty() => {
                self.paste = Some(String::new());
                return Some("Paste it, and end with a line that is only a dot:\n".to_owned());
            }
            "read" if !rest.trim().is_empty() => return Some(self.take_in(evidence::file(rest))),
            "save" => self.save(rest, false),
            "save!" => self.save(rest, true),
            _ => return Some(self.act(line)),
        };
        Some(format!("\n{shown}\n> "))
    }

    fn is_unsaved(&self) -> bool {
        self.saved != self.interview.now().record
    }

    /// Keeps what is recorded as long as it is not saved; that it cannot be kept is said once.
    fn keep(&self, kept: &mut Kept) {
        if let Err(error) = kept.keep(self.is_unsaved().then(|| self.interview.text())) {
            complain(&format!("what you answer is lost if this breaks off: {error}\n"));
        }
    }

    /// Reads an artefact, and says what it told.
    fn take_in(&mut self, event: Result<Event, Refusal>) -> String {
        let before = self.interview.now().ticket.facts().clone();
        match event.and_then(|event| self.interview.apply(&event)) {
            Ok(()) => {
                let diagnosis = self.interview.now().ticket.diagnosis();
                let read = evidence::told(&self.interview, &before);
                format!("{read}→ {}\n\n{}", verdict(self.interview.graph(), diagnosis), self.prompt())
            }
            Err(Refusal { message, help }) => format!("{message}\n  help: {help}\n> "),
        }
    }

    fn act(&mut self, line: &str) -> String {
        let event = match line.to_lowercase().as_str() {
            "skip" | "don't know" | "dont know" => Event::DontKnow,
            "n/a" | "na" | "not available" => Event::NotAvailable,
            "broken" | "still broken" => Event::StillBroken,
            "solved" => Event::Solved,
            "more" => Event::GoOn,
            "back" => Event::Back,
            "forward" => Event::Forward,
            "undo" => Event::Undo,
            _ => match line.strip_prefix('=') {
                Some(answer) => Event::Answer(answer.to_owned()),
                None => self.answer(line),
            },
        };
        let (event, full) = match self.in_full(event) {
            Ok(event) => event,
            Err(Refusal { message, help }) => return format!("{message}\n  help: {help}\n> "),
        };
        match self.interview.apply(&event) {
            Ok(()) => {
                let pack = &self.interview.graph().pack;
                let diagnosis = &self.interview.now().ticket.diagnosis();
                let doubt =
                    say::doubt(pack, diagnosis).map_or_else(String::new, |doubt| format!("! {doubt}\n"));
                format!("{full}→ {}\n{doubt}\n{}", verdict(self.interview.graph(), diagnosis), self.prompt())
            }
            Err(Refusal { message, help }) => format!("{message}\n  help: {help}\n> "),
        }
    }

    /// Puts the whole time in the place of one that is typed short, and says so.
    fn in_full(&self, event: Event) -> Result<(Event, String), Refusal> {
        match (event, &self.interview.now().asked) {
            (Event::Answer(typed), Asked::Question(question)) => {
                let full = clock::in_full(&self.interview, question.fact, &typed)?;
                let said = if full == typed { String::new() } else { format!("= {full}\n") };
                Ok((Event::Answer(full), said))
            }
            (event, _) => Ok((event, String::new())),
        }
    }

    /// Reads a line as an answer, or as the choice of an answer to change.
    fn answer(&self, line: &str) -> Event {
        match &self.interview.now().asked {
            Asked::Question(question) => Event::Answer(chosen(&self.interview.form(question.fact), line)),
            Asked::Impossible => {
                let facts = &self.interview.now().ticket.diagnosis().impossible;
                let facts = facts.as_ref().map_or(&[][..], |impossible| &impossible.facts);
                let at = line.trim().parse::<usize>().ok().and_then(|n| facts.get(n.checked_sub(1)?));
                at.map_or_else(|| Event::Answer(line.to_owned()), |fact| Event::Revise(*fact))
            }
            _ => Event::Answer(line.to_owned()),
        }
    }

    fn save(&mut self, name: &str, replace: bool) -> String {
        let own = || self.file.clone().filter(|_| name.trim().is_empty()).map(Ok);
        let path = match own().unwrap_or_else(|| file::named(name)) {
            Ok(path) => path,
            Err(wrong) => return format!("{wrong}\n"),
        };
        if path.exists() && !replace {
            return format!("{0} is there already; `save! {0}` replaces it\n", path.display());
        }
        match file::save(&path, &self.interview) {
            Ok(()) => {
                self.saved = self.interview.now().record.clone();
                let said = format!("saved in {}\n", path.display());
                self.file = Some(path);
                said
            }
            Err(error) => format!("{error}\n"),
        }
    }

    fn prompt(&self) -> String {
        let pack = &self.interview.graph().pack;
        let mut out = match &self.interview.now().asked {
            Asked::Question(question) => self.question(question),
            Asked::Fix(fix, price) => format!(
                "{ACT_NOW}. Do this: {} ({})\n  `plan` says how. Then: `broken`, `solved`, or `more` to go on asking\n",
                say::fix(pack, *fix),
                about(price.minutes)
            ),
            Asked::Stop => {
                format!("{NO_QUESTION}. `plan` says what to do; `more` goes on asking\n")
            }
            Asked::Impossible => self.contradiction(),
            Asked::Solved(fix) => {
                format!("Resolved: {}. `quit` ends, `undo` takes it back\n", say::fix(pack, *fix))
            }
        };
        out.push_str("> ");
        out
    }

    fn question(&self, question: &Question) -> String {
        let pack = &self.interview.graph().pack;
        let fact = &pack.facts[question.fact];
        let visit = question.visit.map(|id| &pack.visits[id]);
        let mut out = format!("({})\n", say::progress(&self.interview));
        if let Some(visit) = visit {
            out += &paragraph("", &visit.title);
        }
        out += &paragraph("", &format!("{} [{}]", say::question(fact), fact.name.value));
        out += &paragraph("  ", &say::price(question));
        if let Some(tells) = say::tells(&self.interview, question.fact) {
            out += &paragraph("  ", &tells);
        }
        if let Some(value) = self.interview.now().ticket.facts().recorded.get(&question.fact) {
            out += &paragraph("  ", &format!("so far: {}", value.written));
        }
        match self.interview.form(question.fact) {
            Form::One(choices) => out.push_str(&numbered(&choices)),
            Form::Some(choices) => {
                out.push_str(&numbered(&choices));
                out.push_str("  some of them, such as `1, 2`, or `none`\n");
            }
            Form::Typed(cells) => {
                let or = if cells.is_empty() { "" } else { "; or" };
                let _ = writeln!(out, "  {}{or}", say::expected(fact));
                for (letter, cell) in ('a'..='z').zip(&cells) {
                    let _ = writeln!(out, "  {letter}  {}", cell.label);
                }
            }
        }
        out
    }

    fn contradiction(&self) -> String {
        let ticket = &self.interview.now().ticket;
        let graph = self.interview.graph();
        let mut out = text::why(ticket);
        let facts = ticket.diagnosis().impossible.as_ref().map_or(&[][..], |impossible| &impossible.facts);
        for (at, fact) in facts.iter().enumerate() {
            let _ = writeln!(out, "  {}  answer {} again", at + 1, say::fact(&graph.pack, *fact));
        }
        out.push_str("Choose an answer to change, or `undo` the last one\n");
        out
    }
}

fn numbered(choices: &[Choice]) -> String {
    let mut out = String::new();
    for (at, choice) in choices.iter().enumerate() {
        let _ = writeln!(out, "  {}  {}", at + 1, choice.label);
    }
    out
}

/// Replaces a number by the choice that it stands for; anything else stays.
fn chosen(form: &Form, line: &str) -> String {
    let of = |choices: &[Choice], text: &str| {
        let exact = choices.iter().any(|choice| choice.answer == text);
        let at = text.parse::<usize>().ok().filter(|_| !exact).and_then(|n| n.checked_sub(1));
        at.and_then(|at| choices.get(at)).map_or_else(|| text.to_owned(), |choice| choice.answer.clone())
    };
    match form {
        Form::One(choices) => of(choices, line.trim()),
        Form::Some(choices) => {
            line.split(',').map(|part| of(choices, part.trim())).collect::<Vec<_>>().join(", ")
        }
        // A digit may be the beginning of the value itself, so letters choose.
        Form::Typed(cells) => {
            let lettered = ('a'..='z').zip(cells).find(|(letter, _)| line.trim() == letter.to_string());
            lettered.map_or_else(|| line.to_owned(), |(_, cell)| cell.answer.clone())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(values: &[&str]) -> Vec<Choice> {
        values.iter().map(|v| Choice { label: (*v).to_owned(), answer: (*v).to_owned() }).collect()
    }

    #[test]
    fn numbers_choose_and_names_stay() {
        let one = Form::One(named(&["a", "b", "7"]));
        assert_eq!(["2", "b", "7", "9", " 1 "].map(|line| chosen(&one, line)), ["b", "b", "7", "9", "a"]);
        let some = Form::Some(named(&["a", "b", "c"]));
        assert_eq!(["1, c", "none", "2"].map(|line| chosen(&some, line)), ["a, c", "none", "b"]);
        let typed = Form::Typed(named(&["<= 5 min"]));
        assert_eq!(["2", "a", "b"].map(|line| chosen(&typed, line)), ["2", "<= 5 min", "b"]);
    }
}
