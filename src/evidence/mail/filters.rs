//! What filters write into the header of a message.
//!
//! In: a field. Out: findings, one a verdict. Known are Microsoft's X-Forefront-Antispam-Report, X-Microsoft-Antispam and
//! X-MS-Exchange-Organization-SCL, PCL and `AuthAs`; `SpamAssassin`'s X-Spam-Status; rspamd's X-Spamd-Result;
//! X-Barracuda-Spam-Status and -Score; X-Proofpoint-Spam-Details; X-Mimecast-Spam-Score.

use super::results::Finding;

/// The verdicts of Microsoft's reports that say something by themselves.
const MICROSOFT: &[&str] = &["SCL", "BCL", "PCL", "SFV", "CAT", "IPV"];

/// Reads a field, whose name is in small letters.
pub(super) fn of_field(name: &str, value: &str) -> Vec<Finding> {
    let finding = |method: &str| Finding { method: method.to_owned(), ..Finding::default() };
    let one = |method: &str| {
        let finding = Finding { result: word(value), ..finding(method) };
        finding.result.is_some().then_some(finding)
    };
    let scored = |method: &str| {
        let finding = Finding { score: number(value), ..finding(method) };
        finding.score.is_some().then_some(finding)
    };
    match name {
        "x-forefront-antispam-report" | "x-microsoft-antispam" | "x-forefront-antispam-report-untrusted" => {
            microsoft(value)
        }
        "x-ms-exchange-organization-scl" => one("scl").into_iter().map(with_score).collect(),
        "x-ms-exchange-organization-pcl" => one("pcl").into_iter().map(with_score).collect(),
        "x-ms-exchange-organization-authas" => one("authas").into_iter().collect(),
        "x-spam-status" => spamassassin(value, "spamassassin").into_iter().collect(),
        "x-barracuda-spam-status" => spamassassin(value, "barracuda").into_iter().collect(),
        "x-barracuda-spam-score" => scored("barracuda").into_iter().collect(),
        "x-spamd-result" => rspamd(value).into_iter().collect(),
        "x-proofpoint-spam-details" => proofpoint(value).into_iter().collect(),
        "x-mimecast-spam-score" => scored("mimecast").into_iter().collect(),
        _ => Vec::new(),
    }
}

fn word(value: &str) -> Option<String> {
    let word = value.split_whitespace().next()?.trim_end_matches(';').to_ascii_lowercase();
    (!word.is_empty()).then_some(word)
}

