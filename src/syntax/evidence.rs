//! Mistakes in what is said of evidence: tables of records, which rows make a ticket, and how a fact is read.
//!
//! As people write it in other tools: `select … from`, grok's `%{IP:client}`, jq's `.items[].name`, `latest`, `per`, `ok when`.

use super::Rule;
use super::ast::RecordShape;
use super::suggest::{Recogniser, Tokens, is_name};
use super::words::{self, Body, Kind};
use crate::problem::{Problem, Suggestion};

/// The mistakes in the order in which they are looked for.
pub(super) const EVIDENCE: &[Recogniser] = &[
    begins_a_ticket,
    fine,
    keys,
    nameless,
    from,
    shape,
    files,
    which_row,
    for_each,
    where_word,
    brackets,
    nothing_read,
    read_pick,
    read_word,
    read_count,
    starts,
    grok,
    part,
    where_in_body,
    column,
    path,
    form,
];

/// Returns whether the line is the head of a table.
fn is_head(t: &Tokens<'_>) -> bool {
    t.token(0) == "records" && matches!(t.piece, Rule::only_records_head | Rule::only_declaration)
}

fn is_part(t: &Tokens<'_>) -> bool {
    t.piece == Rule::only_records_line
}

fn is_text(token: &str) -> bool {
    token.starts_with('"')
}

fn is_pattern(t: &Tokens<'_>, at: usize) -> bool {
    t.token(at) == "/" || is_text(t.token(at))
}

/// Words that begin tickets, as people write them.
const OPENED: &[&str] = &[
    "open", "opens", "opend", "opening", "started", "start", "begin", "begins", "begun", "created", "made",
    "opened",
];

/// Recognises `open by`, `opened with`, `started by` and `opened from`.
fn begins_a_ticket(t: &Tokens<'_>) -> Option<Problem> {
    let at = (0..=t.here).rev().find(|at| OPENED.contains(&t.token(*at)))?;
    let joined = matches!(t.token(at + 1), "by" | "with" | "from" | "on" | "when" | "for" | ":");
    if t.piece != Rule::only_ticket_keys_line || at + 2 < t.here || t.text(at, at + 2) == "opened by" {
        return None;
    }
    let end = if joined { at + 2 } else { at + 1 };
    t.rewrite(at, "the rows that begin tickets follow `opened by`", (at, end), "opened by")
}

/// Recognises `fine if`, `ok when`, and a `fine when` without the text.
fn fine(t: &Tokens<'_>) -> Option<Problem> {
    if t.piece != Rule::only_ticket_keys_line {
        return None;
    }
    let said = ["fine", "ok", "okay", "good", "healthy", "nothing", "resolved", "done"];
    let asked = matches!(t.token(1), "when" | "if" | "where" | ":");
    if said.contains(&t.token(0)) && asked && t.here <= 2 && t.text(0, 2) != "fine when" {
        let message = "where there is nothing to diagnose is said behind `fine when`";
        return t.rewrite(0, message, (0, 2), "fine when");
    }
    if t.text(0, 2) == "fine when" && t.here().is_empty() && t.here > 2 && !is_text(t.back(1)) {
        let help =
            "write it behind the condition, in quotes: `fine when some.fact \"It was delivered after all.\"`";
        return t.at(t.here, "nothing says what is told then", help);
    }
    None
}

/// Recognises `tickets per a`, `tickets for each a` and `tickets {`.
fn keys(t: &Tokens<'_>) -> Option<Problem> {
    if t.token(0) != "tickets" || t.here != 1 {
        return None;
    }
    let end = match (t.here(), t.token(2)) {
        ("for", "each" | "every") => 3,
        ("per" | "for" | "of" | "from" | "on" | "in" | "=" | ":" | "grouped" | "with", _) => 2,
        ("{" | "", _) => {
            let help = "name the columns in which they agree: `tickets by some_column {`";
            return t.at(0, "nothing says which rows belong to one ticket", help);
        }
        _ => return None,
    };
    t.instead(1, end, "expected `by` here", "by")
}

/// Recognises `records from mail.deliveries`.
fn nameless(t: &Tokens<'_>) -> Option<Problem> {
    let said = is_head(t) && t.token(1) == "from" && t.here == 2 && t.expects(Rule::k_from);
    said.then(|| t.at(1, "this table has no name", "write `records some_name from …`"))?
}

