//! What a person sees of an interview beside its state: the row that is selected, what is typed, what lies over it.

use std::collections::BTreeSet;
use std::path::PathBuf;

use super::input::Input;
use super::{clock, evidence, file, say};
use crate::interview::{Asked, Choice, Event, Form, Interview, Record, Refusal};
use crate::pack::{Fact, FactId};
use crate::render::text;

/// Something that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Row {
    /// An answer, by its place among the choices.
    Choice(usize),
    /// Of a set: none of them.
    NoneOfThem,
    /// An answer is typed.
    Type,
    DontKnow,
    NotAvailable,
    StillBroken,
    Solved,
    GoOn,
    /// A recorded answer is answered again.
    Revise(FactId),
    Undo,
    Plan,
    Save,
    Quit,
}

/// What lies over the interview.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Over {
    /// Nothing.
    Nothing,
    /// A text to read, from so many lines down.
    Page { title: &'static str, text: String, down: u16 },
    /// The name of the file is asked for.
    Save { input: Input, replace: Option<PathBuf>, then_quit: bool },
    /// The name of an artefact is asked for.
    Read { input: Input },
    /// Whether to leave without saving.
    Quit,
}

/// A line at the foot of the screen.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Note {
    Nothing,
    Done(String),
    Wrong(Refusal),
}

/// The view of an interview.
pub(super) struct View {
    pub(super) interview: Interview,
    /// The row that is selected.
    pub(super) at: usize,
    pub(super) input: Input,
    /// The members of a set that are chosen.
    pub(super) ticked: BTreeSet<usize>,
    pub(super) over: Over,
    pub(super) note: Note,
    /// How what is asked is answered.
    form: Option<Form>,
    file: Option<PathBuf>,
    saved: Record,
    /// Whether it was saved since it began.
    was_saved: bool,
    pub(super) over_and_out: bool,
}

impl View {
    pub(super) fn new(interview: Interview, file: Option<PathBuf>) -> Self {
        let saved = interview.now().record.clone();
        let mut view = Self {
            interview,
            form: None,
            at: 0,
            input: Input::default(),
            ticked: BTreeSet::new(),
            over: Over::Nothing,
            note: Note::Nothing,
            file,
            saved,
            was_saved: false,
            over_and_out: false,
        };
        view.begin();
        view
    }

    /// Says what was saved before it began, where that is not what it begins with.
    pub(super) fn since(mut self, saved: Record) -> Self {
        self.saved = saved;
        self
    }

    /// Returns the fact that is asked for.
    pub(super) fn fact(&self) -> Option<(FactId, &Fact)> {
        let Asked::Question(question) = &self.interview.now().asked else { return None };
        Some((question.fact, &self.interview.graph().pack.facts[question.fact]))
    }

    /// How what is asked is answered.
    pub(super) fn form(&self) -> Option<&Form> {
        self.form.as_ref()
    }

    /// Returns what can be chosen now.
    pub(super) fn rows(&self) -> Vec<Row> {
        let now = self.interview.now();
        let choices = |n: usize| (0..n).map(Row::Choice);
        match &now.asked {
            Asked::Question(_) => {
                let mut rows: Vec<Row> = match self.form() {
                    Some(Form::One(of)) => choices(of.len()).collect(),
                    Some(Form::Some(of)) => choices(of.len()).chain([Row::NoneOfThem]).collect(),
                    Some(Form::Typed(cells)) => [Row::Type].into_iter().chain(choices(cells.len())).collect(),
                    None => Vec::new(),
                };
                rows.extend([Row::DontKnow, Row::NotAvailable]);
                rows
            }
            Asked::Fix(..) => vec![Row::StillBroken, Row::Solved, Row::Plan, Row::GoOn],
            Asked::Stop => vec![Row::Plan, Row::GoOn, Row::Save, Row::Quit],
            Asked::Impossible => {
                let impossible = now.ticket.diagnosis().impossible.as_ref();
                let facts = impossible.map_or(&[][..], |impossible| &impossible.facts);
                facts.iter().map(|fact| Row::Revise(*fact)).chain([Row::Undo]).collect()
            }
            Asked::Solved(_) => vec![Row::Save, Row::Quit, Row::Undo],
        }
    }

