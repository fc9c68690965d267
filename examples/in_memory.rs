//! Compiles a pack whose text is in memory, checks it, and asks what if: `cargo run --example in_memory`.

#![allow(clippy::print_stdout, reason = "a program that shows its answer")]

use std::error::Error;

use ruleout::{Format, Pack, Ticket};

const MANIFEST: &str = r#"(name: "lamps", language: 1, cases: (unlisted: "10 %", several_at_once: "5 %"))"#;
const RULES: &str = r#"
fact lamp.lit: yes/no { ask "Is the lamp lit?"  takes 1 min }
fact others.lit: yes/no { ask "Are the other lamps of the room lit?"  takes 1 min }

rule lamp.lit {
  always       anyway
  almost never with bulb_broken, fuse_blown
}
rule others.lit {
  almost always anyway
  almost never  with fuse_blown
}
cause bulb_broken "The bulb is broken" { common    fix change_bulb }
cause fuse_blown  "The fuse is blown"  { uncommon  fix reset_fuse }

fix change_bulb "Change the bulb" { step "Put in a new bulb."  verify lamp.lit }
fix reset_fuse "Reset the fuse" { step "Switch it on again."  verify lamp.lit }
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let pack = Pack::from_texts(MANIFEST, [("lamps.ruleout", RULES)])?;
    for problem in pack.check().iter() {
        println!("{problem}");
    }
    let ticket = Ticket::new(pack.read("lamp.lit: no", Format::Yaml)?);
    let supposed = ticket.suppose("others.lit: no")?;
    for (what, answer) in
        [("one lamp is dark", ticket.answer()), ("the whole room is dark", supposed.answer())]
    {
        println!("If {what}: {}", answer.leader.as_deref().unwrap_or("nothing stands before the others"));
    }
    // What does not read says where, and what to write instead.
    match pack.read("lamp.lit: maybe", Format::Yaml) {
        Ok(_) => println!("read"),
        Err(problems) => println!("{problems}"),
    }
    Ok(())
}
