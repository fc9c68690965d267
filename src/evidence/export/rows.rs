//! From the cells of one record to deliveries.

use super::names::{Names, Role};
use super::status::{self, Outcome};
use super::time::{Times, Told};
use crate::evidence::Options;
use crate::evidence::mail::address;
use crate::evidence::mail::delivery::{DELIVERIES, Delivery};
use crate::records::{At, Sink};

/// So many recipients one record may have.
const RECIPIENTS: usize = 1000;

/// Takes the records of one table.
pub(super) struct Rows {
    times: Times,
    /// Rows that wait for the order of day and month, and all behind them.
    waiting: Vec<Waiting>,
}

struct Waiting {
    delivery: Delivery,
    time: Option<String>,
    is_utc: bool,
    at: At,
}

/// One record: its names and cells.
struct Cells<'c> {
    names: &'c Names,
    cells: &'c [&'c str],
}

impl<'c> Cells<'c> {
    /// Returns the first cell of a role that says something.
    fn get(&self, role: Role) -> Option<&'c str> {
        self.names.places(role).find_map(|place| self.cell(place))
    }

    fn cell(&self, place: usize) -> Option<&'c str> {
        let cell = self.cells.get(place)?.trim().trim_matches('"');
        let is_cut = cell.ends_with("...") || cell.ends_with('…');
        (!cell.is_empty() && cell != "-" && cell != "{}" && !is_cut).then_some(cell)
    }
}

/// A recipient, and what its column tells of it.
struct Recipient<'c> {
    address: String,
    status: Option<&'c str>,
    outcome: Option<Outcome>,
}

impl Rows {
    pub(super) fn new(options: &Options) -> Self {
        Self { times: Times::new(options.zone.clone()), waiting: Vec::new() }
    }

    /// Takes a record; returns false where it names no recipient, or nothing of it is known.
    pub(super) fn take(&mut self, names: &Names, cells: &[&str], at: &At, out: &mut Sink<'_>) -> bool {
        let record = Cells { names, cells };
        let event = record.get(Role::Event).map(|word| (word, status::outcome(word)));
        if event == Some((record.get(Role::Event).unwrap_or_default(), Some(Outcome::Step))) {
            return true;
        }
        let (recipients, is_cut) = recipients(&record, event.and_then(|(_, outcome)| outcome));
        if is_cut {
            out.cut(
                format!("a record has more than {RECIPIENTS} recipients: the others are not read"),
                Some(at.line),
            );
        }
        let mut has_any = false;
        for recipient in recipients {
            let outcome =
                event.and_then(|(_, outcome)| outcome).or(recipient.outcome).or_else(|| of_status(&record));
            has_any = true;
            if outcome != Some(Outcome::Step) {
                let delivery = delivery(&record, recipient, outcome, at);
                self.keep(delivery, &record, at, out);
            }
        }
        has_any
    }

    fn keep(&mut self, mut delivery: Delivery, record: &Cells<'_>, at: &At, out: &mut Sink<'_>) {
        let time = record.get(Role::Time);
        let is_utc = record.names.is_utc;
        let mut is_later = false;
        if let Some(text) = time {
            self.times.learn(text);
            match self.times.read(text, is_utc) {
                Told::Time(time) => delivery.at = Some((time, at.clone())),
                Told::Later => is_later = !self.times.is_unclear,
                Told::No => {}
            }
        }
        if !is_later && !self.waiting.is_empty() && self.is_known() {
            self.flush(out);
        }
        // Rows keep their order.
        if (is_later || !self.waiting.is_empty()) && self.waiting.len() < out.limits().rows {
            self.waiting.push(Waiting { delivery, time: time.map(str::to_owned), is_utc, at: at.clone() });
        } else {
            out.push(delivery.into_row("trace", at));
        }
    }

    fn is_known(&self) -> bool {
        self.waiting
            .first()
            .and_then(|one| one.time.as_deref())
            .is_none_or(|text| self.times.read(text, false) != Told::Later)
            || self.times.is_unclear
    }

