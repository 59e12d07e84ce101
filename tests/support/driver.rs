//! `WebKitWebDriver`, which starts the program and works its web view.

use super::home::Home;
use super::process::{Group, find_program};
use super::screen::Screen;
use super::waiting::{PATIENCE, until};
use std::net::{Ipv4Addr, TcpListener, TcpStream};

/// A driver that answers on a port of this machine. The program it starts ends
/// with it.
pub(crate) struct Driver {
    group: Group,
    port: u16,
}

impl Driver {
    /// Starts a driver whose programs are shown on `screen` and live in `home`.
    pub(crate) fn start(screen: &Screen, home: &Home) -> Self {
        let program = find_program("WebKitWebDriver", "webkit2gtk-driver");
        // Between our asking for a free port and the driver's taking it another
        // program may have it: then ask again.
        for _ in 0..5 {
            let port = free_port();
            let group = Group::start(
                &program,
                &[&format!("--port={port}")],
                &home.logs().join("driver.log"),
                |command| {
                    home.furnish(command);
                    command
                        .env("DISPLAY", screen.name())
                        .env("TAURI_WEBVIEW_AUTOMATION", "true");
                },
            );
            let answers = until(PATIENCE, || {
                if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                    return Some(true);
                }
                (!group.said().is_empty()).then_some(false)
            });
            if answers == Some(true) {
                return Self { group, port };
            }
            eprintln!("WebKitWebDriver: {}", group.said());
        }
        panic!("WebKitWebDriver did not start");
    }

    /// The address to send commands to.
    pub(crate) fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// What the driver and the program have said.
    pub(crate) fn said(&self) -> String {
        self.group.said()
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
        .and_then(|listener| listener.local_addr())
        .expect("this machine has a free port")
        .port()
}
