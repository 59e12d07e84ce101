//! The archive as its users see it: through its public interface, on a disk.

mod back_door;
mod backing_up;
mod bringing;
mod checking;
mod deciding;
mod desk;
mod erasing;
mod histories;
mod masking;
mod merging;
mod museum;
mod opening;
mod salvaging;
mod sealing;
mod searching;
mod surviving;
mod travelling;
mod trials;
mod undoing;
mod witnessing;
mod writing;
