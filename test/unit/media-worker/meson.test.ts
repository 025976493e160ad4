import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readWorkerSources } from '../../../server/media/worker/build/build.ts';
import {
  parseFlatcFlags,
  parseMesonList,
  parseMesonOptions,
} from '../../../server/media/worker/build/meson.ts';
import { findMediasoup } from '../../../server/media/worker/package.ts';

const options = parseMesonOptions(
  [
    "option('fast', type: 'boolean', value: true, description: 'x')",
    "option('slow', type: 'boolean', value: false)",
  ].join('\n'),
);
const list = (text: string): string[] => parseMesonList(text, 'common_sources', options);
const unreadable = expect.objectContaining({ code: 'sources-unreadable' });

describe('parseMesonList', () => {
  it('reads a list over many lines and leaves comments out', () => {
    expect(
      list("other = ['z.cpp']\ncommon_sources = [\n  'a.cpp', # not 'x.cpp'\n  # 'y.cpp',\n  'b.cpp',\n]\n"),
    ).toEqual(['a.cpp', 'b.cpp']);
  });

  it('follows conditions on options and on the system', () => {
    const text = [
      "common_sources = ['a.cpp']",
      "if get_option('fast')",
      "  common_sources += ['fast.cpp']",
      'else',
      "  common_sources += ['not-fast.cpp']",
      'endif',
      "if not get_option('slow')",
      "  if host_machine.system() == 'windows'",
      "    common_sources += ['windows.cpp']",
      '  endif',
      "  common_sources += ['b.cpp']",
      'endif',
    ].join('\n');
    expect(list(text)).toEqual(['a.cpp', 'fast.cpp', 'b.cpp']);
  });

  it.each([
    ['an absent list', "sources = ['a.cpp']"],
    ['an empty list', 'common_sources = []'],
    ['a computed list', 'common_sources = files(names)'],
    ['a list without an end', "common_sources = [\n'a.cpp',\n"],
    ['a list set twice', "common_sources = ['a.cpp']\ncommon_sources = ['b.cpp']"],
    ['an addition before the list', "common_sources += ['a.cpp']"],
    ['the same file twice', "common_sources = ['a.cpp', 'a.cpp']"],
    [
      'an unknown condition',
      "common_sources = ['a.cpp']\nif dep.found()\ncommon_sources += ['b.cpp']\nendif",
    ],
    [
      'an unknown option',
      "common_sources = ['a.cpp']\nif get_option('new')\ncommon_sources += ['b.cpp']\nendif",
    ],
    ['a loop', "common_sources = ['a.cpp']\nforeach x : y\ncommon_sources += ['b.cpp']\nendforeach"],
  ])('refuses %s', (_what, text) => {
    expect(() => list(text)).toThrow(unreadable);
  });
});

describe('parseFlatcFlags', () => {
  it('keeps empty arguments and drops output and input', () => {
    const text =
      "custom_target('g',\n  command : [\n    flatc,\n    '--cpp',\n    '--filename-suffix', '',\n    '-o', '@OUTDIR@',\n    '@INPUT@'\n  ],\n)";
    expect(parseFlatcFlags(text)).toEqual(['--cpp', '--filename-suffix', '']);
  });

  it('refuses a command of another shape', () => {
    expect(() => parseFlatcFlags("command : [ flatc, '--cpp', '@INPUT@', '-o', '@OUTDIR@' ]")).toThrow(
      unreadable,
    );
    expect(() => parseFlatcFlags('')).toThrow(unreadable);
  });
});

describe('the installed mediasoup', () => {
  it('lists sources and schemas that all exist, and every part of the worker', async () => {
    const { workerDir } = findMediasoup();
    const sources = await readWorkerSources(workerDir);
    const missing = [...sources.units, ...sources.schemas.map((file) => `fbs/${file}`)].filter(
      (file) => !existsSync(join(workerDir, file)),
    );
    expect(missing).toEqual([]);
    expect(sources.units).toContain('src/main.cpp');
    expect(sources.units).toContain('src/RTC/DtlsTransport.cpp');
    expect(sources.units).toContain('src/RTC/TransportCongestionControlClient.cpp');
    expect(sources.units.filter((file) => file.startsWith('deps/libwebrtc/'))).not.toHaveLength(0);
    expect(sources.flatcFlags).toContain('--scoped-enums');
  });
});
