//! `openssl s_client`, `openssl x509` and gnutls-cli, from the first line to the last that can be theirs.

use super::{Peer, Tls};
use crate::evidence::Line;
use crate::evidence::probe::command::Command;
use crate::evidence::probe::smtp::{failure, host_and_port};
use crate::evidence::probe::{Block, Found, at, begin};
use crate::records::At;

/// What one run wrote.
#[derive(Default)]
pub(crate) struct Client {
    tls: Tls,
    /// Whether lines are those of a certificate, a session or another dump.
    is_in_pem: bool,
    began: Option<At>,
    has_connected: bool,
    /// Whether all that it says before the dialogue is there.
    is_done: bool,
    failed: Option<(&'static str, At)>,
}

/// How the lines of the report begin that say nothing for the table.
const REPORT: &[&str] = &[
    "---",
    "depth=",
    "verify return:",
    "Certificate chain",
    "Server certificate",
    "No client certificate",
    "Acceptable client",
    "Client Certificate Types",
    "Requested Signature",
    "Shared Requested",
    "Peer signing",
    "Peer signature",
    "Server Temp Key",
    "Peer Temp Key",
    "Negotiated TLS1.3 group",
    "SSL handshake has read",
    "Secure Renegotiation",
    "This TLS version",
    "Compression:",
    "Expansion:",
    "No ALPN",
    "ALPN",
    "Early data",
    "SSL-Session:",
    "Session-ID",
    "Master-Key",
    "Resumption PSK",
    "PSK identity",
    "SRP username",
    "Key-Arg",
    "Krb5",
    "Start Time",
    "Timeout",
    "Extended master",
    "Max Early",
    "TLS session ticket",
    "Post-Handshake",
    "read R BLOCK",
    "DONE",
    "closed",
    "read:errno",
    "write:errno",
    "Data:",
    "Version:",
    "Serial Number:",
    "Signature Algorithm",
    "Validity",
    "Subject",
    "Issuer",
    "Public Key Algorithm",
    "Public-Key:",
    "RSA Public-Key",
    "Modulus:",
    "Exponent:",
    "X509v3 ",
    "Authority Information",
    "CT Precertificate",
    "Signed Certificate",
    "CA Issuers",
    "OCSP",
    "Certificate:",
    "pub:",
    "ASN1 OID",
    "NIST CURVE",
    "Signature Value",
    "Digital Signature",
    "TLS Web",
    "CA:",
    "Policy:",
    "CPS:",
    "Log ID",
    "Timestamp",
    "Extensions:",
    "Signature :",
    "ecdsa-",
    "Full Name",
    "URI:",
    "keyid:",
    "DirName",
    "serial:",
    "SSL_",
    "SHA1 Fingerprint",
    "sha256 Fingerprint",
    "Can't use SSL_get_servername",
    "Protocol version",
    "Hash:",
    "Key:",
    "Key ID",
    "Status:",
    "Simple Client Mode",
    "Warning:",
];

impl Client {
    /// Begins what follows a command; none where it does something else.
    pub(crate) fn of_command(command: &Command<'_>) -> Option<Box<dyn Block>> {
        let is_client = command.program == "gnutls-cli" || command.words.contains(&"s_client");
        let shows = command.program == "openssl" && command.words.first() == Some(&"x509");
        if !is_client && !shows {
            return None;
        }
        let mut client = Self { began: Some(command.at.clone()), ..Self::default() };
        let target = match command.program.as_str() {
            "gnutls-cli" => {
                command.words.iter().rev().find(|word| word.contains('.') && !word.starts_with('-')).copied()
            }
            _ => command
                .option(&["-connect", "--connect", "-host"])
                .or_else(|| command.words.last().copied().filter(|word| is_client && word.contains(':'))),
        };
        let (host, port) = host_and_port(target.unwrap_or_default());
        let port =
            port.or_else(|| command.option(&["-p", "--port", "-port"]).and_then(|port| port.parse().ok()));
        let known = |text: &str| Some((text.to_owned(), command.at.clone()));
        if host.parse::<std::net::IpAddr>().is_ok() {
            client.tls.peer.ip = known(host);
        } else if host.contains('.') {
            client.tls.peer.host = known(host);
        }
        if let Some(name) =
            command.option(&["-servername", "-verify_hostname", "--sni-hostname", "--verify-hostname"])
            && client.tls.peer.host.is_none()
        {
            client.tls.peer.host = known(name);
        }
        client.tls.peer.port = port.map(|port| (port, command.at.clone()));
        let starttls = command.option(&["-starttls", "--starttls-proto"]).is_some()
            || command.words.contains(&"--starttls");
        client.tls.starttls = is_client.then(|| (starttls, command.at.clone()));
        Some(Box::new(client))
    }

    /// Begins with a line that only these write.
    pub(crate) fn of_content(line: Line<'_>, found: &mut Found) -> Option<Box<dyn Block>> {
        let text = line.text.trim();
        let is_date = |key: &str| text.strip_prefix(key).is_some_and(|rest| rest.ends_with(" GMT"));
        let is_own = text.starts_with("CONNECTED(0")
            || text.starts_with("verify error:num=")
            || text.starts_with("Verify return code: ")
            || is_date("notBefore=")
            || is_date("notAfter=")
            || text == "-----BEGIN CERTIFICATE-----"
            || text.starts_with("depth=0 ")
            || text.starts_with("- Status: The certificate is ")
            || (text.starts_with("Connecting to '") && text.ends_with("'..."))
            || text == "Certificate:"
            || text == "Didn't find STARTTLS in server response, trying anyway...";
        if is_own { begin(Self::default(), line, found) } else { None }
    }