/// Recognises `records x of T`, `records x: T`, `records x T`, and nothing behind `from`.
fn from(t: &Tokens<'_>) -> Option<Problem> {
    if !is_head(t) {
        return None;
    }
    if t.back(1) == "from" && t.here == 3 && matches!(t.here(), "" | "{") {
        let help = "name a table of a reader, such as `mail.deliveries`, another one of the pack, or how a record looks: `lines`, `fields`, `csv`, `json` or `xml`";
        return t.at(2, "nothing says where the rows come from", help);
    }
    if !t.expects(Rule::k_from) || t.here != 2 || matches!(t.here(), "" | "{") {
        return None;
    }
    let message = "expected `from` here";
    let instead = ["form", "fom", "frm", "of", "in", "=", "by", "is", "using", "as", "with", "via"];
    match t.here() {
        ":" => t.rewrite(2, message, (1, 3), &format!("{} from", t.token(1))),
        here if instead.contains(&here) => t.instead(2, 3, message, "from"),
        here => t.rewrite(2, message, (2, 3), &format!("from {here}")),
    }
}

/// How records look, as people call it.
const SHAPES: &[(&[&str], &str)] = &[
    (&["line", "log", "logs", "regex", "regexp", "grok", "text", "txt", "file", "pattern"], "lines"),
    (&["field", "kv", "ini", "properties", "pairs", "key_value"], "fields"),
    (&["tsv", "excel", "xlsx", "spreadsheet", "table"], "csv"),
    (&["jsonl", "ndjson", "jq", "yaml"], "json"),
    (&["html", "xpath"], "xml"),
];

/// Recognises `from line in "*.log"` and `from regex in "*.log"`.
fn shape(t: &Tokens<'_>) -> Option<Problem> {
    let said = is_head(t) && t.token(2) == "from" && t.here == 4 && t.position("where").is_none();
    if !said || !matches!(t.here(), "in" | ":") && !is_text(t.here()) && t.here() != "/" {
        return None;
    }
    let word = t.token(3).to_lowercase();
    if t.here() != "in" && RecordShape::of_word(&word).is_some() {
        return None;
    }
    let message = format!("`{}` is not a form in which records are read", t.token(3));
    match SHAPES.iter().find(|(theirs, _)| theirs.contains(&word.as_str())) {
        Some((_, ours)) => t.rewrite(3, message, (3, 4), ours),
        None => t.at(3, message, "records are read from `lines`, `fields`, `csv`, `json` or `xml`"),
    }
}

/// Recognises `in *.log`: names of files without quotes.
fn files(t: &Tokens<'_>) -> Option<Problem> {
    if !is_head(t) || t.back(1) != "in" || !t.expects(Rule::string) || t.position("where").is_some() {
        return None;
    }
    let written = t.source(t.here, t.head_end()).trim();
    if written.is_empty() || written.contains(['"', '\'', '\\']) {
        return None;
    }
    let quoted: Vec<String> = written.split(',').map(|name| format!("\"{}\"", name.trim())).collect();
    t.rewrite(t.here, "names of files are written in quotes", (t.here, t.head_end()), &quoted.join(", "))
}

/// Which row, as people call it.
const PICKS: &[(&[&str], &str)] = &[
    (&["latest", "newest", "recent", "final"], "last"),
    (&["earliest", "oldest", "initial"], "first"),
    (&["min", "minimum", "smallest", "lowest"], "least"),
    (&["max", "maximum", "largest", "biggest", "highest"], "greatest"),
    (&["total"], "sum"),
];

/// Returns what the language calls a row, as people call it.
fn pick(word: &str) -> Option<&'static str> {
    PICKS.iter().find(|(theirs, _)| theirs.contains(&word)).map(|(_, ours)| *ours)
}

/// Recognises `from latest T`, `from last row of T` and `from last of T`.
fn which_row(t: &Tokens<'_>) -> Option<Problem> {
    if !is_head(t) || t.token(2) != "from" || !(3..=5).contains(&t.here) {
        return None;
    }
    let word = t.token(3);
    if let Some(ours) = pick(word).filter(|ours| matches!(*ours, "last" | "first"))
        && is_name(t.token(4))
    {
        return t.instead(3, 4, format!("`{word}` is not a word of the language"), ours);
    }
    let mut end = 4;
    while matches!(t.token(end), "row" | "record" | "entry" | "line" | "one" | "of" | "in" | "the") {
        end += 1;
    }
    let picked = matches!(word, "last" | "first") && end > 4 && is_name(t.token(end));
    picked.then(|| t.rewrite(4, format!("the table follows `{word}`"), (3, end), word))?
}

