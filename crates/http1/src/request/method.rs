//! The method of a request (RFC 9110 section 9).

/// A method. Its name is case-sensitive.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Method<'a> {
    /// Transfer the target resource.
    #[default]
    Get,
    /// The same as GET, without the content.
    Head,
    /// Process the content of the request.
    Post,
    /// Replace the target resource.
    Put,
    /// Remove the target resource.
    Delete,
    /// Open a tunnel.
    Connect,
    /// Describe the communication options.
    Options,
    /// Loop the request back.
    Trace,
    /// Modify the target resource (RFC 5789).
    Patch,
    /// Any other token.
    Other(&'a str),
}

impl<'a> Method<'a> {
    /// The methods of RFC 9110 and RFC 5789.
    pub const KNOWN: [Method<'static>; 9] = [
        Method::Get,
        Method::Head,
        Method::Post,
        Method::Put,
        Method::Delete,
        Method::Connect,
        Method::Options,
        Method::Trace,
        Method::Patch,
    ];

    /// The method with this name.
    pub fn parse(name: &'a str) -> Self {
        match name {
            "GET" => Self::Get,
            "HEAD" => Self::Head,
            "POST" => Self::Post,
            "PUT" => Self::Put,
            "DELETE" => Self::Delete,
            "CONNECT" => Self::Connect,
            "OPTIONS" => Self::Options,
            "TRACE" => Self::Trace,
            "PATCH" => Self::Patch,
            other => Self::Other(other),
        }
    }

    /// The method's name.
    pub const fn name(self) -> &'a str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
            Self::Connect => "CONNECT",
            Self::Options => "OPTIONS",
            Self::Trace => "TRACE",
            Self::Patch => "PATCH",
            Self::Other(name) => name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_parsed_and_written() {
        for method in Method::KNOWN {
            assert_eq!(Method::parse(method.name()), method);
        }
        for name in ["get", "BREW", ""] {
            assert_eq!(Method::parse(name), Method::Other(name));
            assert_eq!(Method::Other(name).name(), name);
        }
    }
}
