//! A session as it goes on: commands, the replies to them, and what becomes of each recipient (RFC 5321, sections 3 and 4).
//!
//! Replies belong to commands in their order (RFC 2920). A reply of several lines counts once its last line is there.

use std::collections::VecDeque;

use super::{DIALOGUE, SESSIONS, style};
use crate::evidence::mail::delivery::{Delivery, Field};
use crate::evidence::mail::reply;
use crate::evidence::probe::Found;
use crate::records::{At, Draft};
use crate::value::Amount;

/// So many commands may wait for a reply, and so many recipients for the end.
const WAITING: usize = 2000;

/// So long may the text of one reply be, in bytes.
const LONGEST: usize = 64 << 10;

/// A command that was given.
#[derive(Debug, Clone)]
struct Given {
    verb: String,
    argument: String,
    at: At,
}

/// A reply, once it is whole.
#[derive(Debug, Clone)]
struct Reply {
    code: u16,
    status: Option<String>,
    text: String,
    at: At,
}

impl Reply {
    fn refuses(&self) -> bool {
        self.code >= 400
    }
}

/// A reply whose last line is still to come.
#[derive(Debug)]
struct Open {
    code: u16,
    lines: Vec<String>,
    /// How long they are together.
    bytes: usize,
    at: At,
}

#[derive(Debug)]
struct Recipient {
    address: String,
    at: At,
    reply: Option<Reply>,
}

