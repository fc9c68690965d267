//! Files whose names have everything in them, spelled as editors spell them, and texts that are no files.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::able;
use super::client::Client;
use crate::support::folder::Folder;
use crate::support::pack::MANIFEST;

const DECLARED: &str = "fact a.b: yes/no\ncause c \"C\" { rare }\n";
const USED: &str = "rule a.b { often with c  rarely anyway }\n";

/// A pack of which one file uses what the other declares.
fn pack(folder: &Path) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("pack.ron"), MANIFEST).unwrap();
    fs::write(folder.join("declared.ruleout"), DECLARED).unwrap();
    fs::write(folder.join("used.ruleout"), USED).unwrap();
}

/// Every byte that could mean something is written as its number, as the most careful editors do.
fn encoded(path: &Path) -> String {
    let mut uri = "file://".to_owned();
    for byte in path.as_os_str().as_encoded_bytes() {
        if byte.is_ascii_alphanumeric() || b"/.".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02x}");
        }
    }
    uri
}

fn open(client: &mut Client, uri: &str, text: &str) {
    let document = json!({ "uri": uri, "languageId": "ruleout", "version": 1, "text": text });
    client.tell("textDocument/didOpen", &json!({ "textDocument": document }));
}

/// Where the cause of [`USED`] is declared.
fn declaration(client: &mut Client, uri: &str) -> Result<Value, Value> {
    let column = USED.find("c  rarely").unwrap();
    let position = json!({ "line": 0, "character": column });
    client.ask("textDocument/definition", &json!({ "textDocument": { "uri": uri }, "position": position }))
}

/// The one file in which something is declared.
fn only(found: &Value) -> String {
    assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
    found[0]["uri"].as_str().unwrap().to_owned()
}

#[test]
fn a_file_is_found_whatever_is_in_its_name() {
    let folder = Folder::new();
    for name in
        ["a b", "50 %", "100%25", "a#1", "what?", "drücker", "漢💡", "a+b", "C:\\x", "[1]|^{}", "~'\"<&>"]
    {
        pack(&folder.path(name));
        let mut client = Client::meet(&able());
        let used = encoded(&folder.path(name).join("used.ruleout"));
        open(&mut client, &used, USED);
        client.until(|client| client.shown.get(&used).is_some_and(|(_, shown)| shown.is_empty()));
        // The other file, named as the server names it, is the same file.
        let found = declaration(&mut client, &used).unwrap();
        let declared = only(&found);
        assert!(
            declared.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~:/%!$&'()*+,;=@".contains(&b)),
            "{declared}"
        );
        open(&mut client, &declared, "fact a.b: yes/no\n");
        client.until(|client| {
            let messages = client.shown.get(&used).into_iter().flat_map(|(_, shown)| shown);
            messages
                .into_iter()
                .any(|shown| shown["message"].as_str().unwrap().starts_with("there is no cause `c`"))
        });
        assert!(client.end().success());
    }
}

#[test]
fn an_editor_hears_the_uri_that_it_wrote() {
    let folder = Folder::new();
    let spelled = folder.path("ä spellings");
    pack(&spelled);
    let file = spelled.join("used.ruleout");
    let plain = file.to_str().unwrap();
    for uri in [
        format!("file://{plain}"),
        format!("file://localhost{}", plain.replace(' ', "%20")),
        format!("file:{}", plain.replace('ä', "%c3%A4")),
        format!("FILE://{}", plain.replace("used", "%75sed")),
        format!("file://{}", plain.replace("/used", "/cases/../used")),
    ] {
        let mut client = Client::meet(&able());
        open(&mut client, &uri, USED);
        client.until(|client| client.shown.contains_key(&uri));
        let found = declaration(&mut client, &uri).unwrap();
        assert!(only(&found).ends_with("%C3%A4%20spellings/declared.ruleout"), "{found}");
        assert!(client.end().success());
    }
}

#[test]
fn what_is_no_file_of_this_machine_is_checked_for_its_syntax() {
    for uri in
        ["untitled:Untitled-1", "untitled:Untitled 1", "git:/a/b?c", "file://server/share/a", "file:///a%00b"]
    {
        let mut client = Client::meet(&able());
        open(&mut client, uri, USED);
        assert_eq!(declaration(&mut client, uri), Ok(json!([])), "{uri}");
        open(&mut client, uri, "cause c { usualy }");
        client.until(|client| client.shown.get(uri).is_some_and(|(_, shown)| shown.len() == 1));
        assert!(client.end().success());
    }
}

/// A source is known by its name, which is text: of what is not, only the syntax is checked, and its neighbours do not mind.
#[cfg(target_os = "linux")]
#[test]
fn a_path_that_is_no_text_is_checked_for_its_syntax() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;

    let folder = Folder::new();
    pack(folder.root());
    let odd = folder.root().join(OsStr::from_bytes(b"\xff.ruleout"));
    fs::write(&odd, "cause d \"D\" { rare }\n").unwrap();
    let mut client = Client::meet(&able());
    let (odd, used) = (encoded(&odd), encoded(&folder.path("used.ruleout")));
    open(&mut client, &odd, "cause c { usualy }");
    client.until(|client| client.shown.get(&odd).is_some_and(|(_, shown)| shown.len() == 1));
    open(&mut client, &used, USED);
    client.until(|client| client.shown.get(&used).is_some_and(|(_, shown)| shown.is_empty()));
    assert!(only(&declaration(&mut client, &used).unwrap()).ends_with("declared.ruleout"));
    assert!(client.end().success());
}
