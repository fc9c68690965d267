//! Colours: words and signs come from the text, names from what they stand for.

use std::collections::BTreeMap;

use gen_lsp_types::{SemanticToken, SemanticTokenModifiers, SemanticTokenTypes, SemanticTokensLegend};

use super::lexer::{Kind, Token, tokens};
use super::names::Sort;
use super::view::View;
use crate::pack::references::{Reference, Role, Symbol};
use crate::source::Span;
use crate::syntax::words::{self, Kind as WordKind};

/// The kinds of colour, in the order of the legend.
const TYPES: &[SemanticTokenTypes] = &[
    SemanticTokenTypes::Keyword,
    SemanticTokenTypes::String,
    SemanticTokenTypes::Number,
    SemanticTokenTypes::Regexp,
    SemanticTokenTypes::Comment,
    SemanticTokenTypes::Variable,
    SemanticTokenTypes::Class,
    SemanticTokenTypes::Namespace,
    SemanticTokenTypes::Method,
    SemanticTokenTypes::EnumMember,
    SemanticTokenTypes::Property,
    SemanticTokenTypes::Event,
    SemanticTokenTypes::Type,
    SemanticTokenTypes::Function,
    SemanticTokenTypes::Struct,
];

/// What the numbers of the colours mean.
pub(super) fn legend() -> SemanticTokensLegend {
    SemanticTokensLegend {
        token_types: TYPES.iter().map(ToString::to_string).collect(),
        token_modifiers: vec![SemanticTokenModifiers::Declaration.to_string()],
    }
}

/// Returns the colours of what lies in a span, each placed relative to the one before.
pub(super) fn colours(view: &View<'_>, span: Span) -> Vec<SemanticToken> {
    let names = names(view);
    let mut last = (0, 0);
    let mut out = Vec::new();
    for token in tokens(view.text()) {
        if token.range.end <= span.start || token.range.start >= span.end {
            continue;
        }
        let Some((kind, declares)) = colour(view, &token, &names) else { continue };
        let start = view.position(token.range.start);
        let delta_line = start.line - last.0;
        let delta_start = if delta_line == 0 { start.character - last.1 } else { start.character };
        last = (start.line, start.character);
        let length = view.encoding.length(view.text().get(token.range).unwrap_or(""));
        let token_modifiers_bitset = u32::from(declares);
        out.push(SemanticToken { delta_line, delta_start, length, token_type: kind, token_modifiers_bitset });
    }
    out
}

/// Returns what the names of the file stand for, by where they begin, and whether they are declared there.
fn names(view: &View<'_>) -> BTreeMap<usize, (SemanticTokenTypes, bool)> {
    let known = view.analysis.names();
    let here = view.analysis.pack.references.iter().filter(|reference| reference.span.source == view.id);
    let mut names = BTreeMap::new();
    for Reference { span, symbol, role } in here {
        let kind = match symbol {
            Symbol::Data(name) => match known.data.get(name).map(|data| data.sort) {
                Some(Sort::Fact) => SemanticTokenTypes::Variable,
                Some(Sort::Records | Sort::Reader) => SemanticTokenTypes::Struct,
                Some(Sort::Symptom(_)) | None => SemanticTokenTypes::Event,
            },
            Symbol::Rule(_) => SemanticTokenTypes::Function,
            Symbol::Cause(_) => SemanticTokenTypes::Class,
            Symbol::Group(_) => SemanticTokenTypes::Namespace,
            Symbol::Fix(_) => SemanticTokenTypes::Method,
            Symbol::Person(_) | Symbol::Column(..) => SemanticTokenTypes::Property,
            Symbol::Value(..) => SemanticTokenTypes::EnumMember,
        };
        names.insert(span.start, (kind, *role == Role::Declares));
    }
    names
}

fn colour(
    view: &View<'_>,
    token: &Token,
    names: &BTreeMap<usize, (SemanticTokenTypes, bool)>,
) -> Option<(u32, bool)> {
    let word = view.text().get(token.range.clone()).unwrap_or("");
    let (kind, declares) = match (token.kind, names.get(&token.range.start)) {
        (Kind::Word, Some((kind, declares))) => (kind.clone(), *declares),
        (Kind::Word, None) => match words::word(word)?.kinds.first()? {
            WordKind::Type => (SemanticTokenTypes::Type, false),
            WordKind::Unit => return None,
            _ => (SemanticTokenTypes::Keyword, false),
        },
        (Kind::Number, _) => (SemanticTokenTypes::Number, false),
        (Kind::Text, _) => (SemanticTokenTypes::String, false),
        (Kind::Pattern, _) => (SemanticTokenTypes::Regexp, false),
        (Kind::Comment, _) => (SemanticTokenTypes::Comment, false),
        _ => return None,
    };
    let number = TYPES.iter().position(|known| *known == kind)?;
    Some((u32::try_from(number).ok()?, declares))
}
