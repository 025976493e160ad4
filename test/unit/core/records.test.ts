import { beforeAll, describe, expect, it } from 'vitest';
import { memoryKeyStore } from '../../../client/e2ee/identity/keyStore.ts';
import { hostFingerprint, newLinkSecrets } from '../../../client/e2ee/link/linkKeys.ts';
import { hostKeyPair, newHostSecrets } from '../../../client/e2ee/records/hostSecrets.ts';
import { recordCrypto, signRecord } from '../../../client/e2ee/records/signing.ts';
import { ready } from '../../../client/e2ee/sodium.ts';
import { ChainMemory } from '../../../client/meeting/core/chainMemory.ts';
import { ChainError, Records } from '../../../client/meeting/core/records.ts';
import type { Signaling } from '../../../client/meeting/signaling/signaling.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { RequestName, RequestOf, ResponseOf } from '../../../shared/protocol/requests.ts';
import { readChain } from '../../../shared/records/chain.ts';
import { decodeRecord, type RecordBody, type SignedRecord } from '../../../shared/records/record.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { newInvitation } from '../../support/invitation.ts';
import { newMeetingId } from '../records/signing.ts';
import { ManualClock } from '../sframe/fixture.ts';

beforeAll(() => ready());

/** The server's side of a chain: a list, with the rule that the first record of a place wins. */
class Ledger implements Signaling {
  readonly state = 'connected';
  readonly records: SignedRecord[] = [];
  /** Called before an append is judged. */
  before: () => void = () => undefined;
  /** Called after one was taken. */
  after: (record: SignedRecord) => void = () => undefined;
  /** Most records in one answer. */
  page = 100;
  asked = 0;

  async request<Name extends RequestName>(name: Name, request: RequestOf<Name>): Promise<ResponseOf<Name>> {
    this.asked++;
    // Each branch answers what its name demands; the pair is not visible to the type system.
    return this.#answer(name, request) as ResponseOf<Name>;
  }

  #answer(name: RequestName, request: object): unknown {
    if (name === 'record:list' && 'from' in request && typeof request.from === 'number') {
      const records = this.records.slice(request.from, request.from + this.page);
      return { records, complete: request.from + this.page >= this.records.length };
    }
    if (name !== 'record:append' || !('record' in request)) throw new Error('unexpected request');
    this.before();
    const record = request.record as SignedRecord;
    if (decodeRecord(record)?.seq !== this.records.length) throw new ProtocolError('chain-conflict');
    this.records.push(record);
    this.after(record);
    return { seq: this.records.length - 1 };
  }

  on = () => () => undefined;
  onState = () => () => undefined;
  onRefused = () => () => undefined;
  connect = () => undefined;
  close = () => undefined;
}

async function scene(store = memoryKeyStore()) {
  const secrets = newHostSecrets();
  const pair = hostKeyPair(secrets);
  const signer = { by: pair.key, pair };
  const link = { meeting: newMeetingId(), ...newLinkSecrets(hostFingerprint(pair.key)) };
  const ledger = new Ledger();
  const clock = new ManualClock();
  const sign = (body: RecordBody) => {
    const read = readChain(ledger.records, recordCrypto);
    const place = { meeting: link.meeting, chain: read.ok ? read.chain : null };
    return signRecord(place, signer, 1, body);
  };
  const push = (body: RecordBody) => {
    const record = sign(body);
    ledger.records.push(record);
    return record;
  };
  push({
    type: 'genesis',
    hostKey: pair.key,
    lobbyKey: 'L'.repeat(60),
    invitation: newInvitation(link.meeting).body,
    groupSuite: 'x-wing',
    frameSuite: 0xf001,
    policy: presetPolicy('open'),
  });
  const open = async () => new Records(link, ledger, clock, await ChainMemory.open(store, link.meeting));
  return { link, ledger, clock, signer, sign, push, open, records: await open() };
}

const lock = (locked: boolean): RecordBody => ({ type: 'lock', locked });

function refusal(run: () => unknown): string {
  try {
    run();
  } catch (error) {
    if (error instanceof ChainError) return error.refusal;
    throw error;
  }
  return 'taken';
}

