//! The command line: one file a subcommand.
//!
//! Exit codes: 0 answered or clean, 1 problems found or evidence impossible, 2 usage or input and output; `ask` ends with 128 and the
//! number of the signal that ended it.

mod ask;
mod check;
mod collect;
mod completions;
mod diagnose;
mod diff;
mod evidence;
mod explain;
mod facts;
mod fmt;
mod graph;
mod usages;
#[cfg(feature = "lsp")]
mod lsp;
mod man;
mod new;
mod output;
mod outputs;
mod packs;
mod progress;
mod readers;
mod recorded;
mod records;
mod redact;
mod review;
mod schema;
mod set;
mod test;
mod watch;
mod ticket;
mod why_not;

use std::ffi::OsString;
use std::io::IsTerminal as _;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Parser, Subcommand};

use self::output::{complain, emit, print};
use crate::evidence as readers_of;
use crate::graph::InferenceGraph;
use crate::loader::{self, Unreadable};
use crate::markup::without_styles;
use crate::pack::PackTexts;
use crate::pack::records::{self as pack_records, RecordsFrom};
use crate::problem::{Code, Problem, Problems, Severity};
use crate::render::problems::{self, Look};
use crate::render::style::of_our_own;
use crate::render::wrap;
use crate::report::words;
use crate::source::Sources;
use crate::{cases, pipeline};

/// Diagnosis from rules: facts in, ranked causes out, with the reasons.
#[derive(Debug, Parser)]
#[command(name = "ruleout", version, about, max_term_width = 100)]
#[command(after_help = "Examples:
  ruleout diagnose ticket.yaml           the likely causes of a ticket
  ruleout ask                            an interview: what to look at next, until the cause is clear
  ruleout check rules/printer            everything that is wrong with a pack of your own
  ruleout explain no-background          what a code of `ruleout check` means, with an example

The pack is the one that is named, else that of the current folder (`pack.ron`), else `mailflow`, the
mail flow pack inside this program.

The language: grammar/README.md. How to write a pack: rules/README.md.")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Diagnose(diagnose::Diagnose),
    Ask(ask::Ask),
    WhyNot(why_not::WhyNot),
    Check(check::Check),
    Explain(explain::Explain),
    Fmt(fmt::Fmt),
    Facts(facts::Facts),
    Collect(collect::Collect),
    Readers(readers::Readers),
    Records(records::RecordsCommand),
    Redact(redact::Redact),
    Schema(schema::Schema),
    Graph(graph::Graph),
    Usages(usages::Usages),
    Test(test::Test),
    Review(review::Review),
    Watch(watch::Watch),
    New(new::New),
    #[cfg(feature = "lsp")]
    Lsp(lsp::Lsp),
    Completions(completions::Completions),
    Man(man::Man),
}

/// Everything is fine.
const FINE: u8 = 0;
/// Problems were found, or the evidence is impossible.
const PROBLEMS: u8 = 1;
/// The command cannot be carried out.
const FAILED: u8 = 2;
/// Where a signal ended it, its number is added to this, as shells do.
const SIGNAL: u8 = 128;

/// Runs the command of this process.
pub fn main() -> ExitCode {
    survive_limits();
    let command = match Cli::try_parse_from(std::env::args_os().map(as_read)) {
        Ok(line) => line.command,
        Err(error) => return refused(&error),
    };
    let result = match command {
        Command::Diagnose(command) => command.run(),
        Command::Ask(command) => command.run(),
        Command::WhyNot(command) => command.run(),
        Command::Check(command) => command.run(),
        Command::Explain(command) => Ok(command.run()),
        Command::Fmt(command) => command.run(),
        Command::Facts(command) => command.run(),
        Command::Collect(command) => command.run(),
        Command::Readers(command) => Ok(command.run()),
        Command::Records(command) => command.run(),
        Command::Redact(command) => command.run(),
        Command::Schema(command) => command.run(),
        Command::Graph(command) => command.run(),
        Command::Usages(command) => command.run(),
        Command::Test(command) => command.run(),
        Command::Review(command) => command.run(),
        Command::Watch(command) => command.run(),
        Command::New(command) => command.run(),
        #[cfg(feature = "lsp")]
        Command::Lsp(command) => Ok(command.run()),
        Command::Completions(command) => Ok(command.run()),
        Command::Man(command) => command.run(),
    };
    let code = result.unwrap_or_else(|error| {
        complain(&format!("{error}\n"));
        FAILED
    });
    ended(code)
}

