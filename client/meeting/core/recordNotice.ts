import type { DeviceKey } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import { isStaff, maySend } from '../../../shared/records/rights.ts';
import type { Notice } from '../noticeView.ts';

/** Whom a record meets, and who signed it. */
export interface RecordReader {
  readonly before: Chain;
  /** The meeting after the record. */
  readonly chain: Chain;
  readonly self: DeviceKey;
  /** Name of who signed; empty where this device never saw them. */
  readonly by: string;
  /** This device signed it itself. */
  readonly own: boolean;
  /** This device's own link lets nobody new in any more. */
  readonly linkOver: boolean;
}

/** What a person is told of a record: what happened to them or to all, and by whom; null where nothing. Pure. */
export function noticeOf(body: RecordBody, reader: RecordReader): Notice | null {
  const { before, self, by, own, linkOver } = reader;
  switch (body.type) {
    case 'lock':
      return { kind: body.locked ? 'locked' : 'unlocked', by };
    case 'panic':
      return { kind: body.on ? 'panic' : 'panic-over', by };
    case 'policy':
      return own ? null : { kind: 'rules-changed', by };
    case 'revoke':
      return !own && linkOver ? { kind: 'link-changed', by } : null;
    case 'grant':
      return body.device === self ? { kind: 'role-changed', role: body.role, by } : null;
    case 'stop': {
      // Nothing was taken from whom it was not allowed to.
      const sources = body.sources.filter((source) => maySend(before, self, source));
      return isMeant(body, reader) && sources.length > 0 ? { kind: 'stopped-by-host', sources, by } : null;
    }
    case 'allow':
      return isMeant(body, reader) ? { kind: 'allowed-by-host', sources: body.sources, by } : null;
    default:
      return null;
  }
}

function isMeant(
  { devices }: { devices: 'everyone' | readonly DeviceKey[] },
  { chain, self }: RecordReader,
): boolean {
  return devices === 'everyone' ? !isStaff(chain, self) : devices.includes(self);
}
