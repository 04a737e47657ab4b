//! Gives the node its version: the package's, and the commit it was built from.

fn main() {
	// Without Git, or outside a repository, the commit is given as zeros; see
	// `SUBSTRATE_CLI_GIT_COMMIT_HASH` for builds from an archive.
	substrate_build_script_utils::generate_cargo_keys();

	// Only where there is a repository: elsewhere this would warn on every build.
	if std::path::Path::new("../.git").exists() {
		substrate_build_script_utils::rerun_if_git_head_changed();
	} else {
		println!("cargo:rerun-if-changed=build.rs");
	}
}
