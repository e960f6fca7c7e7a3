//! Embeds the icon, the version and the manifest in the program for Windows. Does nothing for other targets.

use std::env;

use winresource::WindowsResource;

/// English (United States).
const LANGUAGE: u16 = 0x0409;

const ICON: &str = "assets/icons/landline.ico";
const MANIFEST: &str = "dist/windows/landline.manifest";

fn main() {
    for file in ["build.rs", ICON, MANIFEST] {
        println!("cargo::rerun-if-changed={file}");
    }
    // The target, not the host.
    if env::var_os("CARGO_CFG_TARGET_OS").is_none_or(|system| system != "windows") {
        return;
    }
    let description = env::var("CARGO_PKG_DESCRIPTION").unwrap_or_default();
    let made = WindowsResource::new()
        .set_language(LANGUAGE)
        .set("ProductName", "Landline")
        // The name in the task manager and the firewall.
        .set("FileDescription", "Landline")
        .set("Comments", &description)
        .set("InternalName", "landline")
        .set("OriginalFilename", "landline.exe")
        .set("LegalCopyright", "MIT OR Apache-2.0")
        .set_icon(ICON)
        .set_manifest_file(MANIFEST)
        .compile();
    if let Err(e) = made {
        println!(
            "cargo::warning=without a resource compiler (windres or rc.exe) the program gets no icon and no manifest: {e}"
        );
    }
}
