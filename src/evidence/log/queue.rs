//! What is known of the messages in the queue of a server while its log is read, and the rows that come of it.
//!
//! Lines about one message are joined by its name in the queue. A message is let go where the log says that it left the queue, and
//! the oldest ones where there are too many. Of the attempts at one recipient, delayed ones become one row, that of the last, which
//! counts them; the one that ended it becomes another.
//!
//! A row is made at the end of the artefact, when the year of its lines is known. Only so many are kept: what was delivered goes
//! first, then what is oldest.

use std::collections::{BTreeMap, VecDeque};

use crate::evidence::Options;
use crate::evidence::clock::{Clock, Stamp};
use crate::evidence::log::entry::Entry;
use crate::evidence::log::server::{Event, SERVER};
use crate::evidence::mail::delivery::{DELIVERIES, Delivery, Field};
use crate::records::{At, Draft, Sink};

/// So many messages are followed at once.
const FOLLOWED: usize = 20_000;

/// So many of those that left the queue are still known by name.
const LEFT: usize = 64;

/// An attempt at one recipient.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    pub(super) stamp: Option<Stamp>,
    /// The line that tells of it.
    pub(super) at: Option<At>,
    pub(super) delivery: Delivery,
}

/// A message in a queue.
#[derive(Debug, Default)]
pub(super) struct Message {
    pub(super) sender: Field<String>,
    /// Its Message-ID.
    pub(super) id: Field<String>,
    pub(super) client: Field<String>,
    pub(super) client_ip: Field<String>,
    pub(super) size: Field<u64>,
    /// How many recipients it has, and how many of them have come to an end.
    pub(super) recipients: (u32, u32),
    /// The host that was tried last, where the next line does not name it.
    pub(super) tried: Field<String>,
    /// The last delayed attempt at each recipient.
    delayed: BTreeMap<String, Box<Attempt>>,
    /// The line that it was first named in.
    begun: u32,
}

/// The messages of one log, and its rows.
#[derive(Debug, Default)]
pub(super) struct Queue {
    pub(super) clock: Clock,
    messages: BTreeMap<String, Message>,
    /// The same, by the line that each was first named in.
    by_age: BTreeMap<u32, String>,
    /// The last ones that left.
    left: VecDeque<String>,
    /// How many delayed attempts stand in the messages.
    delayed: usize,
    /// What was put into a mailbox, and the server that handed it over has not said so yet.
    stored: VecDeque<Box<Attempt>>,
    #[expect(
        clippy::vec_box,
        reason = "each is let go as its row is made, so that not all of both are in memory"
    )]
    done: Vec<Box<Attempt>>,
    events: Vec<Event>,
    limit: usize,
    key: String,
    let_go: u64,
    rows_let_go: u64,
    events_let_go: u64,
    is_known: bool,
}

impl Queue {
    /// Makes an empty one.
    pub(super) fn new(options: &Options) -> Self {
        let clock = Clock::new(options.zone.clone(), options.newest);
        Self { clock, limit: options.limits.rows.max(1), ..Self::default() }
    }

    /// Says that the artefact is a log of a mail server.
    pub(super) fn know(&mut self) {
        self.is_known = true;
    }

    /// Returns whether a line of a mail server stood in the artefact before.
    pub(super) fn is_known(&self) -> bool {
        self.is_known
    }

    /// Returns a message, which begins here if it is not known.
    pub(super) fn message(&mut self, entry: &Entry<'_>, id: &str) -> &mut Message {
        self.name(entry, id);
        if !self.messages.contains_key(&self.key) {
            while (self.messages.len() >= FOLLOWED || self.delayed >= self.limit) && self.let_oldest_go() {}
            let begun = entry.number();
            self.by_age.insert(begun, self.key.clone());
            self.messages.insert(self.key.clone(), Message { begun, ..Message::default() });
        }
        self.messages.entry(self.key.clone()).or_default()
    }

    /// Returns whether a message is in the queue, or left it not long ago.
    pub(super) fn knows(&mut self, entry: &Entry<'_>, id: &str) -> bool {
        self.name(entry, id);
        self.messages.contains_key(&self.key) || self.left.contains(&self.key)
    }

    /// Hands what is known of a message on to another, which a filter gave back under a name of its own.
    pub(super) fn hand_on(&mut self, entry: &Entry<'_>, from: &str, to: &str) {
        self.name(entry, from);
        let Some(first) = self.messages.get(&self.key) else { return };
        let (client, client_ip) = (first.client.clone(), first.client_ip.clone());
        self.name(entry, to);
        if let Some(second) = self.messages.get_mut(&self.key)
            && client_ip.is_some()
        {
            (second.client, second.client_ip) = (client, client_ip);
        }
    }

