//! Random texts: editors reference them as the language does, and a change as they reference the whole text.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use regex::Regex;
use ruleout::source::SourceId;
use ruleout::syntax;
use tree_sitter::{InputEdit, Point};

use super::{Sample, accepted, accepted_by_editors, parser, samples, tree};
use crate::support::profile::scaled;

/// Numbers that look random (xorshift, after Marsaglia), the same in every run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % bound as u64).unwrap()
    }
}

/// The tokens of a text: words, numbers, texts in quotes, comments, runs of blanks, and single characters.
fn tokens(text: &str) -> Vec<&str> {
    static TOKEN: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#"//[^\n]*|"(?:\\.|[^"\\\n])*"|[\w.]*\w|[ \t]+|(?s:.)"#).unwrap());
    TOKEN.find_iter(text).map(|found| found.as_str()).collect()
}

/// Words and signs that mean something at one place and something else at another.
const CHANGEABLE: &[&str] = &[
    "\n",
    "\n",
    ",",
    ",\n",
    "{",
    "}",
    "(",
    ")",
    ":",
    "=",
    "-",
    "/",
    "..",
    "<=",
    "%",
    "// c\n",
    "5",
    "1.5",
    "1 of 2",
    "\"x\"",
    "/x/",
    "10.0.0.0/8",
    "a::b",
    "2026-01-31",
    "x",
    "x.y",
    "in.x",
    "not",
    "and",
    "or",
    "in",
    "is",
    "is one of",
    "of",
    "one",
    "one of",
    "some",
    "table",
    "any",
    "every",
    "all",
    "count",
    "at",
    "least",
    "at least",
    "known",
    "none",
    "first",
    "yes",
    "no",
    "allow",
    "over-100",
    "when",
    "otherwise",
    "where",
    "tickets",
    "percent",
    "before",
    "out",
    "to",
    "levels",
    "with",
    "anyway",
    "often",
    "almost",
    "very",
    "common",
    "impossible",
    "takes 5",
    "see",
    "fact",
    "fix",
    "ask",
    "read",
    "read count",
    "last",
    "sum",
    "x of y",
    "different x of",
    "in all tickets",
    "within any 5 min",
    "within 5 min before",
    "matching /x/",
    "records",
    "from",
    "lines",
    "json",
    "for each",
    "starts",
    "also",
    "example",
    "complete",
    "as",
    "decimal",
    "opened by",
    "fine when",
    "x.y[*]",
];

/// A token or two taken out, doubled, exchanged, or put where others stood.
fn mutated(text: &str, pool: &[&str], numbers: &mut Numbers) -> String {
    let mut tokens = tokens(text);
    for _ in 0..=numbers.below(3) / 2 {
        let at = numbers.below(tokens.len().max(1));
        let Some(&token) = tokens.get(at) else { break };
        let pool = if numbers.below(2) == 0 { CHANGEABLE } else { pool };
        match numbers.below(6) {
            0 => drop(tokens.remove(at)),
            1 => tokens.splice(at..at, [token, " "]).for_each(drop),
            2 | 3 => tokens.splice(at..at, [" ", pool[numbers.below(pool.len())], " "]).for_each(drop),
            4 => tokens[at] = pool[numbers.below(pool.len())],
            _ => {
                let other = numbers.below(tokens.len());
                tokens.swap(at, other);
            }
        }
    }
    tokens.concat()
}

/// Each declaration of the good samples by itself.
fn pieces(samples: &[Sample]) -> Vec<String> {
    let mut pieces = BTreeSet::new();
    for Sample { text, .. } in samples.iter().filter(|sample| accepted(&sample.text)) {
        let (file, _) = syntax::parse(SourceId::default(), text, syntax::DEFAULT_DEPTH);
        pieces.extend(file.declarations.iter().map(|d| text[d.span.start..d.span.end].to_owned()));
    }
    pieces.into_iter().collect()
}

