//! The words of the language, each once: what it is, which lines it begins, and a line about it.
//!
//! The layout, the suggestions for lines that do not parse, completion and colours read this table. The grammars
//! (`grammar/ruleout.pest`, the ones for editors) must spell their words out; tests below hold them against it, so that no
//! word is missing in one of them and none too many.

/// What a word is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// Begins a declaration.
    Declaration,
    /// Begins a part of a declaration.
    Part,
    /// Belongs to a part that another word, or a number, began.
    Phrase,
    /// Says how often something is seen.
    Frequency,
    /// Says how common a cause is.
    Commonness,
    /// Asks something in a condition.
    Condition,
    /// Joins two conditions, so that a line goes on behind it.
    Connective,
    /// Names a type, or is part of what does.
    Type,
    /// Is the unit of a number.
    Unit,
}

/// A body between `{` and `}`: what may begin a line differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// Of a fact, a computed fact or a visit.
    Fact,
    /// Of a symptom, with levels or without.
    Symptom,
    /// Of a rule.
    Rule,
    /// Of a cause.
    Cause,
    /// Of a fix.
    Fix,
    /// Of a table.
    Records,
    /// Of what makes a ticket.
    Tickets,
}

/// Where a word means something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Everywhere: no name can be it.
    Reserved,
    /// At the places where the grammar asks for it; elsewhere it may be a name.
    Contextual,
    /// The grammar reads a name, and a later stage knows it.
    LookedUp,
}

use Body::{Cause, Fact, Fix, Records, Rule, Symptom, Tickets};
use Kind::{Commonness, Condition, Connective, Declaration, Frequency, Part, Phrase, Type, Unit};

/// A word of the language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Word {
    /// As it is written.
    pub text: &'static str,
    /// What it is for, the chief purpose first.
    pub kinds: &'static [Kind],
    /// The bodies of which it begins a line.
    pub begins: &'static [Body],
    /// Where it means something.
    pub standing: Standing,
    /// One line about it.
    pub about: &'static str,
}

type Kinds = &'static [Kind];
type Bodies = &'static [Body];

const fn reserved(text: &'static str, kinds: Kinds, begins: Bodies, about: &'static str) -> Word {
    Word { text, kinds, begins, standing: Standing::Reserved, about }
}

const fn contextual(text: &'static str, kinds: Kinds, begins: Bodies, about: &'static str) -> Word {
    Word { text, kinds, begins, standing: Standing::Contextual, about }
}

const fn looked_up(text: &'static str, kinds: Kinds, about: &'static str) -> Word {
    Word { text, kinds, begins: &[], standing: Standing::LookedUp, about }
}

const ALL_BODIES: Bodies = &[Fact, Symptom, Rule, Cause, Fix, Records, Tickets];
const RATED: Bodies = &[Fact, Symptom, Rule];