/// Returns the number that a text begins with, as it is written.
fn number(text: &str) -> Option<String> {
    let text = text.trim().trim_start_matches('+');
    let end = text.find(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-')).unwrap_or(text.len());
    let number = text.get(..end)?.trim_end_matches('.');
    number.parse::<f64>().ok().map(|_| number.to_owned())
}

fn with_score(mut finding: Finding) -> Finding {
    finding.score = finding.result.as_deref().and_then(number);
    finding
}

/// `CIP:192.0.2.1;CTRY:US;LANG:en;SCL:5;SRV:;IPV:NLI;SFV:SPM;H:mail.example.org;PTR:…;CAT:SPM;SFS:(…);DIR:INB;`
fn microsoft(value: &str) -> Vec<Finding> {
    let pairs = || {
        value
            .split(';')
            .filter_map(|pair| pair.split_once(':'))
            .map(|(key, value)| (key.trim(), value.trim()))
    };
    let ip = pairs().find(|(key, _)| *key == "CIP").map(|(_, ip)| ip.to_owned());
    let findings = pairs().take(200).filter(|(key, value)| MICROSOFT.contains(key) && !value.is_empty());
    let finding = |(key, value): (&str, &str)| Finding {
        method: key.to_ascii_lowercase(),
        result: word(value),
        ip: ip.clone(),
        score: if key.ends_with("CL") { number(value) } else { None },
        ..Finding::default()
    };
    findings.map(finding).collect()
}

/// `Yes, score=7.2 required=5.0 tests=BAYES_99,HTML_MESSAGE autolearn=no version=4.0.0`
fn spamassassin(value: &str, method: &str) -> Option<Finding> {
    let result = value.split([',', ' ']).next()?.to_ascii_lowercase();
    ["yes", "no"].contains(&result.as_str()).then_some(())?;
    let behind = |key: &str| {
        let found = value.match_indices(key).find(|(at, _)| {
            at.checked_sub(1)
                .and_then(|before| value.as_bytes().get(before))
                .is_none_or(|byte| b" ,".contains(byte))
        });
        found.and_then(|(at, _)| value.get(at + key.len()..))
    };
    let score = ["score=", "hits=", "SCORE="].into_iter().find_map(behind).and_then(number);
    let limit = ["required=", "tagged_above=", "TAG_LEVEL="].into_iter().find_map(behind).and_then(number);
    Some(Finding {
        method: method.to_owned(),
        result: Some(result),
        score,
        limit,
        rules: behind("tests=").and_then(tests),
        ..Finding::default()
    })
}

/// Takes the names behind `tests=`, which may be folded behind any comma, stand in square brackets, and have scores.
fn tests(text: &str) -> Option<String> {
    let text = text.strip_prefix('[').map_or(text, |inside| inside.split(']').next().unwrap_or_default());
    let mut names: Vec<&str> = Vec::new();
    for word in text.split([',', ' ']).filter(|word| !word.is_empty()).take(500) {
        let name = word.split('=').next().unwrap_or_default();
        let is_rule =
            name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
        if !is_rule || name.is_empty() {
            break;
        }
        names.push(name);
    }
    (!names.is_empty()).then(|| names.join(","))
}

/// `default: False [4.20 / 15.00]; R_SPF_ALLOW(-0.20)[+ip4:…]; MIME_GOOD(-0.10)[text/plain]`
fn rspamd(value: &str) -> Option<Finding> {
    let (_, rest) = value.split_once(": ")?;
    let (result, rest) = rest.split_once('[')?;
    let (scores, rules) = rest.split_once(']')?;
    let (score, limit) = scores.split_once('/')?;
    let name = |rule: &str| rule.trim().split('(').next().map(str::to_owned);
    let is_rule = |name: &String| {
        !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
    };
    let names: Vec<String> = rules
        .split(';')
        .filter(|rule| rule.contains('('))
        .filter_map(name)
        .filter(is_rule)
        .take(500)
        .collect();
    Some(Finding {
        method: "rspamd".to_owned(),
        result: word(result),
        score: number(score),
        limit: number(limit),
        rules: (!names.is_empty()).then(|| names.join(",")),
        ..Finding::default()
    })
}

/// `rule=notspam policy=default score=0 spamscore=0 …`
fn proofpoint(value: &str) -> Option<Finding> {
    let get = |name: &str| {
        let pairs = value.split_whitespace().filter_map(|pair| pair.split_once('='));
        pairs.filter(|(key, _)| *key == name).map(|(_, value)| value).find(|value| !value.is_empty())
    };
    let finding = Finding {
        method: "proofpoint".to_owned(),
        result: get("rule").map(str::to_ascii_lowercase),
        policy: None,
        score: get("score").and_then(number),
        ..Finding::default()
    };
    (finding.result.is_some() || finding.score.is_some()).then_some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(name: &str, value: &str) -> Vec<String> {
        let one = |finding: Finding| {
            let all = [finding.result, finding.score, finding.limit, finding.rules, finding.ip];
            format!("{} {}", finding.method, all.map(|one| one.unwrap_or_else(|| "-".into())).join(" "))
        };
        of_field(name, value).into_iter().map(one).collect()
    }

    #[test]
    fn verdicts_are_read() {
        assert_eq!(
            shown(
                "x-forefront-antispam-report",
                "CIP:192.0.2.1;CTRY:US;SCL:5;SRV:;IPV:NLI;SFV:SPM;CAT:PHSH;DIR:INB;"
            ),
            [
                "scl 5 5 - - 192.0.2.1",
                "ipv nli - - - 192.0.2.1",
                "sfv spm - - - 192.0.2.1",
                "cat phsh - - - 192.0.2.1"
            ]
        );
        assert_eq!(shown("x-microsoft-antispam", "BCL:0;ARA:13230040|366016;"), ["bcl 0 0 - - -"]);
        assert_eq!(
            shown(
                "x-spam-status",
                "Yes, score=7.2 required=5.0 tests=BAYES_99, HTML_MESSAGE,RDNS_NONE autolearn=no version=4.0.0"
            ),
            ["spamassassin yes 7.2 5.0 BAYES_99,HTML_MESSAGE,RDNS_NONE -"]
        );
        assert_eq!(
            shown(
                "x-spam-status",
                "No, score=-1.9 tagged_above=-999 required=6.2 tests=[BAYES_00=-1.9] autolearn=ham"
            ),
            ["spamassassin no -1.9 6.2 BAYES_00 -"]
        );
        assert_eq!(
            shown(
                "x-spamd-result",
                "default: False [4.20 / 15.00]; R_SPF_ALLOW(-0.20)[+ip4:192.0.2.0/24]; ARC_NA(0.00)[]"
            ),
            ["rspamd false 4.20 15.00 R_SPF_ALLOW,ARC_NA -"]
        );
        assert_eq!(
            shown("x-proofpoint-spam-details", "rule=notspam policy=default score=0 adultscore=0"),
            ["proofpoint notspam 0 - - -"]
        );
        assert_eq!(shown("x-mimecast-spam-score", "2"), ["mimecast - 2 - - -"]);
        assert_eq!(shown("x-spam-status", "perhaps"), Vec::<String>::new());
    }
}
