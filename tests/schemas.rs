//! What is written as JSON, held against the schemas that `ruleout schema --of NAME` writes.
//!
//! Each schema describes what is there, and no more: whatever an output has is described, whatever a schema describes is in some
//! output, with every type and word that it allows; and no output with another type, or with a member less, fits. And each output
//! reads back into the structure that it was written from.

use ruleout::ticket::Ticket;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::Arc;

use jsonschema::Validator;
use ruleout::cases::{self, report};
use ruleout::document::tree::Format;
use ruleout::facts::Facts;
use ruleout::graph::InferenceGraph;
use ruleout::infer::exact::{Budget, prepare};
use ruleout::loader::{self, CaseTexts};
use ruleout::pack::CauseId;
use ruleout::problem::{Code, Problem, Problems, Severity};
use ruleout::render::json::Extras;
use ruleout::render::problems;
use ruleout::render::stats::Taken;
use ruleout::render::{facts, json, message};
use ruleout::report::Supposed;
use ruleout::source::{Source, SourceId, Sources, Span};
use ruleout::usages::{self, usages as usages_of};
use ruleout::{export, pipeline, wire};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::support::data::DataFile;
use crate::support::folder::Folder;
use crate::support::pack::{self, BYTES, Compiled, Texts};
use crate::support::program;

/// What the program writes in the folder of the project.
fn ruleout(arguments: &[&str]) -> String {
    program::ruleout(arguments).said().1
}

/// A part of a schema that fits a value: where it stands, and the type that it says.
type Part = (String, String);

/// A schema, and what was seen of it.
struct Schema {
    root: Value,
    validator: Validator,
    outputs: Vec<Value>,
    /// Each part with the first value that it fits: the output, and where in it.
    seen: BTreeMap<Part, (usize, String)>,
    wrong: BTreeSet<String>,
    reads_back: fn(&str, &Value) -> bool,
}

/// Whether a text reads as a structure that is written as the same again.
fn reads_back<T: Serialize + DeserializeOwned + PartialEq>(text: &str, value: &Value) -> bool {
    let read: T = serde_json::from_str(text).unwrap();
    serde_json::to_value(&read).unwrap() == *value
        && serde_json::from_value::<T>(value.clone()).unwrap() == read
}

impl Schema {
    fn of<T: Serialize + DeserializeOwned + PartialEq>(name: &str) -> Self {
        let root: Value = serde_json::from_str(&ruleout(&["schema", "--of", name])).unwrap();
        assert_eq!(root["$id"], format!("urn:ruleout:schema:{name}:1"));
        for key in ["title", "description"] {
            assert!(!root[key].as_str().unwrap().is_empty(), "{name}: {key}");
        }
        assert!(!root.to_string().contains("additionalProperties"), "{name}: members may be added");
        let meta = jsonschema::meta::validate(&root);
        assert!(meta.is_ok(), "{name}: {meta:?}");
        let validator = jsonschema::draft202012::new(&root).unwrap();
        Self {
            root,
            validator,
            outputs: Vec::new(),
            seen: BTreeMap::new(),
            wrong: BTreeSet::new(),
            reads_back: reads_back::<T>,
        }
    }

    fn take(&mut self, what: &str, text: &str) {
        let value: Value = serde_json::from_str(text).unwrap_or_else(|e| panic!("{what}: {e}\n{text}"));
        let errors =
            self.validator.iter_errors(&value).map(|e| format!("{what}: {}: {e}", e.instance_path()));
        self.wrong.extend(errors);
        if !(self.reads_back)(text, &value) {
            self.wrong.insert(format!("{what}: does not read back as it was written"));
        }
        let (mut seen, mut wrong) = (BTreeMap::new(), BTreeSet::new());
        Walk { root: &self.root, seen: &mut seen, wrong: &mut wrong }.value("", &value, "");
        self.wrong.extend(wrong);
        let mut new = false;
        for (part, at) in seen {
            self.seen.entry(part).or_insert_with(|| {
                new = true;
                (self.outputs.len(), at)
            });
        }
        // Only what shows something new is kept.
        if new {
            self.outputs.push(value);
        }
    }

