import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Rolldown } from 'vite';

const source = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));

/** Comes first and decides whether the rest may: it stays apart. */
const BOOT = source('release/boot.ts');
const APPLICATION = source('main.tsx');
const SESSION = source('meeting/services.ts');
const PAGES = ['ui/landing/Landing.tsx', 'ui/meeting/MeetingRoute.tsx'].map(source);

/** Modules that only pass on what others hold: whoever imports a name from them needs one of those, not all. */
const INDEX = /\/(react-aria-components\/dist\/exports\/index|lucide-react\/dist\/esm\/lucide-react)\.mjs$/;
const PACKAGE = /^import \{([^}]+)\} from ['"](?:react-aria-components|lucide-react)['"]/gm;

type Graph = Pick<Rolldown.PluginContext, 'getModuleInfo'>;

/** The modules behind the names that `code` imports from such an index. */
function behindIndex(code: string, indexId: string, graph: Graph): string[] {
  const lines = (graph.getModuleInfo(indexId)?.code ?? '').split('\n');
  const names = [...code.matchAll(PACKAGE)].flatMap(([, list = '']) => list.split(','));
  return names.flatMap((name) => {
    const wanted = new RegExp(`[{,] ?(?:default as )?${name.trim().split(' ')[0]}\\b.* from ["'](.+)["']`);
    const path = lines.map((line) => wanted.exec(line)?.[1]).find((found) => found !== undefined);
    return path === undefined ? [] : [join(dirname(indexId), path)];
  });
}

/** Every module that comes with `start`. */
function reached(start: string, graph: Graph): Set<string> {
  const seen = new Set([start]);
  for (const each of seen) {
    const info = graph.getModuleInfo(each);
    for (const next of info?.importedIds ?? []) {
      if (!INDEX.test(next)) seen.add(next);
      else for (const module of behindIndex(info?.code ?? '', next, graph)) seen.add(module);
    }
  }
  return seen;
}

/** Which modules make up each of the files that several parts of the page share. The first that has a module keeps it. */
function shares(graph: Graph): ReadonlyMap<string, ReadonlySet<string>> {
  const boot = reached(BOOT, graph);
  const [landing = new Set<string>(), meeting = new Set<string>()] = PAGES.map((page) =>
    reached(page, graph),
  );
  return new Map([
    ['boot', boot],
    ['common', reached(APPLICATION, graph).union(landing.intersection(meeting))],
    ['meeting', meeting],
    ['session', reached(SESSION, graph)],
  ]);
}

const ENTRIES = new Set([BOOT, APPLICATION, SESSION, ...PAGES]);

/**
 * What several parts of the page are made of, as four files: what comes first, what the application and both of its
 * main pages need, what a meeting shows, and what holds it. The builder would cut them into ninety, by who else uses
 * what, each with a request and a compression of its own.
 */
export function sharedParts(): Rolldown.CodeSplittingGroup {
  let parts: ReadonlyMap<string, ReadonlySet<string>> | null = null;
  return {
    name: (id, graph) => {
      if (ENTRIES.has(id)) return null;
      parts ??= shares(graph);
      for (const [name, modules] of parts) if (modules.has(id)) return name;
      return null;
    },
    minShareCount: 2,
    includeDependenciesRecursively: false,
  };
}