    fn connection(&mut self, text: &str, here: &At) -> bool {
        if text.starts_with("CONNECTED(") {
            self.has_connected = true;
            return true;
        }
        // Resolving and connecting, by OpenSSL 3.2 and GnuTLS.
        if let Some(rest) = text.strip_prefix("Connecting to ") {
            let (host, port) = host_and_port(rest.trim_end_matches("...").trim_matches('\''));
            if host.parse::<std::net::IpAddr>().is_ok() {
                self.tls.peer.ip = Some((host.to_owned(), here.clone()));
            }
            self.tls.peer.port = self.tls.peer.port.take().or(port.map(|port| (port, here.clone())));
            return true;
        }
        if text.starts_with("Resolving '") || text.starts_with("Processed ") {
            return true;
        }
        let is_failure = [
            "connect:",
            "connect: ",
            "getaddrinfo: ",
            "gethostbyname",
            "BIO_connect",
            "Could not connect to ",
            "Cannot resolve ",
            "Error resolving ",
        ];
        let is_failure = is_failure.iter().any(|begins| text.starts_with(begins))
            || text.contains(":system library:")
            || text.contains("BIO routines:")
            || text.contains("system lib");
        if is_failure && let Some(result) = failure(text) {
            self.failed.get_or_insert_with(|| (result, here.clone()));
            return true;
        }
        text.starts_with("connect:errno=") || text.contains("BIO routines:") || text.contains(":system lib")
    }

    fn begin_pem(&mut self, text: &str) -> bool {
        if text.starts_with("-----BEGIN ") && text.ends_with("-----") {
            self.is_in_pem = true;
            return true;
        }
        if self.is_in_pem {
            self.is_in_pem = !text.starts_with("-----END ");
            return text.len() <= 80 && !text.contains(' ') || text.starts_with("-----END ");
        }
        false
    }

    /// `    v:NotBefore: Nov  1 00:00:00 2026 GMT; NotAfter: Jan 30 00:00:00 2027 GMT` of the first certificate.
    fn valid(&mut self, text: &str, here: &At, found: &Found) -> bool {
        let Some((before, after)) =
            text.strip_prefix("v:NotBefore: ").and_then(|rest| rest.split_once("; NotAfter: "))
        else {
            return false;
        };
        if self.tls.not_after.is_none() {
            self.tls.note(&format!("notBefore={before}"), here, found);
            self.tls.note(&format!("notAfter={after}"), here, found);
        }
        true
    }
}

/// Returns whether a line is a part of the report that says nothing for the table.
fn is_report(text: &str) -> bool {
    let behind_number = text.trim_start_matches(|sign: char| sign.is_ascii_digit()).trim_start();
    let is_chain = ["s:", "i:", "a:", "v:"].iter().any(|mark| behind_number.starts_with(mark));
    REPORT.iter().any(|begins| text.starts_with(begins)) || is_chain || is_dump(text)
}

/// Returns whether a line is one of bytes: `0010 - 2a 7b`, `2a:7b:00`.
fn is_dump(text: &str) -> bool {
    let is_hex = |digits: &str| digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_row = text.get(4..7) == Some(" - ");
    is_row || (text.len() > 2 && text.trim_end_matches(':').split(':').all(is_hex))
}

impl Block for Client {
    fn line(&mut self, line: Line<'_>, found: &mut Found) -> bool {
        let text = line.text.trim();
        let here = at(line);
        if text.is_empty() {
            return true;
        }
        self.began.get_or_insert_with(|| here.clone());
        if self.begin_pem(text) {
            return true;
        }
        self.is_in_pem = false;
        if self.connection(text, &here) || self.valid(text, &here, found) {
            return true;
        }
        // Behind the report stands the last line of what the server offers, before anything is typed.
        let is_offer = text.starts_with("250 ") && self.has_connected && !self.is_done;
        if is_offer {
            self.is_done = true;
            return true;
        }
        if self.tls.note(text, &here, found) {
            return true;
        }
        let is_text = text
            .strip_prefix("Subject: ")
            .map(|rest| ("subject=", rest))
            .or_else(|| text.strip_prefix("Issuer: ").map(|rest| ("issuer=", rest)));
        if let Some((key, rest)) = is_text {
            return self.tls.note(&format!("{key}{rest}"), &here, found);
        }
        if let Some(rest) =
            text.strip_prefix("Public-Key: (").or_else(|| text.strip_prefix("RSA Public-Key: ("))
        {
            return self.tls.note(&format!("Server public key is {rest}"), &here, found);
        }
        is_report(text)
    }

    fn end(&mut self, _: bool, found: &mut Found) {
        let tls = std::mem::take(&mut self.tls);
        let Peer { host, ip, port } = tls.peer.clone();
        if let Some(at) = tls.has_started() {
            found.peer = Some((tls.peer.clone(), at));
        }
        if let Some((result, at)) = self.failed.take().filter(|_| !self.has_connected) {
            let mut session = super::Session::default();
            (session.server, session.server_ip, session.port) = (host, ip, port);
            session.see(&at);
            session.why = Some((at.text.trim().to_owned(), at.clone()));
            session.result = Some((result, at));
            session.end(found);
        } else {
            tls.end(found);
        }
    }
}
