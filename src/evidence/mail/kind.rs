//! What a message is: a bounce, a report, an automatic answer, or what somebody wrote.
//!
//! In: the parts of a message. Out: its [`Kind`]. A message is a bounce by what it is (RFC 3464), or by its sender together with its
//! words; words alone make none, since people quote bounces and write about them.

use std::ops::Range;
use std::sync::LazyLock;

use regex::Regex;

use super::mime::Part;
use super::reply::pattern;
use super::text::TextLine;

/// The kinds of messages, as they stand in the table.
pub(super) const KINDS: &[&str] = &[
    "bounce",
    "delay_notice",
    "success_notice",
    "vacation",
    "complaint_report",
    "report",
    "receipt",
    "challenge",
    "ordinary",
];

/// What a message is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bounce,
    DelayNotice,
    SuccessNotice,
    Vacation,
    ComplaintReport,
    Report,
    Receipt,
    Challenge,
    Ordinary,
}

impl Kind {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bounce => "bounce",
            Self::DelayNotice => "delay_notice",
            Self::SuccessNotice => "success_notice",
            Self::Vacation => "vacation",
            Self::ComplaintReport => "complaint_report",
            Self::Report => "report",
            Self::Receipt => "receipt",
            Self::Challenge => "challenge",
            Self::Ordinary => "ordinary",
        }
    }

    /// Returns the action of recipients that it tells of without one.
    pub(super) fn action(self) -> Option<&'static str> {
        match self {
            Self::Bounce => Some("failed"),
            Self::DelayNotice => Some("delayed"),
            Self::SuccessNotice => Some("delivered"),
            _ => None,
        }
    }
}

/// What is known of a message besides its header.
pub(super) struct About<'m> {
    pub(super) root: &'m Part,
    /// Its parts, without those of messages in it.
    pub(super) parts: &'m [&'m Part],
    /// Its own words.
    pub(super) words: &'m [TextLine],
    /// The actions that its notifications name.
    pub(super) actions: &'m [&'static str],
    /// Whether an address stands in its words where that of a recipient would.
    pub(super) names_recipient: bool,
}

/// Tells what a message is.
pub(super) fn kind(about: &About<'_>) -> Kind {
    let has = |kind: &str| about.parts.iter().any(|part| part.kind == kind);
    let is_feedback =
        has("message/feedback-report") || about.root.report.as_deref() == Some("feedback-report");
    if is_feedback && !is_of_authentication(about) {
        return Kind::ComplaintReport;
    }
    if is_feedback || is_report(about) {
        return Kind::Report;
    }
    // Dovecot rejects messages with the form of a receipt.
    if has("message/disposition-notification") && !(speaks_of_failure(about.words) && about.names_recipient) {
        return Kind::Receipt;
    }
    if !about.actions.is_empty() {
        return by_actions(about);
    }
    by_words(about)
}

/// Whether a report in that form is none of abuse (RFC 6591).
fn is_of_authentication(about: &About<'_>) -> bool {
    let reports = about.parts.iter().filter(|part| part.kind == "message/feedback-report");
    let lines = reports.flat_map(|part| part.lines.iter().take(50));
    let mut fields = lines.filter_map(|line| line.text.split_once(':'));
    fields.any(|(name, value)| {
        name.trim().eq_ignore_ascii_case("feedback-type") && value.trim().eq_ignore_ascii_case("auth-failure")
    })
}

/// Subjects of reports about DMARC (RFC 7489, section 7.2.1.1).
static REPORT: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)^\s*(?:\[\w+\]\s*)?report domain:\s*\S+"));

fn is_report(about: &About<'_>) -> bool {
    let tls =
        about.root.header("TLS-Report-Domain").is_some() || about.root.report.as_deref() == Some("tlsrpt");
    let part = about.parts.iter().any(|part| part.kind.starts_with("application/tlsrpt"));
    tls || part || about.root.value("Subject").is_some_and(|subject| REPORT.is_match(subject))
}

/// The notification says what became of each recipient; the worst counts.
fn by_actions(about: &About<'_>) -> Kind {
    let any = |action: &str| about.actions.contains(&action);
    if is_challenge(about) {
        Kind::Challenge
    } else if any("failed") {
        Kind::Bounce
    } else if any("delayed") {
        Kind::DelayNotice
    } else {
        Kind::SuccessNotice
    }
}

