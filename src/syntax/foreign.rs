//! Habits of ordinary writing and of other notations, each answered with the line as it is written here.
//!
//! Colons and dashes from YAML, `unless` and `without` from English, `2,5` and `1 h 30 min` from daily life, a question
//! without its `ask`. They are looked for before what `guess` knows of the language's own lines.

use super::Rule;
use super::diagnose::{FREQUENCIES, is_known};
use super::suggest::{Guess, Tokens, is_name, is_number};
use crate::problem::{Problem, Suggestion};

/// The habits in the order in which they are looked for.
pub(super) const HABITS: &[Guess] = &[
    sign_before_a_line,
    colon_behind_a_word,
    comma_between_parts,
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

/// Pieces that are lines of a body.
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

/// `- usually with x`: a list as YAML writes it.
fn sign_before_a_line(t: &Tokens<'_>) -> Option<Problem> {
    let sign = t.token(0);
    let listed = t.here == 0 && matches!(sign, "-" | "*" | "•" | "·" | "–");
    if !listed || !is_line(t.piece) {
        return None;
    }
    let rest = t.text(1, t.all.len());
    let message = format!("a line does not begin with `{sign}`");
    if t.piece == Rule::only_fix_line && !is_known(t.token(1)) {
        return t.at(0, message, format!("write `step \"{}\"`", rest.trim_matches('"')));
    }
    t.without(0, message, format!("write `{rest}`"))
}

/// `takes: 5 min`, `usually: some_cause`.
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
    let (message, help) = (format!("no `:` stands behind `{before}`"), format!("write `{line}`"));
    if line == format!("{before} {rest}") {
        t.without(colon, message, help)
    } else {
        t.at(colon, message, help)
    }
}

/// `{ uncommon, fix x }`.
fn comma_between_parts(t: &Tokens<'_>) -> Option<Problem> {
    let parts = matches!(
        t.piece,
        Rule::only_cause_line | Rule::only_fix_line | Rule::only_fact_line | Rule::only_symptom_line
    );
    let before_a_part = is_known(t.token(t.here + 1)) && !t.expects(Rule::comma);
    (parts && t.here() == "," && t.here > 0 && before_a_part)
        .then(|| t.without(t.here, "no comma stands between parts", "take it away"))?
}

/// `fix x { call the service }`.
fn what_to_do(t: &Tokens<'_>) -> Option<Problem> {
    let said = t.piece == Rule::only_fix_line && t.here == 0 && is_name(t.token(0)) && is_name(t.token(1));
    if !said || t.all.iter().any(|(_, word)| word.starts_with('"')) || is_known(t.token(0)) {
        return None;
    }
    let text = t.text(0, t.all.len());
    let problem = t.over(0, t.all.len(), "what is to be done stands behind `step`", String::new())?;
    let written = format!("step \"{text}\"");
    let mend = Suggestion::guess(format!("write `{written}`"), problem.span(), written.clone());
    Some(problem.help(format!("write `{written}`")).mend(mend))
}

/// `cause x "one title" "another"`.
fn two_titles(t: &Tokens<'_>) -> Option<Problem> {
    let two = t.here().starts_with('"') && t.back(1).starts_with('"') && !is_line(t.piece);
    two.then(|| t.at(t.here, "there are two titles here", "keep one of them"))?
}

/// Numbers in words, from one.
const WORDS: [&str; 12] =
    ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// `2,5 MB`, `10,000 kB`, `five minutes`.
fn number(t: &Tokens<'_>) -> Option<Problem> {
    let (before, next) = (t.back(1), t.token(t.here + 1));
    if t.here() == "," && is_number(before) && is_number(next) && t.touches(t.here) && t.touches(t.here + 1) {
        let unit = t.token(t.here + 2);
        let unit = if is_name(unit) || unit == "%" { format!(" {unit}") } else { String::new() };
        let thousands = next.len() == 3 && !next.contains('.');
        let written =
            if thousands { format!("{before}{next}{unit}") } else { format!("{before}.{next}{unit}") };
        let message = if thousands {
            "thousands stand without a comma"
        } else {
            "a number has a decimal point, not a comma"
        };
        let number = written.trim_end_matches(&unit).to_owned();
        let problem = t.over(t.here - 1, t.here + 2, message, format!("write `{written}`"))?;
        let mend = Suggestion::safe(format!("write `{written}`"), problem.span(), number);
        return Some(problem.mend(mend));
    }
    let at = [before, t.here()].iter().position(|word| WORDS.contains(word))?;
    let word = if at == 0 { before } else { t.here() };
    let digits = WORDS.iter().position(|known| *known == word)? + 1;
    let measured = at == 0 && is_name(t.here()) && !t.expects(Rule::k_of);
    let unit = t.here();
    measured.then(|| {
        t.instead(t.here - 1, t.here + 1, "a number is written in digits", &format!("{digits} {unit}"))
    })?
}

