//! What always holds of an interview, whatever is answered.

use proptest::prelude::*;

use super::{
    Asked, Budget, Choice, Event, FactId, Form, Format, InferenceGraph, Interview, Record, Situation, Source,
    Sources,
};
use crate::{loader, pipeline};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Returns a pack of the repository.
fn pack(path: Option<&str>) -> (Arc<InferenceGraph>, Sources) {
    let mut sources = Sources::default();
    let (texts, problems) = loader::pack(path.map(std::path::Path::new), 1 << 20, &mut sources).unwrap();
    assert!(problems.is_empty(), "{problems:#?}");
    (pipeline::compile(&sources, &texts).0.unwrap(), sources)
}

fn printer() -> (Arc<InferenceGraph>, Sources) {
    pack(Some("rules/printer"))
}

fn begin(graph: &Arc<InferenceGraph>, sources: &Sources) -> Interview {
    Interview::new(Arc::clone(graph), sources.clone(), "answers.yaml", Record::default(), Budget::default())
}

fn id(graph: &InferenceGraph, name: &str) -> FactId {
    FactId(graph.pack.facts.iter().position(|fact| fact.name.value == name).unwrap())
}

fn asked(interview: &Interview) -> Option<FactId> {
    interview.question().ok().map(|question| question.fact)
}

/// Returns all that is seen of a situation, to the last bit.
fn seen(interview: &Interview) -> String {
    let now = interview.now();
    let of = |p: crate::ticket::diagnosis::Probability| (p.low.to_bits(), p.high.to_bits());
    let causes: Vec<_> =
        now.ticket.diagnosis().causes.iter().map(|ranked| (ranked.cause, of(ranked.probability))).collect();
    let Situation { record, asked, order, minutes, passed, paid, visit, revised, beyond, .. } = now;
    let minutes = minutes.to_bits();
    format!(
        "{record:?} {asked:?} {order:?} {minutes} {passed:?} {paid:?} {visit:?} {revised:?} {beyond} {causes:?}"
    )
}

/// Returns an answer that can be given to what is asked.
fn any_answer(interview: &Interview, nth: usize) -> Option<String> {
    let fact = asked(interview)?;
    let nth_of = |choices: &[Choice]| choices.get(nth % choices.len()).map(|choice| choice.answer.clone());
    match interview.form(fact) {
        Form::One(choices) | Form::Some(choices) => nth_of(&choices),
        Form::Typed(cells) if !cells.is_empty() => nth_of(&cells),
        Form::Typed(_) => {
            let ty = &interview.graph().pack.facts[fact].ty;
            Some(crate::facts::example::Style(None).example(ty))
        }
    }
}

fn event(interview: &Interview, which: u8, nth: usize) -> Event {
    match which {
        0..=9 => any_answer(interview, nth).map_or(Event::StillBroken, Event::Answer),
        10 => Event::DontKnow,
        11 => Event::NotAvailable,
        12 => Event::StillBroken,
        13 => Event::Solved,
        14 => Event::GoOn,
        15 => Event::Back,
        16 => Event::Forward,
        17 => Event::Undo,
        18 => Event::Answer("3 parsecs".to_owned()),
        _ => Event::Revise(FactId(nth % interview.graph().pack.facts.len())),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..Default::default() })]

    #[test]
    fn whatever_is_done_can_be_taken_back(doings in proptest::collection::vec((0u8..20, 0usize..40), 1..14)) {
        let (graph, sources) = printer();
        let mut interview = begin(&graph, &sources);
        let mut way = vec![seen(&interview)];
        for (which, nth) in doings {
            let event = event(&interview, which, nth);
            let before = seen(&interview);
            match interview.apply(&event) {
                Ok(()) if event == Event::Undo => {
                    way.pop();
                    prop_assert_eq!(&seen(&interview), way.last().unwrap());
                }
                Ok(()) => way.push(seen(&interview)),
                Err(_) => prop_assert_eq!(seen(&interview), before),
            }
        }
        while let Some(expected) = way.pop() {
            prop_assert_eq!(seen(&interview), expected);
            prop_assert_eq!(interview.apply(&Event::Undo).is_ok(), !way.is_empty());
        }
    }

    #[test]
    fn nothing_is_asked_twice_by_itself(answers in proptest::collection::vec((0u8..12, 0usize..40), 60)) {
        let (graph, sources) = printer();
        let mut interview = begin(&graph, &sources);
        let mut before = BTreeSet::new();
        for (which, nth) in answers {
            match interview.now().asked.clone() {
                Asked::Question(question) => {
                    prop_assert!(before.insert(question.fact), "{:?}", question);
                    let event = event(&interview, which, nth);
                    interview.apply(&event).unwrap();
                }
                Asked::Fix(..) | Asked::Stop if interview.apply(&Event::GoOn).is_ok() => {}
                _ => break,
            }
        }
        prop_assert!(before.len() > 1);
    }
}