/// Returns an argument as every text is read.
fn as_read(argument: OsString) -> OsString {
    argument.into_string().map_or_else(|argument| argument, |text| without_styles(text).into())
}

/// Returns the exit code of a command, whatever it was, where its output could not be written; that of a signal says enough.
fn ended(code: u8) -> ExitCode {
    ExitCode::from(output::failure().filter(|_| code < SIGNAL).map_or(code, |error| {
        complain(&format!(
            "cannot write to standard output: {error}\n  help: check that there is room, and that it is open\n"
        ));
        FAILED
    }))
}

/// Shows what is wrong with a command line, or the help that it asks for.
fn refused(error: &clap::Error) -> ExitCode {
    let code = u8::try_from(error.exit_code()).unwrap_or(FAILED);
    let shown = error.render();
    if error.use_stderr() {
        // What was typed is a part of it, and is shown without what acts on a terminal.
        complain(&shown.to_string());
    } else {
        print(&of_our_own(&shown.ansi().to_string()));
    }
    ended(code)
}

/// Lets a file that grows beyond what the system allows be an error of writing, after which can be tidied up, and no sudden end.
fn survive_limits() {
    #[cfg(unix)]
    let _ = signal_hook::flag::register(signal_hook::consts::SIGXFSZ, Arc::default());
}

/// Returns the columns of the terminal that standard output is; none where it is something else, or does not say.
fn columns() -> Option<usize> {
    let is_terminal = std::io::stdout().is_terminal();
    let size = is_terminal.then(|| ratatui::crossterm::terminal::size().ok()).flatten();
    size.map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0)
}

/// Returns how wide a text for standard output is: as the terminal, as far as lines can be read at a glance; else as a page.
fn page_width() -> usize {
    const NARROWEST: usize = 40;
    const WIDEST: usize = 100;
    columns().map_or(wrap::PAGE, |columns| columns.clamp(NARROWEST, WIDEST))
}

/// Returns whether problems on standard error are drawn in colour.
fn look() -> Look {
    match anstream::stderr().current_choice() {
        anstream::ColorChoice::Never => Look::Plain,
        _ => Look::Coloured,
    }
}

/// The form of what is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// For people.
    Text,
    /// For programs; `ruleout schema --of NAME` describes it.
    Json,
}

/// Where the pack is, and how much is read.
#[derive(Debug, clap::Args)]
struct Limits {
    /// The largest file that is read, in bytes
    #[arg(long, value_name = "N", default_value_t = loader::DEFAULT_BYTES)]
    max_bytes: u64,
}

/// Loads and compiles a pack; its texts are added to the sources.
fn compile(
    pack: Option<&Path>,
    limits: &Limits,
    sources: &mut Sources,
) -> Result<(Option<Arc<InferenceGraph>>, Problems), Unreadable> {
    compile_with(pack, limits, sources, pipeline::compile)
}

/// Loads a pack and makes a graph of its texts; where a text cannot be read at all, nothing.
fn compile_with(
    pack: Option<&Path>,
    limits: &Limits,
    sources: &mut Sources,
    compile: impl FnOnce(&Sources, &PackTexts) -> (Option<Arc<InferenceGraph>>, Problems),
) -> Result<(Option<Arc<InferenceGraph>>, Problems), Unreadable> {
    let (texts, mut problems) = loader::pack(pack, limits.max_bytes, sources)?;
    // Where a whole text is not there, the others would miss what it declares; one that is not UTF-8 is there.
    let empty = |problem: &Problem| sources.text(sources.whole(problem.span().source)).is_empty();
    let absent = |problem: &Problem| {
        problem.severity == Severity::Error && (problem.code != Code::NotUtf8 || empty(problem))
    };
    if problems.iter().any(absent) {
        return Ok((None, problems.sorted()));
    }
    let readable = !problems.has_errors();
    let (graph, found) = compile(sources, &texts);
    problems.extend(found);
    Ok((graph.filter(|_| readable), problems.sorted()))
}

