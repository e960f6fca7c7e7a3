//! The values that options accept.

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};

use super::LineEnd;
use crate::t;
use landline_engine::call::encoding::Encoding;
use landline_engine::client::IfExists;

/// A port to connect to.
pub(super) fn port() -> impl TypedValueParser<Value = u16> {
    clap::value_parser!(u16).range(1..)
}

/// One of the values of `--encoding`.
pub(super) fn encoding() -> impl TypedValueParser<Value = Encoding> {
    let names = ["utf-8", "gbk"].map(PossibleValue::new);
    PossibleValuesParser::new(names).map(|value| match &*value {
        "gbk" => Encoding::Gbk,
        _ => Encoding::Utf8,
    })
}

/// One of the values of `--line-end`.
pub(super) fn line_end() -> impl TypedValueParser<Value = LineEnd> {
    let names = ["none", "lf", "crlf"].map(PossibleValue::new);
    PossibleValuesParser::new(names).map(|value| match &*value {
        "lf" => LineEnd::Lf,
        "crlf" => LineEnd::CrLf,
        _ => LineEnd::None,
    })
}

/// One of the values of `--exists`.
pub(super) fn exists() -> impl TypedValueParser<Value = IfExists> {
    let values = [
        ("keep", t!("help-keep")),
        ("skip", t!("help-skip")),
        ("overwrite", t!("help-overwrite")),
    ];
    let values = values.map(|(name, help)| PossibleValue::new(name).help(help));
    PossibleValuesParser::new(values).map(|value| match &*value {
        "skip" => IfExists::Skip,
        "overwrite" => IfExists::Overwrite,
        _ => IfExists::Keep,
    })
}