    /// Whether all of it was seen, and nothing else fits.
    fn hold(&mut self) {
        self.hold_but(&[]);
    }

    /// The same; what stands elsewhere need not be seen here.
    fn hold_but(&mut self, elsewhere: &[&str]) {
        let mut described = BTreeSet::new();
        parts(&self.root, "", elsewhere, &mut described);
        let seen: BTreeSet<Part> = self.seen.keys().cloned().collect();
        let title = self.root["title"].as_str().unwrap().to_owned();
        self.wrong.extend(described.difference(&seen).map(|part| format!("{title}: never seen: {part:?}")));
        for ((schema, ty), (output, at)) in &self.seen {
            for changed in changes(&self.outputs[*output], at, schema) {
                if self.validator.is_valid(&changed) {
                    self.wrong.insert(format!("{title}: fits all the same: {schema} {ty} {at}"));
                }
            }
        }
        let wrong: Vec<&str> = self.wrong.iter().take(40).map(String::as_str).collect();
        assert!(wrong.is_empty(), "{} wrong\n{}", self.wrong.len(), wrong.join("\n"));
    }
}

/// A schema beside a value that fits it.
struct Walk<'a> {
    root: &'a Value,
    seen: &'a mut BTreeMap<Part, String>,
    wrong: &'a mut BTreeSet<String>,
}

impl Walk<'_> {
    fn value(&mut self, schema: &str, value: &Value, at: &str) {
        let node = self.root.pointer(schema).unwrap();
        if let Some(reference) = node["$ref"].as_str() {
            return self.value(reference.trim_start_matches('#'), value, at);
        }
        if let Some(several) = ["anyOf", "oneOf"].into_iter().find(|several| node[several].is_array()) {
            let branches =
                (0..node[several].as_array().unwrap().len()).map(|at| format!("{schema}/{several}/{at}"));
            let branch = branches.into_iter().find(|branch| fits(self.root, branch, value));
            return branch.into_iter().for_each(|branch| self.value(&branch, value, at));
        }
        for ty in types(node).into_iter().filter(|ty| is(value, ty)) {
            self.seen.entry((schema.to_owned(), ty.to_owned())).or_insert_with(|| at.to_owned());
        }
        for (at_item, item) in value.as_array().into_iter().flatten().enumerate() {
            self.value(&format!("{schema}/items"), item, &format!("{at}/{at_item}"));
        }
        for (name, member) in value.as_object().into_iter().flatten() {
            let inside = format!("{schema}/properties/{name}");
            let described = self.root.pointer(&inside).and_then(|node| node["description"].as_str());
            if described.is_none_or(|text| text.len() < 2) {
                self.wrong.insert(format!("not described: {inside}"));
            } else {
                self.value(&inside, member, &format!("{at}/{name}"));
            }
        }
    }
}

/// The types that a part of a schema allows; `word` where it is one word or number.
fn types(node: &Value) -> Vec<&str> {
    match (&node["const"], &node["type"]) {
        (Value::Null, Value::String(one)) => vec![one],
        (Value::Null, Value::Array(several)) => several.iter().map(|ty| ty.as_str().unwrap()).collect(),
        (Value::Null, _) => Vec::new(),
        _ => vec!["word"],
    }
}

