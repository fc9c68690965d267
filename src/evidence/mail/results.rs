//! Authentication-Results (RFC 8601), ARC-Authentication-Results (RFC 8617) and Received-SPF (RFC 7208), taken apart.
//!
//! In: the value of a field in one line. Out: its findings. A field is the name of a server, and behind semicolons a method with its
//! result each, with `ptype.property=value` and comments. Exchange leaves the name out, Gmail says the policy of DMARC in a comment.

use super::reply::one_line;

/// What a field says of one method; what it does not say is none.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Finding {
    pub(super) method: String,
    pub(super) result: Option<String>,
    pub(super) instance: Option<u32>,
    pub(super) by: Option<String>,
    pub(super) domain: Option<String>,
    pub(super) selector: Option<String>,
    pub(super) address: Option<String>,
    pub(super) ip: Option<String>,
    pub(super) reason: Option<String>,
    pub(super) policy: Option<String>,
    pub(super) disposition: Option<String>,
    pub(super) aligned: Option<bool>,
    pub(super) score: Option<String>,
    pub(super) limit: Option<String>,
    pub(super) rules: Option<String>,
}

/// So many findings are taken of a field, and so much of it is looked at.
const FINDINGS: usize = 100;
const MOST: usize = 20_000;

/// What stands between two semicolons.
#[derive(Debug, Default)]
struct Segment {
    /// `name=value`, or a word with an empty value.
    pairs: Vec<(String, String)>,
    comments: Vec<String>,
}

/// Reads a field; one of ARC begins with its instance.
pub(super) fn of_field(value: &str, is_arc: bool) -> Vec<Finding> {
    let value = value.get(..value.floor_char_boundary(MOST)).unwrap_or(value);
    let mut segments = segments(value).into_iter().peekable();
    let mut instance = None;
    if is_arc
        && let Some(first) =
            segments.next_if(|segment| segment.pairs.first().is_some_and(|(name, _)| name == "i"))
    {
        instance = first.pairs.first().and_then(|(_, value)| value.parse().ok());
    }
    let is_name = |segment: &Segment| segment.pairs.first().is_some_and(|(_, value)| value.is_empty());
    let by = segments.next_if(is_name).and_then(|first| Some(first.pairs.into_iter().next()?.0));
    let by = by.filter(|by| !by.eq_ignore_ascii_case("none"));
    let findings = segments.filter_map(|segment| finding(&segment));
    let findings = findings.map(|finding| Finding { instance, by: by.clone(), ..finding });
    findings.take(FINDINGS).collect()
}

/// Takes a value apart; quotes and brackets hold semicolons in.
fn segments(value: &str) -> Vec<Segment> {
    let mut all = vec![Segment::default()];
    let (mut word, mut depth, mut is_quoted, mut is_escaped) = (String::new(), 0_usize, false, false);
    let mut comment = String::new();
    let end = |word: &mut String, all: &mut Vec<Segment>| {
        let word = std::mem::take(word);
        if let Some(last) = all.last_mut().filter(|_| !word.is_empty()) {
            push(&mut last.pairs, &word);
        }
    };
    for c in value.chars() {
        if std::mem::take(&mut is_escaped) {
            if depth > 0 {
                comment.push(c);
            } else {
                word.push(c);
            }
            continue;
        }
        match c {
            '\\' if is_quoted || depth > 0 => is_escaped = true,
            '"' if depth == 0 => is_quoted = !is_quoted,
            '(' if !is_quoted => {
                depth += 1;
                if depth > 1 {
                    comment.push(c);
                } else {
                    end(&mut word, &mut all);
                }
            }
            ')' if !is_quoted && depth > 0 => {
                depth -= 1;
                if depth > 0 {
                    comment.push(c);
                } else if let Some(last) = all.last_mut() {
                    last.comments.push(one_line(&std::mem::take(&mut comment)));
                }
            }
            _ if depth > 0 => comment.push(c),
            ';' if !is_quoted => {
                end(&mut word, &mut all);
                all.push(Segment::default());
            }
            c if c.is_whitespace() && !is_quoted => end(&mut word, &mut all),
            c => word.push(c),
        }
    }
    end(&mut word, &mut all);
    all.retain(|segment| !segment.pairs.is_empty());
    all
}

/// Adds a word; `spf = pass` is one with blanks around its sign.
fn push(pairs: &mut Vec<(String, String)>, word: &str) {
    if let Some(value) = word.strip_prefix('=').filter(|_| !pairs.is_empty())
        && let Some((name, known)) = pairs.last_mut()
        && known.is_empty()
    {
        if value.is_empty() {
            name.push('=');
        } else {
            value.clone_into(known);
        }
        return;
    }
    if let Some((name, known)) = pairs.last_mut()
        && name.ends_with('=')
        && known.is_empty()
    {
        name.pop();
        word.clone_into(known);
        return;
    }
    match word.split_once('=') {
        Some((name, "")) => pairs.push((format!("{name}="), String::new())),
        Some((name, value)) => pairs.push((name.to_owned(), value.to_owned())),
        None => pairs.push((word.to_owned(), String::new())),
    }
}

