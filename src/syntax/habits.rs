//! Habits of everyday English and of other tools, each answered with the line as the language writes it.
//!
//! `is a, b` for one of several, `exceeds` for a comparison, `list of a, b` for a type, `question` for `ask`, `background 5 %` for
//! `anyway`. What is written in place of it is offered as a suggestion, and is itself accepted. They are looked for first:
//! a word that people are used to is not a misspelling of one that happens to look like it.

use super::Rule;
use super::foreign::joined_name;
use super::suggest::{Recogniser, Tokens, is_name, is_number, unquoted};
use super::words::{self, Kind, is_known};
use crate::problem::{Problem, Suggestion};

/// The habits in the order in which they are looked for.
pub(super) const HABITS: &[Recogniser] = &[
    quote_within_a_text,
    other_word,
    type_of_several,
    missing_is,
    several_values,
    value_of_two_words,
    needless_is,
    operator_in_words,
    second_range,
    rows,
    article,
    duration_in_words,
    numbered_step,
    line_of_a_rule,
    share,
    level,
    head,
    assignment,
];

/// Words that people write for a part of a declaration, each with the lines in which it means that.
const OTHER_WORDS: &[(&[Rule], &str, &str)] = &[
    (&[Rule::only_fact_line, Rule::only_visit_line], "reads", "read"),
    (&[Rule::only_fact_line, Rule::only_visit_line], "collect", "read"),
    (&[Rule::only_fact_line, Rule::only_visit_line], "extract", "read"),
    (&[Rule::only_fact_line, Rule::only_visit_line], "question", "ask"),
    (&[Rule::only_fact_line, Rule::only_visit_line], "prompt", "ask"),
    (&[Rule::only_fact_line, Rule::only_visit_line], "asks", "ask"),
    (&[Rule::only_fact_line, Rule::only_visit_line], "default", "usually"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "who", "by"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "owner", "by"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "responsible", "by"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "duration", "takes"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "effort", "takes"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "time", "takes"),
    (&[Rule::only_fix_line, Rule::only_fact_line, Rule::only_visit_line], "cost", "takes"),
    (&[Rule::only_fix_line], "success", "works"),
    (&[Rule::only_fix_line], "succeeds", "works"),
    (&[Rule::only_fix_line], "helps", "works"),
    (&[Rule::only_fix_line], "check", "verify"),
    (&[Rule::only_fix_line], "test", "verify"),
    (&[Rule::only_fix_line], "warning", "risk"),
    (&[Rule::only_fix_line], "approval needed", "needs approval"),
    (&[Rule::only_fix_line], "approval required", "needs approval"),
    (&[Rule::only_fix_line], "requires approval", "needs approval"),
    (&[Rule::only_fix_line], "do", "step"),
    (&[Rule::only_fix_line], "action", "step"),
    (&[Rule::only_fix_line], "doesn't", "does not"),
    (&[Rule::only_cause_line], "fixed by", "fix"),
    (&[Rule::only_cause_line], "solved by", "fix"),
    (&[Rule::only_cause_line], "fixes", "fix"),
    (&[Rule::only_cause_line], "solution", "fix"),
    (&[Rule::only_cause_line], "remedy", "fix"),
    (&[Rule::only_cause_line], "repair", "fix"),
    (&[Rule::only_cause_line], "belongs to", "part of"),
    (&[Rule::only_cause_line], "group", "part of"),
    (&[Rule::only_cause_line], "tell by", "told by"),
    (&[Rule::only_cause_line], "seen by", "told by"),
    (&[Rule::only_cause_line], "proven by", "told by"),
    (&[Rule::only_cause_line], "confirmed by", "told by"),
    (&[Rule::only_cause_line], "causes", "leads to"),
    (&[Rule::only_cause_line], "lead to", "leads to"),
    (&[Rule::only_cause_line], "show", "shows"),
    (&[Rule::only_cause_line], "during", "when"),
    (&[Rule::only_cause_line], "prior", ""),
    (&[Rule::only_cause_line], "probability", ""),
    (&[Rule::only_cause_line], "likelihood", ""),
    (&[Rule::only_rule_line], "excludes", "rules out"),
    (&[Rule::only_rule_line], "exclude", "rules out"),
    (&[Rule::only_rule_line], "normally", "usually"),
    (&[Rule::only_rule_line], "typically", "usually"),
    (&[Rule::only_rule_line], "generally", "usually"),
    (&[Rule::only_rule_line], "usual", "usually"),
    (&[Rule::only_rule_line], "mostly", "usually"),
    (&[Rule::only_rule_line], "most of the time", "usually"),
    (&[Rule::only_rule_line], "regularly", "often"),
    (&[Rule::only_rule_line], "frequent", "often"),
    (&[Rule::only_rule_line], "occasional", "sometimes"),
    (&[Rule::only_rule_line], "hardly ever", "almost never"),
    (&[Rule::only_rule_line], "nearly always", "almost always"),
    (&[Rule::only_rule_line], "nearly never", "almost never"),
    (&[Rule::only_rule_line], "impossible with", "rules out"),
    (&[Rule::only_rule_line], "not with", "never with"),
    (&[Rule::only_rule_line], "in any case", "anyway"),
    (&[Rule::only_rule_line], "by default", "anyway"),
    (&[Rule::only_rule_line], "in general", "anyway"),
    (&[Rule::only_rule_line], "else", "anyway"),
    (&[Rule::only_rule_line], "regardless", "anyway"),
];

