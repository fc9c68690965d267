//! The marked blocks of a page.

/// A block of a page, and where it begins.
pub(crate) struct Block {
    pub(crate) line: usize,
    /// How many headings with `##` stand above it.
    pub(crate) chapter: usize,
    /// The words behind the three backticks.
    pub(crate) mark: Vec<String>,
    pub(crate) text: String,
}

impl Block {
    pub(crate) fn is_marked(&self, mark: &[&str]) -> bool {
        self.mark == mark
    }

    /// Whether something must hold of the block.
    pub(crate) fn is_run(&self) -> bool {
        let language = |word: &String| ["ruleout", "ron", "yaml", "json", "toml"].contains(&word.as_str());
        let marked = self.mark.len() > 1 && self.mark.first().is_some_and(language);
        marked || self.is_marked(&["ruleout"]) || self.is_marked(&["text", "answer"])
    }

    /// Returns the text as it stands in its file: in the encoding of old text editors, where the mark says so.
    pub(crate) fn saved(&self, text: &str) -> Vec<u8> {
        if self.mark.iter().any(|word| word == "latin1") {
            text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
        } else {
            text.as_bytes().to_vec()
        }
    }

    /// Returns the name under which it is saved, where the mark says one.
    pub(crate) fn saved_in(&self) -> Option<&str> {
        self.mark.iter().find_map(|word| word.strip_prefix("as="))
    }

    /// Returns how many bytes are read of it.
    pub(crate) fn most_bytes(&self) -> Option<u64> {
        self.mark
            .iter()
            .find_map(|word| word.strip_prefix("max-bytes="))
            .map(|number| number.parse().unwrap())
    }
}

/// A page with its chapters.
pub(crate) struct Page {
    pub(crate) path: String,
    pub(crate) blocks: Vec<Block>,
    /// The headings; that of the first chapter is empty.
    pub(crate) chapters: Vec<String>,
}

impl Page {
    pub(crate) fn of(path: &str, text: &str) -> Self {
        let mut page = Self { path: path.to_owned(), blocks: Vec::new(), chapters: vec![String::new()] };
        let mut open = false;
        for (at, line) in text.lines().enumerate() {
            if let Some(mark) = line.strip_prefix("```") {
                open = !open;
                if open {
                    let mark = mark.split_whitespace().map(str::to_owned).collect();
                    let chapter = page.chapters.len() - 1;
                    page.blocks.push(Block { line: at + 1, chapter, mark, text: String::new() });
                }
            } else if open {
                page.blocks.last_mut().unwrap().text.extend([line, "\n"]);
            } else if let Some(heading) = line.strip_prefix("## ") {
                page.chapters.push(heading.to_owned());
            }
        }
        assert!(!open, "{path}: a block is never closed");
        page
    }

    /// Returns the code that the page explains.
    pub(crate) fn explains(&self) -> Option<&str> {
        self.path.strip_prefix("explain/")
    }
}
