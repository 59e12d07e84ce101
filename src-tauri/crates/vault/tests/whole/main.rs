//! The archive as its users see it: through its public interface, on a disk.

mod desk;
mod opening;
mod writing;
