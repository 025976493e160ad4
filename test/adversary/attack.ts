import { test } from 'vitest';
import type { Preset } from '../../shared/roles.ts';
import { type Case, cases, type OwnCase } from './cases.ts';
import { fastClock, Stage } from './stage.ts';

export interface Scene {
  readonly preset?: Preset;
  /** How many times faster the clients' time passes; for cases that wait for an alarm. */
  readonly rate?: number;
}

/** The test of one case of the table, played on a stage of its own. */
export function attack(id: OwnCase, scene: Scene, play: (stage: Stage) => Promise<void>): void {
  declare(id, async () => {
    const clock = scene.rate === undefined ? {} : { clock: fastClock(scene.rate) };
    const stage = await Stage.open(scene.preset ?? 'moderated', clock);
    try {
      await play(stage);
    } finally {
      await stage.close();
    }
  });
}

/** The test of one case that sets its own stage. */
export function declare(id: OwnCase, play: () => Promise<void>): void {
  const entry: Case = cases[id];
  const name = `${id}: ${entry.attack}`;
  // A case with an open finding must fail; it breaks the run the day it is fixed, and loses its mark.
  if (entry.open === undefined) test(name, play);
  else test.fails(name, play);
}
