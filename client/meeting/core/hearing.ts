import type { DeviceKey } from '../../../shared/ids.ts';
import type { Aside, Heard } from '../../e2ee/content.ts';
import type { CoreParts } from './parts.ts';

/** Passes on what a member said inside the group; what its role does not allow is passed over. */
export function hear(
  to: CoreParts,
  sender: DeviceKey,
  content: Heard,
  audience: 'everyone' | Aside['to'],
): void {
  switch (content.type) {
    case 'chat':
    case 'file':
    case 'edit':
    case 'unsay':
      return to.talk.take(sender, content, audience);
    case 'reaction':
      if (to.rules.mayNow(sender, 'react')) to.talk.takeReaction(sender, content);
      return;
    case 'caption':
      return to.captions.take(sender, content);
    case 'ask':
      if (to.rules.mayNow(sender, 'moderate')) to.asks.take(sender, content, to.people.nameOf(sender));
      return;
    case 'lowerHand':
      if (to.rules.mayNow(sender, 'moderate')) to.people.takeLowered(content.device, sender);
      return;
    case 'self':
      to.people.takeSelf(sender, content);
      to.activities.note();
      return to.reports.note();
    case 'activity':
      return to.activities.take(sender, content);
    case 'ballot':
      return to.activities.takeBallot(sender, content, audience);
    case 'board':
      return to.board.take(sender, content.act);
    case 'pointer':
      return to.board.takePointer(sender, content);
    case 'breakout':
      return to.breakouts.take(sender, content);
    case 'roomKeys':
      return to.breakouts.takeKeys(sender, content, audience);
    case 'pulse':
      to.watchers.heard(sender, content.watching);
      to.board.compare(sender, content.seq, content.board ?? null);
      return to.pulse.heard(sender, content);
    case 'wantLobbyKey':
      return to.lobbyKeys.asked(sender);
    case 'lobbyKey':
      void to.lobbyKeys.received(sender, content);
      return;
  }
}
