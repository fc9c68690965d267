//! Above each cause, what the cases of the pack say of it: `3 cases · first in 2`.

use gen_lsp_types::{CodeLens, Command};

use super::cases::Tally;
use super::view::View;
use crate::syntax::ast::DeclarationKind;

/// Returns one lens for each cause of the file, once the cases have run.
pub(super) fn lenses(view: &View<'_>) -> Vec<CodeLens> {
    let Some(tally) = &view.proven.tally else { return Vec::new() };
    let declarations = view.tree().map_or(&[][..], |tree| tree.file.declarations.as_slice());
    let causes = declarations.iter().filter_map(|declaration| match &declaration.kind {
        DeclarationKind::Cause(cause) => Some((cause, declaration.span)),
        _ => None,
    });
    let lens = |(cause, span): (&crate::syntax::ast::Cause, _)| {
        let title = title(tally.get(&cause.name.value).copied().unwrap_or_default());
        // A lens without a command is not drawn; this one does nothing when it is chosen.
        let command = Some(Command { title, ..Command::default() });
        CodeLens { range: view.range(span), command, data: None }
    };
    causes.map(lens).collect()
}

fn title(tally: Tally) -> String {
    match tally {
        Tally { cases: 0, .. } => "no case yet".to_owned(),
        Tally { cases: 1, first: 0 } => "1 case · not first".to_owned(),
        Tally { cases: 1, .. } => "1 case · first".to_owned(),
        Tally { cases, first: 0 } => format!("{cases} cases · first in none"),
        Tally { cases, first } => format!("{cases} cases · first in {first}"),
    }
}
