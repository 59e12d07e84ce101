//! `cargo xtask …`: the few things a person does with this repository.
//!
//! Needs nothing but Rust to start; what else is missing it installs itself
//! (and says so first). No dependencies, so that it is compiled in a moment.

mod app;
mod bench;
mod demo;
mod fuzz;
mod packages;
mod run;
mod soak;
mod tally;
mod test;
mod ui;

use run::Failure;
use std::process::ExitCode;
use tally::Tally;

const USAGE: &str = "\
用法 / Usage: cargo xtask <task>

  app [--sample]   安装所缺、构建并打开程序（--sample 打开示例档案）
                   install what is missing, build, open the window (--sample: the sample archive)
  demo             无图形界面时：生成示例档案、函询通知书 PDF 与交换文件，放在 demo-out/
                   without a screen: make the sample archive, a letter as PDF and a bundle in demo-out/
  test [--fast]    全部检查与测试（--fast 不含窗口测试，不安装软件包）
                   every check and test (--fast: without the window tests, installs nothing)
  screenshots      只运行窗口测试，各页截图在 target/screenshots/
                   only the window tests; a picture of each page in target/screenshots/
  bench            性能测量 / the benchmarks
  soak             档案库长时间试验（断电、拒写、损坏、随机操作）和百万条目性能测量，约一小时
                   long trials of the archive (power cuts, refused writes, damage, random work)
                   and its figures at a million entries; about an hour
  fuzz MINUTES     随机输入测试：条目、内容、清单、交换包、文本文件各若干分钟
                   random inputs for entries, payloads, manifests, bundles and text files,
                   so many minutes each
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let mut tally = None;
    let outcome = match arguments.as_slice() {
        ["app"] => app::app(false),
        ["app", "--sample"] => app::app(true),
        ["demo"] => demo::demo(),
        ["test"] => test::everything(tally.insert(Tally::default())),
        ["test", "--fast"] => test::fast(tally.insert(Tally::default())),
        ["screenshots"] => test::screenshots(tally.insert(Tally::default())),
        ["bench"] => bench::bench(),
        ["fuzz", minutes] => fuzz::fuzz(minutes),
        ["soak"] => soak::soak(tally.insert(Tally::default())),
        [] | ["help" | "-h" | "--help"] => {
            print!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprint!(
                "不认识的参数 / unknown arguments: {}\n\n{USAGE}",
                arguments.join(" ")
            );
            return ExitCode::from(2);
        }
    };
    if let Err(Failure(reason)) = &outcome {
        eprintln!("\n✗ {reason}");
    }
    if let Some(tally) = tally {
        println!("\n{tally}");
    }
    if outcome.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