/// Senders that no person writes from.
static SERVER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)mailer[-_ ]?daemon|mail[-_ ]?daemon|mdaemon@|post-?master|mail (?:delivery|system|administrator|error)|delivery (?:sub)?system|delivery service|system administrator|undeliver|virus|symantec|^ndr@|smtp[-_]|-bounce|mailadm|inetgw|bounce",
    )
});

/// Those of them that write nothing but bounces.
static DAEMON: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)mailer[-_ ]?daemon|mail[-_ ]?daemon|\bmdaemon|mail delivery (?:sub)?system|mail delivery service",
    )
});

/// Subjects of bounces.
static SUBJECT: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)undeliver(?:able|ed)|returned (?:mail|message|e-?mail|to sender)|return(?:ing)? (?:message )?to sender|delivery (?:status )?(?:notification|failure|problem|report|error|status|has failed|failed|delayed|incomplete)|(?:mail|message|e-?mail) (?:delivery|system error|error|not delivered|undeliverable|failed|could not be delivered|couldn't be delivered|not sent|rejected|blocked|status - undeliverable)|message you sent (?:was )?blocked|failed mail|failure (?:notice|delivery)|non-?deliver|delayed mail|could not send message|nondeliverable|permanent delivery|bounced (?:mail|message)|^rejected:|automatically rejected|user unknown|unknown user|^mail failed|unzustellbar|nicht zugestellt|zustellung|non remis|non distribu|échec de (?:la )?remise|retour(?:né)? au? (?:mail|message)|no entregad|no se (?:pudo|ha podido|puede) entregar|devuelto|não (?:entregue|foi)|não entregável|mancat[oa] recapito|impossibile recapitare|non recapitabile|niet (?:bezorgd|bestelbaar|afgeleverd)|onbestelbaar|niedostarcz|nie dostarczono|недостав|не доставлен|сообщение не|возврат|配信|返送|エラー|退信|未送达|投递失败|无法投递|無法傳遞|ikke leveres|kunde inte leverera|doručit|kézbesít|teslim edilemedi|toimitta",
    )
});

/// Subjects of what somebody answers or forwards.
static ANSWER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)^\s*(?:\[[^\]]{1,40}\]\s*)?(?:re|fwd?|aw|wg|tr|rv|enc|rif|sv|vs|antw|odp|res|r|i|回复|转发|返信|転送)\s*(?:\[\d+\])?\s*[:：]",
    )
});

/// Words of bounces, near their start.
const WORDS: &[&str] = &[
    "could not be delivered",
    "couldn't be delivered",
    "couldn’t be delivered",
    "cannot be delivered",
    "can't be delivered",
    "can not be delivered",
    "not be delivered",
    "was not delivered",
    "not delivered to",
    "wasn't able to deliver",
    "unable to deliver",
    "undeliverable",
    "undelivered",
    "delivery failed",
    "delivery to the following",
    "delevery to the following",
    "delivery has failed",
    "failed to deliver",
    "did not reach",
    "could not deliver",
    "returned to sender",
    "could not be sent",
    "has been delayed",
    "not yet been delivered",
    "permanent fatal errors",
    "transient non-fatal errors",
    "this is a permanent error",
    "failed recipient",
    "failed addresses",
    "user unknown",
    "unknown user",
    "mailbox is full",
    "mailbox unavailable",
    "final delivery",
    "transcript of session",
    "has been rejected",
    "was rejected",
    "automatically rejected",
    "no such user",
    "not a valid user",
    "delivery problems",
    "following address",
    "following recipient",
    "nicht zugestellt",
    "unzustellbar",
    "pas pu etre",
    "pas pu être",
    "n'a pas été remis",
    "no pudo ser entregado",
    "no se pudo entregar",
    "no se ha podido entregar",
    "não pôde ser",
    "não foi possível entregar",
    "nao pode ser",
    "impossibile recapitare",
    "non è stato recapitato",
    "non è stato possibile",
    "niet worden bezorgd",
    "niet worden afgeleverd",
    "nie została dostarczona",
    "nie można dostarczyć",
    "nie dostarczono",
    "не может быть доставлен",
    "не удалось доставить",
    "не доставлен",
    "не было доставлено",
    "配信できません",
    "配信不能",
    "送信できません",
    "届けられません",
    "无法投递",
    "无法发送",
    "退信",
    "未能送达",
    "無法傳遞",
    "ikke leveres",
    "inte levereras",
    "ei voitu toimittaa",
    "teslim edilemedi",
    "nelze doručit",
    "nem kézbesíthető",
];

