//! Tokens and groups of a part, as documents.

use super::doc::Doc;
use super::{Pen, Stands};
use crate::syntax::cst::{Group, Item, Kind};

/// How far in a list may hang below its own beginning.
const LIST: usize = 60;

/// How far in a condition may.
const CONDITION: usize = 30;

impl<'t> Pen<'t> {
    pub(super) fn slice(&self, item: &Item) -> &'t str {
        self.text.get(item.start()..item.end()).unwrap_or("")
    }

    pub(super) fn is(&self, item: &Item, token: &str) -> bool {
        matches!(item, Item::Token(_)) && self.slice(item) == token
    }

    /// Takes the comments before a place.
    pub(super) fn comments_before(&mut self, at: usize) -> Vec<Doc> {
        let mut docs = Vec::new();
        while let Some(comment) = self.comments.get(self.next).filter(|comment| comment.range.start < at) {
            let text = self.text.get(comment.range.clone()).unwrap_or("").to_owned();
            docs.push(match comment.stands {
                Stands::Own => Doc::Own(text),
                Stands::Behind => Doc::Trailing(text),
                Stands::Below => Doc::Below(text),
            });
            self.next += 1;
        }
        docs
    }

    /// Joins items with the blanks that their tokens want between them.
    pub(super) fn joined(&mut self, items: &[Item]) -> Doc {
        let mut docs = Vec::new();
        let mut last: Option<&Item> = None;
        for item in items {
            if let Some(last) = last {
                docs.extend(self.gap(last, item));
            }
            docs.push(self.item(item));
            last = Some(item);
        }
        Doc::Concat(docs)
    }

    fn gap(&self, last: &Item, next: &Item) -> Option<Doc> {
        let (before, after) = (self.slice(last), self.slice(next));
        let figure = |text: &str| text.ends_with(|c: char| c.is_ascii_digit());
        if [",", ":", ")"].contains(&after) || before == "(" {
            None
        } else if before == "," {
            Some(Doc::Fill)
        } else if after == ".." {
            (!figure(before)).then_some(Doc::Space(1))
        } else if before == ".." {
            let bound = self.text.get(..last.start()).unwrap_or("").trim_end();
            (!figure(bound)).then_some(Doc::Space(1))
        } else {
            Some(Doc::Space(1))
        }
    }

    pub(super) fn item(&mut self, item: &Item) -> Doc {
        match item {
            Item::Token(range) => {
                let mut docs = self.comments_before(range.start);
                docs.push(Doc::text(self.text.get(range.clone()).unwrap_or("")));
                Doc::Concat(docs)
            }
            Item::Group(group) => self.group(group),
        }
    }

    fn group(&mut self, group: &Group) -> Doc {
        let items = group.items.as_slice();
        match group.kind {
            Kind::YesNo => Doc::Concat(items.iter().map(|item| self.item(item)).collect()),
            Kind::Names | Kind::Rates | Kind::Entries => self.joined(items).hang(LIST),
            Kind::Quantity => self.quantity(items),
            Kind::Condition => self.condition(items),
            Kind::Atom => self.bracketed(items, "(", 0),
            Kind::AtLeastOf | Kind::Table => self.bracketed(items, "{", 1),
            Kind::Visit
            | Kind::Fact
            | Kind::Derive
            | Kind::Symptom
            | Kind::Rule
            | Kind::Cause
            | Kind::Fix
            | Kind::Records
            | Kind::TicketKeys
            | Kind::VisitFact => self.declaration(group),
            _ => self.joined(items),
        }
    }

    fn quantity(&mut self, items: &[Item]) -> Doc {
        match items {
            [sign, rest @ ..] if self.is(sign, "-") => Doc::Concat(vec![self.item(sign), self.joined(rest)]),
            _ => self.joined(items),
        }
    }

    /// Returns whether the author began a new line between two places.
    pub(super) fn breaks(&self, from: usize, to: usize) -> bool {
        self.text.get(from..to).is_some_and(|gap| gap.contains(['\n', '\r']))
    }

    /// Lays out terms with `and` or `or` between them: on one line, or each on its own.
    fn condition(&mut self, items: &[Item]) -> Doc {
        let pairs = items.iter().zip(items.iter().skip(1));
        let broken =
            pairs.clone().any(|(one, next)| self.connects(one) && self.breaks(one.end(), next.start()));
        let mut docs = Vec::new();
        let mut last: Option<&Item> = None;
        for item in items {
            match last {
                Some(last) if self.connects(last) => docs.push(Doc::Line(1)),
                Some(last) => docs.extend(self.gap(last, item)),
                None => {}
            }
            docs.push(self.item(item));
            last = Some(item);
        }
        let doc = Doc::Concat(docs);
        // The bracket of a condition of one term closes at the beginning of its line.
        let one = !items.iter().any(|item| self.connects(item));
        if one { doc } else { doc.hang(CONDITION).group(broken) }
    }

    fn connects(&self, item: &Item) -> bool {
        self.is(item, "and") || self.is(item, "or")
    }

    /// Lays out what stands in brackets: on one line, or indented on lines of its own, with a line break after each comma.
    fn bracketed(&mut self, items: &[Item], bracket: &str, inside: usize) -> Doc {
        let Some(open) = items.iter().position(|item| self.is(item, bracket)) else {
            return self.joined(items);
        };
        let (head, rest) = items.split_at(open + 1);
        let Some((close, content)) = rest.split_last() else { return self.joined(items) };
        let first = content.first().map_or(close.start(), Item::start);
        let opened = head.last().map_or(first, Item::end);
        let broken = self.breaks(opened, first);
        let head = self.joined(head);
        let mut content = vec![Doc::Line(inside), self.listed(content)];
        content.extend(self.comments_before(close.start()));
        let inner = Doc::Concat(content).nest(2);
        Doc::Concat(vec![head, inner, Doc::Line(inside), self.item(close)]).group(broken)
    }

    /// Lays out a list in brackets, with a line break after each comma; the types of the columns of a table line up.
    fn listed(&mut self, content: &[Item]) -> Doc {
        let column = |item: &Item| match item {
            Item::Group(group) if group.kind == Kind::Column => {
                group.items.first().map(|name| self.slice(name))
            }
            _ => None,
        };
        let names = content.iter().filter_map(|item| Some(column(item)?.chars().count() + 1));
        let width = super::column::best(names, usize::MAX);
        let mut docs = Vec::new();
        for (at, item) in content.iter().enumerate() {
            if at > 0 && !self.is(item, ",") {
                docs.push(Doc::Line(1));
            }
            docs.push(match item {
                Item::Group(group) if group.kind == Kind::Column => self.column(&group.items, width),
                _ => self.item(item),
            });
        }
        Doc::Concat(docs)
    }

    /// Lays out `name: type`, with the type in a column.
    fn column(&mut self, items: &[Item], width: usize) -> Doc {
        match items {
            [name, colon, ty @ ..] => {
                let docs = vec![self.item(name), self.item(colon), Doc::Tab(width + 1), self.joined(ty)];
                Doc::Concat(docs)
            }
            _ => self.joined(items),
        }
    }
}
