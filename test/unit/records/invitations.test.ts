import { describe, expect, it } from 'vitest';
import { extendChain } from '../../../shared/records/chain.ts';
import { type InvitationOver, invitationOver } from '../../../shared/records/invitation.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import { inGoodStanding, may, mayEnter, mayEnterBy, maySend } from '../../../shared/records/rights.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { inviteBody } from '../../support/invitation.ts';
import { AT, crypto, newSigner, Script, signNext } from './signing.ts';

const refusal = (script: Script, body: RecordBody) => {
  const result = extendChain(script.chain, signNext(script.chain, script.host, body), crypto);
  return result.ok ? 'ok' : result.refusal;
};

function invited(change: Parameters<typeof inviteBody>[1], policy = presetPolicy('moderated')) {
  const script = new Script(policy);
  const body = inviteBody(script.chain.meeting, change);
  script.add(script.host, body);
  const over = (now = AT): InvitationOver | null => {
    const invitation = script.chain.invitations.get(body.key);
    if (!invitation) throw new Error('no invitation');
    return invitationOver(invitation, now);
  };
  return { script, key: body.key, over };
}

describe('an invitation', () => {
  it('for two lets in two, each once, and then nobody else', () => {
    const { script, key, over } = invited({ uses: 2 });
    const [ann, ben, cat] = [newSigner(), newSigner(), newSigner()];
    const admit = (...who: (typeof ann)[]): RecordBody => ({
      type: 'admit',
      devices: who.map(({ device }) => device),
      invitation: key,
    });
    expect(refusal(script, admit(ann, ben, cat))).toBe('meaningless');
    script.add(script.host, admit(ann)).add(script.host, admit(ann));
    expect(over()).toBeNull();
    script.add(script.host, admit(ben));
    expect(over()).toBe('used');
    expect(refusal(script, admit(cat))).toBe('meaningless');
    expect(refusal(script, admit(ann))).toBe('ok');
    expect(script.chain.admitted.get(ben.device)?.invitation).toBe(key);
  });

  it('that has expired or was revoked lets nobody new in', () => {
    const { script, key, over } = invited({ expires: AT + 2 });
    expect(over(AT + 2)).toBeNull();
    expect(over(AT + 3)).toBe('expired');
    const other = invited({});
    other.script.add(other.script.host, { type: 'revoke', invitations: [other.key] });
    expect(other.over()).toBe('revoked');
    for (const [each, name] of [
      [script, key],
      [other.script, other.key],
    ] as const) {
      each.add(each.host, { type: 'lock', locked: false });
      const admit: RecordBody = { type: 'admit', devices: [newSigner().device], invitation: name };
      expect(refusal(each, admit)).toBe('meaningless');
    }
  });

  it('is made once, and only known ones are revoked or counted', () => {
    const { script, key } = invited({});
    const stranger = newSigner().key as typeof key;
    expect(refusal(script, inviteBody(script.chain.meeting, { key }))).toBe('meaningless');
    expect(refusal(script, { type: 'revoke', invitations: [stranger] })).toBe('meaningless');
    const admit: RecordBody = { type: 'admit', devices: [newSigner().device], invitation: stranger };
    expect(refusal(script, admit)).toBe('meaningless');
  });

  it('without bound opens an open meeting, one with bounds only by a record', () => {
    const { script, key } = invited({ uses: 1, personal: true }, presetPolicy('open'));
    const plain = script.invitation.keys.key;
    const { device } = newSigner();
    expect(mayEnterBy(script.chain, device, plain, AT)).toBe(true);
    expect(mayEnterBy(script.chain, device, key, AT)).toBe(false);
    script.add(script.host, { type: 'revoke', invitations: [plain] });
    expect(mayEnterBy(script.chain, device, plain, AT)).toBe(false);
    script.add(script.host, { type: 'admit', devices: [device], invitation: key });
    expect(mayEnterBy(script.chain, device, plain, AT)).toBe(true);
  });

  it('is not enough where staff is asked for', () => {
    const script = new Script({ ...presetPolicy('open'), who: 'verified' });
    const { device } = newSigner();
    expect(mayEnter(script.chain, device)).toBe(false);
    expect(inGoodStanding(script.chain, device)).toBe(false);
    script.add(script.host, { type: 'admit', devices: [device] });
    expect(mayEnter(script.chain, device)).toBe(true);
  });
});

describe('panic', () => {
  it('silences everyone below co-host and locks, and leaves no trace when it is over', () => {
    const script = new Script(presetPolicy('open'));
    const [ann, cohost, late] = [newSigner(), newSigner(), newSigner()];
    script.add(script.host, { type: 'admit', devices: [ann.device] });
    script.add(script.host, { type: 'grant', device: cohost.device, role: 'cohost' });
    script.add(script.host, { type: 'stop', devices: [ann.device], sources: ['camera'], hold: true });
    script.add(script.host, { type: 'allow', devices: [ann.device], sources: ['screen'] });
    const before = script.chain;
    script.add(script.host, { type: 'panic', on: true });
    for (const source of ['microphone', 'camera', 'screen', 'screenAudio'] as const) {
      expect(maySend(script.chain, ann.device, source)).toBe(false);
      expect(maySend(script.chain, cohost.device, source)).toBe(true);
    }
    for (const right of [
      'chat',
      'chatHosts',
      'privateChat',
      'files',
      'react',
      'annotate',
      'rename',
    ] as const) {
      expect(may(script.chain, ann.device, right)).toBe(false);
      expect(may(script.chain, cohost.device, right)).toBe(true);
    }
    expect(mayEnter(script.chain, late.device)).toBe(false);
    expect(inGoodStanding(script.chain, ann.device)).toBe(true);
    script.add(script.host, { type: 'panic', on: false });
    const { length: _length, head: _head, ...after } = script.chain;
    const { length: _before, head: _first, ...was } = before;
    expect(after).toEqual(was);
    expect(maySend(script.chain, ann.device, 'camera')).toBe(false);
    expect(maySend(script.chain, ann.device, 'screen')).toBe(true);
  });
});

describe('the way back to the lobby', () => {
  it('is out of the group until let in again, with the role kept', () => {
    const script = new Script(presetPolicy('open'));
    const [ann, cohost] = [newSigner(), newSigner()];
    script.add(script.host, { type: 'admit', devices: [ann.device] });
    script.add(script.host, { type: 'grant', device: cohost.device, role: 'cohost' });
    script.add(script.host, { type: 'sendBack', devices: [ann.device, cohost.device] });
    for (const { device } of [ann, cohost]) {
      expect(mayEnter(script.chain, device)).toBe(false);
      expect(inGoodStanding(script.chain, device)).toBe(false);
    }
    expect(refusal(script, { type: 'admit', devices: [ann.device] })).toBe('ok');
    script.add(script.host, { type: 'admit', devices: [ann.device, cohost.device] });
    for (const { device } of [ann, cohost]) expect(mayEnter(script.chain, device)).toBe(true);
    expect(may(script.chain, cohost.device, 'admit')).toBe(true);
  });
});
