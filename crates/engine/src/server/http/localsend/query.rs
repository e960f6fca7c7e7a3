//! The query of a request (WHATWG URL section 5.1).

use percent_encoding::percent_decode_str;

/// The value of the first parameter `name`, decoded; `None` if it is missing or no UTF-8.
pub(super) fn parameter(query: Option<&str>, name: &str) -> Option<String> {
    let mut pairs = query?.split('&');
    let value = pairs.find_map(|pair| {
        let (found, value) = pair.split_once('=').unwrap_or((pair, ""));
        (found == name).then_some(value)
    })?;
    let spaced = value.replace('+', " ");
    let decoded = percent_decode_str(&spaced).decode_utf8().ok()?;
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
        assert_eq!(value("flag").as_deref(), Some(""));
        assert_eq!(value("fileId").as_deref(), Some("海"));
        for missing in ["bad", "token", "session", "sessionid"] {
            assert_eq!(value(missing), None, "{missing}");
        }
        assert_eq!(parameter(None, "pin"), None);
        assert_eq!(parameter(Some(""), "pin"), None);
    }
}
