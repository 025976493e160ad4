import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './settings.ts';
import { isMisspelt, nearestSetting, unknownSettings } from './unknown.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from: the environment, and the file it names; the environment wins. */
export interface Source {
  readonly values: Environment;
  /** For people: where a setting was read from; null where it was not set. */
  whereIs(setting: string): string | null;
}

/** Reads both. Throws ConfigError for a file that cannot be read, and for what is no setting. */
export function readSource(environment: Environment): Source {
  const path = environment.SEALROOM_CONFIG;
  const text = path ? readFile(path) : '';
  const file = parseEnv(text);
  const lines = text.split('\n');
  if (path) checkLines(lines, path);
  // An empty variable sets nothing: compose files pass such ones on.
  const set = Object.fromEntries(Object.entries(environment).filter(([, value]) => value?.trim()));
  const whereIs = (setting: string): string | null => {
    if (Object.hasOwn(set, setting)) return 'environment';
    const line = lines.findIndex((each) => nameIn(each) === setting);
    return path && line >= 0 ? `line ${line + 1} of ${path}` : null;
  };
  const [unknown] = unknownSettings(environment);
  if (unknown !== undefined) throw located(noSetting(unknown), whereIs);
  return { values: { ...file, ...set }, whereIs };
}

/** The error with the place to mend it. */
export function located(error: ConfigError, whereIs: Source['whereIs']): ConfigError {
  const place = whereIs(error.setting);
  if (place === null) return error;
  const problem = error.message.slice(error.setting.length + 1);
  const fix = place === 'environment' ? 'It is set in the environment.' : `Fix ${place}.`;
  return new ConfigError(error.setting, `${problem} ${fix}`);
}

const assignment = /^\s*(?:export\s+)?([\w.-]+)\s*=/;

function nameIn(line: string): string | null {
  return assignment.exec(line)?.[1] ?? null;
}

/** Nothing in the file goes unheeded: what somebody meant to forbid must not stay allowed for a slip of the pen. */
function checkLines(lines: readonly string[], path: string): void {
  const seen = new Map<string, number>();
  for (const [index, line] of lines.entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const place = `line ${index + 1} of ${path}`;
    const name = nameIn(line);
    // Not said what it holds: it may be a secret.
    if (name === null) throw new ConfigError('SEALROOM_CONFIG', `takes lines NAME=value only. Fix ${place}.`);
    if (isMisspelt(name)) throw located(noSetting(name), () => place);
    const before = seen.get(name);
    if (before !== undefined) {
      throw new ConfigError(
        name,
        `is set in line ${before} already. Remove one of the two; the other is ${place}.`,
      );
    }
    seen.set(name, index + 1);
  }
}

function noSetting(name: string): ConfigError {
  const meant = nearestSetting(name);
  const fix = meant === null ? 'npm run config:print lists them all.' : `did you mean ${meant}?`;
  return new ConfigError(name, `is not a setting: ${fix}`);
}

function readFile(path: string): string {
  try {
    // Some editors begin a file with a byte order mark.
    return readFileSync(path, 'utf8').replace(/^\uFEFF/, '');
  } catch {
    throw new ConfigError('SEALROOM_CONFIG', `names ${path}, which cannot be read.`);
  }
}
