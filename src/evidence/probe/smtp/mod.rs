//! `smtp.sessions` and `smtp.dialogue`: what a mail server said, to a person or a program that shows both sides.
//!
//! Read are swaks, telnet, nc, `openssl s_client` and what is typed behind it, `curl -v`, `sendmail -v`, the debugging output of
//! `PHPMailer`, msmtp, Python and Exim, the transcripts that Postfix sends to its postmaster, and what people write as `C:` and `S:`.

mod port;
mod session;
mod style;
mod terminal;

pub(super) use port::Port;
pub(super) use session::Session;
pub(super) use terminal::{Terminal, failure, host_and_port};

use super::command::Command;
use super::{Block, Found, begin};
use crate::evidence::Line;
use crate::evidence::mail::delivery::STAGES;
use crate::records::{ColumnSpec, ColumnType, TableSpec};

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

/// How an attempt to talk to a server ended.
pub(super) const RESULTS: &[&str] =
    &["connected", "refused", "timeout", "no_route", "no_such_host", "tls_failed", "closed", "failed"];

/// The columns of a session.
pub(super) const SESSIONS: TableSpec = TableSpec {
    name: "smtp.sessions",
    row: "an attempt to talk to a mail server, and what came of it as a whole",
    from: "swaks, telnet, nc, openssl s_client, curl -v, sendmail -v, Test-NetConnection, debugging output of PHPMailer, msmtp, Python and Exim, transcripts of Postfix, and sessions with `C:` and `S:`",
    columns: &[
        column("session", ColumnType::Number, "which session of the artefact, from 1"),
        column(
            "server",
            ColumnType::Domain,
            "the server: the name that was asked for, or else that in its banner",
        ),
        column("server_ip", ColumnType::Ip, "its address"),
        column("port", ColumnType::Number, "the port"),
        column(
            "result",
            ColumnType::OneOf(RESULTS),
            "what came of it; `connected` where the server answered, `closed` where it ended before the client did",
        ),
        column("banner", ColumnType::Text, "the line that the server greets with, without its code"),
        column("client", ColumnType::Text, "what the client called itself"),
        column(
            "offers",
            ColumnType::Text,
            "the extensions that the server offers, the last time that it did",
        ),
        column("starttls", ColumnType::YesNo, "whether it offered STARTTLS the first time"),
        column("tls", ColumnType::YesNo, "whether the session was encrypted"),
        column("auth", ColumnType::OneOf(&["accepted", "refused"]), "what it said to the password"),
        column("size_limit", ColumnType::Size, "how large a message may be, as it says"),
        column("from", ColumnType::Text, "the envelope's sender; `<>` for none"),
        column("recipients", ColumnType::Number, "how many recipients were named"),
        column("accepted", ColumnType::Number, "how many of them it accepted"),
        column(
            "code",
            ColumnType::Number,
            "the code of the last reply that refused something, or else of the last one",
        ),
        column("status", ColumnType::Text, "its enhanced status code"),
        column("text", ColumnType::Text, "its text, or why there is no session"),
        column("stage", ColumnType::OneOf(STAGES), "what it answered"),
        column("at", ColumnType::Time, "when"),
    ],
};

/// The columns of a reply.
pub(super) const DIALOGUE: TableSpec = TableSpec {
    name: "smtp.dialogue",
    row: "a command and the reply to it, or a reply that nobody asked for",
    from: "whatever `smtp.sessions` is read from",
    columns: &[
        column("session", ColumnType::Number, "which session of the artefact, from 1"),
        column(
            "command",
            ColumnType::Text,
            "the command, in capitals; `.` for the end of a message, none for the greeting",
        ),
        column("argument", ColumnType::Text, "what stands behind it; what is said of a password is left out"),
        column("code", ColumnType::Number, "the code of the reply"),
        column("status", ColumnType::Text, "its enhanced status code"),
        column("text", ColumnType::Text, "its text, in one line, without codes"),
        column("stage", ColumnType::OneOf(STAGES), "where in the dialogue that is"),
        column("tls", ColumnType::YesNo, "whether the session was encrypted by then"),
    ],
};

/// Begins the block that a command announces.
pub(super) fn of_command(command: &Command<'_>, _: &mut Found) -> Option<Box<dyn Block>> {
    match command.program.as_str() {
        "test-netconnection" | "tnc" => Some(Box::new(Port::of_command(command))),
        "swaks" | "telnet" | "nc" | "ncat" | "netcat" | "curl" | "sendmail" => {
            Some(Box::new(Terminal::of_command(command)?))
        }
        _ => None,
    }
}

/// Begins the block whose first line this is.
pub(super) fn of_content(line: Line<'_>, found: &mut Found) -> Option<Box<dyn Block>> {
    let text = line.text.trim();
    if port::begins(text) {
        return begin(Port::default(), line, found);
    }
    let terminal = Terminal::of_content(text, found)?;
    begin(terminal, line, found)
}
