//! What comes next, with the mail flow pack: the question, visit or fix after which the ticket is expected to be solved soonest.

use crate::support::pack;
use ruleout::graph::InferenceGraph;
use ruleout::infer::exact::{Budget, ln_evidence};
use ruleout::plan::next::{Next, What};
use ruleout::ticket::diagnosis::Diagnosis;
use std::sync::Arc;

use crate::support::pack::Pack;

/// The answer to a ticket.
fn answer(ticket: &str) -> (Arc<InferenceGraph>, Diagnosis) {
    let mut pack = Pack::mailflow();
    let (_, diagnosis) = pack.diagnose(ticket);
    (pack.graph, diagnosis)
}

/// The looks that pay, by the names of the facts that they answer.
fn looks(ticket: &str) -> Vec<Vec<String>> {
    let (graph, diagnosis) = answer(ticket);
    let next = diagnosis.advice.unwrap().next;
    let pays = next.iter().take_while(|next| next.saves > 0.0);
    pays.filter_map(|next| names(&graph, next)).collect()
}

fn names(graph: &InferenceGraph, next: &Next) -> Option<Vec<String>> {
    let facts = match &next.step {
        What::Question(fact) => std::slice::from_ref(fact),
        What::Visit(_, facts) => facts,
        What::Fix(_) | What::Stop => return None,
    };
    Some(facts.iter().map(|id| graph.pack.facts[*id].name.value.clone()).collect())
}

#[test]
fn where_nothing_is_clear_what_is_to_be_asked_first_is_asked_first() {
    let looks = looks("problem.kind: [missing]\n");
    assert!(looks[0].contains(&"impact.users".to_owned()), "{looks:#?}");
}

#[test]
fn what_is_not_to_be_had_is_not_asked() {
    let ticket = "problem.kind: [cannot_receive]\nimpact.users: one\n";
    let fact = looks(ticket)[0][0].clone();
    let left = looks(&format!("{ticket}{fact}: not available\n"));
    assert!(!left.is_empty() && !left.concat().contains(&fact), "{fact} {left:#?}");
}

#[test]
fn a_quick_fix_of_a_likely_cause_is_tried_before_its_check() {
    let ticket =
        "problem.kind: [missing]\nsender.scope: one_domain\nrejection.text: none\nlog.has_message: yes\n";
    let (graph, diagnosis) = answer(ticket);
    let What::Fix(first) = diagnosis.advice.unwrap().next[0].step else { panic!("a fix comes first") };
    assert_eq!(graph.pack.fixes[first].name.value, "release_from_quarantine");
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
    let (_, diagnosis) = answer(ticket);
    let next = diagnosis.advice.unwrap().next;
    assert!(next.iter().any(|next| next.step == What::Stop), "{next:#?}");
    assert!(matches!(next[0].step, What::Fix(_)), "{next:#?}");
}

#[test]
fn a_guard_and_what_it_guards_are_looked_at_together() {
    let (graph, diagnosis) = answer("problem.kind: [delayed]\nsandbox.enabled: yes\n");
    let advice = diagnosis.advice.unwrap();
    let with = |name: &str| {
        advice.next.iter().find(|next| names(&graph, next).is_some_and(|all| all.contains(&name.to_owned())))
    };
    assert!(
        with("message.size").is_some() && with("log.received_at").unwrap().saves > 0.0,
        "{:#?}",
        advice.next
    );
}

#[test]
fn the_best_comes_first() {
    for ticket in ["{}", "problem.kind: [missing]\n", "impact.users: one\nlog.has_message: no\n"] {
        let (_, diagnosis) = answer(ticket);
        let advice = diagnosis.advice.unwrap();
        let pays = advice.next.iter().take_while(|next| next.saves > 0.0);
        let saves: Vec<f64> = pays.map(|next| next.saves).collect();
        let first = usize::from(matches!(advice.next[0].step, What::Visit(..)));
        assert!(saves[first..].is_sorted_by(|a, b| a >= b), "{:#?}", advice.next);
        assert!(advice.next.iter().all(|next| next.minutes >= 0.0 && next.resolved_in.is_finite()));
        assert!(advice.plan.at_least <= advice.plan.minutes + 1e-9, "{:#?}", advice.plan);
    }
}

#[test]
fn a_question_leads_to_its_minutes_and_what_its_answers_lead_to() {
    let mut held = 0;
    for ticket in ["problem.kind: [missing]\n", "problem.kind: [cannot_receive]\nimpact.users: all\n"] {
        let (graph, now) = answer(ticket);
        for name in
            ["sender.ip_listed", "quarantine.has_message", "sender.domain_blocked", "sender.log_shows_fault"]
        {
            let next = now.advice.as_ref().unwrap().next.iter();
            let asked = |next: &&Next| names(&graph, next) == Some(vec![name.to_owned()]);
            let Some(next) = next.clone().find(asked) else { continue };
            let answered = ["yes", "no"].map(|value| answer(&format!("{ticket}{name}: {value}\n")).1);
            // P(answer) by what it does to a cause that it speaks of: P(c) = Σ P(answer) P(c | answer).
            let chance = |diagnosis: &Diagnosis| {
                let first = answered[0].causes[0].cause;
                diagnosis.causes.iter().find(|ranked| ranked.cause == first).unwrap().probability.low
            };
            let yes = (chance(&now) - chance(&answered[1])) / (chance(&answered[0]) - chance(&answered[1]));
            let solved = answered.map(|diagnosis| diagnosis.advice.unwrap().plan.soonest);
            let expected = next.minutes + yes * solved[0] + (1.0 - yes) * solved[1];
            let apart = (next.resolved_in - expected).abs() / expected;
            assert!(apart < 0.02, "{ticket} {name}: {} is not {expected}", next.resolved_in);
            held += 1;
        }
    }
    assert!(held >= 6, "{held}");
}

#[test]
fn what_a_plan_solves_is_what_is_no_longer_wrong_behind_it() {
    let mut steps = 0;
    for ticket in ["org.age: 30 min\n", "recipient.exists: no\n", "quarantine.has_message: yes\n"] {
        let mut pack = Pack::mailflow();
        let plan = pack.diagnose(ticket).1.advice.unwrap().plan;
        let mut chance = |tried: usize| {
            let names = plan.steps[..tried].iter().map(|step| &pack.graph.pack.fixes[step.fix].name.value);
            let tried: Vec<String> = names.map(|name| format!("tried.{name}: still_broken\n")).collect();
            let facts = pack.facts(&(ticket.to_owned() + &tried.concat()));
            ln_evidence(pack::ticket(&pack.graph, &facts).assessment().network(), &Budget::default()).unwrap()
        };
        for (at, step) in plan.steps.iter().enumerate() {
            let left = libm::exp(chance(at + 1) - chance(at));
            assert!((step.resolves.unwrap() - (1.0 - left)).abs() < 1e-12, "{plan:#?}");
            steps += 1;
        }
        let left = libm::exp(chance(plan.steps.len()) - chance(0));
        assert!((plan.resolves.unwrap() - (1.0 - left)).abs() < 1e-12, "{plan:#?}");
    }
    assert!(steps > 4, "{steps}");
}