/// Returns what of a subject says which kind of message it is.
pub(crate) fn subject_spans(subject: &str) -> Vec<Range<usize>> {
    let all: [&Regex; 8] = [&REPORT, &SUBJECT, &ANSWER, &SUCCESS, &DELAY, &GAVE_UP, &VACATION, &CHALLENGE];
    spans(&all, subject)
}

/// Returns what of a sender's name says that no person writes.
pub(crate) fn sender_spans(from: &str) -> Vec<Range<usize>> {
    spans(&[&SERVER, &DAEMON], from)
}

fn spans(all: &[&Regex], text: &str) -> Vec<Range<usize>> {
    // Where a match ends within a word, that word stays as a whole.
    let whole = |found: regex::Match<'_>| {
        let rest = text.get(found.end()..).unwrap_or_default();
        let more = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let before = text.get(..found.start()).unwrap_or_default();
        let start = before.trim_end_matches(char::is_alphanumeric).len();
        start..found.end() + more
    };
    all.iter().flat_map(|one| one.find_iter(text).take(20)).map(whole).collect()
}

/// How many lines of words are looked through.
const START: usize = 40;

fn start(words: &[TextLine]) -> String {
    let lines = words.iter().filter(|line| !line.is_blank()).take(START);
    // A phrase may be wrapped.
    lines.map(|line| line.text.trim()).collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Returns whether words speak of a message that did not arrive.
pub(super) fn speaks_of_failure(words: &[TextLine]) -> bool {
    let start = start(words);
    WORDS.iter().any(|word| start.contains(word))
}

fn by_words(about: &About<'_>) -> Kind {
    let root = about.root;
    let subject = root.value("Subject").unwrap_or_default();
    let from = root.value("From");
    let is_answer = ANSWER.is_match(subject);
    let names = root.header("X-Failed-Recipients").is_some();
    let from_server = from.is_some_and(|from| SERVER.is_match(from) || is_null(from));
    let from_daemon = from.is_some_and(|from| DAEMON.is_match(from) || is_null(from));
    let null_path =
        root.value("Return-Path").is_some_and(is_null) || root.value("Envelope-From").is_some_and(is_null);
    let has_subject = SUBJECT.is_match(subject);
    let speaks = speaks_of_failure(about.words);
    // A notification that says nothing of recipients is one.
    let is_notification = root.report.as_deref() == Some("delivery-status")
        || about.parts.iter().any(|part| part.kind.ends_with("delivery-status"));
    let is_bounce = names
        || is_notification
        || (from_server || null_path) && (has_subject && (!is_answer || from_server) || speaks)
        || has_subject && speaks && !is_answer
        || from_daemon && about.names_recipient
        || speaks && about.names_recipient && !is_answer && has_subject;
    if !names && !from_daemon && is_vacation(about, from_server && is_bounce) {
        return Kind::Vacation;
    }
    if !names && !has_subject && is_challenge(about) {
        return Kind::Challenge;
    }
    if !is_bounce {
        return Kind::Ordinary;
    }
    let start = format!("{} {}", subject.to_lowercase(), start(about.words));
    if SUCCESS.is_match(&start) && !speaks {
        Kind::SuccessNotice
    } else if DELAY.is_match(&start) && !GAVE_UP.is_match(&start) {
        Kind::DelayNotice
    } else {
        Kind::Bounce
    }
}

fn is_null(value: &str) -> bool {
    let value = value.trim();
    value.is_empty() || value == "<>"
}

static SUCCESS: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)success|has been delivered|was delivered|successfully delivered|was successfully|delivered to the following|erfolgreich|correctamente|avec succès|con successo",
    )
});
static DELAY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)warning message only|do not need to resend|has been delayed|\(delay\)|delayed mail|delivery delayed|message delayed|will be retried|will (?:keep|continue) (?:to )?try|still being retried|not yet been delivered|could not send message for past|attempts will continue|transient non-fatal|temporary (?:failure|problem)[^.]{0,60}will|verzögert|retardé|retraso|retrasado|atrasad|ritardo|vertraagd|opóźnion|задерж|遅延|延迟|延遲",
    )
});
static GAVE_UP: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)given up|giving up|permanent (?:error|fatal)|failed permanently|too long|\(failure\)|has been removed from the queue|will not be (?:re)?tried",
    )
});

