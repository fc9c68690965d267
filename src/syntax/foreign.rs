//! Notations from elsewhere, each answered with the line as the language writes it.
//!
//! Colons and dashes from YAML, `unless` and `without` from English, `2,5` and `1 h 30 min` from daily life, a question
//! without its `ask`. They are looked for before what `suggest` knows of the language's own lines.

use super::Rule;
use super::suggest::{Recogniser, Tokens, is_name, is_number};
use super::words::{self, Kind, is_known};
use crate::problem::{Problem, Suggestion};

/// The notations in the order in which they are looked for.
pub(super) const FOREIGN: &[Recogniser] = &[
    sign_before_a_line,
    colon_behind_a_word,
    comma_between_parts,
    several_steps,
    what_to_do,
    two_titles,
    number,
    unit,
    condition,
    chance,
    causes,
    how_common,
    fact,
];

/// Returns whether a piece is a line of a body.
fn is_line(piece: Rule) -> bool {
    matches!(
        piece,
        Rule::only_rule_line
            | Rule::only_cause_line
            | Rule::only_fix_line
            | Rule::only_fact_line
            | Rule::only_visit_line
            | Rule::only_level_line
            | Rule::only_symptom_line
    )
}

/// Recognises `- usually with x`: a list as YAML writes it.
fn sign_before_a_line(t: &Tokens<'_>) -> Option<Problem> {
    let sign = t.token(0);
    let listed = t.here == 0 && matches!(sign, "-" | "*" | "•" | "·" | "–");
    if !listed || !is_line(t.piece) {
        return None;
    }
    let rest = t.text(1, t.all.len());
    let message = format!("a line cannot begin with `{sign}`");
    if t.piece == Rule::only_fix_line && !is_known(t.token(1)) {
        return t.line(0, message, &format!("step \"{}\"", rest.trim_matches('"')));
    }
    t.without(0, message, format!("write `{rest}`"))
}

/// Recognises `takes: 5 min` and `usually: some_cause`.
fn colon_behind_a_word(t: &Tokens<'_>) -> Option<Problem> {
    let colon = t.position(":").filter(|at| (1..=2).contains(at) && (t.here == *at || t.here == 0))?;
    let facts = matches!(t.piece, Rule::only_visit_line | Rule::only_level_line);
    if !is_line(t.piece) || facts || is_number(t.token(colon - 1)) || t.here == 0 && is_known(t.token(0)) {
        return None;
    }
    let (before, rest) = (t.text(0, colon), t.text(colon + 1, t.all.len()));
    let chance = t.chance(0) > 0 && t.piece == Rule::only_rule_line;
    let line = match rest.as_str() {
        rest if !is_known(t.token(0)) && t.chance(0) == 0 => rest.to_owned(),
        rest if chance && rest != "anyway" && !rest.starts_with("with ") => format!("{before} with {rest}"),
        rest => format!("{before} {rest}"),
    };
    let message = format!("`{before}` is not followed by `:`");
    if line == format!("{before} {rest}") {
        t.without(colon, message, format!("write `{line}`"))
    } else {
        t.line(colon, message, &line)
    }
}

/// Recognises `{ uncommon, fix x }`.
fn comma_between_parts(t: &Tokens<'_>) -> Option<Problem> {
    let parts = matches!(
        t.piece,
        Rule::only_cause_line | Rule::only_fix_line | Rule::only_fact_line | Rule::only_symptom_line
    );
    let before_a_part = is_known(t.token(t.here + 1)) && !t.expects(Rule::comma);
    (parts && t.here() == "," && t.here > 0 && before_a_part)
        .then(|| t.without(t.here, "parts are not separated by commas", "remove the comma"))?
}

/// Recognises `steps "a", "b"`: each thing to do is a step of its own.
fn several_steps(t: &Tokens<'_>) -> Option<Problem> {
    let texts = || t.all.iter().map(|(_, token)| *token).filter(|token| token.starts_with('"'));
    let listed =
        t.all.iter().skip(1).all(|(_, token)| {
            token.starts_with('"') || matches!(*token, "," | "[" | "]" | ":" | "and" | "then")
        });
    if t.piece != Rule::only_fix_line
        || !matches!(t.token(0), "step" | "steps")
        || texts().count() < 2
        || !listed
    {
        return None;
    }
    let lines = texts().map(|text| format!("step {text}")).collect::<Vec<_>>();
    let problem = t.line(0, "each thing to do is a `step` of its own", &lines.join("\n  "))?;
    Some(problem.help(format!(
        "write a line for each: {}",
        lines.iter().map(|line| format!("`{line}`")).collect::<Vec<_>>().join(", ")
    )))
}

