import { describe, expect, it } from 'vitest';
import { openAside, sealAside } from '../../../client/e2ee/aside.ts';
import type { Aside, Content } from '../../../client/e2ee/content.ts';
import { assemble, deliver, makePsk } from './parties.ts';

const psk = makePsk();
const words: Aside = { to: 'person', said: { type: 'chat', id: 'a', text: 'Only for you', at: 1 } };

describe('what is said aside', () => {
  it('is opened by those meant, in its epoch, from its sender, and by nobody else', async () => {
    for (const suite of ['x-wing', 'x25519'] as const) {
      const [ann, bob, cho, dan] = await assemble(suite, 4, psk);
      if (!bob || !cho || !dan) throw new Error('too few');
      const from = ann.group.ownLeaf;
      const sealed = await sealAside(ann.group, [bob.group.ownLeaf, cho.group.ownLeaf], words);
      expect(await openAside(bob.group, from, sealed, 2)).toEqual(words);
      expect(await openAside(cho.group, from, sealed, 2)).toEqual(words);
      expect(await openAside(dan.group, from, sealed, 2)).toBeNull();
      // More keys than are tried: whoever is no host is meant alone.
      expect(await openAside(bob.group, from, sealed, 1)).toBeNull();
      // Dan repeats it as its own: bound to who sealed it.
      expect(await openAside(bob.group, dan.group.ownLeaf, sealed, 2)).toBeNull();
      // One message's key with another's words.
      const other = await sealAside(ann.group, [bob.group.ownLeaf], { ...words, to: 'hosts' });
      expect(await openAside(bob.group, from, { ...sealed, keys: other.keys }, 2)).toBeNull();
      // The keys have changed since.
      const pending = await dan.group.commit({});
      const [later] = await deliver([bob], pending.commit, psk);
      expect(later && (await openAside(later.group, from, sealed, 2))).toBeNull();
      pending.accept(dan.group);
    }
  });

  it('is nothing where anything is wrong, and never an error', async () => {
    const [ann, bob] = await assemble('x25519', 2, psk);
    if (!bob) throw new Error('too few');
    const sealed = await sealAside(ann.group, [bob.group.ownLeaf], words);
    const broken: (Content & { type: 'aside' })[] = [
      { ...sealed, body: 'AAAA' },
      { ...sealed, body: `${sealed.body}A` },
      { ...sealed, body: '_' },
      { ...sealed, keys: ['A'] },
      { ...sealed, keys: ['x'.repeat(2_000)] },
      { ...sealed, keys: [sealed.keys[0]?.slice(0, -4) ?? ''] },
    ];
    for (const each of broken) expect(await openAside(bob.group, ann.group.ownLeaf, each, 1)).toBeNull();
    expect(await openAside(bob.group, 77, sealed, 1)).toBeNull();
  });
});
