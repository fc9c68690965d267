//! The grammar of Ruleout for [tree-sitter](https://tree-sitter.github.io), as editors use it.

use tree_sitter_language::LanguageFn;

unsafe extern "C" {
    fn tree_sitter_ruleout() -> *const ();
}

/// The grammar, for `tree_sitter::Parser::set_language`.
// SAFETY: the function is the one that the generated parser defines, and gives a language that lives as long as the program.
pub const LANGUAGE: LanguageFn = unsafe { LanguageFn::from_raw(tree_sitter_ruleout) };

/// What each node may hold, in JSON.
pub const NODE_TYPES: &str = include_str!("../../src/node-types.json");
