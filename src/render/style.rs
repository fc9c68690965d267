//! Styles of texts for a terminal.
//!
//! A style stands in a text behind a sign of its own, which no text that is read can hold, and becomes an escape sequence only where it
//! is printed: so an escape sequence in somebody's text stays one that is not obeyed.
//!
//! Cyan and magenta can be told apart with every kind of colour blindness, and read on a dark and on a light ground.

use std::fmt;

use anstyle::AnsiColor;

use crate::markup::STYLE;

/// How a text looks: `{style}text{style:#}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style(anstyle::Style);

/// As everything around it.
pub const PLAIN: Style = Style(anstyle::Style::new());
/// Bold.
pub const STRONG: Style = Style(anstyle::Style::new().bold());
/// Dimmed.
pub const FAINT: Style = Style(anstyle::Style::new().dimmed());
/// What speaks for something.
pub const GOOD: Style = Style(AnsiColor::Cyan.on_default().bold());
/// What speaks against something.
pub const BAD: Style = Style(AnsiColor::Magenta.on_default().bold());
/// What failed.
pub const FAILED: Style = Style(AnsiColor::Red.on_default().bold());
/// What passed.
pub const PASSED: Style = Style(AnsiColor::Green.on_default());
/// What is neither.
pub const TOLD: Style = Style(AnsiColor::Yellow.on_default());

impl fmt::Display for Style {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let codes = if f.alternate() { format!("{:#}", self.0) } else { self.0.to_string() };
        f.write_str(&of_our_own(&codes))
    }
}

/// Returns a text whose escape sequences are ours, with the sign of a style in their place.
pub(crate) fn of_our_own(text: &str) -> String {
    text.replace('\u{1b}', STYLE)
}
