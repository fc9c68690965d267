//! What a command line asks: the name, the type of record, the server.

use super::record::kind;
use crate::evidence::probe::command::Command;
use crate::records::At;

/// A question, as far as it is known.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that a command line says")]
pub(super) struct Question {
    /// The name; none where there are several, or where it is not known.
    pub(super) name: Option<String>,
    /// The type, where it is said or the tool has one by itself.
    pub(super) kind: Option<&'static str>,
    /// The server, as it is typed.
    pub(super) server: Option<String>,
    /// Whether the answer comes without names and types (`+short`).
    pub(super) is_short: bool,
    /// Whether only the section with the answer is shown.
    pub(super) is_answer_only: bool,
    /// Whether several things are asked at once.
    pub(super) has_others: bool,
    /// Whether something else stands between the tool and what is shown.
    pub(super) is_filtered: bool,
    pub(super) at: At,
}

impl Question {
    fn new(command: &Command<'_>) -> Self {
        let is_filtered = command.is_filtered;
        let at = command.at.clone();
        Self {
            name: None,
            kind: None,
            server: None,
            is_short: false,
            is_answer_only: false,
            has_others: false,
            is_filtered,
            at,
        }
    }

    /// dig(1), kdig(1), drill(1), delv(1): `[@server] [-t] [name] [type] [class] [+options]`, in any order.
    pub(super) fn of_dig(command: &Command<'_>) -> Self {
        let mut asked = Self::new(command);
        asked.dig_words(&command.words);
        asked.kind = asked.kind.or(Some("a"));
        asked
    }

    /// Reads the same from the first line of an answer, which repeats the words.
    pub(super) fn of_banner(words: &str, at: At) -> Self {
        let words: Vec<&str> = words.split_whitespace().collect();
        let command = Command { program: "dig".to_owned(), words, is_filtered: false, at };
        Self::of_dig(&command)
    }

    fn dig_words(&mut self, words: &[&str]) {
        let mut words = words.iter();
        let mut all = false;
        while let Some(word) = words.next() {
            match *word {
                "-t" => self.kind = words.next().and_then(|word| kind(word)),
                "-q" => self.set_name(words.next()),
                "-x" => {
                    self.reverse(words.next());
                }
                "-b" | "-c" | "-f" | "-k" | "-p" | "-y" | "-o" => {
                    words.next();
                }
                "+short" => self.is_short = true,
                "+noall" => all = true,
                "+answer" => self.is_answer_only = all,
                "+authority" | "+additional" | "+all" => all = false,
                _ if word.starts_with('@') => self.server = Some(word.trim_start_matches('@').to_owned()),
                _ if word.starts_with("-t") => self.kind = word.get(2..).and_then(kind),
                _ if word.starts_with(['-', '+']) => {}
                "IN" | "in" | "CH" | "ch" | "HS" => {}
                _ => match kind(word).filter(|_| self.kind.is_none()) {
                    Some(kind) => self.kind = Some(kind),
                    None => self.set_name(Some(word)),
                },
            }
        }
        self.is_answer_only &= all;
    }

    /// host(1): `[-t type] [-4] name [server]`
    pub(super) fn of_host(command: &Command<'_>) -> Self {
        let mut asked = Self::new(command);
        let mut words = command.words.iter();
        while let Some(word) = words.next() {
            match *word {
                "-t" => asked.kind = words.next().and_then(|word| kind(word)),
                "-c" | "-m" | "-N" | "-p" | "-R" | "-W" => {
                    words.next();
                }
                _ if word.starts_with('-') => {}
                _ if asked.name.is_none() => asked.set_name(Some(word)),
                _ => asked.server = Some((*word).to_owned()),
            }
        }
        asked
    }

    /// nslookup(1): `[-type=mx] name [server]`
    pub(super) fn of_nslookup(command: &Command<'_>) -> Self {
        let mut asked = Self::new(command);
        for word in &command.words {
            let option = word.strip_prefix(['-', '/']);
            match option {
                Some(option) => asked.set_option(option),
                None if asked.name.is_none() => asked.set_name(Some(word)),
                None => asked.server = Some((*word).to_owned()),
            }
        }
        asked
    }

    /// `set type=mx` of nslookup, which its options say as well.
    pub(super) fn set_option(&mut self, option: &str) {
        let Some((key, value)) = option.split_once('=') else { return };
        if ["type", "querytype", "query", "q", "ty"].contains(&key.trim().to_ascii_lowercase().as_str()) {
            self.kind = kind(value.trim());
        }
    }

    /// `Resolve-DnsName [-Name] name [[-Type] type] [-Server server]`
    pub(super) fn of_powershell(command: &Command<'_>) -> Self {
        let mut asked = Self::new(command);
        let mut words = command.words.iter();
        while let Some(word) = words.next() {
            match word.to_ascii_lowercase().as_str() {
                "-name" => asked.set_name(words.next()),
                "-type" => asked.kind = words.next().and_then(|word| kind(word)),
                "-server" => asked.server = words.next().map(|word| (*word).to_owned()),
                _ if word.starts_with('-') => {}
                _ if asked.name.is_none() => asked.set_name(Some(word)),
                _ => asked.kind = asked.kind.or_else(|| kind(word)),
            }
        }
        asked
    }

    fn set_name(&mut self, word: Option<&&str>) {
        if self.name.is_some() {
            self.has_others = true;
        }
        self.name = word.map(|word| (*word).to_owned());
    }

    fn reverse(&mut self, word: Option<&&str>) {
        let ip = word.and_then(|word| word.parse().ok());
        self.has_others |= self.name.is_some();
        self.name = ip.map(super::record::reverse_name);
        self.kind = Some("ptr");
    }

    /// Returns the name, where it is the only one.
    pub(super) fn only_name(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| !self.has_others)
    }
}
