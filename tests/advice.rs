//! What to do, with small packs: what a plan may say of a ranking, and what comes of tickets that nothing explains.

use ruleout::render::{html, json, markdown, text};
use ruleout::report::Answer;
use ruleout::ticket::Ticket;

use crate::support::pack::{Pack, compile};

/// A ticket of a pack whose `pack.ron` says this besides its name, and whose rules are these.
fn ticket(manifest: &str, rules: &str, facts: &str) -> Ticket {
    let manifest = format!("(name: \"small\", language: 1, {manifest})");
    let mut pack = compile(&[("pack.ron", manifest.as_str()), ("rules.ruleout", rules)]).sound();
    let facts = pack.facts(facts);
    let Pack { graph, sources } = pack;
    Ticket::new(graph, facts, sources)
}

const CASES: &str = "cases: (unlisted: \"10 %\", several_at_once: \"8 %\")";
const CERTAIN: &str = "cases: (unlisted: \"0 %\", several_at_once: \"8 %\")";

/// The answer in all its forms.
fn forms(ticket: &Ticket) -> [(&'static str, String); 4] {
    let answer = || Answer::new(ticket);
    [
        ("text", text::plain(&answer(), 400)),
        ("markdown", markdown::markdown(answer(), None)),
        ("html", html::html(answer(), None)),
        ("json", json::json(ticket, &json::Extras::default())),
    ]
}

#[test]
fn what_was_tried_in_vain_is_named_where_it_contradicts() {
    let rules = "fact a: yes/no { ask \"Is it so?\" }
        rule a { usually with c  rarely anyway }
        cause c \"Cause\" { common  fix weak, sure, surer }
        fix weak \"Weak\" { step \"Do.\" verify not a  works 50 % }
        fix sure \"Sure\" { step \"Do.\" verify not a  works 100 % }
        fix surer \"Surer\" { step \"Do.\" verify not a  works 100 % }";
    for (facts, named) in [
        ("tried: { sure: still_broken }", "Sure"),
        ("tried: { weak: still_broken, sure: still_broken }", "Sure"),
        ("a: yes\ntried: { surer: still_broken }", "Surer"),
    ] {
        let ticket = ticket(CERTAIN, rules, facts);
        let impossible = ticket.diagnosis().impossible.as_ref().unwrap();
        assert_eq!((impossible.tried.len(), impossible.facts.len()), (1, 0), "{facts}");
        let [said @ .., (_, json)] = forms(&ticket);
        for (form, said) in said {
            let whole = format!("“{named}” was tried and it is still broken, although it always works");
            assert!(said.contains(&whole), "{form}: {said}");
        }
        assert!(json.contains(&format!("\"name\": \"{}\"", named.to_lowercase())), "{json}");
    }
}

#[test]
fn what_was_tried_contradicts_together_with_what_was_seen() {
    // Whoever has the sign has the cause, and the cause is gone.
    let rules = "fact sign: yes/no { ask \"Is it so?\" }
        rule sign { usually with c  rarely anyway  rules out d }
        cause c \"Cause\" { common  fix sure }
        cause d \"Other\" { common }
        fix sure \"Sure\" { step \"Do.\" verify not sign  works 100 % }";
    let ticket = ticket(CERTAIN, rules, "sign: yes\ntried: { sure: still_broken }");
    let impossible = ticket.diagnosis().impossible.as_ref().unwrap();
    assert_eq!((impossible.tried.len(), impossible.facts.len(), impossible.rules.len()), (1, 1, 1));
}

#[test]
fn a_context_that_leaves_no_cause_is_named() {
    let rules = "fact a: yes/no { often yes  ask \"Is it so?\" }
        cause c \"Cause\" { common when a  impossible otherwise }";
    let ticket = ticket(CERTAIN, rules, "a: no");
    let impossible = ticket.diagnosis().impossible.as_ref().unwrap();
    assert_eq!(impossible.facts.len(), 1);
}
