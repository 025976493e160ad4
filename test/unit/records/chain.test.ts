import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { utf8 } from '../../../shared/bytes.ts';
import { deviceKey, reportKey } from '../../../shared/ids.ts';
import { type Chain, extendChain, openChain, readChain } from '../../../shared/records/chain.ts';
import { type RecordBody, recordHashInput, recordSignatureInput } from '../../../shared/records/record.ts';
import { mayEnter, maySend } from '../../../shared/records/rights.ts';
import { operatorKey } from '../../../shared/residency.ts';
import { presetPolicy, type Role } from '../../../shared/roles.ts';
import { inviteBody, newInvitation } from '../../support/invitation.ts';
import {
  AT,
  accepted,
  alias,
  crypto,
  newMeetingId,
  newSigner,
  Script,
  type Signer,
  signContent,
  signGenesis,
  signNext,
} from './signing.ts';

const refusal = (chain: Chain, signer: Signer, body: RecordBody) => {
  const result = extendChain(chain, signNext(chain, signer, body), crypto);
  return result.ok ? 'ok' : result.refusal;
};

/** A moderated meeting with one device in every role. */
function cast() {
  const people = {
    host: newSigner(),
    cohost: newSigner(),
    otherCohost: newSigner(),
    presenter: newSigner(),
    participant: newSigner(),
    guest: newSigner(),
    stranger: newSigner(),
  };
  const script = new Script();
  const grant = (who: Signer, role: Role) =>
    script.add(script.host, { type: 'grant', device: who.device, role });
  grant(people.host, 'host');
  grant(people.cohost, 'cohost');
  grant(people.otherCohost, 'cohost');
  grant(people.presenter, 'presenter');
  grant(people.guest, 'guest');
  script.add(people.host, { type: 'admit', devices: [people.participant.device] });
  return { ...people, hostKey: script.host, script, chain: script.chain };
}

describe('the report key', () => {
  const policy = presetPolicy('moderated');
  const key = reportKey.parse(`${'k'.repeat(1621)}A`);

  it('is what genesis pins, and none where it pins none', () => {
    const host = newSigner();
    const pinned = accepted(openChain(signGenesis(host, newMeetingId(), policy, { reportKey: key }), crypto));
    expect(pinned.reportKey).toBe(key);
    expect(new Script(policy, host).chain.reportKey).toBeNull();
  });

  it('stays through every later record', () => {
    const host = newSigner();
    const chain = accepted(openChain(signGenesis(host, newMeetingId(), policy, { reportKey: key }), crypto));
    const next = extendChain(chain, signNext(chain, host, { type: 'lock', locked: true }), crypto);
    expect(accepted(next).reportKey).toBe(key);
  });
});

