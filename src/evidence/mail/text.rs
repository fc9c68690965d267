//! The words of a mail as lines: without HTML, without the marks of quoting.

use crate::records::At;

/// A line of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TextLine {
    /// In the artefact as it was given, from 1.
    pub(crate) number: u32,
    pub(crate) text: String,
}

impl TextLine {
    pub(crate) fn new(number: u32, text: &str) -> Self {
        Self { number, text: text.to_owned() }
    }

    /// Returns its place.
    pub(crate) fn at(&self) -> At {
        At::new(self.number, self.text.trim())
    }

    pub(crate) fn is_blank(&self) -> bool {
        self.text.trim().is_empty()
    }
}

/// Elements that begin a line, those that stand apart from it by an empty one, and those whose content nobody reads.
const LINES: &[&str] = &["br", "div", "tr", "li", "dd", "dt", "blockquote", "pre", "title"];
const PARAGRAPHS: &[&str] =
    &["p", "table", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "ul", "ol", "dl", "body"];
const UNSEEN: &[&str] = &["style", "script", "head", "title"];
/// Others that occur in mails: they stand within a line.
const WITHIN: &[&str] = &[
    "a", "abbr", "b", "big", "center", "code", "em", "font", "html", "i", "img", "meta", "link", "o:p", "s",
    "small", "span", "strong", "sub", "sup", "tbody", "td", "th", "thead", "tt", "u", "xml", "input", "form",
    "button", "col", "colgroup", "label",
];

/// Returns a text without its tags, where it has any; `is_html` where it says that it is HTML.
pub(super) fn plain(lines: &[TextLine], is_html: bool) -> Vec<TextLine> {
    let tagged = |line: &&TextLine| tags(&line.text) > 0;
    if !is_html && lines.iter().take(2000).filter(tagged).count() < 1 {
        return lines.to_vec();
    }
    let mut stripper = Stripper { is_html, ..Stripper::default() };
    for line in lines {
        stripper.line(line);
    }
    stripper.end();
    stripper.out
}

/// Counts the tags of a line that HTML knows.
fn tags(line: &str) -> usize {
    line.split('<').skip(1).filter(|rest| known(rest).is_some()).count()
}

/// Returns the name of the element that a tag begins or ends, and whether it ends it; none where it is no tag.
fn known(after: &str) -> Option<(String, bool)> {
    let (rest, ends) = match after.strip_prefix('/') {
        Some(rest) => (rest, true),
        None => (after, false),
    };
    let name = rest.split(|c: char| c.is_whitespace() || c == '>' || c == '/').next()?;
    if rest.len() == name.len() || name.len() > 12 {
        return None;
    }
    let name = name.to_ascii_lowercase();
    let is_known = [LINES, PARAGRAPHS, UNSEEN, WITHIN].iter().any(|names| names.contains(&name.as_str()));
    is_known.then_some((name, ends))
}

#[derive(Debug, Default)]
struct Stripper {
    is_html: bool,
    out: Vec<TextLine>,
    /// The line under way.
    text: String,
    number: u32,
    /// Whether a tag goes on that an earlier line began, or a comment, or an element that nobody reads.
    in_tag: bool,
    in_comment: bool,
    unseen: Option<String>,
}

impl Stripper {
    fn line(&mut self, line: &TextLine) {
        self.number = line.number;
        let mut rest = line.text.as_str();
        while !rest.is_empty() {
            rest = self.piece(rest);
        }
        if self.is_html {
            // A line of HTML ends nothing, but keeps its place.
            if !self.text.trim().is_empty() {
                self.flush();
            }
        } else {
            self.flush();
        }
    }