/// Recognises a word that people write for one of the language's.
fn other_word(t: &Tokens<'_>) -> Option<Problem> {
    for (_, theirs, ours) in OTHER_WORDS.iter().filter(|(pieces, ..)| pieces.contains(&t.piece)) {
        let words: Vec<&str> =
            if *theirs == "doesn't" { vec!["doesn", "'", "t"] } else { theirs.split(' ').collect() };
        let first = t.here.saturating_sub(words.len());
        let said = |at: &usize| words.iter().enumerate().all(|(by, word)| t.token(at + by) == *word);
        let Some(at) = (first..=t.here).find(said) else { continue };
        // A word behind a name or chance may be a name itself.
        if at > 0 && (matches!(t.token(at - 1), "with" | "," | "by" | "of" | "to") || ours.is_empty()) {
            continue;
        }
        // `a "time" of its own`: words of a text, or the name of a part.
        if is_name(t.token(at + words.len()))
            && at == 0
            && t.piece == Rule::only_fix_line
            && !["by", "verify"].contains(ours)
        {
            continue;
        }
        let mut end = at + words.len();
        if t.token(end) == ":" {
            end += 1;
        }
        let message = format!("`{theirs}` is not a word of the language");
        if ours.is_empty() {
            return t.rewrite(at, message, (at, t.all.len()), &t.text(end, t.all.len()));
        }
        return t.rewrite(at, message, (at, end), ours);
    }
    None
}

/// Recognises `ask "Is it "on"?"`: a quote inside of a text.
fn quote_within_a_text(t: &Tokens<'_>) -> Option<Problem> {
    let inside = t.here > 0 && t.touches(t.here) && t.back(1).len() > 1 && t.back(1).ends_with('"');
    if !inside || !t.here().starts_with(char::is_alphanumeric) {
        return None;
    }
    let from = t.here - 1;
    let last = (t.here..t.all.len()).rev().find(|at| t.token(*at).ends_with('"'))?;
    let whole = t.source(from, last + 1);
    let inner = whole.strip_prefix('"')?.strip_suffix('"')?;
    let text = format!("\"{}\"", inner.replace('"', "\\\""));
    let problem = t.rewrite(t.here, "this text ends before the word", (from, last + 1), &text)?;
    Some(problem.help(format!("write a quote inside of a text as `\\\"`: `{text}`")))
}

