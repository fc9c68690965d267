//! `ruleout ask`: the interview, full screen, by lines, or played from a file; and the one message.

mod clock;
mod evidence;
mod file;
mod input;
mod kept;
mod keys;
mod line;
mod offer;
mod outside;
mod say;
mod screen;
mod script;
mod terminal;
mod view;
mod wrap;

use std::path::{Path, PathBuf};
use std::sync::Arc;

use self::kept::Kept;
use self::offer::Offer;
use super::evidence::{EvidenceArgs, one};
use super::packs::TicketPlaces;
use super::recorded::Recorded;
use super::{FAILED, FINE, Format, Limits, PROBLEMS, SIGNAL, complain, emit, page_width, print, usable};
use crate::collect;
use crate::document::tree::Format as FactsFormat;
use crate::graph::InferenceGraph;
use crate::infer::exact::Budget;
use crate::interview::{Asked, Interview, Record};
use crate::loader::Unreadable;
use crate::pack::FactId;
use crate::pipeline;
use crate::plan::next::What;
use crate::render::{message, text};
use crate::report::Answer;
use crate::report::words::NO_QUESTION;
use crate::source::{Source, Sources};
use crate::ticket::Ticket;
use std::collections::BTreeSet;

/// Asks what is worth asking until the cause is clear, and says what to do; begins from FACTS where they are given
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout ask                               an interview on the whole terminal; `?` shows the keys
  ruleout ask ticket.yaml                   the same, from what is recorded already
  ruleout ask --message ticket.yaml         the questions worth asking at once, to paste into a ticket
  ruleout ask --message --to us ticket.yaml the same, with what only we can answer
  ruleout ask --answers known.yaml          whatever is asked is answered from a file, for scripts

Without a terminal, on one that cannot move its cursor (TERM=dumb), and with --line, it prints each question and reads the answer
as a line.

What is answered and not saved is kept in $XDG_STATE_HOME/ruleout/ask/PACK.yaml (~/.local/state where that is not set, %LOCALAPPDATA%
on Windows), which only you may read, until it is saved or you quit. If the interview breaks off, the next one with that pack offers
to go on from it.

Exit codes: 0 answered, 1 problems in the pack or the facts, or facts that cannot all be true, 2 usage or I/O, 128 + n ended by
signal n: 129 the terminal is gone, 130 interrupted, 143 told to end.")]
pub(super) struct Ask {
    #[command(flatten)]
    places: TicketPlaces,
    /// The format of the facts: ron, yaml, json or toml; needed for standard input
    #[arg(long, value_name = "FORMAT")]
    facts_format: Option<FactsFormat>,
    /// Write the one message: the shortest set of questions worth asking at once
    #[arg(long, conflicts_with_all = ["line", "answers"])]
    message: bool,
    /// To whom the message goes: with what anybody can answer, they are asked what the pack says only they can (`by`)
    #[arg(long, value_name = "WHO", requires = "message")]
    to: Option<String>,
    #[command(flatten)]
    evidence: EvidenceArgs,
    /// Ask line by line, also on a terminal
    #[arg(long)]
    line: bool,
    /// Answer whatever is asked from this fact file; what is not in it, nobody knows
    #[arg(long, value_name = "FILE", conflicts_with = "line")]
    answers: Option<PathBuf>,
    /// How the message or the transcript is written
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
    #[command(flatten)]
    limits: Limits,
}

