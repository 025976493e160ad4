import { WorkerBinaryError } from '../errors.ts';

/** Default values of the boolean options of a meson_options.txt. */
export function parseMesonOptions(text: string): ReadonlyMap<string, boolean> {
  const options = new Map<string, boolean>();
  for (const match of text.matchAll(/^option\('([^']+)',\s*type:\s*'boolean',\s*value:\s*(true|false)/gm)) {
    if (match[1] !== undefined) options.set(match[1], match[2] === 'true');
  }
  return options;
}

const strings = (text: string): string[] =>
  Array.from(text.replaceAll(/#[^\n]*/g, '').matchAll(/'([^']*)'/g), (match) => match[1] ?? '');

/** True or false on Linux with default options; undefined for a condition this parser does not know. */
function evaluate(condition: string, options: ReadonlyMap<string, boolean>): boolean | undefined {
  const option = /^(not )?get_option\('([^']+)'\)$/.exec(condition);
  if (option) {
    const value = options.get(option[2] ?? '');
    return value === undefined ? undefined : option[1] ? !value : value;
  }
  const system = /^host_machine\.system\(\) == '([^']+)'$/.exec(condition);
  return system ? system[1] === 'linux' : undefined;
}

/**
 * The strings that a meson.build assigns and appends to a list variable, in order, on Linux with the options'
 * default values.
 * @throws WorkerBinaryError `sources-unreadable` when the list is absent or is built in a way not understood
 * here, so that a new mediasoup never loses a source silently.
 */
export function parseMesonList(text: string, name: string, options: ReadonlyMap<string, boolean>): string[] {
  const fail = (why: string): never => {
    throw new WorkerBinaryError('sources-unreadable', `cannot read ${name} from meson.build: ${why}`);
  };
  const result: string[] = [];
  const conditions: (boolean | undefined)[] = [];
  const lines = text.split('\n');
  let found = false;
  for (let index = 0; index < lines.length; index++) {
    const line = (lines[index] ?? '').trim();
    const branch = /^(if|elif|else|endif|foreach|endforeach)\b\s*(.*)$/.exec(line);
    if (branch) {
      const [, keyword, condition = ''] = branch;
      if (keyword === 'if') conditions.push(evaluate(condition, options));
      else if (keyword === 'foreach') conditions.push(undefined);
      else if (keyword === 'endif' || keyword === 'endforeach') conditions.pop();
      else {
        const previous = conditions.pop();
        conditions.push(keyword === 'else' && previous !== undefined ? !previous : undefined);
      }
      continue;
    }
    const assignment = new RegExp(`^${name}\\s*(\\+?=)\\s*(.*)$`).exec(line);
    if (!assignment) continue;
    let list = assignment[2] ?? '';
    if (!list.startsWith('[')) fail(`"${line}" is not a list`);
    while (!/\]\s*$/.test(list.replaceAll(/#[^\n]*/g, ''))) {
      index++;
      if (index >= lines.length) fail('the list does not end');
      list += `\n${lines[index] ?? ''}`;
    }
    if (conditions.includes(false)) continue;
    if (conditions.includes(undefined)) fail('it is set under a condition that is not understood');
    if (found !== (assignment[1] === '+=')) fail('it is set more than once');
    found = true;
    result.push(...strings(list));
  }
  if (!found || result.length === 0) fail('it is not there');
  if (new Set(result).size !== result.length) fail('it names a file twice');
  return result;
}

/**
 * flatc's arguments from fbs/FBS/meson.build, without output folder and inputs.
 * @throws WorkerBinaryError `sources-unreadable`
 */
export function parseFlatcFlags(text: string): string[] {
  const command = /command\s*:\s*\[\s*flatc,([^\]]*)\]/.exec(text)?.[1];
  const all = command === undefined ? [] : strings(command);
  const end = all.indexOf('-o');
  if (end < 1 || all.slice(end).join(' ') !== '-o @OUTDIR@ @INPUT@') {
    throw new WorkerBinaryError('sources-unreadable', "cannot read flatc's flags from fbs/FBS/meson.build");
  }
  return all.slice(0, end);
}