    pub(super) fn row(&self) -> Option<Row> {
        self.rows().get(self.at).copied()
    }

    /// Returns whether what is pressed is typed into the answer.
    pub(super) fn typing(&self) -> bool {
        self.row() == Some(Row::Type)
    }

    /// Returns what is wrong with what is typed, or how it is taken; nothing where nothing is typed.
    pub(super) fn checked(&self) -> Option<Result<String, Refusal>> {
        let (id, _) = self.fact()?;
        (!self.input.text().is_empty()).then(|| {
            let answer = clock::in_full(&self.interview, id, self.input.text())?;
            self.interview.check(id, &answer)
        })
    }

    /// Returns whether something is recorded that is not saved.
    pub(super) fn unsaved(&self) -> bool {
        self.saved != self.interview.now().record
    }

    pub(super) fn apply(&mut self, event: &Event) {
        self.note = Note::Nothing;
        match self.interview.apply(event) {
            Ok(()) => self.begin(),
            Err(refusal) => self.note = Note::Wrong(refusal),
        }
    }

    /// A fresh question.
    fn begin(&mut self) {
        self.form = self.fact().map(|(id, _)| self.interview.form(id));
        self.at = 0;
        self.input.clear();
        self.ticked.clear();
        self.over = Over::Nothing;
        self.recall();
    }

    /// An answer that is given again begins as it was, where it can be typed as it is shown.
    fn recall(&mut self) {
        let recorded = self.fact().and_then(|(id, _)| self.interview.now().ticket.facts().recorded.get(&id));
        match (recorded.filter(|recorded| recorded.available), &self.form) {
            (Some(recorded), Some(Form::Typed(_))) => {
                let written = recorded.written.clone();
                let same = self.fact().and_then(|(id, _)| self.interview.check(id, &written).ok());
                if same.as_ref() == Some(&written) {
                    self.input.insert(&written);
                }
            }
            (Some(recorded), Some(Form::One(choices))) => {
                let at = choices.iter().position(|choice| choice.answer == recorded.written);
                self.at = at.unwrap_or(0);
            }
            (Some(recorded), Some(Form::Some(choices))) => {
                let members: Vec<&str> = recorded.written.split(", ").collect();
                let ticked = choices.iter().enumerate().filter(|(_, c)| members.contains(&c.answer.as_str()));
                self.ticked = ticked.map(|(at, _)| at).collect();
            }
            _ => {}
        }
    }

    pub(super) fn select(&mut self, at: usize) {
        self.note = Note::Nothing;
        self.at = at.min(self.rows().len().saturating_sub(1));
    }

    pub(super) fn tick(&mut self, at: usize) {
        if !self.ticked.remove(&at) {
            self.ticked.insert(at);
        }
    }

    /// Does what the selected row says.
    pub(super) fn choose(&mut self) {
        let Some(row) = self.row() else { return };
        match row {
            Row::Choice(at) => self.answer_with(at),
            Row::NoneOfThem => self.apply(&Event::Answer("none".to_owned())),
            Row::Type => self.answer_with_typed(),
            Row::DontKnow => self.apply(&Event::DontKnow),
            Row::NotAvailable => self.apply(&Event::NotAvailable),
            Row::StillBroken => self.apply(&Event::StillBroken),
            Row::Solved => self.apply(&Event::Solved),
            Row::GoOn => self.apply(&Event::GoOn),
            Row::Revise(fact) => self.apply(&Event::Revise(fact)),
            Row::Undo => self.apply(&Event::Undo),
            Row::Plan => self.plan(),
            Row::Save => self.ask_where(false),
            Row::Quit => self.quit(),
        }
    }

    fn answer_with_typed(&mut self) {
        let Some((id, _)) = self.fact() else { return };
        match clock::in_full(&self.interview, id, self.input.text()) {
            Ok(answer) => self.apply(&Event::Answer(answer)),
            Err(refusal) => self.note = Note::Wrong(refusal),
        }
    }

