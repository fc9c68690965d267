//! `ruleout check`

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use similar::TextDiff;

use super::{FAILED, FINE, Limits, PROBLEMS, checked, complain, count, emit, look, print};
use crate::graph::InferenceGraph;
use crate::loader::{self, Unreadable};
use crate::problem::{Applied, Code, Problem, Problems, Suggestion, apply};
use crate::render::problems;
use crate::source::{SourceId, Sources};

/// Reports every problem of a pack in one run, and fixes what it can
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout check rules/printer
  ruleout check rules/printer --diff              what --fix would change
  ruleout check rules/printer --fix               apply the safe suggestions
  ruleout check rules/printer --fix --unsafe      also those that may change the meaning
  ruleout check --format github --format sarif=check.sarif

Exit codes: 0 no errors, 1 errors (or, with --diff, something to fix), 2 usage or I/O.")]
pub(super) struct Check {
    /// The folder of the pack; without it, the mail flow pack inside this program
    pack: Option<PathBuf>,
    /// How the problems are written: text, json, github, sarif or junit; with `=FILE`, there; several at once
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    outputs: Vec<Output>,
    #[command(flatten)]
    fixing: Fixing,
    /// Exit with 0 whatever is found
    #[arg(long)]
    exit_zero: bool,
    #[command(flatten)]
    limits: Limits,
}

/// Whether suggestions are applied.
#[derive(Debug, clap::Args)]
struct Fixing {
    /// Apply the safe suggestions to the files of the folder
    #[arg(long)]
    fix: bool,
    /// With --fix or --diff: also apply suggestions that may not be what was meant, or change what the pack means
    #[arg(long = "unsafe")]
    uncertain: bool,
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

/// How often a fix may uncover something else to fix.
const ROUNDS: usize = 20;

impl Check {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if self.fixing.uncertain && !self.fixing.fix && !self.fixing.diff {
            complain("`--unsafe` goes with `--fix` or `--diff`\n");
            return Ok(FAILED);
        }
        if self.fixing.fix && !self.fixing.diff && self.pack.is_none() {
            complain("the built-in pack cannot be fixed: name the folder of yours\n");
            return Ok(FAILED);
        }
        let (mut sources, mut graph, mut found) = checked(self.pack.as_ref(), &self.limits)?;
        if self.fixing.diff {
            return Ok(if self.show_suggestions(&found, &sources) { PROBLEMS } else { FINE });
        }
        let mut count = 0;
        for _ in 0..if self.fixing.fix { ROUNDS } else { 0 } {
            let applied = self.apply(&found, &sources);
            if applied.count == 0 {
                break;
            }
            count += applied.count;
            for (id, text) in &applied.texts {
                if let Some(path) = sources.get(*id).and_then(|source| source.path.as_deref()) {
                    loader::replace(path, text)?;
                }
            }
            (sources, graph, found) = checked(self.pack.as_ref(), &self.limits)?;
        }
        self.report(graph.as_deref(), &found, &sources)?;
        if self.fixing.fix {
            self.say_what_is_left(&found, &sources);
            complain(&format!("{count} fixed\n"));
        }
        Ok(if found.has_errors() && !self.exit_zero { PROBLEMS } else { FINE })
    }

    /// The suggestions of the folder's own files that can be written: another pack that it uses is not its business, and what is behind
    /// a link that leads out of the folder is nobody's.
    fn apply(&self, found: &Problems, sources: &Sources) -> Applied {
        let own = |problem: &&Problem| {
            let mut edits = problem.suggestions.iter().flat_map(|suggestion| &suggestion.edits);
            edits.all(|edit| self.obstacle(edit.span.source, found, sources).is_none())
        };
        apply(found.iter().filter(own), sources, self.fixing.uncertain)
    }

    /// Returns why a text is left as it is: empty where that is not worth a word.
    fn obstacle(&self, id: SourceId, found: &Problems, sources: &Sources) -> Option<&'static str> {
        let folder = self.pack.as_deref().unwrap_or(Path::new(""));
        let path = sources.get(id).and_then(|source| source.path.as_deref());
        let Some(path) = path.filter(|path| path.parent() == Some(folder)) else { return Some("") };
        let is_unread = |problem: &Problem| problem.code == Code::NotUtf8 && problem.span().source == id;
        if !loader::is_within(folder, path) {
            Some("it is a link that leads out of the pack")
        } else if found.iter().any(is_unread) {
            Some("it is not UTF-8")
        } else {
            None
        }
    }

    /// Says which files are left as they are although something in them could be fixed.
    fn say_what_is_left(&self, found: &Problems, sources: &Sources) {
        let fixable = found.iter().flat_map(|problem| &problem.suggestions);
        let texts: BTreeSet<SourceId> =
            fixable.flat_map(|suggestion| &suggestion.edits).map(|edit| edit.span.source).collect();
        for id in texts {
            let why = self.obstacle(id, found, sources).filter(|why| !why.is_empty());
            if let (Some(why), Some(source)) = (why, sources.get(id)) {
                complain(&format!("{} is left as it is: {why}\n", source.name));
            }
        }
    }

    /// Shows what `--fix` would change, and returns whether it would change anything.
    fn show_suggestions(&self, found: &Problems, sources: &Sources) -> bool {
        let applied = self.apply(found, sources);
        for (id, text) in &applied.texts {
            let Some(source) = sources.get(*id) else { continue };
            let diff = TextDiff::from_lines(&source.text, text);
            print(&diff.unified_diff().header(&source.name, &source.name).to_string());
        }
        applied.count > 0
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
            let write = if matches!(output.form, Form::Text | Form::Github) { print } else { emit };
            if let Some(file) = &output.file {
                loader::write(file, &written(output.form, problems::Look::Plain, graph, found, sources))?;
            } else {
                write(&written(output.form, look(), graph, found, sources));
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
    let safe = found.iter().filter(|problem| problem.suggestions.iter().any(Suggestion::is_safe)).count();
    let uncertain = found
        .iter()
        .filter(|problem| matches!(problem.suggestions.as_slice(), [one] if !one.is_safe()))
        .count();
    match (safe, uncertain) {
        (0, 0) => String::new(),
        (safe, 0) => format!("{safe} fixable with `--fix`\n"),
        (0, uncertain) => {
            format!("{uncertain} fixable with `--fix --unsafe`; `--diff --unsafe` shows how\n")
        }
        (safe, uncertain) => {
            format!(
                "{safe} fixable with `--fix`, {uncertain} more with `--fix --unsafe`; `--diff` shows how\n"
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
