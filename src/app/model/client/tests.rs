use std::path::PathBuf;

use super::*;
use landline_engine::client::IfExists;

fn model(host: &str) -> Model {
    let mut model = Model::default();
    model.settings.host = host.to_owned();
    model.settings.file_name = "film 海边.mkv".to_owned();
    model.settings.save_to = "/tmp".to_owned();
    model
}

#[test]
fn the_fields_become_a_request() {
    let mut model = model("box:9000");
    model.settings.protocol = ProtocolChoice::Raw;
    model.settings.exists = IfExists::Skip;
    assert!(model.can_download());
    assert_eq!(
        model.download_requests().unwrap(),
        [Request {
            host: "box".to_owned(),
            port: 9000,
            encryption: <_>::default(),
            name: "film 海边.mkv".to_owned(),
            query: None,
            target: Target::Folder(PathBuf::from("/tmp")),
            protocol: Some(Protocol::Raw),
            exists: IfExists::Skip,
        }]
    );
}

#[test]
fn each_missing_field_has_its_own_reason() {
    let mut missing = model("");
    let reason = |model: &Model| model.download_requests().unwrap_err().reason.key();
    assert_eq!(reason(&missing), "no-host");
    missing.settings.host = "box".to_owned();
    missing.settings.host_port = "0".to_owned();
    assert_eq!(reason(&missing), "bad-port");
    missing.settings.host_port = "1".to_owned();
    missing.settings.file_name.clear();
    assert_eq!(reason(&missing), "no-file-name");
    assert_eq!(reason(&model("ftp://x")), "not-http-address");
}

#[test]
fn a_url_fills_the_fields() {
    let mut model = model("http://192.168.1.5:8081/Photos/a%20b.jpg");
    model.spread_host();
    let settings = &model.settings;
    assert_eq!(
        (&*settings.host, &*settings.host_port, &*settings.file_name),
        ("192.168.1.5", "8081", "Photos/a b.jpg")
    );
}

#[test]
fn a_query_applies_only_to_the_name_from_its_url() {
    let url = "http://box:81/get.php?file=a.zip";
    let queries = |model: &Model| -> Vec<_> {
        let requests = model.download_requests().unwrap();
        requests
            .into_iter()
            .map(|request| (request.name, request.query))
            .collect()
    };
    let mut model = model("");
    assert!((model.take_urls(url) == 1));
    let asked = ("get.php".to_owned(), Some("file=a.zip".to_owned()));
    assert_eq!(queries(&model), [asked]);
    model.settings.file_name = "b.txt".to_owned();
    model.choose_typed();
    assert_eq!(queries(&model), [("b.txt".to_owned(), None)]);
    assert!((model.take_urls(url) == 1) && (model.take_urls("http://box:81/get.php") == 1));
    assert_eq!(queries(&model), [("get.php".to_owned(), None)]);
    // With a query but no path it is still a file; with neither, the URL lists everything.
    assert!((model.take_urls("http://box:81?a=1") == 1));
    assert_eq!(queries(&model), [("/".to_owned(), Some("a=1".to_owned()))]);
    assert!((model.take_urls("http://box:81") == 1) && !model.can_download());
}

#[test]
fn a_url_in_the_wrong_field_fills_the_fields_too() {
    let mut model = model("");
    model.settings.file_name = "http://box:81/a.txt".to_owned();
    model.spread_host();
    let settings = &model.settings;
    assert_eq!((&*settings.host, &*settings.file_name), ("box", "a.txt"));
}

