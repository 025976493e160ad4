import { useMessages } from '../../i18n/messages.tsx';
import type { DevicesView } from '../../meeting/devicesView.ts';
import { Select } from '../components/Select.tsx';
import { namedDevices } from './deviceNames.ts';
import { SpeakerTest } from './SpeakerTest.tsx';
import { useActions } from './useMeeting.ts';

/** Which camera, microphone and speaker to use. */
export function DeviceSelects({ devices }: { devices: DevicesView }) {
  const m = useMessages();
  const actions = useActions();
  return (
    <>
      {devices.microphones.length > 0 && (
        <Select
          label={m.devices.microphone}
          choices={namedDevices(devices.microphones, m)}
          value={devices.microphone ?? devices.microphones[0]?.id ?? null}
          onChange={(id) => actions.chooseMicrophone(id)}
        />
      )}
      {devices.cameras.length > 0 && (
        <Select
          label={m.devices.camera}
          choices={namedDevices(devices.cameras, m)}
          value={devices.camera ?? devices.cameras[0]?.id ?? null}
          onChange={(id) => actions.chooseCamera(id)}
        />
      )}
      <div className="speaker-choice">
        {devices.canChooseSpeaker && devices.speakers.length > 0 && (
          <Select
            label={m.devices.speaker}
            choices={namedDevices(devices.speakers, m)}
            value={devices.speaker ?? devices.speakers[0]?.id ?? null}
            onChange={(id) => actions.chooseSpeaker(id)}
          />
        )}
        <SpeakerTest speaker={devices.speaker} />
      </div>
    </>
  );
}