/// Recognises `per port`, `by port`, `for every port` and `for port`.
fn for_each(t: &Tokens<'_>) -> Option<Problem> {
    if !is_head(t) || t.here < 4 {
        return None;
    }
    let at = if t.back(1) == "for" { t.here - 1 } else { t.here };
    let end = match (t.token(at), t.token(at + 1)) {
        ("for", "every" | "all" | "any") | ("group" | "grouped", "by") => at + 2,
        ("for" | "per" | "by" | "each" | "every" | "partition", _) => at + 1,
        _ => return None,
    };
    let column = t.token(end);
    let alone = is_name(column) && matches!(t.token(end + 1), "" | "{");
    alone.then(|| {
        let message = "one row for each value of a column follows `for each`";
        t.rewrite(at, message, (at, end + 1), &format!("for each {column}"))
    })?
}

/// Recognises `if`, `when` and `with` for `where`, behind a table.
fn where_word(t: &Tokens<'_>) -> Option<Problem> {
    let opened = t.piece == Rule::only_ticket_keys_line && t.text(0, 2) == "opened by" && t.here == 3;
    let head = is_head(t) && t.token(2) == "from" && t.position("where").is_none();
    let theirs = ["if", "when", "with", "having", "filter", "that", "which", "whose", "matching", "only"];
    if !(opened || head) || !theirs.contains(&t.here()) || !is_name(t.back(1)) {
        return None;
    }
    t.rewrite(t.here, "expected `where` here", (t.here, t.here + 1), "where")
}

/// Recognises `where a and b` of which only `a` belongs to the `where`.
fn brackets(t: &Tokens<'_>) -> Option<Problem> {
    if !matches!(t.here(), "and" | "or") {
        return None;
    }
    let start = t.all.iter().take(t.here).rposition(|(_, word)| *word == "where")? + 1;
    let read = (0..start).rev().find(|at| t.token(*at) == "read");
    let reads = read.is_some_and(|read| (read..start).all(|at| t.token(at) != "when"));
    let opened = t.piece == Rule::only_ticket_keys_line && t.token(0) == "opened";
    if !(is_head(t) || opened || reads) {
        return None;
    }
    let ends = |at: &usize| {
        let begins = words::word(t.token(*at)).is_some_and(|word| word.begins.contains(&Body::Fact));
        matches!(t.token(*at), "{" | "}" | "for" | "when" | "opened" | "fine" | "matching") || reads && begins
    };
    let end = (t.here..t.all.len()).find(ends).unwrap_or(t.all.len());
    let condition = t.source(start, end).trim();
    let message = "of several conditions behind `where`, all stand in brackets";
    let problem = t.rewrite(t.here, message, (start, end), &format!("({condition})"))?;
    Some(problem.help(format!("write `({condition})`")))
}

/// Returns where the `read` stands that a line was broken behind.
fn read_at(t: &Tokens<'_>) -> Option<usize> {
    let fact = matches!(t.piece, Rule::only_fact_line | Rule::only_visit_line)
        || t.token(0) == "fact" && matches!(t.piece, Rule::only_declaration | Rule::only_fact_head);
    let at = (0..=t.here.min(t.all.len())).rev().find(|at| t.token(*at) == "read").filter(|_| fact)?;
    let begins = |at: usize| matches!(t.token(at), "ask" | "takes" | "see" | "by" | "allow");
    (at + 1..t.here).all(|at| !begins(at)).then_some(at)
}

/// Recognises a `read` behind which nothing, or the next part, stands.
fn nothing_read(t: &Tokens<'_>) -> Option<Problem> {
    let at = read_at(t)?;
    if t.token(at + 1) == ":" && t.here == at + 1 {
        return t.without(at + 1, "`read` is not followed by `:`", "remove the `:`");
    }
    let next = t.token(at + 1);
    let ends = matches!(next, "" | "}" | "ask" | "takes" | "see" | "by" | "when" | "allow" | "read");
    if t.here != at + 1 || !ends {
        return None;
    }
    let help = "name a cell, `last some_column of some_table`, or a value and when it is true, `yes when any some_table where (…)`";
    t.at(at, "nothing says what is read", help)
}

