//! What to do, with small packs: what a plan may say of a ranking, and what comes of tickets that nothing explains.

use proptest::prelude::*;
use ruleout::plan::next::What;
use ruleout::plan::repair::{Plan, WhyLeft};
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

/// The fixes of a plan by their names.
fn steps(ticket: &Ticket) -> Vec<&str> {
    let pack = &ticket.graph().pack;
    plan(ticket).steps.iter().map(|step| pack.fixes[step.fix].name.value.as_str()).collect()
}

fn plan(ticket: &Ticket) -> &Plan {
    &ticket.diagnosis().advice.as_ref().unwrap().plan
}

#[test]
fn a_likely_cause_without_a_fix_is_said_to_have_none() {
    let rules = "fact sign: yes/no { ask \"Is it so?\" }
        rule sign { almost always with c  never anyway }
        cause c \"Cause\" { common  fix f }
        cause d \"Other\" { common  fix g }
        fix f \"Fix\" { step \"Do.\" verify not sign }
        fix g \"Gift\" { step \"Do.\" verify not sign }";
    let without = rules.replace("  fix f }", " }");
    let to = "escalate: (to: \"support\", takes: \"4 h\")";
    for (manifest, rules, facts, said) in [
        (CASES.to_owned(), without.clone(), "sign: yes", "This pack knows no fix for “Cause”"),
        (
            format!("{CASES}, {to}"),
            without,
            "sign: yes",
            "This pack knows no fix for “Cause”; escalate to support",
        ),
        (
            CASES.to_owned(),
            rules.to_owned(),
            "sign: yes\ntried: { f: still_broken }",
            "Every fix that this pack knows",
        ),
    ] {
        let ticket = ticket(&manifest, &rules, facts);
        let likely = ticket.diagnosis().causes[0].probability.low > 0.5;
        let [texts @ .., (_, json)] = forms(&ticket);
        for (form, text) in texts {
            assert_eq!(text.contains(said), likely || facts.contains("tried"), "{form}: {text}");
            assert!(!text.contains("likely enough"), "{form}: {text}");
        }
        assert!(json.contains("\"why\": \"no_fix\"") || json.contains("\"why\": \"tried\""), "{json}");
    }
}

#[test]
fn who_cannot_help_is_not_handed_what_they_cannot_help_with() {
    let rules = "fact sign: yes/no { ask \"Is it so?\" }
        rule sign { almost always with ours  rarely anyway }
        cause ours \"Our disk is full\" { common  fix clear }
        cause theirs \"Their gateway holds it\" { common  part of provider_side  fix wait }
        fix clear \"Free the disk\" { takes 60 min  works often  step \"Do.\" verify not sign }
        fix wait \"Wait\" { takes 1 min  works often  step \"Do.\" verify not sign }";
    let of = |with: &str, facts: &str| {
        ticket(&format!("{CASES}, escalate: (to: \"the provider\", takes: \"10 min\"{with})"), rules, facts)
    };
    // Ten minutes are less than the hour of the fix, and help nobody.
    let to_all = of("", "sign: yes");
    assert!(steps(&to_all).is_empty());
    assert!(
        matches!(plan(&to_all).left_alone[0].why, WhyLeft::Later(_, minutes) if minutes > plan(&to_all).minutes)
    );
    let [texts @ .., _] = forms(&to_all);
    for (form, text) in texts {
        assert!(
            text.contains("escalate to the provider") && text.contains("Free the disk"),
            "{form}: {text}"
        );
    }
    for with in [", for: [\"provider_side\"]", ", for: [\"theirs\"]"] {
        let ticket = of(with, "sign: yes");
        assert_eq!(steps(&ticket)[0], "clear");
        assert!(plan(&ticket).theirs < 0.5, "{:#?}", plan(&ticket));
    }
    let theirs = of(", for: [\"provider_side\"]", "sign: no");
    let [(_, text), ..] = forms(&theirs);
    assert!(text.contains("escalate to the provider"), "{text}");
}

