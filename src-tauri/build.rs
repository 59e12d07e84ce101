//! Lets Tauri embed the built interface, the icon and the permissions.

fn main() {
    tauri_build::build();
}
