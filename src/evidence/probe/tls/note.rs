//! The lines in which programs say what came of encrypting: those of OpenSSL (`apps/s_client.c`, `apps/lib/s_cb.c`), swaks, curl
//! (`lib/vtls/`), and `GnuTLS` (`src/cli.c`, `lib/x509/output.c`).

use super::Tls;
use crate::evidence::mail::delivery::Field;
use crate::evidence::probe::Found;
use crate::records::At;
use crate::value::Amount;

/// So many names of one certificate are kept.
const NAMES: usize = 200;

impl Tls {
    /// Reads a line; returns false where it says nothing of this.
    pub(crate) fn note(&mut self, text: &str, at: &At, found: &Found) -> bool {
        let says = text.trim_start_matches(['=', '*']).trim();
        self.of_openssl(says, at, found)
            || self.of_swaks(says, at, found)
            || self.of_curl(says, at, found)
            || self.of_gnutls(says, at, found)
    }

    fn verify(&mut self, words: &str, code: Option<u16>, at: &At) {
        let is_ok = code.map_or_else(|| words.eq_ignore_ascii_case("ok"), |code| code == 0);
        self.verify = Some((if is_ok { "ok" } else { words.trim() }.to_owned(), at.clone()));
        self.verified = Some((is_ok, at.clone()));
        self.verify_code = code.map(|code| (code, at.clone())).or_else(|| self.verify_code.take());
        // Numbers 62 and 64 say that the name or address is another one.
        if matches!(code, Some(62 | 64)) {
            self.name_matches = Some((false, at.clone()));
        }
    }

    fn started(&mut self, version: &str, cipher: &str, at: &At) {
        let known = |text: &str| {
            let is_one = !matches!(text, "" | "(NONE)" | "0000" | "NONE");
            is_one.then(|| (text.to_owned(), at.clone()))
        };
        let is_some = known(cipher).is_some();
        self.version = known(version).or_else(|| self.version.take());
        self.cipher = known(cipher).or_else(|| self.cipher.take());
        if is_some && self.started.is_none() {
            self.started = Some((true, at.clone()));
        }
    }

    fn of_openssl(&mut self, says: &str, at: &At, found: &Found) -> bool {
        let keep = |text: &str| Some((text.trim().to_owned(), at.clone()));
        if let Some(rest) = says.strip_prefix("Verify return code: ") {
            let (code, words) = rest.split_once(' ').unwrap_or((rest, ""));
            self.verify(words.trim().trim_start_matches('(').trim_end_matches(')'), code.parse().ok(), at);
        } else if let Some(rest) = says.strip_prefix("verify error:num=") {
            let (code, words) = rest.split_once(':').unwrap_or((rest, ""));
            // The first one is the deepest; the last line of all says which counts.
            if self.verify.is_none() {
                self.verify(words, code.parse().ok(), at);
            }
            if matches!(code.trim(), "62" | "64") {
                self.name_matches = Some((false, at.clone()));
            }
        } else if let Some(name) = says.strip_prefix("Verified peername: ") {
            self.name_matches = Some((true, at.clone()));
            let _ = name;
        } else if let Some(words) = says.strip_prefix("Verification error: ") {
            self.verify(words, None, at);
        } else if says == "Verification: OK" {
            self.verify("ok", None, at);
        } else if let Some((version, cipher)) =
            says.strip_prefix("New, ").and_then(|rest| rest.split_once(", Cipher is "))
        {
            // What stands before is the version of the cipher, which may be an older one, unless it is that of TLS 1.3.
            self.started(if version == "TLSv1.3" { version } else { "" }, cipher, at);
        } else if let Some((key, value)) =
            says.split_once(':').filter(|(key, _)| matches!(key.trim(), "Protocol" | "Cipher"))
        {
            let value = value.trim();
            match key.trim() {
                "Protocol" if !value.contains(' ') => self.version = keep(value),
                "Cipher" if !value.contains(' ') => self.started("", value, at),
                _ => return false,
            }
        } else if let Some(rest) = says.strip_prefix("Server public key is ") {
            self.key_bits =
                rest.split(' ').next().and_then(|bits| bits.parse().ok()).map(|bits| (bits, at.clone()));
        } else if let Some(subject) = says.strip_prefix("subject=") {
            self.subject = keep(subject);
        } else if let Some(issuer) = says.strip_prefix("issuer=") {
            self.issuer = keep(issuer);
        } else if let Some(time) = says.strip_prefix("notBefore=").or_else(|| behind(says, "Not Before")) {
            self.not_before = of_certificate(found, time).map(|time| (time, at.clone()));
        } else if let Some(time) = says.strip_prefix("notAfter=").or_else(|| behind(says, "Not After")) {
            self.not_after = of_certificate(found, time).map(|time| (time, at.clone()));
        } else if says.starts_with("DNS:") || says.starts_with("othername:") && says.contains("DNS:") {
            self.names = names(says, at);
        } else if says == "no peer certificate available"
            || says.starts_with("Didn't find STARTTLS in server response")
            || says.starts_with("Didn't found starttls in server response")
        {
            self.failed(says, at);
        } else if let Some(reason) = reason(says) {
            self.failed(reason, at);
        } else {
            return false;
        }
        true
    }

