//! The tree of one file: what is written, nothing resolved.
//!
//! Every node that a later stage may report carries its [`Span`]. A declaration that did not parse whole is kept with what
//! did, and marked `broken`: its name stays known, and nobody reports what it lacks.

use crate::number::Number;
use crate::source::{Span, Spanned};

/// A name as it is written.
pub type Name = Spanned<String>;
/// A text in quotes, without them.
pub type Text = Spanned<String>;

/// A file of a pack.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct File {
    /// In the order of the text.
    pub declarations: Vec<Declaration>,
    /// Names that stood where a declaration could not be made out at all.
    pub lost: Vec<String>,
}

/// One declaration and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Declaration {
    /// What is declared.
    pub kind: DeclarationKind,
    /// From its keyword to its closing bracket.
    pub span: Span,
    /// Whether a part of it did not parse.
    pub broken: bool,
    /// The warnings that it allows.
    pub allows: Vec<Allow>,
}

/// A warning that the author allows.
#[derive(Debug, Clone, PartialEq)]
pub struct Allow {
    /// Which kind of warning.
    pub code: Name,
    /// Why.
    pub reason: Text,
    /// From its keyword to its reason.
    pub span: Span,
    /// The declaration that it covers.
    pub within: Span,
}

/// The eight declarations, and a visit, which holds facts.
#[derive(Debug, Clone, PartialEq)]
pub enum DeclarationKind {
    /// `facts from "…" { … }`
    Visit(Visit),
    /// `fact … `
    Fact(Fact),
    /// `derive …`
    Derive(Derive),
    /// `symptom …`
    Symptom(Symptom),
    /// `rule …`
    Rule(Rule),
    /// `cause …`
    Cause(Cause),
    /// `fix …`
    Fix(Fix),
    /// `records …`
    Records(Records),
    /// `tickets by …`
    TicketKeys(TicketKeys),
}

/// A number and its unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number; none where it has more digits than are read.
    pub number: Option<Box<Number>>,
    /// The word behind it.
    pub unit: Option<Name>,
    /// Both.
    pub span: Span,
}

/// Facts that one visit answers.
#[derive(Debug, Clone, PartialEq)]
pub struct Visit {
    /// Where one looks.
    pub title: Text,
    /// Who can make it.
    pub by: Vec<Name>,
    /// What the visit costs.
    pub takes: Vec<Quantity>,
    /// Where more stands.
    pub see: Vec<Text>,
    /// What it answers.
    pub facts: Vec<(Fact, bool)>,
}

/// What may be recorded.
#[derive(Debug, Clone, PartialEq)]
pub struct Fact {
    /// Its name.
    pub name: Name,
    /// Its type; none where it did not parse.
    pub ty: Option<Spanned<Type>>,
    /// Its parts.
    pub parts: Vec<FactPart>,
}

/// The type of a fact or column.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// `yes/no`
    YesNo,
    /// `one of …`
    OneOf(Vec<Name>),
    /// `some of …`
    SomeOf(Vec<Name>),
    /// `table of { … }`
    Table(Vec<(Name, Spanned<Type>)>),
    /// A type that is called by its name, perhaps a wrong one.
    Named(String),
}

/// A part of a fact.
#[derive(Debug, Clone, PartialEq)]
pub enum FactPart {
    /// How often it has which value.
    Rates(Rates),
    /// The question that obtains it.
    Ask {
        /// Before anything else.
        first: bool,
        /// The question.
        question: Text,
    },
    /// Who can answer it.
    By(Name),
    /// Hands-on time.
    Takes(Quantity),
    /// Where more stands.
    See(Text),
    /// How evidence gives it a value.
    Read(Box<Read>),
}

/// How evidence gives a fact a value.
#[derive(Debug, Clone, PartialEq)]
pub struct Read {
    /// What it then is.
    pub value: ReadValue,
    /// When; none is always.
    pub when: Option<Expr>,
    /// From its keyword on.
    pub span: Span,
}

/// What evidence gives.
#[derive(Debug, Clone, PartialEq)]
pub enum ReadValue {
    /// A value as it is written, a condition, or a count.
    Expr(Expr),
    /// A cell.
    Picked {
        /// Of several rows.
        pick: Option<Pick>,
        /// The column.
        column: Name,
        /// The table.
        rows: Box<Rows>,
        /// The rows that count.
        filter: Option<Box<Expr>>,
        /// The part of it that counts.
        matching: Option<Text>,
        /// All of it.
        span: Span,
    },
}

