#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|text: &str| ruleout_fuzz::log(text));
