//! `ruleout check`

use std::collections::BTreeSet;
use std::path::Path;

use super::diff::unified;
use super::outputs::{Form, Outputs};
use super::packs::{Chosen, PacksArgs};
use super::{FAILED, FINE, Limits, PROBLEMS, checked, complain, count, print};
use crate::graph::InferenceGraph;
use crate::lint::{direct_checks, rounded_down};
use crate::loader::{self, Unreadable};
use crate::problem::{Applied, Code, Problem, Problems, Severity, Suggestion, apply};
use crate::render::problems::{self, Look};
use crate::report::size;
use crate::source::{Place, SourceId, Sources, Span};

/// Reports every problem of one or more packs in one run, and fixes what it can
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout check                                   the pack of the current folder
  ruleout check rules/*                           several packs, with one summary
  ruleout check rules/printer --deny warnings     fail on warnings too
  ruleout check rules/printer --diff              what --fix would change
  ruleout check rules/printer --fix               apply the safe suggestions
  ruleout check rules/printer --fix --unsafe      also those that may change the meaning
  ruleout check rules/printer --direct-checks     at what each cause stands with its direct check alone
  ruleout check --format github --format sarif=check.sarif

Exit codes: 0 no errors, 1 errors (or what is denied; with --diff, something to fix), 2 usage or I/O.")]
pub(super) struct Check {
    #[command(flatten)]
    packs: PacksArgs,
    #[command(flatten)]
    outputs: Outputs,
    #[command(flatten)]
    fixing: Fixing,
    /// What fails besides errors
    #[arg(long, value_enum, value_name = "WHAT", value_delimiter = ',')]
    deny: Vec<Deny>,
    /// Say at what each cause stands with its direct check (`told by`) alone; JSON always does
    #[arg(long)]
    direct_checks: bool,
    /// Exit with 0 whatever is found
    #[arg(long, conflicts_with = "deny")]
    exit_zero: bool,
    #[command(flatten)]
    limits: Limits,
}

/// What fails besides errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Deny {
    /// Warnings
    Warnings,
    /// Hints, and warnings too
    Hints,
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

/// How often a fix may uncover something else to fix.
const ROUNDS: usize = 20;

/// What was found in all packs.
#[derive(Default)]
struct Found {
    sources: Sources,
    problems: Problems,
    /// What each pack that compiles is called, and how large it is.
    sizes: Vec<String>,
    /// The causes with a direct check, how likely each is with it alone, and where it stands.
    direct_checks: Vec<(String, f64, Span)>,
    /// What is told already: packs may use the same one.
    told: BTreeSet<(Place, Code, String)>,
    /// How many suggestions were applied.
    fixed: usize,
    /// Whether there is something to fix.
    fixable: bool,
}

impl Check {
    pub(super) fn run(&self) -> Result<u8, Unreadable> {
        if self.fixing.uncertain && !self.fixing.fix && !self.fixing.diff {
            complain("`--unsafe` goes with `--fix` or `--diff`\n");
            return Ok(FAILED);
        }
        if self.outputs.are_mixed() {
            return Ok(FAILED);
        }
        let packs = self.packs.chosen();
        if self.fixing.fix && !self.fixing.diff && packs.iter().any(Option::is_none) {
            complain("the built-in pack cannot be fixed: name the folder of yours\n");
            return Ok(FAILED);
        }
        let mut found = Found::default();
        let mut unreadable = Vec::new();
        for pack in &packs {
            unreadable.extend(self.pack(pack, &mut found).err());
        }
        // What can be told of the others is told, unless there are none.
        if unreadable.len() < packs.len() && !self.fixing.diff {
            self.report(&found)?;
        }
        if self.fixing.fix && !self.fixing.diff {
            complain(&format!("{} fixed\n", found.fixed));
        }
        unreadable.iter().for_each(|error| complain(&format!("{error}\n")));
        Ok(if !unreadable.is_empty() {
            FAILED
        } else if self.fixing.diff {
            if found.fixable { PROBLEMS } else { FINE }
        } else if self.exit_zero {
            FINE
        } else {
            self.code(&found.problems)
        })
    }

    /// Returns the exit code, and says so where it is for what is denied.
    fn code(&self, found: &Problems) -> u8 {
        let severities = [Severity::Error, Severity::Warning, Severity::Hint];
        let fails = severities.into_iter().any(|one| self.fails(one) && found.count(one) > 0);
        if fails && !found.has_errors() {
            complain("no errors, but what `--deny` names\n");
        }
        if fails { PROBLEMS } else { FINE }
    }

    /// Returns whether problems of a severity fail.
    fn fails(&self, severity: Severity) -> bool {
        match severity {
            Severity::Error => true,
            Severity::Warning => !self.deny.is_empty(),
            Severity::Hint => self.deny.contains(&Deny::Hints),
        }
    }

    /// Checks one pack.
    fn pack(&self, pack: &Chosen, all: &mut Found) -> Result<(), Unreadable> {
        let pack = pack.as_deref();
        let (mut graph, mut found) = checked(pack, &self.limits, &mut all.sources)?;
        if self.fixing.diff {
            all.fixable |= self.show_suggestions(pack, &found, &all.sources);
            return Ok(());
        }
        for _ in 0..if self.fixing.fix { ROUNDS } else { 0 } {
            let applied = self.apply(pack, &found, &all.sources);
            if applied.count == 0 {
                break;
            }
            all.fixed += applied.count;
            for (id, text) in &applied.texts {
                if let Some(path) = all.sources.get(*id).and_then(|source| source.path.as_deref()) {
                    loader::replace(path, text)?;
                }
            }
            (graph, found) = checked(pack, &self.limits, &mut all.sources)?;
        }
        if self.fixing.fix {
            say_what_is_left(pack, &found, &all.sources);
        }
        all.sizes.extend(graph.as_deref().map(sized));
        if let Some(graph) = graph.as_deref().filter(|_| self.direct_checks || self.outputs.has(Form::Json)) {
            let name = |cause| graph.pack.causes[cause].name.value.clone();
            let checks = direct_checks(graph);
            all.direct_checks
                .extend(checks.iter().map(|check| (name(check.cause), check.alone(), check.span)));
        }
        let Found { sources, told, problems, .. } = all;
        let is_new = |problem: &Problem| {
            told.insert((sources.place(problem.span()), problem.code, problem.message.clone()))
        };
        problems.extend(found.retain(is_new));
        Ok(())
    }

    /// The suggestions of the folder's own files that can be written: another pack that it uses is not its business, and what is behind
    /// a link that leads out of the folder is nobody's.
    fn apply(&self, pack: Option<&Path>, found: &Problems, sources: &Sources) -> Applied {
        let own = |problem: &&Problem| {
            let mut edits = problem.suggestions.iter().flat_map(|suggestion| &suggestion.edits);
            edits.all(|edit| obstacle(pack, edit.span.source, found, sources).is_none())
        };
        apply(found.iter().filter(own), sources, self.fixing.uncertain)
    }

    /// Shows what `--fix` would change, and returns whether it would change anything.
    fn show_suggestions(&self, pack: Option<&Path>, found: &Problems, sources: &Sources) -> bool {
        let applied = self.apply(pack, found, sources);
        for (id, text) in &applied.texts {
            let Some(source) = sources.get(*id) else { continue };
            print(&unified(&source.name, &source.text, text));
        }
        applied.count > 0
    }

    fn report(&self, all: &Found) -> Result<(), Unreadable> {
        let (found, sources) = (&all.problems, &all.sources);
        self.outputs.write(|form, look| match form {
            Form::Json => problems::json(found, &all.direct_checks, sources),
            Form::Github => problems::github(found, sources),
            Form::Sarif => problems::sarif(found, sources),
            Form::Junit => problems::junit(found, sources, &|severity| self.fails(severity)),
            Form::Text => {
                let direct_checks = if self.direct_checks { stand(all) } else { String::new() };
                text(all, look) + &direct_checks
            }
        })
    }
}

/// Returns why a text is left as it is: empty where that is not worth a word.
fn obstacle(pack: Option<&Path>, id: SourceId, found: &Problems, sources: &Sources) -> Option<&'static str> {
    let folder = pack.unwrap_or(Path::new(""));
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
fn say_what_is_left(pack: Option<&Path>, found: &Problems, sources: &Sources) {
    let fixable = found.iter().flat_map(|problem| &problem.suggestions);
    let texts: BTreeSet<SourceId> =
        fixable.flat_map(|suggestion| &suggestion.edits).map(|edit| edit.span.source).collect();
    for id in texts {
        let why = obstacle(pack, id, found, sources).filter(|why| !why.is_empty());
        if let (Some(why), Some(source)) = (why, sources.get(id)) {
            complain(&format!("{} is left as it is: {why}\n", source.name));
        }
    }
}

fn text(all: &Found, look: Look) -> String {
    let found = &all.problems;
    let count = if found.is_empty() { String::new() } else { count(found) };
    let problems = problems::text(found, &all.sources, look);
    format!("{problems}{count}{}{}", is_fixable(found), all.sizes.concat())
}

/// Says at what each cause stands with its direct check alone, the weakest first; nothing where no cause has one.
fn stand(all: &Found) -> String {
    let mut checks: Vec<_> = all.direct_checks.iter().collect();
    checks.sort_by(|a, b| (a.1).total_cmp(&b.1).then_with(|| a.0.cmp(&b.0)));
    let line = |(cause, alone, span): &(String, f64, Span)| {
        format!("{:>8}  {cause}  {}\n", rounded_down(*alone), all.sources.place(*span))
    };
    let lines: String = checks.into_iter().map(line).collect();
    if lines.is_empty() {
        lines
    } else {
        format!("\nwith its direct check alone, each cause stands at:\n{lines}")
    }
}

/// Says how many problems are fixable, in a line; nothing where none is.
fn is_fixable(found: &Problems) -> String {
    let unread: BTreeSet<SourceId> = found
        .iter()
        .filter(|problem| problem.code == Code::NotUtf8)
        .map(|problem| problem.span().source)
        .collect();
    // What is read by guessing is not written.
    let writable = || found.iter().filter(|problem| !unread.contains(&problem.span().source));
    let safe = writable().filter(|problem| problem.suggestions.iter().any(Suggestion::is_safe)).count();
    let uncertain = writable()
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
fn sized(graph: &InferenceGraph) -> String {
    let manifest = &graph.pack.manifest;
    let name = format!("{} {}", manifest.name, manifest.version);
    format!("{}: {}\n", name.trim_end(), size(&graph.pack).join(", "))
}
