//! `ruleout check`

use std::path::{Path, PathBuf};
use std::str::FromStr;

use similar::TextDiff;

use super::{FAILED, FINE, Limits, PROBLEMS, checked, complain, count, look, print};
use crate::graph::InferenceGraph;
use crate::loader::{self, Unreadable};
use crate::problem::{Applied, Problem, Problems, mend};
use crate::render::problems;
use crate::source::Sources;

/// Reports every problem of a pack in one run, and suggestions what it can
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout check rules/printer
  ruleout check rules/printer --diff              what --fix would change
  ruleout check rules/printer --fix               suggestions what leaves no doubt
  ruleout check rules/printer --fix --unsafe      also guesses, and what changes the meaning
  ruleout check --format github --format sarif=check.sarif

Exit codes: 0 no errors, 1 errors (or, with --diff, something to mend), 2 usage or I/O.")]
pub(super) struct Check {
    /// The folder of the pack; without it, the mail flow pack inside this program
    pack: Option<PathBuf>,
    /// How the problems are written: text, json, github, sarif or junit; with `=FILE`, there; several at once
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    outputs: Vec<Output>,
    #[command(flatten)]
    mending: Mending,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    limits: Limits,
}

/// Whether problems are mended.
#[derive(Debug, clap::Args)]
struct Mending {
    /// Suggestion what leaves no doubt, in the files of the folder
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: also mend by a guess, or so that the pack means something else
    #[arg(long = "unsafe")]
    guesses: bool,
    /// Write nothing; show what --fix would change
    #[arg(long)]
    diff: bool,
}

/// A form, and where it goes; without a file, to standard output.
#[derive(Debug, Clone)]
struct Output {
    form: Form,
    file: Option<PathBuf>,
}

/// How problems are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Form {
    /// For people.
    Text,
    /// For programs: `ruleout schema --of check`.
    Json,
    /// For GitHub Actions.
    Github,
    /// For code hosts and editors.
    Sarif,
    /// For build servers.
    Junit,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the name of a file is missing behind `=`".into()),
            Some((form, file)) => (form, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let form = <Form as clap::ValueEnum>::from_str(form, false)
            .map_err(|_| format!("there is no format `{form}`: text, json, github, sarif, junit"))?;
        Ok(Self { form, file })
    }
}

/// How often mending may uncover something else to mend.
const ROUNDS: usize = 20;

impl Check {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if self.mending.guesses && !self.mending.fix && !self.mending.diff {
            complain("`--unsafe` goes with `--fix` or `--diff`\n");
            return Ok(FAILED);
        }
        if self.mending.fix && !self.mending.diff && self.pack.is_none() {
            complain("the pack inside this program cannot be mended: name the folder of yours\n");
            return Ok(FAILED);
        }
        let (mut sources, mut graph, mut found) = checked(self.pack.as_ref(), &self.limits)?;
        if self.mending.diff {
            return Ok(if self.show_suggestions(&found, &sources) { PROBLEMS } else { FINE });
        }
        let mut made = 0;
        for _ in 0..if self.mending.fix { ROUNDS } else { 0 } {
            let mended = self.mended(&found, &sources);
            if mended.made == 0 {
                break;
            }
            made += mended.made;
            for (id, text) in &mended.texts {
                loader::replace(Path::new(sources.get(*id).map_or("", |source| &source.name)), text)?;
            }
            (sources, graph, found) = checked(self.pack.as_ref(), &self.limits)?;
        }
        self.report(graph.as_deref(), &found, &sources)?;
        if self.mending.fix {
            complain(&format!("{made} mended\n"));
        }
        Ok(if found.has_errors() && !self.exit_zero { PROBLEMS } else { FINE })
    }

    /// Collects the suggestions for the folder's own files; packs that it uses are not changed.
    fn mended(&self, found: &Problems, sources: &Sources) -> Applied {
        let folder = self.pack.as_deref().unwrap_or(Path::new(""));
        let own = |problem: &&Problem| {
            let mut edits = problem.suggestions.iter().flat_map(|mend| &mend.edits);
            edits.all(|e| sources.get(e.span.source).is_some_and(|s| Path::new(&s.name).starts_with(folder)))
        };
        mend(found.iter().filter(own), sources, self.mending.guesses)
    }

    /// Shows what mending would change, and whether it would.
    fn show_suggestions(&self, found: &Problems, sources: &Sources) -> bool {
        let mended = self.mended(found, sources);
        for (id, text) in &mended.texts {
            let Some(source) = sources.get(*id) else { continue };
            let diff = TextDiff::from_lines(&source.text, text);
            print(&diff.unified_diff().header(&source.name, &source.name).to_string());
        }
        mended.made > 0
    }

    fn report(
        &self,
        graph: Option<&InferenceGraph>,
        found: &Problems,
        sources: &Sources,
    ) -> Result<(), Unreadable> {
        let text = Output { form: Form::Text, file: None };
        let to_files_only = self.outputs.iter().all(|output| output.file.is_some());
        for output in to_files_only.then_some(&text).into_iter().chain(&self.outputs) {
            match &output.file {
                Some(file) => {
                    loader::write(file, &written(output.form, problems::Look::Plain, graph, found, sources))?;
                }
                None => print(&written(output.form, look(), graph, found, sources)),
            }
        }
        Ok(())
    }
}

fn written(
    form: Form,
    look: problems::Look,
    graph: Option<&InferenceGraph>,
    found: &Problems,
    sources: &Sources,
) -> String {
    match form {
        Form::Json => problems::json(found, sources),
        Form::Github => problems::github(found, sources),
        Form::Sarif => problems::sarif(found, sources),
        Form::Junit => problems::junit(found, sources),
        Form::Text => {
            let count = if found.is_empty() { String::new() } else { count(found) };
            let size = graph.map_or_else(String::new, size);
            format!("{}{count}{}{size}", problems::text(found, sources, look), is_fixable(found))
        }
    }
}

/// Says how many problems are fixable, in a line; nothing where none is.
fn is_fixable(found: &Problems) -> String {
    let safe = found.iter().filter(|problem| problem.suggestions.iter().any(|mend| mend.is_safe())).count();
    let guesses = found
        .iter()
        .filter(|problem| matches!(problem.suggestions.as_slice(), [one] if !one.is_safe()))
        .count();
    match (safe, guesses) {
        (0, 0) => String::new(),
        (safe, 0) => format!("{safe} can be mended by `--fix`\n"),
        (0, guesses) => format!("{guesses} can be mended by `--fix --unsafe`; `--diff --unsafe` shows how\n"),
        (safe, guesses) => {
            format!(
                "{safe} can be mended by `--fix`, {guesses} more by `--fix --unsafe`; `--diff` shows how\n"
            )
        }
    }
}

/// Counts what is in a pack, in a line.
fn size(graph: &InferenceGraph) -> String {
    let pack = &graph.pack;
    format!(
        "{}: {} facts, {} symptoms, {} rules, {} causes, {} fixes\n",
        format!("{} {}", pack.manifest.name, pack.manifest.version).trim_end(),
        pack.facts.len(),
        pack.symptoms.len(),
        pack.rules.len(),
        pack.causes.len(),
        pack.fixes.len(),
    )
}
