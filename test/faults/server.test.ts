import { afterEach, expect, it } from 'vitest';
import { record } from './faultRow.ts';
import { FaultServer } from './faultServer.ts';
import { Gathering, noticed } from './gathering.ts';

const closing: { close(): Promise<void> | void }[] = [];
afterEach(async () => {
  for (const each of closing.splice(0).reverse()) await each.close();
});

it('Server killed (SIGKILL) in a meeting and started again', async (context) => {
  const server = await FaultServer.start();
  closing.push(server);
  const gathering = await Gathering.open(server.origin);
  closing.push(gathering);
  const { host, guest } = gathering;
  await gathering.invite('Ministry');
  const bytes = await gathering.sendFile('minutes.pdf');
  const { waiting, barred } = await gathering.door();
  await gathering.talk('before');
  const { code } = gathering;

  await server.kill();
  await host.until('the host is told', noticed);
  host.core.sendChat('while it was away');
  await server.start();
  const from = Date.now();
  await gathering.together(2, code);
  const recoveredMs = Date.now() - from;
  expect(recoveredMs).toBeLessThan(5_000);

  await gathering.talk('after');
  await guest.until('the word said meanwhile', ({ chat }) =>
    chat.some(({ text }) => text === 'while it was away'),
  );
  expect(guest.state.chat.filter(({ text }) => text === 'while it was away')).toHaveLength(1);
  expect(host.state.role).toBe('host');
  expect(host.state.invitations.map(({ name }) => name)).toContain('Ministry');
  expect(host.state.banned.map(({ name }) => name)).toEqual(['Nuisance']);
  expect(await gathering.fetches('minutes.pdf', bytes)).toBe(true);
  // Who waited still does, and comes in by the host's decision alone.
  expect(waiting.state.phase.name).toBe('waiting');
  await gathering.admit('Wu');
  await gathering.together(3);
  const again = await gathering.arrive(barred.keyStore);
  await again.until('still barred', ({ phase }) => phase.name === 'denied');
  expect(gathering.alarms).toEqual([]);
  await server.kill();
  expect(await server.audit()).toMatchObject({ ok: true });
  record(context, {
    fault: context.task.name,
    seen: '"Reconnecting"; then everybody is inside again, with new keys; who waits at the door still waits',
    recoveredMs,
    lost: 'nothing: records, bars, invitations, files, audit log are there; a word typed meanwhile arrives once',
  });
});
