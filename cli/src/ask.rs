//! Questions to the person at the terminal.

use ourledger_client::{escape, Error, Result};
use std::{
	env,
	io::{self, BufRead, IsTerminal, Read, Write},
};

/// Answers every question for a key's password.
pub const PASSWORD_VARIABLE: &str = "OURLEDGER_PASSWORD";

/// Longest line that is read as an answer.
const MAX_LINE_BYTES: u64 = 64 * 1024;

/// Asks a question that only "y" or "yes" answers with yes. Without a terminal nobody is asked,
/// and the answer is no.
pub fn confirm(question: &str) -> Result<()> {
	if !io::stdin().is_terminal() {
		return Err(Error::declined(
			"nobody can be asked, since standard input is no terminal; --yes answers beforehand",
		));
	}
	let answer = answer(&format!("{question} [y/N] "))?;
	match meant(&answer, false) {
		Some(true) => Ok(()),
		_ => Err(Error::declined("declined; nothing was done")),
	}
}

/// Asks a question that "y" or "n" answers; an empty line answers as `default` says. Nothing if nobody
/// can be asked, without a terminal.
pub fn choose(question: &str, default: bool) -> Result<Option<bool>> {
	if !io::stdin().is_terminal() {
		return Ok(None);
	}
	loop {
		let choice = if default { "Y/n" } else { "y/N" };
		let answer = answer(&format!("{question} [{choice}] "))?;
		if let Some(answer) = meant(&answer, default) {
			return Ok(Some(answer));
		}
	}
}

/// The line that is typed behind `prompt`.
fn answer(prompt: &str) -> Result<String> {
	eprint!("{}", escape::escaped_line(prompt));
	io::stderr().flush().ok();
	let mut answer = String::new();
	io::stdin()
		.lock()
		.take(MAX_LINE_BYTES)
		.read_line(&mut answer)
		.map_err(|error| Error::declined(format!("the answer can't be read: {error}")))?;
	Ok(answer)
}

/// What an answer means, if it is one.
fn meant(answer: &str, default: bool) -> Option<bool> {
	match answer.trim().to_lowercase().as_str() {
		"" => Some(default),
		"y" | "yes" => Some(true),
		"n" | "no" => Some(false),
		_ => None,
	}
}

/// The password of an existing key, from the environment or the terminal, without echo.
pub fn password(key: &str) -> Result<String> {
	match given_password()? {
		Some(password) => Ok(password),
		None => hidden(&format!("Password of {key}: "), "password"),
	}
}

/// The password of a new key, asked for twice.
pub fn new_password(key: &str) -> Result<String> {
	if let Some(password) = given_password()? {
		return Ok(password);
	}
	let password = hidden(&format!("New password of {key}: "), "password")?;
	if hidden("The same again: ", "password")? == password {
		Ok(password)
	} else {
		Err(Error::input("the two passwords differ"))
	}
}

/// A secret phrase or seed, from the terminal without echo, else the first line of standard input.
pub fn secret() -> Result<String> {
	let secret = if io::stdin().is_terminal() {
		hidden("Secret phrase or seed: ", "secret")?
	} else {
		let mut line = String::new();
		io::stdin()
			.lock()
			.take(MAX_LINE_BYTES)
			.read_line(&mut line)
			.map_err(|error| Error::input(format!("standard input can't be read: {error}")))?;
		line
	};
	match secret.trim() {
		"" => Err(Error::input("the secret phrase is empty")),
		secret => Ok(secret.into()),
	}
}

/// What the environment says. An empty variable is no password: most likely something that should
/// have set it didn't.
fn given_password() -> Result<Option<String>> {
	not_empty(env::var(PASSWORD_VARIABLE).ok())
}

fn not_empty(password: Option<String>) -> Result<Option<String>> {
	match password {
		Some(password) if password.is_empty() => Err(Error::input(format!(
			"{PASSWORD_VARIABLE} is empty; unset it to be asked for the password"
		))),
		password => Ok(password),
	}
}

fn hidden(prompt: &str, what: &str) -> Result<String> {
	rpassword::prompt_password(escape::escaped_line(prompt)).map_err(|_| {
		let hint = match what {
			"password" => format!("; {PASSWORD_VARIABLE} answers beforehand"),
			_ => String::new(),
		};
		Error::declined(format!("nobody can be asked for the {what}, without a terminal{hint}"))
	})
}

#[cfg(test)]
mod tests {
	use super::*;

	#[test]
	fn empty_password_in_the_environment_is_refused() {
		assert_eq!(not_empty(None), Ok(None));
		assert_eq!(not_empty(Some("x".into())), Ok(Some("x".into())));
		assert_eq!(not_empty(Some(String::new())).map_err(|error| error.code()), Err(4));
	}

	#[test]
	fn empty_answer_is_the_default() {
		for (answer, default, is) in [
			("", true, Some(true)),
			("\n", false, Some(false)),
			("Yes\n", false, Some(true)),
			("n", true, Some(false)),
			("maybe", true, None),
		] {
			assert_eq!(meant(answer, default), is, "{answer}");
		}
	}
}
