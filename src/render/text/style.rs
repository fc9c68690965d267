//! Styles.
//!
//! Cyan and magenta can be told apart with every kind of colour blindness, and read on a dark and on a light ground.

use anstyle::{AnsiColor, Style};

/// The width of a full bar.
pub(super) const BAR: usize = 10;

pub(super) const PLAIN: Style = Style::new();
pub(super) const STRONG: Style = Style::new().bold();
pub(super) const FAINT: Style = Style::new().dimmed();
pub(super) const GOOD: Style = AnsiColor::Cyan.on_default().bold();
pub(super) const BAD: Style = AnsiColor::Magenta.on_default().bold();
