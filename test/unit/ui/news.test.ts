import { describe, expect, it } from 'vitest';
import { en } from '../../../client/i18n/en.ts';
import { createFormat } from '../../../client/i18n/format.ts';
import { zhTW } from '../../../client/i18n/zh-TW.ts';
import type { Notice } from '../../../client/meeting/noticeView.ts';
import { type News, newsOf, type Scene, say } from '../../../client/ui/meeting/news.ts';
import { deviceKey } from '../../../shared/ids.ts';

const format = createFormat('en');
const ann = deviceKey.parse(`ann${'A'.repeat(40)}`);
const quiet: Scene = {
  members: [{ device: ann, name: 'Ann', self: false, hand: null }],
  knocks: [],
  chat: [],
  reactions: [],
  notices: [],
  rights: new Set(['admit'] as const),
};
const closed = { chat: false, people: false };
const news = (change: Partial<Scene>, shown = closed) =>
  newsOf(quiet, { ...quiet, ...change }, shown, en, format);
const notices = (...given: readonly Notice[]) =>
  given.map((notice, index) => ({ id: String(index), notice, at: 0 }));

describe('news for screen readers', () => {
  it('names one or two people and counts more', () => {
    const joined = (...names: readonly string[]): News[] => names.map((by) => ({ kind: 'joined', by }));
    expect(say(joined('Ann'), en, format)).toBe('Ann joined');
    expect(say(joined('Ann', 'Bo'), en, format)).toBe('Ann and Bo joined');
    expect(say(joined('Ann', 'Bo', 'Cy', 'Di', 'Ed'), en, format)).toBe('5 people joined');
    expect(say(joined('美華', '怡君', '庭瑋'), zhTW, createFormat('zh-TW'))).toBe('3 人加入了');
  });

  it('says each kind once, in one sentence', () => {
    const many: News[] = [
      { kind: 'message', by: 'Ann' },
      { kind: 'joined', by: 'Bo' },
      { kind: 'message', by: 'Ann' },
      { kind: 'reaction', by: 'Bo', emoji: '👍' },
      { kind: 'text', text: 'The meeting is locked' },
      { kind: 'text', text: 'The meeting is locked' },
    ];
    expect(say(many, en, format)).toBe('Bo joined. 2 new messages. Bo: Thumbs up. The meeting is locked');
  });

  it('tells of hands, messages and notices, and of what stays in a banner not a second time', () => {
    const raised = quiet.members.map((member) => ({ ...member, hand: 1 }));
    expect(news({ members: raised })).toEqual([{ kind: 'hand', by: 'Ann' }]);
    const chat = [{ id: '1', name: 'Ann', self: false }];
    expect(news({ chat })).toEqual([{ kind: 'message', by: 'Ann' }]);
    expect(news({ chat }, { chat: true, people: false })).toEqual([]);
    expect(news({ notices: notices({ kind: 'joined', name: 'Bo' }, { kind: 'locked', by: 'Cy' }) })).toEqual([
      { kind: 'joined', by: 'Bo' },
      { kind: 'text', text: 'Cy locked the meeting' },
    ]);
    expect(news({ notices: notices({ kind: 'stopped-by-host', sources: ['microphone'], by: '' }) })).toEqual(
      [],
    );
  });

  it('says nothing twice', () => {
    const now = { ...quiet, notices: notices({ kind: 'locked', by: 'Cy' }) };
    expect(newsOf(now, { ...now, members: [...now.members] }, closed, en, format)).toEqual([]);
  });
});
