//! The `ruleout` command.

fn main() -> std::process::ExitCode {
    ruleout::main()
}
