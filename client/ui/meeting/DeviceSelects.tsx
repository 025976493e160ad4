import { useMessages } from '../../i18n/messages.tsx';
import type { DeviceChoice, DevicesView } from '../../meeting/view.ts';
import { Select } from '../components/Select.tsx';
import { useActions } from './useMeeting.ts';

/** Which camera, microphone and speaker to use. */
export function DeviceSelects({ devices }: { devices: DevicesView }) {
  const m = useMessages();
  const actions = useActions();
  const named = (choices: readonly DeviceChoice[]) =>
    choices.map((choice, index) => ({
      id: choice.id,
      name: choice.label === '' ? m.devices.unnamed(index + 1) : choice.label,
    }));
  return (
    <>
      {devices.microphones.length > 0 && (
        <Select
          label={m.devices.microphone}
          choices={named(devices.microphones)}
          value={devices.microphone ?? devices.microphones[0]?.id ?? null}
          onChange={(id) => actions.chooseMicrophone(id)}
        />
      )}
      {devices.cameras.length > 0 && (
        <Select
          label={m.devices.camera}
          choices={named(devices.cameras)}
          value={devices.camera ?? devices.cameras[0]?.id ?? null}
          onChange={(id) => actions.chooseCamera(id)}
        />
      )}
      {devices.speakers.length > 0 && (
        <Select
          label={m.devices.speaker}
          choices={named(devices.speakers)}
          value={devices.speaker ?? devices.speakers[0]?.id ?? null}
          onChange={(id) => actions.chooseSpeaker(id)}
        />
      )}
    </>
  );
}