/// Recognises `enum(a, b)`, `[a, b]`, `list of a, b`, `a, b` and `yes, no` where a type is wanted.
fn type_of_several(t: &Tokens<'_>) -> Option<Problem> {
    let typed = matches!(t.token(0), "fact" | "derive")
        || matches!(t.piece, Rule::only_fact_line | Rule::only_visit_line | Rule::only_visit_fact_head);
    let colon = t.position(":").filter(|at| typed && t.here > *at && t.here <= at + 3)?;
    let start = colon + 1;
    let kinds =
        ["list", "any", "several", "set", "enum", "choice", "either", "options", "values", "selection"];
    let word = kinds.contains(&t.token(start).to_lowercase().as_str());
    let some = matches!(t.token(start), "list" | "several" | "set" | "selection");
    let open = if word { start + 1 } else { start };
    let (from, end) = match t.token(open) {
        "(" | "[" => (open + 1, (open..t.all.len()).find(|at| matches!(t.token(*at), ")" | "]"))?),
        "of" | ":" if word => (open + 1, values_end(t, open + 1)),
        _ if !word && matches!(t.token(start + 1), "," | "/" | "|") => (start, values_end(t, start)),
        _ => return None,
    };
    let values: Vec<String> = (from..end)
        .map(|at| t.token(at))
        .filter(|word| !matches!(*word, "," | "/" | "|" | ";" | "or" | "and"))
        .map(unquoted)
        .collect();
    if values.len() < 2 {
        return None;
    }
    let small: Vec<String> = values.iter().map(|value| value.to_lowercase()).collect();
    let pairs = [["yes", "no"], ["no", "yes"], ["y", "n"], ["true", "false"]];
    let ty = if pairs.iter().any(|pair| small == *pair) {
        "yes/no".to_owned()
    } else if values.iter().any(|value| !is_name(value)) {
        return None;
    } else {
        format!("{} of {}", if some { "some" } else { "one" }, values.join(", "))
    };
    let past = if matches!(t.token(end), ")" | "]") { end + 1 } else { end };
    if t.text(start, past) == ty {
        return None;
    }
    t.instead(start, past, "this is not a type", &ty)
}

/// Returns where values that begin at a token end.
fn values_end(t: &Tokens<'_>, from: usize) -> usize {
    let goes_on = |token: &str| {
        matches!(token, "," | "/" | "|" | "or" | "and" | "yes" | "no")
            || token.starts_with('"')
            || token.starts_with(char::is_alphabetic) && !is_known(token)
    };
    (from..t.all.len()).find(|at| !goes_on(t.token(*at))).unwrap_or(t.all.len())
}

/// Recognises `directory.sync one of a, b`.
fn missing_is(t: &Tokens<'_>) -> Option<Problem> {
    let said = t.here() == "one" && t.token(t.here + 1) == "of" && is_name(t.back(1));
    said.then(|| t.rewrite(t.here, "expected `is` before `one of`", (t.here, t.here + 2), "is one of"))?
}

