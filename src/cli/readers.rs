//! `ruleout readers`

use super::{FAILED, FINE, complain, page_width, print};
use crate::evidence;
use crate::problem::did_you_mean;
use crate::records::TableSpec;
use crate::render::records;

/// Lists the tables that artefacts are read into, or describes one with its columns
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  ruleout readers
  ruleout readers mail.deliveries

Exit codes: 0 listed, 2 no such table.")]
pub(super) struct Readers {
    /// The table, as `records … from` names it; without it, all are listed
    name: Option<String>,
}

impl Readers {
    pub(super) fn run(&self) -> u8 {
        let tables: Vec<&TableSpec> = evidence::tables().collect();
        let Some(name) = &self.name else {
            let more = "`ruleout readers NAME` describes one. A pack declares others: `records NAME from lines`, `fields`, `csv`, `json`, `xml`.";
            print(&format!("{}\n{more}\n", records::readers(&tables, page_width())));
            return FINE;
        };
        let Some(table) = tables.iter().find(|table| table.name == name) else {
            let meant = did_you_mean(name, tables.iter().map(|table| table.name));
            let help = meant.map_or("`ruleout readers` lists them".to_owned(), |meant| {
                format!("did you mean `{meant}`?")
            });
            complain(&format!("there is no table `{name}`\n  help: {help}\n"));
            return FAILED;
        };
        print(&records::reader(table, page_width()));
        FINE
    }
}
