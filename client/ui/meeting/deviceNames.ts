import type { Messages } from '../../i18n/en.ts';
import type { DeviceChoice } from '../../meeting/devicesView.ts';

/** Devices with a name each; before permission is given the browser tells none. */
export function namedDevices(
  choices: readonly DeviceChoice[],
  m: Messages,
): readonly { readonly id: string; readonly name: string }[] {
  return choices.map(({ id, label }, index) => ({
    id,
    name: label === '' ? m.devices.unnamed(index + 1) : label,
  }));
}
