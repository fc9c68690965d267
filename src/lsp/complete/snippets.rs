//! Parts and whole declarations with places to fill in (`$1`, `${1:default}`), as the protocol writes them.

/// Something to fill in.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snippet {
    /// As it is offered.
    pub(super) label: &'static str,
    /// What it is for.
    pub(super) about: &'static str,
    /// What is written.
    pub(super) text: &'static str,
}

const fn snippet(label: &'static str, about: &'static str, text: &'static str) -> Snippet {
    Snippet { label, about, text }
}

/// Whole declarations.
pub(super) const DECLARATIONS: &[Snippet] = &[
    snippet(
        "fact",
        "what may be recorded, and the question for it",
        "fact ${1:place.thing}: ${2:yes/no} { ask \"${3:Is it so?}\"  takes ${4:1} min }\n",
    ),
    snippet(
        "facts from",
        "several facts that one visit answers",
        "facts from \"${1:Where to look}\" takes ${2:5} min {\n  ${3:place.thing}: ${4:yes/no} ask \"${5:Is it so?}\"\n}\n",
    ),
    snippet(
        "derive",
        "a fact that is computed from others",
        "derive ${1:place.delay}: ${2:duration} = ${3:place.end - place.start}\n",
    ),
    snippet(
        "symptom",
        "a named condition: yes or no",
        "symptom ${1:name} \"${2:In plain words}\" when ${3:condition}\n",
    ),
    snippet(
        "symptom in levels",
        "a symptom in ordered levels, from the normal one upward",
        "symptom ${1:name} \"${2:In plain words}\" in levels {\n  ${3:normal} when ${4:condition}\n  ${5:high} otherwise\n}\n",
    ),
    snippet(
        "symptom in kinds",
        "a symptom of several kinds, the normal one last",
        "symptom ${1:name} \"${2:In plain words}\" in kinds {\n  ${3:one} when ${4:condition}\n  ${5:other} otherwise\n}\n",
    ),
    snippet(
        "rule",
        "how often a symptom is seen with which causes, and anyway",
        "rule ${1:the_symptom} {\n  ${2:usually} with ${3:the_cause}\n  ${4:rarely} anyway\n}\n",
    ),
    snippet(
        "cause",
        "what may be wrong, how common it is, what removes it",
        "cause ${1:name} \"${2:In plain words}\" {\n  ${3:rare}\n  fix ${4:name_of_fix}\n}\n",
    ),
    snippet(
        "fix",
        "what to do, who does it, how long it takes",
        "fix ${1:name} \"${2:In plain words}\" {\n  by ${3:us}  takes ${4:5} min  works ${5:usually}\n  step \"${6:Do this.}\"\n}\n",
    ),
    snippet(
        "records",
        "rows that are read from artefacts: of a table that `ruleout readers` lists, or of another of the pack",
        "records ${1:name} from ${2:mail.deliveries}\n",
    ),
    snippet(
        "records from last",
        "the newest row of a table that a condition is true of",
        "records ${1:name} from last ${2:table} where (${3:condition})\n",
    ),
    snippet(
        "records from lines",
        "records that begin with a line that matches a pattern",
        "records ${1:name} from lines in \"${2:*.log}\" {\n  starts /${3:^(?<at>[^ ]+) (?<text>.*)}/\n  ${4:at}: ${5:time}\n  ${6:text}: ${7:text}\n}\n",
    ),
    snippet(
        "records from json",
        "records that stand in JSON",
        "records ${1:name} from json \"${2:items[*] as item}\" in \"${3:*.json}\" {\n  ${4:column}: ${5:text} = ${6:item.name}\n}\n",
    ),
    snippet(
        "records from csv",
        "lines of comma separated values",
        "records ${1:name} from csv in \"${2:*.csv}\" {\n  ${3:column}: ${4:text} = \"${5:Head of the column}\"\n}\n",
    ),
    snippet(
        "tickets by",
        "which rows make one ticket",
        "tickets by ${1:column} {\n  opened by ${2:table}\n}\n",
    ),
];

/// How records that a pack reads itself look.
pub(super) const SHAPES: &[Snippet] = &[
    snippet("lines", "records that begin with a line that matches a pattern", "lines in \"${1:*.log}\""),
    snippet("fields", "records of names with their values: `State: up`", "fields in \"${1:*.txt}\""),
    snippet("csv", "comma separated values with a line of names", "csv in \"${1:*.csv}\""),
    snippet("json", "JSON, or a line of JSON each", "json \"${1:items[*] as item}\" in \"${2:*.json}\""),
    snippet("xml", "XML", "xml \"${1:Events.Event[*]}\" in \"${2:*.xml}\""),
];

/// Patterns of a table.
pub(super) const STARTS: &[Snippet] = &[
    snippet(
        "starts",
        "a pattern of the line that begins a record; its groups are columns",
        "starts /${1:^(?<at>[^ ]+) (?<text>.*)}/",
    ),
    snippet("also", "a pattern that fills further columns", "also /${1:(?<root>.*)}/"),
];

