//! One recorded value, by the type of its fact.
//!
//! Input: a node of the format tree and a type. Output: what is known, whether it is sure, and how a person reads it; or
//! nothing, where a problem was reported. A value may be whole, a bound, what it is not (`{ not: … }`), or unsure
//! (`{ is: …, sure: … }`). The line break that ends a block of text is no part of it.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::document::tree::{Entry, Kind, Node};
use crate::facts::example::Style;
use crate::problem::{Code, Problem, Problems};
use crate::source::Span;
use crate::value::scalar::{COMPARED, Wrong, choice, expects, is_none, member, near, scalar, short};
use crate::value::scale::{FrequencyScale, parse_chance};
use crate::value::{Known, Type, Value, write_chance};

/// Names of the parts of a value that is not plain.
const PARTS: [&str; 3] = ["is", "not", "sure"];

/// What a value is recorded of.
#[derive(Debug, Clone, Copy)]
pub(super) struct Subject<'p> {
    /// In backticks: the fact, or the column and the fact.
    pub(super) name: &'p str,
    /// Its type.
    pub(super) ty: &'p Type,
}

/// What a value says.
#[derive(Debug)]
pub(super) struct ParsedValue {
    pub(super) known: Known,
    pub(super) sure: Option<f64>,
    pub(super) available: bool,
    pub(super) written: String,
}

impl ParsedValue {
    fn plain((known, written): (Known, String)) -> Self {
        Self { known, sure: None, available: true, written }
    }
}

/// What the values of one file share, and what is wrong with them.
#[derive(Debug)]
pub(super) struct Typing<'p> {
    pub(super) scale: &'p FrequencyScale,
    pub(super) style: Style,
    pub(super) zone: Option<TimeZone>,
    pub(super) problems: Problems,
}

