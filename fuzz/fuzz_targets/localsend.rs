#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| landline_engine::fuzzing::localsend(data));