describe('who may sign what', () => {
  const all = cast();
  const room = newMeetingId();
  const breakout: RecordBody = {
    type: 'breakout',
    hostKey: newSigner().host,
    rooms: [{ meeting: room, invitation: newInvitation(room).keys.key }],
    entry: 'assigned',
    mayReturn: true,
    until: null,
    names: 'N'.repeat(60),
  };
  const { chain } = all.script.add(all.hostKey, breakout);
  const low = all.participant.device;
  const moderated = presetPolicy('moderated');
  const cases: { name: string; body: RecordBody; may: (keyof typeof signers)[] }[] = [
    {
      name: 'genesis again',
      body: {
        type: 'genesis',
        hostKey: all.hostKey.host,
        lobbyKey: 'L'.repeat(60),
        invitation: newInvitation(newMeetingId()).body,
        groupSuite: 'x-wing',
        frameSuite: 0xf001,
        policy: moderated,
      },
      may: [],
    },
    {
      name: 'grant presenter',
      body: { type: 'grant', device: low, role: 'presenter' },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'grant cohost',
      body: { type: 'grant', device: low, role: 'cohost' },
      may: ['hostKey', 'host'],
    },
    { name: 'grant host', body: { type: 'grant', device: low, role: 'host' }, may: ['hostKey', 'host'] },
    {
      name: 'take a role from a co-host',
      body: { type: 'grant', device: all.otherCohost.device, role: 'participant' },
      may: ['hostKey', 'host'],
    },
    {
      name: 'admit',
      body: { type: 'admit', devices: [all.stranger.device] },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'remove a participant',
      body: { type: 'remove', devices: [low], ban: true },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'remove a co-host',
      body: { type: 'remove', devices: [all.otherCohost.device], ban: false },
      may: ['hostKey', 'host'],
    },
    {
      name: 'remove a host along with a participant',
      body: { type: 'remove', devices: [low, all.host.device], ban: false },
      may: ['hostKey', 'host'],
    },
    { name: 'unban', body: { type: 'unban', devices: [low] }, may: ['hostKey', 'host', 'cohost'] },
    {
      name: 'policy',
      body: { type: 'policy', policy: { ...moderated, hostGone: 'freeze' } },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'policy that lets co-hosts end the meeting',
      body: {
        type: 'policy',
        policy: {
          ...moderated,
          permissions: { ...moderated.permissions, cohost: [...moderated.permissions.cohost, 'end'] },
        },
      },
      may: ['hostKey', 'host'],
    },
    { name: 'lock', body: { type: 'lock', locked: true }, may: ['hostKey', 'host', 'cohost'] },
    {
      name: 'stop everyone',
      body: { type: 'stop', devices: 'everyone', sources: ['microphone'], hold: true },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'stop a co-host',
      body: { type: 'stop', devices: [all.otherCohost.device], sources: ['camera'], hold: false },
      may: ['hostKey', 'host'],
    },
    {
      name: 'allow',
      body: { type: 'allow', devices: [low], sources: ['screen'] },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'send a participant back to the lobby',
      body: { type: 'sendBack', devices: [low] },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'send a co-host back to the lobby',
      body: { type: 'sendBack', devices: [all.otherCohost.device] },
      may: ['hostKey', 'host'],
    },
    { name: 'invite', body: inviteBody(chain.meeting), may: ['hostKey', 'host', 'cohost'] },
    {
      name: 'revoke',
      body: { type: 'revoke', invitations: [all.script.invitation.keys.key] },
      may: ['hostKey', 'host', 'cohost'],
    },
    { name: 'panic', body: { type: 'panic', on: true }, may: ['hostKey', 'host', 'cohost'] },
    {
      name: 'spotlight',
      body: { type: 'spotlight', devices: [low] },
      may: ['hostKey', 'host', 'cohost'],
    },
    { name: 'view only', body: { type: 'viewOnly', on: true }, may: ['hostKey', 'host', 'cohost'] },
    { name: 'recording', body: { type: 'recording', on: true }, may: ['host', 'cohost'] },
    { name: 'recording off', body: { type: 'recording', on: false }, may: [] },
    { name: 'breakout', body: breakout, may: ['hostKey', 'host', 'cohost'] },
    {
      name: 'assign',
      body: { type: 'assign', assignments: [{ room, devices: [low] }] },
      may: ['hostKey', 'host', 'cohost'],
    },
    {
      name: 'call back',
      body: { type: 'breakoutTime', until: 1, recall: true },
      may: ['hostKey', 'host', 'cohost'],
    },
    { name: 'backup', body: { type: 'backup', sealed: 'B'.repeat(120) }, may: ['hostKey', 'host'] },
    {
      name: 'bar people from the series',
      body: { type: 'bar', on: true, people: ['B'.repeat(22)], names: [] },
      may: ['hostKey', 'host'],
    },
    { name: 'lobby key', body: { type: 'lobbyKey', lobbyKey: 'M'.repeat(60) }, may: ['hostKey', 'host'] },
    { name: 'end', body: { type: 'end' }, may: ['hostKey', 'host'] },
  ];
  const signers = {
    hostKey: all.hostKey,
    host: all.host,
    cohost: all.cohost,
    presenter: all.presenter,
    participant: all.participant,
    guest: all.guest,
    stranger: all.stranger,
  };

  for (const { name, body, may } of cases) {
    it(name, () => {
      const allowed = Object.entries(signers).filter(([, signer]) => refusal(chain, signer, body) === 'ok');
      expect(allowed.map(([who]) => who)).toEqual(may);
    });
  }

  it('covers every record type', () => {
    const types: Record<RecordBody['type'], true> = {
      genesis: true,
      grant: true,
      admit: true,
      remove: true,
      bar: true,
      unban: true,
      policy: true,
      lock: true,
      stop: true,
      allow: true,
      lobbyKey: true,
      backup: true,
      invite: true,
      revoke: true,
      panic: true,
      sendBack: true,
      spotlight: true,
      viewOnly: true,
      recording: true,
      breakout: true,
      assign: true,
      breakoutTime: true,
      end: true,
    };
    expect(new Set(cases.map(({ body }) => body.type))).toEqual(new Set(Object.keys(types)));
  });

  it('gives banned devices no right, whatever their role was', () => {
    const { script, cohost, host, stranger } = cast();
    script.add(host, { type: 'remove', devices: [cohost.device], ban: true });
    expect(refusal(script.chain, cohost, { type: 'admit', devices: [stranger.device] })).toBe('forbidden');
    expect(mayEnter(script.chain, cohost.device)).toBe(false);
  });

  it('gives strangers no say where participants may admit but a lobby stands', () => {
    const policy = { ...presetPolicy('open'), lobby: true };
    const script = new Script(policy);
    const stranger = newSigner();
    expect(refusal(script.chain, stranger, { type: 'admit', devices: [stranger.device] })).toBe('forbidden');
  });

  it('lets only co-hosts and hosts admit into a locked meeting', () => {
    const script = new Script(presetPolicy('open'));
    const [participant, cohost] = [newSigner(), newSigner()];
    const body: RecordBody = { type: 'admit', devices: [newSigner().device] };
    expect(refusal(script.chain, participant, body)).toBe('ok');
    script.add(script.host, { type: 'grant', device: cohost.device, role: 'cohost' });
    script.add(script.host, { type: 'lock', locked: true });
    expect(refusal(script.chain, participant, body)).toBe('forbidden');
    expect(refusal(script.chain, cohost, body)).toBe('ok');
  });
});

