//! How a page shows a folder: the order and the filter that the query of its address asks for.

use percent_encoding::percent_decode_str;

use landline_http1::encode_segment;

/// What the entries are sorted by. Folders always come first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Sort {
    /// The name, as elsewhere.
    #[default]
    Name,
    /// The length. Folders, which have none, stay in the order of their names.
    Size,
    /// The modification time.
    Date,
}

impl Sort {
    /// In the order of their links.
    pub const ALL: [Self; 3] = [Self::Name, Self::Size, Self::Date];

    /// As it is called in a query.
    pub fn key(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Size => "size",
            Self::Date => "date",
        }
    }
}

/// What the query of a folder's address asks for: `?sort=size&order=desc&q=holiday&select`. Anything else in it, and
/// what cannot be read, is ignored.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct View {
    /// What the entries are sorted by.
    pub sort: Sort,
    /// The last entry comes first.
    pub is_descending: bool,
    /// Only names that contain this text are shown; in lower case.
    pub filter: String,
    /// Each entry has a check box.
    pub is_selecting: bool,
}

impl View {
    /// What `query` asks for.
    pub fn of(query: Option<&str>) -> Self {
        let mut view = Self::default();
        for pair in query.unwrap_or_default().split('&') {
            let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
            match key {
                "sort" => {
                    let known = Sort::ALL.into_iter().find(|sort| sort.key() == value);
                    view.sort = known.unwrap_or(view.sort);
                }
                "order" => view.is_descending = value == "desc",
                "q" => view.filter = decoded(value).to_lowercase(),
                "select" => view.is_selecting = true,
                _ => {}
            }
        }
        view
    }

    /// Gives up any other order.
    pub fn order_by_name(&mut self) {
        (self.sort, self.is_descending) = (Sort::Name, false);
    }

    /// Whether `name` is shown.
    pub fn shows(&self, name: &str) -> bool {
        self.filter.is_empty() || name.to_lowercase().contains(&self.filter)
    }

    /// The query of the same view in another order.
    pub fn sorted_by(&self, sort: Sort, is_descending: bool) -> String {
        let order = if is_descending { "&order=desc" } else { "" };
        let mut query = format!("?sort={}{order}", sort.key());
        if !self.filter.is_empty() {
            query.push_str("&q=");
            query.extend(encode_segment(&self.filter));
        }
        if self.is_selecting {
            query.push_str("&select");
        }
        query
    }
}

/// A value of a form, decoded (WHATWG URL, `application/x-www-form-urlencoded`).
fn decoded(value: &str) -> String {
    let value = value.replace('+', " ");
    percent_decode_str(&value).decode_utf8_lossy().trim().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_as_browsers_write_it() {
        for (query, sort, is_descending, filter, is_selecting) in [
            ("", Sort::Name, false, "", false),
            ("sort=size&order=desc", Sort::Size, true, "", false),
            ("order=asc&sort=date", Sort::Date, false, "", false),
            (
                "q=Two+Words%21&sort=",
                Sort::Name,
                false,
                "two words!",
                false,
            ),
            ("q=%E6%B5%B7&select", Sort::Name, false, "海", true),
            ("q=a&q=B", Sort::Name, false, "b", false),
            // What cannot be read is no wish.
            ("sort=<x>&order=DESC&x&&=&%", Sort::Name, false, "", false),
            ("q=%ff+", Sort::Name, false, "\u{fffd}", false),
        ] {
            let expected = View {
                sort,
                is_descending,
                filter: filter.to_owned(),
                is_selecting,
            };
            assert_eq!(View::of(Some(query)), expected, "{query}");
        }
        assert_eq!(View::of(None), View::default());
    }

    #[test]
    fn a_link_to_another_order_keeps_the_rest() {
        let view = View::of(Some("q=a%26b%22%3C&select&sort=date"));
        let link = view.sorted_by(Sort::Size, true);
        assert_eq!(link, "?sort=size&order=desc&q=a%26b%22%3C&select");
        let read = View::of(link.strip_prefix('?'));
        assert_eq!((read.filter, read.is_selecting), (view.filter, true));
        let plain = View::default().sorted_by(Sort::Name, false);
        assert_eq!(plain, "?sort=name");
    }

    #[test]
    fn a_filter_ignores_case() {
        let view = View::of(Some("q=ärg"));
        assert!(view.shows("ÄRGER.txt") && !view.shows("aerger"));
        assert!(View::default().shows(""));
    }
}
