import { type SettingName, settings } from './settings.ts';
import type { Source } from './source.ts';

const isSetting = (name: string): name is SettingName => Object.hasOwn(settings, name);
const names = Object.keys(settings).filter(isSetting);
const usual = names.filter((name) => 'usual' in settings[name]);
const others = names.filter((name) => !usual.includes(name));

function defaultOf(name: SettingName): string | null {
  const setting = settings[name];
  return 'default' in setting ? setting.default : null;
}

/** The list of settings for `--help`, those that a usual site touches first. */
export function describeSettings(): string {
  const describe = (name: SettingName): string => {
    const preset = defaultOf(name);
    return `  ${name}${preset === null ? '' : ` (default ${preset})`}\n      ${settings[name].documentation}`;
  };
  return [
    'What a usual site sets:',
    ...usual.map(describe),
    '',
    'The rest, for when it is needed:',
    ...others.map(describe),
  ].join('\n');
}

/** Every setting with its value and where it comes from, in the form of the settings file; secrets are masked. */
export function printSettings({ values, whereIs }: Source): string {
  const print = (name: SettingName): string => {
    const given = values[name]?.trim();
    const place = whereIs(name);
    if (!given) {
      const preset = defaultOf(name);
      return preset === null ? `# ${name}=` : `# ${name}=${preset}    (default)`;
    }
    const shown = 'secret' in settings[name] ? '********' : given;
    return `${name}=${shown}    # ${place ?? 'file'}`;
  };
  return ['# What a usual site sets', ...usual.map(print), '', '# The rest', ...others.map(print)].join('\n');
}
