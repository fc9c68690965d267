//! `--format FORM[=FILE]`: what is found, in several forms at once, on standard output and into files.

use std::path::PathBuf;
use std::str::FromStr;

use super::{complain, emit, look, print};
use crate::loader::{self, Unreadable};
use crate::render::problems::Look;

/// How what was found is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum Form {
    /// For people.
    Text,
    /// For programs: `ruleout schema --of` describes it.
    Json,
    /// For GitHub Actions.
    Github,
    /// For code hosts and editors.
    Sarif,
    /// For build servers.
    Junit,
}

/// A form, and where it goes; without a file, to standard output.
#[derive(Debug, Clone)]
pub(super) struct Output {
    form: Form,
    file: Option<PathBuf>,
}

impl FromStr for Output {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (form, file) = match text.split_once('=') {
            Some((_, "")) => return Err("the name of a file is missing behind `=`".into()),
            Some((form, file)) => (form, Some(PathBuf::from(file))),
            None => (text, None),
        };
        let form = <Form as clap::ValueEnum>::from_str(form, false)
            .map_err(|_| format!("there is no format `{form}`: text, json, github, sarif, junit"))?;
        Ok(Self { form, file })
    }
}

/// Where what was found goes.
#[derive(Debug, clap::Args)]
pub(super) struct Outputs {
    /// How it is written: text, json, github, sarif or junit; with `=FILE`, there; several at once, of which one without a file
    #[arg(long = "format", value_name = "FORMAT[=FILE]")]
    outputs: Vec<Output>,
}

impl Outputs {
    /// Returns whether people read it on standard output, as they do where nothing else goes there.
    pub(super) fn is_text(&self) -> bool {
        let mut shown = self.outputs.iter().filter(|output| output.file.is_none()).peekable();
        shown.peek().is_none() || shown.any(|output| output.form == Form::Text)
    }

    /// Returns whether it is written in a form.
    pub(super) fn has(&self, form: Form) -> bool {
        self.outputs.iter().any(|output| output.form == form)
    }

    /// Complains where several forms would go to standard output one behind the other, so that no program could read them.
    pub(super) fn are_mixed(&self) -> bool {
        let shown = self.outputs.iter().filter(|output| output.file.is_none());
        let mixed = shown.count() > 1;
        if mixed {
            complain(
                "only one `--format` goes to standard output: give the others a file, as in `--format sarif=check.sarif`\n",
            );
        }
        mixed
    }

    /// Writes all forms.
    ///
    /// # Errors
    /// Where a file cannot be written.
    pub(super) fn write(&self, written: impl Fn(Form, Look) -> String) -> Result<(), Unreadable> {
        if self.outputs.iter().all(|output| output.file.is_some()) {
            print(&written(Form::Text, look()));
        }
        for Output { form, file } in &self.outputs {
            match file {
                Some(file) => loader::write_named(file, &written(*form, Look::Plain))?,
                None if matches!(form, Form::Text | Form::Github) => print(&written(*form, look())),
                None => emit(&written(*form, look())),
            }
        }
        Ok(())
    }
}