/// All words of the language.
#[rustfmt::skip]
pub const WORDS: &[Word] = &[
    // Declarations.
    reserved("fact",        &[Declaration], &[], "declares a fact: what may be recorded, and its type"),
    reserved("facts",       &[Declaration], &[], "declares several facts that one visit answers"),
    reserved("derive",      &[Declaration], &[], "declares a fact that is computed from others"),
    reserved("symptom",     &[Declaration], &[], "declares a symptom: a named condition, levels or kinds"),
    reserved("rule",        &[Declaration], &[], "says how often a symptom is seen with which causes"),
    reserved("cause",       &[Declaration], &[], "declares a cause: what may be wrong"),
    reserved("fix",         &[Declaration, Part], &[Cause], "declares a fix; in a cause: what removes it"),
    reserved("records",     &[Declaration], &[], "declares a table of what is read from artefacts"),

    // What begins a part.
    reserved("read",        &[Part], &[Fact],          "how evidence gives the fact a value, and when"),
    contextual("also",      &[Part], &[Records],       "a pattern that fills further columns of a record"),
    contextual("example",   &[Part], &[Records],       "a text, or a file, that must be read"),
    contextual("complete",  &[Part], &[Records],       "there are no other rows than those that are read"),
    contextual("opened",    &[Part], &[Tickets],       "`opened by`: the rows that begin tickets"),
    contextual("fine",      &[Part], &[Tickets],       "`fine when`: where there is nothing to diagnose, and what is said then"),
    reserved("ask",         &[Part], &[Fact, Records],          "the question that obtains the fact"),
    reserved("takes",       &[Part], &[Fact, Fix, Records], "the hands-on time"),
    reserved("see",         &[Part], ALL_BODIES,       "where to read more"),
    contextual("allow",     &[Part], ALL_BODIES,       "accepts a warning, with the reason"),
    reserved("given",       &[Part], &[Rule],          "the context in which the rule counts"),
    reserved("when",        &[Part], &[Symptom, Rule], "the condition"),
    reserved("rules",       &[Part], &[Rule],          "`rules out`: what cannot be the cause where this is seen"),
    reserved("part",        &[Part], &[Cause],         "`part of`: the groups that the cause belongs to"),
    reserved("told",        &[Part], &[Cause],         "`told by`: a direct check for the cause"),
    reserved("shows",       &[Part], &[Cause],         "adds the cause to a rule that stands elsewhere"),
    reserved("leads",       &[Part], &[Cause],         "`leads to`: the causes that follow from this one, and how often"),
    reserved("by",          &[Part, Phrase], &[Fact, Fix, Records], "who carries out the fix, or can answer the question"),
    reserved("waits",       &[Part], &[Fix],           "how long the fix then takes by itself"),
    reserved("works",       &[Part], &[Fix],           "how often the fix works"),
    reserved("risk",        &[Part], &[Fix],           "what may go wrong"),
    reserved("needs",       &[Part], &[Fix],           "`needs approval`: somebody must agree first"),
    reserved("step",        &[Part], &[Fix],           "one thing to do"),
    reserved("verify",      &[Part], &[Fix],           "how to see that the fix worked"),
    reserved("does",        &[Part], &[Fix],           "`does not`: what the fix leaves undone"),

    // How often.
    reserved("always",      &[Frequency], RATED, "in all tickets"),
    reserved("almost",      &[Frequency], RATED, "`almost always` or `almost never`"),
    reserved("usually",     &[Frequency], RATED, "in most tickets"),
    reserved("often",       &[Frequency], RATED, "in more than half of the tickets"),
    reserved("sometimes",   &[Frequency], RATED, "in fewer than half of the tickets"),
    reserved("rarely",      &[Frequency], RATED, "in few tickets"),
    reserved("never",       &[Frequency], RATED, "in hardly any ticket"),

    // How common a cause is.
    reserved("very",        &[Commonness], &[Cause], "`very common` or `very rare`"),
    reserved("common",      &[Commonness], &[Cause], "a common cause"),
    reserved("uncommon",    &[Commonness], &[Cause], "an uncommon cause"),
    reserved("rare",        &[Commonness], &[Cause], "a rare cause"),
    reserved("impossible",  &[Commonness], &[Cause], "cannot be the cause, by definition"),

    // What goes on with a part.
    reserved("with",        &[Phrase], &[], "the causes with which it is seen"),
    reserved("anyway",      &[Phrase], &[], "with none of the causes named: the background"),
    reserved("otherwise",   &[Phrase], &[], "where none of the conditions above is true"),
    reserved("of",          &[Phrase], &[], "`17 of 20`, `one of a, b`, `part of a`"),
    contextual("out",       &[Phrase], &[], "`rules out`"),
    contextual("to",        &[Phrase], &[], "`leads to`"),
    contextual("from",      &[Phrase], &[], "`facts from`: where the facts are looked up"),
    contextual("first",     &[Phrase], &[], "asked before everything else"),
    contextual("approval",  &[Phrase], &[], "somebody must agree first"),
    contextual("levels",    &[Phrase], &[], "ordered, from the normal level upward"),
    contextual("kinds",     &[Phrase], &[], "without an order, the normal kind last"),
    contextual("tickets",   &[Declaration, Phrase], &[], "declares which rows make one ticket; a share of all tickets, as counted"),
    contextual("last",      &[Phrase], &[], "the newest row, or the one that stands last"),
    contextual("greatest",  &[Phrase], &[], "the greatest value of a column"),
    contextual("sum",       &[Phrase], &[], "the sum of a column"),
    contextual("matching",  &[Phrase], &[], "the part of a text that a pattern matches"),
    contextual("for",       &[Phrase], &[], "`for each`: one row for each value of a column"),
    contextual("each",      &[Phrase], &[], "`for each`: one row for each value of a column"),
    contextual("as",        &[Phrase], &[], "the letters of a time: `as \"yyyy-MM-dd\"`"),
    contextual("decimal",   &[Phrase], &[], "the sign before decimals: `with \",\" decimal`"),
    contextual("different", &[Phrase], &[], "counts each value of a column once"),
    contextual("lines",     &[Phrase], &[], "records that begin with a line that matches a pattern"),
    contextual("fields",    &[Phrase], &[], "records of names with their values: `State: up`"),
    contextual("csv",       &[Phrase], &[], "comma separated values with a line of names"),
    contextual("json",      &[Phrase], &[], "JSON, or a line of JSON each"),
    contextual("xml",       &[Phrase], &[], "XML"),

    // Conditions.
    reserved("and",         &[Connective], &[], "both are true"),
    reserved("or",          &[Connective], &[], "at least one is true"),
    reserved("not",         &[Condition], &[], "turns yes into no"),
    reserved("is",          &[Condition], &[], "has this value"),
    reserved("has",         &[Condition], &[], "the set holds this value"),
    reserved("in",          &[Condition], &[], "lies in a range or a network"),
    reserved("between",     &[Condition], &[], "lies between two values, both included"),
    reserved("contains",    &[Condition], &[], "the text contains this one"),
    reserved("starts",      &[Condition, Part], &[Records], "the text starts with this one; in a table: what begins a record"),
    reserved("ends",        &[Condition], &[], "the text ends with this one"),
    reserved("matches",     &[Condition], &[], "the text matches a pattern"),
    reserved("within",      &[Condition], &[], "no longer before or after another time"),
    reserved("where",       &[Condition], &[], "the rows of a table that count"),
    contextual("known",     &[Condition, Phrase], &[], "somebody has recorded it"),
    contextual("before",    &[Condition, Phrase], &[], "earlier than the other time"),
    contextual("after",     &[Condition, Phrase], &[], "later than the other time"),
    contextual("least",     &[Condition, Phrase], &[], "this level or a higher one"),
    contextual("most",      &[Condition, Phrase], &[], "this level or a lower one"),
    contextual("none",      &[Condition], &[], "known to be empty"),
    contextual("at",        &[Condition], &[], "`at least` or `at most`"),
    contextual("all",       &[Condition], &[], "`all same`: one value in all rows of a table"),
    contextual("same",      &[Condition], &[], "`all same`: one value in all rows of a table"),
    contextual("any",       &[Condition], &[], "in at least one row of a table"),
    contextual("every",     &[Condition], &[], "in all rows of a table"),
    contextual("count",     &[Condition], &[], "how many rows of a table"),

    // Types.
    contextual("yes",       &[Type], &[], "`yes/no`"),
    contextual("no",        &[Type], &[], "`yes/no`"),
    contextual("one",       &[Type, Condition], &[], "`one of`: exactly one of the values"),
    contextual("some",      &[Type], &[], "`some of`: a set of values, perhaps empty"),
    contextual("table",     &[Type], &[], "`table of`: rows with the same columns"),
    looked_up("number",     &[Type], "a number without a unit"),
    contextual("percent",   &[Unit, Type], &[], "a percentage"),
    looked_up("size",       &[Type], "a number of bytes"),
    looked_up("duration",   &[Type], "a length of time"),
    looked_up("time",       &[Type], "a date and time"),
    looked_up("text",       &[Type], "a text of any kind"),
    looked_up("domain",     &[Type], "a domain name"),
    looked_up("ip",         &[Type], "an IP address"),

    // Units.
    looked_up("ms",         &[Unit], "milliseconds"),
    looked_up("s",          &[Unit], "seconds"),
    looked_up("sec",        &[Unit], "seconds"),
    looked_up("secs",       &[Unit], "seconds"),
    looked_up("second",     &[Unit], "seconds"),
    looked_up("seconds",    &[Unit], "seconds"),
    looked_up("min",        &[Unit], "minutes"),
    looked_up("mins",       &[Unit], "minutes"),
    looked_up("minute",     &[Unit], "minutes"),
    looked_up("minutes",    &[Unit], "minutes"),
    looked_up("h",          &[Unit], "hours"),
    looked_up("hour",       &[Unit], "hours"),
    looked_up("hours",      &[Unit], "hours"),
    looked_up("d",          &[Unit], "days"),
    looked_up("day",        &[Unit], "days"),
    looked_up("days",       &[Unit], "days"),
    looked_up("week",       &[Unit], "weeks"),
    looked_up("weeks",      &[Unit], "weeks"),
    looked_up("B",          &[Unit], "bytes"),
    looked_up("byte",       &[Unit], "bytes"),
    looked_up("bytes",      &[Unit], "bytes"),
    looked_up("kB",         &[Unit], "1,000 bytes"),
    looked_up("KB",         &[Unit], "1,000 bytes"),
    looked_up("MB",         &[Unit], "1,000,000 bytes"),
    looked_up("GB",         &[Unit], "10^9 bytes"),
    looked_up("TB",         &[Unit], "10^12 bytes"),
    looked_up("KiB",        &[Unit], "1,024 bytes"),
    looked_up("MiB",        &[Unit], "1,024 KiB"),
    looked_up("GiB",        &[Unit], "1,024 MiB"),
    looked_up("TiB",        &[Unit], "1,024 GiB"),
];

