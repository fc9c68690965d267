//! `getent hosts mx.example.com`, which asks as the system is set up to (getent(1)): `192.0.2.1  mx.example.com  mail.example.com`.

use super::About;
use super::record::Record;
use crate::evidence::Line;
use crate::evidence::probe::command::Command;
use crate::evidence::probe::{Block, Found, at};
use crate::records::At;

/// What one run wrote.
pub(super) struct Getent {
    asked: (String, At),
    has_answered: bool,
    is_filtered: bool,
}

impl Getent {
    /// Begins what follows a command; none where it asks for no host.
    pub(super) fn of_command(command: &Command<'_>) -> Option<Self> {
        let [database, name] = command.words.as_slice() else { return None };
        let is_hosts = matches!(*database, "hosts" | "ahosts" | "ahostsv4" | "ahostsv6");
        let asked = ((*name).to_owned(), command.at.clone());
        is_hosts.then_some(Self { asked, has_answered: false, is_filtered: command.is_filtered })
    }

    fn about(&self) -> About {
        About { asked: Some(self.asked.clone()), ..About::default() }
    }
}

impl Block for Getent {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let mut words = line.text.split_whitespace();
        let Some(first) = words.next() else { return true };
        let Ok(ip) = first.parse::<std::net::IpAddr>() else { return false };
        let name = words.find(|word| !matches!(*word, "STREAM" | "DGRAM" | "RAW"));
        // Asked for an address, it answers with the name.
        let (name, kind, data) = match (self.asked.0.parse::<std::net::IpAddr>(), name) {
            (Ok(asked), Some(target)) => (super::record::reverse_name(asked), "ptr", target.to_owned()),
            _ => (
                name.unwrap_or(&self.asked.0).to_owned(),
                if ip.is_ipv4() { "a" } else { "aaaa" },
                ip.to_string(),
            ),
        };
        let is_repeated = line.text.contains(" DGRAM") || line.text.contains(" RAW");
        if !is_repeated {
            self.about().record(&Record::new(&name, kind, &data), None, &at(line), found);
        }
        self.has_answered = true;
        true
    }

    fn end(&mut self, is_over: bool, found: &mut Found) {
        if !self.has_answered {
            let (name, line) = self.asked.clone();
            self.about().nothing(&name, None, is_over && !self.is_filtered, None, &line, found);
        }
    }
}