/// Parts of a table that is read as it declares.
pub(super) const RECORDS: &[Snippet] = &[
    snippet("column", "a column, its type, and where its cells stand", "${1:column}: ${2:text}"),
    snippet("example", "a text, or the name of a file, that must be read", "example \"$1\""),
    snippet("complete", "there are no other rows than those that are read", "complete"),
    snippet("ask", "what to ask for where there are no rows", "ask \"$1\""),
    snippet("by", "who can answer that", "by $0"),
    snippet("takes", "the hands-on time", "takes ${1:20} min"),
    snippet("see", "where to read more", "see \"$1\""),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Parts of a table that shows rows of another.
pub(super) const VIEW: &[Snippet] = &[
    snippet("ask", "what to ask for where there are no rows", "ask \"$1\""),
    snippet("by", "who can answer that", "by $0"),
    snippet("takes", "the hands-on time", "takes ${1:20} min"),
    snippet("complete", "there are no other rows than those that are read", "complete"),
    snippet("see", "where to read more", "see \"$1\""),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Parts of what makes a ticket.
pub(super) const TICKETS: &[Snippet] = &[
    snippet("opened by", "the rows that begin tickets: the first line that has some counts", "opened by $0"),
    snippet(
        "fine when",
        "where there is nothing to diagnose, and what is said then",
        "fine when ${1:condition} \"${2:Nothing is wrong.}\"",
    ),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Parts of a fact.
pub(super) const FACT: &[Snippet] = &[
    snippet("ask", "the question that obtains it", "ask \"$1\""),
    snippet("ask first", "the question, before all others", "ask first \"$1\""),
    snippet("read", "how evidence gives the fact a value", "read $0"),
    snippet("by", "who can answer it", "by $0"),
    snippet("takes", "the hands-on time", "takes ${1:1} min"),
    snippet("see", "where to read more", "see \"$1\""),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Parts of a symptom without levels.
pub(super) const SYMPTOM: &[Snippet] =
    &[snippet("when", "its condition", "when $0"), snippet("see", "where to read more", "see \"$1\"")];

/// Parts of a rule.
pub(super) const RULE: &[Snippet] = &[
    snippet("given", "the context in which the rule counts", "given $0"),
    snippet("when", "what it observes, if not the symptom of its own name", "when $0"),
    snippet("rules out", "what cannot be the cause where this is seen", "rules out $0"),
    snippet("see", "where to read more", "see \"$1\""),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Parts of a cause.
pub(super) const CAUSE: &[Snippet] = &[
    snippet("fix", "what removes it", "fix $0"),
    snippet("told by", "a direct check: almost always so with it, never anyway", "told by $0"),
    snippet("part of", "the groups that it belongs to", "part of $0"),
    snippet(
        "shows",
        "adds it to a rule: how often the symptom is seen with it",
        "shows ${1:the_rule} ${0:usually}",
    ),
    snippet(
        "leads to",
        "the causes that follow from it, and how often",
        "leads to ${1:the_cause} ${0:often}",
    ),
    snippet(
        "impossible when",
        "contexts in which it cannot be the cause, by definition",
        "impossible when $0",
    ),
    snippet("in … of … tickets", "its share, as counted", "in ${1:50} of ${2:1000} tickets"),
    snippet("see", "where to read more", "see \"$1\""),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Parts of a fix.
pub(super) const FIX: &[Snippet] = &[
    snippet("by", "who carries it out", "by $0"),
    snippet("takes", "its hands-on time", "takes ${1:5} min"),
    snippet("waits", "how long it then takes by itself", "waits ${1:15} min"),
    snippet("works", "how often it works", "works ${0:usually}"),
    snippet("step", "one thing to do", "step \"$1\""),
    snippet("verify", "how to see that it worked", "verify $0"),
    snippet("risk", "what may go wrong", "risk \"$1\""),
    snippet("needs approval", "somebody must agree first", "needs approval"),
    snippet("does not", "what it does not do", "does not \"$1\""),
    snippet("see", "where to read more", "see \"$1\""),
    snippet("allow", "accepts a warning, with the reason", "allow ${1:code} \"${2:why}\""),
];

/// Returns the text of a snippet for editors without snippets: what stands in the places to fill in.
pub(super) fn plain(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('$') {
        out.push_str(before);
        rest = match after.strip_prefix('{').and_then(|inner| inner.split_once('}')) {
            Some((place, rest)) => {
                out.push_str(place.split_once(':').map_or("", |(_, default)| default));
                rest
            }
            None => after.trim_start_matches(|c: char| c.is_ascii_digit()),
        };
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax;

    #[test]
    fn every_declaration_to_fill_in_reads_as_it_stands() {
        for snippet in DECLARATIONS {
            let text = plain(snippet.text);
            let (_, problems) = syntax::parse(SourceId::default(), &text, syntax::DEFAULT_DEPTH);
            assert!(problems.is_empty(), "{text}: {problems:?}");
        }
    }

    #[test]
    fn places_to_fill_in_are_filled() {
        assert_eq!(plain("a ${1:b} $2c ${0:d} $0"), "a b c d ");
    }
}
