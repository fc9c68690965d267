//! From text to tree.
//!
//! Input: the text of one `.ruleout` file. Output: its [`ast::File`] and what is wrong with it. The grammar is
//! `grammar/ruleout.pest`; this is the only module that knows pest. A parsing expression grammar stops at the first
//! mistake, so the text is cut into declarations first, each is parsed by itself, and one that fails line by line: one run
//! reports every line that does not read, and keeps the others. So no more than one declaration stands in memory as
//! pest's pairs, which take twenty times the room of the tree.

pub mod ast;
mod diagnose;
mod suggest;
mod evidence;
mod foreign;
mod habits;
mod layout;
mod lower;
mod recover;
pub mod cst;
pub mod words;

use pest::Parser as _;

pub use words::is_reserved;

use crate::problem::Problems;
use crate::source::SourceId;
use cst::Written;

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

/// Parses the text of one file; `depth` bounds how deep brackets may nest.
pub fn parse(source: SourceId, text: &str, depth: usize) -> (ast::File, Problems) {
    let layout = layout::lay_out(source, text, depth);
    let mut problems = layout.problems;
    let mut file = ast::File::default();
    for chunk in &layout.chunks {
        match recover::declarations(source, &layout.text, chunk, &mut problems) {
            Ok(declarations) => file.declarations.extend(declarations),
            Err(name) => file.lost.push(name),
        }
    }
    (file, problems)
}

/// Returns whether a text can be the name of a declaration.
pub fn is_name(text: &str) -> bool {
    is_all(Rule::name, text)
}

/// Returns whether a text can be the name of a value, level, kind or column.
pub fn is_value(text: &str) -> bool {
    is_all(Rule::value, text)
}

fn is_all(whole: Rule, text: &str) -> bool {
    RuleoutParser::parse(whole, text).is_ok_and(|pairs| pairs.as_str() == text)
}

/// Parses a file into its tokens and comments, with nothing left out; none where it does not parse.
pub fn written(source: SourceId, text: &str, depth: usize) -> (Option<Written>, Problems) {
    let (_, problems) = parse(source, text, depth);
    if problems.has_errors() {
        return (None, problems);
    }
    let layout = layout::lay_out(source, text, depth);
    let written = RuleoutParser::parse(Rule::file, &layout.text)
        .map(|pairs| cst::written(&layout.text, pairs, layout.comments));
    (written.ok(), problems)
}