/// Loads a pack, and all that is wrong with it or probably not meant; its texts are added to the sources.
fn checked(
    pack: Option<&Path>,
    limits: &Limits,
    sources: &mut Sources,
) -> Result<(Option<Arc<InferenceGraph>>, Problems), Unreadable> {
    // What is wrong with a case is told by `ruleout test`; here only the causes that it names count.
    let mut beside = Sources::default();
    let (texts, _) = loader::cases(pack, limits.max_bytes, &mut beside)?;
    let (cases, _) = cases::discover(&beside, &texts);
    let covered = |graph: &InferenceGraph| cases::covered(graph, &beside, &cases);
    let check = |sources: &Sources, texts: &PackTexts| pipeline::check(sources, texts, Some(&covered));
    let (graph, mut found) = compile_with(pack, limits, sources, check)?;
    for passed in pack.map(loader::passed_over).unwrap_or_default() {
        found.push(passed.problem(sources));
    }
    if let Some(graph) = &graph {
        found.extend(examples(graph, sources, limits));
    }
    Ok((graph, found))
}

/// Returns which example files of a pack are not read as it declares.
fn examples(graph: &InferenceGraph, sources: &Sources, limits: &Limits) -> Problems {
    let mut problems = Problems::new();
    for records in &graph.pack.records {
        let RecordsFrom::Declared(table) = &records.from else { continue };
        for example in records.examples.iter().filter(|example| pack_records::is_file(&example.value)) {
            let file = sources.get(example.span.source).and_then(|source| source.path.as_deref());
            let Some(path) = file.and_then(Path::parent).map(|pack| pack.join(&example.value)) else {
                continue;
            };
            let wrong = match loader::example(&path, limits.max_bytes) {
                Ok(text) => readers_of::example(&table.declared, &text)
                    .err()
                    .map(|why| format!("this example is not read: {why}")),
                Err(error) => Some(error.to_string()),
            };
            if let Some(wrong) = wrong {
                let help = "correct the pattern, or the example; a file is named from the folder of the pack";
                problems.push(Problem::error(Code::WrongType, example.span, wrong).help(help));
            }
        }
    }
    problems
}

/// Loads and compiles a pack that is to be used; where it cannot be, its errors are shown, and there is none. Its warnings
/// are for its author, who runs `ruleout check`.
fn usable(
    pack: Option<&Path>,
    limits: &Limits,
    sources: &mut Sources,
    format: Format,
) -> Result<Option<Arc<InferenceGraph>>, Unreadable> {
    let (graph, problems) = compile(pack, limits, sources)?;
    if graph.is_none() {
        refuse(&problems.errors(), sources, format);
    }
    Ok(graph)
}

/// Shows what keeps a command from being carried out: to people on standard error, to a program in the place of what it waits for,
/// in the form of `ruleout check`.
fn refuse(found: &Problems, sources: &Sources, format: Format) {
    match format {
        Format::Text => show(found, sources),
        Format::Json => emit(&problems::json(found, &[], sources)),
    }
}

/// Shows the problems of a pack or fact file on standard error, and how many there are.
fn show(found: &Problems, sources: &Sources) {
    complain(&problems::text(found, sources, look()));
    complain(&count(found));
}

/// `3 errors, 1 warning`
fn count(found: &Problems) -> String {
    let parts: Vec<String> = [Severity::Error, Severity::Warning, Severity::Hint]
        .into_iter()
        .map(|severity| (found.count(severity), severity.name()))
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| words::count(n, what, &format!("{what}s")))
        .collect();
    format!("{}\n", parts.join(", "))
}