/// How many of so many random texts the two reference alike, and those that they do not.
fn disagreements(cases: usize, seed: u64) -> (usize, Vec<(String, bool)>) {
    let samples = samples();
    let pieces = pieces(&samples);
    let words: BTreeSet<&str> = pieces.iter().flat_map(|piece| tokens(piece)).collect();
    let pool: Vec<&str> = words.into_iter().collect();
    let mut numbers = Numbers(seed);
    let mut good = 0;
    let mut different = Vec::new();
    for _ in 0..cases {
        let mut text = pieces[numbers.below(pieces.len())].clone();
        // A mistake in one declaration may reach into the next.
        if numbers.below(4) == 0 {
            text = format!("{text}\n{}\n", pieces[numbers.below(pieces.len())]);
        }
        let text = mutated(&text, &pool, &mut numbers);
        let language = accepted(&text);
        good += usize::from(language);
        if language != accepted_by_editors(&text) {
            different.push((text, language));
        }
    }
    (good, different)
}

/// Returns the number that random texts come of: the same in every run, unless `PROPTEST_RNG_SEED` says another.
fn seed() -> u64 {
    std::env::var("PROPTEST_RNG_SEED").map_or(20_260_101, |seed| seed.parse::<u64>().unwrap().max(1))
}

#[test]
fn editors_judge_random_texts_as_the_language_does() {
    let cases = scaled(2000) as usize;
    let (good, different) = disagreements(cases, seed());
    // Both verdicts must have come up, or there was nothing to agree on.
    assert!(good * 20 > cases && good * 2 < cases, "{good} of {cases}");
    let shown: Vec<String> = different
        .iter()
        .map(|(text, language)| format!("--- the language says {language}\n{text}"))
        .collect();
    assert!(different.is_empty(), "{} of {cases} differ\n{}", different.len(), shown.join("\n"));
}

/// The change that makes one text of another: what lies between their common beginning and their common end.
fn edit(before: &str, after: &str) -> InputEdit {
    let common = |a: &mut dyn Iterator<Item = u8>, b: &mut dyn Iterator<Item = u8>| {
        a.zip(b).take_while(|(a, b)| a == b).count()
    };
    let start = common(&mut before.bytes(), &mut after.bytes());
    let most = before.len().min(after.len()) - start;
    let end = common(&mut before.bytes().rev(), &mut after.bytes().rev()).min(most);
    let point = |text: &str, at: usize| {
        let before = &text[..at];
        Point::new(before.matches('\n').count(), at - before.rfind('\n').map_or(0, |line| line + 1))
    };
    let start =
        (0..=start).rev().find(|at| before.is_char_boundary(*at) && after.is_char_boundary(*at)).unwrap();
    let whole = |end: &usize| {
        before.is_char_boundary(before.len() - end) && after.is_char_boundary(after.len() - end)
    };
    let end = (0..=end).rev().find(whole).unwrap();
    let (old_end, new_end) = (before.len() - end, after.len() - end);
    InputEdit {
        start_byte: start,
        old_end_byte: old_end,
        new_end_byte: new_end,
        start_position: point(before, start),
        old_end_position: point(before, old_end),
        new_end_position: point(after, new_end),
    }
}

/// What an editor does with each key: it parses what has changed, and keeps the rest.
#[test]
fn a_change_is_parsed_as_the_whole_text_is() {
    let samples = samples();
    let pieces = pieces(&samples);
    let mut numbers = Numbers(seed());
    let mut good = 0;
    for _ in 0..1000 {
        let before = [(); 3].map(|()| pieces[numbers.below(pieces.len())].clone()).join("\n");
        let after = mutated(&before, CHANGEABLE, &mut numbers);
        let whole = tree(&after);
        let mut old = tree(&before);
        old.edit(&edit(&before, &after));
        let changed = parser().parse(&after, Some(&old)).unwrap();
        assert_eq!(changed.root_node().has_error(), whole.root_node().has_error(), "{after}");
        if !whole.root_node().has_error() {
            good += 1;
            assert_eq!(changed.root_node().to_sexp(), whole.root_node().to_sexp(), "{after}");
        }
    }
    assert!(good > 100, "{good}");
}