/// Recognises `is a, b`, `has a, b` and `contains "a", "b"`.
fn several_values(t: &Tokens<'_>) -> Option<Problem> {
    let test = (0..t.here)
        .rev()
        .find(|at| matches!(t.token(*at), "is" | "has" | "contains" | "with" | "and" | "or"))?;
    let fact_at = if t.token(test) == "with" { test.checked_sub(2)? } else { test.checked_sub(1)? };
    let fact = t.token(fact_at);
    let negated = t.token(test + 1) == "not";
    let first = test + 1 + usize::from(negated);
    if t.here() == "of" && matches!(t.back(1), "any" | "either") && t.here == first + 1 {
        let (message, rest) = (format!("`{} of` is not part of the language", t.back(1)), t.here + 1);
        if t.token(test) == "is" {
            return t.rewrite(t.here - 1, message, (t.here - 1, rest), "one of");
        }
    }
    // `contains any of "a", "b"` stops at `any`.
    let any = matches!(t.token(first), "any" | "either" | "one") && t.token(first + 1) == "of";
    let start = if any { first + 2 } else { first };
    if !is_name(fact) || !(t.here() == "," || any && t.here <= start) || t.here < first {
        return None;
    }
    let end = values_end_of_condition(t, start);
    let values: Vec<&str> =
        (start..end).map(|at| t.token(at)).filter(|word| !matches!(*word, "," | "or")).collect();
    let plain = |value: &&str| value.starts_with('"') || is_name(value) || is_number(value);
    if values.len() < 2 || !values.iter().all(plain) {
        return None;
    }
    match t.token(test) {
        "is" => {
            let is = if negated { "is not one of" } else { "is one of" };
            t.rewrite(
                t.here,
                "several values follow `one of`",
                (test, end),
                &format!("{is} {}", values.join(", ")),
            )
        }
        "has" | "contains" | "with" => {
            let said = t.text(fact_at, first);
            let all: Vec<String> = values.iter().map(|value| format!("{said} {value}")).collect();
            let message = format!("`{}` is followed by a single value", t.token(test));
            t.rewrite(t.here, message, (fact_at, end), &all.join(" or "))
        }
        _ => None,
    }
}

/// Returns where the values of a condition that begin at a token end.
fn values_end_of_condition(t: &Tokens<'_>, from: usize) -> usize {
    let value = |at: usize| t.token(at).starts_with('"') || is_name(t.token(at)) || is_number(t.token(at));
    let mut at = from;
    while value(at) {
        at += 1;
        while matches!(t.token(at), "," | "or") && value(at + 1)
            || t.token(at) == "," && t.token(at + 1) == "or"
        {
            at += 1;
        }
        if !matches!(t.token(at.saturating_sub(1)), "," | "or") {
            break;
        }
    }
    at
}

/// Recognises `one of not working, slow` and `one of 5_ghz, other`: a value of two words, or one that begins with a digit.
fn value_of_two_words(t: &Tokens<'_>) -> Option<Problem> {
    let listed = t.position("of").is_some_and(|of| of < t.here) && matches!(t.back(1), "of" | ",");
    if !listed || !t.expects(Rule::value) {
        return None;
    }
    let (here, next) = (t.here(), t.token(t.here + 1));
    if matches!(here, "or" | "and") && t.back(1) == "," {
        return t.without(
            t.here,
            format!("`{here}` is not needed after a comma"),
            format!("remove the `{here}`"),
        );
    }
    if is_known(here) && is_name(next) {
        let text = format!("{here}_{next}");
        return t.rewrite(t.here, "a value is a single word", (t.here, t.here + 2), &text);
    }
    let (digits, word) = here.split_once('_')?;
    if digits.starts_with(|c: char| c.is_ascii_digit()) && is_name(word) {
        let text = format!("{word}_{}", digits.replace('.', "_"));
        let message = format!("`{here}` is not a value: values begin with a letter");
        return t.rewrite(t.here, message, (t.here, t.here + 1), &text);
    }
    None
}

/// Recognises `is between`, `is in`, `is at least`, `is > 5`.
fn needless_is(t: &Tokens<'_>) -> Option<Problem> {
    let at = (t.here.saturating_sub(3)..t.here).rev().find(|at| t.token(*at) == "is")?;
    let negated = t.token(at + 1) == "not";
    let next = t.token(at + 1 + usize::from(negated));
    let operators = ["between", "in", "contains", "matches", "has", "starts", "ends", "within", "<", ">"];
    let level = next == "at" && matches!(t.token(at + 2 + usize::from(negated)), "least" | "most");
    if !level && !operators.contains(&next) || at == 0 || t.here > at + 3 {
        return None;
    }
    // `is in a, b` is another mistake.
    if next == "in" && !is_number(t.token(at + 2 + usize::from(negated)).trim_end_matches('.')) {
        let range = t.token(at + 2 + usize::from(negated)).contains("..");
        if !range && !t.token(at + 2).contains('.') {
            return None;
        }
    }
    let message = format!("`{next}` is not used with `is`");
    if negated {
        let fact = t.token(at - 1);
        return t.rewrite(at, message, (at - 1, at + 2), &format!("not {fact}"));
    }
    t.without(at, message, "remove the `is`")
}