#[test]
fn the_order_of_the_answers_changes_nothing() {
    let (graph, sources) = pack(None);
    let answers = [
        ("problem.kind", "delayed"),
        ("impact.users", "one"),
        ("mail.direction", "inbound"),
        ("headers.delay_before", "> 5 min"),
        ("sandbox.enabled", "yes"),
    ];
    let in_order = |order: &[usize]| {
        let mut interview = begin(&graph, &sources);
        for at in order {
            let (name, value) = answers[*at];
            interview.apply(&Event::Revise(id(&graph, name))).unwrap();
            interview.apply(&Event::Answer(value.to_owned())).unwrap();
        }
        let causes = interview.now().ticket.diagnosis().causes.clone();
        let bits: Vec<_> = causes
            .iter()
            .map(|r| (r.cause, r.probability.low.to_bits(), r.probability.high.to_bits()))
            .collect();
        (interview.text(), bits)
    };
    let first = in_order(&[0, 1, 2, 3, 4]);
    assert!(first.1[0].1 > 0);
    for order in [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3], [1, 4, 0, 3, 2]] {
        assert_eq!(in_order(&order), first);
    }
}

#[test]
fn a_visit_is_asked_through_and_paid_once() {
    let (graph, sources) = printer();
    let mut interview = begin(&graph, &sources);
    let first = interview.question().unwrap().clone();
    assert_eq!((asked(&interview), first.there_already), (Some(id(&graph, "print.result")), false));
    interview.apply(&Event::Answer("nothing".to_owned())).unwrap();
    let second = interview.question().unwrap().clone();
    assert_eq!((second.fact, second.there_already), (id(&graph, "display.text"), true));
    assert_eq!(interview.now().minutes.to_bits(), 3.0_f64.to_bits());
    interview.apply(&Event::Answer("none".to_owned())).unwrap();
    assert_eq!(interview.now().minutes.to_bits(), 3.0_f64.to_bits());
}

#[test]
fn what_is_not_available_is_recorded_and_what_is_not_known_is_not() {
    let (graph, sources) = printer();
    let mut interview = begin(&graph, &sources);
    interview.apply(&Event::NotAvailable).unwrap();
    interview.apply(&Event::DontKnow).unwrap();
    assert_eq!(interview.text(), "print.result: not available\n");
    assert_eq!(interview.now().minutes.to_bits(), 3.0_f64.to_bits());
    interview.apply(&Event::Back).unwrap();
    assert_eq!(asked(&interview), Some(id(&graph, "display.text")));
    interview.apply(&Event::Back).unwrap();
    assert_eq!(asked(&interview), Some(id(&graph, "print.result")));
    assert!(interview.apply(&Event::Back).is_err());
    interview.apply(&Event::Answer("Faint".to_owned())).unwrap();
    assert_eq!(interview.text(), "print.result: Faint\n");
    assert!(asked(&interview).is_none_or(|fact| !interview.now().order.contains(&fact)));
}

#[test]
fn what_does_not_fit_is_refused_with_its_help_and_changes_nothing() {
    let (graph, sources) = pack(None);
    let mut interview = begin(&graph, &sources);
    let delay = id(&graph, "headers.delay_before");
    let wrong = |text: &str| interview.check(delay, text).unwrap_err();
    assert_eq!(wrong("8").help, "add one of `s`, `min`, `h`, `days` or `weeks`");
    assert!(wrong("8 MB").message.contains("and `8 MB` is a size"));
    assert!(wrong("{ not: 5 min").message.contains("begins like a value in parts"));
    assert!(wrong(" ").help.contains("don't know"));
    assert_eq!(interview.check(delay, "480 s").unwrap(), "8 min");
    interview.apply(&Event::Revise(delay)).unwrap();
    let before = seen(&interview);
    assert!(interview.apply(&Event::Answer("8 MB\nproblem.kind: delayed".to_owned())).is_err());
    assert_eq!(seen(&interview), before);
}

#[test]
fn a_cell_is_recorded_as_itself() {
    let (graph, _) = pack(None);
    let (printer, _) = printer();
    let mut offered = 0;
    for graph in [&graph, &printer] {
        let interview = begin(graph, &Sources::default());
        for at in 0..graph.pack.facts.len() {
            let Form::Typed(cells) = interview.form(FactId(at)) else { continue };
            offered += cells.len();
            for cell in cells {
                interview.check(FactId(at), &cell.answer).unwrap();
            }
        }
    }
    assert!(offered > 20, "{offered}");
}