fn finding(segment: &Segment) -> Option<Finding> {
    let (method, result) = segment.pairs.first()?;
    let method = method.split('/').next().unwrap_or_default().to_ascii_lowercase();
    let is_method = !method.is_empty()
        && method.len() <= 40
        && method.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_');
    if !is_method || result.is_empty() {
        return None;
    }
    let get = |name: &str| {
        let pair = segment.pairs.iter().skip(1).find(|(key, _)| key.eq_ignore_ascii_case(name));
        pair.map(|(_, value)| value.trim_matches(['<', '>', ',']).to_owned())
            .filter(|value| !value.is_empty())
    };
    let mut found =
        Finding { result: Some(result.to_ascii_lowercase()), reason: get("reason"), ..Finding::default() };
    match method.as_str() {
        "spf" | "sender-id" => {
            let from = get("smtp.mailfrom").or_else(|| get("smtp.mail")).or_else(|| get("smtp.from"));
            found.address = from.clone().filter(|from| from.contains('@'));
            found.domain = from.or_else(|| get("smtp.helo")).map(|from| domain(&from));
        }
        "dkim" | "domainkeys" | "dkim-adsp" => {
            found.domain = get("header.d").or_else(|| get("header.i")).map(|name| domain(&name));
            found.selector = get("header.s").or_else(|| get("header.selector"));
        }
        "dmarc" => {
            found.domain = get("header.from").or_else(|| get("from")).map(|name| domain(&name));
            found.disposition =
                get("action").or_else(|| noted(segment, "dis")).map(|word| word.to_ascii_lowercase());
            let policy = get("policy.published-domain-policy").or_else(|| get("policy.dmarc"));
            found.policy = policy
                .or_else(|| get("p"))
                .or_else(|| noted(segment, "p"))
                .map(|word| word.to_ascii_lowercase());
        }
        "auth" => found.address = get("smtp.auth").or_else(|| get("smtp.mailfrom")),
        "arc" => found.domain = get("header.d").or_else(|| get("arc.chain")).map(|name| domain(&name)),
        _ => found.domain = get("header.d").or_else(|| get("header.from")).map(|name| domain(&name)),
    }
    let ip = ["smtp.remote-ip", "policy.iprev", "smtp.client-ip", "remote-ip"].into_iter().find_map(get);
    found.ip = ip.or_else(|| segment.comments.iter().find_map(|comment| sender_ip(comment)));
    found.domain = found.domain.filter(|domain| domain != "none");
    found.reason = found.reason.or_else(|| segment.comments.first().cloned());
    found.method = method;
    Some(found)
}

fn domain(address: &str) -> String {
    address.rsplit_once('@').map_or(address, |(_, domain)| domain).trim_end_matches('.').to_owned()
}

/// Returns what a comment notes: `reject` for `p` of `(p=REJECT sp=NONE dis=NONE)`.
fn noted(segment: &Segment, name: &str) -> Option<String> {
    let words = segment.comments.iter().flat_map(|comment| comment.split([' ', ',', ';']));
    let mut pairs = words.filter_map(|word| word.split_once('='));
    pairs.find(|(key, value)| *key == name && !value.is_empty()).map(|(_, value)| value.to_owned())
}

/// `sender IP is 192.0.2.1`, `domain of a@example.com designates 192.0.2.1 as permitted sender`
fn sender_ip(comment: &str) -> Option<String> {
    let behind = ["sender IP is ", "designates ", "designate ", "client-ip="];
    let rest = behind.iter().find_map(|words| comment.split_once(words)).map(|(_, rest)| rest)?;
    let word = rest.split([' ', ';', ',']).next()?;
    word.parse::<std::net::IpAddr>().ok().map(|ip| ip.to_string())
}

/// Results of SPF (RFC 7208, section 2.6, and what older programs say).
const SPF: &[&str] =
    &["pass", "fail", "softfail", "neutral", "none", "temperror", "permerror", "error", "unknown"];