impl Typing<'_> {
    /// Reads a value in any form.
    pub(super) fn parse(&mut self, node: &Node, of: Subject) -> Option<ParsedValue> {
        match &node.kind {
            Kind::Map(entries) if is_partial(node) => self.partial(entries, node.span, of),
            _ if is_not_available(node) => {
                let written = "not available".to_owned();
                Some(ParsedValue { known: Known::Unknown, sure: None, available: false, written })
            }
            _ => self.whole(node, of).map(ParsedValue::plain),
        }
    }

    /// Reads a value that is neither negated nor unsure.
    fn whole(&mut self, node: &Node, of: Subject) -> Option<(Known, String)> {
        match (&node.kind, of.ty) {
            (Kind::Map(entries), _) if strange_part(entries).is_some() => self.strange(entries, of),
            (_, Type::Table(columns)) => self.table(node, of, columns),
            (_, Type::SomeOf(values)) => self.set(node, of, values),
            (Kind::Scalar { text, .. }, _) => {
                let read = scalar(text, of.ty, self.zone.as_ref());
                self.or_wrong(read, node.span, of)
            }
            _ => self.wrong(node.span, of, shape(&node.kind)),
        }
    }

    /// Reads `{ not: … }` and `{ is: …, sure: … }`.
    fn partial(&mut self, entries: &[Entry], span: Span, of: Subject) -> Option<ParsedValue> {
        let part = |name: &str| entries.iter().find(|e| e.key.value == name).map(|e| &e.value);
        let sure = part("sure").filter(|node| node.kind != Kind::Empty);
        let sure = sure.map_or(Some(None), |node| self.sure(node, of).map(Some));
        let plain = match (part("is"), part("not")) {
            (Some(is), None) => self.is(is, of),
            (None, Some(not)) => self.negated(not, of),
            (Some(_), Some(_)) => {
                let wrong = Wrong::new("`is` and `not` cannot be combined").help("keep one of the two");
                self.wrong(span, of, wrong)
            }
            (None, None) => {
                let is = self.style.pair("is", &self.style.example(of.ty));
                let sure = self.style.pair("sure", &self.style.scalar("usually"));
                let help = format!("write what it is: `{}`", self.style.group(&[is, sure]));
                self.wrong(span, of, Wrong::new("this says how sure, but not of what").help(help))
            }
        };
        let (known, written) = plain?;
        let sure = sure?.filter(|chance| *chance < 1.0);
        let written = match sure {
            Some(chance) => format!("{written} ({} sure)", write_chance(chance)),
            None => written,
        };
        Some(ParsedValue { known, sure, available: true, written })
    }

    fn is(&mut self, node: &Node, of: Subject) -> Option<(Known, String)> {
        match &node.kind {
            Kind::Map(entries) if is_partial(node) => match entries.as_slice() {
                [Entry { key, value }] if key.value == "not" => self.negated(value, of),
                _ => {
                    let wrong = Wrong::new("`is` and `sure` are nested in another `is`").help("say it once");
                    self.wrong(node.span, of, wrong)
                }
            },
            _ => self.stated(node, of, "is"),
        }
    }

    /// Reads a whole value after `is` or `not`.
    fn stated(&mut self, node: &Node, of: Subject, behind: &str) -> Option<(Known, String)> {
        if is_not_available(node) {
            let wrong = Wrong::new(format!("`not available` cannot follow `{behind}`"));
            self.wrong(node.span, of, wrong.help("write `not available` alone"))
        } else if node.kind == Kind::Empty {
            self.wrong(node.span, of, Wrong::new(format!("no value follows `{behind}`")))
        } else {
            self.whole(node, of)
        }
    }

    /// Reads how sure it is, from 0.5 to 1.
    fn sure(&mut self, node: &Node, of: Subject) -> Option<f64> {
        let text = match &node.kind {
            Kind::Scalar { text, .. } => text.as_str(),
            _ => "",
        };
        let problem = match parse_chance(text, self.scale) {
            Some(chance) if chance >= 0.5 => return Some(chance),
            Some(chance) => {
                let chance = write_chance(chance);
                let message = format!("{} is only {chance} sure, so its opposite is more likely", of.name);
                Problem::error(Code::FactValue, node.span, message)
                    .help("record the opposite, or leave it out")
            }
            None => {
                let what = if text.is_empty() { "this".to_owned() } else { format!("`{}`", short(text)) };
                let message =
                    format!("`sure` of {} expects a chance from 50 % up, and {what} is not one", of.name);
                let [word, number] = ["usually", "80 %"].map(|chance| self.style.scalar(chance));
                Problem::error(Code::FactValue, node.span, message)
                    .help(format!("for example `{word}` or `{number}`"))
            }
        };
        self.tell(problem);
        None
    }

    /// Reads what it is not, one value or a list.
    fn negated(&mut self, node: &Node, of: Subject) -> Option<(Known, String)> {
        let nodes = match &node.kind {
            Kind::List(items) => items.as_slice(),
            _ => std::slice::from_ref(node),
        };
        if nodes.is_empty() {
            return self.wrong(node.span, of, Wrong::new("`not` lists no value"));
        }
        let mut excluded = Vec::new();
        let mut written = Vec::new();
        let mut all_read = true;
        for item in nodes {
            match self.excluded(item, of) {
                Some((value, text)) => {
                    excluded.push(value);
                    written.push(text);
                }
                None => all_read = false,
            }
        }
        let known = remaining(of.ty, excluded);
        match known {
            _ if !all_read => None,
            None => self.wrong(node.span, of, Wrong::new("`not` excludes every value").help("leave it out")),
            Some(known) => Some((known, short(&format!("not {}", written.join(", "))))),
        }
    }

    fn excluded(&mut self, node: &Node, of: Subject) -> Option<(Value, String)> {
        if matches!(node.kind, Kind::List(_)) {
            return self.wrong(node.span, of, shape(&node.kind));
        }
        let (known, written) = self.stated(node, of, "not")?;
        match known {
            Known::Exactly(value) => Some((value, written)),
            Known::Rows(rows) if rows.is_empty() => Some((Value::None, written)),
            _ => {
                let wrong = Wrong::new("`not` is followed by only a part of a value");
                let help = "write whole values after `not`; in place of a bound that is excluded, write the one that is left";
                self.wrong(node.span, of, wrong.help(help))
            }
        }
    }

    /// Reads a set: a list, a single value, or none.
    fn set(&mut self, node: &Node, of: Subject, values: &[String]) -> Option<(Known, String)> {
        let nodes = match &node.kind {
            Kind::List(items) => items.as_slice(),
            Kind::Scalar { text, .. } if is_none(text) && member("none", values).is_none() => &[],
            Kind::Scalar { text, .. } if text.trim().is_empty() => &[],
            Kind::Scalar { .. } => std::slice::from_ref(node),
            _ => return self.wrong(node.span, of, shape(&node.kind)),
        };
        let mut members = BTreeSet::new();
        let mut all_read = true;
        for item in nodes {
            let read = match &item.kind {
                Kind::Scalar { text, .. } => self.or_wrong(choice(text, values), item.span, of),
                Kind::Empty => self.wrong(item.span, of, Wrong::new("an item of this list is empty")),
                kind => self.wrong(item.span, of, shape(kind)),
            };
            match read {
                Some(at) => _ = members.insert(at),
                None => all_read = false,
            }
        }
        let written: Vec<_> = members.iter().filter_map(|at| values.get(*at)).cloned().collect();
        let written = if written.is_empty() { "none".to_owned() } else { short(&written.join(", ")) };
        all_read.then_some((Known::Exactly(Value::Set(members)), written))
    }

    /// Reports a map with one of the parts and something else.
    fn strange<T>(&mut self, entries: &[Entry], of: Subject) -> Option<T> {
        let entry = strange_part(entries)?;
        let help = match near(&entry.key.value, PARTS) {
            Some(meant) => format!("did you mean `{meant}`?"),
            None => "a value in parts has `is` and `sure`, or `not`".to_owned(),
        };
        let wrong = Wrong::new(format!("`{}` is not a part of a value", short(&entry.key.value))).help(help);
        self.wrong(entry.key.span, of, wrong)
    }

    fn or_wrong<T>(&mut self, read: Result<T, Wrong>, span: Span, of: Subject) -> Option<T> {
        read.map_or_else(|wrong| self.wrong(span, of, wrong), Some)
    }

    /// Tells why a value does not fit.
    pub(super) fn wrong<T>(&mut self, span: Span, of: Subject, wrong: Wrong) -> Option<T> {
        let help = || wrong.help.unwrap_or_else(|| format!("for example `{}`", self.style.example(of.ty)));
        let message = || format!("{} expects {}, and {}", of.name, expects(of.ty), wrong.why);
        self.problems.push_with(|| Problem::error(Code::FactValue, span, message()).help(help()));
        None
    }

    /// Takes a problem in.
    pub(super) fn tell(&mut self, problem: Problem) {
        self.problems.push(problem);
    }
}