describe('reading', () => {
  it('takes the chain of the link, and nothing else', async () => {
    const { ledger, records, push } = await scene();
    push(lock(true));
    expect(records.known).toBe(false);
    records.read(ledger.records);
    expect(records.chain).toMatchObject({ locked: true, length: 2 });
    const other = await scene();
    expect(refusal(() => other.records.read(ledger.records))).toBe('wrong-meeting');
    const foreign = await scene();
    const renamed = new Records(
      { ...foreign.link, fingerprint: other.link.fingerprint },
      foreign.ledger,
      foreign.clock,
      await ChainMemory.open(memoryKeyStore(), foreign.link.meeting),
    );
    expect(refusal(() => renamed.read(foreign.ledger.records))).toBe('wrong-host');
    expect(refusal(() => renamed.read([]))).toBe('malformed');
    expect(renamed.known).toBe(false);
  });

  it('refuses what takes back something seen, in this visit and the next', async () => {
    const { ledger, records, push, open, sign } = await scene();
    const fork = sign(lock(false));
    push(lock(true));
    push(lock(false));
    records.read(ledger.records);
    const [genesis] = ledger.records;
    if (!genesis) throw new Error('no genesis');
    for (const shown of [[genesis], [genesis, fork], ledger.records.slice(0, 2)]) {
      expect(refusal(() => records.read(shown))).toBe('rewritten');
      expect(records.chain.length).toBe(3);
    }
    // The memory is written behind the caller's back.
    await new Promise((resolve) => setImmediate(resolve));
    const again = await open();
    expect(refusal(() => again.read([genesis]))).toBe('rewritten');
    push(lock(true));
    again.read(ledger.records);
    expect(again.chain.length).toBe(4);
  });
});

describe('following', () => {
  it('takes the next record, passes over known ones, refuses others', async () => {
    const { ledger, records, push, sign } = await scene();
    records.read(ledger.records);
    const fork = sign(lock(false));
    const next = push(lock(true));
    expect(records.take(next)?.body).toEqual(lock(true));
    expect(records.take(next)).toBeNull();
    expect(records.take(fork)).toBeNull();
    expect(records.chain.locked).toBe(true);
    push(lock(false));
    const later = push(lock(true));
    expect(refusal(() => records.take(later))).toBe('order');
    const [, second] = ledger.records;
    if (!second) throw new Error('no record');
    expect(refusal(() => records.take({ ...later, signature: second.signature }))).toBe('order');
    expect(refusal(() => records.take({ ...later, bytes: new Uint8Array(9) }))).toBe('malformed');
    expect(records.chain.length).toBe(2);
  });

  it('catches up page by page, no further than it should', async () => {
    const { ledger, records, push } = await scene();
    records.read(ledger.records);
    for (let i = 0; i < 5; i++) push(lock(i % 2 === 0));
    ledger.page = 2;
    await records.catchUp(5);
    expect(records.chain.length).toBe(5);
  });

  it('gives up on a server that has not what it promised', async () => {
    const { ledger, records } = await scene();
    records.read(ledger.records);
    await expect(records.catchUp(9)).rejects.toMatchObject({ refusal: 'order' });
    expect(ledger.asked).toBe(1);
  });
});

describe('appending', () => {
  it('at the door takes its own record at once', async () => {
    const { ledger, records, signer } = await scene();
    records.read(ledger.records);
    await records.append(signer, lock(true));
    expect(records.chain).toMatchObject({ locked: true, length: 2 });
  });

  it('signs again behind another signer, while it is still wanted', async () => {
    const { ledger, records, signer, push } = await scene();
    records.read(ledger.records);
    let rivals = 2;
    ledger.before = () => {
      if (rivals-- > 0) push(lock(false));
    };
    await records.append(signer, lock(true));
    expect(records.chain).toMatchObject({ locked: true, length: 4 });
    rivals = 1;
    await records.append(signer, lock(false), (chain) => chain.length < 5);
    expect(ledger.records).toHaveLength(5);
  });

  it('gives up behind a server that always has a rival', async () => {
    const { ledger, records, signer, push } = await scene();
    records.read(ledger.records);
    ledger.before = () => push(lock(false));
    await expect(records.append(signer, lock(true))).rejects.toMatchObject({ code: 'chain-conflict' });
    expect(ledger.asked).toBeLessThan(20);
  });

  it('in the stream counts only what the stream brings', async () => {
    const { clock, ledger, records, signer } = await scene();
    records.read(ledger.records);
    records.following = true;
    ledger.after = (record) => queueMicrotask(() => records.take(record));
    await records.append(signer, lock(true));
    expect(records.chain.locked).toBe(true);
    ledger.after = () => undefined;
    const swallowed = records.append(signer, lock(false));
    const outcome = expect(swallowed).rejects.toMatchObject({ code: 'unavailable' });
    await Promise.resolve();
    await Promise.resolve();
    clock.advance(60_000);
    await outcome;
    expect(records.chain.locked).toBe(true);
  });
});
