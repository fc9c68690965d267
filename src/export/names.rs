//! Names that every format takes: ASCII letters, digits and single underscores, a letter first, each once.

use std::collections::BTreeSet;

/// The names that are taken.
#[derive(Debug, Clone, Default)]
pub(super) struct Names {
    taken: BTreeSet<String>,
}

impl Names {
    /// Returns a name for a part of the pack; where two come out alike, the later one has a number behind it.
    pub(super) fn name(&mut self, written: &str) -> String {
        self.unique(&identifier(written))
    }

    /// Returns a name that is put together from others, by two underscores, which no other name has.
    pub(super) fn compound(&mut self, parts: &[&str]) -> String {
        self.unique(&parts.join("__"))
    }

    fn unique(&mut self, name: &str) -> String {
        let mut unique = name.to_owned();
        let mut count = 1;
        while !self.taken.insert(unique.clone()) {
            count += 1;
            unique = format!("{name}_{count}");
        }
        unique
    }
}

/// Returns the names of the states of one variable.
pub(super) fn states<'a>(written: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut names = Names::default();
    written.into_iter().map(|state| names.name(state)).collect()
}

/// Returns a name in which what is no letter or digit is one underscore between those that are.
fn identifier(written: &str) -> String {
    let words = written.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let name = words.collect::<Vec<_>>().join("_");
    if name.starts_with(|c: char| c.is_ascii_alphabetic()) { name } else { format!("n_{name}") }
}

#[cfg(test)]
mod tests {
    use super::{Names, states};

    #[test]
    fn names_are_identifiers_and_each_is_there_once() {
        let mut names = Names::default();
        assert_eq!(names.name("hold.time"), "hold_time");
        assert_eq!(names.name("hold_time"), "hold_time_2");
        assert_eq!(names.name("5xx"), "n_5xx");
        assert_eq!(names.name("größe"), "gr_e");
        assert_eq!(names.name("数"), "n_");
        assert_eq!(names.compound(&["a", "b"]), "a__b");
    }

    #[test]
    fn states_are_named_apart() {
        assert_eq!(states(["< 5 min", "> 5 min", "no"]), ["n_5_min", "n_5_min_2", "no"]);
    }
}
