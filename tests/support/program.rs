//! The program, run as a person runs it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// What a run of the program came to.
pub(crate) struct Ran {
    pub(crate) code: i32,
    /// What it wrote on its standard output,
    pub(crate) out: String,
    /// and on its standard error.
    pub(crate) err: String,
}

impl Ran {
    /// Returns the exit code, and all that was written.
    pub(crate) fn said(self) -> (i32, String) {
        (self.code, self.out + &self.err)
    }
}

/// Prepares a run of the program in a folder.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_ruleout"));
    // Where the tests run says nothing about what the program is run for.
    command
        .args(arguments)
        .current_dir(folder)
        .env_remove("CI")
        .env_remove("TF_BUILD")
        .env_remove("INSTA_UPDATE")
        // What an interview keeps goes nowhere that people look.
        .env("XDG_STATE_HOME", concat!(env!("CARGO_TARGET_TMPDIR"), "/state"));
    command
}

/// Runs the program in a folder, and gives it an input.
pub(crate) fn ruleout_in(folder: &Path, arguments: &[&str], input: &str) -> Ran {
    let mut command = command(folder, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    // A program that asks for nothing may be gone before all is written.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let Output { status, stdout, stderr } = child.wait_with_output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    Ran { code: status.code().unwrap(), out: text(stdout), err: text(stderr) }
}

/// Runs the program in the folder of the project, without an input.
pub(crate) fn ruleout(arguments: &[&str]) -> Ran {
    ruleout_in(Path::new(env!("CARGO_MANIFEST_DIR")), arguments, "")
}
