//! 督查手记: the window. It parses what the page sends, calls the use cases
//! and hands back what they say; nothing else happens here.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod automation;
mod commands;
mod desktop;
mod sound;
mod work;

fn main() {
    automation::refuse_remote_control();
    // This same executable reads minutes in a process of its own.
    minutes::worker::run_if_asked();
    if !cfg!(debug_assertions) {
        std::panic::set_hook(Box::new(tell_in_our_own_words));
    }
    if !has_screen() {
        no_window();
    }
    // The window's toolkit panics where it should give an error back.
    if !matches!(std::panic::catch_unwind(desktop::run), Ok(Ok(()))) {
        no_window();
    }
}

/// What a user reads of a fault in the program: no library's text, and where it
/// happened for the person who is rung up.
fn tell_in_our_own_words(fault: &std::panic::PanicHookInfo<'_>) {
    let place = fault.location().map_or_else(String::new, |at| {
        let file = at.file().rsplit(['/', '\\']).next().unwrap_or_default();
        format!("（{file}:{}）", at.line())
    });
    eprintln!("督查手记内部出错{place}。请重新打开程序再试；已经保存的内容没有丢失。");
}

/// Whether there is a desktop to show a window on. Only where it is named by the
/// environment can it be missing.
fn has_screen() -> bool {
    let named = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || named("DISPLAY") || named("WAYLAND_DISPLAY")
}

/// Says in our own words that there is no window; nothing was opened yet.
fn no_window() -> ! {
    eprintln!("督查手记未能打开窗口。请确认已登录图形桌面后再打开；档案库没有改动。");
    std::process::exit(1);
}