/// A session under way.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each is a thing that has happened, in any order")]
pub(crate) struct Session {
    /// Where it was seen first.
    began: Option<At>,
    pub(crate) server: Field<String>,
    pub(crate) server_ip: Field<String>,
    pub(crate) port: Field<u16>,
    pub(crate) result: Field<&'static str>,
    /// Why there is no session, or none any more.
    pub(crate) why: Field<String>,
    pub(crate) at: Field<Amount>,
    /// Whether the server shows it.
    pub(crate) is_of_server: bool,
    /// The recipients that a command line names, before the session does.
    pub(crate) expected: Vec<(String, At)>,
    pub(crate) tls: Field<bool>,
    banner: Field<String>,
    client: Field<String>,
    offers: Field<String>,
    starttls: Field<bool>,
    auth: Field<&'static str>,
    size_limit: Field<u64>,
    sender: Field<String>,
    message: Field<String>,
    refused_sender: Option<Reply>,
    recipients: Vec<Recipient>,
    /// How many of them have their reply, which come in their order.
    answered: usize,
    /// Whether all of them are refused by now.
    is_refused: bool,
    named: usize,
    accepted: usize,
    has_row: bool,
    waiting: VecDeque<Given>,
    /// The lines of a reply that is not whole, and its code.
    open: Option<Open>,
    is_in_message: bool,
    is_in_auth: bool,
    is_lmtp: bool,
    has_quit: bool,
    /// The last reply, and the last that refused something, each with its stage.
    last: Option<(Reply, Option<&'static str>)>,
    refusal: Option<(Reply, Option<&'static str>)>,
}

impl Session {
    /// Returns whether something was said.
    pub(crate) fn has_begun(&self) -> bool {
        self.began.is_some()
    }

    /// Returns whether lines are those of a message.
    pub(crate) fn is_in_message(&self) -> bool {
        self.is_in_message
    }

    /// Returns whether the next line of the client answers a question about its password.
    pub(crate) fn is_in_auth(&self) -> bool {
        self.is_in_auth
    }

    /// Returns whether a reply is open, or a command waits for one.
    pub(crate) fn waits(&self) -> bool {
        self.open.is_some() || !self.waiting.is_empty() || self.banner.is_none()
    }

    /// Returns whether nothing came of the server so far.
    pub(crate) fn waits_for_banner(&self) -> bool {
        self.last.is_none() && self.open.is_none()
    }

    /// Returns whether the client said that it is the end.
    pub(crate) fn has_quit(&self) -> bool {
        self.has_quit
    }

    /// Takes note that something of the session is seen.
    pub(crate) fn see(&mut self, at: &At) {
        self.began.get_or_insert_with(|| at.clone());
    }

    /// Takes a line of the client.
    pub(crate) fn client(&mut self, text: &str, at: &At, found: &mut Found) {
        self.see(at);
        if self.is_in_message {
            return self.content(text, at);
        }
        self.close_reply(found);
        if self.is_in_auth {
            self.is_in_auth = false;
            let at = At::new(at.line, "(what is said of a password is left out)");
            return self.give("AUTH", "", &at);
        }
        let text = text.trim();
        let (verb, argument) = text.split_once(' ').unwrap_or((text, ""));
        let (verb, argument) = match verb.split_once(':') {
            Some((verb, _)) => (verb, text.get(verb.len() + 1..).unwrap_or_default()),
            None => (verb, argument),
        };
        let verb: String = verb.to_ascii_uppercase().chars().take(40).collect();
        match verb.as_str() {
            "" => {}
            "MAIL" => self.mail(argument, at, found),
            "RCPT" => self.recipient(argument, at),
            "HELO" | "EHLO" | "LHLO" => {
                self.is_lmtp = verb == "LHLO";
                self.client = Some((argument.trim().to_owned(), at.clone()));
                self.give(&verb, argument, at);
            }
            "AUTH" => {
                let mechanism = argument.split_whitespace().next().unwrap_or_default();
                let at =
                    At::new(at.line, &format!("AUTH {mechanism} (what is said of a password is left out)"));
                self.give("AUTH", mechanism, &at);
            }
            "RSET" => {
                self.end_transaction(found);
                self.give(&verb, argument, at);
            }
            "QUIT" => {
                self.has_quit = true;
                self.give(&verb, argument, at);
            }
            _ => self.give(&verb, argument, at),
        }
    }

    fn give(&mut self, verb: &str, argument: &str, at: &At) {
        if self.waiting.len() < WAITING {
            let argument = shorter(argument.trim()).to_owned();
            self.waiting.push_back(Given { verb: verb.to_owned(), argument, at: at.clone() });
        }
    }

    fn mail(&mut self, argument: &str, at: &At, found: &mut Found) {
        self.end_transaction(found);
        if let Some(address) = envelope(argument) {
            let sender = if address.is_empty() { "<>" } else { address };
            self.sender = Some((sender.to_owned(), at.clone()));
        }
        self.give("MAIL", argument, at);
    }

    fn recipient(&mut self, argument: &str, at: &At) {
        self.give("RCPT", argument, at);
        if let Some(address) = envelope(argument)
            && self.recipients.len() < WAITING
        {
            self.named += 1;
            self.is_refused = false;
            self.recipients.push(Recipient {
                address: shorter(address).to_owned(),
                at: at.clone(),
                reply: None,
            });
        }
    }

    /// Takes a line of the message; a lone dot ends it.
    fn content(&mut self, text: &str, at: &At) {
        if text.trim_end() == "." {
            return self.end_message(at);
        }
        let is_name = text.get(..11).is_some_and(|name| name.eq_ignore_ascii_case("message-id:"));
        if is_name && self.message.is_none() {
            let name = text.get(11..).unwrap_or_default().trim().trim_matches(['<', '>']);
            self.message = Some((name.to_owned(), at.clone()));
        }
    }

    /// Ends the message, as a dot does that is not always shown.
    pub(crate) fn end_message(&mut self, at: &At) {
        self.is_in_message = false;
        let accepted = self
            .recipients
            .iter()
            .filter(|one| one.reply.as_ref().is_some_and(|reply| !reply.refuses()))
            .count();
        // LMTP answers for each recipient that it took (RFC 2033).
        let answers = if self.is_lmtp { accepted.max(1) } else { 1 };
        (0..answers).for_each(|_| self.give(".", "", at));
    }

    /// Takes a line of the server; returns false where it is no reply.
    pub(crate) fn server(&mut self, text: &str, at: &At, found: &mut Found) -> bool {
        let Some(code) = text.get(..3).and_then(|code| code.parse().ok()).filter(|_| style::is_reply(text))
        else {
            return false;
        };
        self.see(at);
        if self.open.as_ref().is_some_and(|open| open.code != code) {
            self.close_reply(found);
        }
        let said = text.get(4..).unwrap_or_default().trim().to_owned();
        let is_last = text.as_bytes().get(3) != Some(&b'-');
        let open =
            self.open.get_or_insert_with(|| Open { code, lines: Vec::new(), bytes: 0, at: at.clone() });
        open.bytes = open.bytes.saturating_add(said.len() + 1);
        if open.bytes < LONGEST {
            open.lines.push(said);
        }
        if is_last {
            self.close_reply(found);
        }
        true
    }

    /// Ends a reply whose lines are all there.
    fn close_reply(&mut self, found: &mut Found) {
        let Some(Open { code, lines, at, .. }) = self.open.take() else { return };
        let first = lines.first().map(|first| reply::parse(first)).unwrap_or_default();
        let mut text = first.text.clone();
        for line in lines.iter().skip(1) {
            let parsed = reply::parse(line);
            let repeats = first.status.is_some() && parsed.code.is_none() && parsed.status == first.status;
            let line = if repeats { parsed.text } else { reply::one_line(line) };
            text.push(' ');
            text.push_str(&line);
        }
        // A text that begins with digits is no code, since that is taken off by now; but some servers write it twice.
        let (status, text) = match first.code {
            Some(other) if other != code => {
                (None, lines.iter().map(|line| reply::one_line(line)).collect::<Vec<_>>().join(" "))
            }
            _ => (first.status, text.trim().to_owned()),
        };
        let reply = Reply { code, status, text, at };
        self.replied(reply, &lines, found);
    }

    fn replied(&mut self, reply: Reply, lines: &[String], found: &mut Found) {
        let given = self.waiting.pop_front();
        let is_banner = given.is_none() && self.banner.is_none() && self.last.is_none();
        let stage = match &given {
            Some(given) => style::stage(&given.verb),
            None => is_banner.then_some("connect"),
        };
        self.exchange(given.as_ref(), &reply, stage, found);
        let verb = given.as_ref().map(|given| given.verb.as_str());
        if verb != Some("QUIT") {
            self.last = Some((reply.clone(), stage));
            if reply.refuses() {
                self.refusal = self.last.clone();
            }
        }
        match verb {
            None if is_banner => self.banner = Some((reply.text, reply.at)),
            // The server ends the session, whatever it was asked.
            None if reply.code == 421 => self.all_refused(&reply),
            Some("EHLO" | "LHLO") if !reply.refuses() => self.offered(lines, &reply.at),
            Some("STARTTLS") if reply.code == 220 => self.tls = Some((true, reply.at)),
            Some("AUTH") => self.authenticated(&reply),
            Some("MAIL") if reply.refuses() => self.refused_sender = Some(reply),
            Some("RCPT") => self.recipient_answered(reply),
            Some("DATA") if reply.code == 354 => self.is_in_message = true,
            Some("DATA" | "BDAT") if reply.refuses() => self.all_refused(&reply),
            Some("BDAT") => {
                let is_last =
                    given.is_some_and(|given| given.argument.to_ascii_uppercase().ends_with("LAST"));
                if is_last {
                    self.message_answered(&reply, found);
                }
            }
            Some(".") => self.message_answered(&reply, found),
            _ => {}
        }
    }

    fn exchange(&self, given: Option<&Given>, reply: &Reply, stage: Option<&str>, found: &mut Found) {
        let at = &reply.at;
        let mut row = Draft::new(&DIALOGUE, at.clone());
        row.whole("session", i128::from(found.sessions) + 1, at);
        if let Some(given) = given {
            row.text("command", &given.verb, &given.at);
            row.text("argument", &given.argument, &given.at);
        }
        row.whole("code", reply.code.into(), at);
        if let Some(status) = &reply.status {
            row.text("status", status, at);
        }
        row.text("text", &reply.text, at);
        if let Some(stage) = stage {
            row.choice("stage", stage, at);
        }
        if let Some((yes, at)) = &self.tls {
            row.yes_no("tls", *yes, at);
        }
        found.rows.push(row);
    }

    /// Takes the extensions, which stand behind the first line.
    fn offered(&mut self, lines: &[String], at: &At) {
        let offers: Vec<&str> = lines.iter().skip(1).map(String::as_str).collect();
        let begins = |line: &str, word: &str| {
            line.split([' ', '=']).next().is_some_and(|first| first.eq_ignore_ascii_case(word))
        };
        if self.starttls.is_none() && self.tls.is_none() {
            self.starttls = Some((offers.iter().any(|line| begins(line, "STARTTLS")), at.clone()));
        }
        let size = offers
            .iter()
            .find(|line| begins(line, "SIZE"))
            .and_then(|line| line.split_whitespace().nth(1)?.parse().ok());
        // Zero is no limit (RFC 1870).
        self.size_limit = size.filter(|size| *size > 0).map(|size| (size, at.clone()));
        self.offers = Some((offers.join(", "), at.clone()));
    }

    fn authenticated(&mut self, reply: &Reply) {
        match reply.code {
            334 => self.is_in_auth = true,
            235 => self.auth = Some(("accepted", reply.at.clone())),
            code if code >= 400 => self.auth = Some(("refused", reply.at.clone())),
            _ => {}
        }
    }

    fn recipient_answered(&mut self, reply: Reply) {
        self.accepted += usize::from(!reply.refuses());
        if let Some(recipient) = self.recipients.get_mut(self.answered) {
            recipient.reply = Some(reply);
            self.answered += 1;
        }
    }

    /// Gives all recipients that are not refused yet the same refusal; its stage is that of the last reply.
    fn all_refused(&mut self, reply: &Reply) {
        if std::mem::replace(&mut self.is_refused, true) {
            return;
        }
        for recipient in &mut self.recipients {
            if recipient.reply.as_ref().is_none_or(|reply| !reply.refuses()) {
                recipient.reply = Some(reply.clone());
            }
        }
    }

    fn message_answered(&mut self, reply: &Reply, found: &mut Found) {
        self.answered = 0;
        let mut recipients = std::mem::take(&mut self.recipients).into_iter();
        for one in recipients.by_ref() {
            let refused = one.reply.as_ref().filter(|reply| reply.refuses());
            let stage = if refused.is_some() { "rcpt_to" } else { "data" };
            self.delivery(Some((&one.address, &one.at)), refused.unwrap_or(reply), Some(stage), found);
            if self.is_lmtp && refused.is_none() {
                break;
            }
        }
        self.recipients = recipients.collect();
    }

    /// Ends a message, sent or not: what is known of its recipients by now is all.
    fn end_transaction(&mut self, found: &mut Found) {
        let recipients = std::mem::take(&mut self.recipients);
        self.answered = 0;
        let refused = self.refused_sender.take();
        for one in &recipients {
            let reply = refused.as_ref().or(one.reply.as_ref());
            let Some(reply) = reply else { continue };
            let stage = if refused.is_some() { "mail_from" } else { self.stage_of(reply) };
            self.delivery(Some((&one.address, &one.at)), reply, Some(stage), found);
        }
        if let Some(reply) = refused.filter(|_| recipients.is_empty()) {
            self.unnamed(&reply, "mail_from", found);
        }
        self.message = None;
    }

    /// Returns the stage of a reply that a recipient got: its own, or the one that ended it for all.
    fn stage_of(&self, reply: &Reply) -> &'static str {
        match &self.last {
            Some((last, Some(stage))) if last.at == reply.at && last.code == reply.code => stage,
            _ => "rcpt_to",
        }
    }

    /// Adds the rows of those that the session does not name, since it did not come so far.
    fn unnamed(&mut self, reply: &Reply, stage: &'static str, found: &mut Found) {
        let expected = std::mem::take(&mut self.expected);
        for (address, at) in &expected {
            self.delivery(Some((address, at)), reply, Some(stage), found);
        }
        if expected.is_empty() {
            self.delivery(None, reply, Some(stage), found);
        }
    }

    fn delivery(
        &mut self,
        recipient: Option<(&str, &At)>,
        reply: &Reply,
        stage: Option<&'static str>,
        found: &mut Found,
    ) {
        self.has_row = true;
        let at = &reply.at;
        let sent = if self.is_lmtp { "delivered" } else { "relayed" };
        let (action, is_final) = match reply.code {
            500.. => (Some("failed"), Some(true)),
            400.. => (Some("delayed"), Some(false)),
            _ if stage == Some("data") => (Some(sent), Some(true)),
            _ => (None, None),
        };
        let known = |text: &str| Some((text.to_owned(), at.clone()));
        let (decided_by, side) =
            if self.is_of_server { ("this_server", "receiving") } else { ("other_server", "sending") };
        let delivery = Delivery {
            recipient: recipient.map(|(address, at)| (address.to_owned(), at.clone())),
            sender: self.sender.clone(),
            message: self.message.clone(),
            action: action.map(|action| (action, at.clone())),
            code: Some((reply.code, at.clone())),
            status: reply.status.as_deref().and_then(known),
            text: known(&reply.text),
            decided_by: Some((decided_by, at.clone())),
            stage: stage.map(|stage| (stage, at.clone())),
            server: self.server_name(),
            server_ip: self.server_ip.clone(),
            client: self.client.clone().filter(|(name, _)| !self.is_of_server && name.contains('.')),
            side: Some((side, at.clone())),
            is_final: is_final.map(|is_final| (is_final, at.clone())),
            at: self.at.clone(),
            ..Delivery::default()
        };
        found.rows.push(delivery.into_row("transcript", at));
    }

    /// Returns the name that was asked for, or else the one that the server greets with.
    fn server_name(&self) -> Field<String> {
        let greets = || {
            let (text, at) = self.banner.as_ref()?;
            let name = text.split_whitespace().next()?;
            let is_name = name.contains('.')
                && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'));
            is_name.then(|| (name.to_owned(), at.clone()))
        };
        self.server.clone().or_else(greets)
    }

    /// Ends the session, and adds its row.
    pub(crate) fn end(mut self, found: &mut Found) {
        self.close_reply(found);
        self.end_transaction(found);
        if let (false, Some((reply, Some(stage)))) = (self.has_row, self.last.clone())
            && reply.refuses()
            && matches!(stage, "connect" | "helo" | "starttls" | "auth")
        {
            self.unnamed(&reply, stage, found);
        }
        let Some(began) = self.began.clone() else { return };
        found.sessions += 1;
        let row = self.row(&began, found.sessions);
        found.rows.push(row);
    }

    fn row(&self, began: &At, session: u32) -> Draft {
        let mut row = Draft::new(&SESSIONS, began.clone());
        row.whole("session", session.into(), began);
        if let Some((name, at)) = self.server_name() {
            row.domain("server", &name, &at);
        }
        if let Some((ip, at)) = &self.server_ip {
            row.ip("server_ip", ip, at);
        }
        let connected =
            self.banner.as_ref().map(|(_, at)| at).or_else(|| self.last.as_ref().map(|(reply, _)| &reply.at));
        let result = self.result.clone().or_else(|| connected.map(|at| ("connected", at.clone())));
        if let Some((result, at)) = result {
            row.choice("result", result, &at);
        }
        let texts = [
            ("banner", &self.banner),
            ("client", &self.client),
            ("offers", &self.offers),
            ("from", &self.sender),
        ];
        for (column, field) in texts {
            if let Some((text, at)) = field {
                row.text(column, text, at);
            }
        }
        for (column, field) in [("starttls", &self.starttls), ("tls", &self.tls)] {
            if let Some((yes, at)) = field {
                row.yes_no(column, *yes, at);
            }
        }
        if let Some((port, at)) = &self.port {
            row.whole("port", (*port).into(), at);
        }
        if let Some((auth, at)) = &self.auth {
            row.choice("auth", auth, at);
        }
        if let Some((bytes, at)) = &self.size_limit {
            row.whole("size_limit", (*bytes).into(), at);
        }
        if let Some((time, at)) = &self.at {
            row.time("at", *time, at);
        }
        if self.last.is_some() {
            row.whole("recipients", i128::try_from(self.named).unwrap_or(i128::MAX), began);
            row.whole("accepted", i128::try_from(self.accepted).unwrap_or(i128::MAX), began);
        }
        if let (None, Some((why, at))) = (&self.refusal, &self.why) {
            row.text("text", why, at);
        } else if let Some((reply, stage)) = self.refusal.as_ref().or(self.last.as_ref()) {
            row.whole("code", reply.code.into(), &reply.at);
            if let Some(status) = &reply.status {
                row.text("status", status, &reply.at);
            }
            row.text("text", &reply.text, &reply.at);
            if let Some(stage) = stage {
                row.choice("stage", stage, &reply.at);
            }
        }
        row
    }
}

/// Cuts what no address or command needs.
fn shorter(text: &str) -> &str {
    text.get(..text.floor_char_boundary(1000)).unwrap_or(text)
}

/// Returns the address of `FROM:<a@example.com> SIZE=1` and `TO: a@example.com`; an empty one for `<>`.
fn envelope(argument: &str) -> Option<&str> {
    let (_, rest) = argument.split_once(':').unwrap_or(("", argument));
    let rest = rest.trim_start();
    match rest.strip_prefix('<') {
        Some(inside) => {
            // A local part in quotes may hold any sign.
            let from = if inside.starts_with('"') { inside.find("\"@")? } else { 0 };
            let end = from + inside.get(from..)?.find('>')?;
            inside.get(..end)
        }
        None => rest.split_whitespace().next().filter(|address| address.contains('@')),
    }
}

#[cfg(test)]
mod tests {
    use super::envelope;

    #[test]
    fn addresses_are_taken_out() {
        assert_eq!(envelope("FROM:<a@example.com> SIZE=1"), Some("a@example.com"));
        assert_eq!(envelope("TO: a@example.com NOTIFY=NEVER"), Some("a@example.com"));
        assert_eq!(envelope("FROM:<>"), Some(""));
        assert_eq!(envelope("TO:<\"a> b\"@example.com>"), Some("\"a> b\"@example.com"));
        assert_eq!(envelope("TO:<a@example.com"), None);
        assert_eq!(envelope("TO:"), None);
    }
}
