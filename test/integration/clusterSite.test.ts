import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ClusterPeople } from './signaling/clusterPeople.ts';
import { bytes, Gathering, knockRequest } from './signaling/meeting.ts';

let people: ClusterPeople;

beforeAll(async () => {
  people = await ClusterPeople.start();
}, 600_000);
afterEach(() => people.hangUp());
afterAll(() => people?.close());

describe('a site of several servers', () => {
  it('holds a meeting together across servers, and through the death and the restart of its owner', async () => {
    const one = await people.site.node('taipei-1');
    const two = await people.site.node('taipei-2');
    // Whoever comes first decides: the meeting is the first server's.
    const gathering = await Gathering.open(people.at(one));
    const { meeting, groupId, host } = gathering;
    const arrive = () => people.at(two).connect(meeting).identify(meeting);
    const guest = await arrive();
    const { knockId } = await guest.client.ask('lobby:knock', knockRequest(gathering, guest));
    await gathering.append(host.signer, { type: 'admit', devices: [guest.device] });
    await gathering.commit(host, [knockId]);
    await guest.client.until('lobby:welcome');
    const waiting = await arrive();
    const waits = await waiting.client.ask('lobby:knock', knockRequest(gathering, waiting));
    const content = bytes(40);
    const { seq } = await guest.client.ask('group:send', { groupId, bytes: content });
    await host.client.until('stream:entries', ({ entries: [entry] }) => entry?.seq === seq);
    await guest.client.ask('media:createTransport', { direction: 'send' });

    await one.program.kill();
    const [hostBack, guestBack, waitingBack] = await Promise.all(
      [host, guest, waiting].map((person) => people.comeBack(person, two)),
    );
    if (!hostBack || !guestBack || !waitingBack) throw new Error('nobody came back');
    for (const member of [hostBack, guestBack]) {
      expect(member.greeting).toMatchObject({ group: { groupId, epoch: 1 }, member: true });
      await member.client.until('media:reset');
    }
    expect(waitingBack.greeting.member).toBe(false);
    // What was said is still there, the epoch goes on, roles hold, and whoever waited still does.
    const { entries } = await hostBack.client.ask('stream:sync', { groupId, after: seq - 1 });
    expect(entries).toMatchObject([{ kind: 'message', seq, sender: guest.device }]);
    await hostBack.client.until('lobby:knocks', ({ added }) =>
      added.some((knock) => knock.knockId === waits.knockId),
    );
    expect(await guestBack.client.code('lobby:deny', { knockIds: [waits.knockId] })).toBe('forbidden');
    await gathering.append(host.signer, { type: 'admit', devices: [waiting.device] }, hostBack);
    await gathering.commit(hostBack, [waits.knockId]);
    await waitingBack.client.until('lobby:welcome');
    await guestBack.client.ask('media:createTransport', { direction: 'send' });

    // A rolling restart: the owner hands over, and its people come back to another.
    const three = await people.site.node('taipei-3');
    const stopping = two.program.stop();
    const [hostThere, guestThere] = await Promise.all(
      [hostBack, guestBack].map((person) => people.comeBack(person, three)),
    );
    expect(hostThere?.greeting).toMatchObject({ group: { groupId, epoch: 2 }, member: true });
    expect(guestThere?.greeting.member).toBe(true);
    if (hostThere) await gathering.commit(hostThere);
    expect(await stopping).toBe(0);
  });
});
