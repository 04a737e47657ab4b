use super::*;
use sp_runtime::BoundedVec;

fn quote() -> Quote {
	let item = SaleItem { code: 1, amounts: Amounts::Sum(115) };
	Quote {
		seller: 1,
		till: 2,
		nonce: [3; 16],
		jurisdiction: 4,
		currency: 5,
		buyer: Some(6),
		sale: Sale {
			prices: Prices::Gross,
			items: BoundedVec::truncate_from([item].to_vec()),
			levies: BoundedVec::new(),
			withholdings: BoundedVec::new(),
			tip: 7,
			evidence: None,
		},
		expires: 8,
	}
}

/// The fields of [`quote`], as the design says.
fn quote_bytes() -> Vec<u8> {
	let item = [&1u16.to_le_bytes()[..], &[0], &115i128.to_le_bytes()].concat();
	let sale = [&[1, 4][..], &item, &[0, 0], &7u128.to_le_bytes(), &[0]].concat();
	[
		&1u64.to_le_bytes()[..],
		&[2, 0],
		&[3; 16],
		&[4, 0, 0, 0, 5, 0, 0, 0, 1],
		&6u64.to_le_bytes(),
		&sale,
		&8u32.to_le_bytes(),
	]
	.concat()
}

#[test]
fn quote_is_signed_with_its_purpose_and_chain() {
	let inner = [&b"ourledger/quote/2"[..], &[9; 32], &quote_bytes()].concat();
	assert_eq!(inner, (QUOTE_TAG, [9u8; 32], quote()).encode());
	let expected = [&b"<Bytes>"[..], &inner, b"</Bytes>"].concat();
	assert_eq!(quote().payload([9; 32]), expected);
	assert_eq!(quote().payload(crate::Hash::from([9; 32])), expected);
}

#[test]
fn quote_is_its_own_document() {
	assert_eq!(quote().document(), Hashing::hash(&quote_bytes()).0);
}

#[test]
fn lines_are_hashed_with_their_codes() {
	let lines = |amounts: &[i128]| {
		Lines::truncate_from(amounts.iter().map(|it| Zigzag::from(*it)).collect())
	};
	let bytes = [&[2 << 2][..], &[1, 0], &[2 << 2, 2 << 2, 3 << 2], &[7, 0], &[0]].concat();
	let hash = hash_of_lines([(1, &lines(&[1, -2])), (7, &lines(&[]))]);
	assert_eq!(hash, Hashing::hash(&bytes).0);
}

#[test]
fn invoice_is_named_by_seller_then_number() {
	let id = InvoiceId { seller: 1, number: 2 };
	assert_eq!(id.encode(), [1u64.to_le_bytes(), 2u64.to_le_bytes()].concat());
	assert_eq!(InvoiceId::max_encoded_len(), 16);
	// By the seller first, as series are listed.
	assert!(id < InvoiceId { seller: 2, number: 1 });
}
