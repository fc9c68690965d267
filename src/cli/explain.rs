//! `ruleout explain`

use super::{FAILED, FINE, complain, print};
use crate::problem::Code;
use crate::render::page::page;

/// Explains a code of `ruleout check`: what it is, why it matters, an example, and the example fixed
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
        let code = match Code::by_name(&name.trim().to_lowercase()) {
            Ok(code) => code,
            Err(help) => {
                complain(&format!("there is no code `{name}`\n  help: {help}\n"));
                return FAILED;
            }
        };
        print(&page(code.page()));
        FINE
    }
}

#[cfg(test)]
mod tests {
    use crate::problem::Code;

    #[test]
    fn a_code_that_there_is_not_is_answered_with_the_nearest() {
        assert_eq!(Code::by_name("unknown-nam"), Err("did you mean `unknown-name`?".to_owned()));
        assert!(
            Code::by_name("xyz").is_err_and(|help| help.starts_with("the codes are not-utf8, too-large, "))
        );
    }
}
