use crate::{mock::*, *};
use frame::testing_prelude::*;

#[test]
fn whoever_may_apply_may_release() {
	for (applier, releaser) in [(bare(), broad()), (broad(), bare())] {
		execute(|| {
			assert_ok!(Brakes::apply(applier, pause("pay"), 10));
			events();
			assert_ok!(Brakes::release(releaser, pause("pay")));
			assert_eq!(events(), [Event::Released { brake: pause("pay") }]);
			assert!(runs(pay()));
		});
	}
}

#[test]
fn what_is_off_cannot_be_released() {
	execute(|| {
		assert_noop!(Brakes::release(bare(), Brake::SafeMode), Error::<Test>::NotApplied);
		assert_ok!(Brakes::apply(bare(), Brake::SafeMode, 10));
		assert_noop!(Brakes::release(bare(), pause("pay")), Error::<Test>::NotApplied);
		wait(10);
		assert_noop!(Brakes::release(bare(), Brake::SafeMode), Error::<Test>::NotApplied);
	});
}