/// `1 h 30 min`, `5-10 min`, `1:30`, `min 5`.
fn unit(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before, next) = (t.here(), t.back(1), t.token(t.here + 1));
    let two = t.here >= 2;
    if is_number(here) && is_name(before) && is_number(t.back(2)) && two {
        let written = t.text(t.here - 2, t.here + 2);
        let help = format!("write `{written}` in one unit, as in `90 min` for `1 h 30 min`");
        return t.over(t.here - 2, t.here + 2, "an amount is one number with its unit", help);
    }
    if is_number(here) && is_name(before) && matches!(t.back(2), "<" | ">" | "=" | "takes" | "waits") {
        return t.instead(
            t.here - 1,
            t.here + 1,
            "a unit stands behind its number",
            &format!("{here} {before}"),
        );
    }
    let timed = matches!(t.back(2), "takes" | "waits") && is_number(before) && is_number(next);
    if timed && matches!(here, "-" | "–" | ":" | "/") {
        let help =
            format!("write one number with its unit, the one to reckon with: `{} {next} min`", t.back(2));
        return t.over(t.here - 1, t.here + 2, format!("`{}` says one duration", t.back(2)), help);
    }
    None
}

/// `does not contain`, `isn't`, `either … or`, `at least 5 min`, `message size`.
fn condition(t: &Tokens<'_>) -> Option<Problem> {
    let (here, before, next) = (t.here(), t.back(1), t.token(t.here + 1));
    if matches!(here, "does" | "doesn" | "do" | "don") && is_name(before) && t.piece != Rule::only_fix_line {
        let help = format!("write `not {before} contains …`, with `not` before the whole comparison");
        return t.at(t.here, format!("`{here}` is not a word here"), help);
    }
    if matches!(here, "isn" | "aren" | "wasn") && next.starts_with(['\'', '’']) {
        return t.instead(t.here, t.here + 3, format!("`{here}'t` is not a word here"), "is not");
    }
    if matches!(before, "either" | "both") && is_name(here) {
        return t.at(t.here - 1, format!("`{before}` is not a word here"), "take it away: `… or …` says it");
    }
    if matches!(before, "least" | "most") && is_number(here) && t.back(2) == "at" {
        let sign = if before == "least" { ">=" } else { "<=" };
        let message = format!("`at {before}` stands before a level; an amount is compared with a sign");
        let problem = t.over(t.here - 2, t.here, message, format!("write `{sign} {here} {next}`"))?;
        let mend = Suggestion::safe(format!("write `{sign}`"), problem.span(), sign);
        return Some(problem.mend(mend));
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
        let message = format!("`{before} {here}` is no name: a name has no spaces");
        return t.over(
            t.here - 1,
            t.here + 1,
            message,
            format!("write `{before}.{here}` or `{before}_{here}`, as it was declared"),
        );
    }
    None
}

/// `about 80 %`, `70-80 %`, `4 out of 5`, `not often`, `80 per cent`.
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
            format!("`{first}` is not a word here"),
            format!("take it away, every chance is an estimate: `{}`", rest()),
        );
    }
    if first == "not" && FREQUENCIES.contains(&t.token(1)) {
        return t.over(
            0,
            2,
            format!("`not {}` is no chance", t.token(1)),
            "write `sometimes`, `rarely`, or a number such as `20 %`",
        );
    }
    let number = is_number(first) && t.here == 1;
    let (second, third) = (t.token(1), t.token(2));
    if number && matches!(here, "-" | "–" | "to") && is_number(second.max(third)) && is_number(third) {
        return t.over(
            0,
            3,
            "a chance is one number",
            format!("write the one that you would bet on: `{third} %`"),
        );
    }
    if number && (second, third) == ("out", "of") && is_number(t.token(3)) {
        return t.instead(0, 4, "`out` is not needed here", &format!("{first} of {}", t.token(3)));
    }
    if number && (second, third) == ("per", "cent") {
        return t.instead(0, 3, "this is no chance", &format!("{first} %"));
    }
    None
}