impl Ask {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if let Some(problem) = self.misused() {
            complain(problem);
            return Ok(FAILED);
        }
        let pack = match self.places.pack() {
            Ok(pack) => pack,
            Err(message) => {
                complain(&message);
                return Ok(FAILED);
            }
        };
        let mut sources = Sources::default();
        let Some(graph) = usable(pack.as_deref(), &self.limits, &mut sources, self.format)? else {
            return Ok(PROBLEMS);
        };
        let pack_sources = sources.clone();
        let mut read = |path: &Path, said| -> Result<Result<Record, u8>, Unreadable> {
            match Recorded::new(path, said) {
                Ok(recorded) => recorded.record(&graph, &pack, &self.limits, &mut sources, self.format),
                Err(code) => Ok(Err(code)),
            }
        };
        let record = match self.facts().map(|path| read(path, self.facts_format)).transpose()? {
            Some(Err(code)) => return Ok(code),
            Some(Ok(record)) => record,
            None => Record::default(),
        };
        let record = match self.with_evidence(record, &graph, pack.as_deref())? {
            Ok(record) => record,
            Err(code) => return Ok(code),
        };
        let answers = match self.answers.as_ref().map(|path| read(path, None)).transpose()? {
            Some(Err(code)) => return Ok(code),
            answers => answers.and_then(Result::ok),
        };
        let mut file = self.facts().map(file::saved_as);
        let mut kept = Kept::new(&graph.pack.manifest.name, file.as_deref());
        let (saved, mut record) = (record.clone(), record);
        if !self.message && answers.is_none() {
            let offer = Offer { graph: &graph, pack: &pack, limits: &self.limits, file: file.as_deref() };
            if let Some(taken) = offer.make(&mut sources)? {
                record = taken.record;
                file = taken.file;
                kept = Kept::new(&graph.pack.manifest.name, file.as_deref()).instead_of(taken.left);
            }
        }
        let name = file.as_ref().map_or_else(|| "answers.yaml".to_owned(), |path| path.display().to_string());
        let interview = Interview::new(Arc::clone(&graph), pack_sources, name, record, Budget::default());
        match answers {
            _ if self.message => Ok(self.write_message(&graph, &interview)),
            Some(answers) => Ok(script::play(interview, &answers, self.format)),
            None => self.converse(Opening { interview, file, saved, kept }),
        }
    }

    /// Adds what is read from artefacts; what is recorded counts before it.
    fn with_evidence(
        &self,
        record: Record,
        graph: &Arc<InferenceGraph>,
        pack: Option<&Path>,
    ) -> Result<Result<Record, u8>, Unreadable> {
        if !self.evidence.is_said() {
            return Ok(Ok(record));
        }
        let mut sources = Sources::default();
        let id = sources.add(Source::new("facts.yaml", record.text(&graph.pack)));
        let (mut facts, _) = pipeline::read_facts(graph, &sources, id, FactsFormat::Yaml);
        for path in self.evidence.fact_files(pack) {
            match Recorded::new(&path, None) {
                Ok(site) => {
                    let (_, more, problems) =
                        site.read(graph, &pack.map(Path::to_owned), &self.limits, &mut sources)?;
                    if problems.has_errors() {
                        super::refuse(&problems, &sources, self.format);
                        return Ok(Err(PROBLEMS));
                    }
                    for (fact, recorded) in more.recorded {
                        facts.recorded.entry(fact).or_insert(recorded);
                    }
                }
                Err(code) => return Ok(Err(code)),
            }
        }
        let incident = self.evidence.read(graph, &facts, &mut sources)?;
        Ok(one(incident).map(|ticket| {
            let written = |(fact, recorded): (&FactId, &crate::facts::recorded::Recorded)| {
                (*fact, collect::written(recorded, &graph.pack.facts[*fact].ty))
            };
            let new = ticket.facts.recorded.iter().filter(|(fact, _)| record.value(**fact).is_none());
            let new: Vec<_> = new.map(written).collect();
            record.with(new)
        }))
    }

    /// Returns the fact file that it goes on from.
    fn facts(&self) -> Option<&Path> {
        self.places.facts().first().copied()
    }

    /// Returns what was asked for and does not go together.
    fn misused(&self) -> Option<&'static str> {
        let interactive = !self.message && self.answers.is_none();
        if interactive && matches!(self.format, Format::Json) {
            return Some(
                "`--format json` is for a message or a transcript\n  help: add `--message` or `--answers FILE`\n",
            );
        }
        if self.places.facts().len() > 1 {
            return Some("an interview goes on in one file\n  help: name one fact file\n");
        }
        if interactive && self.facts() == Some(Path::new("-")) {
            return Some(
                "standard input cannot hold the facts and the answers\n  help: give the facts as a file\n",
            );
        }
        None
    }

    fn write_message(&self, graph: &InferenceGraph, interview: &Interview) -> u8 {
        let ticket = &interview.now().ticket;
        if ticket.diagnosis().impossible.is_some() {
            complain(
                "these facts cannot all be true, so no question follows from them\n  help: `ruleout diagnose` shows which\n",
            );
            return PROBLEMS;
        }
        // Where acting pays more than any question, nobody is asked.
        let asks = matches!(interview.now().asked, Asked::Question(_));
        let known = graph.pack.who_answer();
        if let Some(who) = self.to.as_deref().filter(|who| !known.contains(who)) {
            complain(&nobody_called(who, &known));
            return FAILED;
        }
        let chosen = asks.then(|| ticket.at_once(self.to.as_deref()));
        let chosen = chosen.flatten().unwrap_or_default();
        let write = if self.format == Format::Text { print } else { emit };
        write(&match self.format {
            Format::Json => message::json(&graph.pack, &chosen, self.to.as_deref()),
            Format::Text => message::text(&graph.pack, &chosen).unwrap_or_else(|| {
                // Somebody else may still know something.
                let others = known.iter().filter(|who| asks && Some(**who) != self.to.as_deref());
                nothing_to_ask(&others.copied().filter(|who| can_answer(ticket, who)).collect::<Vec<_>>())
            }),
        });
        FINE
    }

    fn converse(&self, opening: Opening) -> Result<u8, Unreadable> {
        if outside::is_whole_screen() && !self.line {
            terminal::converse(opening)
        } else {
            line::converse(opening)
        }
    }
}