/// Behind this word a `{` opens a list, not a body.
pub const BEFORE_LIST: &str = "of";

/// Behind these words a `/` opens a pattern.
pub const BEFORE_PATTERN: [&str; 4] = ["matches", "matching", "starts", "also"];

impl Word {
    /// Returns whether it serves as this kind of word.
    pub fn is(&self, kind: Kind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Returns whether it is so much a word of the language that it is not taken for a name where a line does not parse.
    fn is_known(&self) -> bool {
        self.standing == Standing::Reserved || self.is(Phrase)
    }
}

/// Returns the entry of a word.
pub fn word(text: &str) -> Option<&'static Word> {
    WORDS.iter().find(|word| word.text == text)
}

/// Returns whether no name can be this word.
pub fn is_reserved(text: &str) -> bool {
    word(text).is_some_and(|word| word.standing == Standing::Reserved)
}

/// Returns whether a text is a word of a kind.
pub fn is(text: &str, kind: Kind) -> bool {
    word(text).is_some_and(|word| word.is(kind))
}

/// Returns whether a word is one of the language's, so that it is hardly meant as a name.
pub(super) fn is_known(text: &str) -> bool {
    word(text).is_some_and(Word::is_known)
}

/// Returns whether a line begins with this word and a condition never holds it.
pub(super) fn begins_part(text: &str) -> bool {
    let begins = |word: &Word| !word.begins.is_empty() || matches!(word.text, "anyway" | "otherwise");
    word(text).is_some_and(|word| word.standing == Standing::Reserved && begins(word))
}