    fn flush(&mut self, out: &mut Sink<'_>) {
        for Waiting { mut delivery, time, is_utc, at } in std::mem::take(&mut self.waiting) {
            if let Some(Told::Time(time)) = time.map(|text| self.times.read(&text, is_utc)) {
                delivery.at = Some((time, at.clone()));
            }
            out.push(delivery.into_row("trace", &at));
        }
    }

    /// Says what is left.
    pub(super) fn end(&mut self, out: &mut Sink<'_>) {
        if let Some(first) = self.waiting.first().filter(|_| !self.is_known() || self.times.is_unclear) {
            let note = "whether day or month stands first is not clear in these times: they are left out";
            out.note(note, Some(first.at.line));
        }
        self.flush(out);
    }
}

/// Returns the recipients of a record, and whether there were too many.
fn recipients<'c>(record: &Cells<'c>, event: Option<Outcome>) -> (Vec<Recipient<'c>>, bool) {
    let statuses = record.get(Role::RecipientStatus);
    // `a@example.com##Receive, Fail;b@example.com##Receive, Deliver`
    if let Some(all) = statuses.filter(|all| all.contains("##")) {
        let mut found: Vec<Recipient<'c>> = Vec::new();
        for piece in all.split(';').take(RECIPIENTS + 1) {
            let Some((address, words)) = piece.split_once("##") else { continue };
            let last = words.rsplit(',').next().unwrap_or_default();
            let address = address.trim().to_owned();
            found.push(Recipient { address, status: None, outcome: status::outcome(last) });
        }
        let is_cut = found.len() > RECIPIENTS;
        found.truncate(RECIPIENTS);
        return (found, is_cut);
    }
    // What is expanded is the list, not its members.
    let of_list = record.get(Role::Related).filter(|_| event == Some(Outcome::Action("expanded")));
    let cell = of_list.or_else(|| record.get(Role::Recipient)).unwrap_or_default();
    let pieces = cell.trim_matches(['{', '}']).split([';', ',']);
    let mut addresses: Vec<String> = pieces.take(RECIPIENTS + 1).filter_map(address::of_field).collect();
    let is_cut = addresses.len() > RECIPIENTS;
    addresses.truncate(RECIPIENTS);
    // What stands beside an expansion is about the members.
    let statuses = statuses.filter(|all| of_list.is_none() && all.contains(char::is_alphanumeric));
    let pieces = statuses.map(|all| status::pieces(all, addresses.len())).unwrap_or_default();
    // Otherwise, which belongs to whom is not sure.
    let are_paired = pieces.len() == addresses.len();
    let status = |at: usize| pieces.get(at).copied().filter(|piece| are_paired && !piece.is_empty());
    let all = addresses.into_iter().enumerate();
    (all.map(|(at, address)| Recipient { address, status: status(at), outcome: None }).collect(), is_cut)
}

/// Returns what the columns of a status say, the better one first.
fn of_status(record: &Cells<'_>) -> Option<Outcome> {
    let cells = record.names.places(Role::Status).filter_map(|place| record.cell(place));
    let found = cells.filter_map(status::outcome).find(|outcome| *outcome != Outcome::Step);
    let target = record.get(Role::Target).unwrap_or_default();
    match found {
        // What Google hands to another server has left it.
        Some(Outcome::Action("delivered")) if target == "SMTP_OUT" => Some(Outcome::Action("relayed")),
        None if record.get(Role::Quarantine).is_some() => Some(Outcome::Quarantined),
        found => found,
    }
}

fn delivery(record: &Cells<'_>, recipient: Recipient<'_>, outcome: Option<Outcome>, at: &At) -> Delivery {
    let text = |role: Role| record.get(role).map(|text| (text.to_owned(), at.clone()));
    let mut delivery = Delivery::default();
    if let Some(why) = recipient.status.or_else(|| record.get(Role::Text)) {
        status::why(why, at, &mut delivery);
    }
    delivery.recipient = Some((recipient.address, at.clone()));
    delivery.sender = text(Role::Sender).and_then(|(text, at)| Some((sender(&text)?, at)));
    let message =
        record.get(Role::Message).map(|id| id.trim_start_matches('<').trim_end_matches('>').to_owned());
    delivery.message = message.filter(|id| !id.is_empty() && !id.contains(' ')).map(|id| (id, at.clone()));
    delivery.queue_id = text(Role::Queue);
    let code =
        record.get(Role::Code).and_then(|code| code.parse().ok()).filter(|code| (200..600).contains(code));
    delivery.code = delivery.code.or(code.map(|code| (code, at.clone())));
    delivery.size = record.get(Role::Size).and_then(|size| size.parse().ok()).map(|size| (size, at.clone()));
    hosts(record, outcome, at, &mut delivery);
    end(record, outcome, at, &mut delivery);
    delivery
}

