import fc from 'fast-check';
import { LinkError, linkPath, parseLink } from '../../../client/e2ee/link/link.ts';
import { newLinkSecrets } from '../../../client/e2ee/link/linkKeys.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { newMeetingId } from '../../unit/records/signing.ts';
import { digestOf, runEdge } from '../edge.ts';

const characters = fc.constantFrom(...'AQgw-_09az#/?&=%+. é\u0000\u202e', '%23', '//', '#m', 'javascript:');

/** A link with some of its characters replaced, taken out or put in. */
function damaged(link: string): fc.Arbitrary<string> {
  const edit = fc.tuple(fc.nat(link.length), fc.constantFrom(0, 0, 1, 2), characters);
  return fc
    .array(edit, { minLength: 1, maxLength: 4 })
    .map((edits) =>
      edits.reduce((text, [at, cut, put]) => text.slice(0, at) + put + text.slice(at + cut), link),
    );
}

await runEdge(async () => {
  await ready();
  const link = { meeting: newMeetingId(), ...newLinkSecrets(new Uint8Array(20).fill(7)) };
  const whole = `https://meet.example${linkPath(link)}`;
  return {
    batch: 200,
    cases: fc.oneof(
      damaged(whole),
      damaged(linkPath(link)),
      fc.string({ unit: 'binary', maxLength: 120 }),
      fc.webUrl(),
    ),
    take(text) {
      try {
        const read = parseLink(text);
        // One link has one text: what is understood leads where it says.
        const again = parseLink(linkPath(read));
        if (digestOf(again) !== digestOf(read)) throw new Error('a link reads in two ways');
        return 'read';
      } catch (error) {
        if (error instanceof LinkError) return 'refused';
        throw error;
      }
    },
    state: () => '',
    close: () => undefined,
  };
});
