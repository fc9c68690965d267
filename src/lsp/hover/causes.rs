//! Causes, groups of them, fixes.

use super::{headline, listed, see, written};
use crate::lsp::inlay::one_in;
use crate::lsp::view::View;
use crate::pack::{Cause, Fix, Pack, ShareLine, Verification};
use crate::render::markdown::escaped;
use crate::report::words::percent;
use crate::syntax::ast::{Commonness, Frequency};
use crate::value::{write_duration, write_word};

/// Describes a cause.
pub(super) fn cause(view: &View<'_>, name: &str) -> Vec<String> {
    let pack = &view.analysis.pack;
    let Some(cause) = pack.causes.iter().find(|cause| cause.name.value == name) else {
        return vec![format!("there is no cause `{name}` in this pack")];
    };
    let mut out = vec![headline("cause", name, cause.title.as_deref())];
    out.extend(shares(view, cause));
    out.extend(view.proven.shares.get(name).map(|share| {
        format!("There in {} of the tickets of this pack, before anything is known of one", percent(*share))
    }));
    if !cause.groups.is_empty() {
        out.push(format!("Part of `{}`", cause.groups.join("`, `")));
    }
    out.extend(leads_to(pack, cause));
    let fixes = cause.fixes.iter().map(|id| &pack.fixes[*id]);
    out.extend(listed(fixes.map(removes)).map(|fixes| format!("Removed by\n\n{fixes}")));
    out.extend(see(&cause.see));
    out
}

/// Says how common a cause is, and where that depends on something.
fn shares(view: &View<'_>, cause: &Cause) -> Option<String> {
    match cause.shares.as_slice() {
        [] => None,
        [one] if one.when.is_none() => Some(format!("{}, in proportion to the other causes", share(one))),
        several => {
            let line = |line: &ShareLine| match &line.when {
                Some(when) => format!("{} when `{}`", share(line), written(view, when.span)),
                None => format!("{} otherwise", share(line)),
            };
            listed(several.iter().map(line))
        }
    }
}

/// Writes a share: `common: 1 in 20 tickets`.
fn share(line: &ShareLine) -> String {
    match (line.word.map(Commonness::word), line.share) {
        (Some(word), share) => format!("{word}: {} tickets", one_in(share)),
        (None, share) if share <= 0.0 => "impossible".to_owned(),
        (None, share) => format!("{} of tickets", percent(share)),
    }
}

fn leads_to(pack: &Pack, cause: &Cause) -> Option<String> {
    let effect = |(id, frequently, _): &(crate::pack::CauseId, crate::pack::Frequently, _)| {
        let effect = &pack.causes[*id];
        let often = write_word(frequently.word.map(Frequency::word), frequently.chance);
        Some(format!("Leads to `{}` {often}", effect.name.value))
    };
    listed(cause.leads_to.iter().filter_map(effect))
}

/// Describes a fix in one line.
fn removes(fix: &Fix) -> String {
    let title = fix.title.as_ref().map_or(String::new(), |title| format!(" {}", escaped(title)));
    let takes = fix.takes.map_or(String::new(), |nanos| format!(", takes {}", write_duration(nanos)));
    format!("`{}`{title}{takes}, works {}", fix.name.value, works(fix))
}

fn works(fix: &Fix) -> String {
    write_word(fix.works.word.map(Frequency::word), fix.works.chance)
}

/// Lists the causes of a group.
pub(super) fn group(view: &View<'_>, name: &str) -> Vec<String> {
    let pack = &view.analysis.pack;
    let members = pack.groups.get(name).map_or(&[][..], Vec::as_slice);
    let causes = members.iter().map(|id| &pack.causes[*id]);
    let named = causes.map(|cause| {
        let title = cause.title.as_ref().map_or(String::new(), |title| format!(" {}", escaped(title)));
        format!("`{}`{title}", cause.name.value)
    });
    let mut out = vec![format!("**group** `{name}`: a rule that names it means each of its causes")];
    out.extend(listed(named));
    out
}

/// Describes a fix: what to do.
pub(super) fn fix(view: &View<'_>, name: &str) -> Vec<String> {
    let pack = &view.analysis.pack;
    let Some(fix) = pack.fixes.iter().find(|fix| fix.name.value == name) else {
        return vec![format!("there is no fix `{name}` in this pack")];
    };
    let mut out = vec![headline("fix", name, fix.title.as_deref())];
    let mut facts = Vec::new();
    facts.extend(fix.by.as_ref().map(|by| format!("by `{by}`")));
    facts.extend(fix.takes.map(|nanos| format!("takes {}", write_duration(nanos))));
    facts.extend(fix.waits.map(|nanos| format!("then waits {}", write_duration(nanos))));
    facts.push(format!("works {}", works(fix)));
    facts.extend(fix.needs_approval.then(|| "needs approval".to_owned()));
    out.push(facts.join(" · "));
    out.extend(listed(fix.steps.iter().map(|step| escaped(step))));
    out.extend(fix.risks.iter().map(|risk| format!("Risk: {}", escaped(risk))));
    out.extend(fix.verify.iter().map(|verify| match verify {
        Verification::Condition(_, condition) => format!("It worked where `{condition}`"),
        Verification::Text(text) => format!("It worked: {}", escaped(text)),
    }));
    let causes = pack
        .causes
        .iter()
        .filter(|cause| cause.fixes.iter().map(|id| &pack.fixes[*id]).any(|own| own.name.value == name));
    let removed: Vec<_> = causes.map(|cause| format!("`{}`", cause.name.value)).collect();
    out.extend((!removed.is_empty()).then(|| format!("Removes {}", removed.join(", "))));
    out.extend(see(&fix.see));
    out
}
