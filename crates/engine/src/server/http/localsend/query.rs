//! The query of a request (WHATWG URL section 5.1).

use percent_encoding::percent_decode_str;

/// The value of the first parameter `name`, decoded; `None` if it is missing or no UTF-8.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    decoded(&value(query, name)?.replace('+', " "))
}

/// The same where `+` stands for itself: the app does not encode what people type.
pub(super) fn typed(query: Option<&str>, name: &str) -> Option<String> {
    decoded(value(query, name)?)
}

/// The value as it was sent.
fn value<'a>(query: Option<&'a str>, name: &str) -> Option<&'a str> {
    let mut pairs = query?.split('&');
    pairs.find_map(|pair| {
        let (found, value) = pair.split_once('=').unwrap_or((pair, ""));
        (found == name).then_some(value)
    })
}

fn decoded(value: &str) -> Option<String> {
    let decoded = percent_decode_str(value).decode_utf8().ok()?;
    Some(decoded.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_are_decoded_once() {
        let query = Some("sessionId=a%2Bb&pin=1+2%2534&flag&fileId=%E6%B5%B7&bad=%ff&pin=9&");
        let value = |name: &str| parameter(query, name);
        assert_eq!(value("sessionId").as_deref(), Some("a+b"));
        assert_eq!(value("pin").as_deref(), Some("1 2%34"));
        assert_eq!(typed(query, "pin").as_deref(), Some("1+2%34"));
        assert_eq!(value("flag").as_deref(), Some(""));
        assert_eq!(value("fileId").as_deref(), Some("海"));
        for missing in ["bad", "token", "session", "sessionid"] {
            assert_eq!(value(missing), None, "{missing}");
        }
        assert_eq!(parameter(None, "pin"), None);
        assert_eq!(parameter(Some(""), "pin"), None);
    }
}