/// Comparisons in words, and the sign of each.
const COMPARISONS: &[(&str, &str)] = &[
    ("exceeds", ">"),
    ("over", ">"),
    ("above", ">"),
    ("beyond", ">"),
    ("longer", ">"),
    ("under", "<"),
    ("below", "<"),
    ("startswith", "starts with"),
    ("begins with", "starts with"),
    ("begins", "starts with"),
    ("endswith", "ends with"),
    ("like", "contains"),
    ("mentions", "contains"),
    ("exists", "is known"),
    ("~", "matches"),
    ("=~", "matches"),
];

/// Recognises `exceeds 5 min`, `is over 5 min`, `begins with "x"` and `~ /x/`.
fn operator_in_words(t: &Tokens<'_>) -> Option<Problem> {
    let lines = [Rule::only_fix_line, Rule::only_rule_line, Rule::only_fact_line, Rule::only_visit_line];
    if lines.contains(&t.piece) && !t.all.iter().any(|(_, word)| matches!(*word, "when" | "given" | "verify"))
    {
        return None;
    }
    let (at, words, sign) = COMPARISONS.iter().find_map(|(theirs, sign)| {
        let tokens: Vec<&str> = if *theirs == "=~" { vec!["=", "~"] } else { theirs.split(' ').collect() };
        let said =
            |at: &usize| *at > 0 && tokens.iter().enumerate().all(|(by, word)| t.token(at + by) == *word);
        (t.here.saturating_sub(2)..=t.here).find(said).map(|at| (at, tokens.len(), *sign))
    })?;
    let from = if t.token(at - 1) == "is" { at - 1 } else { at };
    if from == 0 || !is_name(t.token(from - 1)) && t.token(from - 1) != ")" {
        return None;
    }
    let past = at + words;
    // A `with` behind it belongs to it.
    let past = if sign.ends_with("with") && t.token(past) == "with" { past + 1 } else { past };
    t.rewrite(at, format!("`{}` is not an operator", t.text(from, past)), (from, past), sign)
}

/// Recognises `in 500..599 or 400..499`, `between 500 - 599` and `matches x`.
fn second_range(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    let range = here.contains("..") && here.split("..").all(is_number);
    if range && matches!(t.back(1), "or" | "and" | ",") {
        let test = (0..t.here).rev().find(|at| t.token(*at) == "in")?;
        let fact = t.token(test.checked_sub(1)?);
        let or = if t.back(1) == "," { "or " } else { "" };
        let from = if t.back(1) == "," { t.here - 1 } else { t.here };
        let text = format!("{or}{fact} in {here}");
        return t.rewrite(t.here, "`in` is followed by a single range", (from, t.here + 1), &text);
    }
    let between = (0..t.here).rev().find(|at| t.token(*at) == "between");
    if let Some(between) = between
        && t.expects(Rule::k_and)
            | matches!(here, "-" | "–" | "to" | "..")
            | (t.back(1) == "-" || here.is_empty())
        && let Some(sign) = (between + 1..=t.here).find(|at| matches!(t.token(*at), "-" | "–" | "to" | ","))
        && is_number(t.token(sign + 1))
    {
        return t.instead(sign, sign + 1, "the bounds of `between` are joined by `and`", "and");
    }
    if t.expects(Rule::pattern) && (is_name(here) || is_number(here)) && t.back(1) == "matches" {
        let message = "a pattern is written between slashes";
        return t.rewrite(t.here, message, (t.here, t.here + 1), &format!("/{here}/"));
    }
    None
}

