import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { endianness } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourcePatch } from './patch.ts';

/** Our headers, which stand in for what distributions do not package. */
export const includeDir = fileURLToPath(new URL('./include', import.meta.url));

/** Any change to the data in this file or to the headers makes a new cache key. */
export const compileFlags: readonly string[] = [
  '-std=c++20',
  '-O3',
  '-w',
  '-fPIE',
  '-pthread',
  '-fstack-protector-strong',
  '-U_FORTIFY_SOURCE',
  '-D_FORTIFY_SOURCE=2',
];

export const linkFlags: readonly string[] = ['-pie', '-pthread', '-s', '-Wl,--as-needed,-z,relro,-z,now'];

export const defines: readonly string[] = [
  'NDEBUG',
  endianness() === 'LE' ? 'MS_LITTLE_ENDIAN' : 'MS_BIG_ENDIAN',
  'MS_EXECUTABLE',
  'FLATBUFFERS_LOCALE_INDEPENDENT=1',
];

/** pkg-config modules. Which absl_* exist depends on the abseil release: those unknown to it are left out. */
export const modules = {
  required: ['libsrtp2', 'libuv', 'openssl', 'flatbuffers', 'absl_strings', 'absl_flat_hash_map'],
  optional: ['absl_optional', 'absl_inlined_vector', 'absl_bad_optional_access'],
} as const;

export const patches: readonly SourcePatch[] = [
  {
    file: 'src/RTC/DtlsTransport.cpp',
    // BIO_CB_RETURN is a bit that is set beside the operation's number. Compared as a number it never
    // matches, the callback turns every answer of BIO_ctrl into 1, and an OpenSSL with kernel TLS compiled
    // in then believes that the kernel owns its write buffer and crashes on the first ClientHello.
    find: '(operationType == BIO_CB_RETURN) ?',
    replace: '((operationType & BIO_CB_RETURN) != 0) ?',
  },
];

/** Short hash over everything of ours that decides what the built program is. */
export function recipeHash(): string {
  const hash = createHash('sha256');
  hash.update(JSON.stringify({ compileFlags, linkFlags, defines, modules, patches }));
  const files = readdirSync(includeDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  for (const file of files) {
    hash.update(`\0${file.slice(includeDir.length)}\0`);
    hash.update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 12);
}
