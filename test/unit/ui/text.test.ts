import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkify } from '../../../client/ui/chat/linkify.ts';
import { initialsOf } from '../../../client/ui/components/initials.ts';
import { readMeetingLink } from '../../../client/ui/landing/meetingLink.ts';
import { browserOf } from '../../../client/ui/meeting/browser.ts';
import { codeGroups } from '../../../client/ui/panels/safetyCode.ts';
import { matchRoute } from '../../../client/ui/router.ts';

describe('links in messages', () => {
  const targets = (text: string) => linkify(text).flatMap((part) => part.href ?? []);

  it('links addresses of the web and of mail, and nothing else', () => {
    expect(targets('see https://example.org/a?b=c#d, then http://example.com.')).toEqual([
      'https://example.org/a?b=c#d',
      'http://example.com/',
    ]);
    expect(targets('javascript:alert(1) data:text/html,x ftp://x.org file:///x example.org')).toEqual([]);
    expect(targets('mailto:a@b.c')).toEqual(['mailto:a@b.c']);
  });

  it('ends an address where the sentence goes on', () => {
    expect(targets('(https://example.org/minutes).')).toEqual(['https://example.org/minutes']);
    expect(targets('https://example.org/wiki/A_(b)')).toEqual(['https://example.org/wiki/A_(b)']);
    expect(targets('請看https://example.org/文件，謝謝')).toEqual(['https://example.org/%E6%96%87%E4%BB%B6']);
  });

  it('shows the host that will be opened, not letters that look like it', () => {
    const [part] = linkify('https://аpple.com/login');
    expect(part?.href).toBe('https://xn--pple-43d.com/login');
    expect(part?.text).toContain('xn--pple-43d.com');
  });

  it('does not link an address that hides its host behind a user name', () => {
    expect(targets('https://bank.example@evil.example/')).toEqual([]);
  });

  it('keeps every character of a message that has no address', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        fc.pre(!/https?:/i.test(text));
        expect(
          linkify(text)
            .map((part) => part.text)
            .join(''),
        ).toBe(text);
      }),
    );
  });
});

describe('pasted meeting links', () => {
  const origin = 'https://meet.example';

  it('goes to a link of this site, with its key', () => {
    expect(readMeetingLink(' https://meet.example/m/abc_-1#1.secret \n', origin)).toEqual({
      kind: 'link',
      path: '/m/abc_-1#1.secret',
    });
    expect(readMeetingLink('meet.example/m/abc#k', origin)).toEqual({ kind: 'link', path: '/m/abc#k' });
    expect(readMeetingLink('/m/abc#k', origin)).toEqual({ kind: 'link', path: '/m/abc#k' });
  });

  it('says what is wrong with anything else', () => {
    expect(readMeetingLink('  ', origin).kind).toBe('empty');
    expect(readMeetingLink('hello there', origin).kind).toBe('not-a-link');
    expect(readMeetingLink('https://meet.example/', origin).kind).toBe('not-a-link');
    expect(readMeetingLink('javascript:alert(1)', origin).kind).toBe('not-a-link');
    expect(readMeetingLink('https://meet.example/m/abc', origin).kind).toBe('no-key');
    expect(readMeetingLink('https://meet.example/m/abc#', origin).kind).toBe('no-key');
    expect(readMeetingLink('https://other.example/m/abc#k', origin)).toEqual({
      kind: 'other-site',
      host: 'other.example',
    });
  });
});

describe('routes', () => {
  it('finds the page of an address', () => {
    expect(matchRoute('/', '')).toEqual({ page: 'landing' });
    expect(matchRoute('/server', '')).toEqual({ page: 'server' });
    expect(matchRoute('/m/abc', '#1.x')).toEqual({ page: 'meeting', meetingId: 'abc', fragment: '1.x' });
    expect(matchRoute('/m/', '')).toEqual({ page: 'not-found' });
    expect(matchRoute('/m/a/b', '')).toEqual({ page: 'not-found' });
  });
});

describe('safety code', () => {
  it('is read in six groups of five', () => {
    expect(codeGroups('482130965517402883619047225531')).toEqual([
      '48213',
      '09655',
      '17402',
      '88361',
      '90472',
      '25531',
    ]);
    expect(codeGroups('')).toEqual([]);
  });
});

describe('initials', () => {
  it('takes two letters of a name, and the given name where it is Chinese', () => {
    expect(initialsOf('Ada Okonkwo')).toBe('AO');
    expect(initialsOf('Maria de la Cruz')).toBe('MC');
    expect(initialsOf('Sofia')).toBe('S');
    expect(initialsOf('林美華')).toBe('美華');
    expect(initialsOf('  ')).toBe('?');
    expect(initialsOf('🦊 fox')).toBe('🦊F');
  });
});

describe('help by browser', () => {
  const mac = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)';
  const linux = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)';
  it('tells apart where permissions are given', () => {
    expect(browserOf(`${mac} Version/18.5 Safari/605.1.15`, false)).toBe('safari');
    expect(browserOf(`${mac} Version/18.5 Safari/605.1.15`, true)).toBe('ios');
    expect(browserOf(`${linux} Chrome/140.0.0.0 Safari/537.36`, false)).toBe('chromium');
    expect(browserOf(`${linux} Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0`, true)).toBe('chromium');
    expect(
      browserOf(
        'Mozilla/5.0 (Linux; Android 15; K) AppleWebKit/537.36 Chrome/140.0.0.0 Mobile Safari/537.36',
        true,
      ),
    ).toBe('android');
    expect(browserOf('Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', false)).toBe(
      'firefox',
    );
    expect(browserOf('Mozilla/5.0 (iPhone; CPU iPhone OS 18_5) AppleWebKit/605.1.15 CriOS/140.0', true)).toBe(
      'ios',
    );
  });
});