/// A table, in this ticket or in all that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct Rows {
    /// The table.
    pub table: Name,
    /// Where it is `in all tickets`, that.
    pub in_all_tickets: Option<Span>,
}

/// A table of what is read from artefacts.
#[derive(Debug, Clone, PartialEq)]
pub struct Records {
    /// Its name.
    pub name: Name,
    /// Where its rows come from; none where that did not parse.
    pub from: Option<RecordsFrom>,
    /// Its parts.
    pub parts: Vec<Spanned<RecordsPart>>,
}

/// Where the rows of a table come from.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordsFrom {
    /// Read as declared.
    Declared {
        /// How a record looks.
        shape: Spanned<RecordShape>,
        /// The steps to a record.
        path: Option<Text>,
        /// In which files.
        files: Vec<Text>,
    },
    /// Rows of another table.
    View {
        /// Which one of them.
        pick: Option<Pick>,
        /// The table, of a reader or of the pack.
        table: Name,
        /// The rows that count.
        filter: Option<Box<Expr>>,
        /// One for each value of this column.
        each: Option<Name>,
    },
}

/// A part of a table.
#[derive(Debug, Clone, PartialEq)]
pub enum RecordsPart {
    /// A column.
    Column(Box<ReadColumn>),
    /// What begins a record.
    Starts(Text),
    /// What fills further columns.
    Also(Text),
    /// What must be read.
    Example(Text),
    /// There are no other rows.
    Complete,
    /// What to ask for, where there are none.
    Ask(Text),
    /// Who can answer that.
    By(Name),
    /// Hands-on time.
    Takes(Quantity),
    /// Where more stands.
    See(Text),
}

/// A column, how its cells are written, and where they stand.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadColumn {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Option<Spanned<Type>>,
    /// The letters of a time.
    pub form: Option<Text>,
    /// The unit of bare numbers, or the clock of times without an offset: a fact, or in quotes.
    pub unit: Option<Name>,
    /// Whether that stands in quotes.
    pub unit_quoted: bool,
    /// The sign before decimals.
    pub decimal: Option<Text>,
    /// Where a cell stands; none for the column's own name.
    pub places: Vec<Text>,
}

/// Which rows make one ticket.
#[derive(Debug, Clone, PartialEq)]
pub struct TicketKeys {
    /// The columns that tell tickets apart.
    pub keys: Vec<Name>,
    /// The rows that begin tickets: the first line that has some counts.
    pub opened: Vec<(Name, Option<Expr>)>,
    /// Where there is nothing to diagnose, and what is said then.
    pub fine: Vec<(Expr, Text)>,
    /// Its head.
    pub span: Span,
}

/// One line of rates.
#[derive(Debug, Clone, PartialEq)]
pub struct Rates {
    /// Chance and value.
    pub rates: Vec<(Spanned<Chance>, Name)>,
    /// The line.
    pub span: Span,
}

/// A computed fact.
#[derive(Debug, Clone, PartialEq)]
pub struct Derive {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: Option<Spanned<Type>>,
    /// What it is.
    pub value: Option<Expr>,
    /// Question and cost, should it be recorded instead of computed.
    pub parts: Vec<FactPart>,
}

/// A named condition.
#[derive(Debug, Clone, PartialEq)]
pub struct Symptom {
    /// Its name.
    pub name: Name,
    /// In plain words.
    pub title: Option<Text>,
    /// Which of the three.
    pub body: SymptomBody,
    /// How often it has which level, broken or not.
    pub rates: Vec<Rates>,
    /// Where more stands.
    pub see: Vec<Text>,
}

/// The three shapes of a symptom.
#[derive(Debug, Clone, PartialEq)]
pub enum SymptomBody {
    /// Yes or no.
    YesNo(Vec<Expr>),
    /// Ordered, from the normal one upward.
    Levels(Vec<Level>),
    /// Without an order, the normal one last.
    Kinds(Vec<Level>),
}

/// A level or kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Level {
    /// Its name.
    pub name: Name,
    /// In plain words.
    pub title: Option<Text>,
    /// Its condition; none is `otherwise`.
    pub when: Option<Expr>,
}

/// How often a symptom is seen with which cause.
#[derive(Debug, Clone, PartialEq)]
pub struct Rule {
    /// Its name.
    pub name: Name,
    /// In plain words.
    pub title: Option<Text>,
    /// Its parts.
    pub parts: Vec<Spanned<RulePart>>,
}