/// Recognises `fix x { call the service }`.
fn what_to_do(t: &Tokens<'_>) -> Option<Problem> {
    let words = is_name(t.token(0)) && (is_name(t.token(1)) || t.all.len() == 1);
    let said = t.piece == Rule::only_fix_line && t.here == 0 && words;
    if !said || t.all.iter().any(|(_, word)| word.starts_with('"')) || is_known(t.token(0)) {
        return None;
    }
    let text = t.text(0, t.all.len());
    let problem = t.over(0, t.all.len(), "each thing to do must begin with `step`", String::new())?;
    let written = format!("step \"{text}\"");
    let suggestion = Suggestion::uncertain(format!("write `{written}`"), problem.span(), written.clone());
    Some(problem.help(format!("write `{written}`")).suggest(suggestion))
}

/// Recognises `cause x "one title" "another"`.
fn two_titles(t: &Tokens<'_>) -> Option<Problem> {
    let two = t.here().starts_with('"') && t.back(1).starts_with('"') && !is_line(t.piece);
    two.then(|| t.at(t.here, "a declaration has one title", "keep one of the two"))?
}

/// Numbers in words, from one.
const NUMBERS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// Returns a number that is written in words.
pub(super) fn digits(word: &str) -> Option<usize> {
    NUMBERS.iter().position(|known| *known == word).map(|at| at + 1)
}

/// Recognises `2,5 MB`, `10,000 kB` and `five minutes`.
fn number(t: &Tokens<'_>) -> Option<Problem> {
    let (before, next) = (t.back(1), t.token(t.here + 1));
    if t.here() == "," && is_number(before) && is_number(next) && t.touches(t.here) && t.touches(t.here + 1) {
        let unit = t.token(t.here + 2);
        let unit = if is_name(unit) || unit == "%" { format!(" {unit}") } else { String::new() };
        let thousands = next.len() == 3 && !next.contains('.');
        let written =
            if thousands { format!("{before}{next}{unit}") } else { format!("{before}.{next}{unit}") };
        let message = if thousands {
            "numbers have no thousands separator"
        } else {
            "the decimal separator is a point, not a comma"
        };
        let number = written.trim_end_matches(&unit).to_owned();
        let problem = t.over(t.here - 1, t.here + 2, message, format!("write `{written}`"))?;
        let suggestion = Suggestion::safe(format!("write `{written}`"), problem.span(), number);
        return Some(problem.suggest(suggestion));
    }
    let at = [before, t.here()].iter().position(|word| NUMBERS.contains(word))?;
    let word = if at == 0 { before } else { t.here() };
    let digits = digits(word)?;
    let measured = at == 0 && is_name(t.here()) && !(before == "one" && t.expects(Rule::k_of));
    let unit = t.here();
    measured.then(|| {
        t.instead(t.here - 1, t.here + 1, "numbers are written in digits", &format!("{digits} {unit}"))
    })?
}

/// Recognises `1 h 30 min`, `5-10 min`, `1:30` and `min 5`.
fn unit(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before, next) = (t.here(), t.back(1), t.token(t.here + 1));
    let two = t.here >= 2;
    if is_number(here) && is_name(before) && is_number(t.back(2)) && two {
        let written = t.text(t.here - 2, t.here + 2);
        let message = "an amount is one number and its unit";
        if let Some(one) = one_amount(t, t.here - 2) {
            let problem = t.over(t.here - 2, t.here + 2, message, format!("write `{one}`"))?;
            let span = problem.span();
            return Some(problem.rewrite(span, &one));
        }
        let help = format!("give `{written}` in one unit, such as `90 min` for `1 h 30 min`");
        return t.over(t.here - 2, t.here + 2, message, help);
    }
    if is_number(here) && is_name(before) && matches!(t.back(2), "<" | ">" | "=" | "takes" | "waits") {
        return t.instead(t.here - 1, t.here + 1, "the unit follows its number", &format!("{here} {before}"));
    }
    let timed = matches!(t.back(2), "takes" | "waits") && is_number(before) && is_number(next);
    if timed && matches!(here, "-" | "–" | ":" | "/" | "to") {
        let unit = t.token(t.here + 2);
        let unit = if is_name(unit) || words::is(unit, Kind::Unit) { unit } else { "min" };
        let help =
            format!("write the duration to expect, a number and its unit: `{} {next} {unit}`", t.back(2));
        let problem =
            t.over(t.here - 1, t.here + 2, format!("`{}` needs a single duration", t.back(2)), help)?;
        let (span, text) =
            (problem.span(), if t.here + 2 == t.all.len() { format!("{next} min") } else { next.to_owned() });
        return Some(problem.rewrite(span, &text));
    }
    None
}

