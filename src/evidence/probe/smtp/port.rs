//! `Test-NetConnection HOST -Port 25` of PowerShell, which says whether a port is open.

use super::terminal::is_of_mail;
use super::{RESULTS, Session};
use crate::evidence::Line;
use crate::evidence::probe::command::Command;
use crate::evidence::probe::{Block, Found, at};

/// What one run wrote.
#[derive(Default)]
pub(crate) struct Port {
    session: Session,
}

/// Returns whether a line is surely one of these.
pub(super) fn begins(text: &str) -> bool {
    text.starts_with("WARNING: TCP connect to (")
        || text.split_once(':').is_some_and(|(key, _)| key.trim() == "ComputerName")
}

impl Port {
    /// Begins what follows a command.
    pub(super) fn of_command(command: &Command<'_>) -> Self {
        let mut port = Self::default();
        let named = command.option(&["-ComputerName", "-computername"]);
        let first = || command.words.first().copied().filter(|word| !word.starts_with('-'));
        if let Some(host) = named.or_else(first) {
            port.session.server = Some((host.to_owned(), command.at.clone()));
        }
        port.set_port(command.option(&["-Port", "-port"]).unwrap_or_default(), command.at.clone());
        port
    }

    fn set_port(&mut self, text: &str, at: crate::records::At) {
        if let Ok(port) = text.trim().parse() {
            self.session.port = Some((port, at));
        }
    }
}

impl Block for Port {
    fn line(&mut self, line: Line<'_>, _: &mut Found) -> bool {
        let text = line.text.trim();
        let here = at(line);
        if text.is_empty() {
            return true;
        }
        if text.starts_with("WARNING: ") {
            return text.contains("TCP connect to (")
                || text.contains("Ping to ")
                || text.contains("Name resolution of ");
        }
        let Some((key, value)) = text.split_once(':') else { return false };
        let value = value.trim();
        match key.trim() {
            "ComputerName" => self.session.server = Some((value.to_owned(), here.clone())),
            "RemoteAddress" => self.session.server_ip = Some((value.to_owned(), here.clone())),
            "RemotePort" => self.set_port(value, here.clone()),
            "TcpTestSucceeded" => {
                // A port that is closed and one that is filtered look the same here.
                let result = if value.eq_ignore_ascii_case("true") { "connected" } else { "failed" };
                debug_assert!(RESULTS.contains(&result), "a result");
                self.session.result = Some((result, here.clone()));
            }
            "InterfaceAlias"
            | "SourceAddress"
            | "PingSucceeded"
            | "PingReplyDetails (RTT)"
            | "NetRoute (NextHop)"
            | "NameResolutionResults"
            | "MatchingIPsecRules"
            | "NetworkIsolationContext"
            | "DetailedInfo" => {}
            _ => return false,
        }
        self.session.see(&here);
        true
    }

    fn end(&mut self, _: bool, found: &mut Found) {
        let session = std::mem::take(&mut self.session);
        if session.result.is_some() && session.port.as_ref().is_some_and(|(port, _)| is_of_mail(*port)) {
            session.end(found);
        }
    }
}