/// Recognises `read latest text of T` and `read text from T`.
fn read_pick(t: &Tokens<'_>) -> Option<Problem> {
    let at = read_at(t)?;
    let word = t.token(at + 1);
    if let Some(ours) = pick(word)
        && t.here <= at + 3
        && is_name(t.token(at + 2))
    {
        return t.instead(at + 1, at + 2, format!("`{word}` is not a word of the language"), ours);
    }
    let of = matches!(t.here(), "from" | "in") && is_name(t.back(1)) && is_name(t.token(t.here + 1));
    let furthest = if t.text(at + 1, at + 3) == "count different" { at + 4 } else { at + 3 };
    (of && t.here <= furthest && t.token(t.here + 2) != ".")
        .then(|| t.instead(t.here, t.here + 1, "the table of a column follows `of`", "of"))?
}

/// Recognises `read yes if …`, `read yes where any …` and `read text of T matches /x/`.
fn read_word(t: &Tokens<'_>) -> Option<Problem> {
    let at = read_at(t)?;
    let of = (at..t.here).any(|at| t.token(at) == "of");
    match t.here() {
        "matches" | "match" | "regex" | "regexp" | "like" if of && is_pattern(t, t.here + 1) => t.rewrite(
            t.here,
            "the part of a text that counts follows `matching`",
            (t.here, t.here + 1),
            "matching",
        ),
        "if" | "where" | "unless" if t.here > at + 1 && t.here() != "unless" => {
            t.rewrite(t.here, "when it is read follows `when`", (t.here, t.here + 1), "when")
        }
        _ => None,
    }
}

/// Recognises `count distinct ip of T`, `count T of all tickets`, `count T within 10 min`, and `read count T > 5`: a count that is read
/// is a number.
fn read_count(t: &Tokens<'_>) -> Option<Problem> {
    let at = read_at(t)?;
    let second = t.token(at + 2);
    if t.token(at + 1) == "count" && matches!(second, "distinct" | "unique" | "separate") && t.here <= at + 4
    {
        return t.instead(at + 2, at + 3, format!("`{second}` is not a word of the language"), "different");
    }
    let all = matches!(t.here(), "of" | "across" | "over" | "from" | "for" | "all");
    let over = if t.here() == "all" { t.here } else { t.here + 1 };
    if all && t.text(over, over + 2) == "all tickets" && t.back(1) != "in" {
        let message = "rows of all tickets are those `in all tickets`";
        return t.rewrite(t.here, message, (t.here, over + 2), "in all tickets");
    }
    if t.back(1) == "within"
        && t.here().starts_with(|c: char| c.is_ascii_digit())
        && t.token(at + 1) == "count"
    {
        let message = "the window of a count is any of that length";
        return t.rewrite(t.here, message, (t.here - 1, t.here), "within any");
    }
    let asked = matches!(t.here(), "<" | ">" | "is" | "between" | "in" | "=");
    let counts = t.token(at + 1) == "count" && asked && (at..t.here).all(|at| t.token(at) != "when");
    counts.then(|| {
        let message = "a count that is read is a number, which is not compared here";
        let problem = t.rewrite(t.here, message, (at, at + 2), "read yes when count")?;
        let help = "write `read yes when count`, or give the fact the type `number` and compare that";
        Some(problem.help(help))
    })?
}

/// Recognises `start /x/`, `begins with /x/`, `pattern: /x/` and `starts with /x/`.
fn starts(t: &Tokens<'_>) -> Option<Problem> {
    let theirs = [
        "start", "begins", "begin", "matches", "match", "regex", "regexp", "pattern", "grok", "line", "first",
    ];
    let first = t.token(0);
    let ours = matches!(first, "starts" | "also");
    if !is_part(t) || !ours && !theirs.contains(&first) {
        return None;
    }
    let mut end = 1;
    while matches!(t.token(end), "with" | ":" | "=" | "line" | "at") {
        end += 1;
    }
    if !is_pattern(t, end) || ours && end == 1 || t.here > end {
        return None;
    }
    let word = if first == "also" { "also" } else { "starts" };
    t.rewrite(0, format!("the pattern of a line follows `{word}`"), (0, end), word)
}

