import { existsSync } from 'node:fs';

/** The whole browser: what a person installs, with windows, tabs to share and questions to answer. */
export const chromiumPath = process.env.SEALROOM_CHROMIUM ?? '/usr/bin/chromium';

const shell = process.env.SEALROOM_CHROMIUM_SHELL ?? '/usr/bin/chromium-headless-shell';

/**
 * The same engine without its windows: pages, WebRTC, workers and made-up devices are the same, a page opens in less
 * than half the time. The whole browser where a machine has no shell.
 */
export const shellPath = existsSync(shell) ? shell : chromiumPath;

/** Flags of every Chromium in these tests but those about devices. */
export const chromiumFlags = [
  '--no-sandbox',
  '--autoplay-policy=no-user-gesture-required',
  '--disable-gpu',
  '--disable-dev-shm-usage',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--no-first-run',
] as const;
