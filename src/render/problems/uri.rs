//! How programs are told of a file: by a URI reference (RFC 3986, RFC 8089).

use std::path::{MAIN_SEPARATOR, Path};

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// What may not stand in the path of a URI. Of all readers, those of the Java world take the grammar at its word.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~')
    .remove(b'!')
    .remove(b'$')
    .remove(b'&')
    .remove(b'\'')
    .remove(b'(')
    .remove(b')')
    .remove(b'*')
    .remove(b'+')
    .remove(b',')
    .remove(b';')
    .remove(b'=')
    .remove(b':')
    .remove(b'@');

/// Returns the URI reference of a path: with the scheme `file` where the path is absolute, and relative where it is not.
pub(crate) fn uri(path: &str) -> String {
    reference(path, MAIN_SEPARATOR, Path::new(path).is_absolute())
}

fn reference(path: &str, separator: char, absolute: bool) -> String {
    let path = path.replace(separator, "/");
    let before = match absolute {
        // The server of a share is the host.
        true if separator == '\\' && path.starts_with("//") => "file:",
        true if path.starts_with('/') => "file://",
        true => "file:///",
        // What stands before a colon would be a scheme.
        false if path.split('/').next().is_some_and(|first| first.contains(':')) => "./",
        false => "",
    };
    format!("{before}{}", utf8_percent_encode(&path, ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::reference;

    #[test]
    fn a_path_is_absolute_or_relative_as_a_uri_too() {
        for (path, separator, absolute, expected) in [
            ("rules/mail flow/a.ruleout", '/', false, "rules/mail%20flow/a.ruleout"),
            ("<stdin>", '/', false, "%3Cstdin%3E"),
            ("a:b/c", '/', false, "./a:b/c"),
            ("a/b:c", '/', false, "a/b:c"),
            ("/home/ann/50 % #1?", '/', true, "file:///home/ann/50%20%25%20%231%3F"),
            ("/drücker/[1]|^`{}+&=", '/', true, "file:///dr%C3%BCcker/%5B1%5D%7C%5E%60%7B%7D+&="),
            (r"/tmp/C:\x", '/', true, "file:///tmp/C:%5Cx"),
            (r"C:\packs\a b", '\\', true, "file:///C:/packs/a%20b"),
            (r"\\server\share\a", '\\', true, "file://server/share/a"),
            (r"packs\a", '\\', false, "packs/a"),
        ] {
            assert_eq!(reference(path, separator, absolute), expected);
        }
    }
}
