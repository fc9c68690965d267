//! From text to tree.
//!
//! Input: the text of one `.ruleout` file. Output: its [`ast::File`] and what is wrong with it. The grammar is
//! `grammar/ruleout.pest`; this is the only module that knows pest. A parsing expression grammar stops at the first
//! mistake, so a file that fails is parsed again declaration by declaration, and a declaration that fails line by line:
//! one run reports every line that does not read, and keeps the others.

pub mod ast;
mod complaint;
mod guess;
mod layout;
mod lower;
mod recover;
pub mod written;

use pest::Parser as _;

use crate::problem::{Code, Problem, Problems};
use crate::source::{SourceId, Span};
use written::Written;

/// The grammar as pest derives it.
mod grammar {
    #![allow(missing_docs, unreachable_pub, reason = "pest derives this; it is documented in the grammar")]

    #[derive(pest_derive::Parser)]
    #[grammar = "grammar/ruleout.pest"]
    pub(super) struct RuleoutParser;
}

use grammar::{Rule, RuleoutParser};

/// How deep brackets may nest in a condition.
pub const DEFAULT_DEPTH: usize = 64;

/// How many mistakes are looked for in one file before the rest of it is left unread.
const MISTAKES: usize = 200;

/// Says that the rest of a text is not read.
fn too_many(at: usize, source: SourceId) -> Problem {
    let span = Span { source, start: at, end: at };
    Problem::error(
        Code::TooLarge,
        span,
        format!("more than {MISTAKES} mistakes: from here on nothing is read"),
    )
    .help("mend those above first")
}

/// Parses the text of one file; `depth` bounds how deep brackets may nest.
pub fn parse(source: SourceId, text: &str, depth: usize) -> (ast::File, Problems) {
    let layout = layout::lay_out(source, text, depth);
    let mut problems = layout.problems;
    if problems.is_empty()
        && let Ok(pairs) = RuleoutParser::parse(Rule::file, &layout.text)
    {
        let mut lower = lower::Lower { source, base: 0, problems: &mut problems };
        let declarations = lower.declarations(pairs.flat_map(pest::iterators::Pair::into_inner));
        return (ast::File { declarations, ..ast::File::default() }, problems);
    }
    let mut file = ast::File { cut: layout.cut, ..ast::File::default() };
    for chunk in &layout.chunks {
        match recover::declaration(source, &layout.text, chunk, &mut problems) {
            Ok(declaration) => file.declarations.push(declaration),
            Err(name) => file.lost.push(name),
        }
        if problems.len() >= MISTAKES && !file.cut {
            file.cut = true;
            problems.push(too_many(chunk.range.end, source));
            break;
        }
    }
    (file, problems)
}

/// The text of one file as it is written, with its comments; nothing where it does not parse.
pub fn written(source: SourceId, text: &str, depth: usize) -> (Option<Written>, Problems) {
    let (_, problems) = parse(source, text, depth);
    if problems.has_errors() {
        return (None, problems);
    }
    let layout = layout::lay_out(source, text, depth);
    let written = RuleoutParser::parse(Rule::file, &layout.text)
        .map(|pairs| written::written(&layout.text, pairs, layout.comments));
    (written.ok(), problems)
}
