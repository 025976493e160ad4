import fc from 'fast-check';
import { utf8 } from '../../../shared/bytes.ts';
import { extendChain } from '../../../shared/records/chain.ts';
import {
  type RecordBody,
  recordBody,
  recordContent,
  recordSignatureInput,
  type SignedRecord,
} from '../../../shared/records/record.ts';
import { crypto, newSigner, Script } from '../../unit/records/signing.ts';
import { fitting, fuzzed, mutated, mutatedBytes } from '../arbitrary.ts';
import { digestOf, runEdge } from '../edge.ts';

await runEdge(async () => {
  const cohost = newSigner();
  const guest = newSigner();
  const script = new Script();
  script.add(script.host, { type: 'grant', device: cohost.device, role: 'cohost' });
  script.add(script.host, { type: 'admit', devices: [guest.device] });
  const { chain } = script;
  // Devices of the meeting among the made-up ones, so that rules about them are reached.
  const known = [cohost.device, guest.device, script.host.host];
  const body = fuzzed(recordBody).chain((made) =>
    fc.constantFrom(null, ...known).map((device) => {
      if (device === null || typeof made !== 'object' || made === null) return made;
      if ('devices' in made) return { ...made, devices: [device] };
      return 'device' in made ? { ...made, device } : made;
    }),
  );
  const signers = [script.host, cohost, guest, newSigner()];
  const envelope = fc.record({ by: fc.constantFrom(...signers), body }).map(({ by, body: inner }) => ({
    by,
    content: {
      v: 1,
      meeting: chain.meeting,
      seq: chain.length,
      prev: chain.head,
      at: 1,
      by: by.key,
      body: inner,
    },
  }));
  const odd = fc.record({ by: fc.constantFrom(...signers), content: mutated(fitting(recordContent)) });
  const text = fc
    .oneof(envelope, odd)
    .map(({ by, content }) => ({ by, bytes: utf8(JSON.stringify(content) ?? '') }));
  const bytes = fc.oneof(
    { weight: 4, arbitrary: text },
    {
      weight: 1,
      arbitrary: text.chain(({ by, bytes: valid }) =>
        mutatedBytes(valid).map((broken) => ({ by, bytes: broken })),
      ),
    },
  );
  const cases = fc
    .tuple(bytes, fc.constantFrom('right', 'right', 'right', 'broken', 'short'))
    .map(([{ by, bytes: signed }, kind]): SignedRecord => {
      const signature = by.sign(recordSignatureInput(signed));
      if (kind === 'broken') signature[5] = (signature[5] ?? 0) ^ 1;
      return { bytes: signed, signature: kind === 'short' ? signature.subarray(0, 40) : signature };
    });
  return {
    batch: 200,
    cases,
    take(record) {
      const result = extendChain(chain, record, crypto);
      if (!result.ok) return 'refused';
      const taken: RecordBody = result.content.body;
      // A guest has no rights and nobody is admitted by a stranger.
      if (result.content.by === guest.key || result.content.by === signers[3]?.key) {
        throw new Error(`somebody without rights appended ${taken.type}`);
      }
      return 'read';
    },
    state: () => digestOf(chain),
    close: () => undefined,
  };
});
