//! Which pack a command works on: the one that is named, else that of the current folder, else the one inside this program.

use std::path::{Path, PathBuf};

use super::complain;

/// The name by which the pack inside this program is asked for.
const BUILT_IN: &str = "mailflow";
/// What makes a folder a pack.
const MANIFEST: &str = "pack.ron";

/// A pack: its folder, or none for the one inside this program.
pub(super) type Chosen = Option<PathBuf>;

/// Returns the pack of a command that was given this one, or none.
pub(super) fn chosen(said: Option<&Path>) -> Chosen {
    match said {
        Some(path) if is_built_in(path) => None,
        Some(path) => Some(path.to_owned()),
        None => Path::new(MANIFEST).is_file().then(|| PathBuf::from(".")),
    }
}

/// A folder of that name comes first.
fn is_built_in(path: &Path) -> bool {
    path == Path::new(BUILT_IN) && !path.exists()
}

/// Returns whether something that was given beside fact files is a pack.
pub(super) fn is_pack(path: &Path) -> bool {
    path.is_dir() || is_built_in(path)
}

/// Returns the pack in whose folder a file is, in however many folders below.
pub(super) fn around(file: &Path) -> Option<PathBuf> {
    let file = std::path::absolute(file).ok()?;
    above(&file).map(Path::to_owned)
}

/// Returns the nearest folder of a pack above a file, as far as its name says what is above it.
pub(super) fn above(file: &Path) -> Option<&Path> {
    file.ancestors().skip(1).find(|folder| folder.join(MANIFEST).is_file())
}

/// One pack, given with or without `--pack`.
#[derive(Debug, clap::Args)]
pub(super) struct PackArgs {
    /// The folder of the pack, or `mailflow`, the one inside this program; without it, the current folder if `pack.ron` is there,
    /// else `mailflow`
    #[arg(value_name = "PACK")]
    place: Option<PathBuf>,
    /// The same
    #[arg(long = "pack", value_name = "FOLDER", conflicts_with = "place")]
    named: Option<PathBuf>,
}

impl PackArgs {
    pub(super) fn chosen(&self) -> Chosen {
        chosen(self.place.as_deref().or(self.named.as_deref()))
    }

    /// Returns whether one was named.
    pub(super) fn is_said(&self) -> bool {
        self.place.is_some() || self.named.is_some()
    }
}

/// Any number of packs, given with or without `--pack`.
#[derive(Debug, clap::Args)]
pub(super) struct PacksArgs {
    /// The folders of the packs, or `mailflow`, the one inside this program; without any, the current folder if `pack.ron` is
    /// there, else `mailflow`
    #[arg(value_name = "PACK")]
    places: Vec<PathBuf>,
    /// The same
    #[arg(long = "pack", value_name = "FOLDER")]
    named: Vec<PathBuf>,
}

impl PacksArgs {
    /// Returns the packs, each once. A file among several is none, and that is said: `packs/*` names what stands beside them too.
    pub(super) fn chosen(&self) -> Vec<Chosen> {
        let said: Vec<&PathBuf> = self.places.iter().chain(&self.named).collect();
        if said.is_empty() {
            return vec![chosen(None)];
        }
        let mut packs = Vec::new();
        let several = said.iter().any(|path| !path.is_file());
        for path in said {
            if several && path.is_file() {
                complain(&format!("note: {} is no pack, and left out\n", path.display()));
                continue;
            }
            let pack = chosen(Some(path));
            if !packs.contains(&pack) {
                packs.push(pack);
            }
        }
        packs
    }
}

/// The fact files of a ticket, and its pack: a folder among them, or what `--pack` names.
#[derive(Debug, clap::Args)]
pub(super) struct TicketPlaces {
    /// The fact files (RON, YAML, JSON or TOML, by their endings), which are read as one, or `-` for standard input; a folder
    /// among them is the pack
    #[arg(value_name = "FACTS")]
    places: Vec<PathBuf>,
    /// The folder of the pack, or `mailflow`, the one inside this program; without it, the current folder if `pack.ron` is there,
    /// else `mailflow`
    #[arg(long, value_name = "FOLDER")]
    pack: Option<PathBuf>,
}

impl TicketPlaces {
    /// Returns the fact files, in their order.
    pub(super) fn facts(&self) -> Vec<&Path> {
        self.places.iter().map(PathBuf::as_path).filter(|path| !is_pack(path)).collect()
    }

    /// Returns the pack.
    ///
    /// # Errors
    /// What to say where several are named.
    pub(super) fn pack(&self) -> Result<Chosen, String> {
        let mut packs: Vec<&Path> =
            self.places.iter().map(PathBuf::as_path).filter(|path| is_pack(path)).collect();
        packs.extend(self.pack.as_deref());
        match packs.as_slice() {
            [] => Ok(chosen(None)),
            [one] => Ok(chosen(Some(one))),
            [one, other, ..] => Err(format!(
                "two packs are named, {} and {}\n  help: a ticket is answered by one pack; name that one\n",
                one.display(),
                other.display()
            )),
        }
    }
}
