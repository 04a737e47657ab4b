//! The person at the terminal, who is shown what is signed and asked.

use crate::{
	ask,
	output::{self, Output},
};
use indicatif::{ProgressBar, ProgressStyle};
use ourledger_client::{
	submit::{Person, Step, Summary},
	Result,
};
use std::{
	io::{self, IsTerminal},
	sync::{Mutex, PoisonError},
	time::Duration,
};
use subxt::utils::H256;

/// Who types the commands, or the program that does.
pub struct Terminal {
	out: Output,
	/// Whether all questions are answered with yes.
	yes: bool,
	/// What is told of the transaction that is followed.
	line: Mutex<Option<ProgressBar>>,
	/// The last transaction that is done, and the height of its block.
	done: Mutex<Option<(H256, u64)>>,
}

impl Terminal {
	/// Prints to `out`.
	pub fn new(out: Output, yes: bool) -> Self {
		Self { out, yes, line: Mutex::default(), done: Mutex::default() }
	}

	/// The last transaction that is done, and the height of its block.
	pub fn done(&self) -> Option<(H256, u64)> {
		*self.done.lock().unwrap_or_else(PoisonError::into_inner)
	}

	/// Tells how far the transaction is.
	fn say(&self, text: impl Into<String>) {
		let mut shown = self.line.lock().unwrap_or_else(PoisonError::into_inner);
		shown.get_or_insert_with(|| line(&self.out)).set_message(text.into());
	}
}

impl Person for Terminal {
	fn show(&self, summary: &Summary) -> Result<bool> {
		let lines = summary.lines.iter().map(|(label, text)| (*label, text.clone()));
		if !self.out.is_json() {
			self.out.line(output::fields(lines));
			// Nobody agrees to what they were not shown.
			return output::ensure_printed().map(|()| true).map_err(|error| {
				error.explained(|why| format!("the transaction was not sent: {why}"))
			});
		}
		// Nobody reads all of it unless somebody is asked.
		match self.yes {
			true => summary.warnings.iter().for_each(|warning| self.out.notice(warning)),
			false => self.out.notice(output::fields(lines)),
		}
		Ok(true)
	}

	fn agree(&self) -> Result<()> {
		match self.yes {
			true => Ok(()),
			false => ask::confirm("Go ahead?"),
		}
	}

	fn warn(&self, text: &str) {
		self.out.notice(text);
	}

	fn follow(&self, step: Step) {
		match step {
			Step::Sent(hash) => {
				if !self.out.is_json() {
					self.out.notice(format!("Sent as {hash:?}"));
				}
			},
			Step::Submitted => self.say("submitted"),
			Step::Broadcast => self.say("broadcast"),
			Step::InBlock(number) => {
				self.say(format!("in block {number}; waiting until it is final"));
			},
			Step::Reverted => self.say("its block was reverted; waiting for another"),
			Step::Over => {
				let mut shown = self.line.lock().unwrap_or_else(PoisonError::into_inner);
				if let Some(line) = shown.take() {
					line.finish_and_clear();
				}
			},
			Step::Done(hash, number) => {
				*self.done.lock().unwrap_or_else(PoisonError::into_inner) = Some((hash, number));
			},
		}
	}
}

/// A line on standard error that tells how far something is; hidden where nobody looks.
pub fn line(out: &Output) -> ProgressBar {
	if out.is_json() || !io::stderr().is_terminal() {
		return ProgressBar::hidden();
	}
	let line = ProgressBar::new_spinner();
	let style =
		ProgressStyle::with_template("{spinner} {msg}").expect("the template is valid; qed");
	line.set_style(style);
	line.enable_steady_tick(Duration::from_millis(120));
	line
}
