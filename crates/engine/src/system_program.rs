//! The programs of Windows itself, by their full paths. A program that is started by its name alone is looked for beside
//! this one first, and that may be the folder that downloads go to.

use std::env;
use std::path::{Path, PathBuf};

/// The path of a program in the system folder, such as `reg.exe`; `None` if that folder is unknown.
pub fn path(program: &str) -> Option<PathBuf> {
    let root = env::var_os("SystemRoot")?;
    let root = Path::new(&root);
    root.is_absolute()
        .then(|| root.join("System32").join(program))
}