/// Returns whether a map says `is`, `not` or `sure`, and nothing else.
pub(super) fn is_partial(node: &Node) -> bool {
    match &node.kind {
        Kind::Map(entries) => {
            !entries.is_empty() && entries.iter().all(|e| PARTS.contains(&e.key.value.as_str()))
        }
        _ => false,
    }
}

/// Returns the first name beside `is`, `not` or `sure` that is not one of them.
fn strange_part(entries: &[Entry]) -> Option<&Entry> {
    let part = |e: &&Entry| ["is", "not"].contains(&e.key.value.as_str());
    entries.iter().find(part)?;
    entries.iter().find(|e| !PARTS.contains(&e.key.value.as_str()))
}

fn is_not_available(node: &Node) -> bool {
    match &node.kind {
        Kind::Scalar { text, .. } => {
            text.len() < COMPARED
                && text.split_whitespace().collect::<Vec<_>>().join(" ").eq_ignore_ascii_case("not available")
        }
        _ => false,
    }
}

/// Returns what is wrong with a list or map where a single value is wanted.
fn shape(kind: &Kind) -> Wrong {
    Wrong::new(match kind {
        Kind::List(_) => "this is a list",
        Kind::Map(_) => "this is a group of names with values",
        Kind::Scalar { .. } => "this is a single value",
        Kind::Empty => "there is no value here",
    })
}

/// Returns what is left when values are excluded; none if nothing is.
fn remaining(ty: &Type, excluded: Vec<Value>) -> Option<Known> {
    match ty {
        Type::YesNo => {
            let left: Vec<_> =
                [false, true].into_iter().filter(|yes| !excluded.contains(&Value::YesNo(*yes))).collect();
            left.first().map(|yes| Known::Exactly(Value::YesNo(*yes)))
        }
        Type::OneOf(values) => {
            let left = |at: &usize| !excluded.contains(&Value::Choice(*at));
            let left: BTreeSet<_> = (0..values.len()).filter(left).collect();
            (!left.is_empty()).then(|| Known::possible(left))
        }
        Type::SomeOf(values) => lacking(values.len(), &excluded),
        _ => Some(Known::Not(excluded)),
    }
}