/// What an interview begins with.
struct Opening {
    interview: Interview,
    /// The file in which it is saved where no other is named.
    file: Option<PathBuf>,
    /// What is saved of it.
    saved: Record,
    kept: Kept,
}

/// Says where what was answered is kept when a signal ends an interview; returns the exit code.
fn broken_off(signal: u8, kept: &Kept) -> u8 {
    tell_where(kept);
    SIGNAL.saturating_add(signal)
}

/// Says where what was answered is kept, where something is.
fn tell_where(kept: &Kept) {
    if let Some(path) = kept.place() {
        complain(&format!(
            "\nWhat you answered is kept in {}\n  help: the next `ruleout ask` with this pack offers to go on from it\n",
            path.display()
        ));
    }
}

fn nothing_to_ask(others: &[&str]) -> String {
    if others.is_empty() {
        return format!("{NO_QUESTION}; `ruleout diagnose` says what to do.\n");
    }
    let others: Vec<String> = others.iter().map(|who| format!("`--to {who}`")).collect();
    format!("No question is worth asking that they can answer; somebody else can: {}.\n", others.join(", "))
}

/// Returns whether something is worth asking that only they can answer.
fn can_answer(ticket: &Ticket, who: &str) -> bool {
    let pack = &ticket.graph().pack;
    let theirs = |facts: &[FactId]| facts.iter().any(|fact| pack.answered_by(*fact) == Some(who));
    ticket.at_once(Some(who)).unwrap_or_default().iter().any(|what| match what {
        What::Question(fact) => theirs(std::slice::from_ref(fact)),
        What::Visit(_, facts) => theirs(facts),
        What::Fix(_) | What::Stop => false,
    })
}

fn nobody_called(who: &str, known: &BTreeSet<&str>) -> String {
    let help = match known.iter().map(|who| format!("`{who}`")).collect::<Vec<_>>() {
        none if none.is_empty() => {
            "the pack says of no question who can answer it (`by`): leave out `--to`".to_owned()
        }
        known => format!("the pack names {}", known.join(", ")),
    };
    format!("nobody called `{who}` can answer a question of this pack\n  help: {help}\n")
}

/// Returns the answer as `ruleout diagnose` writes it.
fn whole_answer(interview: &Interview) -> String {
    text::text(&Answer::new(&interview.now().ticket), page_width())
}

/// 1 where what is recorded cannot all be true.
fn code(interview: &Interview) -> u8 {
    if interview.now().ticket.diagnosis().impossible.is_some() { PROBLEMS } else { FINE }
}
