//! `ruleout explain`

use super::{FAILED, FINE, complain, print};
use crate::problem::{Code, did_you_mean};
use crate::render::page::page;

/// Explains a code of `ruleout check`: what it is, why it matters, an example and its mend
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout explain unknown-name
  ruleout explain                        all codes, one after the other
  ruleout explain | less

Exit codes: 0 explained, 2 no such code.")]
pub(super) struct Explain {
    /// The code, as `ruleout check` prints it; without it, all of them
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(&self) -> u8 {
        let Some(name) = &self.code else {
            let pages: Vec<String> = Code::ALL.iter().map(|code| page(code.page())).collect();
            print(&pages.join("\n\n"));
            return FINE;
        };
        let Some(code) = Code::of_name(&name.trim().to_lowercase()) else {
            complain(&format!("there is no code `{name}`\n  help: {}\n", help(name)));
            return FAILED;
        };
        print(&page(code.page()));
        FINE
    }
}

/// The nearest code, or all of them.
fn help(name: &str) -> String {
    let names = || Code::ALL.iter().map(|code| code.name());
    match did_you_mean(name, names()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("the codes are {}", names().collect::<Vec<_>>().join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::help;

    #[test]
    fn a_code_that_there_is_not_is_answered_with_the_nearest() {
        assert_eq!(help("unknown-nam"), "did you mean `unknown-name`?");
        assert!(help("xyz").starts_with("the codes are not-utf8, too-large, "));
    }
}
