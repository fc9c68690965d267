//! `ruleout diagnose --format html` and `--format markdown`.

use crate::support::pack::diagnose;
use pulldown_cmark::{Event, Options, Parser, Tag};
use roxmltree::{Document, ParsingOptions};
use ruleout::facts::recorded::Facts;
use ruleout::infer::exact::Budget;
use ruleout::render::{html, markdown};
use ruleout::report::{Answer, Detail, Supposed};
use ruleout::ticket::Ticket;

use crate::support::pack::{Pack, compile};
use crate::support::snapshot::snapshot;

/// A pack and a ticket; the mail flow pack where no rules are given.
#[derive(Clone, Copy)]
struct Case<'a> {
    pack: Option<[&'a str; 2]>,
    ticket: &'a str,
    budget: f64,
    /// Whether it is only supposed.
    supposed: bool,
    detail: Detail,
}

const PRINTER: [&str; 2] =
    [include_str!("../rules/printer/pack.ron"), include_str!("../rules/printer/printing.ruleout")];
const STREAKS: &str = "print.result: streaks\naffected.users: { is: all, sure: usually }\ntoner.level: 40 %
queue.paused: not available\ntried: { change_toner: still_broken }\n";

fn printer(ticket: &str) -> Case<'_> {
    Case {
        pack: Some(PRINTER),
        ticket,
        budget: Budget::default().cost,
        supposed: false,
        detail: Detail::Short,
    }
}

fn mailflow(ticket: &str) -> Case<'_> {
    Case { pack: None, ..printer(ticket) }
}

impl Case<'_> {
    fn written(self, write: impl Fn(Answer, Option<&str>) -> String) -> String {
        let of_texts = |[manifest, rules]: [&str; 2]| {
            compile(&[("pack.ron", manifest), ("rules.ruleout", rules)]).sound()
        };
        let mut pack = self.pack.map_or_else(Pack::mailflow, of_texts);
        let facts = pack.facts(self.ticket);
        let Pack { graph, sources } = pack;
        let budget = Budget { cost: self.budget, ..Budget::default() };
        let before = self.supposed.then(|| diagnose(&graph, &Facts::default()));
        let what_if = before.map(|before| Supposed { set: vec!["a=<b>|`c`".to_owned()], before });
        let ticket = &Ticket::within(graph, facts, sources, budget);
        write(Answer { supposed: what_if.as_ref(), ..Answer::new(ticket).in_detail(self.detail) }, None)
    }

    fn html(self) -> String {
        self.written(html::html)
    }

    fn markdown(self) -> String {
        self.written(markdown::markdown)
    }
}

/// A page as XML: what HTML leaves open is closed, the rest must be well formed as it stands.
fn closed(page: &str) -> String {
    let voids = regex::Regex::new("<(meta|input)([^>]*)>").unwrap();
    voids.replace_all(page, "<$1$2/>").into_owned()
}

fn options<'a>() -> ParsingOptions<'a> {
    ParsingOptions { allow_dtd: true, ..ParsingOptions::default() }
}

/// No script, nothing that would be loaded, nothing that happens by itself.
fn nothing_from_elsewhere(page: &str) {
    let closed = closed(page);
    let document = Document::parse_with_options(&closed, options()).unwrap();
    for element in document.descendants().filter(roxmltree::Node::is_element) {
        let name = element.tag_name().name();
        assert!(
            !["script", "link", "img", "image", "iframe", "object", "use", "a", "b"].contains(&name),
            "{name}"
        );
        for attribute in element.attributes() {
            let name = attribute.name();
            assert!(!name.starts_with("on") && !["src", "href"].contains(&name), "{name}");
        }
        if name == "style" {
            let style = element.text().unwrap_or_default();
            assert!(!style.contains("url(") && !style.contains("@import"));
        }
    }
}

