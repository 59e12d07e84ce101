//! What the window tests stand on: a screen in memory, a driver for the web
//! view, the real program in a home of its own, and hands to work it with.

pub(crate) mod days;
mod driver;
mod home;
pub(crate) mod papers;
mod process;
mod screen;
mod waiting;
mod window;

pub(crate) use home::Home;
pub(crate) use window::Window;