/// Recognises `all users where`, `count(users)` and `number of users`.
fn rows(t: &Tokens<'_>) -> Option<Problem> {
    let here = t.here();
    if t.back(1) == "all" && is_name(here) && t.token(t.here + 1) == "where" {
        return t.rewrite(t.here - 1, "all rows are `every` row", (t.here - 1, t.here), "every");
    }
    if t.back(1) == "count" && here == "(" && is_name(t.token(t.here + 1)) && t.token(t.here + 2) == ")" {
        let name = t.token(t.here + 1);
        return t.rewrite(t.here, "`count` has no brackets", (t.here, t.here + 3), &format!(" {name}"));
    }
    if here == "of" && matches!(t.back(1), "number" | "count" | "amount") {
        return t.rewrite(t.here - 1, "rows are counted with `count`", (t.here - 1, t.here + 1), "count");
    }
    None
}

/// Recognises `when the sandbox.enabled`: an article, and names of two words.
fn article(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before) = (t.here(), t.back(1));
    let asked = ["when", "given", "and", "or", "not", "verify", "where"];
    if matches!(before, "the" | "a" | "an" | "any" | "its" | "their")
        && is_name(here)
        && asked.contains(&t.back(2))
    {
        return t.without(
            t.here - 1,
            format!("`{before}` is not a word of the language"),
            format!("remove `{before}`"),
        );
    }
    let joined = ["and", "or", "with"].contains(&t.token(t.here + 1)) || t.here + 1 == t.all.len();
    if asked.contains(&t.back(2))
        && is_name(before)
        && is_name(here)
        && joined
        && t.piece != Rule::only_fix_line
    {
        let message = format!("`{before} {here}` is not a name: names have no spaces");
        return joined_name(t, t.here - 1, message);
    }
    if here == ","
        && is_name(before)
        && is_name(t.token(t.here + 1))
        && asked.contains(&t.back(2))
        && t.piece != Rule::only_level_line
    {
        let message = "conditions are joined by `and` or `or`";
        let problem = t.rewrite(t.here, message, (t.here, t.here + 1), " and")?;
        let suggestion = Suggestion::uncertain("write `or`", problem.span(), " or");
        return Some(problem.help("write `and` or `or` instead of the comma").suggest(suggestion));
    }
    None
}

/// Recognises `half an hour`, `an hour`, `two minutes`, `about 5 min` and `5-10 min`.
fn duration_in_words(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before, next) = (t.here(), t.back(1), t.token(t.here + 1));
    let units = [
        ("hour", "1 h", "30 min"),
        ("minute", "1 min", "30 s"),
        ("day", "1 days", "12 h"),
        ("week", "1 weeks", "84 h"),
    ];
    let found = |word: &str| units.iter().find(|(unit, ..)| *unit == word);
    let message = "durations are written in digits";
    for at in t.here.saturating_sub(1)..=t.here {
        if t.token(at) == "half"
            && matches!(t.token(at + 1), "an" | "a")
            && let Some((.., half)) = found(t.token(at + 2))
        {
            return t.instead(at, at + 3, message, half);
        }
        if matches!(t.token(at), "an" | "a")
            && let Some((_, one, _)) = found(t.token(at + 1))
        {
            return t.instead(at, at + 2, message, one);
        }
    }
    let timed = matches!(before, "takes" | "waits");
    if timed && matches!(here, "about" | "around" | "approximately" | "roughly" | "ca" | "~" | "max" | "up") {
        let past = if t.token(t.here + 1) == "to" { t.here + 2 } else { t.here + 1 };
        let written = t.text(past, past + 2);
        return t.rewrite(
            t.here,
            format!("`{here}` is not needed: every duration is an estimate"),
            (t.here, past + 2),
            &written,
        );
    }
    let digits =
        super::foreign::digits(here).filter(|_| timed && (is_name(next) || words::is(next, Kind::Unit)));
    if let Some(digits) = digits {
        return t.instead(t.here, t.here + 1, "numbers are written in digits", &digits.to_string());
    }
    if before == "works" && matches!(here, "in" | "about") {
        return t.without(
            t.here,
            format!("`{here}` is not needed after `works`"),
            format!("remove `{here}`"),
        );
    }
    None
}