/// All texts of the body of a page.
fn body(page: &str) -> String {
    let closed = closed(page);
    let document = Document::parse_with_options(&closed, options()).unwrap();
    let body = document.descendants().find(|node| node.has_tag_name("body")).unwrap();
    let texts = body.descendants().filter(roxmltree::Node::is_text).filter_map(|node| node.text());
    texts.collect::<Vec<_>>().join(" ").split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Everything that a page must be, whatever it says; gives its text.
fn sound(case: Case) -> String {
    let page = case.html();
    assert_eq!(page, case.html(), "the same answer gives the same page");
    nothing_from_elsewhere(&page);
    assert_eq!(page.matches("<h1").count(), 1, "one heading of the page");
    for landmark in ["<header>", "<main>", "<footer>", "lang=\"en\"", "name=\"viewport\""] {
        assert!(page.contains(landmark), "{landmark}");
    }
    body(&page)
}

/// The texts of Markdown as a reader sees them, and how many points its lists have; nothing else may be in it.
fn read(markdown: &str) -> (String, usize) {
    let (mut texts, mut items) = (String::new(), 0);
    for event in Parser::new_ext(markdown, Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS) {
        match event {
            Event::Text(text) | Event::Code(text) => texts.push_str(&text),
            Event::Start(Tag::Item) => items += 1,
            Event::Html(_) | Event::InlineHtml(_) => panic!("{event:?}"),
            Event::Start(Tag::Link { .. } | Tag::Image { .. } | Tag::HtmlBlock | Tag::CodeBlock(_)) => {
                panic!("{event:?}")
            }
            _ => texts.push(' '),
        }
    }
    (texts.split_whitespace().collect::<Vec<_>>().join(" "), items)
}

/// A page without its style, an element a line.
fn by_line(page: &str) -> String {
    let style = regex::Regex::new("(?s)<style>.*?</style>").unwrap();
    style.replace_all(page, "<style></style>").replace("><", ">\n<")
}

#[test]
fn the_page_and_the_text_for_a_ticket() {
    snapshot("reports_html", &by_line(&printer(STREAKS).html()));
    snapshot("reports_markdown", &printer(STREAKS).markdown());
    snapshot("reports_markdown_whole", &Case { detail: Detail::All, ..printer(STREAKS) }.markdown());
}

#[test]
fn everything_that_is_to_be_known_stands_in_the_page() {
    let text = sound(printer(STREAKS));
    for part in [
        "Probably",
        "The drum is worn",
        "Change the drum",
        "Prior",
        "With the evidence",
        "ticket.yaml · printer 1.0.0",
        "streaks",
        "not available",
        "ticket.yaml:1:15",
        "Tried, still broken: Change the toner",
        "11 rules:",
        "jobs_wait",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn every_rule_is_accounted_for() {
    let text = sound(mailflow("problem.kind: [delayed]\n"));
    let rules =
        [include_str!("../rules/mailflow/delay.ruleout"), include_str!("../rules/mailflow/server.ruleout")];
    let named = rules.iter().flat_map(|text| text.lines()).filter_map(|line| line.strip_prefix("rule "));
    let names: Vec<&str> = named.filter_map(|line| line.split([' ', '{']).next()).collect();
    assert!(names.len() > 5);
    for name in names {
        assert!(text.contains(name), "{name}");
    }
}

#[test]
fn what_cannot_be_true_stands_in_place_of_a_ranking() {
    let ticket = include_str!("../rules/mailflow/cases/contradictory_delay.yaml");
    let text = sound(mailflow(ticket));
    assert!(text.contains("These facts cannot all be true"), "{text}");
    assert!(text.contains("delivery.delay is recorded as 8 min, but computes to 20 s"), "{text}");
    assert!(!text.contains("What to do") && !text.contains("Likeliest"), "{text}");
    assert!(mailflow(ticket).markdown().starts_with("## These facts cannot all be true\n"));
}

#[test]
fn ranges_are_shown_as_ranges() {
    let ticket = include_str!("../rules/mailflow/cases/directory_sync_gap.yaml");
    let case = Case { budget: 100_000.0, ..mailflow(ticket) };
    let text = sound(case);
    assert!(text.contains("Each range is certain to hold the true chance"), "{text}");
    assert!(regex::Regex::new(r"\d to \d+ %").unwrap().is_match(&text), "{text}");
    assert!(case.html().contains("class=\"open\""));
}

#[test]
fn what_is_only_supposed_says_so_before_anything_else() {
    let case = Case { supposed: true, ..printer(STREAKS) };
    let text = sound(case);
    let (what_if, answer) = (text.find("What if a=<b>|`c`").unwrap(), text.find("Probably").unwrap());
    assert!(what_if < answer, "{text}");
    let (texts, _) = read(&case.markdown());
    assert!(texts.starts_with("What if a=<b>|`c`: what stands below is as if it were so."), "{texts}");
    assert!(!sound(printer(STREAKS)).contains("What if"));
}

#[test]
fn without_a_fact_there_is_a_page_too() {
    let text = sound(printer("{}"));
    assert!(text.contains("Nothing is recorded yet") && text.contains("No fact was recorded"), "{text}");
    assert!(text.contains("What comes out: nothing, rubbish"), "{text}");
}

#[test]
fn nothing_of_the_pack_is_likelier_than_what_it_does_not_know() {
    let rules = "fact a: yes/no { ask \"A?\" }\nrule a {\n  almost never with c, d\n  usually anyway\n}
        cause c { common }\ncause d { common }\n";
    let text = sound(Case { pack: Some([PRINTER[0], rules]), ..printer("a: yes\n") });
    assert!(text.contains("A cause that this pack does not list"), "{text}");
    let first = text.find("A cause that this pack does not list").unwrap();
    assert!(text.find("Causes").unwrap() > first, "it stands first: {text}");
}

/// A pack and a ticket that would break out of any form.
const HOSTILE: &str = "fact a: text { ask \"<script>alert(1)</script> </title></style> *b* & ]]>?\" }
fact b: yes/no { ask \"B?\" takes 1 min }
symptom s \"</svg><b onclick=x>`\" when a contains \"x\"\nrule s { usually with c\n rarely anyway }\nrule b { usually with d\n rarely anyway }
cause c \"<!-- --> 1. <style>\" { common  fix f }\ncause d { common }
fix f \"- [x] </label>\" { step \"# <input> @all\"  risk \"<b> | ![x](https://example.com/x.png) | [c](javascript:d)\" }\n";

#[test]
fn texts_of_users_stay_texts() {
    let long = "W".repeat(3_000);
    let ticket = format!("a: \"x <img src=y onerror=z> `` | \\e[1m \\u202e {long}\"\n");
    let case = Case { pack: Some([PRINTER[0], HOSTILE]), ..printer(&ticket) };
    let text = sound(case);
    for part in [
        "<script>alert(1)</script>",
        "</svg><b onclick=x>",
        "<!-- --> 1. <style>",
        "x <img src=y onerror=z>",
        "\u{fffd}",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
    let markdown = case.markdown();
    let (texts, items) = read(&markdown);
    let ours = markdown.lines().filter(|line| line.trim_start().starts_with("- ")).count();
    for part in ["<!-- --> 1. <style>", "- [x] </label>", "# <input> @all", "![x](https://example.com/x.png)"]
    {
        assert!(texts.contains(part), "{part}: {texts}");
    }
    assert_eq!(items, ours, "no list but ours: {markdown}");
    for markup in ["\u{1b}", "\u{202e}"] {
        assert!(!markdown.contains(markup));
    }
}
