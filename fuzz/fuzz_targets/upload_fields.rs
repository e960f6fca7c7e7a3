#![no_main]

libfuzzer_sys::fuzz_target!(|data: &[u8]| landline_engine::fuzzing::upload_fields(data));