/// The names of grok that stand for a pattern of their own.
const GROK: &[(&[&str], &str)] = &[
    (&["IP", "IPV4", "IPV6"], "[0-9a-fA-F.:]+"),
    (&["INT", "NUMBER", "POSINT", "NONNEGINT", "BASE10NUM"], r"[\d.]+"),
    (&["WORD"], r"\w+"),
    (&["DATA"], ".*?"),
    (&["GREEDYDATA"], ".*"),
];

/// Recognises `starts "%{IP:client} %{WORD:method}"`.
fn grok(t: &Tokens<'_>) -> Option<Problem> {
    let text = t.token(1);
    if !is_part(t) || !matches!(t.token(0), "starts" | "also") || !is_text(text) || !text.contains("%{") {
        return None;
    }
    let inner = text.trim_matches('"');
    let mut pattern = String::new();
    let mut rest = inner;
    while let Some((before, after)) = rest.split_once("%{") {
        let (name, behind) = after.split_once('}')?;
        let (kind, column) = name.split_once(':').unwrap_or((name, ""));
        let column = column.split(':').next().unwrap_or("").replace(['.', '@', '-'], "_");
        let of = GROK.iter().find(|(theirs, _)| theirs.contains(&kind)).map_or(r"\S+", |(_, ours)| *ours);
        pattern.push_str(before);
        match column.as_str() {
            "" => pattern.push_str(of),
            column => pattern.extend(["(?<", column, ">", of, ")"]),
        }
        rest = behind;
    }
    pattern.push_str(rest);
    let pattern = format!("/^{}/", pattern.trim_start_matches('^').replace('/', "\\/"));
    t.rewrite(1, "a pattern is written between slashes, and names its groups itself", (1, 2), &pattern)
}

/// Recognises `sample "…"` for `example`.
fn part(t: &Tokens<'_>) -> Option<Problem> {
    let (first, second) = (t.token(0), t.token(1));
    let said = is_part(t) && t.here <= 1;
    let theirs = ["examples", "sample", "samples", "test", "tests", "eg"];
    if said && theirs.contains(&first) && (is_text(second) || second == ":") {
        let end = if second == ":" { 2 } else { 1 };
        return t.instead(0, end, format!("`{first}` is not a word of the language"), "example");
    }
    (said && matches!(first, "exhaustive" | "closed" | "all") && second.is_empty())
        .then(|| t.instead(0, 1, format!("`{first}` is not a word of the language"), "complete"))?
}

/// Recognises a `where` in the body of a table.
fn where_in_body(t: &Tokens<'_>) -> Option<Problem> {
    let said = is_part(t) && matches!(t.token(0), "where" | "filter" | "when") && t.here == 0;
    said.then(|| {
        let message = format!("`{}` stands in the head of a table", t.token(0));
        t.at(
            0,
            message,
            "move it before the `{`, behind the table: `records some_name from some_table where (…)`",
        )
    })?
}

/// Recognises a column without a type, one with `=` for the type, and names that no column can have.
fn column(t: &Tokens<'_>) -> Option<Problem> {
    let (first, here) = (t.token(0), t.here());
    if !is_part(t) {
        return None;
    }
    let colons = t.all.iter().filter(|(_, token)| *token == ":").count();
    // Where it stands is said, since its name does so no more.
    let stands = |name: &str| {
        let rest = t.source(1, t.all.len());
        let place = if rest.contains('=') || colons > 1 { String::new() } else { format!(" = {first}") };
        format!("{name}{rest}{place}")
    };
    if t.token(1) == ":" && t.here <= 1 {
        if words::is_reserved(first) {
            let message = format!("`{first}` is a reserved word and cannot be a column");
            return t.line(0, message, &stands(&format!("{first}_")));
        }
        if first.contains('.') && is_name(first) {
            let message = format!("`{first}` is not a column: a column is a single word");
            return t.line(0, message, &stands(&first.replace('.', "_")));
        }
    }
    if t.here != 1 || !t.expects(Rule::colon) || !is_name(first) || first.contains('.') {
        return None;
    }
    let message = format!("`{first}` has no type");
    let ty = |word: &str| words::is(word, Kind::Type);
    match here {
        "" => t.rewrite(0, message, (0, 1), &format!("{first}: text")),
        "=" => t.rewrite(0, message, (0, 2), &format!("{first}: text =")),
        _ if ty(here) => t.rewrite(1, "the type follows a colon", (0, 1), &format!("{first}:")),
        _ => None,
    }
}

