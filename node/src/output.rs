//! What the node's own commands print on standard output.

use sc_cli::{Error, Result};
use std::{
	fmt::Display,
	io::{self, Write},
};

/// Print, and see that it arrives.
pub fn print(text: impl AsRef<[u8]>) -> Result<()> {
	write(io::stdout().lock(), text.as_ref())
}

/// Print a line, and see that it arrives.
pub fn line(text: impl Display) -> Result<()> {
	print(format!("{text}\n"))
}

/// A reader that went away (`… | head -1`) has what it wanted; all else is a failure.
fn write(mut stream: impl Write, bytes: &[u8]) -> Result<()> {
	match stream.write_all(bytes).and_then(|()| stream.flush()) {
		Err(e) if e.kind() != io::ErrorKind::BrokenPipe => {
			Err(Error::Input(format!("Can't write to standard output: {e}.")))
		},
		_ => Ok(()),
	}
}

#[cfg(test)]
mod tests {
	use super::*;

	/// A stream that fails when what was written is to leave, as standard output does.
	struct Failing(io::ErrorKind);

	impl Write for Failing {
		fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
			Ok(bytes.len())
		}

		fn flush(&mut self) -> io::Result<()> {
			Err(self.0.into())
		}
	}

	#[test]
	fn what_is_lost_is_told_unless_the_reader_left() {
		let mut kept = Vec::new();
		assert!(write(&mut kept, b"text\n").is_ok());
		assert_eq!(kept, b"text\n");

		assert!(write(Failing(io::ErrorKind::BrokenPipe), b"text").is_ok());
		let lost = write(Failing(io::ErrorKind::StorageFull), b"text").expect_err("is lost");
		assert!(lost.to_string().contains("Can't write to standard output"), "{lost}");
	}
}
