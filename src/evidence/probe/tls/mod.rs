//! `tls.sessions`: what came of an attempt to encrypt, and what the server's certificate says.
//!
//! Read are `openssl s_client`, `openssl x509`, gnutls-cli, and what swaks and curl say of it between the lines of a session. The
//! certificate itself, where it stands there as PEM, is not decoded.

mod client;
mod host_name;
mod note;

pub(super) use client::Client;

use super::Found;
use super::smtp::Session;
use crate::evidence::mail::delivery::Field;
use crate::records::{At, ColumnSpec, ColumnType, Draft, TableSpec};
use crate::value::Amount;

const fn column(name: &'static str, ty: ColumnType, about: &'static str) -> ColumnSpec {
    ColumnSpec { name, ty, about }
}

/// The columns.
pub(super) const SESSIONS: TableSpec = TableSpec {
    name: "tls.sessions",
    row: "an attempt to encrypt a connection, or a certificate that is shown alone",
    from: "openssl s_client, openssl x509, gnutls-cli, swaks --tls, curl -v",
    columns: &[
        column("host", ColumnType::Domain, "the host that was asked for"),
        column("host_ip", ColumnType::Ip, "its address"),
        column("port", ColumnType::Number, "the port"),
        column("starttls", ColumnType::YesNo, "whether it began without encryption, and then asked for it"),
        column("started", ColumnType::YesNo, "whether the connection was encrypted in the end"),
        column("version", ColumnType::Text, "the version that was agreed on: TLSv1.3"),
        column("cipher", ColumnType::Text, "the cipher that was agreed on"),
        column("offered", ColumnType::Text, "the versions that the server offers, where all were tried"),
        column(
            "verification",
            ColumnType::Text,
            "what came of checking the certificate: ok, or what is wrong in the words of the program",
        ),
        column(
            "verified",
            ColumnType::YesNo,
            "whether the certificate leads to an authority that is trusted, and is valid",
        ),
        column("verify_code", ColumnType::Number, "the number that OpenSSL has for that"),
        column(
            "name_matches",
            ColumnType::YesNo,
            "whether the certificate is for the host that was asked for (RFC 6125)",
        ),
        column("not_before", ColumnType::Time, "from when the certificate is valid"),
        column("not_after", ColumnType::Time, "until when"),
        column("issuer", ColumnType::Text, "who signed it"),
        column("subject", ColumnType::Text, "whom it is for"),
        column("names", ColumnType::Text, "the names that it is for, with blanks between them"),
        column("key_bits", ColumnType::Number, "how long its key is"),
        column("error", ColumnType::Text, "why the connection is not encrypted, in the words of the program"),
    ],
};

/// Where a connection leads.
#[derive(Debug, Clone, Default)]
pub(super) struct Peer {
    pub(super) host: Field<String>,
    pub(super) ip: Field<String>,
    pub(super) port: Field<u16>,
}

/// An attempt to encrypt, under way.
#[derive(Debug, Clone, Default)]
pub(super) struct Tls {
    pub(super) peer: Peer,
    pub(super) starttls: Field<bool>,
    started: Field<bool>,
    version: Field<String>,
    cipher: Field<String>,
    verify: Field<String>,
    verified: Field<bool>,
    verify_code: Field<u16>,
    name_matches: Field<bool>,
    not_before: Field<Amount>,
    not_after: Field<Amount>,
    issuer: Field<String>,
    subject: Field<String>,
    names: Field<Vec<String>>,
    key_bits: Field<u32>,
    error: Field<String>,
}

impl Tls {
    /// Takes note of a failure; the first one is the reason.
    pub(super) fn failed(&mut self, why: &str, at: &At) {
        self.error.get_or_insert_with(|| (why.trim().to_owned(), at.clone()));
        self.started = Some((false, at.clone()));
    }

