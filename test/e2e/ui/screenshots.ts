import type { Page } from 'playwright-core';
import { adminShots } from './adminShots.ts';
import { boardShots } from './boardShots.ts';
import { breakoutShots } from './breakoutShots.ts';
import { meetingPath } from './browser.ts';
import { hostingShots } from './hostingShots.ts';
import { type Shot, takeShots } from './takeShots.ts';

// Writes a picture of every page and state to screenshots/, to be looked at. The first argument keeps only the
// names that match it, the second only such looks (size-theme-language); both are regular expressions.

/** Presses a control of the bar by its place, so that it works in every language. */
const control = (icon: string) => async (page: Page) => {
  await page.locator(`.control:has(.lucide-${icon})`).click();
  await page.mouse.move(5, 300);
};
const more = (icon: string) => async (page: Page) => {
  await page.locator('.control:has(.lucide-ellipsis)').click();
  await page.locator(`.menu-item:has(.lucide-${icon})`).click();
  await page.mouse.move(5, 300);
};

const next = async (page: Page) => page.locator('.dialog-actions .button-primary').click();
/** The report about the second person, as far as one of its steps. */
const report = (steps: number) => async (page: Page) => {
  await control('users')(page);
  await page.locator('.person .icon-button').nth(1).click();
  await page.locator('.menu-item:has(.lucide-flag)').click();
  if (steps === 0) return;
  await page.locator('.radio-card').first().click();
  await page.locator('.dialog textarea').fill('10:05, 他對小美說了很難聽的話。');
  await next(page);
  if (steps === 1) return;
  await page.locator('.report-part .select-button').first().click();
  await page.locator('.select-popover [role="option"]').nth(1).click();
  await page.locator('.button:has(.lucide-camera)').click();
  await page.locator('.report-taken img').waitFor();
  if (steps === 2) return;
  await next(page);
  if (steps === 4) await next(page);
};

const states = [
  'prejoin-host',
  'prejoin-lobby',
  'prejoin-open',
  'recording',
  'recording-door',
  'passphrase',
  'passphrase-wrong',
  'passphrase-busy',
  'prejoin-asking',
  'prejoin-denied',
  'prejoin-no-camera',
  'prejoin-no-device',
  'prejoin-tested',
  'waiting',
  'waiting-unattended',
  'joining',
  'removed',
  'removed-banned',
  'denied',
  'ended',
  'ended-by-operator',
  'maintenance',
  'left',
  'replaced',
  'failed',
  'failed-version',
  'bad-link',
  'wrong-host',
  'unsupported',
  'unsupported-insecure',
  'unsupported-webrtc',
  'alone',
  'two',
  'three',
  'five',
  'nine-states',
  'sixteen',
  'twenty-five',
  'forty-nine',
  'sixty-four',
  'screen-share',
  'two-shares',
  'own-share',
  'lobby',
  'alarms',
  'reconnecting',
  'muted',
  'poor-connection',
  'device-lost',
  'device-failed',
  'talking-while-muted',
];

