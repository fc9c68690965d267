//! Which question is asked next, with the mail flow pack: the one that tells most per minute about what is still open.

use ruleout::advise::ask::{Look, ask};
use ruleout::facts::tree::Format;
use ruleout::graph::InferenceGraph;
use ruleout::source::{Source, Sources};
use ruleout::{engine, load};

/// The looks that are left for a ticket, by the names of the facts that they answer.
fn looks(ticket: &str) -> Vec<Vec<String>> {
    let mut sources = Sources::default();
    let (texts, problems) = load::pack(None, 1 << 20, &mut sources).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    let graph = engine::compile(&sources, &texts).0.unwrap();
    let id = sources.add(Source::new("ticket.yaml", ticket));
    let (facts, problems) = engine::read_facts(&graph, &sources, id, Format::Yaml);
    assert!(problems.is_empty(), "{problems:#?}");
    let diagnosis = engine::diagnose(&graph, &facts);
    let causes: Vec<_> = diagnosis.causes.iter().map(|r| (r.cause, r.probability.low)).collect();
    let heard = diagnosis.rules.iter().map(|account| (account.rule, &account.heard));
    ask(&graph, &facts, heard, &causes).iter().map(|look| names(&graph, look)).collect()
}

fn names(graph: &InferenceGraph, look: &Look) -> Vec<String> {
    look.facts.iter().map(|id| graph.pack.facts[id.0].name.value.clone()).collect()
}

#[test]
fn where_nothing_is_clear_what_is_to_be_asked_first_is_asked_first() {
    let looks = looks("problem.kind: [missing]\n");
    assert!(looks[0].contains(&"impact.users".to_owned()), "{looks:#?}");
}

#[test]
fn a_likely_cause_is_asked_for_by_its_own_check() {
    let ticket =
        "problem.kind: [missing]\nsender.scope: one_domain\nrejection.text: none\nlog.has_message: yes\n";
    assert_eq!(looks(ticket)[0], ["quarantine.has_message"]);
    let closed = format!("{ticket}quarantine.has_message: not available\n");
    let left = looks(&closed);
    assert!(!left.is_empty() && !left.concat().contains(&"quarantine.has_message".to_owned()), "{left:#?}");
}

#[test]
fn one_visit_is_one_look_and_what_is_known_is_not_asked() {
    let looks = looks("problem.kind: [delayed]\nlog.has_message: yes\n");
    let with = |name: &str| looks.iter().filter(|look| look.iter().any(|fact| fact == name)).count();
    assert_eq!((with("log.received_at"), with("log.delivered_at"), with("log.has_message")), (1, 1, 0));
    let visit = looks.iter().find(|look| look.contains(&"log.received_at".to_owned())).unwrap();
    assert!(visit.contains(&"log.delivered_at".to_owned()), "{looks:#?}");
}

#[test]
fn what_would_change_nothing_is_not_asked() {
    let ticket = "problem.kind: [cannot_receive]\nimpact.users: one\nmail.direction: [inbound]\n\
        recipient: { exists: no, marked_invalid: yes, received_before: yes }\ndirectory.sync: none\n\
        rejection: { text: User email address is marked as invalid, speaker: proofpoint }\n\
        quarantine.has_message: no\nsender.ip_listed: no\n";
    assert_eq!(looks(ticket), Vec::<Vec<String>>::new());
}
