import { expect } from 'vitest';
import { toHex } from '../../shared/bytes.ts';
import { attack } from './attack.ts';
import { type Actor, agreed, atDoor, keySet, keysOf } from './stage.ts';

attack('reload-fresh', {}, async (stage) => {
  const lives: Actor[] = [await stage.member('Chen')];
  for (let life = 1; life < 4; life++) {
    lives.at(-1)?.close();
    const { keyStore } = lives[0] ?? stage.host;
    const again = await stage.actor({ keyStore });
    await atDoor(again);
    again.core.join('Chen', '');
    await again.until('inside', (state) => state.phase.name === 'meeting');
    await agreed([stage.host, again], ['Lin', 'Chen']);
    lives.push(again);
  }
  const refs = lives.flatMap(({ tap }) =>
    tap.requestsOf('lobby:knock').map((knock) => toHex(knock.keyPackageRef)),
  );
  expect(new Set(refs).size).toBe(lives.length);
  // One base key never serves two lives, so that no (KID, CTR) can come twice under one key.
  const keys = lives.flatMap((life) => [...keySet(life)]);
  expect(new Set(keys).size).toBe(keys.length);
  for (const life of lives) {
    const own = keysOf(life).map(({ epoch, baseKey }) => `${epoch} ${toHex(baseKey)}`);
    expect(new Set(own).size).toBe(own.length);
  }
  const { keyStore } = lives[0] ?? stage.host;
  const stored = await keyStore.list('');
  expect(stored.filter((name) => !/^(?:device-seed|pins|chain:.*)$/.test(name))).toEqual([]);
  const contents = await Promise.all(
    stored.map(async (name) => toHex((await keyStore.get(name)) ?? new Uint8Array())),
  );
  for (const key of keys) for (const text of contents) expect(text).not.toContain(key);
});
