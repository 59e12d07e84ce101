//! 督查手记: the window. It parses what the page sends, calls the use cases
//! and hands back what they say; nothing else happens here.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod automation;
mod commands;
mod desktop;

fn main() {
    automation::refuse_remote_control();
    // This same executable reads minutes in a process of its own.
    minutes::worker::run_if_asked();
    if let Err(error) = desktop::run() {
        eprintln!("督查手记未能打开窗口：{error}。请确认已登录图形桌面；档案库没有改动。");
        std::process::exit(1);
    }
}