/// `usually for x`, `with (a, b)`, `because …`, `rarely otherwise`, `without x`.
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
            t.at(
                at,
                format!("`{word}` is not a word here"),
                format!("write `{} with {}`", t.text(0, at), named(at)),
            )
        }
        Some((at, "without")) => {
            let help =
                format!("how often it is seen with none of the causes named is written `{said} anyway`");
            t.at(at, "`without` is not a word here", help)
        }
        Some((at, "otherwise")) => {
            let problem =
                t.at(at, "`otherwise` does not stand in a rule", format!("write `{said} anyway`"))?;
            let mend = Suggestion::safe("write `anyway`", problem.span(), "anyway");
            Some(problem.mend(mend))
        }
        Some((at, word @ ("because" | "since"))) if t.position("with").is_some_and(|with| with < at) => {
            let help = format!("put the reason into a comment: `// {word} {}`", named(at));
            t.at(at, format!("`{word}` is not a word here"), help)
        }
        _ if here == "(" && before == "with" => {
            let names = t.text(t.here + 1, t.all.len());
            let help = format!("write `{said} with {}`", names.trim_end_matches(')').trim());
            t.at(t.here, "causes are listed without brackets", help)
        }
        _ => None,
    }
}

/// `common unless x`, `often shows x`, `symptoms x`.
fn how_common(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_cause_line {
        return None;
    }
    let (first, here) = (t.token(0), t.here());
    if here == "unless" {
        let help = format!("write `{} when not {}`", t.text(0, t.here), t.text(t.here + 1, t.all.len()));
        return t.at(t.here, "`unless` is not a word here", help);
    }
    let chance = t.chance(0);
    let verb = t.token(chance);
    if t.here == 0 && chance > 0 && matches!(verb, "shows" | "leads") {
        let help = format!("write `{} {}`", t.text(chance, t.all.len()), t.text(0, chance));
        return t.over(0, chance, "the chance comes last here", help);
    }
    if t.here == 0 && matches!(first, "symptom" | "symptoms" | "shows:") {
        let help = "what is seen with a cause stands in a rule, or here: `shows some_symptom usually`";
        return t.at(0, format!("`{first}` is not a word here"), help);
    }
    None
}

/// `yes/no = yes`, `green/red`, `one of: a`, a question without `ask`.
fn fact(t: &Tokens<'_>) -> Option<Problem> {
    let (first, here, before) = (t.token(0), t.here(), t.back(1));
    if t.piece == Rule::only_fact_line && t.here == 0 && here.starts_with('"') {
        return t.instead(0, 1, "`ask` is missing before the question", &format!("ask {here}"));
    }
    if first == "facts" && t.here == 1 && t.position(":").is_some() {
        let help = format!("write `fact {}`", t.text(1, t.all.len()));
        let problem = t.at(0, "one fact is declared with `fact`", help)?;
        let mend = Suggestion::safe("write `fact`", problem.span(), "fact");
        return Some(problem.mend(mend));
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
        return t.instead(t.here, t.here + 1, "a question stands behind `ask`", &asked);
    }
    if here.starts_with('"') && before == ":" {
        let help = format!("write `{} yes/no {{ ask {here} }}`", t.text(0, t.here));
        return t.at(t.here, "a type stands behind the colon, and the question behind `ask`", help);
    }
    if here == ":" && before == "of" {
        return t.without(t.here, "no `:` stands behind `of`", "take it away");
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
        return t.instead(t.here - 1, at, "this is no type", &ty);
    }
    if here == "=" && t.position(":").is_some_and(|colon| colon < t.here) {
        let help =
            "leave it out: what nobody records is unknown; how often it is so is a rate, `{ usually yes }`";
        return t.over(t.here, t.all.len(), "a fact has no value of its own", help);
    }
    (here == "?")
        .then(|| t.at(t.here, "no `?` stands here", "take it away: whatever is not recorded is unknown"))?
}
