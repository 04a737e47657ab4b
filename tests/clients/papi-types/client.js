// Follows docs/guides/javascript.md on a chain with one twin: runs the commands and the program as
// they stand there, but for the node's address, and compares what is printed with what it says.
//
// Usage: node --experimental-websocket client.js URL     (the flag is for Node 20 alone)

import { sr25519CreateDerive } from '@polkadot-labs/hdkd';
import { DEV_MINI_SECRET, ss58Address } from '@polkadot-labs/hdkd-helpers';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Binary, createClient, Enum } from 'polkadot-api';
import { getPolkadotSigner } from 'polkadot-api/signer';
import { getWsProvider } from 'polkadot-api/ws';

const HERE = import.meta.dirname;
const GUIDE = join(HERE, '..', '..', '..', 'docs', 'guides', 'javascript.md');
const GUIDE_URL = 'ws://127.0.0.1:9944';
const PROGRAM = 'read-twin.mts';
const url = process.argv[2];

// Each client has a sender of its own, so that they can run at once.
const SENDER = '//Eve';
const DISPLAY_NAME = "Mina's Bakery";
const LEAVES = [1, 2, 3].map((byte) => `0x${byte.toString(16).padStart(64, '0')}`);

const blocks = (language) =>
  [...guide.matchAll(/^```(\w+)\n(.*?)^```$/gms)]
    .filter((match) => match[1] === language)
    .map((match) => match[2]);

const here = (text) => {
  assert.ok(text.includes(GUIDE_URL), `no ${GUIDE_URL} in:\n${text}`);
  return text.replaceAll(GUIDE_URL, url);
};

const guide = readFileSync(GUIDE, 'utf8');
assert.ok(guide.includes(`\`${PROGRAM}\``));
const [[makeTypes, compileAndRun, ...moreCommands], [program, ...morePrograms], outputs] =
  ['sh', 'ts', 'text'].map(blocks);
assert.deepEqual([moreCommands, morePrograms], [[], []], 'the guide has more than is tried here');
assert.equal(program.trimEnd().split('\n').length, 10);
assert.deepEqual(outputs, [`${DISPLAY_NAME} has ${LEAVES.length} records\n`]);

await registerFirstTwin();
const folder = mkdtempSync(join(tmpdir(), 'ourledger-read-twin-'));
try {
  // What the guide installs is here already, in the versions of the lock file. npm asks the registry
  // only for what its cache lacks.
  for (const name of ['node_modules', 'package-lock.json']) {
    cpSync(join(HERE, name), join(folder, name), { recursive: true, verbatimSymlinks: true });
  }
  // Else `npm init` takes all that lies in node_modules for wanted.
  writeFileSync(join(folder, 'package.json'), '{ "dependencies": {} }');
  run(here(makeTypes), folder);
  writeFileSync(join(folder, PROGRAM), here(program));
  assert.equal(run(compileAndRun, folder), outputs[0]);
} finally {
  rmSync(folder, { recursive: true });
}
console.log('PASS papi-types');

// Returns when that is final, since the guide's program reads finalised blocks.
async function registerFirstTwin() {
  const client = createClient(getWsProvider(url));
  try {
    const api = client.getUnsafeApi();
    const sender = sr25519CreateDerive(DEV_MINI_SECRET)(SENDER);
    const signer = getPolkadotSigner(sender.publicKey, 'Sr25519', sender.sign);
    const register = api.tx.Twins.register({
      kind: Enum('Company'),
      profile: { display_name: Binary.fromText(DISPLAY_NAME) },
      controller: Enum('Caller'),
    });
    const append = api.tx.Records.append({ leaves: LEAVES });
    const calls = [register.decodedCall, append.decodedCall];
    const result = await api.tx.Utility.batch_all({ calls }).signAndSubmit(signer);
    assert.ok(result.ok, `registration failed: ${JSON.stringify(result.dispatchError)}`);
    assert.equal(await api.view.Twins.number_of(ss58Address(sender.publicKey)), 1n);
  } finally {
    client.destroy();
  }
}

function run(commands, folder) {
  const env = {
    ...process.env,
    NODE_OPTIONS: process.execArgv.join(' '),
    npm_config_prefer_offline: 'true',
    npm_config_ignore_scripts: 'true',
    npm_config_loglevel: 'error',
    npm_config_update_notifier: 'false',
  };
  const stdio = ['ignore', 'pipe', 'inherit'];
  try {
    return execFileSync('sh', ['-euc', commands], { cwd: folder, encoding: 'utf8', env, stdio });
  } catch (error) {
    // The compiler's complaints are on its standard output.
    throw new Error(`These commands failed:\n${commands}\nand said:\n${error.stdout}`);
  }
}