/// Everybody being affected is seen with most causes; the sign is seen with one.
const SCOPE: &str = "fact everybody: yes/no { ask \"Is everybody affected?\" takes 1 min }
    fact sign: yes/no { ask \"Is the sign there?\" takes 1 min }
    fact changed: yes/no { sometimes yes  ask \"Was anything changed?\" takes 1 min }
    rule everybody { usually with change, line, server, mail_exchanger  rarely with mailbox  sometimes anyway }
    rule sign { usually with server  rarely anyway }
    cause change \"A change broke it\" { very common when changed  COMMON otherwise  fix roll_back }
    cause line \"The line is down\" { common  fix call }
    cause server \"The server is down\" { common  fix restart }
    cause mail_exchanger \"The record is wrong\" { common  fix correct }
    cause mailbox \"The mailbox is full\" { common  fix clear }
    fix roll_back \"Undo the change\" { takes 30 min  step \"Do.\" verify not everybody  RISK }
    fix call \"Call\" { takes 30 min  step \"Do.\" verify not everybody }
    fix restart \"Restart\" { takes 30 min  step \"Do.\" verify not everybody  needs approval }
    fix correct \"Correct it\" { takes 30 min  step \"Do.\" verify not everybody }
    fix clear \"Clear it\" { takes 30 min  step \"Do.\" verify not everybody }";

#[test]
fn what_only_says_who_is_affected_is_no_reason_to_begin_with_a_fix() {
    for (common, risk) in [
        ("common", "risk \"it opens a hole\""),
        ("common", "needs approval"),
        ("common", ""),
        ("in 1 of 10 tickets", "needs approval"),
    ] {
        let rules = SCOPE.replace("COMMON", common).replace("RISK", risk);
        let ticket = |facts: &str| ticket(CASES, &rules, facts);
        // Asking comes first; what would be done without an answer is not named.
        let scope = ticket("everybody: yes");
        assert_eq!(steps(&scope), Vec::<&str>::new(), "{common} {risk}");
        let advice = scope.diagnosis().advice.as_ref().unwrap();
        assert!(matches!(advice.next[0].step, What::Question(_)), "{:#?}", advice.next);
        assert!(!plan(&scope).is_founded);
        // A sign of its own is a reason, with or without approval, and so is what was changed.
        assert_eq!(steps(&ticket("everybody: yes\nsign: yes"))[0], "restart");
        assert_eq!(steps(&ticket("everybody: yes\nchanged: yes\nsign: no"))[0], "roll_back");
    }
}

#[test]
fn where_no_question_is_left_the_first_step_is_without_risk() {
    for risk in ["risk \"it opens a hole\"", "needs approval"] {
        let rules = SCOPE.replace("COMMON", "common").replace("RISK", risk);
        let ticket = ticket(CASES, &rules, "everybody: yes\nsign: not available\nchanged: not available");
        let steps = steps(&ticket);
        assert!(!steps.is_empty() && !["roll_back", "restart"].contains(&steps[0]), "{steps:?}");
    }
}

#[test]
fn a_cause_that_is_more_likely_than_not_is_acted_upon_or_it_is_said_why_not() {
    let mut pack = Pack::mailflow();
    for text in [
        "problem.kind: delayed\nimpact.users: all\nmail.direction: [inbound, outbound, internal]\n\
            exchange.error: \"452 4.3.1 Insufficient system resources\"",
        "quarantine.has_message: yes",
        "setup.mx_points_to_provider: no\nimpact.users: all",
        "firewall.smtp_fixup: yes",
        "sender.ip_listed: yes\nproblem.kind: [missing]",
        "tried: { release_from_quarantine: still_broken }\nquarantine.has_message: yes",
    ] {
        let facts = pack.facts(text);
        let ticket = crate::support::pack::ticket(&pack.graph, &facts);
        let plan = plan(&ticket);
        for ranked in ticket.diagnosis().causes.iter().filter(|ranked| ranked.probability.low > 0.5) {
            let acted = plan.steps.iter().any(|step| step.removes.contains(&ranked.cause));
            let said = plan.left_alone.iter().any(|left| left.cause == ranked.cause);
            assert!(acted != said, "{text}: {plan:#?}");
        }
    }
}

/// A cause with a fix of its own: its share in a thousand, minutes, minutes of waiting, and how surely it works in percent.
fn cause() -> impl Strategy<Value = (u32, u32, u32, u32)> {
    (40_u32..400, 1_u32..90, 0_u32..120, 20_u32..100)
}

/// The minutes that an order of fixes is expected to take, from the definition.
fn expected(
    causes: &[(u32, u32, u32, u32)],
    chances: &[f64],
    order: &[usize],
    in_vain: f64,
    handed_on: f64,
) -> f64 {
    let (mut clock, mut sum, mut left) = (0.0, 0.0, chances.to_vec());
    for at in order {
        let (_, takes, waits, works) = causes[*at];
        clock += f64::from(takes);
        sum += left[*at] * f64::from(works) / 100.0 * (clock + f64::from(waits));
        left[*at] *= 1.0 - f64::from(works) / 100.0;
        // Whatever comes behind this fix comes behind a fix in vain.
        clock += in_vain;
    }
    let known = |at: usize| causes.get(at).map_or(0.0, |(_, takes, waits, _)| f64::from(takes + waits));
    sum + left.iter().enumerate().map(|(at, p)| p * (clock + handed_on + known(at))).sum::<f64>()
}

/// Every order of some of so many.
fn orders(of: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    let mut from = 0;
    while let Some(order) = orders.get(from).cloned() {
        from += 1;
        for next in (0..of).filter(|next| !order.contains(next)) {
            orders.push([order.as_slice(), &[next]].concat());
        }
    }
    orders
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_order_is_better_where_a_fix_in_vain_has_its_price(
        causes in prop::collection::vec(cause(), 2..5),
        in_vain in 0_u32..60,
        handed_on in 10_u32..600,
    ) {
        let one = |(at, (share, takes, waits, works)): (usize, &(u32, u32, u32, u32))| format!(
            "cause c{at} {{ in {share} of 1000 tickets  fix f{at} }}\n\
             fix f{at} {{ takes {takes} min  waits {waits} min  works {works} %  step \"Do.\" verify \"It works.\" }}\n"
        );
        let rules: String = causes.iter().enumerate().map(one).collect();
        let manifest = format!(
            "cases: (unlisted: \"5 %\", several_at_once: \"0 %\"), in_vain: \"{in_vain} min\",\n\
             escalate: (to: \"support\", takes: \"{handed_on} min\")"
        );
        let ticket = ticket(&manifest, &rules, "{}");
        let diagnosis = ticket.diagnosis();
        let mut chances: Vec<f64> = vec![0.0; causes.len()];
        for ranked in &diagnosis.causes {
            chances[ranked.cause.0] = ranked.probability.low;
        }
        chances.push(diagnosis.unlisted.low);
        let minutes = |order: &Vec<usize>| expected(&causes, &chances, order, f64::from(in_vain), f64::from(handed_on));
        let best = orders(causes.len()).iter().map(minutes).fold(f64::INFINITY, f64::min);
        let found = plan(&ticket).soonest;
        prop_assert!((found - best).abs() <= best * 1e-3, "{found} is not {best}: {chances:?} {manifest} {rules}");
    }
}

#[test]
fn a_message_asks_what_its_reader_can_answer() {
    let rules = "facts from \"The console\" by desk takes 1 min {
            locked: yes/no  ask \"Is the account locked?\"
            reset: yes/no { by user  ask \"Was the password changed?\" }
        }
        fact light: yes/no { ask \"Is the light on?\" takes 1 min }
        fact cable: yes/no { ask \"Is the cable in?\" by user takes 1 min }
        rule locked { almost always with lock  almost never anyway }
        rule reset { almost always with forgotten  almost never anyway }
        rule light { almost always with power  almost never anyway }
        rule cable { almost always with loose  almost never anyway }
        cause lock { common  fix f }
        cause forgotten { common  fix g }
        cause power { common  fix h }
        cause loose { common  fix i }
        fix f { takes 60 min  step \"Do.\" verify \"It works.\" }
        fix g { takes 60 min  step \"Do.\" verify \"It works.\" }
        fix h { takes 60 min  step \"Do.\" verify \"It works.\" }
        fix i { takes 60 min  step \"Do.\" verify \"It works.\" }";
    let ticket = ticket(CASES, rules, "{}");
    let pack = &ticket.graph().pack;
    let asked = |who: Option<&str>| -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for what in ticket.at_once(who).unwrap() {
            let facts = match what {
                What::Question(fact) => vec![fact],
                What::Visit(_, facts) => facts,
                What::Fix(_) | What::Stop => Vec::new(),
            };
            names.extend(facts.iter().map(|fact| pack.facts[*fact].name.value.as_str()));
        }
        names.sort_unstable();
        names
    };
    assert_eq!(asked(None), ["light"]);
    assert_eq!(asked(Some("desk")), ["light", "locked"]);
    assert_eq!(asked(Some("user")), ["cable", "light", "reset"]);
    // What several must answer is said of nobody.
    let [.., (_, json)] = forms(&ticket);
    assert!(json.contains("\"by\": \"user\"") && !json.contains("\"by\": \"desk\""), "{json}");
}
