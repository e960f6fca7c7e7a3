//! Which version of a file a part belongs to.

use serde::{Deserialize, Serialize};

/// Which version of a file a part is of.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Version {
    /// What tells it from any other version (RFC 9110 section 8.8); without one nothing goes on.
    pub(crate) validator: Option<String>,
    /// The length of the whole file, where the server said it.
    pub(crate) length: Option<u64>,
    /// The content coding of its bytes. Some servers compress a file and leave its `ETag` as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) coding: Option<String>,
}