    /// Adds an attempt at a recipient of a message; what is known of the message is known of it.
    pub(super) fn attempt(&mut self, entry: &Entry<'_>, id: &str, mut attempt: Attempt) {
        let is_full = self.delayed >= self.limit;
        let message = self.message(entry, id);
        let delivery = &mut attempt.delivery;
        let fill = |into: &mut Field<String>, from: &Field<String>| {
            if into.is_none() {
                into.clone_from(from);
            }
        };
        fill(&mut delivery.sender, &message.sender);
        fill(&mut delivery.message, &message.id);
        match delivery.side {
            Some(("receiving", _)) => {
                fill(&mut delivery.client, &message.client);
                fill(&mut delivery.client_ip, &message.client_ip);
            }
            // Whoever gave it to this server is not whom the next one sees.
            Some((_, ref at)) if delivery.server.is_some() || delivery.server_ip.is_some() => {
                delivery.client = entry.host.map(|host| (host.to_owned(), at.clone()));
            }
            _ => {}
        }
        delivery.size = delivery.size.take().or_else(|| message.size.clone());
        let text =
            |field: &Field<String>| field.as_ref().map_or("", |(text, _)| text.as_str()).to_ascii_lowercase();
        let recipient = format!("{} {}", text(&delivery.recipient), text(&delivery.original_recipient));
        let before = message.delayed.remove(&recipient);
        let counted =
            before.as_ref().and_then(|before| before.delivery.attempts.as_ref()).map_or(0, |(n, _)| *n);
        if let Some(at) = &attempt.at {
            delivery.attempts = Some((counted + 1, at.clone()));
        }
        let was_delayed = usize::from(before.is_some());
        if delivery.is_final.as_ref().is_some_and(|(is_final, _)| *is_final) {
            message.recipients.1 = message.recipients.1.saturating_add(1);
            self.delayed -= was_delayed;
            before.into_iter().for_each(|before| self.keep(before));
            if !self.stored.is_empty() {
                self.join_stored(&mut attempt);
            }
            self.keep(Box::new(attempt));
        } else if is_full {
            self.delayed -= was_delayed;
            self.keep(Box::new(attempt));
        } else {
            message.delayed.insert(recipient, Box::new(attempt));
            self.delayed += 1 - was_delayed;
        }
    }

    /// Passes over an attempt that went well, where there are too many rows already; returns whether it does.
    pub(super) fn passes_over(&mut self, entry: &Entry<'_>, id: &str) -> bool {
        if self.rows_let_go == 0 || !self.stored.is_empty() {
            return false;
        }
        self.name(entry, id);
        let Some(message) = self.messages.get_mut(&self.key).filter(|message| message.delayed.is_empty())
        else {
            return false;
        };
        message.recipients.1 = message.recipients.1.saturating_add(1);
        self.rows_let_go += 1;
        true
    }

    /// Adds an attempt that belongs to no message in the queue.
    pub(super) fn keep(&mut self, attempt: Box<Attempt>) {
        if self.done.len() >= self.limit {
            self.make_room();
        }
        self.done.push(attempt);
    }

    /// Adds what was put into a mailbox. The server that handed it over says so as well; until it does, this waits.
    pub(super) fn stored(&mut self, attempt: Box<Attempt>) {
        if self.stored.len() >= LEFT
            && let Some(oldest) = self.stored.pop_front()
        {
            self.keep(oldest);
        }
        self.stored.push_back(attempt);
    }

    /// Makes one of what was put into a mailbox and the line of the server that handed it over.
    fn join_stored(&mut self, attempt: &mut Attempt) {
        let Some((message, _)) = &attempt.delivery.message else { return };
        let local = |address: &str| address.split('@').next().unwrap_or(address).to_ascii_lowercase();
        let Some(recipient) = attempt.delivery.recipient.as_ref().map(|(recipient, _)| local(recipient))
        else {
            return;
        };
        let is_same = |stored: &Attempt| {
            let of = &stored.delivery;
            of.action.as_ref().is_some_and(|(action, _)| *action == "delivered")
                && of.message.as_ref().is_some_and(|(name, _)| name == message)
                && of.recipient.as_ref().is_some_and(|(name, _)| local(name) == recipient)
        };
        let place = self.stored.iter().position(|stored| is_same(stored));
        if let Some(stored) = place.and_then(|place| self.stored.remove(place)) {
            attempt.delivery.folder = stored.delivery.folder;
        }
    }

    /// Says that a message was given up, for one recipient or for all: the delayed attempts were the last ones. Returns whether there
    /// was any.
    pub(super) fn expired(&mut self, entry: &Entry<'_>, id: &str, recipient: Option<&str>) -> bool {
        self.name(entry, id);
        let Some(message) = self.messages.get_mut(&self.key) else { return false };
        let is_meant = |key: &str| {
            recipient.is_none_or(|recipient| {
                key.split_once(' ').is_some_and(|(of, _)| of.eq_ignore_ascii_case(recipient))
            })
        };
        let (given_up, still_tried): (BTreeMap<_, _>, BTreeMap<_, _>) =
            std::mem::take(&mut message.delayed).into_iter().partition(|(key, _)| is_meant(key));
        message.delayed = still_tried;
        message.recipients.1 =
            message.recipients.1.saturating_add(u32::try_from(given_up.len()).unwrap_or(u32::MAX));
        self.delayed -= given_up.len();
        let (at, found) = (entry.at(), !given_up.is_empty());
        for mut attempt in given_up.into_values() {
            attempt.delivery.action = Some(("failed", at.clone()));
            attempt.delivery.expired = Some((true, at.clone()));
            attempt.delivery.is_final = Some((true, at.clone()));
            self.keep(attempt);
        }
        found
    }

