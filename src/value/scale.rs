//! What the words for chances and shares mean as numbers.

use std::collections::BTreeMap;

use crate::syntax::ast::{Chance, Commonness, Frequency, Share};

/// The number of every word.
#[derive(Debug, Clone, PartialEq)]
pub struct FrequencyScale {
    frequencies: BTreeMap<Frequency, f64>,
    commonness: BTreeMap<Commonness, f64>,
}

impl Default for FrequencyScale {
    fn default() -> Self {
        let frequencies = [0.99, 0.95, 0.80, 0.60, 0.30, 0.08, 0.02, 0.005];
        let commonness = [0.2, 0.05, 0.01, 0.002, 0.0002];
        Self {
            frequencies: Frequency::ALL.iter().copied().zip(frequencies).collect(),
            commonness: Commonness::ALL.iter().copied().zip(commonness).collect(),
        }
    }
}

/// How far the number behind a word may be from the pack's, `usually (80 %)`, before it counts as another.
const SAME: f64 = 1e-9;

impl FrequencyScale {
    /// Returns the number of a word for how often.
    pub fn frequency(&self, word: Frequency) -> f64 {
        self.frequencies.get(&word).copied().unwrap_or_default()
    }

    /// Returns the number of a word for how common.
    pub fn commonness(&self, word: Commonness) -> f64 {
        self.commonness.get(&word).copied().unwrap_or_default()
    }

    /// Gives a word another number; false where there is no such word.
    pub(crate) fn set(&mut self, word: &str, number: f64) -> bool {
        if let Some(word) = Frequency::of_word(word) {
            self.frequencies.insert(word, number);
            return true;
        }
        if let Some(word) = Commonness::of_word(word) {
            self.commonness.insert(word, number);
            return true;
        }
        false
    }

    /// Returns the number of a chance.
    ///
    /// # Errors
    /// The number that its word has in this pack, where another is written behind it.
    pub fn chance(&self, chance: &Chance) -> Result<f64, f64> {
        match chance {
            Chance::Number(number) => Ok(*number),
            Chance::Word(word, written) => agreed(self.frequency(*word), *written),
        }
    }

    /// Returns the number of a share.
    ///
    /// # Errors
    /// The number that its word has in this pack, where another is written behind it.
    pub fn share(&self, share: &Share) -> Result<f64, f64> {
        match share {
            Share::Impossible => Ok(0.0),
            Share::Number(number) => Ok(*number),
            Share::Word(word, written) => agreed(self.commonness(*word), *written),
        }
    }
}

fn agreed(number: f64, written: Option<f64>) -> Result<f64, f64> {
    match written {
        Some(written) if (written - number).abs() > SAME => Err(number),
        _ => Ok(number),
    }
}

/// Returns all words that have a number.
pub(crate) fn words() -> impl Iterator<Item = &'static str> {
    Frequency::ALL.iter().map(|word| word.word()).chain(Commonness::ALL.iter().map(|word| word.word()))
}

/// Reads a chance in a fact file or in pack.ron: `10 %`, `usually`, `usually (80 %)`, `17 of 20`, `1 in 200`.
pub fn parse_chance(text: &str, scale: &FrequencyScale) -> Option<f64> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    if let Some((word, figure)) = text.strip_suffix(')').and_then(|t| t.split_once(" (")) {
        let chance = Chance::Word(Frequency::of_word(word)?, Some(parse_figure(figure)?));
        return scale.chance(&chance).ok();
    }
    match Frequency::of_word(&text) {
        Some(word) => Some(scale.frequency(word)),
        None => parse_figure(&text),
    }
}

fn parse_figure(text: &str) -> Option<f64> {
    let number = |t: &str| t.trim().parse::<f64>().ok().filter(|n| n.is_finite());
    let chance = if let Some(percent) = text.strip_suffix('%').or_else(|| text.strip_suffix(" percent")) {
        number(percent)? / 100.0
    } else {
        let (a, b) = text.split_once(" of ").or_else(|| text.split_once(" in "))?;
        number(a)? / number(b)?
    };
    (0.0..=1.0).contains(&chance).then_some(chance)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chances_read_in_every_form() {
        let scale = FrequencyScale::default();
        let cases = [
            ("10 %", 0.1),
            ("usually", 0.8),
            ("usually (80 %)", 0.8),
            ("17 of 20", 0.85),
            ("1 in 200", 0.005),
        ];
        for (text, number) in cases {
            assert_eq!(parse_chance(text, &scale), Some(number), "{text}");
        }
        for text in ["usually (70 %)", "110 %", "often enough", "3 of 2", "NaN %", ""] {
            assert_eq!(parse_chance(text, &scale), None, "{text}");
        }
    }
}