/// A part of a rule.
#[derive(Debug, Clone, PartialEq)]
pub enum RulePart {
    /// The context in which the rule counts.
    Given(Expr),
    /// What it observes, where that is not the symptom of its own name.
    When(Expr),
    /// Chances with some causes, or with none of those named.
    Line {
        /// The chances.
        entries: Vec<Entry>,
        /// The causes; none is `anyway`.
        with: Option<Vec<Name>>,
    },
    /// What cannot be with which cause.
    RulesOut {
        /// The levels; none is the symptom itself.
        levels: Vec<Name>,
        /// The causes.
        causes: Vec<Name>,
    },
    /// Where more stands.
    See(Text),
}

/// The chance of a level.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    /// How often.
    pub chance: Spanned<Chance>,
    /// Of which level; none is the symptom itself.
    pub level: Option<Name>,
}

/// How often.
#[derive(Debug, Clone, PartialEq)]
pub enum Chance {
    /// A word, perhaps with its number behind it.
    Word(Frequency, Option<f64>),
    /// A number from 0 to 1.
    Number(f64),
}

macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident $word:literal)* }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $(#[doc = $word] $variant,)* }

        impl $name {
            /// All of them, the greatest first.
            pub const ALL: &'static [$name] = &[$($name::$variant,)*];

            /// Returns the words as they are written.
            pub fn word(self) -> &'static str {
                match self { $($name::$variant => $word,)* }
            }

            /// Returns the one that is written so.
            pub fn of_word(word: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|w| w.word() == word)
            }
        }
    };
}

words! {
    /// A word for how often.
    Frequency {
        Always "always"
        AlmostAlways "almost always"
        Usually "usually"
        Often "often"
        Sometimes "sometimes"
        Rarely "rarely"
        AlmostNever "almost never"
        Never "never"
    }
}

words! {
    /// Which of several rows or cells.
    Pick {
        First "first"
        Last "last"
        Least "least"
        Greatest "greatest"
        Sum "sum"
    }
}

words! {
    /// How a record looks.
    RecordShape {
        Lines "lines"
        Fields "fields"
        Csv "csv"
        Json "json"
        Xml "xml"
    }
}

words! {
    /// A word for how common a cause is.
    Commonness {
        VeryCommon "very common"
        Common "common"
        Uncommon "uncommon"
        Rare "rare"
        VeryRare "very rare"
    }
}

/// What may be wrong.
#[derive(Debug, Clone, PartialEq)]
pub struct Cause {
    /// Its name.
    pub name: Name,
    /// In plain words.
    pub title: Option<Text>,
    /// Its parts.
    pub parts: Vec<Spanned<CausePart>>,
}

/// A part of a cause.
#[derive(Debug, Clone, PartialEq)]
pub enum CausePart {
    /// How common it is.
    Share {
        /// The share of tickets.
        share: Spanned<Share>,
        /// Where it is that.
        when: ShareWhen,
    },
    /// The groups that it belongs to.
    PartOf(Vec<Name>),
    /// A direct check.
    ToldBy(Expr),
    /// Joins a rule.
    Shows {
        /// The rule, or its symptom.
        target: Name,
        /// How often.
        entries: Vec<Entry>,
    },
    /// What comes of it.
    LeadsTo {
        /// The effects.
        causes: Vec<Name>,
        /// How often.
        chance: Spanned<Chance>,
    },
    /// What removes it.
    Fix(Vec<Name>),
    /// Where more stands.
    See(Text),
}

/// The share of tickets in which a cause is there.
#[derive(Debug, Clone, PartialEq)]
pub enum Share {
    /// None, by definition.
    Impossible,
    /// A word, perhaps with its number behind it.
    Word(Commonness, Option<f64>),
    /// A number from 0 to 1.
    Number(f64),
}

/// In which contexts a share counts.
#[derive(Debug, Clone, PartialEq)]
pub enum ShareWhen {
    /// In all.
    Always,
    /// In these.
    When(Expr),
    /// In those that no line above names.
    Otherwise,
}

/// What to do.
#[derive(Debug, Clone, PartialEq)]
pub struct Fix {
    /// Its name.
    pub name: Name,
    /// In plain words.
    pub title: Option<Text>,
    /// Its parts.
    pub parts: Vec<Spanned<FixPart>>,
}

