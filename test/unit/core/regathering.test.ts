import { expect, it } from 'vitest';
import { Regathering } from '../../../client/meeting/core/regathering.ts';
import { deviceAt } from '../../e2e/media/room.ts';
import { ManualClock } from '../sframe/fixture.ts';

const [lin, chen, wu] = [deviceAt(0), deviceAt(1), deviceAt(2)];

function gathering() {
  const clock = new ManualClock();
  const gathered: number[] = [];
  const regathering = new Regathering(clock, () => gathered.push(clock.now()));
  return { clock, gathered, regathering };
}

it('waits until all who were there are back', () => {
  const { gathered, regathering } = gathering();
  regathering.lost([lin, chen]);
  regathering.here([]);
  regathering.here([lin]);
  expect(gathered).toHaveLength(0);
  regathering.here([lin, chen]);
  regathering.here([lin, chen, wu]);
  expect(gathered).toHaveLength(1);
});

it('does not wait for ever for who stays away, and for nobody where nothing was lost', () => {
  const { clock, gathered, regathering } = gathering();
  regathering.here([lin]);
  clock.advance(60_000);
  expect(gathered).toHaveLength(0);
  regathering.lost([lin, chen]);
  regathering.here([lin]);
  clock.advance(60_000);
  expect(gathered).toHaveLength(1);
});

it('remembers who was there at first when the way back in fails', () => {
  const { clock, gathered, regathering } = gathering();
  regathering.lost([lin, chen]);
  regathering.here([lin]);
  regathering.lost([]);
  clock.advance(60_000);
  expect(gathered).toHaveLength(0);
  regathering.here([lin, chen]);
  expect(gathered).toHaveLength(1);
});