/// Returns what is known of a set without some members, and not empty where `none` is excluded too; none if nothing is left.
fn lacking(count: usize, excluded: &[Value]) -> Option<Known> {
    let mut members = BTreeSet::new();
    let mut some = false;
    for value in excluded {
        if let Value::Set(set) = value {
            some |= set.is_empty();
            members.extend(set);
        }
    }
    let mut left = (0..count).filter(|member| !members.contains(member));
    match (left.next(), left.next(), some) {
        (None, _, true) => None,
        (None, _, false) => Some(Known::Exactly(Value::Set(BTreeSet::new()))),
        (Some(only), None, true) => Some(Known::Exactly(Value::Set(BTreeSet::from([only])))),
        _ => Some(Known::Lacks { members, some }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::recorded::tests::{known, minutes, mistake, recorded, refused, written};

    fn exactly(value: Value) -> Known {
        Known::Exactly(value)
    }

    fn set(members: &[usize]) -> BTreeSet<usize> {
        members.iter().copied().collect()
    }

    fn lacks(members: &[usize], some: bool) -> Known {
        Known::Lacks { members: set(members), some }
    }

    #[test]
    fn yes_and_no_in_any_case() {
        for (value, yes) in [
            ("yes", true),
            ("No", false),
            ("TRUE", true),
            ("'false'", false),
            ("{ not: yes }", false),
            ("{ is: yes }", true),
        ] {
            assert_eq!(known("spam", value), exactly(Value::YesNo(yes)), "{value}");
        }
        let message = |what: &str| format!("`spam` expects `yes` or `no`, and {what}");
        refused("spam", "none", &message("`none` is neither"), "write `no`");
        refused("spam", "\"\"", &message("this is empty"), "write `no`");
        refused("spam", "1", &message("`1` is neither"), "`yes`");
        refused("spam", "unknown", &message("`unknown` is neither"), "leave it out if nobody looked");
        let (place, found, _) = mistake("spam: { not: [yes, no] }");
        assert_eq!((place.as_str(), found), ("[yes, no]", message("`not` excludes every value")));
    }

    #[test]
    fn values_by_name_in_any_spelling() {
        for value in ["exchange_online", "Exchange Online", "exchange-online", "\"EXCHANGE_ONLINE\""] {
            assert_eq!(known("speaker", value), exactly(Value::Choice(1)), "{value}");
        }
        assert_eq!(written("speaker", "Exchange Online"), "exchange_online");
        assert_eq!(known("speaker", "none"), exactly(Value::None));
        assert_eq!(known("speaker", "\"\""), exactly(Value::None));
        assert_eq!(known("vendor", "none"), exactly(Value::Choice(2)));
        assert_eq!(known("vendor", "\"\""), exactly(Value::Choice(2)));
        let message =
            |what: &str| format!("`speaker` expects one of `gmail`, `exchange_online`, `yahoo`, and {what}");
        refused("speaker", "gmial", &message("`gmial` is not one of them"), "did you mean `gmail`?");
        refused("speaker", "outlook", &message("`outlook` is not one of them"), "for example `gmail`");
        refused("speaker", "[gmail]", &message("this is a list"), "for example `gmail`");
        refused(
            "speaker",
            "{ a: b }",
            &message("this is a group of names with values"),
            "for example `gmail`",
        );
    }

    #[test]
    fn sets_are_lists_or_single_values() {
        let exactly = |members: &[usize]| Known::Exactly(Value::Set(set(members)));
        assert_eq!(known("direction", "[inbound, Internal Only]"), exactly(&[0, 2]));
        assert_eq!(known("direction", "internal-only"), exactly(&[2]));
        for value in ["none", "\"\"", "[]", "{ not: [inbound, outbound, internal_only] }"] {
            assert_eq!(known("direction", value), exactly(&[]), "{value}");
        }
        assert_eq!(written("direction", "[outbound, inbound]"), "inbound, outbound");
        assert_eq!(written("direction", "[]"), "none");
        assert_eq!(known("direction", "{ not: inbound }"), lacks(&[0], false));
        assert_eq!(known("direction", "{ not: [inbound, outbound] }"), lacks(&[0, 1], false));
        assert_eq!(known("direction", "{ not: [inbound, none] }"), lacks(&[0], true));
        assert_eq!(known("direction", "{ not: none }"), lacks(&[], true));
        let message = |what: &str| {
            format!("`direction` expects some of `inbound`, `outbound`, `internal_only`, and {what}")
        };
        refused("direction", "inbund", &message("`inbund` is not one of them"), "`inbound`?");
        refused(
            "direction",
            "inbound, outbound",
            &message("`inbound, outbound` is not one of them"),
            "as a list",
        );
        for (value, place, what) in [
            ("[inbound, none]", "none", "`none` is not one of them"),
            ("[not available]", "not available", "`not available` is not one of them"),
            ("[[inbound]]", "[inbound]", "this is a list"),
            ("[inbound, ~]", "~", "an item of this list is empty"),
            ("{ not: [[inbound]] }", "[inbound]", "this is a list"),
        ] {
            let (under, found, _) = mistake(&format!("direction: {value}"));
            assert_eq!((under.as_str(), found), (place, message(what)), "{value}");
        }
    }

    #[test]
    fn texts_are_their_characters() {
        let text = |text: &str| exactly(Value::Text(text.into()));
        for (value, characters) in [
            ("no", "no"),
            ("5.10", "5.10"),
            ("\" a  b \"", " a  b "),
            ("|\n  550 blocked\n  by us\n", "550 blocked\nby us"),
        ] {
            assert_eq!(known("reply.text", value), text(characters), "{value}");
        }
        assert_eq!(known("reply.text", "\"> 5 min\""), text("> 5 min"));
        assert_eq!(known("reply.text", "None"), exactly(Value::None));
        assert_eq!(known("reply.text", "\" \""), exactly(Value::None));
        assert_eq!(
            known("reply.text", "{ not: [a, b] }"),
            Known::Not(["a", "b"].map(|t| Value::Text(t.into())).into())
        );
        assert_eq!(known("reply.text", "{ not: none }"), Known::Not(vec![Value::None]));
        assert_eq!(written("reply.text", "{ not: [a, b] }"), "not a, b");
        assert!(written("reply.text", &"ä ".repeat(99)).ends_with('…'));
        refused("reply.text", "[a]", "`reply.text` expects a text, and this is a list", "for example");
    }

    #[test]
    fn none_is_none_for_every_single_value() {
        for fact in [
            "sender.domain",
            "sender.ip",
            "reply.code",
            "reply.share",
            "message.size",
            "delay",
            "log.received_at",
        ] {
            for value in ["none", "NONE", "\"\""] {
                assert_eq!(known(fact, value), exactly(Value::None), "{fact}");
                assert_eq!(written(fact, value), "none");
            }
        }
    }

    #[test]
    fn what_a_value_is_not_leaves_the_rest() {
        assert_eq!(known("speaker", "{ not: gmail }"), Known::Possible(set(&[1, 2])));
        assert_eq!(known("speaker", "{ not: [gmail, yahoo] }"), exactly(Value::Choice(1)));
        assert_eq!(known("speaker", "{ not: none }"), Known::Possible(set(&[0, 1, 2])));
        assert_eq!(written("speaker", "{ not: Gmail }"), "not gmail");
        assert_eq!(known("delay", "{ not: 8 min }"), Known::Not(vec![Value::Amount(minutes(8))]));
        for (text, place, what) in [
            ("speaker: { not: [] }", "[]", "`not` lists no value"),
            ("vendor: { not: [cisco, other, none] }", "[cisco, other, none]", "`not` excludes every value"),
            ("speaker: { not: ~ }", "~", "no value follows `not`"),
            ("speaker: { not: not available }", "not available", "`not available` cannot follow `not`"),
            ("speaker: { not: [gmail, gmial] }", "gmial", "`gmial` is not one of them"),
            ("delay: { not: \"> 5 min\" }", "\"> 5 min\"", "`not` is followed by only a part of a value"),
            (
                "log.received_at: { not: 2026-01-31 }",
                "2026-01-31",
                "`not` is followed by only a part of a value",
            ),
        ] {
            let (under, message, _) = mistake(text);
            assert_eq!(under, place, "{text}");
            assert!(message.ends_with(what), "{text}: {message}");
        }
    }

    #[test]
    fn how_sure_it_is() {
        let one = |value: &str| recorded(&format!("vendor: {value}"), "vendor").unwrap();
        for (value, sure, written) in [
            ("{ is: cisco, sure: usually }", Some(0.8), "cisco (80 % sure)"),
            ("{ is: cisco, sure: 17 of 20 }", Some(0.85), "cisco (85 % sure)"),
            ("{ sure: 50 %, is: cisco }", Some(0.5), "cisco (50 % sure)"),
            ("{ is: cisco, sure: 100 % }", None, "cisco"),
            ("{ is: cisco, sure: ~ }", None, "cisco"),
            ("{ is: cisco }", None, "cisco"),
        ] {
            let one = one(value);
            assert_eq!(
                (one.known, one.sure, one.written.as_str()),
                (exactly(Value::Choice(0)), sure, written)
            );
            assert!(one.available);
        }
        let not = one("{ is: { not: none }, sure: often }");
        assert_eq!((not.known, not.sure), (Known::Possible(set(&[0, 1])), Some(0.6)));
        let not = one("{ not: none, sure: often }");
        assert_eq!((not.known, not.sure), (Known::Possible(set(&[0, 1])), Some(0.6)));
        let delay = recorded("delay: { is: \"> 5 min\", sure: often }", "delay").unwrap();
        assert_eq!(delay.written, "> 5 min (60 % sure)");
        let users = recorded("users: { is: [{ address: a }], sure: often }", "users").unwrap();
        assert_eq!((users.sure, users.written.as_str()), (Some(0.6), "1 row (60 % sure)"));
    }

    #[test]
    fn unsure_values_that_say_too_little_or_too_much() {
        for (value, place, what, help) in [
            ("{ is: cisco, sure: rarely }", "rarely", "only 8 % sure", "the opposite"),
            ("{ is: cisco, sure: 0.8 }", "0.8", "and `0.8` is not one", "`usually` or `80 %`"),
            ("{ is: cisco, sure: usualy }", "usualy", "and `usualy` is not one", "`usually` or `80 %`"),
            ("{ is: cisco, sure: [a] }", "[a]", "and this is not one", "`usually` or `80 %`"),
            ("{ sure: usually }", "{ sure: usually }", "but not of what", "`{ is: cisco, sure: usually }`"),
            ("{ is: ~, sure: usually }", "~", "no value follows `is`", "`cisco`"),
            (
                "{ is: cisco, not: other }",
                "{ is: cisco, not: other }",
                "cannot be combined",
                "one of the two",
            ),
            ("{ is: not available }", "not available", "cannot follow `is`", "alone"),
            ("{ is: { is: cisco } }", "{ is: cisco }", "nested in another `is`", "once"),
            ("{ is: { not: a, sure: often } }", "{ not: a, sure: often }", "nested in another `is`", "once"),
            ("{ is: cisco, shure: often }", "shure", "`shure` is not a part of a value", "`sure`?"),
            ("{ is: ciso, sure: often }", "ciso", "`ciso` is not one of them", "`cisco`?"),
        ] {
            let (under, found, advice) = mistake(&format!("vendor: {value}"));
            assert_eq!(under, place, "{value}");
            assert!(found.contains(what), "{value}: {found}");
            assert!(advice.contains(help), "{value}: {advice}");
        }
    }

    #[test]
    fn domains_and_addresses() {
        assert_eq!(
            known("sender.domain", "Mail.Example.com."),
            exactly(Value::Domain("mail.example.com".into()))
        );
        assert_eq!(known("sender.ip", "192.0.2.1"), exactly(Value::Ip("192.0.2.1".parse().unwrap())));
        assert_eq!(written("sender.ip", "\"2001:DB8::1\""), "2001:db8::1");
        let message = "`sender.domain` expects a domain name, and `ann@example.com` is not one";
        refused("sender.domain", "ann@example.com", message, "write `example.com`");
        refused(
            "sender.ip",
            "1.2.3",
            "`sender.ip` expects an IP address, and `1.2.3` is not one",
            "`192.0.2.1`",
        );
    }
}
