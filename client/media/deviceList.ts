/** One device to choose. Labels are empty until the person has granted access. */
export interface DeviceChoice {
  readonly id: string;
  readonly label: string;
}

export type DeviceKind = 'microphone' | 'camera' | 'speaker';

export type DeviceLists = Readonly<Record<DeviceKind, readonly DeviceChoice[]>>;

export const noDevices: DeviceLists = { microphone: [], camera: [], speaker: [] };

const kinds: Readonly<Record<MediaDeviceKind, DeviceKind>> = {
  audioinput: 'microphone',
  videoinput: 'camera',
  audiooutput: 'speaker',
};

/** Sorts what the browser enumerates. Entries without an id (no access yet) are left out. */
export function listDevices(
  infos: Iterable<{ readonly kind: MediaDeviceKind; readonly deviceId: string; readonly label: string }>,
): DeviceLists {
  const lists = { microphone: [], camera: [], speaker: [] } satisfies Record<DeviceKind, DeviceChoice[]>;
  for (const info of infos) {
    const list: DeviceChoice[] = lists[kinds[info.kind]];
    if (info.deviceId !== '' && !list.some(({ id }) => id === info.deviceId)) {
      list.push({ id: info.deviceId, label: info.label });
    }
  }
  return lists;
}

/** The remembered device where it is still there, otherwise null: the browser's default. */
export function chooseDevice(list: readonly DeviceChoice[], remembered: string | null): string | null {
  return list.some(({ id }) => id === remembered) ? remembered : null;
}
