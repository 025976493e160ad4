import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readEntry } from '../../../server/audit/entry.ts';
import { SiteKey } from '../../../server/audit/siteKey.ts';
import { verifyAudit } from '../../../server/audit/verify.ts';
import { KyselyAudit } from '../../../server/store/auditStore.ts';
import { KyselyStore } from '../../../server/store/kyselyStore.ts';
import { openTables } from '../../../server/store/open.ts';
import { equalBytes } from '../../../shared/bytes.ts';
import type { MeetingId } from '../../../shared/ids.ts';
import type { FaultServer } from '../faultServer.ts';
import type { Ledger } from './ledger.ts';

/** What was acknowledged and is not on the disk of a server that was killed; empty where all is well. */
export async function missing(server: FaultServer, ledger: Ledger): Promise<string[]> {
  const lost: string[] = [];
  const tables = await openTables(server.database);
  try {
    const store = new KyselyStore(tables);
    for (const [meeting, records] of ledger.records) {
      const kept = await store.records(meeting);
      records.forEach(({ bytes, signature }, seq) => {
        const there = kept[seq];
        if (!there || !equalBytes(there.bytes, bytes) || !equalBytes(there.signature, signature))
          lost.push(`record ${seq} of ${meeting}`);
      });
    }
    for (const [id, { meeting, bytes, acknowledged }] of ledger.blobs) {
      // With its meeting's end a file goes.
      if ((await store.find(meeting))?.endedAt !== null) continue;
      const row = await store.blobs.find(id);
      const file = await readFile(join(server.data, 'blobs', id)).catch(() => new Uint8Array());
      if (!row) lost.push(`file ${id}`);
      else if (!equalBytes(file.subarray(0, acknowledged), bytes.subarray(0, acknowledged)))
        lost.push(`bytes of file ${id}`);
      else if (acknowledged === bytes.length && !row.complete) lost.push(`completion of file ${id}`);
    }
    lost.push(...(await missingInAudit(new KyselyAudit(tables), SiteKey.open(server.data), ledger)));
  } finally {
    await tables.destroy();
  }
  return lost;
}

async function missingInAudit(store: KyselyAudit, key: SiteKey, ledger: Ledger): Promise<string[]> {
  const lines = await store.lines(1, Number.MAX_SAFE_INTEGER);
  const verdict = verifyAudit(lines, key.publicKey, { head: await store.head(), anchor: null });
  if (!verdict.ok) return [`audit entry ${verdict.seq} ${verdict.why}`];
  const noted = { 'meeting-founded': new Set<string>(), 'meeting-ended': new Set<string>() };
  for (const { line } of lines) {
    const event = readEntry(line)?.event;
    if (event?.kind === 'meeting-founded' || event?.kind === 'meeting-ended')
      noted[event.kind].add(event.meeting);
  }
  const absent = (kind: keyof typeof noted, meetings: Iterable<MeetingId>) =>
    [...meetings]
      .filter((meeting) => !noted[kind].has(key.tag('meeting', meeting)))
      .map((meeting) => `audit entry ${kind} of ${meeting}`);
  return [...absent('meeting-founded', ledger.records.keys()), ...absent('meeting-ended', ledger.ended)];
}
