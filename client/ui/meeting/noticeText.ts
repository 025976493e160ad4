import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import type { Notice } from '../../meeting/noticeView.ts';

/** A notice in words. */
export function noticeText(notice: Notice, m: Messages, format: Format): string {
  switch (notice.kind) {
    case 'maintenance':
      return notice.until === null
        ? m.notices.noMaintenance
        : m.notices.maintenance(format.time(notice.until));
    case 'joined':
      return m.notices.joined(notice.name);
    case 'left':
      return m.notices.left(notice.name);
    case 'mentioned':
      return m.notices.mentioned(notice.name);
    case 'stopped-by-host':
      return m.notices.stopped(
        format.list(notice.sources.map((source) => m.notices.sources[source])),
        by(notice, m),
      );
    case 'allowed-by-host':
      return m.notices.allowed(
        format.list(notice.sources.map((source) => m.notices.sources[source])),
        by(notice, m),
      );
    case 'role-changed':
      return m.notices.role(m.roles[notice.role], by(notice, m));
    case 'locked':
      return m.notices.locked(by(notice, m));
    case 'unlocked':
      return m.notices.unlocked(by(notice, m));
    case 'panic':
      return m.notices.panic(by(notice, m));
    case 'panic-over':
      return m.notices.panicOver(by(notice, m));
    case 'rules-changed':
      return m.notices.rulesChanged(by(notice, m));
    case 'hand-lowered':
      return m.notices.handLowered(by(notice, m));
    case 'link-changed':
      return m.notices.linkChanged(by(notice, m));
    case 'recording':
      return m.recording.started(by(notice, m));
    case 'recording-over':
      return m.recording.over(by(notice, m));
    case 'poll-opened':
      return m.activities.pollOpened(by(notice, m));
    case 'board-drawn':
      return m.board.drawn(by(notice, m));
    case 'board-image':
      return m.board.imageTooLarge;
    case 'request-failed':
      return m.errors[notice.code].text;
    case 'device-lost':
      return m.notices.lost(m.notices.sources[notice.source]);
    case 'device-failed':
      return m.notices.failed[notice.fault](m.devices.kinds[notice.source]);
    case 'device-replaced':
      return m.notices.replaced(m.notices.sources[notice.source], notice.label);
    case 'crowded':
      return notice.source === 'microphone' ? m.notices.manyMicrophones : m.notices.stageFull;
    case 'talking-while-muted':
      return m.notices.talkingWhileMuted;
    case 'muted-on-entry':
      return m.notices.mutedOnEntry;
    case 'effect-stopped':
      if (notice.effect === 'background') return m.notices.backgroundStopped[notice.reason];
      return notice.reason === 'too-slow'
        ? m.notices.effectTooSlow(m.notices.effects[notice.effect])
        : m.notices.effectFailed(m.notices.effects[notice.effect]);
  }
}

/** Who did it, also where this device never saw them. */
function by(notice: { readonly by: string }, m: Messages): string {
  return notice.by || m.notices.host;
}

/** Whether the person must do or know something, so that it stays until they have read it. */
export function isLasting(notice: Notice): boolean {
  return (
    notice.kind === 'stopped-by-host' ||
    notice.kind === 'request-failed' ||
    notice.kind === 'board-image' ||
    notice.kind === 'device-lost' ||
    notice.kind === 'device-failed' ||
    notice.kind === 'crowded' ||
    (notice.kind === 'maintenance' && notice.until !== null) ||
    notice.kind === 'talking-while-muted'
  );
}