/// Recognises `does not contain`, `isn't`, `either … or`, `at least 5 min` and `message size`.
fn condition(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before, next) = (t.here(), t.back(1), t.token(t.here + 1));
    if matches!(here, "does" | "doesn" | "do" | "don") && is_name(before) && t.piece != Rule::only_fix_line {
        let message = format!("`{here}` is not a word of the language");
        let verbs = [
            ("contain", "contains"),
            ("contains", "contains"),
            ("start", "starts"),
            ("end", "ends"),
            ("match", "matches"),
            ("have", "has"),
            ("include", "has"),
        ];
        // `does not contain`, `doesn't contain`.
        let past =
            (t.here + 1..t.here + 4).find(|at| verbs.iter().any(|(theirs, _)| *theirs == t.token(*at)));
        let verb = past.and_then(|at| verbs.iter().find(|(theirs, _)| *theirs == t.token(at)));
        if let (Some(past), Some((_, verb))) = (past, verb) {
            let text = format!("not {before} {verb}");
            let problem = t.rewrite(t.here, message, (t.here - 1, past + 1), &text)?;
            return Some(problem.help(format!("write `{text} …`: `not` comes before the whole comparison")));
        }
        let help = format!("write `not {before} contains …`: `not` comes before the whole comparison");
        return t.at(t.here, message, help);
    }
    if matches!(here, "isn" | "aren" | "wasn") && next.starts_with(['\'', '’']) {
        return t.instead(t.here, t.here + 3, format!("`{here}'t` is not a word of the language"), "is not");
    }
    if matches!(before, "either" | "both") && is_name(here) {
        return t.without(
            t.here - 1,
            format!("`{before}` is not a word of the language"),
            format!("remove `{before}`"),
        );
    }
    if matches!(before, "least" | "most") && is_number(here) && t.back(2) == "at" {
        let sign = if before == "least" { ">=" } else { "<=" };
        let message = format!("`at {before}` is for levels; amounts are compared with `{sign}`");
        let problem = t.over(t.here - 2, t.here, message, format!("write `{sign} {here} {next}`"))?;
        let suggestion = Suggestion::safe(format!("write `{sign}`"), problem.span(), sign);
        return Some(problem.suggest(suggestion));
    }
    let asked =
        t.all.iter().take(t.here).any(|(_, word)| matches!(*word, "when" | "given" | "and" | "or" | "by"));
    let compared = t
        .all
        .iter()
        .skip(t.here)
        .any(|(_, sign)| matches!(*sign, "<" | ">" | "=" | "is" | "has" | "contains"));
    let missing_sign = t.expects(Rule::k_where) || t.expects(Rule::direction);
    if asked
        && compared
        && !missing_sign
        && is_name(here)
        && is_name(before)
        && !is_number(here)
        && next != "than"
    {
        let message = format!("`{before} {here}` is not a name: names have no spaces");
        return joined_name(t, t.here - 1, message);
    }
    None
}

/// Reports a name of two words, which is one with a dot or with `_`.
pub(super) fn joined_name(t: &Tokens<'_>, at: usize, message: String) -> Option<Problem> {
    let [dotted, joined] = [".", "_"].map(|sign| format!("{}{sign}{}", t.token(at), t.token(at + 1)));
    let span = t.over(at, at + 2, "", "")?.span();
    let problem =
        t.over(at, at + 2, message, format!("write `{dotted}` or `{joined}`, as it is declared"))?;
    Some(problem.rewrite(span, &dotted).rewrite(span, &joined))
}