/// Subjects of automatic answers.
static VACATION: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)out of (?:the )?office|auto(?:matic|mated|matisch)?[-_ ]?(?:re(?:ply|sponse|sponder)|respond|answer)|autoreply|^\s*auto:|vacation|on leave|holiday|away from|abwesen|automatische (?:antwort|abwesenheit)|réponse automatique|absen(?:ce|t) d|absence|respuesta autom|fuera de (?:la )?oficina|risposta automatica|fuori (?:sede|ufficio)|resposta autom|ausência|fora do escritório|automatisch antwoord|afwezig|automatyczna odpowied|nieobecno|automatiskt? svar|autosvar|frånvar|fraværende|automaattinen|otomatik yan|automatická odpověď|automatikus válasz|автоответ|автоматический ответ|отсутств|自動(?:応答|返信|回覆|回复)|不在|自动(?:回复|答复|应答)|休假|automatiska atbilde",
    )
});

fn is_vacation(about: &About<'_>, is_bounce: bool) -> bool {
    let root = about.root;
    let has = |name: &str| root.header(name).is_some();
    let precedence = root.value("Precedence").or_else(|| root.value("X-Precedence")).unwrap_or_default();
    let marked = [
        "X-Autoreply",
        "X-Autorespond",
        "X-Autoresponder",
        "X-AutoReply-From",
        "X-Mail-Autoreply",
        "X-Vacation",
    ];
    let is_marked = marked.iter().any(|name| has(name)) || precedence.eq_ignore_ascii_case("auto_reply");
    let submitted = root.value("Auto-Submitted").unwrap_or_default().to_ascii_lowercase();
    let is_named = root.value("Subject").is_some_and(|subject| VACATION.is_match(subject));
    !is_bounce && (is_marked || is_named || submitted.starts_with("auto-replied"))
}

/// Words that ask a sender to show that he is one.
static CHALLENGE: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)guest list|approved sender|to be approved|sender (?:address )?verification|verify (?:that )?you(?:r (?:e-?mail|message|address)| are| sent)|confirm (?:that )?(?:you sent|you are (?:a |not )|your (?:message|e-?mail))|prove (?:that )?you are|spam ?arrest|challenge[-/]response|click (?:on )?(?:the|this) link (?:below )?to (?:deliver|confirm|verify|release|be added)|not pre-?approved|waitlisted|add(?:ed)? (?:yourself )?to my",
    )
});

fn is_challenge(about: &About<'_>) -> bool {
    let subject = about.root.value("Subject").unwrap_or_default();
    let is_server = about.root.value("From").is_none_or(|from| SERVER.is_match(from) || is_null(from));
    !is_server && (CHALLENGE.is_match(subject) || CHALLENGE.is_match(&start(about.words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_have_words() {
        for kind in
            [Kind::Bounce, Kind::DelayNotice, Kind::SuccessNotice, Kind::Vacation, Kind::ComplaintReport]
        {
            assert!(KINDS.contains(&kind.word()));
        }
        for kind in [Kind::Report, Kind::Receipt, Kind::Challenge, Kind::Ordinary] {
            assert!(KINDS.contains(&kind.word()) && kind.action().is_none());
        }
    }

    #[test]
    fn subjects_are_known() {
        for subject in [
            "Undelivered Mail Returned to Sender",
            "Delivery Status Notification (Failure)",
            "failure notice",
            "Unzustellbar: Angebot",
            "Mail delivery failed: returning message to sender",
            "Undeliverable: x",
            "Returned mail: see transcript for details",
            "No se puede entregar: x",
            "メール配信エラー",
        ] {
            assert!(SUBJECT.is_match(subject), "{subject}");
        }
        for subject in [
            "Automatic reply: x",
            "Abwesenheitsnotiz",
            "Réponse automatique : x",
            "自動応答: x",
            "Out of Office",
        ] {
            assert!(VACATION.is_match(subject) && !SUBJECT.is_match(subject), "{subject}");
        }
        assert!(ANSWER.is_match("Re: Undelivered Mail Returned to Sender"));
        assert!(!ANSWER.is_match("Returned mail"));
    }
}
