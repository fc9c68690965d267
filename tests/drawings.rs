//! `ruleout graph --format svg`.

use std::fmt::Write as _;

use roxmltree::Document;
use ruleout::render::svg::{TooLarge, svg};

use crate::support::pack::{Pack, compile, manifest};

const PRINTER: &str = include_str!("../rules/printer/printing.ruleout");
/// The picture of that pack in `README.md`; `PICTURE=write cargo test --locked picture` draws it anew.
const PICTURE: &str = "rules/printer/graph.svg";
const MANIFEST: &str = include_str!("../rules/printer/pack.ron");

fn pack(manifest: &str, rules: &str) -> Pack {
    compile(&[("pack.ron", manifest), ("rules.ruleout", rules)]).sound()
}

fn drawn(manifest: &str, rules: &str, ticket: Option<&str>) -> String {
    let mut pack = pack(manifest, rules);
    let Some(ticket) = ticket else { return svg(&pack.graph, None, None).unwrap() };
    let facts = pack.facts(ticket);
    svg(&pack.graph, None, Some(&crate::support::pack::ticket(&pack.graph, &facts))).unwrap()
}

/// The texts of a picture, as a browser reads them.
fn texts(picture: &str) -> Vec<String> {
    let document = Document::parse(picture).unwrap();
    let elements = document.descendants().filter(|node| matches!(node.tag_name().name(), "text" | "title"));
    elements.map(|node| node.text().unwrap_or_default().to_owned()).collect()
}

/// The elements with a class.
fn count(picture: &str, class: &str) -> usize {
    let document = Document::parse(picture).unwrap();
    let classes = document.descendants().filter_map(|node| node.attribute("class"));
    classes.filter(|classes| classes.split(' ').any(|own| own == class)).count()
}

#[test]
fn the_picture_in_the_readme_is_that_of_today() {
    let picture = drawn(MANIFEST, PRINTER, None);
    if std::env::var_os("PICTURE").is_some_and(|wish| wish == "write") {
        std::fs::write(PICTURE, &picture).unwrap();
    }
    let kept = std::fs::read_to_string(PICTURE).unwrap_or_default();
    assert!(kept == picture, "{PICTURE} is not of today: `PICTURE=write cargo test --locked picture`");
    assert!(std::fs::read_to_string("README.md").unwrap().contains(&format!("]({PICTURE})")));
}

#[test]
fn what_spoke_in_a_ticket_is_seen() {
    let ticket = "print.result: streaks\nqueue.paused: no\ntried: { change_drum: still_broken }\n";
    let picture = drawn(MANIFEST, PRINTER, Some(ticket));
    let texts = texts(&picture);
    for text in ["streaks", "no", "tried already"] {
        assert!(texts.iter().any(|t| t == text), "{text}: {texts:#?}");
    }
    assert_eq!(count(&picture, "percent"), 9, "each cause has its percentage");
    assert!(count(&picture, "for") >= 1 && count(&picture, "faint") > 10);
    assert_eq!(count(&drawn(MANIFEST, PRINTER, None), "faint"), 0, "without a ticket, nothing is faint");
}

#[test]
fn the_same_pack_gives_the_same_bytes() {
    let ticket = Some("print.result: streaks\n");
    assert_eq!(drawn(MANIFEST, PRINTER, ticket), drawn(MANIFEST, PRINTER, ticket));
}

#[test]
fn texts_of_users_stay_texts() {
    let rules = "fact a: text { ask \"<script>alert(1)</script> & \\\"quotes\\\" ]]>?\" }
        symptom s \"</svg><b>漢字 🦀\" when a contains \"x\"
        rule s { usually with c  rarely anyway }
        cause c \"Ümläut & <style>\" { common }";
    let long = "x".repeat(5_000);
    let ticket = format!("a: \"x \\0 \\e[1m <img src=x> \\u202e {long}\"\n");
    let picture = drawn(&manifest("<&>"), rules, Some(&ticket));
    let texts = texts(&picture);
    assert!(texts.iter().any(|t| t.contains("<script>alert(1)</script>")), "{texts:#?}");
    assert!(texts.iter().any(|t| t.contains("x \u{fffd} \u{fffd}[1m <img src=x> \u{fffd}")), "{texts:#?}");
    assert!(!picture.contains("<script") && !picture.contains("<img"));
}

#[test]
fn what_is_no_picture_any_more_is_told() {
    let mut rules =
        String::from("fact a: yes/no { ask \"A?\" }\nrule a {\n  usually with c0\n  rarely anyway\n}\n");
    for at in 0..700 {
        writeln!(rules, "cause c{at} {{ common  fix f{at} }}\nfix f{at} {{ step \"F.\" }}").unwrap();
    }
    let Pack { graph, .. } = pack(MANIFEST, &rules);
    assert_eq!(svg(&graph, None, None), Err(TooLarge { boxes: 1_401, lines: 701, columns: 3 }));
    let part = graph.around("c0", 1).unwrap();
    assert_eq!(count(&svg(&graph, Some(&part), None).unwrap(), "middle"), 1);
}