/// Seconds of the units in which people write two amounts beside each other.
const SECONDS: &[(&str, f64)] = &[
    ("s", 1.0),
    ("sec", 1.0),
    ("min", 60.0),
    ("h", 3600.0),
    ("days", 86_400.0),
    ("day", 86_400.0),
    ("hours", 3600.0),
    ("hour", 3600.0),
    ("minutes", 60.0),
];

/// Returns two amounts as one, in the unit of the second.
fn one_amount(t: &Tokens<'_>, from: usize) -> Option<String> {
    let unit = |at: usize| SECONDS.iter().find(|(unit, _)| *unit == t.token(at)).map(|(_, seconds)| *seconds);
    let number = |at: usize| t.token(at).parse::<f64>().ok();
    let (first, second) = (unit(from + 1)?, unit(from + 3)?);
    Some(format!("{} {}", (number(from)? * first + number(from + 2)? * second) / second, t.token(from + 3)))
}

/// Recognises `about 80 %`, `70-80 %`, `4 out of 5`, `not often` and `80 per cent`.
fn chance(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_rule_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    let rest = || t.text(1, t.all.len());
    if matches!(
        first,
        "about" | "around" | "approximately" | "roughly" | "ca" | "circa" | "nearly" | "~" | "≈"
    ) && t.here <= 1
    {
        return t.without(
            0,
            format!("`{first}` is not a word of the language"),
            format!("write `{}`: every chance is an estimate", rest()),
        );
    }
    if first == "not" && words::is(t.token(1), Kind::Frequency) {
        let problem = t.over(
            0,
            2,
            format!("`not {}` is not a chance", t.token(1)),
            "write `sometimes`, `rarely`, or a number such as `20 %`",
        )?;
        let span = problem.span();
        return Some(problem.rewrite(span, "sometimes").rewrite(span, "rarely"));
    }
    let number = is_number(first) && t.here == 1;
    let (second, third) = (t.token(1), t.token(2));
    if number && matches!(here, "-" | "–" | "to") && is_number(second.max(third)) && is_number(third) {
        let percent = usize::from(t.token(3) == "%");
        let problem = t.over(
            0,
            3 + percent,
            "a chance is a single number",
            format!("write your best estimate: `{third} %`"),
        )?;
        let span = problem.span();
        return Some(problem.rewrite(span, &format!("{third} %")));
    }
    if number && (second, third) == ("out", "of") && is_number(t.token(3)) {
        return t.instead(0, 4, "a chance has no `out`", &format!("{first} of {}", t.token(3)));
    }
    if number && (second, third) == ("per", "cent") {
        return t.instead(0, 3, "this is not a chance", &format!("{first} %"));
    }
    None
}

/// Recognises `usually for x`, `with (a, b)`, `because …`, `rarely otherwise` and `without x`.
fn causes(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_rule_line || t.chance(0) == 0 {
        return None;
    }
    let (here, before, said) = (t.here(), t.back(1), t.text(0, t.chance(0)));
    let word = [t.here.saturating_sub(1), t.here].into_iter().find(|at| {
        matches!(t.token(*at), "for" | "by" | "if" | "without" | "otherwise" | "because" | "since" | "in")
    });
    let named = |at: usize| t.text(at + 1, t.all.len());
    match word.map(|at| (at, t.token(at))) {
        Some((at, word @ ("for" | "by" | "if" | "in")))
            if is_name(t.token(at + 1)) && t.position("with").is_none() =>
        {
            let message = format!("`{word}` is not a word of the language");
            t.line(at, message, &format!("{} with {}", t.text(0, at), named(at)))
        }
        Some((at, "without")) => {
            let help =
                format!("write `{said} anyway` for how often it is seen without any of the causes named");
            let problem = t.line(at, "`without` is not a word of the language", &format!("{said} anyway"))?;
            Some(problem.help(help))
        }
        Some((at, "otherwise")) => {
            let problem = t.at(at, "a rule has no `otherwise`", format!("write `{said} anyway`"))?;
            let suggestion = Suggestion::safe("write `anyway`", problem.span(), "anyway");
            Some(problem.suggest(suggestion))
        }
        Some((at, word @ ("because" | "since"))) if t.position("with").is_some_and(|with| with < at) => {
            let comment = format!("// {word} {}", named(at));
            let help = format!("write the reason as a comment: `{comment}`");
            let message = format!("`{word}` is not a word of the language");
            Some(t.rewrite(at, message, (at, t.all.len()), &comment)?.help(help))
        }
        _ if here == "(" && before == "with" => {
            let names = t.text(t.here + 1, t.all.len());
            let names = names.trim_end_matches(')').trim();
            t.line(t.here, "a list has no brackets", &format!("{} {names}", t.text(0, t.here)))
        }
        _ => None,
    }
}

