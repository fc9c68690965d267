//! From a keystroke to its problems: an editor that writes in a pack of ten thousand lines.
//!
//! Usage: ruleout-keystroke RULEOUT [KEYS]
//!
//! Starts `RULEOUT lsp` and speaks with it over its standard input and output, as an editor does. Each key is sent when the
//! problems of the one before have come, and makes a word of a rule wrong or right again, so that they change every time. In
//! milliseconds: the median, the 95th percentile and the worst; for completions and hovers likewise.

mod client;
mod pack;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Instant;

use client::Client;
use serde_json::{Value, json};

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let ruleout = arguments.next().ok_or("which ruleout? give the path of the program")?;
    let keys = arguments.next().map_or(Ok(200), |keys| keys.parse())?;
    let folder = std::env::temp_dir().join(format!("ruleout-keystroke-{}", std::process::id()));
    let lines = pack::write(&folder)?;
    let measured = measure(Path::new(&ruleout), &folder, keys);
    std::fs::remove_dir_all(&folder)?;
    println!("{}", json!({ "lines": lines, "keys": keys, "milliseconds": measured? }));
    Ok(())
}

fn measure(ruleout: &Path, folder: &Path, keys: usize) -> Result<Value, Box<dyn Error>> {
    let mut client = Client::start(ruleout)?;
    let file = folder.join("desk_3.ruleout");
    let text = pack::text(3);
    let began = Instant::now();
    client.open(&file, &text)?;
    let opened = milliseconds(began);
    let line = text.lines().position(|line| line.contains("usually with")).ok_or("a line to write in")?;
    let mut times = Times::default();
    for key in 0..keys {
        let right = key % 2 == 1;
        times.keys.push(client.key(&file, line, right)?);
        if right {
            times.completions.push(client.ask("textDocument/completion", &file, line, 15)?);
            times.hovers.push(client.ask("textDocument/hover", &file, line, 17)?);
        }
    }
    client.end()?;
    Ok(json!({
        "open": opened,
        "key_to_problems": summary(times.keys),
        "completion": summary(times.completions),
        "hover": summary(times.hovers),
    }))
}

#[derive(Default)]
struct Times {
    keys: Vec<f64>,
    completions: Vec<f64>,
    hovers: Vec<f64>,
}

fn milliseconds(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1000.0
}

fn summary(mut times: Vec<f64>) -> Value {
    times.sort_by(f64::total_cmp);
    let at = |part: usize| times.get((times.len() * part / 100).min(times.len().saturating_sub(1))).copied();
    json!({ "median": at(50), "p95": at(95), "worst": times.last() })
}

/// A file as the protocol names it.
fn uri(file: &PathBuf) -> String {
    format!("file://{}", file.display())
}