/// Recognises `step 1 "Switch it off"`.
fn numbered_step(t: &Tokens<'_>) -> Option<Problem> {
    let at = (0..=t.here).rev().find(|at| t.token(*at) == "step")?;
    let end = if matches!(t.token(at + 2), "." | ":" | ")") { at + 3 } else { at + 2 };
    let numbered =
        t.piece == Rule::only_fix_line && t.token(at + 1).starts_with(|c: char| c.is_ascii_digit());
    let text = t.token(end);
    (numbered && text.starts_with('"'))
        .then(|| t.rewrite(at + 1, "steps are not numbered", (at, end + 1), &format!("step {text}")))?
}

/// Recognises `user_unknown = 80 %`, `background 5 %`, `in 80 % with x` and `usually x`.
fn line_of_a_rule(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_rule_line {
        return None;
    }
    let first = t.token(0);
    if first == "in" && t.chance(1) > 0 {
        return t.without(0, "a chance is written without `in`", "remove `in`");
    }
    let chance = (1..=4).find(|at| t.chance(*at) > 0)?;
    let said = t.text(chance, chance + t.chance(chance));
    let ends = chance + t.chance(chance) == t.all.len();
    if matches!(first, "background" | "baseline" | "base" | "default" | "otherwise" | "else" | "normally")
        && ends
    {
        return t.line(0, format!("`{first}` is not a word of the language"), &format!("{said} anyway"));
    }
    let signs = (1..chance).all(|at| matches!(t.token(at), ":" | "=" | "-" | ">" | "–" | "→"));
    (is_name(first) && signs && chance > 1 && ends)
        .then(|| t.line(1, "the chance must come first in a line", &format!("{said} with {first}")))?
}

/// Recognises `very likely`, `extremely rare` and `rare when x else common`.
fn share(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_cause_line {
        return None;
    }
    let (first, second) = (t.token(0), t.token(1));
    let common = |word: &str| matches!(word, "common" | "rare");
    if matches!(first, "extremely" | "really" | "highly" | "super" | "exceptionally") && common(second) {
        return t.instead(0, 1, format!("`{first}` is not a word of the language"), "very");
    }
    if matches!(first, "quite" | "fairly" | "pretty" | "rather" | "relatively" | "somewhat")
        && words::is(second, Kind::Commonness)
    {
        return t.without(0, format!("`{first}` is not a word of the language"), format!("write `{second}`"));
    }
    if first == "very" && t.here <= 1 && !second.is_empty() && !common(second) {
        let rare = matches!(second, "unlikely" | "seldom" | "infrequent" | "low" | "uncommon" | "rarely");
        let text = if rare { "very rare" } else { "very common" };
        return t.rewrite(0, format!("`very {second}` does not say how common a cause is"), (0, 2), text);
    }
    let word = [t.here.saturating_sub(1), t.here]
        .into_iter()
        .find(|at| matches!(t.token(*at), "else" | "otherwise"))?;
    let end = word + 1 + usize::from(t.token(word + 1) == "very");
    if words::is(t.token(end), Kind::Commonness) && word > 0 {
        let share = t.text(word + 1, end + 1);
        return t.rewrite(
            word,
            "the share comes before `otherwise`",
            (word, end + 1),
            &format!("{share} otherwise"),
        );
    }
    None
}

/// Recognises `"small" when x`, `small when < 5`, `small = x < 5` and levels with a comma between them.
fn level(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_level_line {
        return None;
    }
    let (here, before, next) = (t.here(), t.back(1), t.token(t.here + 1));
    let name = unquoted(here);
    if t.here == 0 && here.starts_with('"') && is_name(&name) {
        return t.instead(0, 1, "a level has no quotes", &name);
    }
    if before == "when" && matches!(here, "<" | ">" | "=") {
        let rest = t.text(t.here, t.all.len());
        let help = format!("write which fact is compared: `when some.fact {rest}`");
        return t.at(t.here, format!("expected a fact before `{here}`"), help);
    }
    if here == "=" && t.here == 1 && next != ">" && is_name(next) {
        return t.instead(1, 2, "the condition of a level follows `when`", "when");
    }
    let begins = is_name(next) && matches!(t.token(t.here + 2), "when" | "otherwise");
    if here == "," && begins {
        let problem = t.rewrite(t.here, "each level has a line of its own", (t.here, t.here + 1), "\n ")?;
        return Some(problem.help("begin a new line instead of the comma"));
    }
    None
}

