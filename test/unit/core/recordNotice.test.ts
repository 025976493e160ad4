import { describe, expect, it } from 'vitest';
import { noticeOf } from '../../../client/meeting/core/recordNotice.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { newSigner, Script } from '../records/signing.ts';

const student = newSigner();

/** What the student is told of the last of these records of the host. */
function told(preset: 'moderated' | 'classroom', ...bodies: RecordBody[]) {
  const script = new Script(presetPolicy(preset));
  let notice = null;
  for (const body of bodies) {
    const before = script.chain;
    script.add(script.host, body);
    const { chain } = script;
    notice = noticeOf(body, { before, chain, self: student.device, by: 'Lin', own: false, linkOver: false });
  }
  return notice;
}

const stop = (sources: ('microphone' | 'camera' | 'screen')[], hold = true): RecordBody => ({
  type: 'stop',
  devices: 'everyone',
  sources,
  hold,
});

describe('what a person is told of a stop', () => {
  it('names what they could send before', () => {
    expect(told('moderated', stop(['microphone', 'camera']))).toEqual({
      kind: 'stopped-by-host',
      sources: ['microphone', 'camera'],
      by: 'Lin',
    });
  });

  it('leaves out what their role never allowed', () => {
    expect(told('classroom', stop(['microphone', 'screen']))).toBeNull();
  });

  it('is nothing where all of it was held already', () => {
    expect(told('moderated', stop(['microphone']), stop(['microphone']))).toBeNull();
  });

  it('names what they alone were allowed', () => {
    const allow: RecordBody = { type: 'allow', devices: [student.device], sources: ['microphone'] };
    expect(told('classroom', allow, stop(['microphone', 'screen']))).toMatchObject({
      sources: ['microphone'],
    });
  });
});
