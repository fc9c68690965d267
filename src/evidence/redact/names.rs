//! The names of a run: what people, hosts and messages are called, as it stands in places that say so. What is one there is one
//! wherever it stands alone.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use regex::Regex;

use super::host;
use super::kept::Kept;
use crate::evidence::mail::reply::{self, pattern};

/// Words of texts about mail; none of them is taken for somebody's name where it stands alone.
static ORDINARY: LazyLock<BTreeSet<&'static str>> =
    LazyLock::new(|| include_str!("words.txt").split_whitespace().collect());

/// What is known of the names in some artefacts.
#[derive(Debug, Default)]
pub(super) struct Names {
    /// Of people, accounts, organisations and hosts, in small letters.
    words: BTreeSet<String>,
    /// Those in scripts that put no blanks between words.
    unspaced: BTreeSet<String>,
    /// Of messages in queues.
    pub(super) ids: BTreeSet<String>,
    /// How often a host stands where a block list would, and how often at all.
    lists: BTreeMap<String, (u32, u32)>,
    /// The registered domains of those that are block lists.
    of_lists: BTreeSet<String>,
}

/// Names that say what an account is for, and readers tell by them who wrote.
const ROLES: &[&str] = &[
    "mailer-daemon",
    "postmaster",
    "mail-daemon",
    "maildaemon",
    "mdaemon",
    "mailerdaemon",
    "mail_daemon",
    "abuse",
    "hostmaster",
    "noc",
    "mailadm",
    "mailadmin",
    "double-bounce",
    "root",
    "daemon",
    "nobody",
    "noreply",
    "no-reply",
    "donotreply",
    "do-not-reply",
    "ndr",
    "bounce",
    "bounces",
    "undisclosed-recipients",
];

/// What stands before names in rewritten addresses (SRS, BATV, VERP), and what hosts are called for what they do.
const MARKS: &[&str] = &[
    "srs0", "srs1", "srs", "prvs", "btv1", "msprvs1", "bounce", "bounces", "owner", "request", "return",
    "noreply", "reply", "devnull", "daemon", "mailer", "virus", "ndr",
];

/// Names of hosts that only say what they do; with numbers, too.
const DUTIES: &[&str] = &[
    "mail",
    "mx",
    "smtp",
    "imap",
    "pop",
    "pop3",
    "www",
    "ns",
    "dns",
    "mta",
    "relay",
    "gw",
    "gateway",
    "in",
    "out",
    "mailin",
    "mailout",
    "smtpin",
    "smtpout",
    "outbound",
    "inbound",
    "submission",
    "autodiscover",
    "webmail",
    "email",
    "mta-sts",
    "host",
    "server",
    "localhost",
    "unknown",
    "bounce",
    "bounces",
    "lists",
];

/// Returns whether an account is called by what it is for.
pub(super) fn is_role(local: &str) -> bool {
    let local = local.to_lowercase();
    // Exchange writes its reports from an account with this name and a number that all installations share.
    ROLES.contains(&local.as_str()) || local.starts_with("microsoftexchange")
}

/// Returns whether a part of an account's name only marks what the address is.
pub(super) fn is_mark(part: &str) -> bool {
    MARKS.contains(&part.to_lowercase().as_str())
}

/// Returns whether a host's label only says what the host does.
pub(super) fn is_duty(label: &str) -> bool {
    let letters = label.trim_end_matches(|c: char| c.is_ascii_digit() || c == '-');
    DUTIES.contains(&letters.to_lowercase().as_str())
}

fn is_ordinary(word: &str) -> bool {
    ORDINARY.contains(word) || is_role(word) || is_duty(word)
}

/// Keys whose values are accounts: `sasl_username=bob`, `"user": "bob"`, `Name="TargetUserName">bob<`.
static USER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:\b|_|target|subject)(?:user(?:[-_ ]?name)?|login|log[io]n[-_ ]?name|account(?:[-_ ]?name)?|ruser|owner|uid|mailbox)["']?\s*(?:=|:|>)\s*["'<\[(]?(?P<name>[\p{L}\p{N}][\p{L}\p{N}._+-]*)"#,
    )
});

/// Keys whose values are hosts.
static HOST: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r#"(?i)(?:\b|_)(?:(?:r|server|client|source|remote)?[-_]?host(?:[-_ ]?name)?|computer(?:[-_ ]?name)?|workstation(?:[-_ ]?name)?|machine(?:[-_ ]?name)?|node(?:[-_ ]?name)?|helo)["']?\s*(?:=|:|>)\s*["'<\[(]?(?P<name>[\p{L}\p{N}][\p{L}\p{N}_-]*)"#,
    )
});

/// Where messages are named by the programs that hold them.
static QUEUE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(concat!(
        r"(?:\bpostfix\S*|\bsendmail|\bsm-mta|\bopendkim|\bMTA)\[\d+\]: (?P<a>[0-9A-Za-z]{8,20}): ",
        r"|(?i:queued as|queue[- ]?id|mail id|message id|SMTPS?A?;? id|\bid|\bqid)[=: ]+[<(]?(?P<b>[0-9A-Za-z][0-9A-Za-z._-]{6,80})",
        r"|\b(?P<c>[0-9A-Za-z]{6}-[0-9A-Za-z]{6}(?:[0-9A-Za-z]{5})?-[0-9A-Za-z]{2}(?:[0-9A-Za-z]{2})?)\b",
    ))
});

