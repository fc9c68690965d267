//! What a type expects, in words and as an example in the format of the file.

use crate::document::tree::Format;
use crate::value::Type;

/// Writes examples as the format of a file wants them; where the format is unknown, as YAML.
#[derive(Debug, Clone, Copy)]
pub struct Style(pub Option<Format>);

impl Style {
    /// Writes a single value: `8 min`, or in quotes.
    pub fn scalar(self, text: &str) -> String {
        let bare = match self.0 {
            None | Some(Format::Yaml) => !text.is_empty() && !text.starts_with(['<', '>', '[', '…']),
            Some(_) => text.parse::<f64>().is_ok(),
        };
        if bare { text.to_owned() } else { format!("\"{text}\"") }
    }

    /// Joins a name with its value, both written already.
    pub fn pair(self, key: &str, value: &str) -> String {
        let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_');
        match self.0 {
            None | Some(Format::Yaml) => format!("{key}: {value}"),
            Some(Format::Ron) if plain => format!("{key}: {value}"),
            Some(Format::Json | Format::Ron) => format!("\"{key}\": {value}"),
            Some(Format::Toml) => format!("{key} = {value}"),
        }
    }

    /// Puts names with their values into brackets.
    pub fn group(self, pairs: &[String]) -> String {
        let inside = pairs.join(", ");
        if self.0 == Some(Format::Ron) { format!("({inside})") } else { format!("{{ {inside} }}") }
    }

    /// Writes an example of a value of a type.
    pub fn example(self, ty: &Type) -> String {
        match ty {
            Type::SomeOf(values) => {
                let items: Vec<_> = values.iter().take(2).map(|v| self.scalar(v)).collect();
                format!("[{}]", items.join(", "))
            }
            Type::Table(columns) => {
                let cell = |ty: &Type| self.example(ty);
                let cells: Vec<_> = columns.iter().map(|c| self.pair(&c.name, &cell(&c.ty))).collect();
                format!("[{}]", self.group(&cells))
            }
            Type::OneOf(values) => self.scalar(values.first().map_or("", String::as_str)),
            Type::YesNo => self.scalar("yes"),
            Type::Number => self.scalar("12"),
            Type::Percent => self.scalar("80 %"),
            Type::Size => self.scalar("25 MB"),
            Type::Duration => self.scalar("8 min"),
            Type::Time => self.scalar("2026-01-31 14:05"),
            Type::Text => self.scalar("the exact words"),
            Type::Domain => self.scalar("example.com"),
            Type::Ip => self.scalar("192.0.2.1"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_example_is_written_as_its_format_wants_it() {
        let examples = |ty: Type| Format::ALL.map(|format| Style(Some(format)).example(&ty));
        assert_eq!(examples(Type::Duration), ["\"8 min\"", "8 min", "\"8 min\"", "\"8 min\""]);
        assert_eq!(examples(Type::Number), ["12"; 4]);
        let names = || vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(examples(Type::SomeOf(names()))[..2], ["[\"a\", \"b\"]", "[a, b]"]);
        let group = |format| Style(Some(format)).group(&[Style(Some(format)).pair("not", "1")]);
        assert_eq!(Format::ALL.map(group), ["(not: 1)", "{ not: 1 }", "{ \"not\": 1 }", "{ not = 1 }"]);
    }
}
