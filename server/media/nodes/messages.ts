import type { MeetingId } from '../../../shared/ids.ts';
import type { Branch, BranchEvent } from '../branch.ts';

/** What the owner of a meeting asks of a branch on another node. */
export type BranchMethod = Exclude<keyof Branch, 'close'>;

/** From a meeting's owner to the node that serves a part. */
export type MediaQuestion =
  | { readonly about: 'branch'; readonly room: string; readonly meeting: MeetingId }
  | {
      readonly about: 'media';
      readonly room: string;
      readonly method: BranchMethod;
      readonly args: readonly unknown[];
    };

/** What the two tell each other besides: the owner that a branch is over, the other what happens there. */
export type MediaMessage =
  | { readonly t: 'endBranch'; readonly room: string }
  | { readonly t: 'branchEvent'; readonly room: string; readonly event: BranchEvent };
