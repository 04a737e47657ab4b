//! The arithmetic of shares against the history of all holdings in exact fractions.

mod book;
mod holders;
mod part_of;
mod per_share;
mod story;
mod withheld;