/// Recognises `= .items[].name`, `= $.name` and `name: text from pod.name`.
fn path(t: &Tokens<'_>) -> Option<Problem> {
    if !is_part(t) {
        return None;
    }
    let at = (1..=t.here).rev().find(|at| matches!(t.token(*at), "from" | "path" | "at" | "is"));
    if let Some(at) =
        at.filter(|at| *at + 1 >= t.here && t.position(":").is_some_and(|colon| colon + 1 < *at))
        && t.position("=").is_none()
        && t.token(at + 1) != ":"
    {
        return t.rewrite(at, "where a cell stands follows `=`", (at, at + 1), "=");
    }
    let starts = matches!(t.here(), "." | "$" | "[" | "/") && matches!(t.back(1), "=" | "or");
    let brackets = t.here() == "[" && t.position("=").is_some_and(|equals| equals < t.here);
    let bare = t.here() == "]" && t.back(1) == "[";
    if !starts && !brackets && !bare {
        return None;
    }
    let from = (1..=t.here).rev().find(|at| matches!(t.token(at - 1), "=" | "or"))?;
    let end = (from + 1..t.all.len()).find(|at| !t.touches(*at)).unwrap_or(t.all.len());
    let written = t.source(from, end);
    let steps = written.trim_start_matches(['$', '.', '/']).replace("[]", "[*]").replace('/', ".");
    let message = format!("`{written}` does not say where a cell stands");
    (steps != written && steps.starts_with(char::is_alphabetic))
        .then(|| t.rewrite(from, message, (from, end), &steps))?
}

/// Recognises `time format "…"`, `in Europe/Berlin`, `with decimal ","` and `unit "ms"`.
fn form(t: &Tokens<'_>) -> Option<Problem> {
    if !is_part(t) {
        return None;
    }
    let here = t.here;
    if is_text(t.here()) && here > 2 {
        let ours = match t.back(1) {
            "format" | "formatted" | "like" | "layout" | "form" => "as",
            "zone" | "timezone" | "tz" | "unit" | "units" | "clock" => "in",
            _ => return None,
        };
        let message = format!("`{}` is not a word of the language", t.back(1));
        return t.instead(here - 1, here, message, ours);
    }
    if t.here() == "decimal" && t.back(1) == "with" && is_text(t.token(here + 1)) {
        let text = format!("with {} decimal", t.token(here + 1));
        return t.rewrite(here, "the sign stands before `decimal`", (here - 1, here + 2), &text);
    }
    let zone = (1..=here).rev().find(|at| t.token(*at) == "in").filter(|at| t.token(at + 2) == "/")?;
    let end = (zone + 2..t.all.len()).find(|at| !t.touches(*at)).unwrap_or(t.all.len());
    let text = format!("\"{}\"", t.source(zone + 1, end));
    let problem =
        t.rewrite(zone + 1, "the name of a time zone is written in quotes", (zone + 1, end), &text)?;
    Some(problem)
}

/// Declarations of other tools, which begin a table here.
const TABLES: [&str; 9] = ["table", "view", "source", "log", "reader", "input", "dataset", "query", "logs"];

/// Recognises `table x from y`, `view x from y` and `select … from y` where a declaration is wanted; `rest` is the text from the word on.
pub(super) fn table(problem: Problem, word: &str, rest: &str) -> Result<Problem, Problem> {
    let line = rest.lines().next().unwrap_or("");
    let mut words = line.split_whitespace().skip(1);
    let from = words.next().is_some_and(is_name) && words.next() == Some("from");
    if TABLES.contains(&word) && from {
        let span = problem.span();
        return Ok(problem.help("write `records`").suggest(Suggestion::uncertain(
            "write `records`",
            span,
            "records",
        )));
    }
    if matches!(word, "select" | "SELECT") && line.to_lowercase().contains(" from ") {
        let help = "rows of a table are declared with `records`, and read by facts: `records some_name from some_table where (…)`";
        return Ok(problem.help(help));
    }
    Err(problem)
}
