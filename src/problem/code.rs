//! The registry of problem codes: one code, one kind of problem, one line about it, one page in `explain/`.

use super::did_you_mean;

macro_rules! codes {
    ($($variant:ident $name:literal $about:literal)*) => {
        /// Which kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code {
            $(#[doc = $about] $variant,)*
        }

        impl Code {
            /// All of them, as they stand in the registry.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The name that is printed, `unknown-name`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// One line about it.
            pub fn about(self) -> &'static str {
                match self { $(Code::$variant => $about,)* }
            }

            /// The code of a name, or where it is none, what to write.
            ///
            /// # Errors
            ///
            /// Where there is no such code.
            pub fn called(name: &str) -> Result<Code, String> {
                let names = || Self::ALL.iter().map(|code| code.name());
                Self::of_name(name).ok_or_else(|| match did_you_mean(name, names()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("the codes are {}", names().collect::<Vec<_>>().join(", ")),
                })
            }

            /// The code of a name.
            pub fn of_name(name: &str) -> Option<Code> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }

            /// The page of `ruleout explain`: what it is, why it matters, an example that gives it, the mend.
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("explain/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    NotUtf8 "not-utf8" "the text is not UTF-8"
    TooLarge "too-large" "the text is larger than the limit"
    TooDeep "too-deep" "brackets are nested deeper than the limit"
    Syntax "syntax" "the line does not read as a part of the language"
    Character "character" "a character that does not belong there, often pasted from a word processor"
    Unclosed "unclosed" "a quote, pattern or bracket that is never closed"
    Manifest "manifest" "pack.ron does not say what a pack must say"
    UnknownName "unknown-name" "a name that nothing declares"
    Duplicate "duplicate" "a name or part that stands twice"
    WrongType "wrong-type" "a value or condition that does not fit the type"
    WrongUnit "wrong-unit" "a unit that does not exist, is missing or does not fit"
    MixedAndOr "mixed-and-or" "`and` and `or` side by side without brackets"
    Chance "chance" "a chance that is no chance"
    OverFull "over-100" "the chances of a line come to more than 100 %"
    UnderFull "under-100" "the chances of a line name everything and come to less than 100 %"
    WordsShrink "words-shrink" "words that come to more than 100 % shrink in proportion"
    NoBackground "no-background" "a rule that does not say how often its symptom is seen anyway"
    SameEvidence "same-evidence" "two rules hear the same evidence"
    ImpliedEvidence "implied-evidence" "what one rule hears, another has told already"
    ExclusiveEvidence "exclusive-evidence" "two rules hear what is never seen together"
    SharedEvidence "shared-evidence" "two rules read the same facts and speak for the same causes"
    OneVisit "one-visit" "rules that one look feeds speak of the same cause"
    NeverTrue "never-true" "a condition that is never true, or a level that is never reached"
    AlwaysTrue "always-true" "a condition that is always true"
    Gap "gap" "amounts of which no rule speaks, between those of which rules do"
    NarrowerLikelier "narrower-likelier" "the narrower of two symptoms is said to be seen more often"
    OverTogether "over-100-together" "chances of what is never seen together come to over 100 %"
    TwinCauses "twin-causes" "causes that no fact tells apart"
    NothingClears "nothing-clears" "a cause that nothing clears"
    ImpossibleContradicted "impossible-contradicted" "a cause is impossible where what shows it could be recorded"
    NotProven "not-proven" "there are too many cases to prove something about"
    EvidenceKind "evidence-kind" "a rule stands over something that no rule can stand over"
    NoOtherwise "no-otherwise" "a list of conditions without its last word, `otherwise`"
    AfterOtherwise "after-otherwise" "something behind `otherwise` that can never be reached"
    Missing "missing" "a part that must be there is not"
    Circle "circle" "declarations that lean on each other in a circle"
    ContextAsEvidence "context-as-evidence" "a context that a rule counts as evidence too"
    ContextShape "context-shape" "a share that depends on something that has no rates"
    NoRate "no-rate" "a context without a rate: its values count as equally likely"
    Unused "unused" "a part that has no effect"
    UnreadFact "unread-fact" "a fact that nothing reads"
    UnobtainableFact "unobtainable-fact" "a fact that is read and that no question obtains"
    UnusedSymptom "unused-symptom" "a symptom that no rule and no condition reads"
    UnnamedCause "unnamed-cause" "a cause for or against which no rule ever speaks"
    UncoveredCause "uncovered-cause" "a cause that no case expects"
    NoFix "no-fix" "a cause that nothing removes"
    RootWithoutFix "root-without-fix" "what comes of a cause has a fix, and the cause itself has none"
    NoVerify "no-verify" "a fix that does not say how to see that it worked"
    HardZero "hard-zero" "something that no evidence can overcome, without a reason"
    HighBackground "high-background" "what is seen so often anyway that it tells next to nothing"
    NearNames "near-names" "two names that are easily taken for each other"
    UnusedAllow "unused-allow" "an `allow` that allows nothing"
    FactSyntax "fact-syntax" "the fact file does not read as its format"
    FactValue "fact-value" "a recorded value that does not fit the fact's type"
    FactUnknown "fact-unknown" "a fact file records something that the pack does not know"
    FactTwice "fact-twice" "a fact file records the same thing twice"
    Case "case" "a case that expects nothing that can be held against its answer, or a file that belongs to no case"
}