    /// Says that a message left the queue.
    pub(super) fn removed(&mut self, entry: &Entry<'_>, id: &str) {
        self.name(entry, id);
        let Some((key, message)) = self.messages.remove_entry(&self.key) else { return };
        self.by_age.remove(&message.begun);
        self.finish(message);
        if self.left.len() >= LEFT {
            self.left.pop_front();
        }
        self.left.push_back(key);
    }

    /// Lets a message go once all its recipients have come to an end, in a log that does not say when it leaves the queue.
    pub(super) fn settle(&mut self, entry: &Entry<'_>, id: &str) {
        let (all, ended) = self.message(entry, id).recipients;
        if all > 0 && ended >= all {
            self.removed(entry, id);
        }
    }

    /// Adds what a daemon says of itself.
    pub(super) fn event(&mut self, event: Event) {
        if self.events.len() >= self.limit {
            let half = self.limit.div_ceil(2);
            self.events.drain(..half);
            self.events_let_go += half as u64;
        }
        self.events.push(event);
    }

    /// Makes the rows of all that is left.
    pub(super) fn end(&mut self, out: &mut Sink<'_>) {
        for message in std::mem::take(&mut self.messages).into_values() {
            self.finish(message);
        }
        std::mem::take(&mut self.stored).into_iter().for_each(|stored| self.keep(stored));
        if !self.is_known {
            return;
        }
        out.recognised(&DELIVERIES, false);
        out.recognised(&SERVER, false);
        let mut done = std::mem::take(&mut self.done);
        done.sort_by_key(|attempt| attempt.at.as_ref().map_or(0, |at| at.line));
        for attempt in done {
            let Attempt { stamp, at: Some(at), mut delivery } = *attempt else { continue };
            let time = stamp.and_then(|stamp| self.clock.time(&stamp));
            delivery.at = time.map(|time| (time, at.clone()));
            out.push(delivery.into_row("log", &at));
        }
        for event in std::mem::take(&mut self.events) {
            out.push(self.server_row(&event));
        }
        self.notes(out);
    }

    fn server_row(&self, event: &Event) -> Draft {
        let mut row = Draft::new(&SERVER, event.at.clone());
        if let Some(time) = event.stamp.and_then(|stamp| self.clock.time(&stamp)) {
            row.time("at", time, &event.at);
        }
        row.text("program", &event.program, &event.at);
        if let Some(host) = &event.host {
            row.domain("host", host, &event.at);
        }
        row.choice("severity", event.severity, &event.at);
        row.text("text", &event.text, &event.at);
        row
    }

    fn notes(&self, out: &mut Sink<'_>) {
        if let Some((text, line)) = self.clock.note() {
            out.note(text, Some(line));
        }
        if self.let_go > 0 {
            let text = format!(
                "more than {FOLLOWED} messages at once are in the queue: of the {} oldest, what comes later is joined no more",
                self.let_go
            );
            out.note(text, None);
        }
        if self.rows_let_go > 0 {
            let text = format!(
                "there are {} deliveries more than the {} that are kept: first those that went well are left out, then the oldest",
                self.rows_let_go, self.limit
            );
            out.note(text, None);
        }
        if self.events_let_go > 0 {
            out.note(format!("the {} oldest lines of daemons are left out", self.events_let_go), None);
        }
    }

    /// Makes the key of a message: names are unique to a host.
    fn name(&mut self, entry: &Entry<'_>, id: &str) {
        self.key.clear();
        self.key.push_str(id);
        self.key.push(' ');
        self.key.push_str(entry.host.unwrap_or_default());
    }

    fn finish(&mut self, message: Message) {
        self.delayed -= message.delayed.len();
        message.delayed.into_values().for_each(|attempt| self.keep(attempt));
    }

    fn let_oldest_go(&mut self) -> bool {
        let Some((_, key)) = self.by_age.pop_first() else { return false };
        if let Some(message) = self.messages.remove(&key) {
            self.let_go += 1;
            self.finish(message);
        }
        true
    }

    /// Lets go of a quarter of the rows: of those that went well, and else of the oldest.
    fn make_room(&mut self) {
        let mut over = self.done.len().div_ceil(4);
        self.rows_let_go += over as u64;
        self.done.retain(|attempt| {
            let went_well =
                matches!(attempt.delivery.action, Some(("delivered" | "relayed" | "expanded", _)));
            let goes = went_well && over > 0;
            over -= usize::from(goes);
            !goes
        });
        self.done.drain(..over.min(self.done.len()));
    }
}
