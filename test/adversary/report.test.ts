import { expect } from 'vitest';
import { hpkeKeyPair } from '../../client/e2ee/crypto/hpke.ts';
import { memoryKeyStore } from '../../client/e2ee/identity/keyStore.ts';
import { reportFingerprint } from '../../client/e2ee/reports/key.ts';
import { openReport } from '../../client/e2ee/reports/seal.ts';
import { ready } from '../../client/e2ee/sodium.ts';
import { foundMeeting } from '../../client/meeting/core/found.ts';
import type { ReportDraft } from '../../client/meeting/reportView.ts';
import { fromUtf8, toBase64Url, utf8 } from '../../shared/bytes.ts';
import { type MeetingId, reportKey } from '../../shared/ids.ts';
import { decodeReportDelivery } from '../../shared/protocol/report.ts';
import { presetPolicy } from '../../shared/roles.ts';
import { type Bot, enter, openBot } from '../bots/bot.ts';
import { type Site, startSite } from '../bots/site.ts';
import { declare } from './attack.ts';
import { Tap } from './tap.ts';

const draft: ReportDraft = {
  reason: 'impersonation',
  text: 'Not who it says.',
  about: [],
  chat: [],
  still: null,
};

type KeyPair = ReturnType<typeof hpkeKeyPair>;

const publish = (site: Site, pair: KeyPair) => {
  site.reportKey = reportKey.parse(toBase64Url(pair.publicKey));
};

/** A meeting founded while the site publishes a key, with its host inside and what it takes for others to come. */
async function meeting(published: KeyPair) {
  const site = await startSite();
  publish(site, published);
  const keyStore = memoryKeyStore();
  const link = await foundMeeting({
    origin: site.origin,
    keyStore,
    policy: presetPolicy('open'),
    now: Date.now(),
  });
  const host = await openBot({ origin: site.origin, link, keyStore });
  const bots: Bot[] = [host];
  await enter(host, 'Lin');
  return {
    site,
    id: link.meeting,
    host,
    async bot(tap = new Tap()) {
      const bot = await openBot({ origin: site.origin, link, signaling: tap.wrap });
      bots.push(bot);
      return bot;
    },
    async close() {
      for (const bot of bots) bot.core.close();
      await site.close();
    },
  };
}

/** Sends a report and opens it as the holder of a key would. */
async function reported(site: Site, meetingId: MeetingId, bot: Bot, by: KeyPair) {
  await bot.core.reports.send(draft);
  expect(bot.core.state.report?.progress.name).toBe('sent');
  const delivery = decodeReportDelivery(site.reports.at(-1) ?? new Uint8Array());
  if (!delivery) throw new Error('no report was sent');
  return openReport(by.privateKey, meetingId, delivery.sealed);
}

declare('report-key-swapped', async () => {
  await ready();
  const [operator, server] = [hpkeKeyPair(), hpkeKeyPair()];
  const { site, id, host, bot, close } = await meeting(operator);
  try {
    publish(site, server);
    const guest = await bot();
    await enter(guest, 'Wu');
    for (const each of [host, guest]) {
      expect((await reported(site, id, each, operator)).text).toBe(draft.text);
      await expect(reported(site, id, each, server)).rejects.toThrow('other-key');
      expect(each.state.report?.fingerprint).toBe(reportFingerprint(operator.publicKey));
    }
  } finally {
    await close();
  }
});

declare('report-key-at-founding', async () => {
  await ready();
  const [operator, server] = [hpkeKeyPair(), hpkeKeyPair()];
  const { site, id, host, bot, close } = await meeting(server);
  try {
    publish(site, operator);
    const guest = await bot();
    await enter(guest, 'Wu');
    for (const each of [host, guest]) {
      expect((await reported(site, id, each, server)).text).toBe(draft.text);
      expect(each.state.report?.fingerprint).toMatch(/^\d{30}$/);
      expect(each.state.report?.fingerprint).not.toBe(reportFingerprint(operator.publicKey));
    }
  } finally {
    await close();
  }
});

declare('report-key-rewritten', async () => {
  await ready();
  const [operator, server] = [hpkeKeyPair(), hpkeKeyPair()];
  const { bot, close } = await meeting(operator);
  try {
    const pinned = toBase64Url(operator.publicKey);
    const lies = [
      [pinned, toBase64Url(server.publicKey)],
      [`,"reportKey":"${pinned}"`, ''],
    ] as const;
    for (const [said, changed] of lies) {
      const tap = new Tap();
      tap.onRequest('session:identify', async (request, forward) => {
        const door = await forward(request);
        const [genesis, ...rest] = door.records;
        const text = fromUtf8(genesis?.bytes ?? new Uint8Array());
        expect(text).toContain(said);
        const lie = utf8(text.replace(said, changed));
        return genesis ? { ...door, records: [{ ...genesis, bytes: lie }, ...rest] } : door;
      });
      const guest = await bot(tap);
      await guest.until('bad link', (state) => state.phase.name === 'bad-link');
      await guest.core.reports.send(draft);
      expect(guest.core.state.report).toBeNull();
    }
  } finally {
    await close();
  }
});
