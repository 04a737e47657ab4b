//! Where two values of JSON differ.

use serde_json::Value as Json;

/// The first value, in the order of names, in which two differ: where, and both.
pub fn first_difference(at: &str, said: &Json, right: &Json) -> Option<(String, Json, Json)> {
	let below = |name: &str| match at {
		"" => name.to_owned(),
		at => format!("{at}.{name}"),
	};
	match (said, right) {
		(Json::Object(said), Json::Object(right)) => {
			let mut names: Vec<_> = right.keys().chain(said.keys()).collect();
			names.dedup();
			names.into_iter().find_map(|name| {
				let value =
					|of: &serde_json::Map<_, _>| of.get(name).cloned().unwrap_or(Json::Null);
				let both = said.contains_key(name) && right.contains_key(name);
				let (said, right) = (value(said), value(right));
				if !both && said == right {
					return Some((below(name), said, right));
				}
				first_difference(&below(name), &said, &right)
			})
		},
		(Json::Array(said), Json::Array(right)) if said.len() == right.len() => {
			let mut pairs = said.iter().zip(right).enumerate();
			pairs.find_map(|(place, (said, right))| {
				first_difference(&format!("{at}[{place}]"), said, right)
			})
		},
		(said, right) if said == right => None,
		(said, right) => Some((at.to_owned(), said.clone(), right.clone())),
	}
}
