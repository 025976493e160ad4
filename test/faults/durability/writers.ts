import { randomBytes } from 'node:crypto';
import { toBase64Url } from '../../../shared/bytes.ts';
import { BLOBS_PATH, uploadState } from '../../../shared/protocol/blobs.ts';
import { PROTOCOL_VERSION } from '../../../shared/protocol/version.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import { presetPolicy } from '../../../shared/roles.ts';
import { Client, type Person } from '../../integration/signaling/client.ts';
import { newGroupId } from '../../integration/signaling/meeting.ts';
import { foundRequest, inviteBody } from '../../support/invitation.ts';
import { newSigner, Script, type Signer, signNext } from '../../unit/records/signing.ts';
import type { Ledger } from './ledger.ts';

const PART_BYTES = 48 * 1024;
const PARTS = 4;

/** One life of the server, from its start to its end by force. */
export interface Life {
  readonly port: number;
  readonly ledger: Ledger;
  readonly random: () => number;
  readonly over: AbortSignal;
  readonly clients: Client[];
}

/** A meeting that the server has acknowledged; its host is a device. */
async function found({ port, ledger }: Life): Promise<{ readonly script: Script; readonly host: Signer }> {
  const script = new Script(presetPolicy('moderated'));
  const host = newSigner();
  script.add(script.host, { type: 'grant', device: host.device, role: 'host' });
  const records = script.records.map(({ bytes, signature }) => ({
    bytes: toBase64Url(bytes),
    signature: toBase64Url(signature),
  }));
  const response = await fetch(`http://127.0.0.1:${port}/api/meetings`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ records }),
  });
  if (response.status !== 201) throw new Error(`not founded: ${response.status}`);
  ledger.records.set(script.chain.meeting, [...script.records]);
  return { script, host };
}

async function enter(life: Life, script: Script, host: Signer): Promise<Person> {
  const { meeting } = script.chain;
  const client = new Client(life.port, { protocol: PROTOCOL_VERSION, meeting });
  life.clients.push(client);
  const person = await client.identify(meeting, host);
  await client.ask('group:found', foundRequest(script.invitation, host.device, newGroupId()));
  return person;
}

async function append({ ledger }: Life, script: Script, { client, signer }: Person, body: RecordBody) {
  const record = signNext(script.chain, signer, body);
  await client.ask('record:append', { record });
  script.add(signer, body);
  ledger.records.get(script.chain.meeting)?.push(record);
}

async function upload({ port, ledger, random }: Life, { client, meeting, signer }: Person): Promise<void> {
  const bytes = randomBytes(1 + Math.floor(random() * PART_BYTES * PARTS));
  const { blob, token } = await client.ask('blob:create', { size: bytes.length });
  const sent = { meeting, owner: signer, bytes, acknowledged: 0 };
  ledger.blobs.set(blob, sent);
  for (let at = 0; at < bytes.length; at += PART_BYTES) {
    const response = await fetch(`http://127.0.0.1:${port}${BLOBS_PATH}/${blob}?offset=${at}`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${token}` },
      body: Uint8Array.from(bytes.subarray(at, at + PART_BYTES)),
    });
    if (response.status !== 200) throw new Error(`part refused: ${response.status}`);
    sent.acknowledged = uploadState.parse(await response.json()).received;
  }
}

/** Founds meetings; in each invites, uploads and at times ends it, until the server is gone. */
export async function write(life: Life): Promise<void> {
  const { ledger, over, random } = life;
  try {
    while (!over.aborted) {
      const { script, host } = await found(life);
      const person = await enter(life, script, host);
      for (let steps = 3 + Math.floor(random() * 12); steps > 0 && !over.aborted; steps -= 1) {
        if (random() < 0.3) await upload(life, person);
        else await append(life, script, person, inviteBody(script.chain.meeting));
      }
      if (random() < 0.3) {
        await append(life, script, person, { type: 'end' });
        ledger.ended.add(script.chain.meeting);
      }
    }
  } catch (error) {
    // Whatever was under way was not acknowledged.
    if (!over.aborted) throw error;
  }
}