/// Recognises `common unless x`, `often shows x` and `symptoms x`.
fn how_common(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_cause_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    if here == "unless" {
        let condition = t.text(t.here + 1, t.all.len());
        let several = condition.split(' ').any(|word| matches!(word, "and" | "or"));
        let condition = if several { format!("({condition})") } else { condition };
        let text = format!("{} when not {condition}", t.text(0, t.here));
        return t.line(t.here, "`unless` is not a word of the language", &text);
    }
    let chance = t.chance(0);
    let verb = t.token(chance);
    if t.here == 0 && chance > 0 && matches!(verb, "shows" | "leads") {
        let text = format!("{} {}", t.text(chance, t.all.len()), t.text(0, chance));
        return t.line(0, "the chance must come last here", &text);
    }
    if t.here == 0 && matches!(first, "symptom" | "symptoms" | "shows:") {
        let help = "write what is seen with the cause in a rule, or here: `shows some_symptom usually`";
        return t.at(0, format!("`{first}` is not a word of the language"), help);
    }
    None
}

/// Recognises `yes/no = yes`, `green/red`, `one of: a` and a question without `ask`.
fn fact(t: &Tokens<'_>) -> Option<Problem> {
    let (first, here, before) = (t.token(0), t.here(), t.back(1));
    if t.piece == Rule::only_fact_line && t.here == 0 && here.starts_with('"') {
        return t.instead(0, 1, "expected `ask` before the question", &format!("ask {here}"));
    }
    if first == "facts" && t.here == 1 && t.position(":").is_some() {
        let help = format!("write `fact {}`", t.text(1, t.all.len()));
        let problem = t.at(0, "a single fact is declared with `fact`", help)?;
        let suggestion = Suggestion::safe("write `fact`", problem.span(), "fact");
        return Some(problem.suggest(suggestion));
    }
    if first != "fact" && t.piece != Rule::only_visit_line {
        return None;
    }
    if here.starts_with('"') && t.here + 1 == t.all.len() && is_name(before) && t.position(":").is_some() {
        let asked = if t.piece == Rule::only_visit_line {
            format!("ask {here}")
        } else {
            format!("{{ ask {here} }}")
        };
        return t.instead(t.here, t.here + 1, "a question follows `ask`", &asked);
    }
    if here.starts_with('"') && before == ":" {
        let text = format!("{} yes/no {{ ask {here} }}", t.text(0, t.here));
        let message = "the type follows the colon, and the question follows `ask`";
        return t.rewrite(t.here, message, (0, t.here + 1), &text);
    }
    if here == ":" && before == "of" {
        return t.without(t.here, "`of` is not followed by `:`", "remove the `:`");
    }
    if matches!(here, "/" | "|") && is_name(before) && t.back(2) == ":" {
        let mut values = vec![before];
        let mut at = t.here;
        while matches!(t.token(at), "/" | "|") && is_name(t.token(at + 1)) {
            values.push(t.token(at + 1));
            at += 2;
        }
        let ty = match values.as_slice() {
            ["no", "yes"] => "yes/no".to_owned(),
            _ => format!("one of {}", values.join(", ")),
        };
        return t.instead(t.here - 1, at, "this is not a type", &ty);
    }
    if here == "=" && t.position(":").is_some_and(|colon| colon < t.here) {
        let help = "remove it: what nobody records is unknown; for how often it is so, write a rate: `{ usually yes }`";
        let end = if t.token(t.here + 1) == "{" { t.here + 1 } else { t.here + 2 };
        let problem = t.over(t.here, end, "a fact has no default value", help)?;
        let suggestion = Suggestion::uncertain("remove it", problem.span(), "");
        return Some(problem.suggest(suggestion));
    }
    (here == "?").then(|| {
        t.without(t.here, "a fact is not marked with `?`", "remove the `?`: what is not recorded is unknown")
    })?
}