/// Reads `pass (example.net: domain of a@example.com designates 192.0.2.1 as permitted sender) client-ip=192.0.2.1; …`.
pub(super) fn of_spf(value: &str) -> Option<Finding> {
    let value = value.get(..value.floor_char_boundary(MOST)).unwrap_or(value);
    let segments = segments(value);
    let result = segments.first()?.pairs.first()?.0.to_ascii_lowercase();
    SPF.contains(&result.as_str()).then_some(())?;
    let pairs = || segments.iter().flat_map(|segment| &segment.pairs).skip(1);
    let get = |name: &str| {
        let pair = pairs().find(|(key, _)| key.eq_ignore_ascii_case(name));
        pair.map(|(_, value)| value.trim_matches(['<', '>', ',']).to_owned())
            .filter(|value| !value.is_empty())
    };
    let comment = segments.first()?.comments.first().cloned();
    let of_helo = get("identity").is_some_and(|identity| identity.eq_ignore_ascii_case("helo"));
    let from = get("envelope-from").filter(|_| !of_helo);
    let by = comment.as_deref().and_then(|comment| comment.split_once(": ")).map(|(by, _)| by.to_owned());
    let by = get("receiver").or(by.filter(|by| !by.contains(' ') && by.contains('.')));
    let ip = get("client-ip").or_else(|| comment.as_deref().and_then(sender_ip));
    let told = comment.as_deref().and_then(domain_of);
    let helo = get("helo").filter(|_| of_helo);
    Some(Finding {
        method: "spf".to_owned(),
        result: Some(result),
        by: by.filter(|by| by != "unknown"),
        domain: from.as_deref().map(domain).or(helo).or_else(|| told.as_deref().map(domain)),
        address: from.or(told).filter(|from| from.contains('@')),
        ip,
        reason: comment,
        ..Finding::default()
    })
}

/// `domain of a@example.com designates …`
fn domain_of(comment: &str) -> Option<String> {
    let word = comment.split_once("domain of ")?.1.split(' ').next()?;
    Some(word.to_owned()).filter(|word| word.contains('.') && !word.contains(['=', '(']))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(finding: &Finding) -> String {
        let all = [
            &finding.by,
            &finding.result,
            &finding.domain,
            &finding.selector,
            &finding.ip,
            &finding.reason,
            &finding.policy,
            &finding.disposition,
        ];
        let rest = all.map(|one| one.as_deref().unwrap_or("-")).join("|");
        format!("{}|{rest}", finding.method)
    }

    fn all(value: &str) -> Vec<String> {
        of_field(value, false).iter().map(shown).collect()
    }

    #[test]
    fn fields_are_taken_apart() {
        assert_eq!(
            all(
                "mx.example.com; dkim=pass header.i=@example.org header.s=s1 header.b=abc; spf=pass (example.com: domain of bob@example.org designates 192.0.2.1 as permitted sender) smtp.mailfrom=bob@example.org; dmarc=pass (p=REJECT sp=NONE dis=NONE) header.from=example.org"
            ),
            [
                "dkim|mx.example.com|pass|example.org|s1|-|-|-|-",
                "spf|mx.example.com|pass|example.org|-|192.0.2.1|example.com: domain of bob@example.org designates 192.0.2.1 as permitted sender|-|-",
                "dmarc|mx.example.com|pass|example.org|-|-|p=REJECT sp=NONE dis=NONE|reject|none",
            ]
        );
        assert_eq!(
            all(
                "spf=fail (sender IP is 192.0.2.1) smtp.mailfrom=example.org; dkim=none (message not signed) header.d=none;dmarc=fail action=oreject header.from=example.org;compauth=fail reason=000"
            ),
            [
                "spf|-|fail|example.org|-|192.0.2.1|sender IP is 192.0.2.1|-|-",
                "dkim|-|none|-|-|-|message not signed|-|-",
                "dmarc|-|fail|example.org|-|-|-|-|oreject",
                "compauth|-|fail|-|-|-|000|-|-",
            ]
        );
        assert_eq!(all("mx.example.com 1; none"), Vec::<String>::new());
        assert_eq!(
            all("mx.example.com; spf = softfail reason=\"a; b\" smtp.mailfrom = example.org"),
            ["spf|mx.example.com|softfail|example.org|-|-|a; b|-|-"]
        );
        assert_eq!(all("mx.example.com; dmarc=fail (a (b) c"), ["dmarc|mx.example.com|fail|-|-|-|-|-|-"]);
        assert_eq!(all(""), Vec::<String>::new());
        let arc = of_field("i=2; mx.example.com 1; spf=pass smtp.mailfrom=a@example.org", true);
        assert_eq!(arc.iter().map(|one| one.instance).collect::<Vec<_>>(), [Some(2)]);
    }

    #[test]
    fn received_spf_is_read() {
        let shown = |value| of_spf(value).as_ref().map(shown).unwrap_or_default();
        assert_eq!(
            shown(
                "Pass (mx.example.com: domain of example.org designates 192.0.2.1 as permitted sender) receiver=mx.example.com; client-ip=192.0.2.1; helo=mail.example.org;"
            ),
            "spf|mx.example.com|pass|example.org|-|192.0.2.1|mx.example.com: domain of example.org designates 192.0.2.1 as permitted sender|-|-"
        );
        assert_eq!(
            shown(
                "softfail (domain owner discourages use) identity=mailfrom; client-ip=2001:db8::1; envelope-from=<bob@example.org>; receiver=<unknown>"
            ),
            "spf|-|softfail|example.org|-|2001:db8::1|domain owner discourages use|-|-"
        );
        assert_eq!(shown("maybe"), "");
    }
}
