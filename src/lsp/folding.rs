//! What can be folded away: declarations and blocks of comments.

use gen_lsp_types::{FoldingRange, FoldingRangeKind};

use super::lexer::{Kind, Token, tokens};
use super::view::View;
use crate::source::Span;

/// Finds everything of more than one line that belongs together.
pub(super) fn foldings(view: &View<'_>) -> Vec<FoldingRange> {
    let declarations = view.tree().map_or(&[][..], |tree| tree.file.declarations.as_slice());
    let bodies = declarations.iter().filter_map(|declaration| folding(view, declaration.span, None));
    let mut all: Vec<_> = bodies.collect();
    all.extend(comments(view));
    all.sort_by_key(|folding| folding.start_line);
    all
}

fn folding(view: &View<'_>, span: Span, kind: Option<FoldingRangeKind>) -> Option<FoldingRange> {
    let range = view.range(span);
    let (start_line, end_line) = (range.start.line, range.end.line);
    (start_line < end_line).then_some(FoldingRange { start_line, end_line, kind, ..FoldingRange::default() })
}

/// Finds comments on lines of their own that follow each other.
fn comments(view: &View<'_>) -> Vec<FoldingRange> {
    let (source, all) = (view.id, tokens(view.text()));
    let mut blocks: Vec<Span> = Vec::new();
    let mut open = false;
    for line in all.split(|token| token.kind == Kind::Newline) {
        let alone = match line {
            [Token { kind: Kind::Comment, range }] => Some(range),
            _ => None,
        };
        match (alone, blocks.last_mut()) {
            (Some(range), Some(block)) if open => block.end = range.end,
            (Some(range), _) => blocks.push(Span { source, start: range.start, end: range.end }),
            (None, _) => {}
        }
        open = alone.is_some();
    }
    blocks.into_iter().filter_map(|block| folding(view, block, Some(FoldingRangeKind::Comment))).collect()
}
