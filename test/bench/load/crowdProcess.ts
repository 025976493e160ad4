import { Crowd, type CrowdSample, type CrowdShare } from './crowd.ts';

/** What a crowd in a process of its own is told. */
export type CrowdOrder =
  | { readonly name: 'come'; readonly share: CrowdShare }
  | { readonly name: 'read' }
  | { readonly name: 'leave' };

/** What it answers, in order. */
export type CrowdAnswer =
  | { readonly name: 'come' }
  | { readonly name: 'read'; readonly sample: CrowdSample | null }
  | { readonly name: 'leave' };

let crowd: Crowd | null = null;

const answer = (message: CrowdAnswer) => process.send?.(message);

async function carryOut(order: CrowdOrder): Promise<void> {
  switch (order.name) {
    case 'come':
      crowd = await Crowd.open(order.share);
      await crowd.come();
      answer({ name: 'come' });
      return;
    case 'read':
      answer({ name: 'read', sample: crowd?.read() ?? null });
      return;
    case 'leave':
      await crowd?.leave();
      answer({ name: 'leave' });
      return;
  }
}

process.on('message', (order: CrowdOrder) => {
  carryOut(order).catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
});
process.on('disconnect', () => process.exit(0));