describe('where media may pass', () => {
  const operator = operatorKey.parse('A'.repeat(43));
  const bound = { ...presetPolicy('moderated'), residency: { operator, regions: ['Taipei', 'Taichung'] } };
  const { residency, ...free } = bound;

  it('is settled at the founding, also for the host key and the founder', () => {
    const script = new Script(bound);
    const founder = newSigner();
    script.add(script.host, { type: 'grant', device: founder.device, role: 'host' });
    for (const signer of [script.host, founder])
      for (const policy of [
        free,
        { ...free, residency: { operator, regions: ['Taipei'] } },
        { ...free, residency: { ...residency, operator: operatorKey.parse(`${'B'.repeat(42)}A`) } },
      ])
        expect(() => script.add(signer, { type: 'policy', policy })).toThrow();
    script.add(founder, { type: 'policy', policy: { ...bound, muteOnEntry: true } });
    const turned = { operator, regions: ['Taichung', 'Taipei'] };
    script.add(founder, { type: 'policy', policy: { ...free, residency: turned } });
    expect(() => new Script(free).add(script.host, { type: 'policy', policy: bound })).toThrow();
  });
});

describe('who is said to record', () => {
  const on: RecordBody = { type: 'recording', on: true };
  const off: RecordBody = { type: 'recording', on: false };

  it('is who began and has not ended', () => {
    const { script, host, cohost } = cast();
    script.add(cohost, on).add(host, on).add(host, off);
    expect([...script.chain.recording]).toEqual([cohost.device]);
    expect(refusal(script.chain, cohost, on)).toBe('meaningless');
    expect(refusal(script.chain, host, off)).toBe('meaningless');
  });

  it('is never the host key, which is no device', () => {
    const { script } = cast();
    expect(refusal(script.chain, script.host, on)).toBe('meaningless');
  });

  const recordsFor = (right: boolean) => {
    const rules = presetPolicy('moderated');
    const cohost = rules.permissions.cohost.filter((each) => right || each !== 'record');
    return { ...rules, permissions: { ...rules.permissions, cohost } };
  };
  const losses: [
    string,
    (device: Signer['device']) => RecordBody,
    (device: Signer['device']) => RecordBody,
  ][] = [
    [
      'its role',
      (device) => ({ type: 'grant', device, role: 'participant' }),
      (device) => ({ type: 'grant', device, role: 'cohost' }),
    ],
    [
      'the right of its role',
      () => ({ type: 'policy', policy: recordsFor(false) }),
      () => ({ type: 'policy', policy: recordsFor(true) }),
    ],
    [
      'its place',
      (device) => ({ type: 'remove', devices: [device], ban: false }),
      (device) => ({ type: 'grant', device, role: 'cohost' }),
    ],
    [
      'its place for good',
      (device) => ({ type: 'remove', devices: [device], ban: true }),
      (device) => ({ type: 'unban', devices: [device] }),
    ],
    [
      'its place for now',
      (device) => ({ type: 'sendBack', devices: [device] }),
      (device) => ({ type: 'admit', devices: [device] }),
    ],
  ];
  it.each(losses)('is nobody who lost %s, also when it is given back', (_, take, give) => {
    const { script, host, cohost } = cast();
    script.add(cohost, on);
    script.add(host, take(cohost.device));
    expect(script.chain.recording.size).toBe(0);
    script.add(host, give(cohost.device));
    expect(script.chain.recording.size).toBe(0);
  });

  it('is nobody below co-host after a panic, and nobody removed from a meeting without a lobby', () => {
    const rules = presetPolicy('open');
    const participant = [...rules.permissions.participant, 'record' as const];
    const policy = { ...rules, permissions: { ...rules.permissions, participant } };
    const who = newSigner();
    const panicked = new Script(policy);
    panicked.add(who, on).add(panicked.host, { type: 'panic', on: true });
    expect(panicked.chain.recording.size).toBe(0);
    const removed = new Script(policy);
    removed.add(who, on).add(removed.host, { type: 'remove', devices: [who.device], ban: false });
    expect(removed.chain.recording.size).toBe(0);
  });
});

