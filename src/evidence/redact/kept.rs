//! What must stay, since a pack looks for it: the hosts and words of its literals and patterns.

use std::collections::BTreeSet;

use ipnet::IpNet;
use regex_syntax::hir::{Class, Hir, HirKind};

use super::host;

/// What stays as it is.
#[derive(Debug, Clone, Default)]
pub struct Kept {
    /// Domains, with all that stands beneath them as far as it is not somebody's name: `google.com`.
    pub(super) domains: BTreeSet<String>,
    /// Words, in small letters.
    pub(super) words: BTreeSet<String>,
    /// Networks that addresses stay in, and addresses that stay.
    pub(super) networks: Vec<IpNet>,
}

/// So many texts are made of the alternatives of a pattern.
const TEXTS: usize = 500;
/// Stands where anything may.
const ANYTHING: char = '\u{0}';

impl Kept {
    /// Keeps what a text says: a literal of a pack.
    pub fn text(&mut self, text: &str) {
        for host in host::all(text) {
            self.domains.insert(host);
        }
        let words = text.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= 3);
        self.words.extend(words.map(str::to_lowercase));
        if let Ok(address) = text.trim().parse::<std::net::IpAddr>() {
            self.networks.push(address.into());
        }
    }

    /// Keeps what a pattern looks for.
    pub fn pattern(&mut self, pattern: &str) {
        let Ok(hir) = regex_syntax::parse(pattern) else { return };
        for text in texts(&hir) {
            text.split(ANYTHING).for_each(|text| self.text(text));
        }
    }

    /// Lets addresses stay in a network.
    pub fn network(&mut self, network: IpNet) {
        self.networks.push(network.trunc());
    }
}

/// Returns the texts that a pattern matches, as far as they are said; what may be anything is one sign.
fn texts(hir: &Hir) -> Vec<String> {
    let anything = || vec![ANYTHING.to_string()];
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) => vec![String::new()],
        HirKind::Literal(literal) => vec![String::from_utf8_lossy(&literal.0).into_owned()],
        HirKind::Class(class) => one_letter(class).map_or_else(anything, |letter| vec![letter.to_string()]),
        HirKind::Capture(capture) => texts(&capture.sub),
        // With it or without: what it says counts alone as well.
        HirKind::Repetition(repetition) => {
            texts(&repetition.sub).into_iter().map(|text| format!("{ANYTHING}{text}{ANYTHING}")).collect()
        }
        HirKind::Alternation(all) => all.iter().flat_map(texts).take(TEXTS).collect(),
        HirKind::Concat(all) => all.iter().map(texts).reduce(joined).unwrap_or_default(),
    }
}

/// Returns every text of the first before every one of the second; where those are too many, one after the other.
fn joined(first: Vec<String>, second: Vec<String>) -> Vec<String> {
    if first.len() * second.len() > TEXTS {
        return first.into_iter().chain(second).take(2 * TEXTS).collect();
    }
    first.iter().flat_map(|one| second.iter().map(move |other| format!("{one}{other}"))).collect()
}

/// Returns the letter of `[Gg]`.
fn one_letter(class: &Class) -> Option<char> {
    let Class::Unicode(class) = class else { return None };
    let mut letters = class.iter().flat_map(|range| range.start()..=range.end()).take(4);
    let first = letters.find(char::is_ascii)?.to_ascii_lowercase();
    // `[Kk\u{212A}]`, `[Ss\u{17F}]`
    let is_same = |c: char| c.to_lowercase().eq([first]) || c == 'ſ' && first == 's';
    class.iter().flat_map(|range| range.start()..=range.end()).take(5).all(is_same).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_say_what_stays() {
        let mut kept = Kept::default();
        kept.pattern(r"(?i)(?:google|outlook)\.com|zen\.spamhaus\.org.*listed");
        kept.text(".protection.outlook.com");
        kept.text("mail from mx.yahoodns.net");
        for host in
            ["google.com", "outlook.com", "zen.spamhaus.org", "protection.outlook.com", "mx.yahoodns.net"]
        {
            assert!(kept.domains.contains(host), "{host} {:?}", kept.domains);
        }
        assert!(kept.words.contains("listed"));
        kept.pattern("(a{1000}){1000}");
        kept.pattern(r"\w+(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)(a|b|c)");
    }
}
