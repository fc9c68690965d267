//! A pack of about ten thousand lines in eight files, always the same: what a desk of a hundred and fifty causes would write.

use std::fmt::Write as _;
use std::fs;
use std::io;
use std::path::Path;

/// How many causes; a group of ten of them has a file for each twenty.
const CAUSES: usize = 160;
/// How many findings, each with a rule.
const FINDINGS: usize = 640;
/// Lines `with` in each rule.
const LINKS: usize = 8;
/// So many findings stand in a file.
const FILE: usize = FINDINGS / 8;

const OFTEN: [&str; 5] = ["almost always", "usually", "often", "sometimes", "17 of 20"];
const COMMON: [&str; 4] = ["common", "uncommon", "rare", "very rare"];

const MANIFEST: &str =
    "(name: \"desk\", language: 1, cases: (unlisted: \"10 %\", several_at_once: \"8 %\"))\n";

/// Writes the pack into a folder; how many lines it has.
///
/// # Errors
/// Where a file cannot be written.
pub fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    fs::write(folder.join("pack.ron"), MANIFEST)?;
    let mut lines = MANIFEST.lines().count();
    for file in 0..FINDINGS / FILE {
        let text = text(file);
        lines += text.lines().count();
        fs::write(folder.join(format!("desk_{file}.ruleout")), text)?;
    }
    Ok(lines)
}

/// One of the files: findings with their visits, symptoms and rules, and the causes that belong to them.
pub fn text(file: usize) -> String {
    let mut out = String::new();
    if file == 0 {
        out.push_str("fact place.age: one of child, adult, old { often adult, sometimes old }\n\n");
    }
    let findings = file * FILE..(file + 1) * FILE;
    for visit in findings.clone().step_by(8) {
        let _ = writeln!(out, "facts from \"Examination {visit}\" takes 5 min {{");
        for finding in visit..visit + 8 {
            let ty = if timed(finding) { "duration" } else { "yes/no" };
            let _ = writeln!(out, "  seen.finding_{finding}: {ty} ask \"What about finding {finding}?\"");
        }
        out.push_str("}\n\n");
    }
    findings.for_each(|finding| rule(finding, &mut out));
    let each = CAUSES * FILE / FINDINGS;
    (file * each..(file + 1) * each).for_each(|number| cause(number, &mut out));
    out
}

/// One finding in ten is a time in levels; the others are yes or no.
fn timed(finding: usize) -> bool {
    finding % 10 == 9
}

fn rule(finding: usize, out: &mut String) {
    let (name, level) = if timed(finding) { ("time_", "long ") } else { ("seen.finding_", "") };
    if timed(finding) {
        let _ = write!(
            out,
            "symptom time_{finding} \"How long finding {finding} lasts\" in levels {{\n  \
             short  when seen.finding_{finding} <= 1 h   // no more than an hour\n  \
             long   when seen.finding_{finding} <= 2 days\n  steady otherwise\n}}\n\n"
        );
    }
    let _ = writeln!(out, "rule {name}{finding} \"Finding {finding}\" {{\n  rarely {level}anyway");
    for link in 0..LINKS {
        let cause = (finding * 7 + link * 19) % CAUSES;
        let _ = writeln!(out, "  {} {level}with cause_{cause}", OFTEN[(finding + link) % OFTEN.len()]);
    }
    out.push_str("}\n\n");
}

fn cause(number: usize, out: &mut String) {
    let (common, group) = (COMMON[number % COMMON.len()], number / 10);
    let _ = write!(
        out,
        "cause cause_{number} \"Cause number {number}\" {{\n  {common} when place.age is old\n  rare otherwise\n  \
         part of group_{group}\n  fix fix_{number}\n}}\n\n\
         fix fix_{number} \"Suggestion cause {number}\" {{\n  by nobody  takes 10 min  works usually\n  \
         step \"Do what cause {number} needs.\"\n}}\n\n"
    );
}
