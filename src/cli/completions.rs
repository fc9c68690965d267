//! `ruleout completions`

use clap::CommandFactory;
use clap_complete::Shell;

use super::{Cli, FINE, emit};

/// Writes what a shell needs to complete commands and options
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout completions bash > ~/.local/share/bash-completion/completions/ruleout
  ruleout completions zsh > ~/.zfunc/_ruleout
  ruleout completions fish > ~/.config/fish/completions/ruleout.fish

Exit codes: 0 written, 2 usage.")]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> u8 {
        emit(&script(self.shell));
        FINE
    }
}

fn script(shell: Shell) -> String {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut Cli::command(), "ruleout", &mut script);
    String::from_utf8(script).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use clap::ValueEnum;

    use super::{Shell, script};

    #[test]
    fn every_shell_completes_every_command() {
        for shell in Shell::value_variants() {
            let script = script(*shell);
            for word in ["diagnose", "check", "fmt", "facts", "--template", "around"] {
                assert!(script.contains(word.trim_start_matches('-')), "{shell}: {word}");
            }
        }
    }
}
