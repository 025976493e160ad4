import { toBase64Url } from '../../../shared/bytes.ts';
import { type DeviceKey, type GroupId, groupId } from '../../../shared/ids.ts';
import { deviceOf } from '../../e2ee/admission/commitPolicy.ts';
import type { Group } from '../../e2ee/group/group.ts';
import type { Member } from '../../e2ee/group/roster.ts';

/** The group as the server knows it. */
export function groupIdOf(group: Group): GroupId {
  return groupId.parse(toBase64Url(group.groupId));
}

/** The member that is a device, where it is one. */
export function memberOf(group: Group, device: DeviceKey): Member | undefined {
  return group.roster().find(({ signatureKey }) => deviceOf(signatureKey) === device);
}
