//! The registry of problem codes: for each kind of problem a code, one line about it, and a page in `explain/`.

use super::did_you_mean;

macro_rules! codes {
    ($($variant:ident $name:literal $about:literal)*) => {
        /// Which kind of problem.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code {
            $(#[doc = $about] $variant,)*
        }

        impl Code {
            /// All of them, as they stand in the registry.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// Returns the name that is printed, `unknown-name`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// Returns one line about it.
            pub fn about(self) -> &'static str {
                match self { $(Code::$variant => $about,)* }
            }

            /// Returns the code of a name.
            ///
            /// # Errors
            ///
            /// What to write instead, if there is no such code.
            pub fn by_name(name: &str) -> Result<Code, String> {
                let names = || Self::ALL.iter().map(|code| code.name());
                Self::of_name(name).ok_or_else(|| match did_you_mean(name, names()) {
                    Some(meant) => format!("did you mean `{meant}`?"),
                    None => format!("the codes are {}", names().collect::<Vec<_>>().join(", ")),
                })
            }

            /// Returns the code of a name, if there is one.
            pub fn of_name(name: &str) -> Option<Code> {
                Self::ALL.iter().copied().find(|code| code.name() == name)
            }

            /// Returns the page of `ruleout explain`: what the problem is, why it matters, an example, and the example fixed.
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("explain/", $name, ".md")),)* }
            }
        }
    };
}

codes! {
    NotUtf8 "not-utf8" "the text is not UTF-8"
    TooLarge "too-large" "the text is larger than the limit"
    NotRead "not-read" "a file beside the pack that is not read as part of it"
    TooDeep "too-deep" "brackets are nested deeper than the limit"
    Syntax "syntax" "the line is not part of the language"
    Character "character" "a character that does not belong here, often pasted from a word processor"
    Unclosed "unclosed" "a quote, pattern or bracket that is never closed"
    Manifest "manifest" "pack.ron lacks an entry or has a wrong one"
    UnknownName "unknown-name" "a name that is not declared"
    Duplicate "duplicate" "a name or part that occurs twice"
    WrongType "wrong-type" "a value or condition that does not fit the type"
    WrongUnit "wrong-unit" "a unit that does not exist, is missing or does not fit"
    MixedAndOr "mixed-and-or" "`and` and `or` without brackets"
    Chance "chance" "a chance that is not between 0 % and 100 %, or not what its word means"
    OverFull "over-100" "the chances of a line come to more than 100 %"
    UnderFull "under-100" "the chances of a line name everything and come to less than 100 %"
    WordsShrink "words-shrink" "words that come to more than 100 % are scaled down in proportion"
    NoBackground "no-background" "a rule that does not say how often its symptom is seen anyway"
    SameEvidence "same-evidence" "two rules observe the same evidence"
    ImpliedEvidence "implied-evidence" "evidence already implied by another rule"
    ExclusiveEvidence "exclusive-evidence" "two rules observe what is never seen together"
    SharedEvidence "shared-evidence" "two rules read the same facts and name the same causes"
    OneVisit "one-visit" "rules about the same cause whose facts come from one visit"
    NeverTrue "never-true" "a condition that is never true, or a level that is never reached"
    AlwaysTrue "always-true" "a condition that is always true"
    Gap "gap" "amounts that no rule covers, between amounts that rules do cover"
    NarrowerLikelier "narrower-likelier" "the narrower of two symptoms is said to be seen more often"
    OverTogether "over-100-together" "chances of symptoms that are never seen together come to more than 100 %"
    TwinCauses "twin-causes" "causes that no fact tells apart"
    NothingClears "nothing-clears" "a cause that no evidence clears"
    ImpossibleContradicted "impossible-contradicted" "a cause is impossible in a context in which its symptom can still be seen"
    NotProven "not-proven" "a pair of rules with too many cases to prove anything about"
    EvidenceKind "evidence-kind" "a rule over something that a rule cannot observe"
    NoOtherwise "no-otherwise" "a list of conditions that does not end with `otherwise`"
    AfterOtherwise "after-otherwise" "something after `otherwise` that can never be reached"
    Missing "missing" "a required part is missing"
    Circle "circle" "declarations that depend on each other in a circle"
    ContextAsEvidence "context-as-evidence" "a context that a rule also counts as evidence"
    ContextShape "context-shape" "a share that depends on something that cannot have rates"
    NoRate "no-rate" "a context without a rate: its values count as equally likely"
    Unused "unused" "a part that has no effect"
    UnreadFact "unread-fact" "a fact that nothing reads"
    UnobtainableFact "unobtainable-fact" "a fact that is read but that no question obtains"
    UnusedSymptom "unused-symptom" "a symptom that no rule and no condition reads"
    UnnamedCause "unnamed-cause" "a cause that no evidence ever counts for or against"
    UncoveredCause "uncovered-cause" "a cause that no case expects"
    NoFix "no-fix" "a cause without a fix"
    RootWithoutFix "root-without-fix" "a root cause has no fix although one of its effects does"
    NoVerify "no-verify" "a fix that does not say how to see that it worked"
    HardZero "hard-zero" "something that no evidence can overcome, without a reason"
    HighBackground "high-background" "a symptom that is seen so often anyway that it carries almost no information"
    NormalValue "normal-value" "a normal value that is probably not the ordinary one"
    DirectCheckTooWeak "direct-check-too-weak" "a direct check that does not settle its cause"
    NearNames "near-names" "two names that are easily confused"
    UnusedAllow "unused-allow" "an `allow` that allows nothing"
    FactSyntax "fact-syntax" "the fact file is not valid in its format"
    FactValue "fact-value" "a recorded value that does not fit the fact's type"
    FactUnknown "fact-unknown" "a fact file records something that the pack does not declare"
    FactTwice "fact-twice" "a fact file records the same thing twice"
    Case "case" "a case that is not answered as it says, a case without an expectation that can be checked, or a file that belongs to no case"
}
