//! The archive as its users see it: through its public interface, on a disk.

mod back_door;
mod checking;
mod desk;
mod merging;
mod museum;
mod opening;
mod searching;
mod surviving;
mod undoing;
mod writing;
