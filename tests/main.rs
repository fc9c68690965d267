//! All test suites, one binary.

use ruleout::source::{Source, Sources};

#[test]
fn scratch() {
    let Ok(dir) = std::env::var("SCRATCH") else { return };
    let text = std::fs::read_to_string(&dir).unwrap();
    let mut sources = Sources::default();
    let id = sources.add(Source::new("x", &text));
    let (file, problems) = ruleout::syntax::parse(id, &text, 64);
    for p in &problems.sorted() {
        println!(
            "{} {:?} {}\n   help: {:?}",
            sources.place(p.span()),
            sources.text(p.span()),
            p.message,
            p.help
        );
    }
    if std::env::var("TREE").is_ok() {
        println!("{file:#?}");
    } else {
        println!("{}", file.declarations.len());
    }
}
