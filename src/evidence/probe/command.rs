//! Command lines, as they stand behind a prompt: `$ dig mx example.com`, `[root@mx ~]# host …`, `C:\>nslookup …`, `PS C:\> …`.

use std::sync::LazyLock;

use regex::Regex;

use super::at;
use crate::evidence::Line;
use crate::evidence::mail::reply::pattern;
use crate::records::At;

/// A command line.
#[derive(Debug, Clone)]
pub(super) struct Command<'t> {
    /// The program, in small letters, without its folder and `.exe`.
    pub(super) program: String,
    /// What stands behind it, without quotes.
    pub(super) words: Vec<&'t str>,
    /// Whether another program changed what it wrote: `| grep …`.
    pub(super) is_filtered: bool,
    /// The line.
    pub(super) at: At,
}

/// The programs whose output is read. A line without a prompt is a command only where it begins with one of these.
const PROGRAMS: &[&str] = &[
    "dig",
    "host",
    "nslookup",
    "drill",
    "kdig",
    "delv",
    "getent",
    "resolve-dnsname",
    "swaks",
    "telnet",
    "nc",
    "ncat",
    "netcat",
    "openssl",
    "gnutls-cli",
    "curl",
    "sendmail",
    "test-netconnection",
    "tnc",
];

/// Longer lines are not typed.
const LONGEST: usize = 4096;

static PROMPT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"^\s*(?:\([\w.\-]+\)\s+)?(?P<prompt>PS [A-Za-z]:\\[^>]*>|[A-Za-z]:\\[^>]*>|\[[^\]]{1,80}\]\s?[$#%]|[\w.@:~/\-+]{1,100}(?:\s[\w~/.\-]{1,60})?\s?[$#%]|[$#%>❯➜])\s*(?P<command>\S.*)$",
    )
});

impl<'t> Command<'t> {
    /// Reads a command line; none where the line is something else. A prompt with a program that is not known is one as well.
    pub(super) fn of_line(line: Line<'t>) -> Option<Self> {
        let text = line.text;
        if text.len() > LONGEST {
            return None;
        }
        if begins_with_program(text)
            && let Some(bare) = Self::parse(text, line)
            && bare.is_known()
            && bare.words.iter().all(|word| is_plausible(word))
            && bare
                .words
                .iter()
                .any(|word| word.trim_end_matches('.').contains(['.', ':']) || word.starts_with(['-', '/']))
        {
            return Some(bare);
        }
        if !text.contains(['$', '#', '%', '>', '❯', '➜']) {
            return None;
        }
        let found = PROMPT.captures(text)?;
        let (prompt, typed) = (found.name("prompt")?.as_str(), found.name("command")?.as_str());
        let command = Self::parse(typed, line)?;
        // A lone sign stands before much else.
        let is_sure = prompt.len() > 1 && (prompt.contains('@') || prompt.contains(":\\"));
        let is_dollar = prompt == "$" && text.trim_start().starts_with("$ ");
        (command.is_known() || is_sure || is_dollar).then_some(command)
    }

    fn is_known(&self) -> bool {
        PROGRAMS.contains(&self.program.as_str())
    }

    /// Takes a typed line apart; of several commands in it, the first that is known counts.
    fn parse(typed: &'t str, line: Line<'_>) -> Option<Self> {
        let parts: Vec<&str> = typed.split(['|', ';']).collect();
        let last = parts.len() - 1;
        let mut first = None;
        for (place, part) in parts.iter().enumerate() {
            let mut words = part.split_whitespace().map(bare).skip_while(|word| {
                matches!(*word, "sudo" | "time" | "exec" | "do" | "then") || is_assignment(word)
            });
            let Some(program) = words.next() else { continue };
            let program = program.rsplit(['/', '\\']).next().unwrap_or(program).to_ascii_lowercase();
            let program = program.strip_suffix(".exe").unwrap_or(&program).to_owned();
            let words = words.take_while(|word| !is_redirection(word)).collect();
            let is_filtered = place < last && typed.contains('|');
            let command = Self { program, words, is_filtered, at: at(line) };
            if command.is_known() {
                return Some(command);
            }
            first.get_or_insert(command);
        }
        first
    }