impl Names {
    /// Takes the name of an account, as a whole and in its parts.
    pub(super) fn account(&mut self, name: &str) {
        let name = name.trim_matches('"').to_lowercase();
        if name.chars().count() >= 3 && name.chars().any(char::is_alphabetic) {
            self.word(&name);
        }
        for part in name.split(|c: char| !c.is_alphabetic()) {
            if part.chars().count() >= 4 {
                self.word(part);
            }
        }
    }

    /// Takes the name of a person or of an organisation, word by word.
    pub(super) fn person(&mut self, phrase: &str) {
        for word in phrase.split(|c: char| !(c.is_alphabetic() || c == '\'' || c == '-')) {
            let word = word.trim_matches(['\'', '-']).to_lowercase();
            if word.chars().count() >= 3 || word.chars().count() == 2 && !word.is_ascii() {
                self.word(&word);
                word.split(['-', '\''])
                    .filter(|part| part.chars().count() >= 3)
                    .for_each(|part| self.word(part));
            }
        }
    }

    fn word(&mut self, word: &str) {
        if is_ordinary(word) {
            return;
        }
        if word.chars().any(is_unspaced) {
            self.unspaced.insert(word.to_owned());
        }
        self.words.insert(word.to_owned());
    }

    /// Takes what a line says of accounts, hosts and messages; `host` is the one that wrote it.
    pub(super) fn line(&mut self, line: &str, host: Option<&str>) {
        for found in USER.captures_iter(line).filter_map(|found| found.name("name")) {
            if !found.as_str().contains('@')
                && line.get(found.end()..).is_some_and(|rest| !rest.starts_with('@'))
            {
                self.account(found.as_str());
            }
        }
        let named =
            HOST.captures_iter(line).filter_map(|found| found.name("name")).map(|found| found.as_str());
        for host in named.chain(host).filter(|host| !host.contains('.')) {
            if host.chars().any(char::is_alphabetic) && host.chars().count() >= 3 {
                self.word(&host.to_lowercase());
            }
        }
        for found in QUEUE.captures_iter(line) {
            let id = ["a", "b", "c"].iter().find_map(|name| found.name(name));
            if let Some(id) = id.map(|id| id.as_str().trim_end_matches(['.', '-'])) {
                self.id(id);
            }
        }
        if let Some(list) = reply::list(line).filter(|list| is_list(line, list)) {
            self.lists.entry(list).or_default().0 += 1;
        }
    }

    /// Takes a block list that a reader found, perhaps in a reply of several lines.
    pub(super) fn list(&mut self, name: &str) {
        if CALLED.is_match(name) {
            self.lists.entry(name.to_owned()).or_default().0 += 1;
        }
    }

    /// Takes the name of a message: no word, since it has digits in it.
    pub(super) fn id(&mut self, id: &str) {
        if id.len() >= 6
            && id.chars().any(|c| c.is_ascii_digit())
            && !id.contains('@')
            && host::parts(id).is_none()
        {
            self.ids.insert(id.to_owned());
        }
    }

    /// Takes a host, and the organisation that its domain is called by.
    pub(super) fn host(&mut self, name: &str) {
        self.lists.entry(host::normal(name)).or_default().1 += 1;
        let Some(parts) = host::parts(name) else { return };
        let label = parts.registered.split('.').next().unwrap_or_default();
        if label.chars().filter(|c| c.is_alphabetic()).count() >= 4 && !label.starts_with("xn--") {
            self.account(label);
        }
    }

    /// Returns whether a word is a name wherever it stands.
    pub(super) fn is_name(&self, word: &str, kept: &Kept) -> bool {
        let word = word.to_lowercase();
        self.words.contains(&word) && !kept.words.contains(&word)
    }

    /// Returns whether a host is a public block list: it stands nowhere else, or beneath the domain of one.
    pub(super) fn is_list(&self, name: &str) -> bool {
        let is_called = || CALLED.is_match(name);
        self.lists.get(name).is_some_and(|(in_place, all)| *in_place > 0 && (in_place >= all || is_called()))
    }

    /// Returns whether a registered domain is that of a public block list.
    pub(super) fn is_list_domain(&self, registered: &str) -> bool {
        self.of_lists.contains(registered)
    }

    /// Says that all is learnt.
    pub(super) fn settle(&mut self) {
        let lists = self.lists.keys().filter(|name| self.is_list(name));
        self.of_lists = lists.filter_map(|name| Some(host::parts(name)?.registered)).collect();
    }

    /// Returns the names of scripts without blanks, the longest first.
    pub(super) fn unspaced(&self) -> Vec<String> {
        let mut names: Vec<String> = self.unspaced.iter().cloned().collect();
        names.sort_by_key(|name| std::cmp::Reverse(name.len()));
        names.truncate(1000);
        names
    }
}

/// What block lists are called, and other hosts are not.
static CALLED: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?:^|[.-])[a-z0-9]*bl[0-9]*(?:[.-]|$)|spam|abuse|blacklist|blocklist"));

/// Returns whether what is said to be a list is one: a server that rejects something is called so by some readers too.
fn is_list(line: &str, list: &str) -> bool {
    static SAYS: LazyLock<Regex> = LazyLock::new(|| {
        pattern(
            r"(?i)(?:blocked|refused|blacklisted|blocklisted|rejected) using|listed (?:in|at|on|by)|\b(?:dns)?[br]bl\b",
        )
    });
    SAYS.is_match(line) || CALLED.is_match(list)
}

/// Returns whether a letter is of a script that puts no blanks between words.
fn is_unspaced(c: char) -> bool {
    matches!(c, '\u{0e00}'..='\u{0eff}' | '\u{1780}'..='\u{17ff}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}')
}
