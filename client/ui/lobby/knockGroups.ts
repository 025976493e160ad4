import type { InvitationView } from '../../meeting/invitationView.ts';
import type { KnockView } from '../../meeting/view.ts';

/** What is known of those who wait, the best known first. */
export const knockKinds = ['staff', 'known', 'invited', 'link', 'changed', 'barred'] as const;
export type KnockKind = (typeof knockKinds)[number];

export interface KnockGroup {
  readonly kind: KnockKind;
  readonly knocks: readonly KnockView[];
}

type Invitations = readonly Pick<InvitationView, 'key' | 'personal' | 'name'>[];

/** What most helps to decide about a knock. */
export function kindOf(knock: KnockView, personal: ReadonlySet<string>): KnockKind {
  if (knock.likeBanned) return 'barred';
  if (knock.trust === 'changed') return 'changed';
  if (knock.identity !== null) return 'staff';
  if (knock.trust !== 'new') return 'known';
  return personal.has(knock.invitation) ? 'invited' : 'link';
}

/** Those who wait by what is known of them, each group in the order they came; empty ones left out. */
export function groupKnocks(knocks: readonly KnockView[], invitations: Invitations): readonly KnockGroup[] {
  const personal = new Set<string>(invitations.filter((each) => each.personal).map(({ key }) => key));
  const groups = Map.groupBy(knocks, (knock) => kindOf(knock, personal));
  return knockKinds.flatMap((kind): KnockGroup[] => {
    const found = groups.get(kind);
    return found ? [{ kind, knocks: found }] : [];
  });
}

/** Those whose name, message or e-mail address contains a text. */
export function searchKnocks(knocks: readonly KnockView[], text: string): readonly KnockView[] {
  const wanted = text.trim().toLocaleLowerCase();
  if (wanted === '') return knocks;
  return knocks.filter(({ name, message, identity }) =>
    [name, message, identity?.name ?? '', identity?.email ?? ''].some((each) =>
      each.toLocaleLowerCase().includes(wanted),
    ),
  );
}
