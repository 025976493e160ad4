import { describe, expect, it } from 'vitest';
import type { Node, NodeId } from '../../../server/cluster/cluster.ts';
import { chooseMediaNode } from '../../../server/cluster/nodes.ts';

const id = (name: string) => name as NodeId;
const node = (name: string, region: string, load = 0, draining = false): Node => ({
  id: id(name),
  name,
  region,
  load,
  draining,
});
const choose = (
  nodes: readonly Node[],
  near: string,
  { using = [], allowed = () => true }: { using?: string[]; allowed?: (node: Node) => boolean } = {},
) =>
  chooseMediaNode(nodes, {
    owner: id('owner'),
    near: id(near),
    using: new Set(using.map(id)),
    isAllowed: allowed,
  });

describe('the node for the media of a device', () => {
  const near = node('near', 'Taipei');
  const far = [node('far-1', 'Tainan'), node('far-2', 'Tainan', 0.1)];

  it.each([
    ['the owner within its region', [node('owner', 'Taipei', 0.6), near], 'near', {}, 'owner'],
    ['another once the owner is busy', [node('owner', 'Taipei', 0.8), near], 'owner', {}, 'near'],
    [
      'the least loaded when all are busy',
      [node('owner', 'Taipei', 0.9), node('near', 'Taipei', 0.8)],
      'owner',
      {},
      'near',
    ],
    ['the one it is connected to in another region', [node('owner', 'Taipei'), ...far], 'far-2', {}, 'far-2'],
    [
      'one there that serves the meeting already',
      [node('owner', 'Taipei'), ...far],
      'far-2',
      { using: ['far-1'] },
      'far-1',
    ],
    ['none that drains', [node('owner', 'Taipei'), node('far-1', 'Tainan', 0, true)], 'far-1', {}, 'owner'],
    [
      'none that the rules forbid',
      [node('owner', 'Taipei'), ...far],
      'far-1',
      { allowed: ({ region }: Node) => region === 'Taipei' },
      'owner',
    ],
    ['the owner where there is no other', [], 'gone', {}, 'owner'],
  ] as const)('is %s', (_what, nodes, at, options, expected) => {
    expect(choose(nodes, at, { ...options, using: 'using' in options ? [...options.using] : [] })).toBe(
      expected,
    );
  });
});
