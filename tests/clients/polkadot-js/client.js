// Connects, decodes the metadata, sends a transfer, sees it final, calls a view function.
//
// Usage: node client.js URL

import { ApiPromise, Keyring, WsProvider } from '@polkadot/api';
import assert from 'node:assert/strict';

const AMOUNT = 2_500_000_000_000n; // 2.5 OUR
// Each client has a sender of its own, so that they can run at once.
const SENDER = '//Alice';
const RECIPIENT = '//Alice//polkadot-js';

const api = await ApiPromise.create({ provider: new WsProvider(process.argv[2]), noInitWarn: true });
try {
  assert.equal(api.runtimeMetadata.version, 16);
  const keyring = new Keyring({ type: 'sr25519', ss58Format: api.registry.chainSS58 });
  const sender = keyring.addFromUri(SENDER);
  const recipient = keyring.addFromUri(RECIPIENT).address;

  const before = await freeBalance(recipient);
  await finalise(api.tx.balances.transferKeepAlive(recipient, AMOUNT), sender);
  assert.equal((await freeBalance(recipient)) - before, AMOUNT);

  assert.ok((await validatorBond()) > 0n);
  console.log('PASS polkadot-js');
} finally {
  await api.disconnect();
}

async function freeBalance(address) {
  return (await api.query.system.account(address)).data.free.toBigInt();
}

function finalise(transaction, sender) {
  return new Promise((resolve, reject) => {
    transaction
      .signAndSend(sender, ({ dispatchError, isError, status }) => {
        if (isError || dispatchError) {
          reject(new Error(`transfer failed: ${dispatchError ?? status}`));
        } else if (status.isFinalized) {
          resolve();
        }
      })
      .catch(reject);
  });
}

// The library has no words for view functions yet, but it decodes what is needed to call one.
async function validatorBond() {
  const pallet = api.runtimeMetadata.asV16.pallets.find(({ name }) => name.eq('Validators'));
  const view = pallet.viewFunctions.find(({ name }) => name.eq('bond'));
  const answer = await api.call.runtimeViewFunction.executeViewFunction(view.id.toU8a(), '0x');
  assert.ok(answer.isOk, `the view function failed: ${answer}`);
  return api.createType('u128', answer.asOk.toU8a(true)).toBigInt();
}
