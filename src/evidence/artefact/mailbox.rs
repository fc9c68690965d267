//! Mailboxes: several mails in one file (mbox, RFC 4155 and its relatives).
//!
//! A mail begins at a line `From …` at the top or behind an empty line; a line of its body that began so has a `>` before it, which is
//! taken off again (mboxrd: one of several).

use std::io::BufRead;

use super::text::Lines;
use super::{Piece, Run, why};
use crate::evidence::mail;
use crate::records::{ArtefactId, Sink};

/// Returns whether a text begins like a mailbox.
pub(super) fn is_mailbox(head: &str) -> bool {
    head.starts_with("From ") && head.split_once('\n').is_some_and(|(_, rest)| mail::is_message(rest))
}

impl Run<'_> {
    /// Reads each mail of a mailbox as an artefact of its own; one that is alone is the artefact itself.
    pub(super) fn mailbox(&mut self, piece: &Piece, content: impl BufRead) {
        let limits = self.options.limits;
        let mut lines = Lines::new(content, "\n", limits.line);
        let mut mail = Vec::new();
        let (mut count, mut is_behind_empty, mut is_whole) = (0, true, true);
        loop {
            let (begins, at_end) = match lines.next() {
                Ok(Some(line)) => {
                    let begins = is_behind_empty && line.bytes.starts_with(b"From ");
                    is_behind_empty = line.bytes.is_empty();
                    if !begins && (mail.len() + line.bytes.len()) as u64 <= limits.bytes {
                        mail.extend_from_slice(unquoted(line.bytes));
                        mail.extend_from_slice(b"\r\n");
                    } else if !begins {
                        is_whole = false;
                    }
                    (begins, false)
                }
                Ok(None) => (false, true),
                Err(error) => {
                    self.sink(piece).cut(why(&error), None);
                    (false, true)
                }
            };
            if (begins || at_end) && !mail.is_empty() {
                count += 1;
                let only_one = at_end && count == 1;
                let id = if only_one { piece.id } else { self.one_of(piece, count) };
                let mut sink = Sink::new(self.records, id, limits).only(piece.only.clone());
                if !is_whole {
                    sink.cut(format!("only the first {} bytes are read", limits.bytes), None);
                }
                let attached = mail::message(&mail, self.options, &mut sink);
                let inner = Piece { id, name: piece.name.clone(), only: piece.only.clone(), ..*piece };
                self.attached(&inner, attached);
                mail.clear();
                is_whole = true;
            }
            if at_end {
                return;
            }
        }
    }

    fn one_of(&mut self, piece: &Piece, count: u32) -> ArtefactId {
        let outer = self.records.artefact(piece.id).map_or_else(String::new, |outer| outer.name.clone());
        self.records.begin(format!("{outer} › {count}"))
    }
}

/// Takes a `>` off that was put before `From `.
fn unquoted(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|byte| **byte == b'>').count();
    match line.split_at_checked(quotes) {
        Some((_, rest)) if quotes > 0 && rest.starts_with(b"From ") => line.get(1..).unwrap_or(line),
        _ => line,
    }
}
