//! Paths into JSON and XML: `items[*] as pod, status.containerStatuses[*] as c`, `pod.metadata.name`, `EventData.Data["User"]`.
//!
//! A step is a name, `["any name"]`, `[0]`, `[*]` for each, or `@name` for an attribute of XML. Of several things `["any name"]` is the
//! one whose name, type, key or id says so: `conditions["Ready"].status`.

/// A step of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Step {
    /// What is called so.
    Name(String),
    /// `["any name"]`: what is called so, or, of several, the one that says so of itself.
    Quoted(String),
    /// The one of several, from 0.
    Index(usize),
    /// Each of several.
    Each,
    /// An attribute of XML.
    Attribute(String),
}

/// The way to the records of a table: one path beneath the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Records {
    pub(super) levels: Vec<Level>,
}

/// A path, and what is at its end is called in the paths of columns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Level {
    pub(super) steps: Vec<Step>,
    name: Option<String>,
}

/// The path of a column: from which level, and on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FromLevel {
    pub(super) level: usize,
    pub(super) steps: Vec<Step>,
}

impl Records {
    /// Reads the path to the records of a table; the error says what is wrong.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let level = |part: &str| {
            let (path, name) = match part.rsplit_once(" as ") {
                Some((path, name)) => (path, Some(name.trim().to_owned())),
                None => (part, None),
            };
            Ok(Level { steps: parse(path)?, name })
        };
        let levels: Vec<Level> = split(text, ',').into_iter().map(level).collect::<Result<_, String>>()?;
        Ok(Self { levels })
    }

    /// Reads the path of a column: it begins with the name of a level, or else at the innermost one.
    pub(super) fn column(&self, text: &str) -> Result<FromLevel, String> {
        let mut steps = parse(text)?;
        let innermost = self.levels.len().saturating_sub(1);
        let of = |level: &Level| matches!(steps.first(), Some(Step::Name(name)) if level.name.as_ref() == Some(name));
        let Some(level) = self.levels.iter().rposition(of) else {
            return Ok(FromLevel { level: innermost, steps });
        };
        steps.remove(0);
        Ok(FromLevel { level, steps })
    }
}

/// Reads a path; the error says what is wrong.
pub(super) fn parse(text: &str) -> Result<Vec<Step>, String> {
    let mut steps = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        rest = rest.strip_prefix('.').unwrap_or(rest);
        let (step, after) = match rest.strip_prefix('[') {
            Some(inner) => bracketed(inner)?,
            None => named(rest)?,
        };
        steps.push(step);
        rest = after;
        if !rest.is_empty() && !rest.starts_with(['.', '[']) {
            return Err(format!("`{text}`: `{rest}` is no step: write `.` before a name"));
        }
    }
    Ok(steps)
}

fn named(text: &str) -> Result<(Step, &str), String> {
    let end = text.find(['.', '[']).unwrap_or(text.len());
    let (name, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    let name = name.trim();
    match name.strip_prefix('@') {
        _ if name.is_empty() => Err("a name is missing between two points".to_owned()),
        _ if name.contains(char::is_whitespace) => Err(format!("`{name}` has a blank: write `[\"{name}\"]`")),
        Some(attribute) => Ok((Step::Attribute(attribute.to_owned()), rest)),
        None => Ok((Step::Name(name.to_owned()), rest)),
    }
}

fn bracketed(inner: &str) -> Result<(Step, &str), String> {
    if let Some(quote) = inner.chars().next().filter(|c| "\"'".contains(*c)) {
        let text = inner.get(1..).unwrap_or_default();
        let (name, rest) = text.split_once(quote).ok_or("a quotation mark is missing")?;
        let rest = rest.strip_prefix(']').ok_or("`]` is missing")?;
        return Ok((Step::Quoted(name.to_owned()), rest));
    }
    let (inside, rest) = inner.split_once(']').ok_or("`]` is missing")?;
    match inside.trim() {
        "*" => Ok((Step::Each, rest)),
        number => match number.parse() {
            Ok(index) => Ok((Step::Index(index), rest)),
            Err(_) => Err(format!("`[{number}]` is neither `[*]` nor a number: write `[\"{number}\"]`")),
        },
    }
}

/// Splits a text where a sign stands outside quotation marks.
fn split(text: &str, sign: char) -> Vec<&str> {
    let mut quoted = None;
    let outside = |c: char| {
        match quoted {
            Some(quote) if c == quote => quoted = None,
            None if c == '"' || c == '\'' => quoted = Some(c),
            _ => {}
        }
        quoted.is_none() && c == sign
    };
    text.split(outside).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_read() {
        let name = |name: &str| Step::Name(name.into());
        assert_eq!(
            parse(r#"a.b[*].c[0]["odd, key"].@d"#),
            Ok(vec![
                name("a"),
                name("b"),
                Step::Each,
                name("c"),
                Step::Index(0),
                Step::Quoted("odd, key".into()),
                Step::Attribute("d".into())
            ])
        );
        assert_eq!(parse(""), Ok(vec![]));
        assert_eq!(parse("[*]"), Ok(vec![Step::Each]));
        for wrong in ["a..b", "a[", "a[x]", "a[\"x", "a b", "a[0]b"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
        let records = Records::parse(r#"items[*] as pod, status["a, b"][*] as c"#).unwrap();
        assert_eq!(records.levels.len(), 2);
        assert_eq!(records.column("pod.x"), Ok(FromLevel { level: 0, steps: vec![name("x")] }));
        assert_eq!(records.column("x"), Ok(FromLevel { level: 1, steps: vec![name("x")] }));
    }
}