/// Takes what became of it.
fn end(record: &Cells<'_>, outcome: Option<Outcome>, at: &At, delivery: &mut Delivery) {
    let own = Some(("this_server", at.clone()));
    match outcome {
        Some(Outcome::Action(action)) => {
            delivery.action = Some((action, at.clone()));
            delivery.is_final = Some((action != "delayed", at.clone()));
        }
        Some(Outcome::Refused) => {
            delivery.action = Some(("failed", at.clone()));
            delivery.is_final = Some((true, at.clone()));
            delivery.decided_by = delivery.decided_by.take().or(own);
        }
        Some(Outcome::Quarantined) => {
            delivery.folder = Some(("quarantine".to_owned(), at.clone()));
            delivery.decided_by = own;
        }
        Some(Outcome::Dropped) => {
            delivery.is_final = Some((true, at.clone()));
            delivery.decided_by = own;
        }
        Some(Outcome::Step) | None => {
            let word = record.get(Role::Event).or_else(|| record.get(Role::Status));
            delivery.text = delivery.text.take().or_else(|| word.map(|word| (word.to_owned(), at.clone())));
        }
    }
    if delivery.decided_by.is_none()
        && delivery.action.as_ref().is_some_and(|(action, _)| *action == "failed")
        && record.get(Role::Source).is_some_and(|source| ["ROUTING", "AGENT", "ORAR"].contains(&source))
    {
        delivery.decided_by = Some(("this_server", at.clone()));
    }
    if delivery.folder.is_none()
        && delivery.action.as_ref().is_some_and(|(action, _)| *action == "delivered")
        && let Some(folder) = folder(record)
    {
        delivery.folder = Some((folder.to_owned(), at.clone()));
    }
}

/// Returns where it was put: by the target of Google, or the disposition that a filter of Microsoft decided on (`…|DI=SJ|…`).
fn folder(record: &Cells<'_>) -> Option<&'static str> {
    match record.get(Role::Target) {
        Some("GMAIL_INBOX") => return Some("inbox"),
        Some("GMAIL_SPAM") => return Some("spam"),
        _ => {}
    }
    let custom = record.get(Role::Custom)?;
    let disposition = custom.split(['|', ';']).find_map(|pair| pair.strip_prefix("DI="))?;
    match disposition {
        "SJ" => Some("junk"),
        "SQ" => Some("quarantine"),
        _ => None,
    }
}

/// Takes who asked and who answered: which of both the columns mean depends on the event.
fn hosts(record: &Cells<'_>, outcome: Option<Outcome>, at: &At, delivery: &mut Delivery) {
    let text = |role: Role| record.get(role).map(|text| (text.to_owned(), at.clone()));
    let is_of_exchange = record.get(Role::Source).is_some();
    if is_of_exchange {
        // Of other events, both are those of one server.
        if outcome == Some(Outcome::Action("relayed")) {
            delivery.client = text(Role::Client);
            delivery.client_ip = text(Role::ClientIp);
            delivery.server = text(Role::Server);
            delivery.server_ip = text(Role::ServerIp);
            delivery.side = Some(("sending", at.clone()));
        }
        return;
    }
    delivery.client_ip = text(Role::ClientIp);
    delivery.server_ip = delivery.server_ip.take().or_else(|| text(Role::ServerIp));
}

fn sender(text: &str) -> Option<String> {
    if text == "<>" {
        return Some(text.to_owned());
    }
    address::of_field(text)
}

/// Says that a table is one of deliveries.
pub(super) fn recognised(out: &mut Sink<'_>) {
    out.recognised(&DELIVERIES, false);
}