/// Returns the words of a kind, in the order of the table.
pub fn of_kind(kind: Kind) -> impl Iterator<Item = &'static str> {
    WORDS.iter().filter(move |word| word.is(kind)).map(|word| word.text)
}

/// Returns the words that begin a line of a body.
pub(super) fn beginning(body: Body) -> impl Iterator<Item = &'static str> {
    WORDS.iter().filter(move |word| word.begins.contains(&body)).map(|word| word.text)
}

/// Returns the words that a misspelt one inside a body may have been meant to be.
pub(super) fn in_bodies() -> impl Iterator<Item = &'static str> {
    let inside =
        |word: &&Word| word.is_known() && (!word.is(Declaration) || word.is(Part) || word.is(Phrase));
    WORDS.iter().filter(inside).map(|word| word.text)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use regex::Regex;

    use super::{Kind, Standing, WORDS, is};
    use crate::syntax::ast::{Commonness, Frequency};

    fn file(path: &str) -> String {
        std::fs::read_to_string(format!("{}/{path}", env!("CARGO_MANIFEST_DIR"))).unwrap()
    }

    /// The words that a grammar must spell out.
    fn spelt_out() -> BTreeSet<String> {
        let words = WORDS.iter().filter(|word| word.standing != Standing::LookedUp);
        words.map(|word| word.text.to_owned()).collect()
    }

    fn reserved() -> BTreeSet<String> {
        let words = WORDS.iter().filter(|word| word.standing == Standing::Reserved);
        words.map(|word| word.text.to_owned()).collect()
    }

    /// The words in double quotes in a text.
    fn quoted(text: &str) -> BTreeSet<String> {
        let word = Regex::new(r#""([A-Za-z]+)""#).unwrap();
        word.captures_iter(text).map(|found| found[1].to_owned()).collect()
    }

    #[test]
    fn every_word_stands_once_and_has_a_line() {
        let mut seen = BTreeSet::new();
        for word in WORDS {
            assert!(seen.insert(word.text), "{}", word.text);
            assert!(!word.kinds.is_empty() && !word.about.is_empty(), "{}", word.text);
        }
    }

    #[test]
    fn the_grammar_spells_out_these_words_and_no_others() {
        let grammar = file("grammar/ruleout.pest");
        let rules: Vec<&str> = grammar.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
        // `"T"` and `"Z"` belong to times.
        let mut words = quoted(&rules.join("\n"));
        assert!(words.remove("T") && words.remove("Z"));
        assert_eq!(words, spelt_out());
        let list = grammar.split("reserved = @{").nth(1).unwrap().split("word_end").next().unwrap();
        assert_eq!(quoted(list), reserved());
    }

    /// The words that stand as strings in a grammar of tree-sitter.
    fn strings(rule: &serde_json::Value, found: &mut BTreeSet<String>) {
        if rule["type"] == "STRING" {
            found.extend(rule["value"].as_str().map(str::to_owned));
        }
        match rule {
            serde_json::Value::Array(all) => all.iter().for_each(|inner| strings(inner, found)),
            serde_json::Value::Object(all) => all.values().for_each(|inner| strings(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn tree_sitter_spells_out_these_words_and_no_others() {
        let text = file("editors/tree-sitter-ruleout/src/grammar.json");
        let grammar: serde_json::Value = serde_json::from_str(&text).unwrap();
        let (mut words, mut names) = (BTreeSet::new(), BTreeSet::new());
        strings(&grammar["rules"], &mut words);
        words.retain(|word| word.starts_with(|c: char| c.is_ascii_alphabetic()));
        assert_eq!(words, spelt_out());
        strings(&grammar["reserved"]["names"], &mut names);
        assert_eq!(names, reserved());
        // What is generated is what is written.
        let written = file("editors/tree-sitter-ruleout/grammar.js");
        let list = written.split("const RESERVED = [").nth(1).unwrap().split(']').next().unwrap();
        assert_eq!(quoted(list), reserved());
    }

    #[test]
    fn textmate_spells_out_these_words_and_no_others() {
        let text = file("editors/vscode/syntaxes/ruleout.tmLanguage.json");
        let grammar: serde_json::Value = serde_json::from_str(&text).unwrap();
        let mut words = BTreeSet::new();
        patterns(&grammar, &mut words);
        // `Z` belongs to times.
        assert!(words.remove("Z"));
        assert_eq!(words, spelt_out());
    }

    /// The words in the patterns of a grammar of `TextMate`, without classes of characters.
    fn patterns(rule: &serde_json::Value, found: &mut BTreeSet<String>) {
        let class = Regex::new(r"\[(?:\\.|[^\]\\])*\]|\\p\{\w+\}|\\.").unwrap();
        let word = Regex::new("[A-Za-z]+").unwrap();
        for key in ["match", "begin", "end"] {
            let pattern = rule[key].as_str().unwrap_or("");
            let pattern = class.replace_all(pattern, " ");
            found.extend(word.find_iter(&pattern).map(|word| word.as_str().to_owned()));
        }
        match rule {
            serde_json::Value::Array(all) => all.iter().for_each(|inner| patterns(inner, found)),
            serde_json::Value::Object(all) => all.values().for_each(|inner| patterns(inner, found)),
            _ => {}
        }
    }

    #[test]
    fn the_words_of_the_scales_are_words_of_the_language() {
        let frequencies = Frequency::ALL.iter().flat_map(|phrase| phrase.word().split(' '));
        assert!(frequencies.clone().all(|word| is(word, Kind::Frequency)));
        let commonness = Commonness::ALL.iter().flat_map(|phrase| phrase.word().split(' '));
        assert!(commonness.clone().all(|word| is(word, Kind::Commonness)));
        let said: BTreeSet<&str> = frequencies.chain(commonness).chain(["impossible"]).collect();
        let listed = WORDS.iter().filter(|word| word.is(Kind::Frequency) || word.is(Kind::Commonness));
        assert_eq!(said, listed.map(|word| word.text).collect());
    }
}
