#[test]
fn a_sentence_is_its_title_and_its_hint() {
    let taken = sentence!("port-taken", port = 8080_u16);
    assert_eq!(taken.title(), "Port 8080 is taken by another program.");
    assert!(taken.to_string().starts_with(&taken.title()));
    assert!(taken.hint().is_some());
}

#[test]
fn numbers_choose_the_plural_and_are_grouped() {
    assert_eq!(t!("sharing-files", count = 1_u64), "Sharing 1 file");
    assert_eq!(
        t!("sharing-files", count = 1_204_u64),
        "Sharing 1,204 files"
    );
}
