import { fromBase64Url } from '../../../shared/bytes.ts';
import { ProtocolError } from '../../../shared/errors.ts';
import type { DeviceKey } from '../../../shared/ids.ts';
import { encodeReportDelivery, reportDeliveryInput } from '../../../shared/protocol/report.ts';
import { keptReport } from '../../../shared/protocol/rest.ts';
import { sign } from '../../e2ee/crypto/ed25519.ts';
import { CryptoError } from '../../e2ee/crypto/error.ts';
import type { ReportBundle } from '../../e2ee/reports/bundle.ts';
import { ReportError } from '../../e2ee/reports/error.ts';
import { reportFingerprint } from '../../e2ee/reports/key.ts';
import { reportLimits } from '../../e2ee/reports/limits.ts';
import { sealReport } from '../../e2ee/reports/seal.ts';
import type { ReportDraft, ReportProgress } from '../reportView.ts';
import type { CoreContext } from './context.ts';
import { callServer } from './rest.ts';

/**
 * Reports to the operator, sealed to the key that the signed records pin. Keeps who was here, so that whoever was
 * put out, or left, can still report.
 */
export class Reports {
  readonly #context: CoreContext;
  readonly #seen = new Map<DeviceKey, string>();
  #here: ReadonlySet<DeviceKey> = new Set();
  #epoch = 0;

  constructor(context: CoreContext) {
    this.#context = context;
  }

  /** Notes who is here; to be called whenever that, or a name, changes. */
  note(): void {
    const { store, records } = this.#context;
    const { members, seal, report } = store.state;
    if (members.length === 0) return;
    for (const { device, name } of members) this.#seen.set(device, name);
    this.#here = new Set(members.map((member) => member.device));
    this.#epoch = seal.epoch;
    const { reportKey } = records.chain;
    const fingerprint = reportKey && reportFingerprint(fromBase64Url(reportKey));
    const progress = report?.progress ?? { name: 'idle' };
    store.set({ report: { fingerprint, people: this.#people(), progress } });
  }

  /** Seals and sends. The outcome is in the state. */
  async send(draft: ReportDraft): Promise<void> {
    if (this.#context.store.state.report?.progress.name === 'sending') return;
    this.#show({ name: 'sending' });
    try {
      this.#show({ name: 'sent', report: await this.#deliver(draft) });
    } catch (error) {
      this.#show({ name: 'failed', code: codeOf(error) });
    }
  }

  /** Puts the report together for the person to keep: what `send` would have sealed. */
  pack(draft: ReportDraft): void {
    this.#show({ name: 'packed', bundle: this.#bundle(draft) });
  }

  /** The person has seen the outcome. */
  done(): void {
    this.#show({ name: 'idle' });
  }

  async #deliver(draft: ReportDraft) {
    const { identity, link, origin, records } = this.#context;
    const { reportKey } = records.chain;
    if (reportKey === null) throw new ProtocolError('no-report-key');
    const sealed = sealReport(fromBase64Url(reportKey), this.#bundle(draft), identity.meeting);
    const signature = sign(identity.meeting.privateKey, reportDeliveryInput(link.meeting, sealed));
    const body = encodeReportDelivery({ device: identity.key, signature, sealed });
    const { report } = await callServer(origin, `/api/meetings/${link.meeting}/reports`, keptReport, body);
    return report;
  }

  #bundle({ reason, text, about, chat, still }: ReportDraft): ReportBundle {
    const { clock, identity, link, records, store } = this.#context;
    const person = (device: DeviceKey) => ({ device, name: this.#seen.get(device) ?? '' });
    return {
      v: 1,
      meeting: link.meeting,
      at: clock.now(),
      reason,
      text: text.slice(0, reportLimits.textCharacters),
      reporter: { device: identity.key, name: store.state.name },
      about: about.slice(0, reportLimits.about).map(person),
      room: [...this.#seen.keys()]
        .slice(-reportLimits.room)
        .map((device) => ({ ...person(device), here: this.#here.has(device) })),
      chat: store.state.chat
        .filter((message) => chat.includes(message.id))
        .slice(-reportLimits.chat)
        .map(({ from, name, at, text: said, file, audience }) => ({
          device: from,
          name,
          at,
          text: said,
          file: file?.name.slice(0, 255) ?? null,
          aside: audience.kind !== 'everyone',
        })),
      still: still && { ...still, of: person(still.of) },
      head: records.chain.head,
      epoch: this.#epoch,
    };
  }

  #people() {
    const { identity } = this.#context;
    return [...this.#seen]
      .filter(([device]) => device !== identity.key)
      .map(([device, name]) => ({ device, name, here: this.#here.has(device) }));
  }

  #show(progress: ReportProgress): void {
    const { store } = this.#context;
    const { report } = store.state;
    // Whoever was never inside has nothing to report.
    if (report) store.set({ report: { ...report, progress } });
  }
}

function codeOf(error: unknown): ProtocolError['code'] {
  if (error instanceof ProtocolError) return error.code;
  if (error instanceof ReportError) return error.code === 'too-large' ? 'too-large' : 'bad-request';
  // The pinned key is none that anything can be sealed to.
  return error instanceof CryptoError ? 'no-report-key' : 'unavailable';
}