    /// Returns the line that says that the connection is encrypted; none where none does.
    pub(super) fn has_started(&self) -> Option<At> {
        self.started.as_ref().filter(|(started, _)| *started).map(|(_, at)| at.clone())
    }

    /// Takes over what a session knows, and gives it what is known here.
    pub(super) fn of_session(mut self, session: &mut Session) -> Self {
        if let Some((started, at)) = &self.started
            && session.tls.is_none()
        {
            session.tls = Some((*started, at.clone()));
        }
        if self.peer.host.is_none() {
            self.peer = Peer {
                host: session.server.clone(),
                ip: session.server_ip.clone(),
                port: session.port.clone(),
            };
        }
        self
    }

    fn is_known(&self) -> bool {
        self.started.is_some()
            || self.verify.is_some()
            || self.subject.is_some()
            || self.not_after.is_some()
            || self.names.is_some()
            || self.error.is_some()
    }

    /// Adds its row, where anything is known.
    pub(super) fn end(mut self, found: &mut Found) {
        if self.has_started().is_none() {
            // OpenSSL shows a version that it tried, and `0 (ok)` where there was no certificate.
            (self.version, self.cipher) = (None, None);
            if matches!(self.verified, Some((true, _))) && self.error.is_some() {
                (self.verify, self.verified, self.verify_code) = (None, None, None);
            }
        }
        let Some(at) = self.place().filter(|_| self.is_known()) else { return };
        let mut row = Draft::new(&SESSIONS, at);
        if let Some((host, at)) = &self.peer.host {
            row.domain("host", host, at);
        }
        if let Some((ip, at)) = &self.peer.ip {
            row.ip("host_ip", ip, at);
        }
        if let Some((port, at)) = &self.peer.port {
            row.whole("port", (*port).into(), at);
        }
        let name_matches = self.name_matches.clone().or_else(|| self.compare());
        let yes_no = [
            ("starttls", &self.starttls),
            ("started", &self.started),
            ("verified", &self.verified),
            ("name_matches", &name_matches),
        ];
        for (column, field) in yes_no {
            if let Some((yes, at)) = field {
                row.yes_no(column, *yes, at);
            }
        }
        let texts = [
            ("version", &self.version),
            ("cipher", &self.cipher),
            ("verification", &self.verify),
            ("issuer", &self.issuer),
            ("subject", &self.subject),
            ("error", &self.error),
        ];
        for (column, field) in texts {
            if let Some((text, at)) = field {
                row.text(column, text, at);
            }
        }
        for (column, field) in [("not_before", &self.not_before), ("not_after", &self.not_after)] {
            if let Some((time, at)) = field {
                row.time(column, *time, at);
            }
        }
        if let Some((code, at)) = &self.verify_code {
            row.whole("verify_code", (*code).into(), at);
        }
        if let Some((bits, at)) = &self.key_bits {
            row.whole("key_bits", (*bits).into(), at);
        }
        if let Some((names, at)) = &self.names {
            row.text("names", &names.join(" "), at);
        }
        found.rows.push(row);
    }

    /// Compares the names of the certificate with the host that was asked for.
    fn compare(&self) -> Field<bool> {
        let ((names, at), (host, _)) = (self.names.as_ref()?, self.peer.host.as_ref()?);
        Some((names.iter().any(|name| host_name::matches(name, host)), at.clone()))
    }

    /// Returns the line that says the most.
    fn place(&self) -> Option<At> {
        let texts = [&self.error, &self.verify, &self.cipher, &self.version, &self.subject, &self.issuer];
        let of_text = texts.into_iter().flatten().map(|(_, at)| at).next();
        let of_started = || self.started.as_ref().map(|(_, at)| at);
        let of_dates = || self.not_after.as_ref().or(self.not_before.as_ref()).map(|(_, at)| at);
        let of_names = || self.names.as_ref().map(|(_, at)| at);
        of_text.or_else(of_started).or_else(of_dates).or_else(of_names).cloned()
    }
}