const shots: readonly Shot[] = [
  ...boardShots(more),
  { name: 'recording-captions', path: meetingPath('recording'), act: more('captions') },
  { name: 'recording-start', path: meetingPath('three'), act: more('disc') },
  { name: 'landing', path: '/' },
  {
    name: 'landing-error',
    path: '/',
    act: async (page) => page.locator('.join-row button').click(),
  },
  { name: 'meetings', path: '/meetings?library=meetings' },
  {
    name: 'meetings-menu',
    path: '/meetings?library=meetings',
    act: async (page) => page.locator('.meeting-row .icon-button').first().click(),
  },
  {
    name: 'meetings-next',
    path: '/meetings?library=meetings',
    act: async (page) => {
      await page.locator('.meeting-row .icon-button').first().click();
      await page.locator('.menu-item:has(.lucide-copy)').click();
    },
  },
  { name: 'meetings-empty', path: '/meetings' },
  { name: 'meetings-refused', path: '/meetings?library=refused' },
  { name: 'start-presets', path: '/?library=presets' },
  { name: 'start-lost', path: '/?library=lost' },
  { name: 'start-custom', path: '/?library=custom' },
  {
    name: 'start-regions',
    path: '/?account=spread',
    act: async (page) => {
      await page.locator('.folded-trigger').click();
      await page.locator('.check-list .check').first().click();
    },
  },
  {
    name: 'start-more',
    path: '/',
    act: async (page) => {
      await page.locator('.folded-trigger').click();
      await page.locator('.new-passphrase .switch').click();
      await page.locator('.new-passphrase .button').click();
      await page.locator('.folded').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'start-rules',
    path: '/?library=presets',
    act: async (page) => page.locator('.button:has(.lucide-sliders-horizontal)').click(),
  },
  {
    name: 'start-rules-end',
    path: '/?library=presets',
    act: async (page) => {
      await page.locator('.button:has(.lucide-sliders-horizontal)').click();
      await page.locator('.rule-changes').scrollIntoViewIfNeeded();
    },
  },
  {
    name: 'ready-qr',
    path: '/',
    act: async (page) => {
      await page.locator('.button-primary').click();
      await page.locator('.button:has(.lucide-qr-code)').click();
    },
  },
  { name: 'ready', path: '/', act: async (page) => page.locator('.button-primary').click() },
  { name: 'server', path: '/server' },
  ...['host', 'teacher', 'admin', 'security'].map((guide) => ({
    name: `guide-${guide}`,
    path: `/guide/${guide}`,
  })),
  { name: 'landing-signed-out', path: '/?account=out' },
  { name: 'landing-member', path: '/?account=member' },
  { name: 'landing-signed-in', path: '/?account=local' },
  { name: 'account-signed-out', path: '/account?account=out' },
  { name: 'account-local', path: '/account?account=local' },
  { name: 'account-fresh', path: '/account?account=fresh' },
  { name: 'account-member', path: '/account?account=member' },
  ...adminShots,
  { name: 'invited', path: '/invited#token', there: '.spinner' },
  { name: 'invited-broken', path: '/invited' },
  { name: 'opening', path: meetingPath('opening'), there: '.page-narrow .spinner' },
  {
    name: 'verifying',
    path: meetingPath('verifying'),
    act: async (page) => page.locator('.head-chip').first().click(),
  },
  { name: 'sign-in-failed', path: '/signed-in#not-entitled' },
  { name: 'not-found', path: '/nowhere' },
  { name: 'denied-staff', path: meetingPath('denied-staff', 'out') },
  ...states.map((state) => ({ name: state, path: meetingPath(state) })),
  ...hostingShots(control, more),
  ...breakoutShots(more),
  { name: 'layout-speaker', path: meetingPath('five'), layout: 'speaker' },
  { name: 'layout-speaker-many', path: meetingPath('sixty-four'), layout: 'speaker' },
  { name: 'layout-sidebar', path: meetingPath('sixteen'), layout: 'sidebar' },
  { name: 'panel-chat-empty', path: meetingPath('three'), act: control('message-square') },
  { name: 'panel-chat-rich', path: meetingPath('chat-rich'), act: control('message-square') },
  {
    name: 'panel-chat-top',
    path: meetingPath('chat-rich'),
    act: async (page) => {
      await control('message-square')(page);
      await page.locator('.chat-log').evaluate((log) => log.scrollTo(0, 0));
      await page.locator('.chat-message').nth(2).hover();
      await page.locator('.chat-message').nth(2).locator('.chat-more').click();
    },
  },
  {
    name: 'panel-chat-compose',
    path: meetingPath('chat-rich'),
    act: async (page) => {
      await control('message-square')(page);
      await page.locator('.chat-message').nth(6).hover();
      await page.locator('.chat-message').nth(6).locator('.chat-more').click();
      await page.locator('.menu-item:has(.lucide-reply)').click();
      await page.locator('.composer textarea').pressSequentially('@');
    },
  },
  {
    name: 'panel-chat-emoji',
    path: meetingPath('chat-class'),
    act: async (page) => {
      await control('message-square')(page);
      await page.locator('.composer .icon-button:has(.lucide-smile)').click();
    },
  },
  { name: 'panel-chat-class', path: meetingPath('chat-class'), act: control('message-square') },
  { name: 'panel-chat-long', path: meetingPath('chat-long'), act: control('message-square') },
  { name: 'panel-chat', path: meetingPath('chat'), act: control('message-square') },
  { name: 'panel-people', path: meetingPath('nine-states'), act: control('users') },
  { name: 'panel-lobby', path: meetingPath('lobby'), act: control('users') },
  { name: 'panel-activities', path: meetingPath('activities'), act: more('list-checks') },
  {
    name: 'panel-activities-results',
    path: meetingPath('activities'),
    act: async (page) => {
      await more('list-checks')(page);
      await page.locator('.poll-who summary').click();
      await page.locator('.poll-who').scrollIntoViewIfNeeded();
    },
  },
  { name: 'panel-activities-guest', path: meetingPath('activities-guest'), act: more('list-checks') },
  {
    name: 'panel-activities-new',
    path: meetingPath('activities'),
    act: async (page) => {
      await more('list-checks')(page);
      await page.locator('.panel .button:has(.lucide-plus)').click();
      await page.locator('.activity-form .switch').click();
    },
  },
  {
    name: 'panel-activities-end',
    path: meetingPath('activities'),
    act: async (page) => {
      await more('list-checks')(page);
      await page.locator('.attendance').scrollIntoViewIfNeeded();
    },
  },
  { name: 'panel-seal', path: meetingPath('three'), act: more('lock') },
  { name: 'panel-seal-alarms', path: meetingPath('alarms'), act: more('lock') },
  { name: 'panel-settings', path: meetingPath('three'), act: more('settings') },
  {
    name: 'panel-settings-end',
    path: meetingPath('three'),
    act: async (page) => {
      await more('settings')(page);
      await page.locator('.panel-body').evaluate((body) => body.scrollTo(0, 620));
    },
  },
  { name: 'panel-stats', path: meetingPath('poor-connection'), act: more('activity') },
  { name: 'panel-stats-waiting', path: meetingPath('three'), act: more('activity') },
  { name: 'panel-host', path: meetingPath('three'), act: more('sliders-horizontal') },
  { name: 'invite-panel', path: meetingPath('invitations'), act: more('user-plus') },
  {
    name: 'invite-panel-end',
    path: meetingPath('invitations'),
    act: async (page) => {
      await more('user-plus')(page);
      await page.locator('.invitation').last().scrollIntoViewIfNeeded();
    },
  },
  { name: 'invite-empty', path: meetingPath('no-invitations'), act: more('user-plus') },
  {
    name: 'invite-new',
    path: meetingPath('no-invitations'),
    act: async (page) => {
      await more('user-plus')(page);
      await page.locator('.button:has(.lucide-plus)').click();
    },
  },
  {
    name: 'invite-change',
    path: meetingPath('no-invitations'),
    act: async (page) => {
      await more('user-plus')(page);
      await page.locator('.button:has(.lucide-refresh-cw)').click();
    },
  },
  {
    name: 'invite-calendar',
    path: meetingPath('no-invitations'),
    act: async (page) => {
      await more('user-plus')(page);
      await page.locator('.button:has(.lucide-calendar-plus)').click();
      await page.locator('input[type=datetime-local]').fill('2026-12-01T09:10');
    },
  },
  { name: 'invite-link', path: meetingPath('student'), act: more('link') },
  { name: 'menu-more', path: meetingPath('three'), act: control('ellipsis') },
  {
    name: 'menu-view',
    path: meetingPath('three'),
    act: async (page) => page.locator('.head-view').click(),
  },
  {
    name: 'menu-devices',
    path: meetingPath('three'),
    act: async (page) => {
      const opener = page.locator('.control-more').first();
      if (await opener.isVisible()) await opener.click();
    },
  },
  {
    name: 'menu-tile',
    path: meetingPath('nine-states'),
    act: async (page) => {
      await page.locator('.tile').nth(1).hover();
      await page.locator('.tile-menu').nth(1).click();
    },
  },
  {
    name: 'menu-person',
    path: meetingPath('nine-states'),
    act: async (page) => {
      await control('users')(page);
      await page.locator('.person .icon-button').nth(1).click();
    },
  },
  {
    name: 'dialog-remove',
    path: meetingPath('nine-states'),
    act: async (page) => {
      await control('users')(page);
      await page.locator('.person .icon-button').nth(1).click();
      await page.locator('.menu-item-warn').first().click();
    },
  },
  { name: 'report-what', path: meetingPath('chat'), act: report(0) },
  { name: 'report-attach', path: meetingPath('chat'), act: report(1) },
  { name: 'report-attached', path: meetingPath('chat'), act: report(2) },
  { name: 'report-send', path: meetingPath('chat'), act: report(3) },
  { name: 'report-sent', path: meetingPath('chat'), act: report(4) },
  {
    name: 'dialog-compare',
    path: meetingPath('three'),
    act: async (page) => {
      await more('lock')(page);
      await page.locator('.panel-section .button-primary').click();
      await page.locator('.dialog .button-primary').click();
    },
  },
  {
    name: 'dialog-compare-same',
    path: meetingPath('three'),
    act: async (page) => {
      await more('lock')(page);
      await page.locator('.panel-section .button-primary').click();
      for (let group = 0; group < 6; group += 1) await page.locator('.dialog .button-primary').click();
    },
  },
  { name: 'dialog-leave', path: meetingPath('three'), act: control('log-out') },
  { name: 'dialog-shortcuts', path: meetingPath('three'), act: more('keyboard') },
  { name: 'dialog-server', path: meetingPath('three'), act: more('eye-off') },
];

await takeShots(shots, { name: process.argv[2] ?? '', look: process.argv[3] ?? '' });