#[test]
fn a_contradiction_is_resolved_by_answering_again() {
    let (graph, sources) = pack(None);
    let mut interview = begin(&graph, &sources);
    for (name, value) in [
        ("log.received_at", "2026-03-03T10:02:11Z"),
        ("log.delivered_at", "2026-03-03T10:02:31Z"),
        ("delivery.delay", "8 min"),
    ] {
        interview.apply(&Event::Revise(id(&graph, name))).unwrap();
        interview.apply(&Event::Answer(value.to_owned())).unwrap();
    }
    assert_eq!(interview.now().asked, Asked::Impossible);
    let wrong = interview.now().ticket.diagnosis().impossible.as_ref().unwrap().facts.clone();
    assert!(wrong.contains(&id(&graph, "delivery.delay")));
    interview.apply(&Event::Revise(id(&graph, "delivery.delay"))).unwrap();
    interview.apply(&Event::DontKnow).unwrap();
    assert!(matches!(interview.now().asked, Asked::Question(_)));
}

#[test]
fn a_fix_that_did_not_help_is_recorded_and_one_that_did_ends_it() {
    let (graph, sources) = printer();
    let mut interview = begin(&graph, &sources);
    for (name, value) in [("print.result", "stops_midway"), ("display.text", "paper jam in tray 2")] {
        interview.apply(&Event::Revise(id(&graph, name))).unwrap();
        interview.apply(&Event::Answer(value.to_owned())).unwrap();
    }
    let Asked::Fix(fix, _) = interview.now().asked.clone() else { panic!("{:?}", interview.now().asked) };
    interview.apply(&Event::StillBroken).unwrap();
    assert!(interview.text().contains("tried: { clear_jam: still_broken }"), "{}", interview.text());
    assert!(!matches!(interview.now().asked, Asked::Fix(other, _) if other == fix));
    interview.apply(&Event::Undo).unwrap();
    interview.apply(&Event::Solved).unwrap();
    assert_eq!(interview.now().asked, Asked::Solved(fix));
    assert!(interview.apply(&Event::DontKnow).is_err());
}

#[test]
fn a_fact_file_of_any_format_goes_on_as_it_was() {
    let (graph, sources) = pack(None);
    let file = "{\"time_zone\": \"Europe/Berlin\", \"log\": (received_at: \"2026-03-03 09:14\"), \"problem.kind\": [\"delayed\"],\n\
        \"impact.users\": (is: \"one\", sure: \"usually\"), \"quarantine.has_message\": \"not available\",\n\
        \"tried\": (wait_for_scan: still_broken)}";
    let mut all = sources.clone();
    let id = all.add(Source::new("t.ron", file));
    let (facts, problems) = pipeline::read_facts(&graph, &all, id, Format::Ron);
    assert!(problems.is_empty(), "{problems:#?}");
    let record = Record::of_file(&all, id, Format::Ron, &facts);
    let interview = Interview::new(graph, sources, "t.yaml", record, Budget::default());
    let again = interview.now().ticket.facts();
    assert_eq!(again.recorded.len(), facts.recorded.len());
    for (id, recorded) in &facts.recorded {
        let other = &again.recorded[id];
        assert_eq!(
            (&other.known, other.sure, other.available),
            (&recorded.known, recorded.sure, recorded.available)
        );
    }
    assert!(facts.tried.keys().eq(again.tried.keys()));
    assert!(interview.text().starts_with("time_zone: Europe/Berlin\n"), "{}", interview.text());
}

#[test]
fn each_answer_brings_the_end_nearer_unless_it_is_a_surprise() {
    for path in [Some("rules/printer"), None] {
        let (graph, sources) = pack(path);
        for nth in 0..4 {
            let mut interview = begin(&graph, &sources);
            let (mut steps, mut surprises) = (0, 0);
            while asked(&interview).is_some() && steps < 6 {
                let (before, then) = (interview.progress(), interview.now().ticket.clone());
                let event = if steps == 2 {
                    Event::DontKnow
                } else {
                    Event::Answer(any_answer(&interview, nth).unwrap())
                };
                interview.apply(&event).unwrap();
                let now = interview.progress();
                assert_eq!((before.asked, now.asked), (steps, steps + 1));
                assert!(before.left > 0, "{before:?}");
                assert_eq!(now.left == 0, asked(&interview).is_none(), "{now:?}");
                if super::is_surprise(&then, &interview.now().ticket) {
                    surprises += 1;
                } else {
                    assert!(
                        now.left < before.left || (now.left, before.left) == (1, 1),
                        "{before:?} {now:?}"
                    );
                }
                steps += 1;
            }
            assert!(steps > surprises, "{steps} {surprises}");
            let last = interview.progress();
            while interview.apply(&Event::Undo).is_ok() {}
            assert_eq!(interview.progress().asked, 0);
            assert!(interview.progress().left > 1 && last.asked == steps);
        }
    }
}
