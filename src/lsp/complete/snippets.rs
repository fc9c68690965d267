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
];

/// Parts of a fact.
pub(super) const FACT: &[Snippet] = &[
    snippet("ask", "the question that obtains it", "ask \"$1\""),
    snippet("ask first", "the question, before all others", "ask first \"$1\""),
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
