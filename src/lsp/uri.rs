//! Files as the protocol names them: `file:///home/ann/my%20pack/pack.ron` (RFC 8089, RFC 3986).

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr as _;

use lsp_types::Uri;

/// The file that is meant; none where it is not one of this machine, such as a text that was never saved.
pub(super) fn path(uri: &Uri) -> Option<PathBuf> {
    let rest = uri.as_str().strip_prefix("file://")?;
    let rest = rest.strip_prefix("localhost").unwrap_or(rest);
    let decoded = decoded(rest.split(['?', '#']).next().unwrap_or(rest))?;
    let drive = decoded.strip_prefix('/').filter(|rest| is_drive(rest));
    decoded.starts_with('/').then(|| PathBuf::from(drive.unwrap_or(&decoded)))
}

/// A file as the protocol names it.
pub(super) fn uri(path: &Path) -> Option<Uri> {
    let text = path.to_str()?.replace(std::path::MAIN_SEPARATOR, "/");
    let slash = if text.starts_with('/') { "" } else { "/" };
    Uri::from_str(&format!("file://{slash}{}", encoded(&text))).ok()
}

/// What a text is called by: the path of a file, or what the editor calls one that was never saved.
pub(super) fn of_name(name: &str) -> Option<Uri> {
    if Path::new(name).is_absolute() { uri(Path::new(name)) } else { Uri::from_str(name).ok() }
}

/// `C:/…`
fn is_drive(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic()) && bytes.next() == Some(b':')
}

fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: u8| char::from(byte).to_digit(16);
            let (high, low) = (digit(rest.next()?)?, digit(rest.next()?)?);
            bytes.push(u8::try_from(high * 16 + low).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok().filter(|text| !text.contains('\0'))
}

fn encoded(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:@!$&'()+,;=".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_named_and_found_again() {
        let file = Path::new("/home/ann/my packs/drücker #1/pack.ron");
        let named = uri(file).unwrap();
        assert_eq!(named.as_str(), "file:///home/ann/my%20packs/dr%C3%BCcker%20%231/pack.ron");
        assert_eq!(path(&named).as_deref(), Some(file));
    }

    #[test]
    fn what_is_no_file_has_no_path() {
        for text in ["untitled:Untitled-1", "file://server/share/a", "file:///a%00b", "git:/a?b"] {
            assert_eq!(path(&Uri::from_str(text).unwrap()), None, "{text}");
        }
        let drive = Uri::from_str("file:///c%3A/packs/a.ruleout").unwrap();
        assert_eq!(path(&drive), Some(PathBuf::from("c:/packs/a.ruleout")));
    }
}
