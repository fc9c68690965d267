//! `ruleout explain`

use super::{FAILED, FINE, complain, page_width, print};
use crate::problem::Code;
use crate::render::page::page;
use crate::render::wrap::hanging;

/// Explains a code of `ruleout check`: what it is, why it matters, an example and its fix
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout explain                        all codes, one per line
  ruleout explain unknown-name
  ruleout explain --all | less           all pages, one after the other

Exit codes: 0 explained, 2 no such code.")]
pub(super) struct Explain {
    /// The code, as `ruleout check` prints it; without it, all codes are listed
    code: Option<String>,
    /// Print the pages of all codes
    #[arg(long, conflicts_with = "code")]
    all: bool,
}

impl Explain {
    pub(super) fn run(&self) -> u8 {
        let Some(name) = &self.code else {
            print(&if self.all { pages() } else { list(page_width()) });
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

fn pages() -> String {
    let pages: Vec<String> = Code::ALL.iter().map(|code| page(code.page())).collect();
    pages.join("\n\n")
}

/// Lists all codes with what they are about.
fn list(width: usize) -> String {
    let wide = Code::ALL.iter().map(|code| code.name().len()).max().unwrap_or(0);
    let entry = |code: &Code| hanging(width, &format!("{:<wide$}  ", code.name()), code.about()).join("\n");
    let list: Vec<String> = Code::ALL.iter().map(entry).collect();
    format!("{}\n\n`ruleout explain CODE` explains one.\n", list.join("\n"))
}

#[cfg(test)]
mod tests {
    use super::list;
    use crate::problem::Code;

    #[test]
    fn a_code_that_there_is_not_is_answered_with_the_nearest() {
        assert_eq!(Code::by_name("unknown-nam"), Err("did you mean `unknown-name`?".to_owned()));
        assert!(Code::by_name("xyz").is_err_and(|help| help.starts_with("the codes are not-utf8, ")));
    }

    #[test]
    fn the_list_names_every_code_and_keeps_the_width() {
        let list = list(80);
        let named = |code: &&Code| list.lines().any(|line| line.starts_with(&format!("{} ", code.name())));
        assert_eq!(Code::ALL.iter().filter(named).count(), Code::ALL.len());
        assert!(list.lines().all(|line| line.chars().count() <= 80), "{list}");
    }
}
