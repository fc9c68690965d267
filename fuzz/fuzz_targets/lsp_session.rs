#![no_main]

use libfuzzer_sys::fuzz_target;
use ruleout_fuzz::Session;

fuzz_target!(|session: Session| ruleout_fuzz::lsp_session(session));
