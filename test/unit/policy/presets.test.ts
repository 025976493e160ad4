import { describe, expect, it } from 'vitest';
import {
  allows,
  type Permission,
  type Policy,
  permissions,
  presetPolicy,
  presets,
} from '../../../shared/roles.ts';

const below = ['presenter', 'participant', 'guest'] as const;
const everything = Object.keys(permissions).toSorted();
const rightsOf = (policy: Policy, role: keyof Policy['permissions']) =>
  [...policy.permissions[role]].toSorted();
const missing = (policy: Policy, role: keyof Policy['permissions']) =>
  everything.filter((right) => !rightsOf(policy, role).includes(right as Permission));

/** What nobody below co-host has in a meeting with a lobby. */
const control = [
  'admit',
  'breakout',
  'end',
  'found',
  'govern',
  'grant',
  'invite',
  'moderate',
  'record',
  'remove',
];

describe('a built-in kind of meeting', () => {
  it('Open: the link is enough, and everybody may talk, show, share, write and begin before the host', () => {
    const open = presetPolicy('open');
    expect(open).toMatchObject({
      lobby: false,
      who: 'anyone',
      hostGone: 'continue',
      autoLockMinutes: null,
      muteOnEntry: false,
    });
    const run = control.filter((right) => right !== 'admit' && right !== 'found');
    expect(missing(open, 'presenter')).toEqual(run);
    for (const role of ['participant', 'guest'] as const)
      expect(missing(open, role)).toEqual([...run, 'caption'].toSorted());
  });

  it('Moderated: a lobby, and the same once inside, but nobody begins before the host', () => {
    const moderated = presetPolicy('moderated');
    expect(moderated).toMatchObject({
      lobby: true,
      who: 'anyone',
      hostGone: 'continue',
      autoLockMinutes: null,
      muteOnEntry: false,
    });
    expect(missing(moderated, 'presenter')).toEqual(control);
    for (const role of ['participant', 'guest'] as const)
      expect(missing(moderated, role)).toEqual([...control, 'caption'].toSorted());
  });

  it('Classroom: students are let in, stay silent, share nothing, and write to the hosts alone', () => {
    const classroom = presetPolicy('classroom');
    expect(classroom).toMatchObject({ lobby: true, who: 'anyone', hostGone: 'freeze', muteOnEntry: true });
    expect(classroom.autoLockMinutes).toBeGreaterThan(0);
    // Neither speak, share, chat, privateChat, rename, annotate, files nor found.
    for (const role of ['participant', 'guest'] as const)
      expect(rightsOf(classroom, role)).toEqual(['camera', 'chatHosts', 'react']);
    expect(allows(classroom, 'presenter', 'share')).toBe(true);
    expect(missing(classroom, 'presenter')).toEqual(
      [...control, 'files', 'privateChat', 'rename'].toSorted(),
    );
  });

  it.each(presets)('%s: co-hosts do all but end it for all, and nobody below them runs it', (preset) => {
    const policy = presetPolicy(preset);
    expect(missing(policy, 'cohost')).toEqual(['end']);
    for (const role of below)
      for (const right of control)
        if (right !== 'admit' && right !== 'found')
          expect(rightsOf(policy, role), `${role} ${right}`).not.toContain(right);
    for (const right of everything) expect(allows(policy, 'host', right as Permission)).toBe(true);
  });
});
