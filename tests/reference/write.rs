//! A model as the text of a pack and of a fact file, in any order and any number of files.

use super::model::{
    Cause, Cond, Definition, Evidence, Fact, Line, Model, Rule, Shape, Symptom, Target, Type,
};
use super::tape::Tape;

pub(crate) struct Texts {
    pub(crate) manifest: String,
    pub(crate) files: Vec<String>,
    pub(crate) facts: String,
}

pub(crate) fn write(model: &Model, order: &[u32]) -> Texts {
    let mut writer = Writer { model, tape: Tape::new(order) };
    let manifest = writer.manifest();
    let facts = writer.facts();
    Texts { manifest, files: writer.files(), facts }
}

/// The beginning of a day, counted from the last of May.
pub(crate) fn midnight(day: i32) -> String {
    format!("{}T00:00:00Z", date(day))
}

/// A day, counted from the last of May.
pub(crate) fn date(day: i32) -> String {
    let (month, day) = match day {
        ..1 => (5, day + 31),
        1..=30 => (6, day),
        _ => (7, day - 30),
    };
    format!("2026-{month:02}-{day:02}")
}

struct Writer<'m> {
    model: &'m Model,
    tape: Tape<'m>,
}

impl Writer<'_> {
    fn manifest(&self) -> String {
        let scale: Vec<String> =
            self.model.scale.iter().map(|(word, (text, _))| format!("{word:?}: {text:?}")).collect();
        let scale =
            if scale.is_empty() { String::new() } else { format!(" scale: {{ {} }},", scale.join(", ")) };
        let Model { unlisted, several, .. } = self.model;
        format!(
            "(name: \"random\", language: 1, cases: (unlisted: {:?}, several_at_once: {:?}),{scale})\n",
            unlisted.text, several.text
        )
    }

    fn facts(&mut self) -> String {
        let ticket = &self.model.ticket;
        let mut lines: Vec<String> = ticket
            .recorded
            .iter()
            .map(|(fact, recorded)| format!("{}: {}\n", self.model.facts[*fact].name, recorded.text))
            .collect();
        if !ticket.tried.is_empty() {
            let fix = |at: &usize| format!("  {}: still_broken\n", self.model.fixes[*at].name);
            lines.push(format!("tried:\n{}", ticket.tried.iter().map(fix).collect::<String>()));
        }
        lines.push("time_zone: UTC\n".to_owned());
        self.tape.shuffle(&mut lines);
        lines.concat()
    }

    fn files(&mut self) -> Vec<String> {
        let mut all = Vec::new();
        for fact in &self.model.facts {
            all.push(self.fact(fact));
        }
        for symptom in &self.model.symptoms {
            all.push(self.symptom(symptom));
        }
        for rule in self.model.rules.iter().filter(|rule| rule.told_by.is_none()) {
            all.push(self.rule(rule));
        }
        for (at, cause) in self.model.causes.iter().enumerate() {
            all.push(self.cause(at, cause));
        }
        for fix in &self.model.fixes {
            let works = fix.works.as_ref().map_or(String::new(), |works| format!("  works {}\n", works.text));
            all.push(format!("fix {} {{\n{works}  step \"Do it.\"\n}}\n", fix.name));
        }
        self.tape.shuffle(&mut all);
        let mut files = vec![String::new(); self.tape.between(1, 3)];
        for text in all {
            let file = self.tape.below(files.len());
            files[file] += &text;
        }
        files
    }

    fn fact(&mut self, fact: &Fact) -> String {
        let ty = match &fact.ty {
            Type::YesNo => "yes/no".to_owned(),
            Type::OneOf(values) => format!("one of {}", values.join(", ")),
            Type::SomeOf(values) => format!("some of {}", values.join(", ")),
            Type::Duration => "duration".to_owned(),
            Type::Time => "time".to_owned(),
        };
        match &fact.definition {
            Some(Definition::Condition(c)) => format!("derive {}: {ty} = {}\n", fact.name, self.condition(c)),
            Some(Definition::Sum(a, b)) => {
                let name = |at: &usize| &self.model.facts[*at].name;
                format!("derive {}: {ty} = {} + {}\n", fact.name, name(a), name(b))
            }
            None => {
                let values = match &fact.ty {
                    Type::OneOf(values) | Type::SomeOf(values) => values.clone(),
                    _ => vec!["no".to_owned(), "yes".to_owned()],
                };
                let rates = self.entries(&fact.rates, &values, true);
                let rates = if rates.is_empty() { rates } else { format!(" {{ {rates} }}") };
                format!("fact {}: {ty}{rates}\n", fact.name)
            }
        }
    }

    /// The chances of a line; a yes/no line need not say `yes`.
    fn entries(&mut self, line: &Line, levels: &[String], always_named: bool) -> String {
        let mut line: Vec<_> = line.iter().collect();
        self.tape.shuffle(&mut line);
        let yes_no = levels.len() == 2 && levels[1] == "yes" && !always_named;
        let texts: Vec<String> = line
            .into_iter()
            .map(|(level, chance)| match (yes_no && *level == 1, self.tape.happens(20)) {
                (true, false) => chance.text.clone(),
                _ => format!("{} {}", chance.text, levels[*level]),
            })
            .collect();
        texts.join(", ")
    }

    fn symptom(&mut self, symptom: &Symptom) -> String {
        let mut lines: Vec<String> = Vec::new();
        let shape = match symptom.shape {
            Shape::YesNo => "",
            Shape::Levels => " in levels",
            Shape::Kinds => " in kinds",
        };
        if symptom.shape == Shape::YesNo {
            let condition = symptom.cases[0].1.as_ref().map(|c| self.condition(c)).unwrap();
            lines.push(format!("when {condition}"));
        } else {
            for (level, condition) in &symptom.cases {
                let condition = condition.as_ref().map(|c| format!("when {}", self.condition(c)));
                let condition = condition.unwrap_or_else(|| "otherwise".to_owned());
                lines.push(format!("{} {condition}", symptom.levels[*level]));
            }
        }
        if !symptom.rates.is_empty() {
            let at = self.tape.below(lines.len() + 1);
            let rates = self.entries(&symptom.rates, &symptom.levels, true);
            lines.insert(at, rates);
        }
        format!(
            "symptom {} \"About {}\"{shape} {{\n  {}\n}}\n",
            symptom.name,
            symptom.name,
            lines.join("\n  ")
        )
    }

    fn targets(&self, targets: &[Target]) -> String {
        let name = |target: &Target| match target {
            Target::Cause(at) => self.model.causes[*at].name.clone(),
            Target::Group(at) => self.model.groups[*at].clone(),
        };
        targets.iter().map(name).collect::<Vec<_>>().join(", ")
    }

    fn rule(&mut self, rule: &Rule) -> String {
        let levels = self.model.levels(&rule.evidence).1;
        let mut parts = vec![format!("{} anyway", self.entries(&rule.anyway, &levels, false))];
        for (targets, line) in &rule.with {
            parts.push(format!("{} with {}", self.entries(line, &levels, false), self.targets(targets)));
        }
        for (out, targets) in &rule.rules_out {
            let names: Vec<&str> = out.iter().map(|level| levels[*level].as_str()).collect();
            let names =
                if levels.len() == 2 && levels[1] == "yes" { String::new() } else { names.join(", ") };
            parts.push(format!("{names} rules out {}", self.targets(targets)));
        }
        parts.extend(rule.given.as_ref().map(|given| format!("given {}", self.condition(given))));
        let observed = match &rule.evidence {
            Evidence::Symptom(at) => self.model.symptoms[*at].name.clone(),
            Evidence::Fact(at) => self.model.facts[*at].name.clone(),
            Evidence::Condition(condition) => self.condition(condition),
        };
        if observed != rule.name {
            parts.push(format!("when {observed}"));
        }
        self.tape.shuffle(&mut parts);
        format!("rule {} {{\n  {}\n}}\n", rule.name, parts.join("\n  "))
    }

    fn cause(&mut self, at: usize, cause: &Cause) -> String {
        let mut parts = Vec::new();
        for group in &cause.groups {
            parts.push(format!("part of {}", self.model.groups[*group]));
        }
        for (effect, chance) in &cause.leads_to {
            parts.push(format!("leads to {} {}", self.model.causes[*effect].name, chance.text));
        }
        for fix in &cause.fixes {
            parts.push(format!("fix {}", self.model.fixes[*fix].name));
        }
        for rule in &self.model.rules {
            let levels = self.model.levels(&rule.evidence).1;
            for (_, called, line) in rule.shows.iter().filter(|(cause, ..)| *cause == at) {
                let colon = if self.tape.happens(50) { ":" } else { "" };
                parts.push(format!("shows {called}{colon} {}", self.entries(line, &levels, false)));
            }
            if let (Some(told), Evidence::Condition(condition)) = (rule.told_by, &rule.evidence)
                && told == at
            {
                parts.push(format!("told by {}", self.condition(condition)));
            }
        }
        self.tape.shuffle(&mut parts);
        // The first share that holds counts, so that their order stays.
        for (when, share) in cause.shares.iter().rev() {
            let when = match when {
                Some(when) => format!(" when {}", self.condition(when)),
                None if cause.shares.len() > 1 => " otherwise".to_owned(),
                None => String::new(),
            };
            parts.insert(0, format!("{}{when}", share.text));
        }
        format!("cause {} {{\n  {}\n}}\n", cause.name, parts.join("\n  "))
    }

    fn condition(&mut self, condition: &Cond) -> String {
        let facts = &self.model.facts;
        let value = |fact: usize, value: i32| match &facts[fact].ty {
            Type::OneOf(values) | Type::SomeOf(values) => values[usize::try_from(value).unwrap()].clone(),
            _ => value.to_string(),
        };
        match condition {
            Cond::Yes(fact) => facts[*fact].name.clone(),
            Cond::Is(fact, at) => format!("{} is {}", facts[*fact].name, value(*fact, *at)),
            Cond::OneOf(fact, values) => {
                let values: Vec<String> = values.iter().map(|v| value(*fact, *v)).collect();
                format!("{} is one of {}", facts[*fact].name, values.join(", "))
            }
            Cond::Has(fact, member) => {
                format!("{} has {}", facts[*fact].name, value(*fact, i32::try_from(*member).unwrap()))
            }
            Cond::Empty(fact) => format!("{} is none", facts[*fact].name),
            Cond::Compare(fact, sign, minutes) => {
                let bound = match facts[*fact].ty {
                    Type::Time => midnight(*minutes),
                    _ if self.tape.happens(20) => format!("{} s", minutes * 60),
                    _ => format!("{minutes} min"),
                };
                format!("{} {sign} {bound}", facts[*fact].name)
            }
            Cond::Between(fact, low, high) => {
                let bound = |at: &i32| match facts[*fact].ty {
                    Type::Time => midnight(*at),
                    _ => format!("{at} min"),
                };
                format!("{} between {} and {}", facts[*fact].name, bound(low), bound(high))
            }
            Cond::Known(fact) => format!("{} is known", facts[*fact].name),
            Cond::Level(symptom, _, text) => {
                format!("{} {text}", self.model.symptoms[*symptom].name).trim_end().to_owned()
            }
            Cond::Not(inner) => match &**inner {
                Cond::Is(fact, at) if self.tape.happens(50) => {
                    format!("{} is not {}", facts[*fact].name, value(*fact, *at))
                }
                Cond::Yes(fact) => format!("not {}", facts[*fact].name),
                inner => format!("not ({})", self.condition(inner)),
            },
            Cond::And(all) => self.joined(all, " and "),
            Cond::Or(all) => self.joined(all, " or "),
            Cond::AtLeast(least, all) => format!("at least {least} of {{ {} }}", self.joined(all, ", ")),
        }
    }

    fn joined(&mut self, all: &[Cond], by: &str) -> String {
        let simple = |c: &Cond| match c {
            Cond::And(_) | Cond::Or(_) | Cond::OneOf(..) | Cond::Between(..) => false,
            Cond::Level(_, _, text) => !text.contains(','),
            _ => true,
        };
        let parts: Vec<String> = all
            .iter()
            .map(|c| if simple(c) { self.condition(c) } else { format!("({})", self.condition(c)) })
            .collect();
        parts.join(by)
    }
}
