//! The names that Windows reserves for devices, in every folder and with any extension.

/// Whether Windows takes `name` for a device, whatever its ending: `CON`, `nul.txt`, `COM¹`.
pub fn is_windows_device(name: &str) -> bool {
    let stem = name
        .split(['.', ':'])
        .next()
        .unwrap_or(name)
        .trim_end()
        .to_uppercase();
    match stem.as_str() {
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" => true,
        _ => {
            let mut rest = match stem
                .strip_prefix("COM")
                .or_else(|| stem.strip_prefix("LPT"))
            {
                Some(rest) => rest.chars(),
                None => return false,
            };
            matches!(
                (rest.next(), rest.next()),
                (Some('0'..='9' | '¹' | '²' | '³'), None)
            )
        }
    }
}
