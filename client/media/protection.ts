import type { FrameEvent, ReceiverProtection, SenderProtection } from '../e2ee/frames/frameCrypto.ts';
import type { TransformStats } from '../e2ee/frames/messages.ts';

export type { FrameEvent };

/** What was attached to one sender or receiver. */
export interface Protection {
  /** Names it in `FrameProtection.stats`. */
  readonly id: number;
  /** The stream has ended. Idempotent. */
  close(): void;
}

/**
 * The part of FrameCrypto that media needs. Both calls attach synchronously and throw when they cannot: a
 * stream without protection must never be negotiated.
 */
export interface FrameProtection {
  protectSender(sender: RTCRtpSender, protection: SenderProtection): Protection;
  protectReceiver(receiver: RTCRtpReceiver, protection: ReceiverProtection): Protection;
  /** What each transform did so far; null when unknown. */
  stats(): Promise<readonly TransformStats[] | null>;
}
