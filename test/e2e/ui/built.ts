import { rm } from 'node:fs/promises';
import type { TestProject } from 'vitest/node';
import { buildSite } from './site.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Folder of the interface as buildSite builds it, once for all files of tests. */
    readonly uiSite: string;
  }
}

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await buildSite();
  project.provide('uiSite', folder);
  return () => rm(folder, { recursive: true, force: true });
}