describe('order and integrity', () => {
  const lock: RecordBody = { type: 'lock', locked: true };

  it('reads back a chain as it was built', () => {
    const { script } = cast();
    expect(accepted(readChain(script.records, crypto))).toEqual(script.chain);
  });

  it('refuses a replayed record', () => {
    const script = new Script();
    script.add(script.host, lock);
    const record = script.records.at(-1);
    expect(record && extendChain(script.chain, record, crypto)).toMatchObject({ refusal: 'order' });
  });

  it('refuses swapped, missing and foreign records', () => {
    const { script } = cast();
    const [genesis, first, second, ...rest] = script.records;
    if (!genesis || !first || !second) throw new Error('too short');
    expect(readChain([genesis, second, first, ...rest], crypto)).toMatchObject({ refusal: 'order' });
    expect(readChain([genesis, second, ...rest], crypto)).toMatchObject({ refusal: 'order' });
    expect(readChain([first, second], crypto)).toMatchObject({ refusal: 'order' });
    const other = new Script(presetPolicy('moderated'), script.host).add(script.host, lock);
    const foreign = other.records[1];
    if (!foreign) throw new Error('too short');
    expect(readChain([genesis, foreign], crypto)).toMatchObject({ refusal: 'order' });
    expect(readChain([], crypto)).toMatchObject({ refusal: 'malformed' });
  });

  it('refuses the loser of a fork', () => {
    const { chain, host, cohost } = cast();
    const one = signNext(chain, host, lock);
    const two = signNext(chain, cohost, { type: 'lock', locked: false });
    const after = accepted(extendChain(chain, one, crypto));
    expect(extendChain(after, two, crypto)).toMatchObject({ refusal: 'order' });
  });

  it('refuses a wrong predecessor at the right position', () => {
    const { script, host } = cast();
    const record = signContent(host, {
      v: 1,
      meeting: script.chain.meeting,
      seq: script.chain.length,
      prev: new Script().chain.head,
      at: AT,
      by: host.host,
      body: lock,
    });
    expect(extendChain(script.chain, record, crypto)).toMatchObject({ refusal: 'order' });
  });

  it('refuses a record signed by another key than it names', () => {
    const { chain, host, stranger } = cast();
    const forged = { ...signNext(chain, host, lock) };
    const { bytes } = forged;
    const signature = stranger.sign(recordSignatureInput(bytes));
    expect(extendChain(chain, { bytes, signature }, crypto)).toMatchObject({ refusal: 'signature' });
  });

  it('refuses a signature made for another purpose', () => {
    const { chain, host } = cast();
    const { bytes } = signNext(chain, host, lock);
    expect(extendChain(chain, { bytes, signature: host.sign(bytes) }, crypto)).toMatchObject({
      refusal: 'signature',
    });
  });

  it('refuses every one-bit change of bytes or signature', () => {
    const { chain, host } = cast();
    const record = signNext(chain, host, lock);
    fc.assert(
      fc.property(fc.nat(record.bytes.length + record.signature.length - 1), fc.nat(7), (position, bit) => {
        const whole = recordHashInput(record);
        whole[position] = (whole[position] ?? 0) ^ (1 << bit);
        const bytes = whole.slice(0, record.bytes.length);
        const result = extendChain(chain, { bytes, signature: whole.slice(bytes.length) }, crypto);
        expect(result.ok).toBe(false);
      }),
      { numRuns: 400 },
    );
  });

  it('takes the bytes as signed, not as they would be written again', () => {
    const { chain, host } = cast();
    const { bytes: plain } = signNext(chain, host, lock);
    const bytes = utf8(`  ${new TextDecoder().decode(plain)}\n`);
    const signature = host.sign(recordSignatureInput(bytes));
    expect(extendChain(chain, { bytes, signature }, crypto).ok).toBe(true);
  });

  it('refuses anything that is no record, and unknown fields', () => {
    const { chain, host } = cast();
    const signed = (text: string) => {
      const bytes = utf8(text);
      return { bytes, signature: host.sign(recordSignatureInput(bytes)) };
    };
    const content = new TextDecoder().decode(signNext(chain, host, lock).bytes);
    for (const text of ['', '{}', 'null', '[]', content.replace('"v":1', '"v":2'), content.slice(1)]) {
      expect(extendChain(chain, signed(text), crypto)).toMatchObject({ refusal: 'malformed' });
    }
    expect(extendChain(chain, signed(content.replace('"v":1', '"v":1,"x":1')), crypto)).toMatchObject({
      refusal: 'malformed',
    });
    const broken = { bytes: new Uint8Array([0xff, 0xfe]), signature: new Uint8Array(64) };
    expect(extendChain(chain, broken, crypto)).toMatchObject({ refusal: 'malformed' });
  });

  it('has one spelling for each key', () => {
    const { device } = newSigner();
    expect(deviceKey.safeParse(device).success).toBe(true);
    expect(deviceKey.safeParse(alias(device)).success).toBe(false);
  });

  it('refuses a genesis that its own host key did not sign', () => {
    const [host, other] = [newSigner(), newSigner()];
    const genesis = signGenesis(host, newMeetingId(), presetPolicy('open'));
    expect(openChain(genesis, crypto).ok).toBe(true);
    const { bytes } = genesis;
    const stolen = { bytes, signature: other.sign(recordSignatureInput(bytes)) };
    expect(openChain(stolen, crypto)).toMatchObject({ refusal: 'signature' });
    const text = new TextDecoder().decode(bytes).replace(`"by":"${host.key}"`, `"by":"${other.key}"`);
    const renamed = { bytes: utf8(text), signature: other.sign(recordSignatureInput(utf8(text))) };
    expect(openChain(renamed, crypto)).toMatchObject({ refusal: 'forbidden' });
  });

  it('takes nothing after the end', () => {
    const { script, host, hostKey } = cast();
    script.add(host, { type: 'end' });
    expect(refusal(script.chain, hostKey, lock)).toBe('ended');
    expect(mayEnter(script.chain, host.device)).toBe(false);
  });

  it('leaves the given chain as it was', () => {
    const { script, host, participant } = cast();
    const before = structuredClone(script.chain);
    const { chain } = script;
    script.add(host, { type: 'remove', devices: [participant.device], ban: true });
    script.add(host, { type: 'stop', devices: 'everyone', sources: ['camera'], hold: true });
    expect(chain).toEqual(before);
  });
});

