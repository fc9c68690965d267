//! What no answer passes over: an empty ticket, times that cannot be compared, rows without a time, a negative duration.

use ruleout::report::notice::noticed;
use ruleout::ticket::Ticket;

use crate::support::folder::Folder;
use crate::support::pack::{MANIFEST, Pack};
use crate::support::program::ruleout_in;

const RULES: &str = "\
fact log.received_at: time\nfact log.delivered_at: time\nfact started_at: time\nfact seen: yes/no
fact changes: table of { what: text, at: time }
fact upgraded_at: time
fact checked_at: time
derive due_at: time = upgraded_at + 2 h
derive due_again_at: time = due_at + 1 h
rule upgraded { usually with c  rarely anyway  when upgraded_at >= 2026-03-01 06:00Z }
rule upgraded_late { usually with c  rarely anyway  when upgraded_at is 2026-03-01 07:00 }
rule in_time { usually with c  rarely anyway  when checked_at + 5 min between log.received_at and due_again_at }
derive delay: duration = log.delivered_at - log.received_at
rule slow { usually with c  rarely anyway  when delay > 5 min }
rule changed { usually with c  rarely anyway  when any changes where (at within 24 h before started_at) }
rule seen { usually with c  rarely anyway }
cause c \"C\" { common  fix f }
fix f \"F\" { step \"Do it.\" }
";

/// The notices of a ticket, and what cannot all be true in it.
fn said(facts: &str) -> (Vec<String>, Option<Vec<String>>) {
    let mut pack = Pack::of(RULES);
    let facts = pack.facts(facts);
    let Pack { graph, sources } = pack;
    let ticket = Ticket::new(graph, facts, sources);
    let impossible = ticket.diagnosis().impossible.as_ref().map(|impossible| {
        let name = |id: &_| ticket.graph().pack.facts[*id].name.value.clone();
        impossible.facts.iter().map(name).collect()
    });
    (noticed(&ticket).into_iter().map(|noticed| noticed.text).collect(), impossible)
}

#[test]
fn a_ticket_without_facts_is_answered_with_a_notice() {
    for facts in ["", "seen: not available\n", "time_zone: UTC\n"] {
        let (notices, impossible) = said(facts);
        assert!(notices.len() == 1 && notices[0].starts_with("Nothing is recorded"), "{notices:?}");
        assert_eq!(impossible, None);
    }
    assert_eq!(said("seen: no\n"), (Vec::new(), None));
}

#[test]
fn times_that_cannot_be_compared_are_named() {
    let (notices, _) = said("log.received_at: 2026-03-04 09:00 +01:00\nlog.delivered_at: 2026-03-04 09:08\n");
    assert_eq!(notices.len(), 1, "{notices:?}");
    for part in ["log.received_at", "log.delivered_at", ":1:18", ":2:19", "time_zone"] {
        assert!(notices[0].contains(part), "{part}: {notices:?}");
    }
    let (notices, _) = said("log.received_at: 2026-03-04\nlog.delivered_at: \"> 2026-03-04 09:08Z\"\n");
    assert_eq!(notices.len(), 1, "{notices:?}");
    let (notices, _) = said("started_at: 2026-03-04 09:00Z\nchanges: [{ what: x, at: 2026-03-04 08:00 }]\n");
    assert!(notices.len() == 1 && notices[0].contains("changes"), "{notices:?}");
    // A time that is computed is told by those that are recorded, and a recorded one in its place is itself.
    for (facts, parts) in [
        ("checked_at: 2026-03-04 09:00\nupgraded_at: 2026-03-04 06:00Z\n", ["checked_at", "upgraded_at"]),
        ("checked_at: 2026-03-04 09:00\ndue_at: 2026-03-04 06:00Z\n", ["checked_at", "due_at"]),
        (
            "checked_at: 2026-03-04 09:00Z\nlog.received_at: 2026-03-04 06:00\n",
            ["checked_at", "log.received_at"],
        ),
    ] {
        let (notices, _) = said(facts);
        let both = |notice: &String| parts.iter().all(|part| notice.contains(part));
        assert_eq!(notices.iter().filter(|notice| both(notice)).count(), 1, "{notices:?}");
    }
    for alike in [
        "log.received_at: 2026-03-04 09:00\nlog.delivered_at: 2026-03-04 09:08\n",
        "log.received_at: 2026-03-04 09:00Z\nlog.delivered_at: 2026-03-04 09:08\ntime_zone: UTC\n",
        "log.received_at: 2026-03-04 09:00Z\nstarted_at: 2026-03-04 09:08\n",
    ] {
        assert_eq!(said(alike), (Vec::new(), None), "{alike}");
    }
}