    /// Takes what comes first, and returns the rest.
    fn piece<'t>(&mut self, text: &'t str) -> &'t str {
        if self.in_comment {
            let Some((_, rest)) = text.split_once("-->") else { return "" };
            self.in_comment = false;
            return rest;
        }
        if self.in_tag {
            let Some((_, rest)) = text.split_once('>') else { return "" };
            self.in_tag = false;
            return rest;
        }
        let (words, rest) = text.split_once('<').unwrap_or((text, ""));
        if self.unseen.is_none() {
            self.text.push_str(&entities(words));
        }
        if words.len() == text.len() {
            return "";
        }
        if rest.starts_with("!--") {
            self.in_comment = true;
        } else if rest.starts_with('!') || rest.starts_with('?') {
            self.in_tag = true;
        } else if let Some((name, ends)) = known(rest).or_else(|| self.open_ended(rest)) {
            self.tag(&name, ends);
            self.in_tag = true;
        } else if self.unseen.is_none() {
            self.text.push('<');
        }
        rest
    }

    /// A tag whose attributes stand in the next line.
    fn open_ended(&self, rest: &str) -> Option<(String, bool)> {
        let is_last = self.is_html && !rest.contains(['>', '@']);
        is_last.then(|| known(&format!("{rest} "))).flatten()
    }

    fn tag(&mut self, name: &str, ends: bool) {
        match &self.unseen {
            Some(unseen) if ends && unseen == name => self.unseen = None,
            Some(_) => return,
            None if !ends && UNSEEN.contains(&name) => self.unseen = Some(name.to_owned()),
            None => (),
        }
        if LINES.contains(&name) && !(ends && name == "br") {
            self.flush_unless_empty(name == "br");
        } else if PARAGRAPHS.contains(&name) {
            self.flush_unless_empty(false);
            if self.out.last().is_some_and(|line| !line.is_blank()) {
                self.out.push(TextLine::new(self.number, ""));
            }
        } else if name == "td" || name == "th" {
            self.text.push(' ');
        }
    }

    fn flush_unless_empty(&mut self, even_empty: bool) {
        if even_empty || !self.text.trim().is_empty() {
            self.flush();
        }
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.out.push(TextLine { number: self.number, text });
    }

    fn end(&mut self) {
        self.flush_unless_empty(false);
    }
}

/// Returns a text with the characters that its entities stand for.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let end = after.bytes().take(10).position(|byte| byte == b';');
        let name = end.and_then(|end| after.get(..end));
        if let Some(character) = name.and_then(entity) {
            out.push(character);
            rest = end.and_then(|end| after.get(end + 1..)).unwrap_or_default();
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn entity(name: &str) -> Option<char> {
    Some(match name {
        "lt" => '<',
        "gt" => '>',
        "amp" => '&',
        "quot" => '"',
        "apos" => '\'',
        "nbsp" => ' ',
        _ => {
            let digits = name.strip_prefix('#')?;
            let hex = digits.strip_prefix(['x', 'X']).map(|hex| u32::from_str_radix(hex, 16));
            let code = hex.unwrap_or_else(|| digits.parse()).ok()?;
            match char::from_u32(code)? {
                '\u{a0}' => ' ',
                other => other,
            }
        }
    })
}

/// Returns a text without the `>` of those who quote it, where most of its lines have them.
pub(super) fn unquoted(lines: &[TextLine]) -> Vec<TextLine> {
    let mut lines = lines.to_vec();
    for _ in 0..5 {
        let words = lines.iter().filter(|line| !line.is_blank()).count();
        let quoted = |line: &&TextLine| mark(&line.text).is_some();
        if words == 0 || lines.iter().filter(quoted).count() * 10 < words * 7 {
            break;
        }
        for line in &mut lines {
            if let Some(text) = mark(&line.text) {
                line.text = text.to_owned();
            }
        }
    }
    lines
}

fn mark(line: &str) -> Option<&str> {
    let rest = line.trim_start().strip_prefix(['>', '|'])?;
    Some(rest.strip_prefix(' ').unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &str) -> Vec<TextLine> {
        (1..).zip(text.lines()).map(|(number, line)| TextLine::new(number, line)).collect()
    }

    fn shown(lines: &[TextLine]) -> Vec<String> {
        lines.iter().map(|line| format!("{}:{}", line.number, line.text.trim())).collect()
    }

    #[test]
    fn tags_are_left_out_and_addresses_are_kept() {
        let html = lines(
            "<html><head><title>x</title></head>\n<body><p>To &lt;a@example.com&gt;<br>\n550 5.1.1 no&nbsp;such\n<a href=\"http://x\"\n>user</a></p>",
        );
        let text = shown(&plain(&html, true));
        assert!(text.contains(&"2:To <a@example.com>".to_owned()), "{text:?}");
        assert!(text.contains(&"3:550 5.1.1 no such".to_owned()), "{text:?}");
        let text = lines("<a@example.com>: 550 no\n<br>said");
        assert_eq!(shown(&plain(&text, false)), ["1:<a@example.com>: 550 no", "2:", "2:said"]);
    }

    #[test]
    fn marks_of_quoting_are_left_out() {
        assert_eq!(
            shown(&unquoted(&lines("> > 550 no\n> > user\n>\n> > x"))),
            ["1:550 no", "2:user", "3:", "4:x"]
        );
    }
}