describe('entering', () => {
  it('knows who may enter', () => {
    const { script, participant, stranger, presenter, cohost, host } = cast();
    const who = () =>
      [host, cohost, presenter, participant, stranger].map(({ device }) => mayEnter(script.chain, device));
    expect(who()).toEqual([true, true, false, true, false]);
    script.add(host, { type: 'policy', policy: presetPolicy('open') });
    expect(who()).toEqual([true, true, true, true, true]);
    script.add(host, { type: 'lock', locked: true });
    expect(who()).toEqual([true, true, false, true, false]);
    script.add(host, { type: 'remove', devices: [participant.device], ban: false });
    expect(who()).toEqual([true, true, false, false, false]);
    script.add(host, { type: 'lock', locked: false });
    expect(who()).toEqual([true, true, true, true, true]);
    script.add(host, { type: 'remove', devices: [participant.device], ban: true });
    expect(who()).toEqual([true, true, true, false, true]);
    expect(refusal(script.chain, host, { type: 'admit', devices: [participant.device] })).toBe('meaningless');
    script.add(host, { type: 'unban', devices: [participant.device] });
    expect(who()).toEqual([true, true, true, true, true]);
  });
});

describe('stopping and allowing sources', () => {
  it('holds everyone below co-host until allowed', () => {
    const { script, host, cohost, participant, presenter } = cast();
    const speaks = () =>
      [host, cohost, presenter, participant].map(({ device }) => maySend(script.chain, device, 'microphone'));
    expect(speaks()).toEqual([true, true, true, true]);
    script.add(cohost, { type: 'stop', devices: 'everyone', sources: ['microphone'], hold: true });
    expect(speaks()).toEqual([true, true, false, false]);
    expect(maySend(script.chain, participant.device, 'camera')).toBe(true);
    script.add(cohost, { type: 'allow', devices: [participant.device], sources: ['microphone'] });
    expect(speaks()).toEqual([true, true, false, true]);
    script.add(cohost, { type: 'stop', devices: 'everyone', sources: ['microphone'], hold: true });
    expect(speaks()).toEqual([true, true, false, false]);
    script.add(cohost, { type: 'allow', devices: 'everyone', sources: ['microphone'] });
    expect(speaks()).toEqual([true, true, true, true]);
  });

  it('changes nothing lasting without a hold', () => {
    const { script, host, participant } = cast();
    script.add(host, { type: 'stop', devices: [participant.device], sources: ['camera'], hold: false });
    expect(maySend(script.chain, participant.device, 'camera')).toBe(true);
  });

  it('holds one device, staff too when named', () => {
    const { script, host, cohost, participant } = cast();
    script.add(host, { type: 'stop', devices: [cohost.device], sources: ['screen'], hold: true });
    expect(maySend(script.chain, cohost.device, 'screen')).toBe(false);
    expect(maySend(script.chain, cohost.device, 'screenAudio')).toBe(true);
    expect(maySend(script.chain, participant.device, 'screen')).toBe(true);
    script.add(host, { type: 'allow', devices: 'everyone', sources: ['screen'] });
    expect(maySend(script.chain, cohost.device, 'screen')).toBe(true);
  });

  it('lets a classroom participant speak once allowed, and not otherwise', () => {
    const script = new Script(presetPolicy('classroom'));
    const student = newSigner();
    expect(maySend(script.chain, student.device, 'microphone')).toBe(false);
    expect(maySend(script.chain, student.device, 'camera')).toBe(true);
    script.add(script.host, { type: 'allow', devices: [student.device], sources: ['microphone'] });
    expect(maySend(script.chain, student.device, 'microphone')).toBe(true);
  });

  it('silences banned devices', () => {
    const { script, host, participant } = cast();
    script.add(host, { type: 'remove', devices: [participant.device], ban: true });
    expect(maySend(script.chain, participant.device, 'microphone')).toBe(false);
  });
});
