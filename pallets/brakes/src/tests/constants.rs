use crate::mock::*;

#[test]
#[should_panic(expected = "LongestRound must let brakes be applied")]
fn a_round_without_length_is_refused() {
	LongestRound::set(0);
	Brakes::check_constants();
}

#[test]
#[should_panic(expected = "LongestRound must not be above LongestSpan")]
fn a_round_longer_than_a_span_is_refused() {
	LongestRound::set(SPAN + 1);
	Brakes::check_constants();
}

#[test]
fn the_constants_of_the_tests_are_accepted() {
	Brakes::check_constants();
}