fn is(value: &Value, ty: &str) -> bool {
    match ty {
        "word" => value.is_string() || value.is_number(),
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "string" => value.is_string(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => panic!("{ty}"),
    }
}

/// Whether one of several schemas is that of a value: by its word, else by its type.
fn fits(root: &Value, schema: &str, value: &Value) -> bool {
    let node = root.pointer(schema).unwrap();
    match (node["$ref"].as_str(), &node["const"]) {
        (Some(reference), _) => fits(root, reference.trim_start_matches('#'), value),
        (None, Value::Null) if node["oneOf"].is_array() => value.is_string(),
        (None, Value::Null) => types(node).into_iter().any(|ty| is(value, ty)),
        (None, word) => word == value,
    }
}

/// All parts of a schema.
fn parts(root: &Value, schema: &str, elsewhere: &[&str], found: &mut BTreeSet<Part>) {
    if elsewhere.contains(&schema) {
        return;
    }
    let node = root.pointer(schema).unwrap();
    if let Some(reference) = node["$ref"].as_str() {
        let reference = reference.trim_start_matches('#');
        if !found.iter().any(|(at, _)| at == reference) {
            found.insert((reference.to_owned(), String::new()));
            parts(root, reference, elsewhere, found);
            found.remove(&(reference.to_owned(), String::new()));
        }
        return;
    }
    found.extend(types(node).into_iter().map(|ty| (schema.to_owned(), ty.to_owned())));
    for several in ["anyOf", "oneOf"] {
        let branches = node[several].as_array().map_or(0, Vec::len);
        (0..branches)
            .for_each(|branch| parts(root, &format!("{schema}/{several}/{branch}"), elsewhere, found));
    }
    if node["items"].is_object() {
        parts(root, &format!("{schema}/items"), elsewhere, found);
    }
    for name in node["properties"].as_object().into_iter().flat_map(|members| members.keys()) {
        parts(root, &format!("{schema}/properties/{name}"), elsewhere, found);
    }
}

/// An output in which one value is of another type, is another word, or is not there.
fn changes(output: &Value, at: &str, schema: &str) -> Vec<Value> {
    let with = |change: &dyn Fn(&mut Value)| {
        let mut output = output.clone();
        change(&mut output);
        output
    };
    let put = |new: Value| with(&|output| *output.pointer_mut(at).unwrap() = new.clone());
    let value = output.pointer(at).unwrap();
    let mut changed = vec![put(if value.is_boolean() { "yes".into() } else { true.into() })];
    if schema.contains("/oneOf/") {
        changed.push(put("no such word".into()));
    }
    if let Some((parent, member)) = at.rsplit_once('/') {
        let without = |output: &mut Value| {
            if let Some(object) = output.pointer_mut(parent).unwrap().as_object_mut() {
                object.remove(member).unwrap();
            }
        };
        changed.extend(output.pointer(parent).unwrap().is_object().then(|| with(&without)));
    }
    changed
}

/// A pack, and its cases as texts.
struct Pack {
    name: &'static str,
    graph: Arc<InferenceGraph>,
    sources: Sources,
    cases: CaseTexts,
}

impl Pack {
    fn of_folder(name: &'static str) -> Self {
        let pack::Pack { graph, mut sources } = pack::Pack::of_rules(name);
        let cases = loader::cases(Some(&Path::new("rules").join(name)), BYTES, &mut sources).unwrap().0;
        Self { name, graph, sources, cases }
    }

    /// A pack in which little is said.
    fn small() -> Self {
        Self::of_text("10 %", SMALL)
    }

    fn of_text(unlisted: &str, rules: &str) -> Self {
        let manifest = manifest(unlisted);
        let texts = [("pack.ron", manifest.as_str()), ("small.ruleout", rules)];
        let pack::Pack { graph, sources } = pack::compile(&texts).sound();
        Self { name: "small", graph, sources, cases: CaseTexts::default() }
    }

    /// A ticket as a person writes it.
    fn ticket(&self, text: &str) -> Named {
        let mut sources = self.sources.clone();
        let id = sources.add(Source::new("ticket.yaml", text));
        self.read(text, sources, id, Format::Yaml)
    }

    fn read(&self, name: &str, sources: Sources, id: SourceId, format: Format) -> Named {
        let (facts, problems) = pipeline::read_facts(&self.graph, &sources, id, format);
        assert!(!problems.has_errors(), "{problems:#?}");
        Named {
            name: format!("{} {name}", self.name),
            ticket: Ticket::new(Arc::clone(&self.graph), facts, sources),
        }
    }

    fn tickets(&self) -> Vec<Named> {
        let (cases, _) = cases::discover(&self.sources, &self.cases);
        cases
            .iter()
            .map(|case| self.read(&case.name, self.sources.clone(), case.source, case.format))
            .collect()
    }
}

struct Named {
    name: String,
    ticket: Ticket,
}

impl Named {
    fn within(&self, budget: f64) -> Ticket {
        let (facts, sources) = (self.ticket.facts().clone(), self.ticket.sources().clone());
        Ticket::within(Arc::clone(self.ticket.graph()), facts, sources, within(budget))
    }

    fn diagnose(&self, budget: f64, extras: &Extras) -> String {
        json::json(&self.within(budget), extras)
    }

    /// With all that may be asked for besides.
    fn diagnose_at_length(&self, budget: f64) -> String {
        let ticket = self.within(budget);
        let prepared = prepare(ticket.assessment().network()).unwrap();
        let exact = within(budget).holds(&prepared.stats());
        let before = ticket.with(Facts::default(), Sources::default()).diagnosis().clone();
        let extras = Extras {
            taken: Some(Taken { stats: Some(prepared.stats()), exact, seconds: 0.1 }),
            sets: ticket.sets(5),
            before: Some(Supposed { set: vec!["a=yes".to_owned()], before }),
        };
        self.diagnose(budget, &extras)
    }

    fn why_not(&self, cause: usize) -> Option<String> {
        let why_not = self.ticket.why_not(CauseId(cause))?;
        Some(json::why_not(&self.ticket, &why_not))
    }

    fn message(&self) -> String {
        let chosen = self.ticket.at_once();
        message::json(&self.ticket.graph().pack, &chosen.unwrap_or_default())
    }
}

fn within(cost: f64) -> Budget {
    Budget { cost, ..Budget::default() }
}

fn manifest(unlisted: &str) -> String {
    pack::manifest("small").replace("10 %", unlisted)
}

/// Names without titles, fixes of which little is said, and evidence that leaves no other way.
const SMALL: &str = "
fact a: yes/no
fact b: yes/no { ask \"B?\" }
fact old: yes/no
fact only_x: yes/no { ask \"Is it X?\"  takes 1 min }
fact kind: one of p, q, r
symptom s when a
rule s { usually with x  rarely anyway }
rule b { usually with y  rarely anyway  rules out z }
rule only_x { usually with x  0 % anyway }
rule kind { rarely q anyway  usually q with y }
cause x { common  fix fix_x  leads to z often }
cause y { common  fix fix_y }
cause z { common  fix fix_y }
cause worn { common when old  impossible otherwise }
fix fix_x { step \"X.\" }
fix fix_y { step \"Y.\"  takes 5 min  waits 10 min }
";

/// One cause, and nothing else that could be.
const CERTAIN: &str = "
fact a: yes/no
fact b: yes/no
rule a { usually with x  rarely anyway }
rule b { usually anyway  rules out x }
cause x { common }
";

/// A problem of which nothing is said but what it is.
fn bare(severity: Severity) -> Problem {
    Problem { severity, ..Problem::error(Code::Case, Span::default(), "wrong") }
}

#[test]
fn every_output_has_a_schema() {
    let said = ruleout(&["schema", "--of", "nothing"]);
    let names = said.split_once("[possible values: ").unwrap().1.split_once(']').unwrap().0;
    let outputs =
        ["diagnose", "why-not", "check", "test", "ask-answers", "ask-message", "facts", "graph", "usages"];
    assert_eq!(names.split(", ").collect::<Vec<_>>(), [&["facts-file"], &outputs[..]].concat());
    let said = ruleout(&["schema", "--of", "check", "--pack", "rules/printer"]);
    assert!(said.contains("leave out `--pack`"), "{said}");
}

#[test]
fn answers() {
    let mut schema = Schema::of::<wire::diagnose::Answer>("diagnose");
    let all = Budget::default().cost;
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), Pack::small()] {
        // Unoptimised, a ticket of the large pack takes a tenth of a second.
        for ticket in pack.tickets().iter().step_by(if pack.name == "mailflow" { 8 } else { 1 }) {
            schema.take(&ticket.name, &ticket.diagnose(all, &Extras::default()));
        }
        let ticket = pack.ticket("{}");
        schema.take("nothing known", &ticket.diagnose_at_length(all));
        schema.take("over budget", &ticket.diagnose_at_length(1.0));
    }
    let (small, certain) = (Pack::small(), Pack::of_text("0 %", CERTAIN));
    for (pack, text) in [
        (&small, "a: yes\nb: no"),
        (&small, "{ a: yes, b: yes, only_x: yes }"),
        (&small, "a: { is: yes, sure: usually }\nb: not available"),
        (&small, "kind: none"),
        (&certain, "a: yes"),
        (&certain, "{ a: yes, b: yes }"),
    ] {
        let ticket = pack.ticket(text);
        schema.take(text, &ticket.diagnose(all, &Extras::default()));
    }
    let uncounted =
        Extras { taken: Some(Taken { stats: None, exact: false, seconds: 0.1 }), ..Extras::default() };
    schema.take("uncounted", &small.ticket("a: yes").diagnose(all, &uncounted));
    schema.hold();
}

#[test]
fn reasons_against_a_cause() {
    let mut schema = Schema::of::<wire::why_not::WhyNot>("why-not");
    for pack in [Pack::of_folder("printer"), Pack::small()] {
        for (at, ticket) in pack.tickets().iter().enumerate().step_by(3) {
            let written = ticket.why_not(at % pack.graph.pack.causes.len());
            written.into_iter().for_each(|text| schema.take(&ticket.name, &text));
        }
    }
    let small = Pack::small();
    for ticket in ["{}", "b: yes", "only_x: yes", "{ a: no, b: no, kind: p, only_x: no, old: no }", "old: no"]
    {
        let ticket = small.ticket(ticket);
        (0..4).for_each(|cause| schema.take(&ticket.name, &ticket.why_not(cause).unwrap()));
    }
    schema.hold();
}

#[test]
fn problems_of_packs() {
    let mut schema = Schema::of::<wire::check::Check>("check");
    for name in ["mailflow", "printer"] {
        let Texts { sources, pack, .. } = Texts::read(Some(&Path::new("rules").join(name)), BYTES);
        let (_, problems) = pipeline::check(&sources, &pack, None);
        schema.take(name, &problems::json(&problems, &sources));
    }
    let mut problems = Problems::new();
    problems.push(bare(Severity::Hint));
    schema.take("a bare one", &problems::json(&problems, &Sources::default()));
    for file in DataFile::all("broken-packs") {
        let Compiled { problems, sources, .. } = Texts::beside_base(&file.texts()).compile();
        schema.take(file.name(), &problems::json(&problems, &sources));
    }
    schema.hold();
}

#[test]
fn outcomes_of_cases() {
    let mut schema = Schema::of::<wire::test::Test>("test");
    for pack in [Pack::of_folder("printer"), failing()] {
        let (cases, strays) = cases::discover(&pack.sources, &pack.cases);
        let mut outcomes = cases::run_all(&pack.graph, &pack.sources, &cases, 2, &|_| {});
        if pack.name == "small" {
            [Severity::Warning, Severity::Hint].into_iter().for_each(|s| outcomes[0].problems.push(bare(s)));
        }
        let of = ("a pack", "1.0.0");
        let report =
            report::Report { pack: of, outcomes: &outcomes, strays: &strays, sources: &pack.sources };
        schema.take(pack.name, &report::json(&report));
    }
    schema.hold();
}

/// The small pack, with cases that fail in every way.
fn failing() -> Pack {
    let mut pack = Pack::small();
    let mut add = |name: &str, text: &str| pack.sources.add(Source::new(name, text));
    let expect = "expect: { first: x, because: it is so }";
    pack.cases.cases = vec![
        add("cases/other_first.yaml", &format!("{expect}\nb: yes\ntried: {{ fix_x: still_broken }}\n")),
        add("cases/changed.yaml", &format!("{expect}\na: yes\n")),
        add("cases/new.yaml", &format!("{expect}\nb: yes\n")),
        add("cases/none.yaml", &format!("{expect}\nb: perhaps\nc: 1\n")),
        add("cases/what.ever", ""),
    ];
    let snapshot = "---\nsource: cases/changed.yaml\n---\nNo answer\n\nRules\n  b: yes\n  gone: yes\n";
    pack.cases.snapshots = vec![add("snapshots/changed.snap", snapshot), add("snapshots/other.snap", "")];
    pack
}

#[test]
fn interviews_from_a_file() {
    let mut schema = Schema::of::<wire::ask_answers::Transcript>("ask-answers");
    let folder = Folder::new();
    folder.write("pack.ron", manifest("10 %"));
    folder.write("certain.ruleout", CERTAIN);
    let known = folder.write("known.yaml", "a: yes\n");
    let tried = folder.write(
        "tried.yaml",
        "print.result: stops_midway\ndisplay.text: paper jam\ntried: { clear_jam: still_broken }\n",
    );
    let [folder, tried, known] = [folder.root(), &tried, &known].map(|path| path.to_str().unwrap());
    let contradictory = "rules/mailflow/cases/contradictory_delay.yaml";
    for arguments in [
        &["--pack", "rules/printer", "--answers", tried][..],
        &["--pack", "rules/printer", "--answers", "rules/printer/cases/unlisted.yaml"],
        &["--pack", folder, "--answers", known],
        &[contradictory, "--answers", contradictory],
    ] {
        let text = ruleout(&[&["ask", "--format", "json"], arguments].concat());
        schema.take(&arguments.join(" "), &text);
    }
    // The answer is that of `diagnose`, where all of it is seen.
    let answer = Schema::of::<wire::diagnose::Answer>("diagnose");
    for key in ["type", "properties", "required", "description"] {
        assert_eq!(schema.root["$defs"]["answer"][key], answer.root[key]);
    }
    // The chance of the first is null only where a turn contradicts what was known.
    schema.hold_but(&["/properties/answer", "/$defs/first/properties/probability"]);
}

#[test]
fn messages() {
    let mut schema = Schema::of::<wire::ask_message::Message>("ask-message");
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), Pack::small()] {
        // Choosing questions for a ticket of the large pack takes a while.
        let mut tickets = if pack.name == "mailflow" { Vec::new() } else { pack.tickets() };
        tickets.push(pack.ticket("{}"));
        for ticket in tickets.iter().rev().step_by(3) {
            schema.take(&ticket.name, &ticket.message());
        }
    }
    schema.hold();
}

#[test]
fn lists_of_facts() {
    let mut schema = Schema::of::<wire::facts::Facts>("facts");
    for pack in [
        Pack::of_folder("mailflow"),
        Pack::of_folder("printer"),
        Pack::of_folder("mailflow-spf"),
        Pack::small(),
    ] {
        schema.take(pack.name, &facts::json(&pack.graph));
    }
    schema.hold();
}

#[test]
fn networks() {
    let mut schema = Schema::of::<wire::graph::Graph>("graph");
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), Pack::small()] {
        schema.take(pack.name, &export::json(&export::labelled(&pack.graph, None).unwrap()));
        for ticket in pack.tickets() {
            let labelled = export::labelled(&pack.graph, Some(ticket.ticket.assessment()));
            labelled.iter().for_each(|labelled| schema.take(&ticket.name, &export::json(labelled)));
        }
    }
    schema.hold();
}

#[test]
fn what_hangs_on_a_name() {
    let mut schema = Schema::of::<wire::usages::Usages>("usages");
    for pack in [Pack::of_folder("mailflow"), Pack::of_folder("printer"), failing()] {
        let (cases, _) = cases::discover(&pack.sources, &pack.cases);
        let names: BTreeSet<&str> = pack.graph.order.iter().map(|node| node.name(&pack.graph.pack)).collect();
        for (at, name) in names.into_iter().enumerate() {
            // All cases are answered anew for each name.
            let all = pack.name == "small" || pack.name == "printer" && at % 16 == 0;
            let some = if all { &cases[..] } else { &[] };
            let impacts = usages_of(&pack.graph, &pack.sources, some, name);
            schema.take(name, &usages::report::json(&pack.graph, &pack.sources, name, &impacts));
        }
    }
    schema.hold();
}
