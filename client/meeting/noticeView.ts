import type { ErrorCode } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { Source } from '../../shared/records/record.ts';
import type { Role } from '../../shared/roles.ts';
import type { CallNotice } from './callView.ts';

/** Something the person must know about the seal of the meeting. */
export type Alarm =
  /** The server shows someone who is not in the group. */
  | { readonly kind: 'ghost'; readonly devices: readonly DeviceKey[] }
  /** Members no longer agree on the state of the group. */
  | { readonly kind: 'fork' }
  /** Changes of the group are not reaching this device. */
  | { readonly kind: 'stale' }
  /** The server or a member offered weaker protection than the meeting's signed rules ask for; it was not taken. */
  | { readonly kind: 'downgrade' }
  /** Somebody did what their role does not allow; it was refused. Null where the author is not proven. */
  | { readonly kind: 'refused-commit'; readonly device: DeviceKey | null }
  /** Media of a member could not be authenticated and was cut. */
  | { readonly kind: 'unsealed-media'; readonly device: DeviceKey }
  /** Own media would have left unsealed and was stopped. */
  | { readonly kind: 'own-media-stopped' }
  /** A known person comes with another key. */
  | { readonly kind: 'identity-changed'; readonly device: DeviceKey; readonly name: string };

export interface AlarmView {
  readonly id: string;
  readonly alarm: Alarm;
  readonly at: number;
}

/** Short-lived notices for the person: who joined, who muted them. Texts are made by the interface. */
export type Notice =
  | { readonly kind: 'joined' | 'left' | 'mentioned'; readonly name: string }
  /** `by` is the name of who did it; empty where this device never saw them. */
  | { readonly kind: 'stopped-by-host'; readonly sources: readonly Source[]; readonly by: string }
  | { readonly kind: 'allowed-by-host'; readonly sources: readonly Source[]; readonly by: string }
  | { readonly kind: 'role-changed'; readonly role: Role; readonly by: string }
  | { readonly kind: 'locked' | 'unlocked' | 'panic' | 'panic-over'; readonly by: string }
  | { readonly kind: 'rules-changed' | 'hand-lowered'; readonly by: string }
  | { readonly kind: 'link-changed' | 'poll-opened' | 'board-drawn'; readonly by: string }
  | { readonly kind: 'board-image' }
  | { readonly kind: 'recording' | 'recording-over'; readonly by: string }
  | { readonly kind: 'request-failed'; readonly code: ErrorCode }
  | { readonly kind: 'device-lost'; readonly source: Source }
  /** The operator restarts the server by `until`, in milliseconds since 1970; null: not any more. */
  | { readonly kind: 'maintenance'; readonly until: number | null }
  | CallNotice;

export interface NoticeView {
  readonly id: string;
  readonly notice: Notice;
  readonly at: number;
}
