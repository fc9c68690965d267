#![no_main]

use libfuzzer_sys::fuzz_target;
use ruleout_fuzz::Format;

fuzz_target!(|text: &str| ruleout_fuzz::facts(text, Format::Yaml));
