import type { DeviceKey } from '../../../shared/ids.ts';
import type { Chain } from '../../../shared/records/chain.ts';
import type { RecordBody } from '../../../shared/records/record.ts';
import { isStaff } from '../../../shared/records/rights.ts';
import type { Notice } from '../noticeView.ts';

/** Whom a record meets, and who signed it. */
export interface RecordReader {
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
  const { chain, self, by, own, linkOver } = reader;
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
    case 'stop':
    case 'allow': {
      const meant = body.devices === 'everyone' ? !isStaff(chain, self) : body.devices.includes(self);
      if (!meant) return null;
      return {
        kind: body.type === 'stop' ? 'stopped-by-host' : 'allowed-by-host',
        sources: body.sources,
        by,
      };
    }
    default:
      return null;
  }
}