    /// `TLS started with cipher TLSv1.3:TLS_AES_256_GCM_SHA384:256`, `TLS peer[0] subject=[…]`
    fn of_swaks(&mut self, says: &str, at: &At, found: &Found) -> bool {
        if let Some(rest) = says
            .strip_prefix("TLS started with cipher ")
            .or_else(|| says.strip_prefix("TLS started w/ cipher "))
        {
            let mut parts = rest.split(':');
            let (first, second) = (parts.next().unwrap_or_default(), parts.next());
            match second {
                Some(cipher) => self.started(first, cipher, at),
                None => self.started("", first, at),
            }
            return true;
        }
        if let Some(rest) = says.strip_prefix("TLS peer DN=") {
            self.subject = Some((rest.trim_matches('"').to_owned(), at.clone()));
            return true;
        }
        let value = |key: &str| says.split_once(key).and_then(|(_, rest)| rest.split(']').next());
        if says.starts_with("TLS peer[0]") || (says.starts_with("commonName=[") && self.names.is_none()) {
            if let Some(subject) = value("subject=[") {
                self.subject = Some((subject.to_owned(), at.clone()));
            }
            if let Some(list) = value("subjectAltName=[") {
                self.names = names(list, at);
            }
            if let Some(time) = value("notAfter=[") {
                self.not_after = found.time(time).map(|time| (time, at.clone()));
            }
            return true;
        }
        if let Some(rest) = says.strip_prefix("TLS peer certificate ") {
            let of = |what: &str| match () {
                () if rest.contains(&format!("passed {what} verification")) => Some((true, at.clone())),
                () if rest.contains(&format!("failed {what} verification")) => Some((false, at.clone())),
                () => None,
            };
            self.verified = of("CA");
            self.name_matches = of("host");
            let why =
                rest.split_once("failed CA verification (").and_then(|(_, words)| words.split(')').next());
            let words = if matches!(self.verified, Some((true, _))) { Some("ok") } else { why };
            self.verify = words.map(|words| (words.to_owned(), at.clone()));
            return true;
        }
        says.starts_with("TLS ") && !says.starts_with("TLS not ")
    }

    /// `SSL connection using TLSv1.3 / TLS_AES_256_GCM_SHA384`, ` subject: CN=…`, ` SSL certificate verify ok.`
    fn of_curl(&mut self, says: &str, at: &At, found: &Found) -> bool {
        let keep = |text: &str| Some((text.trim().to_owned(), at.clone()));
        if let Some(rest) = says.strip_prefix("SSL connection using ") {
            let mut parts = rest.split(" / ");
            self.started(
                parts.next().unwrap_or_default().trim(),
                parts.next().unwrap_or_default().trim(),
                at,
            );
        } else if let Some(subject) = says.strip_prefix("subject: ") {
            self.subject = keep(subject);
        } else if let Some(issuer) = says.strip_prefix("issuer: ") {
            self.issuer = keep(issuer);
        } else if let Some(time) = says.strip_prefix("start date: ") {
            self.not_before = of_certificate(found, time).map(|time| (time, at.clone()));
        } else if let Some(time) = says.strip_prefix("expire date: ") {
            self.not_after = of_certificate(found, time).map(|time| (time, at.clone()));
        } else if says.starts_with("subjectAltName: host \"") {
            self.name_matches = Some((says.contains(" matched "), at.clone()));
        } else if says.starts_with("subjectAltName does not match ")
            || says.starts_with("SSL: no alternative certificate subject name matches")
        {
            self.name_matches = Some((false, at.clone()));
        } else if says.starts_with("SSL certificate verify ok")
            || says.starts_with("SSL certificate verified")
        {
            self.verify("ok", None, at);
        } else if let Some(words) = says.strip_prefix("SSL certificate verify result: ") {
            let words = words.split(", continuing").next().unwrap_or(words);
            let (words, code) = words
                .rsplit_once(" (")
                .map_or((words, None), |(words, code)| (words, code.trim_end_matches(')').parse().ok()));
            self.verify(words, code, at);
        } else if let Some(words) = says.strip_prefix("SSL certificate problem: ") {
            self.verify(words, None, at);
            self.failed(words, at);
        } else {
            return false;
        }
        true
    }