    /// A choice; of a set, all that are ticked, or this one if none is.
    fn answer_with(&mut self, at: usize) {
        let answers = |choices: &[Choice], at: &BTreeSet<usize>| {
            let chosen = at.iter().filter_map(|at| choices.get(*at)).map(|choice| choice.answer.clone());
            chosen.collect::<Vec<_>>().join(", ")
        };
        let answer = match self.form() {
            Some(Form::Some(choices)) if !self.ticked.is_empty() => answers(choices, &self.ticked),
            Some(Form::One(choices) | Form::Some(choices) | Form::Typed(choices)) => {
                answers(choices, &BTreeSet::from([at]))
            }
            _ => return,
        };
        self.apply(&Event::Answer(answer));
    }

    pub(super) fn page(&mut self, title: &'static str, text: String) {
        self.note = Note::Nothing;
        self.over = Over::Page { title, text, down: 0 };
    }

    pub(super) fn why(&mut self) {
        let ticket = &self.interview.now().ticket;
        let text = text::why(ticket);
        self.page("Why", text);
    }

    pub(super) fn plan(&mut self) {
        let ticket = &self.interview.now().ticket;
        let text = text::plan(ticket);
        self.page("The plan", text);
    }

    /// What is recorded, as it would be saved.
    pub(super) fn recorded(&mut self) {
        let text = self.interview.text();
        let text = if text.is_empty() { "Nothing is recorded yet.\n".to_owned() } else { text };
        self.page("What is recorded", text);
    }

    pub(super) fn ask_for_artefact(&mut self) {
        self.note = Note::Nothing;
        self.over = Over::Read { input: Input::default() };
    }

    /// Reads the artefact whose name is typed.
    pub(super) fn read(&mut self) {
        let Over::Read { input } = &self.over else { return };
        match evidence::file(input.text()) {
            Ok(event) => _ = self.take_in(&event),
            Err(refusal) => self.note = Note::Wrong(refusal),
        }
    }

    /// Reads facts from an artefact; returns whether it told any.
    pub(super) fn take_in(&mut self, event: &Event) -> bool {
        let before = self.interview.now().ticket.facts().clone();
        self.apply(event);
        if self.note != Note::Nothing {
            return false;
        }
        let told = evidence::told(&self.interview, &before);
        self.note = Note::Done(format!("read: {}", told.trim().replace("\n  ", ", ")));
        true
    }

    pub(super) fn ask_where(&mut self, then_quit: bool) {
        let name =
            self.file.as_ref().map_or_else(|| "ticket.yaml".to_owned(), |path| path.display().to_string());
        self.note = Note::Nothing;
        self.over = Over::Save { input: Input::of(&name), replace: None, then_quit };
    }

    /// Saves under the name that is typed; asks before it replaces a file.
    pub(super) fn save(&mut self) {
        let Over::Save { input, replace, then_quit } = &self.over else { return };
        let then_quit = *then_quit;
        let path = match file::named(input.text()) {
            Ok(path) => path,
            Err(wrong) => return self.note = Note::Wrong(Refusal { message: wrong, help: String::new() }),
        };
        if path.exists() && replace.as_ref() != Some(&path) {
            self.over = Over::Save { input: input.clone(), replace: Some(path), then_quit };
            return;
        }
        match file::save(&path, &self.interview) {
            Ok(()) => {
                self.note = Note::Done(format!("saved in {}", path.display()));
                self.saved = self.interview.now().record.clone();
                self.file = Some(path);
                self.was_saved = true;
                self.over = Over::Nothing;
                self.over_and_out = then_quit;
            }
            Err(error) => {
                self.note = Note::Wrong(Refusal { message: error.reason, help: error.help });
            }
        }
    }

    /// Leaves, or asks first where something would be lost.
    pub(super) fn quit(&mut self) {
        match self.over {
            Over::Quit => self.over_and_out = true,
            _ if self.unsaved() => {
                self.note = Note::Nothing;
                self.over = Over::Quit;
            }
            _ => self.over_and_out = true,
        }
    }

    /// Returns the file in which it was saved last.
    pub(super) fn saved_in(&self) -> Option<&PathBuf> {
        self.file.as_ref().filter(|_| self.was_saved && !self.unsaved())
    }

    /// `question 4 · 3 recorded · 7 min so far`
    pub(super) fn progress(&self) -> String {
        say::progress(&self.interview)
    }
}
