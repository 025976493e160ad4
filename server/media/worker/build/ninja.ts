/** What a build.ninja is made of; paths absolute except `out` and `header`, which are relative to the build folder. */
export interface NinjaPlan {
  readonly compiler: string;
  readonly flatc: string;
  readonly flatcFlags: readonly string[];
  readonly compileFlags: readonly string[];
  readonly linkFlags: readonly string[];
  readonly libraries: readonly string[];
  readonly schemas: readonly string[];
  /** Folder for the headers that flatc makes. */
  readonly headerDir: string;
  readonly headers: readonly string[];
  /** Header, relative to the build folder, that every unit begins with; compiled once. */
  readonly prelude: string;
  readonly units: readonly { readonly source: string; readonly object: string; readonly label: string }[];
  readonly program: string;
}

/** For a shell, inside a ninja value. */
const quote = (word: string): string => {
  const shell = /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
  return shell.replaceAll('$', '$$$$');
};
const words = (list: readonly string[]): string => list.map(quote).join(' ');
/** For a path in a build line. */
const path = (value: string): string => value.replaceAll(/[$ :]/g, '$$$&');
const paths = (list: readonly string[]): string => list.map(path).join(' ');

/** The text of a build.ninja. Objects are resumed after an interruption, by ninja's own log. */
export function renderNinja(plan: NinjaPlan): string {
  const lines = [
    'ninja_required_version = 1.5',
    `flags = ${words(plan.compileFlags)}`,
    '',
    'rule schema',
    `  command = ${quote(plan.flatc)} ${words(plan.flatcFlags)} -o ${quote(plan.headerDir)} $in`,
    '  description = $label',
    '',
    'rule precompile',
    `  command = ${quote(plan.compiler)} $flags -MMD -MF $out.d -x c++-header $in -o $out`,
    '  depfile = $out.d',
    '  deps = gcc',
    '  description = $label',
    '',
    'rule compile',
    `  command = ${quote(plan.compiler)} $flags -include ${quote(plan.prelude)} -MMD -MF $out.d -c $in -o $out`,
    '  depfile = $out.d',
    '  deps = gcc',
    '  description = $label',
    '',
    'rule link',
    `  command = ${quote(plan.compiler)} ${words(plan.linkFlags)} -o $out @$out.rsp ${words(plan.libraries)}`,
    '  rspfile = $out.rsp',
    '  rspfile_content = $in',
    '  description = $label',
    '',
    `build ${paths(plan.headers.map((header) => `${plan.headerDir}/${header}`))}: schema ${paths(plan.schemas)}`,
    '  label = message schemas',
    `build headers: phony ${paths(plan.headers.map((header) => `${plan.headerDir}/${header}`))}`,
  ];
  const precompiled = path(`${plan.prelude}.gch`);
  lines.push(`build ${precompiled}: precompile ${path(plan.prelude)} || headers`, '  label = common headers');
  for (const unit of plan.units) {
    lines.push(
      `build ${path(unit.object)}: compile ${path(unit.source)} | ${precompiled} || headers`,
      `  label = ${unit.label}`,
    );
  }
  lines.push(
    `build ${path(plan.program)}: link ${paths(plan.units.map((unit) => unit.object))}`,
    '  label = linking',
    `default ${path(plan.program)}`,
    '',
  );
  return lines.join('\n');
}