/// A part of a fix.
#[derive(Debug, Clone, PartialEq)]
pub enum FixPart {
    /// Whose it is.
    By(Name),
    /// Hands-on time.
    Takes(Quantity),
    /// How long it then takes by itself.
    Waits(Quantity),
    /// How surely it works.
    Works(Spanned<Chance>),
    /// What may go wrong.
    Risk(Text),
    /// Somebody must agree first.
    NeedsApproval,
    /// One thing to do.
    Step(Text),
    /// How to see that it worked: a condition.
    Verify(Expr),
    /// How to see that it worked: in words.
    VerifyText(Text),
    /// What it does not do.
    DoesNot(Text),
    /// Where more stands.
    See(Text),
}

/// A condition or a value, and its place.
#[derive(Debug, Clone, PartialEq)]
pub struct Expr {
    /// What it is.
    pub kind: ExprKind,
    /// Where it stands.
    pub span: Span,
}

/// A condition or a value.
#[derive(Debug, Clone, PartialEq)]
pub enum ExprKind {
    /// One of them.
    Or(Vec<Expr>),
    /// All of them.
    And(Vec<Expr>),
    /// The contrary.
    Not(Box<Expr>),
    /// `at least 2 of { … }`
    AtLeastOf(usize, Vec<Expr>),
    /// `any T where …`, `every T where …`
    Quantified {
        /// All rows, or one.
        every: bool,
        /// The table.
        rows: Box<Rows>,
        /// What holds of the row.
        filter: Box<Expr>,
    },
    /// `all same C of T where …`
    AllSame {
        /// The column.
        column: Name,
        /// The table.
        rows: Box<Rows>,
        /// The rows that count.
        filter: Option<Box<Expr>>,
    },
    /// `count T where …`
    Count {
        /// The column whose values are counted, each once.
        different: Option<Box<Name>>,
        /// The table.
        rows: Box<Rows>,
        /// The most in a window that slides over their times.
        window: Option<Box<Quantity>>,
        /// The rows that count.
        filter: Option<Box<Expr>>,
    },
    /// `C of T`, where the table has one row
    Cell {
        /// The column.
        column: Name,
        /// The table.
        rows: Box<Rows>,
    },
    /// A value and what is asked of it.
    Test(Box<Expr>, Test),
    /// `a + b`
    Arithmetic(Box<Expr>, Operator, Box<Expr>),
    /// A fact, symptom, column or value.
    Name(String),
    /// A number, perhaps with a unit.
    Quantity(Quantity),
    /// A text.
    Text(String),
    /// A pattern.
    Pattern(String),
    /// A date, perhaps with a time of day.
    Time(String),
    /// An address or network.
    Address(String),
}

/// `+ - * /`
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

/// `< <= > >=`
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Order {
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    More,
    /// `>=`
    AtLeast,
}

impl Order {
    /// Returns the order that says the same with its sides exchanged.
    #[must_use]
    pub fn mirrored(self) -> Self {
        match self {
            Order::Less => Order::More,
            Order::AtMost => Order::AtLeast,
            Order::More => Order::Less,
            Order::AtLeast => Order::AtMost,
        }
    }

    /// Returns the order that holds where this one does not.
    #[must_use]
    pub fn contrary(self) -> Self {
        match self {
            Order::Less => Order::AtLeast,
            Order::AtMost => Order::More,
            Order::More => Order::AtMost,
            Order::AtLeast => Order::Less,
        }
    }
}

/// What is asked of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Test {
    /// `is known`
    Known,
    /// `is none`
    None,
    /// `is one of …`
    OneOf(Vec<Expr>),
    /// `is one of C of T`
    InColumn {
        /// The column.
        column: Name,
        /// The table.
        rows: Box<Rows>,
    },
    /// `is …`
    Is(Box<Expr>),
    /// `has …`
    Has(Name),
    /// `in a..b`
    InRange(Quantity, Quantity),
    /// `in 10.0.0.0/8`
    InNetwork(Text),
    /// `<= …`
    Compare(Order, Box<Expr>),
    /// `between a and b`
    Between(Box<Expr>, Box<Expr>),
    /// `contains "…"`
    Contains(Text),
    /// `starts with "…"`
    StartsWith(Text),
    /// `ends with "…"`
    EndsWith(Text),
    /// `matches /…/`
    Matches(Text),
    /// `within 24 h before F`
    Within {
        /// The window.
        window: Quantity,
        /// On which side.
        before: bool,
        /// The other time.
        of: Box<Expr>,
    },
    /// `at least L`, `at most L`
    AtLevel {
        /// From below, or from above.
        least: bool,
        /// The level.
        level: Name,
    },
}
