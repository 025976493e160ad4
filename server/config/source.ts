import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { ConfigError } from './settings.ts';
import { nearestSetting, unknownSettings } from './unknown.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Where settings come from: the environment, and the file it names; the environment wins. */
export interface Source {
  readonly values: Environment;
  /** For people: where a setting was read from; null where it was not set. */
  whereIs(setting: string): string | null;
}

/** Reads both. Throws ConfigError for a file that cannot be read, and for a name that is no setting. */
export function readSource(environment: Environment): Source {
  const path = environment.SEALROOM_CONFIG;
  const text = path ? readFile(path) : '';
  const file = parseEnv(text);
  const lines = text.split('\n');
  const whereIs = (setting: string): string | null => {
    if (environment[setting]?.trim()) return 'environment';
    const line = lines.findLastIndex((each) => new RegExp(`^\\s*(export\\s+)?${setting}\\s*=`).test(each));
    return path && line >= 0 ? `line ${line + 1} of ${path}` : null;
  };
  const [unknown] = [...unknownSettings(file), ...unknownSettings(environment)];
  if (unknown !== undefined) {
    const meant = nearestSetting(unknown);
    const fix = meant === null ? 'npm run config:print lists them all.' : `did you mean ${meant}?`;
    throw located(new ConfigError(unknown, `is not a setting: ${fix}`), whereIs);
  }
  return { values: { ...file, ...environment }, whereIs };
}

/** The error with the line to fix, where it is in the file. */
export function located(error: ConfigError, whereIs: Source['whereIs']): ConfigError {
  const place = whereIs(error.setting);
  if (place === null || place === 'environment') return error;
  const problem = error.message.slice(error.setting.length + 1);
  return new ConfigError(error.setting, `${problem} Fix ${place}.`);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new ConfigError('SEALROOM_CONFIG', `names ${path}, which cannot be read.`);
  }
}
