import type { ErrorCode } from '../../shared/errors.ts';
import type { DeviceKey } from '../../shared/ids.ts';
import type { AttachmentErrorCode } from '../e2ee/attachments/error.ts';

export interface ChatMessageView {
  readonly id: string;
  readonly from: DeviceKey;
  /** Name at the time it was said. */
  readonly name: string;
  readonly self: boolean;
  /** Empty for a file, and for what was taken back. */
  readonly text: string;
  readonly at: number;
  readonly state: 'sending' | 'sent' | 'failed';
  readonly change: 'none' | 'edited' | 'deleted';
  /** Who can read it besides its author. */
  readonly audience: Audience;
  /** What it answers; without name and text where this device never saw it. */
  readonly reply: { readonly id: string; readonly name: string; readonly text: string } | null;
  /** Members it calls by `@name`. */
  readonly mentions: readonly { readonly device: DeviceKey; readonly name: string }[];
  readonly file: FileView | null;
}

/** To whom something is said. */
export type Addressee =
  | { readonly kind: 'everyone' }
  /** Hosts and co-hosts who are here. */
  | { readonly kind: 'hosts' }
  | { readonly kind: 'person'; readonly device: DeviceKey };

export type Audience =
  | { readonly kind: 'everyone' | 'hosts' }
  | { readonly kind: 'person'; readonly device: DeviceKey; readonly name: string };

/** A file as its message tells of it; the bytes are fetched when asked for. */
export interface FileView {
  readonly name: string;
  readonly mime: string;
  /** Bytes. */
  readonly size: number;
  /** A small picture, made where the file was sent. */
  readonly preview: {
    readonly type: 'image/webp' | 'image/jpeg';
    readonly width: number;
    readonly height: number;
    readonly bytes: Uint8Array;
  } | null;
}

/** A file on its way to the server or from it. */
export interface TransferView {
  /** Of its message. */
  readonly id: string;
  readonly direction: 'up' | 'down';
  /** `waiting` for a connection; it goes on by itself. */
  readonly state: 'running' | 'paused' | 'waiting' | 'done' | 'failed';
  /** Bytes, of `total`. */
  readonly done: number;
  readonly total: number;
  /** With `failed`, why. */
  readonly error: AttachmentErrorCode | ErrorCode | null;
}

/** One line of captions. */
export interface CaptionView {
  readonly id: string;
  /** Who wrote it: the captioner, or with `spoken` the speaker. */
  readonly from: DeviceKey;
  /** Name at the time. */
  readonly name: string;
  readonly self: boolean;
  readonly text: string;
  readonly final: boolean;
  /** BCP 47. */
  readonly lang: string;
  readonly spoken: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export interface ReactionView {
  readonly id: string;
  readonly from: DeviceKey;
  readonly emoji: string;
}