#[test]
fn leaving_a_field_shows_what_it_means() {
    for (host, port, save_to, shown) in [
        (
            "ann-pc",
            "８０８０",
            "\"/srv/a b\"",
            ("ann-pc", "8080", "/srv/a b"),
        ),
        ("ＡＮＮ。pc", "", "file:///srv", ("ANN.pc", "", "/srv")),
        (
            "http：//127。0。0。1：81/ａ",
            "9",
            "~",
            ("127.0.0.1", "81", "~"),
        ),
        ("see http://ann:81/ thanks", "9", "", ("ann", "81", "")),
        ("", "", "", ("", "", "")),
    ] {
        let mut model = model(host);
        model.settings.host_port = port.to_owned();
        model.settings.save_to = save_to.to_owned();
        model.check_client_fields();
        assert_eq!(model.client.failure, None, "{host}");
        let settings = &model.settings;
        assert_eq!(
            (&*settings.host, &*settings.host_port, &*settings.save_to),
            shown
        );
    }
    for (host, port, save_to, key) in [
        ("ann pc", "8080", "", "bad-host"),
        ("http://me:secret@ann/x", "8080", "", "bad-host"),
        ("ftp://", "8080", "", "not-http-address"),
        ("ann-pc", "http", "", "bad-port"),
        ("", "", "file://ann/srv", "file-url-elsewhere"),
        ("ann-pc", "", "file:///%00", "bad-file-url"),
    ] {
        let mut model = model(host);
        model.settings.host_port = port.to_owned();
        model.settings.save_to = save_to.to_owned();
        model.check_client_fields();
        let failure = model
            .client
            .failure
            .as_ref()
            .map(|failure| failure.reason.key());
        assert_eq!(failure, Some(key), "{host}");
        assert_eq!(model.settings.host, host);
    }
}

#[test]
fn an_empty_port_is_the_default() {
    let mut model = model("box");
    model.settings.host_port.clear();
    let requests = model.download_requests().unwrap();
    assert_eq!(requests[0].port, 8080);
}

#[test]
fn links_that_are_pasted_together_become_requests() {
    let mut model = model("box");
    assert_eq!(
        model.take_urls("http://ann:81/a%20b.txt, http://bo/get?x=1\nhttp://cy"),
        3
    );
    // The fields stay as they are until the user decides.
    assert_eq!(model.settings.host, "box");
    let pasted = model.client.pasted.clone();
    // The same if they were typed.
    model.settings.host = "http://ann:81/a b.txt http://bo/get".to_owned();
    model.spread_host();
    assert_eq!((model.client.pasted.len(), &*model.settings.host), (2, ""));
    model.client.pasted = pasted;
    let requests = model.pasted_requests().unwrap();
    let requests: Vec<_> = requests
        .iter()
        .map(|of| (&*of.host, of.port, &*of.name, of.query.as_deref()))
        .collect();
    let wanted = [
        ("ann", 81, "a b.txt", None),
        ("bo", 80, "get", Some("x=1")),
        ("cy", 80, "/", None),
    ];
    assert_eq!(requests, wanted);
    model.settings.save_to.clear();
    let failure = model.pasted_requests().unwrap_err();
    assert_eq!(failure.reason.key(), "no-save-to");
    let one = model.client.pasted[0].clone();
    model.client.pasted = vec![one; MAX_REQUESTS + 1];
    let failure = model.pasted_requests().unwrap_err();
    assert_eq!(failure.reason.key(), "too-many-links");
}

#[test]
fn a_folder_on_another_computer_is_no_place_to_save() {
    let mut model = model("box");
    model.settings.save_to = "file://evil/share".to_owned();
    let failure = model.download_requests().unwrap_err();
    assert_eq!(failure.reason.key(), "file-url-elsewhere");
}

#[test]
fn the_folder_of_a_name_has_no_leading_or_trailing_slash() {
    let mut model = model("box");
    for (name, path) in [
        ("/photos/2024/a.jpg", "photos/2024"),
        ("photos/", "photos"),
        ("a.jpg", ""),
    ] {
        model.settings.file_name = name.to_owned();
        assert_eq!(model.named_place().unwrap().path, path);
    }
}

#[test]
fn invalid_fields_name_neither_this_host_nor_another() {
    let mut model = model("box");
    let place = model.whole_place().unwrap();
    model.client.browse.ask(place);
    assert!(model.is_browsed_host() && !model.is_other_host());
    model.settings.host_port = "9000".to_owned();
    assert!(model.is_other_host() && !model.is_browsed_host());
    model.settings.host = "a b".to_owned();
    assert!(!model.is_browsed_host() && !model.is_other_host());
}
