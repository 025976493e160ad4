import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import whole from 'libsodium-wrappers';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { entry, leanSodium } from '../../../client/build/leanSodium.ts';
import { namesUsed } from '../../../client/build/namesUsed.ts';
import { bundle } from '../../../client/build/sharedModule.ts';
import { callsOf } from '../../../client/build/wasmCalls.ts';
import { keepExports } from '../../../client/build/wasmParts.ts';
import { heapOf } from '../../../client/e2ee/sframe/heap.ts';

type Sodium = typeof whole;

let folder = '';
let lean: Sodium;
let raw: ReadonlyMap<string, unknown>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sealroom-sodium-'));
  const { wasm, plugin } = await leanSodium();
  const moduleFile = join(folder, 'sodium.mjs');
  const load = `Buffer.from('${Buffer.from(wasm).toString('base64')}', 'base64')`;
  await writeFile(moduleFile, (await bundle('sodium', entry, [plugin(load)])).code);
  const loaded: { default: Sodium & { libsodium: object } } = await import(pathToFileURL(moduleFile).href);
  lean = loaded.default;
  await Promise.all([lean.ready, whole.ready]);
  raw = new Map(Object.entries(loaded.default.libsodium));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const bytes = (length: number, seed: number) =>
  Uint8Array.from({ length }, (_, at) => (at * 31 + seed * 17) & 0xff);

it('has every function that client and shared code names', () => {
  const wrapped = namesUsed(/\bsodium\(\)\s*\.\s*(\w+)\(/g);
  expect(wrapped.size).toBeGreaterThan(10);
  const members = new Map<string, unknown>(Object.entries(lean));
  for (const name of wrapped) expect(typeof members.get(name), name).toBe('function');
  const direct = namesUsed(/\.(_crypto_\w+)\(/g);
  expect(direct.size).toBeGreaterThan(10);
  for (const name of [...direct, '_malloc', '_free']) expect(typeof raw.get(name), name).toBe('function');
  expect(() => heapOf(lean)).not.toThrow();
});

it('has no function that nobody names', () => {
  expect(Object.keys(lean)).not.toContain('crypto_box_easy');
  expect(Object.keys(lean)).not.toContain('crypto_kx_keypair');
  for (const name of ['_crypto_aead_aegis256_encrypt', '_crypto_box_easy', '_crypto_ipcrypt_encrypt']) {
    expect(typeof raw.get(name), name).toBe('undefined');
  }
});

it('computes what the whole library computes', () => {
  const message = bytes(5_000, 1);
  expect(lean.crypto_generichash(32, message, bytes(32, 2))).toEqual(
    whole.crypto_generichash(32, message, bytes(32, 2)),
  );
  expect(lean.crypto_hash(message)).toEqual(whole.crypto_hash(message));
  expect(lean.crypto_xof_shake256(32, message)).toEqual(whole.crypto_xof_shake256(32, message));

  const [nonce, key, aad] = [bytes(12, 3), bytes(32, 4), bytes(40, 5)];
  const sealed = lean.crypto_aead_chacha20poly1305_ietf_encrypt(message, aad, null, nonce, key);
  expect(sealed).toEqual(whole.crypto_aead_chacha20poly1305_ietf_encrypt(message, aad, null, nonce, key));
  expect(lean.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, aad, nonce, key)).toEqual(message);
  sealed[10] = (sealed[10] ?? 0) ^ 1;
  expect(() => lean.crypto_aead_chacha20poly1305_ietf_decrypt(null, sealed, aad, nonce, key)).toThrow();

  const pair = lean.crypto_sign_seed_keypair(bytes(32, 6));
  expect(pair).toEqual(whole.crypto_sign_seed_keypair(bytes(32, 6)));
  const signature = lean.crypto_sign_detached(message, pair.privateKey);
  expect(signature).toEqual(whole.crypto_sign_detached(message, pair.privateKey));
  expect(lean.crypto_sign_verify_detached(signature, message, pair.publicKey)).toBe(true);
  expect(lean.crypto_sign_verify_detached(signature, bytes(5_000, 7), pair.publicKey)).toBe(false);

  const point = lean.crypto_scalarmult_base(bytes(32, 8));
  expect(point).toEqual(whole.crypto_scalarmult_base(bytes(32, 8)));
  expect(lean.crypto_scalarmult(bytes(32, 9), point)).toEqual(whole.crypto_scalarmult(bytes(32, 9), point));

  const kem = lean.crypto_kem_xwing_seed_keypair(bytes(32, 10));
  expect(kem).toEqual(whole.crypto_kem_xwing_seed_keypair(bytes(32, 10)));
  const { ciphertext, sharedSecret } = lean.crypto_kem_xwing_enc(kem.publicKey);
  expect(whole.crypto_kem_xwing_dec(ciphertext, kem.privateKey)).toEqual(sharedSecret);
  expect(lean.crypto_kem_xwing_dec(ciphertext, kem.privateKey)).toEqual(sharedSecret);
  expect(lean.crypto_sign_keypair().publicKey).not.toEqual(lean.crypto_sign_keypair().publicKey);
});

it('drops from a module what no wanted export comes to, and nothing else', async () => {
  // Functions: 0 gives 7, 1 calls 0, 2 calls 3 through the table, 3 gives 9 (in the table), 4 gives 5.
  const module = Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...[1, 5, 1, 0x60, 0, 1, 0x7f],
    ...[3, 6, 5, 0, 0, 0, 0, 0],
    ...[4, 4, 1, 0x70, 0, 1],
    ...[7, 13, 3, 1, 0x61, 0, 1, 1, 0x62, 0, 2, 1, 0x63, 0, 4],
    ...[9, 7, 1, 0, 0x41, 0, 0x0b, 1, 3],
    ...[10, 29, 5, 4, 0, 0x41, 7, 0x0b, 4, 0, 0x10, 0, 0x0b, 7, 0, 0x41, 0, 0x11, 0, 0, 0x0b],
    ...[4, 0, 0x41, 9, 0x0b, 4, 0, 0x41, 5, 0x0b],
  ]);
  const run = async (wanted: readonly string[]) => {
    const { instance } = await WebAssembly.instantiate(Uint8Array.from(keepExports(module, new Set(wanted))));
    return Object.entries(instance.exports).map(([name, call]) => [
      name,
      typeof call === 'function' ? call() : null,
    ]);
  };
  expect(await run(['a', 'b', 'c'])).toEqual([
    ['a', 7],
    ['b', 9],
    ['c', 5],
  ]);
  expect(await run(['a'])).toEqual([['a', 7]]);
  expect(await run(['b'])).toEqual([['b', 9]]);
  const onlyC = Buffer.from(keepExports(module, new Set(['c'])));
  expect(onlyC.includes(Buffer.of(0x41, 7, 0x0b))).toBe(false);
  expect(onlyC.includes(Buffer.of(0x41, 9, 0x0b))).toBe(false);
});

it('refuses instructions it does not know', () => {
  expect(() => callsOf(Uint8Array.of(0, 0xfd, 0x0c, 0x0b))).toThrow('unknown WebAssembly instruction');
});