    /// Returns the value of an option: that behind it (`-connect mx:25`), or joined to it (`--to=a@example.com`).
    pub(super) fn option(&self, names: &[&str]) -> Option<&'t str> {
        let mut words = self.words.iter();
        while let Some(word) = words.next() {
            if names.contains(word) {
                return words.next().copied();
            }
            if let Some((name, value)) = word.split_once('=').filter(|(name, _)| names.contains(name)) {
                return (!name.is_empty()).then_some(value);
            }
        }
        None
    }
}

/// Returns whether the first word is one of the programs, or lets another do it.
fn begins_with_program(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default();
    first == "sudo" || PROGRAMS.iter().any(|program| first.eq_ignore_ascii_case(program))
}

fn bare(word: &str) -> &str {
    word.trim_matches(['\'', '"', '`'])
}

fn is_assignment(word: &str) -> bool {
    let name = word.split_once('=').map_or("", |(name, _)| name);
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_')
}

fn is_redirection(word: &str) -> bool {
    word.starts_with(['<', '>']) || word.starts_with("2>") || word == "&"
}

/// Returns whether a word may be typed behind one of the programs; words of prose are mostly not.
fn is_plausible(word: &str) -> bool {
    let is_short = word.len() <= 6 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let is_sign = |c: char| c.is_alphanumeric() || "-+@._:/=\\,[]'\"%*".contains(c);
    word.chars().all(is_sign)
        && !word.ends_with([':', ','])
        && (word.starts_with(['-', '+', '@', '/'])
            || word.contains(['.', ':', '@'])
            || is_short
            || word == "s_client")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<(String, String)> {
        let command = Command::of_line(Line { number: 1, text })?;
        Some((command.program, command.words.join(" ")))
    }

    #[test]
    fn prompts_are_taken_off() {
        for line in [
            "$ dig +short mx example.com",
            "# dig +short mx example.com",
            "% dig +short mx example.com",
            "> dig +short mx example.com",
            "root@mx:~# dig +short mx example.com",
            "root@mx:~ # dig +short mx example.com",
            "[root@mx ~]# dig +short mx example.com",
            "bash-5.1$ dig +short mx example.com",
            "user@mx ~ % dig +short mx example.com",
            "PS C:\\Users\\ann> dig +short mx example.com",
            "C:\\Windows\\System32>dig.exe +short mx example.com",
            "$ sudo /usr/bin/dig +short mx example.com",
            "$ echo | dig +short mx example.com 2>/dev/null",
            "dig +short mx example.com",
        ] {
            assert_eq!(read(line), Some(("dig".into(), "+short mx example.com".into())), "{line}");
        }
        assert_eq!(read("root@mx:~# postqueue -p").map(|one| one.0), Some("postqueue".into()));
    }

    #[test]
    fn prose_is_no_command() {
        for line in [
            "host mx.example.com[192.0.2.1] said: 550 5.1.1 unknown (in reply to RCPT TO command)",
            "dig into the logs, please",
            "host is down",
            "telnet works",
            "Nov 30 08:01:02 mx postfix/smtp[12]: A1B2C: host mx.example.com[192.0.2.1] said: 450 4.7.1 <a@b.example>",
            "> example.com",
            "# nothing here",
            "250-mx.example.com",
            "curl is fine.",
        ] {
            assert_eq!(read(line), None, "{line}");
        }
    }

    #[test]
    fn options_are_found() {
        let line = Line { number: 1, text: "$ swaks --to a@example.com --server=mx.example.com" };
        let command = Command::of_line(line).unwrap();
        assert_eq!(command.option(&["-t", "--to"]), Some("a@example.com"));
        assert_eq!(command.option(&["-s", "--server"]), Some("mx.example.com"));
        assert_eq!(command.option(&["--from"]), None);
    }
}
