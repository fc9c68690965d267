//! What stands under the pointer, in plain words: what a name stands for, the number of a word, what a word of the language says, and what
//! the page of a problem's code says.

mod causes;
mod data;
pub(super) mod evidence;
mod words;

use gen_lsp_types::{Hover, MarkupContent, MarkupKind};

use super::diagnostics;
use super::view::View;
use crate::pack::references::Symbol;
use crate::problem::{Code, Problem};
use crate::render::markdown::escaped;
use crate::source::Span;

/// Describes what stands at an offset in bytes; nothing where there is nothing to say.
pub(super) fn hover(view: &View<'_>, offset: usize) -> Option<Hover> {
    view.tree()?;
    let (mut paragraphs, span) = match view.analysis.reference(view.id, offset) {
        Some(named) => (described(view, &named.symbol), Some(named.span)),
        None => match words::word(view, offset) {
            Some((text, span)) => (vec![text], Some(span)),
            None => (Vec::new(), None),
        },
    };
    let problem = problem(view, offset);
    paragraphs.extend(problem.map(|problem| page(problem.code)));
    let span = span.or(problem.map(Problem::span));
    let value = paragraphs.join("\n\n");
    let contents = MarkupContent { kind: MarkupKind::Markdown, value }.into();
    (!paragraphs.is_empty()).then(|| Hover { contents, range: span.map(|span| view.range(span)) })
}

/// Describes what a name stands for.
pub(super) fn described(view: &View<'_>, symbol: &Symbol) -> Vec<String> {
    match symbol {
        Symbol::Data(name) => evidence::table(view, name).unwrap_or_else(|| data::data(view, name)),
        Symbol::Value(owner, value) => data::value(view, owner, value),
        Symbol::Column(table, column) => evidence::described_column(view, table, column),
        Symbol::Rule(name) => data::rule(view, name),
        Symbol::Cause(name) => causes::cause(view, name),
        Symbol::Group(name) => causes::group(view, name),
        Symbol::Fix(name) => causes::fix(view, name),
        Symbol::Person(name) => vec![format!("`{name}`: whose work a fix is, or who can answer a question")],
    }
}

/// Writes what a name is, the name, and its title.
fn headline(what: &str, name: &str, title: Option<&str>) -> String {
    match title {
        Some(title) => format!("**{what}** `{name}`: {}", escaped(title)),
        None => format!("**{what}** `{name}`"),
    }
}

/// Writes the lines of a list; nothing without lines.
fn listed(lines: impl IntoIterator<Item = String>) -> Option<String> {
    let lines: Vec<String> = lines.into_iter().map(|line| format!("- {line}")).collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// Names where more stands.
fn see(texts: &[String]) -> Option<String> {
    (!texts.is_empty()).then(|| format!("See: {}", escaped(&texts.join("; "))))
}

/// Returns a condition as it is written, on one line.
fn written(view: &View<'_>, span: Span) -> String {
    view.under(span).split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Returns the problem at an offset.
fn problem<'v>(view: &'v View<'_>, offset: usize) -> Option<&'v Problem> {
    diagnostics::problems(&view.analysis, view.proven).find(|problem| {
        let span = problem.span();
        span.source == view.id && span.start <= offset && offset <= span.end
    })
}

/// Returns what the page of a code says before its example.
fn page(code: Code) -> String {
    let page = code.page();
    let (title, rest) = page.split_once('\n').unwrap_or((page, ""));
    let prose = rest.split("```").next().unwrap_or("").trim();
    let title = title.trim_start_matches("# ");
    format!("---\n**{title}**\n\n{prose}\n\nAn example: `ruleout explain {}`", code.name())
}
