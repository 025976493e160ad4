import { type Role, roles } from '../../../shared/roles.ts';

/** Whether a role may act on another: hosts on everybody, the others on those below them. */
export function outranks(own: Role, other: Role): boolean {
  return own === 'host' || roles.indexOf(own) < roles.indexOf(other);
}
