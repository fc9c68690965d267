//! What stands on a terminal while somebody, or a program, talks to a mail server: marked or bare lines of both sides, and what the
//! program says of the connection.

use super::Session;
use super::style::{self, BARE, Said, Style, is_command, is_reply, unstamped};
use crate::evidence::Line;
use crate::evidence::probe::command::Command;
use crate::evidence::probe::tls::Tls;
use crate::evidence::probe::{Block, Found, at};
use crate::records::At;

/// A session, and what shows it.
#[derive(Default)]
pub(crate) struct Terminal {
    style: Option<&'static Style>,
    session: Session,
    tls: Tls,
    /// The host and port of the command line, for one that follows.
    is_over: bool,
}

/// The ports on which mail servers listen, as a rule.
pub(super) fn is_of_mail(port: u16) -> bool {
    matches!(port, 24 | 25 | 26 | 465 | 587 | 588 | 1025 | 2500..=2599 | 8025 | 10_000..=10_099)
}

/// Takes `mx.example.com:25`, `[2001:db8::1]:25`, `192.0.2.1`, `2001:db8::1` apart.
pub(crate) fn host_and_port(text: &str) -> (&str, Option<u16>) {
    let text = text.trim();
    if let Some((inside, rest)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (inside, rest.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match text.split_once(':') {
        Some((host, port)) if !port.contains(':') => (host, port.parse().ok()),
        _ => (text, None),
    }
}

/// Tells why there is no connection, by the words of the system.
pub(crate) fn failure(text: &str) -> Option<&'static str> {
    let lower = text.to_ascii_lowercase();
    let has = |words: &[&str]| words.iter().any(|word| lower.contains(word));
    if has(&["connection refused", "actively refused"]) {
        return Some("refused");
    }
    if has(&["timed out", "timeout"]) {
        return Some("timeout");
    }
    if has(&[
        "no route to host",
        "network is unreachable",
        "host is unreachable",
        "host is down",
        "network unreachable",
    ]) {
        return Some("no_route");
    }
    let unknown = [
        "name or service not known",
        "nodename nor servname",
        "unknown host",
        "host not found",
        "could not resolve",
        "couldn't resolve",
        "no address associated",
        "host name lookup failure",
        "forward host lookup failed",
        "no such host",
        "bad address",
    ];
    if has(&unknown) {
        return Some("no_such_host");
    }
    let is_failure = has(&[
        "connect failed",
        "failed to connect",
        "couldn't connect",
        "unable to connect",
        "could not open connection",
        "temporary failure in name resolution",
        "error connecting",
        "connection reset",
    ]);
    is_failure.then_some("failed")
}

/// Returns whether a program says by such a line that it has no connection, or none any more.
fn says_failure(text: &str) -> bool {
    const BEGINS: &[&str] = &[
        "telnet: ",
        "nc: ",
        "netcat: ",
        "Ncat: ",
        "curl: (",
        "*** Error connecting",
        "Connecting To ",
        "connect to ",
        "(UNKNOWN) [",
        "*** \t",
        "***  ",
    ];
    BEGINS.iter().any(|begins| text.starts_with(begins))
        || text.contains("IO::Socket::")
        || text.ends_with(": Name or service not known")
        || text.ends_with(": Unknown host")
        || text.ends_with(": forward host lookup failed: Unknown host")
        || (text.contains("] 25 (smtp) : ") || text.contains("] 587 (submission) : "))
}

impl Terminal {
    /// Begins what follows a command; none where it talks to something else than a mail server.
    pub(super) fn of_command(command: &Command<'_>) -> Option<Self> {
        let mut terminal = Self::default();
        let (host, port) = match command.program.as_str() {
            "swaks" => {
                let (host, port) = host_and_port(command.option(&["-s", "--server"]).unwrap_or_default());
                let port = command.option(&["-p", "--port"]).and_then(|port| port.parse().ok()).or(port);
                let to = command.option(&["-t", "--to"]).unwrap_or_default();
                let is_address = |address: &&str| address.contains('@');
                let expected =
                    to.split(',').filter(is_address).map(|address| (address.to_owned(), command.at.clone()));
                terminal.session.expected = expected.take(100).collect();
                (host, port)
            }
            "curl" => {
                let url = command
                    .words
                    .iter()
                    .find(|word| word.starts_with("smtp://") || word.starts_with("smtps://"))?;
                let host = url.split("://").nth(1)?.split('/').next()?;
                host_and_port(host.rsplit('@').next().unwrap_or(host))
            }
            "sendmail" => command.words.contains(&"-v").then_some(("", None))?,
            _ => {
                let mut words = command.words.iter().filter(|word| !word.starts_with('-'));
                let host = words.next().copied().unwrap_or_default();
                let port = words.next().and_then(|port| match *port {
                    "smtp" => Some(25),
                    "submission" => Some(587),
                    "smtps" | "submissions" => Some(465),
                    digits => digits.parse().ok(),
                });
                (host, Some(port.filter(|port| is_of_mail(*port))?))
            }
        };
        terminal.asked(host, port, &command.at);
        Some(terminal)
    }

    /// Begins with a line; none where it may be anything.
    pub(super) fn of_content(text: &str, found: &mut Found) -> Option<Self> {
        if text.starts_with("... while talking to ") {
            // What follows is a part of a bounce of sendmail.
            found.is_bounce = true;
            return None;
        }
        let style = style::of_line(text).filter(|style| is_sure(style, text, found));
        let is_bare = style.is_none() && (is_banner(text) || is_greeting(text));
        let is_note = || {
            let is_trying =
                |mark: &str| text.strip_prefix(mark).is_some_and(|rest| rest.trim_end().ends_with("..."));
            let curl =
                text.strip_prefix("* ").map(str::trim_start).and_then(|rest| rest.strip_prefix("Trying "));
            let is_curl =
                curl.is_some_and(|rest| host_and_port(rest.trim_end_matches('.')).1.is_some_and(is_of_mail));
            let address = |rest: &str| rest.trim_end_matches('.').parse::<std::net::IpAddr>().is_ok();
            is_trying("=== Trying ")
                || text.starts_with("*** Error connecting ")
                || text.strip_prefix("Trying ").is_some_and(address)
                || is_curl
                || (says_failure(text)
                    && !text.contains("IO::Socket")
                    && failure(text).is_some()
                    && has_mail_port(text))
                || (text.starts_with("Connection to ")
                    && text.ends_with(" succeeded!")
                    && has_mail_port(text))
                || text.contains("... Connecting to ") && text.contains(" via ")
                || text.starts_with("**** SMTP testing session as if from host ")
                || text.starts_with("Transcript of session follows")
        };
        (style.is_some() || is_bare || is_note()).then(|| {
            let mut terminal = Self { style, ..Self::default() };
            if let Some((peer, encrypted)) = found.peer.take().filter(|_| is_bare) {
                terminal.session.server = peer.host;
                terminal.session.server_ip = peer.ip;
                terminal.session.port = peer.port;
                terminal.session.tls = Some((true, encrypted));
            }
            terminal
        })
    }

    fn asked(&mut self, host: &str, port: Option<u16>, at: &At) {
        if host.parse::<std::net::IpAddr>().is_ok() {
            self.session.server_ip = Some((host.to_owned(), at.clone()));
        } else if host.contains('.') || host == "localhost" {
            self.session.server = Some((host.to_owned(), at.clone()));
        }
        if let Some(port) = port {
            self.session.port = Some((port, at.clone()));
        }
    }

    /// Ends the session, and begins another.
    fn renew(&mut self, found: &mut Found) {
        let mut session = std::mem::take(&mut self.session);
        let tls = std::mem::take(&mut self.tls);
        tls.of_session(&mut session).end(found);
        let (server, server_ip, port) =
            (session.server.clone(), session.server_ip.clone(), session.port.clone());
        session.end(found);
        if self.is_over {
            (self.is_over, self.session.is_of_server) = (false, false);
        } else {
            (self.session.server, self.session.server_ip, self.session.port) = (server, server_ip, port);
        }
    }

    /// Reads what a program says of the connection; returns false where it says nothing of the kind.
    fn note(&mut self, text: &str, here: &At, found: &mut Found) -> bool {
        let says = text.trim_start_matches(['=', '*', ' ', '\t']).trim();
        if let Some(rest) = says
            .strip_prefix("Trying ")
            .and_then(|rest| rest.strip_suffix("...").or_else(|| rest.strip_suffix('.')))
        {
            if self.session.has_begun() && !self.session.waits_for_banner() {
                return false;
            }
            let (host, port) = host_and_port(rest);
            (self.session.result, self.session.why) = (None, None);
            self.asked(host, port, here);
        } else if let Some(rest) =
            says.strip_prefix("Connected to ").or_else(|| says.strip_prefix("Ncat: Connected to "))
        {
            self.connected(rest, here);
        } else if let Some(rest) =
            says.strip_prefix("Connection to ").filter(|rest| rest.ends_with(" succeeded!"))
        {
            self.connected(&rest.replace(" port [tcp/", " ["), here);
        } else if says.starts_with("Error connecting ") {
            let (_, peer) =
                says.split_once(" to ").or_else(|| says.split_once("connecting ")).unwrap_or_default();
            let (host, port) = host_and_port(peer.trim_end_matches(':'));
            self.asked(host, port, here);
            self.session.result = Some(("failed", here.clone()));
        } else if let Some(rest) = says.strip_prefix("TLS startup failed") {
            self.session.result = Some(("tls_failed", here.clone()));
            self.session.why = Some((says.to_owned(), here.clone()));
            self.tls.failed(rest.trim_matches([' ', '(', ')']), here);
        } else if is_end(says) {
            self.ended(says, here);
        } else if says.starts_with("Timeout waiting for server response") {
            self.session.result = Some(("timeout", here.clone()));
        } else if says.starts_with("STARTTLS attempted but not advertised")
            || says.starts_with("Host did not advertise STARTTLS")
        {
            self.session.result = Some(("tls_failed", here.clone()));
            self.session.why = Some((says.to_owned(), here.clone()));
        } else if says_failure(text) && failure(text).is_some() {
            self.failed(text, here);
        } else if let Some((_, rest)) = text.split_once("... Connecting to ") {
            self.asked(rest.split([' ', ',']).next().unwrap_or_default().trim_end_matches('.'), None, here);
        } else if text.starts_with("**** SMTP testing session")
            || text.starts_with("Transcript of session follows")
        {
            if self.session.has_begun() {
                return false;
            }
            self.session.is_of_server = true;
        } else {
            return self.tls.note(text, here, found) || self.is_chatter(text);
        }
        self.session.see(here);
        true
    }

    /// `mx.example.com.`, `mx.example.com (192.0.2.1) port 25 (#0)`, `192.0.2.1:25.`, `mx.example.com (192.0.2.1) 25 [smtp] succeeded!`
    fn connected(&mut self, rest: &str, here: &At) {
        let mut words = rest.split_whitespace();
        let (host, port) = host_and_port(words.next().unwrap_or_default().trim_end_matches('.'));
        let known = self.session.server.clone();
        self.asked(host, port, here);
        self.session.server = known.or_else(|| self.session.server.take());
        for word in words {
            let bare = word.trim_matches(['(', ')', '[', ']']);
            if bare.parse::<std::net::IpAddr>().is_ok() {
                self.session.server_ip = Some((bare.to_owned(), here.clone()));
            } else if let Ok(port) = word.parse::<u16>() {
                self.session.port = Some((port, here.clone()));
            }
        }
        self.session.result = Some(("connected", here.clone()));
    }

    fn failed(&mut self, text: &str, here: &At) {
        for word in text.split([' ', '[', ']', '(', ')', ',']) {
            let bare = word.trim_end_matches(':');
            let (host, port) = host_and_port(bare);
            if host.parse::<std::net::IpAddr>().is_ok() && host != "0.0.0.0" {
                self.session.server_ip = Some((host.to_owned(), here.clone()));
            }
            let port = port.or_else(|| bare.parse().ok()).filter(|port| is_of_mail(*port));
            if self.session.port.is_none() && port.is_some() {
                self.session.port = port.map(|port| (port, here.clone()));
            }
        }
        for mark in [
            "connect to ",
            "Failed to connect to ",
            "Connecting To ",
            "Could not resolve host: ",
            "could not resolve ",
        ] {
            let named = text
                .split_once(mark)
                .map(|(_, rest)| rest.split([' ', ':', '/', '(']).next().unwrap_or_default());
            if let Some(host) = named.map(|host| host.split("...").next().unwrap_or(host))
                && self.session.server.is_none()
                && host.contains('.')
            {
                self.asked(host, None, here);
            }
        }
        let words = text.trim_start_matches(['*', ' ', '\t']);
        self.session.result = failure(text).map(|result| (result, here.clone()));
        self.session.why = Some((words.to_owned(), here.clone()));
    }

    fn ended(&mut self, says: &str, here: &At) {
        let is_sudden = says.contains("unexpectedly")
            || (!self.session.has_quit()
                && (says.contains("foreign host")
                    || says.contains("host lost")
                    || says.contains("closed by remote")));
        if is_sudden {
            self.session.result = Some(("closed", here.clone()));
            self.session.why = Some((says.to_owned(), here.clone()));
        }
        self.is_over = true;
    }

    /// Returns whether a line is one that the program writes beside the dialogue, and that says nothing of it.
    fn is_chatter(&self, text: &str) -> bool {
        let begins = |marks: &[&str]| marks.iter().any(|mark| text.starts_with(mark));
        let is_swaks = self.style.is_some_and(|style| style.said("<-  250") == Some(Said::Server("250")));
        let is_curl = self.style.is_some_and(|style| style.said("< 250") == Some(Said::Server("250")));
        let is_known = begins(&[
            "Escape character is ",
            "Ncat: Version ",
            ">>> Exim",
            "LOG: ",
            "Session aborted",
            "DONE",
            "read:errno=",
        ]);
        is_known
            || (is_swaks || self.style.is_none()) && begins(&["=== "])
            || is_swaks && begins(&["*** "])
            || (is_curl || self.style.is_none()) && begins(&["* ", "{ [", "} [", "% Total", "Dload"])
            || is_curl && text.contains("--:--:--")
            || self.session.is_of_server && begins(&[">>> ", "For other details", "Session aborted"])
            || text.contains("... Sent (")
            || text.starts_with("Closing connection to ")
    }

    /// Reads a line of one of the two sides; returns false where it is none.
    fn said(&mut self, raw: &str, here: &At, found: &mut Found) -> bool {
        let text = unstamped(raw);
        let style = match self.style {
            Some(style) => style,
            None => match style::of_line(raw) {
                Some(style) => style,
                None => &BARE,
            },
        };
        if let Some(said) = style.said(text) {
            self.style = Some(style);
            self.session.is_of_server |= style.is_of_server;
            match said {
                Said::Client(typed) => self.session.client(typed, here, found),
                Said::Server(reply) => {
                    let reply = reply.trim_start();
                    if self.session.has_quit() && !self.session.waits() && reply.starts_with("220") {
                        self.is_over = true;
                        self.renew(found);
                    }
                    self.session.server(reply, here, found);
                }
            }
            return true;
        }
        self.bare(raw, style, here, found)
    }

    fn bare(&mut self, raw: &str, style: &'static Style, here: &At, found: &mut Found) -> bool {
        let text = raw.trim();
        let is_bare = std::ptr::eq(style, &raw const BARE);
        let takes_replies = style.has_bare_replies() || self.session.waits();
        if is_bare && self.session.is_in_message() {
            // Where the dot is not shown, the reply to it ends the message.
            let ends = is_reply(text) && text.len() > 4 && !text.starts_with('3');
            if ends {
                self.session.end_message(here);
            } else {
                self.session.client(raw, here, found);
                return true;
            }
        }
        if is_reply(text) && takes_replies && (self.session.waits() || !self.session.has_quit()) {
            return self.session.server(text, here, found);
        }
        let is_answer = self.session.is_in_auth() && !text.contains(' ') && text.len() < 2000;
        if is_bare && !self.session.has_quit() && (is_command(text) || is_answer) {
            self.session.client(text, here, found);
            return true;
        }
        false
    }
}

/// Returns whether a style may begin with such a line; some marks are used for much else.
fn is_sure(style: &Style, text: &str, found: &Found) -> bool {
    let is_of = |line: &str| matches!(style.said(line), Some(Said::Server(rest) | Said::Client(rest)) if rest == "220 x");
    if is_of("<<< 220 x") && found.is_bounce {
        return false;
    }
    if is_of("< 220 x") {
        return match style.said(text) {
            Some(Said::Client(typed)) => is_greeting(typed),
            Some(Said::Server(reply)) => is_banner(reply),
            None => false,
        };
    }
    true
}

/// Returns whether a line is how a mail server greets (RFC 5321, section 4.2), also behind a firewall that hides it.
fn is_banner(text: &str) -> bool {
    let Some(rest) = text.strip_prefix("220 ").or_else(|| text.strip_prefix("220-")) else { return false };
    let upper = rest.to_ascii_uppercase();
    let name = rest.split_whitespace().next().unwrap_or_default();
    let is_name = name.contains('.') && name.starts_with(|sign: char| sign.is_ascii_alphabetic());
    upper.contains("SMTP") || upper.contains("LMTP") || rest.contains("*****") || is_name
}

/// Returns whether a line is a command with which a session may begin, as it is seen.
fn is_greeting(text: &str) -> bool {
    let (verb, rest) = text.split_once(' ').unwrap_or((text, ""));
    match verb.to_ascii_uppercase().as_str() {
        "HELO" | "EHLO" | "LHLO" => {
            is_command(text)
                && !rest.is_empty()
                && (rest.contains(['.', '[']) || verb.bytes().all(|byte| byte.is_ascii_uppercase()))
        }
        "MAIL" | "RCPT" => is_command(text) && rest.contains(['<', '@']),
        _ => false,
    }
}

fn is_end(says: &str) -> bool {
    const BEGINS: &[&str] = &[
        "Connection closed with remote host",
        "Connection closed by foreign host",
        "Connection closed by remote host",
        "Connection to host lost",
        "Remote host closed connection unexpectedly",
        "Closing connection",
        "Connection #",
        "closed",
    ];
    BEGINS.iter().any(|begins| says.starts_with(begins))
}

fn has_mail_port(text: &str) -> bool {
    text.split([' ', ':', '/', ',', ')']).any(|word| word.parse().is_ok_and(is_of_mail))
        || text.contains("(smtp)")
}

impl Block for Terminal {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        let here = at(line);
        if text.is_empty() {
            let is_typed = self.session.is_in_message() && self.style.is_none();
            if is_typed {
                self.session.client("", &here, found);
            }
            return true;
        }
        let is_typed = self.style.is_none() && self.session.is_in_message() && !is_end(text);
        if !is_typed
            && !style::of_line(text).is_some_and(|style| self.style.is_none_or(|own| own == style))
            && self.note(text, &here, found)
        {
            return true;
        }
        self.said(line.text.trim_end_matches(['\r', '\n']).trim_start(), &here, found)
    }

    fn end(&mut self, _: bool, found: &mut Found) {
        self.is_over = true;
        self.renew(found);
    }
}
