//! Help pages, drawn from the descriptions of the commands.

use crate::arguments::{Opt, Takes};
use crate::commands::{ALL, Command};
use std::fmt::Write;

/// Every command in a line, and what holds for all of them.
pub(crate) fn all() -> String {
    let mut page = "督查手记命令行\n\n用法：ducha-cli 命令 …\n\n命令：\n".to_owned();
    let widest = ALL.iter().map(|command| command.name.len()).max();
    let widest = widest.unwrap_or_default();
    for command in ALL {
        let _ = writeln!(page, "  {:widest$}  {}", command.name, command.summary);
    }
    page.push_str(
        "\n每个命令的详细用法：ducha-cli 命令 --help\n\
         口令只从口令文件的第一行读取，或在终端输入，不写在命令里。\n\
         结果写到标准输出（加 --json 时恰为一个JSON对象），提示写到标准错误。\n\
         退出码：0 完成；1 被拒绝或发现损坏；2 用法不对；3 档案库打不开；4 已经执行，但结果写不出来。\n",
    );
    page
}

/// One command with its options.
pub(crate) fn of(command: &Command) -> String {
    let mut page = format!("{}\n\n用法：ducha-cli {}", command.summary, command.name);
    for place in command.places {
        let _ = if place.needed {
            write!(page, " {}", place.name)
        } else {
            write!(page, " [{}]", place.name)
        };
        if place.many {
            page.push('…');
        }
    }
    page.push_str(if command.options.is_empty() {
        "\n"
    } else {
        " 选项…\n\n选项：\n"
    });
    for option in command.options.iter().filter(|it| !it.help.is_empty()) {
        let _ = writeln!(page, "  {}\n      {}", written(option), option.help);
    }
    page
}

fn written(option: &Opt) -> String {
    match option.takes {
        Takes::Nothing => format!("--{}", option.name),
        Takes::One => format!("--{} {}", option.name, option.value),
        Takes::Many => format!("--{} {}…", option.name, option.value),
    }
}
