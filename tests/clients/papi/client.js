// Connects, decodes the metadata, sends a transfer, sees it final, calls a view function.
//
// Usage: node --experimental-websocket client.js URL     (the flag is for Node 20 alone)

import { sr25519CreateDerive } from '@polkadot-labs/hdkd';
import { DEV_MINI_SECRET, ss58Address } from '@polkadot-labs/hdkd-helpers';
import assert from 'node:assert/strict';
import { createClient, Enum } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';

const AMOUNT = 2_500_000_000_000n; // 2.5 OUR
// Each client has a sender of its own, so that they can run at once.
const SENDER = '//Bob';
const RECIPIENT = '//Bob//papi';

const client = createClient(getWsProvider(process.argv[2]));
try {
  // Without generated types: whatever the node's metadata says is what can be called.
  const api = client.getUnsafeApi();
  const derive = sr25519CreateDerive(DEV_MINI_SECRET);
  const sender = derive(SENDER);
  const signer = getPolkadotSigner(sender.publicKey, 'Sr25519', sender.sign);
  const recipient = ss58Address(derive(RECIPIENT).publicKey);

  const freeBalance = async () =>
    (await api.query.System.Account.getValue(recipient, { at: 'finalized' })).data.free;

  const before = await freeBalance();
  // Resolves when the transaction is final.
  const result = await api.tx.Balances.transfer_keep_alive({
    dest: Enum('Id', recipient),
    value: AMOUNT,
  }).signAndSubmit(signer);
  assert.ok(result.ok, `transfer failed: ${JSON.stringify(result.dispatchError)}`);
  assert.equal((await freeBalance()) - before, AMOUNT);

  assert.ok((await api.view.Validators.bond()) > 0n);
  console.log('PASS papi');
} finally {
  client.destroy();
}