#[test]
fn a_time_that_the_pack_names_otherwise_is_named_with_its_place() {
    for (recorded, named) in [("06:00", "2026-03-01 06:00Z"), ("06:00Z", "2026-03-01 07:00")] {
        let (notices, impossible) = said(&format!("upgraded_at: 2026-03-04 {recorded}\n"));
        assert_eq!((notices.len(), impossible), (1, None), "{notices:?}");
        for part in ["upgraded_at", ":1:14", named, "in the pack (", "Write both with one"] {
            assert!(notices[0].contains(part), "{part}: {notices:?}");
        }
    }
}

#[test]
fn a_row_without_the_time_that_is_asked_for_is_named() {
    let (notices, _) = said("started_at: 2026-03-04 09:00\nchanges: [{ what: x }, { what: y }]\n");
    assert!(notices.len() == 1 && notices[0].starts_with("2 rows have no `at`"), "{notices:?}");
    let (notices, _) = said("started_at: 2026-03-04 09:00\nchanges: [{ what: x, at: none }]\n");
    assert_eq!(notices, Vec::<String>::new());
}

#[test]
fn a_duration_that_comes_out_negative_is_a_contradiction() {
    let both = Some(vec!["log.received_at".to_owned(), "log.delivered_at".to_owned()]);
    for (received, delivered) in [
        ("2026-03-04 09:00", "2026-03-04 08:00"),
        ("2026-03-04 09:00 +01:00", "2026-03-04 07:59Z"),
        ("\"> 2026-03-04 09:00\"", "2026-03-04 08:00"),
        ("2026-03-05", "2026-03-04"),
    ] {
        let facts = format!("log.received_at: {received}\nlog.delivered_at: {delivered}\n");
        assert_eq!(said(&facts).1, both, "{facts}");
    }
    for (received, delivered) in [
        ("2026-03-04 09:00", "2026-03-04 09:00"),
        ("2026-03-04", "2026-03-04"),
        ("2026-03-04 09:00", "2026-03-04"),
    ] {
        let facts = format!("log.received_at: {received}\nlog.delivered_at: {delivered}\n");
        assert_eq!(said(&facts).1, None, "{facts}");
    }
    let unsure =
        "log.received_at: { is: 2026-03-04 09:00, sure: usually }\nlog.delivered_at: 2026-03-04 08:00\n";
    assert_eq!(said(unsure).1, None);
}

#[test]
fn each_form_of_an_answer_says_each_notice_and_ends_well() {
    let folder = Folder::new();
    folder.write("pack.ron", MANIFEST);
    folder.write("rules.ruleout", RULES);
    let tickets = [
        ("", "Nothing is recorded in this ticket"),
        (
            "log.received_at: 2026-03-04 09:00Z\nlog.delivered_at: 2026-03-04 09:08\n",
            "Two times could not be compared",
        ),
        ("upgraded_at: 2026-03-04 09:00\n", "in the pack ("),
        ("started_at: 2026-03-04 09:00\nchanges: [{ what: x }]\n", "so that nobody can tell when it was"),
    ];
    for (facts, notice) in tickets {
        for form in ["text", "markdown", "html", "json"] {
            let arguments = ["diagnose", "-", "--facts-format", "yaml", "--format", form];
            let ran = ruleout_in(folder.root(), &arguments, facts);
            let one_line = ran.out.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(ran.code, 0, "{form}: {facts}{}", ran.err);
            assert!(one_line.contains(notice), "{form}: {notice}: {one_line}");
        }
    }
}
