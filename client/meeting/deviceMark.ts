import type { DeviceKey } from '../../shared/ids.ts';

/** A short mark that tells devices of one meeting apart on a photograph; no secret, and no proof. */
export function deviceMark(device: DeviceKey): string {
  return device
    .replace(/[^A-Za-z0-9]/g, '')
    .slice(0, 6)
    .toUpperCase();
}

/** What a watermark says of the device that shows it. */
export function markText({ name, device }: { readonly name: string; readonly device: DeviceKey }): string {
  return `${name} · ${deviceMark(device)}`;
}