/// Recognises a declaration without a name, a title behind the condition, `cause x = "…"`, and `facts "…" {`.
fn head(t: &Tokens<'_>) -> Option<Problem> {
    let (keyword, here) = (t.token(0), t.here());
    let line = matches!(t.piece, Rule::only_cause_line | Rule::only_rule_line | Rule::only_fix_line);
    if !words::is(keyword, Kind::Declaration) || line {
        return None;
    }
    if keyword == "facts" && t.here == 1 && here.starts_with('"') {
        return t.instead(1, 2, "expected `from` here", &format!("from {here}"));
    }
    let titled = matches!(keyword, "symptom" | "rule" | "cause" | "fix");
    if t.here == 1 && here.starts_with('"') && !is_name(t.token(2)) && keyword != "facts" {
        let name = unquoted(here);
        let short: Vec<&str> = name.split('_').take(4).collect();
        let name = if titled { short.join("_").to_lowercase() } else { name };
        if is_name(&name) && keyword != "rule" {
            let text = if titled { format!("{name} {here}") } else { name };
            return t.rewrite(1, format!("this {keyword} has no name"), (1, 2), &text);
        }
    }
    if titled && t.here == 2 && matches!(here, "=" | "-" | "–" | ",") && t.token(3).starts_with('"') {
        return t.without(
            2,
            format!("the name of a {keyword} is followed by its title"),
            format!("remove the `{here}`"),
        );
    }
    if keyword == "rule" && matches!(here, "when" | "given" | "if") && t.head_end() < t.all.len() {
        let condition = t.text(t.here + 1, t.head_end());
        let word = if here == "given" { "given" } else { "when" };
        let text = format!("{} {{ {word} {condition}\n ", t.text(0, t.here));
        let problem =
            t.rewrite(t.here, format!("`{here}` belongs into the body of a rule"), (0, t.all.len()), &text)?;
        return Some(
            problem.help(format!("write `{word} {condition}` after the `{{`, on a line of its own")),
        );
    }
    if keyword == "symptom" && matches!(here, "where" | "means" | "is") {
        return t.instead(t.here, t.here + 1, "the condition of a symptom follows `when`", "when");
    }
    let behind = here.starts_with('"') && t.here + 1 == t.all.len();
    let when = t.position("when").filter(|when| *when == 2 && behind && keyword == "symptom");
    when.and_then(|when| {
        let text = format!("{} {here} {}", t.text(0, when), t.text(when, t.here));
        t.rewrite(t.here, "the title follows the name", (0, t.all.len()), &text)
    })
}

/// Recognises `fact x is yes/no`, `fact x yes/no` and `derive x: duration := a`.
fn assignment(t: &Tokens<'_>) -> Option<Problem> {
    let (here, next) = (t.here(), t.token(t.here + 1));
    if here == ":" && next == "=" && t.token(0) == "derive" {
        return t.instead(t.here, t.here + 2, "the computed value follows `=`", "=");
    }
    if t.token(0) != "fact" || t.here != 2 || !t.expects(Rule::colon) {
        return None;
    }
    if matches!(here, "is" | "as" | "-") && !t.touches(t.here) {
        return t.instead(2, 3, "the type follows a colon", ":");
    }
    let ty = matches!(here, "yes" | "one" | "some" | "table") || words::is(here, Kind::Type);
    ty.then(|| t.rewrite(2, "the type follows a colon", (1, 3), &format!("{}: {here}", t.token(1))))?
}