    /// `- Status: The certificate is trusted.`, ` - subject `CN=…', issuer `CN=…', …`
    fn of_gnutls(&mut self, says: &str, at: &At, found: &Found) -> bool {
        let Some(says) = says.strip_prefix("- ") else {
            let Some(why) = says.strip_prefix("Fatal error: ") else { return false };
            self.failed(why, at);
            return true;
        };
        let quoted = |key: &str| says.split_once(key).and_then(|(_, rest)| rest.split('\'').next());
        if let Some(words) = says.strip_prefix("Status: ") {
            let words = words.trim();
            let is_trusted = words.starts_with("The certificate is trusted");
            let why = words.split_once(". ").map_or(words, |(_, why)| why).trim_end_matches(['.', ' ']);
            self.verify(if is_trusted { "ok" } else { why }, None, at);
            if words.contains("The name in the certificate does not match") {
                self.name_matches = Some((false, at.clone()));
            }
        } else if says.starts_with("subject `") && self.subject.is_none() {
            let text = |key: &str| quoted(key).map(|text| (text.to_owned(), at.clone()));
            let time =
                |key: &str| quoted(key).and_then(|time| found.time(time)).map(|time| (time, at.clone()));
            (self.subject, self.issuer) = (text("subject `"), text("issuer `"));
            (self.not_before, self.not_after) = (time("activated `"), time("expires `"));
            let bits = says.split_once(" key ").and_then(|(_, rest)| rest.split(' ').next()?.parse().ok());
            self.key_bits = bits.map(|bits| (bits, at.clone()));
        } else if let Some(words) = says.strip_prefix("Description: ") {
            let inner = words.trim_start_matches('(');
            let version = inner.split(['-', ')']).next().unwrap_or_default();
            let cipher = words.rsplit_once("-(").map_or("", |(_, cipher)| cipher.trim_end_matches(')'));
            self.started(&version.replace("TLS", "TLSv"), cipher, at);
        } else {
            return says.starts_with("Certificate")
                || says.starts_with("Got a certificate list")
                || says.starts_with("Handshake was completed")
                || says.starts_with("Session ID")
                || says.starts_with("Options:")
                || says.starts_with("Server has requested")
                || says.starts_with("subject `");
        }
        true
    }
}

/// `Not Before: Nov  1 00:00:00 2026 GMT`, `Not After : …`
fn behind<'t>(says: &'t str, key: &str) -> Option<&'t str> {
    says.strip_prefix(key)?.trim_start().strip_prefix(':')
}

/// Reads a time as certificates are shown: `Nov  1 00:00:00 2026 GMT`.
fn of_certificate(found: &Found, text: &str) -> Option<Amount> {
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        [month, day, time, year, "GMT"] => found.time(&format!("Mon {month} {day:>2} {time} GMT {year}")),
        _ => found.time(text),
    }
}

/// `DNS:mx.example.com, DNS:*.example.com`
fn names(list: &str, at: &At) -> Field<Vec<String>> {
    let names = list.split(',').filter_map(|name| name.trim().strip_prefix("DNS:"));
    let names: Vec<String> = names.take(NAMES).map(|name| name.trim().to_owned()).collect();
    (!names.is_empty()).then(|| (names, at.clone()))
}

/// Returns the reason in an error of OpenSSL: `140735:error:1408F10B:SSL routines:ssl3_get_record:wrong version number:ssl/…`.
fn reason(says: &str) -> Option<&str> {
    let (_, rest) = says
        .split_once(":error:")
        .or_else(|| says.split_once("error:").filter(|(before, _)| before.is_empty()))?;
    let mut parts = rest.split(':');
    let (_, library, function, reason) = (parts.next()?, parts.next()?, parts.next()?, parts.next()?);
    // With system errors, the function is called and the system's own words follow.
    let is_own = library.contains("SSL")
        || library.contains("system")
        || library.contains("BIO")
        || library.contains("x509");
    let _ = function;
    (is_own && !reason.trim().is_empty()).then_some(reason.trim())
}
