//! From a fresh clone to the open window.

use crate::run::{Outcome, cargo, program, run, step, target};
use crate::{demo, packages, ui};

/// Installs, builds and opens the program; without a screen, makes the demo instead.
pub(crate) fn app(sample: bool) -> Outcome {
    let screen = ["DISPLAY", "WAYLAND_DISPLAY"]
        .iter()
        .any(|name| std::env::var_os(name).is_some_and(|value| !value.is_empty()));
    if !screen {
        println!(
            "本机没有图形界面（DISPLAY、WAYLAND_DISPLAY 均未设置），不能打开窗口；改为运行 cargo xtask demo。\n\
             There is no screen here (neither DISPLAY nor WAYLAND_DISPLAY is set), so no window can open; running cargo xtask demo instead."
        );
        return demo::demo();
    }
    packages::for_the_program()?;
    ui::build()?;
    step(
        "Build the program · 构建程序（首次约需十分钟）",
        || run(cargo(&["build", "--release", "--package", "ducha"])),
    )?;
    println!("\n打开窗口，关闭窗口即结束 / opening the window; close it to end");
    let ducha = target().join("release/ducha");
    let arguments: &[&str] = if sample { &["--sample"] } else { &[] };
    run(program(&ducha.to_string_lossy(), arguments))
}
