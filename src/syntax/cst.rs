//! A text as it is written: every token and every comment, and which tokens make a part.
//!
//! Input: the pairs of a text that parses, and where its comments lie. Output: [`Written`], from which the text can be
//! formatted without changing what it says. The tree (`ast`) cannot: it forgets brackets, comments, and that `85 %` was
//! written `17 of 20`.

use std::ops::Range;

use pest::iterators::Pair;

use super::Rule;

/// A text as it is written.
#[derive(Debug, Clone, PartialEq)]
pub struct Written {
    /// The declarations, each a group.
    pub items: Vec<Item>,
    /// Where the comments lie, from `//` to the end of the line.
    pub comments: Vec<Range<usize>>,
}

/// A token, or several that belong together.
#[derive(Debug, Clone, PartialEq)]
pub enum Item {
    /// The bytes of one token.
    Token(Range<usize>),
    /// Several.
    Group(Group),
}

/// Tokens that belong together.
#[derive(Debug, Clone, PartialEq)]
pub struct Group {
    /// As what.
    pub kind: Kind,
    /// In the order of the text.
    pub items: Vec<Item>,
}

macro_rules! kinds {
    ($($kind:ident $($rule:ident)|+ : $doc:literal)*) => {
        /// What a group is; everything else in the grammar is spread out in the group around it.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Kind { $(#[doc = $doc] $kind,)* }

        impl Kind {
            fn of(which: Rule) -> Option<Kind> {
                match which { $($(Rule::$rule)|+ => Some(Kind::$kind),)* _ => None }
            }
        }
    };
}

kinds! {
    Visit visit: "`facts from …`"
    Fact fact: "`fact …`"
    Derive derive: "`derive …`"
    Symptom symptom: "`symptom …`"
    Rule rule: "`rule …`"
    Cause cause: "`cause …`"
    Fix fix: "`fix …`"
    VisitFact visit_fact: "a fact inside a visit"
    Ask ask: "`ask …`"
    Takes takes: "`takes …`"
    See see: "`see …`"
    Allow allow: "`allow …`"
    Rates rates: "rates after a comma each"
    Type r#type: "a type"
    Table table_of: "`table of { … }`"
    Column column: "a column of a table"
    YesNo yes_no: "`yes/no`"
    Level level: "a level or kind with its condition"
    When when: "`when …`"
    Given given: "`given …`"
    RulesOut rules_out: "`… rules out …`"
    Line line: "a line of a rule"
    Entries entries: "chances after a comma each"
    With with: "`with …`"
    SharePart share_part: "a share and when it counts"
    Share share: "a share"
    PartOf part_of: "`part of …`"
    ToldBy told_by: "`told by …`"
    Shows shows: "`shows …`"
    LeadsTo leads_to: "`leads to …`"
    CauseFix cause_fix: "`fix …` of a cause"
    FixPart by | waits | works | risk | needs_approval | step | verify | does_not: "a part of a fix"
    Names names | values: "names after a comma each"
    Condition condition: "terms with `and` or `or` between them"
    Records records: "`records …`"
    TicketKeys ticket_keys: "`tickets by …`"
    Read read: "`read …`"
    ReadColumn read_column: "a column, and where its cells stand"
    RecordsPart starts | also | example: "a part of a table"
    TicketPart opened | fine: "a part of what makes a ticket"
    Between between: "`between … and …`"
    AtLeastOf at_least_of: "`at least 2 of { … }`"
    Atom atom | counted: "a value, perhaps in brackets"
    Quantity quantity: "a number with its unit"
}

/// Makes the tree of a file from its pairs.
pub(super) fn written<'i>(
    text: &str,
    pairs: impl Iterator<Item = Pair<'i, Rule>>,
    comments: Vec<Range<usize>>,
) -> Written {
    let mut items = Vec::new();
    for pair in pairs {
        spread(text, pair, &mut items);
    }
    Written { items, comments }
}

/// Adds the tokens and groups of a pair. What stands between its parts without a rule of its own (`=`, `/`, `%`) is a token too.
fn spread(text: &str, pair: Pair<'_, Rule>, items: &mut Vec<Item>) {
    let whole = pair.as_span().start()..pair.as_span().end();
    let one = matches!(pair.as_rule(), Rule::string | Rule::pattern | Rule::time | Rule::path);
    let mut inner = pair.into_inner().filter(|p| p.as_rule() != Rule::EOI).peekable();
    if one {
        return items.push(Item::Token(whole));
    }
    if inner.peek().is_none() {
        return between(text, whole, items);
    }
    let mut at = whole.start;
    for part in inner {
        let span = part.as_span().start()..part.as_span().end();
        between(text, at..span.start, items);
        at = span.end;
        match Kind::of(part.as_rule()) {
            None => spread(text, part, items),
            Some(kind) => {
                let mut inside = Vec::new();
                spread(text, part, &mut inside);
                items.push(Item::Group(Group { kind, items: inside }));
            }
        }
    }
    between(text, at..whole.end, items);
}

fn between(text: &str, gap: Range<usize>, items: &mut Vec<Item>) {
    let Some(part) = text.get(gap.clone()) else { return };
    let mut at = gap.start;
    for word in part.split_inclusive(|c: char| c.is_whitespace()) {
        let length = word.trim_end().len();
        if length > 0 {
            items.push(Item::Token(at..at + length));
        }
        at += word.len();
    }
}

impl Written {
    /// Returns the tokens, in the order of the text.
    pub fn tokens(&self) -> Vec<Range<usize>> {
        let mut tokens = Vec::new();
        self.items.iter().for_each(|item| item.collect(&mut tokens));
        tokens
    }
}

impl Item {
    fn collect(&self, tokens: &mut Vec<Range<usize>>) {
        match self {
            Item::Token(range) => tokens.push(range.clone()),
            Item::Group(group) => group.items.iter().for_each(|item| item.collect(tokens)),
        }
    }

    /// Returns where it begins, in bytes.
    pub fn start(&self) -> usize {
        match self {
            Item::Token(range) => range.start,
            Item::Group(group) => group.items.first().map_or(0, Item::start),
        }
    }

    /// Returns where it ends, in bytes.
    pub fn end(&self) -> usize {
        match self {
            Item::Token(range) => range.end,
            Item::Group(group) => group.items.last().map_or(0, Item::end),
        }
    }
}
