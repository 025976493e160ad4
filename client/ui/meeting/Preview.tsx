import { Mic, MicOff, Video, VideoOff } from 'lucide-react';
import { ToggleButton } from 'react-aria-components';
import { useMessages } from '../../i18n/messages.tsx';
import type { DevicesView } from '../../meeting/devicesView.ts';
import { Avatar } from '../components/Avatar.tsx';
import { WithTooltip } from '../components/IconButton.tsx';
import { startingDevices } from './deviceProblems.ts';
import { LevelMeter } from './LevelMeter.tsx';
import { VideoTrack } from './MediaTrack.tsx';
import { PermissionHelp } from './PermissionHelp.tsx';
import { useActions } from './useMeeting.ts';
import './Preview.css';

/** The person's own picture as others would see it, mirrored, with microphone and camera switches. */
export function Preview({ devices, name }: { devices: DevicesView; name: string }) {
  const m = useMessages();
  const actions = useActions();
  const microphoneOn = devices.microphoneTrack !== null;
  const starting = startingDevices(devices);
  const cameraOn = devices.cameraTrack !== null;
  return (
    <div className="preview-block">
      <div className="preview stage-surface" data-theme="dark">
        {devices.cameraTrack !== null ? (
          <VideoTrack track={devices.cameraTrack} mirrored={devices.mirrored} label={m.prejoin.preview} />
        ) : (
          <div className="preview-off">
            {name.trim() !== '' && <Avatar name={name} seed="self" size={88} />}
            <p>{starting === null ? m.prejoin.cameraOff : m.devices.starting(m.devices.kinds[starting])}</p>
          </div>
        )}
      </div>
      <div className="preview-controls">
        <WithTooltip text={microphoneOn ? m.controls.mute : m.controls.unmute}>
          <ToggleButton
            className="preview-toggle"
            isSelected={microphoneOn}
            onChange={(on) => actions.setMicrophone(on)}
          >
            {microphoneOn ? <Mic aria-hidden="true" /> : <MicOff aria-hidden="true" />}
            <span>{m.devices.microphone}</span>
            {microphoneOn ? (
              <LevelMeter track={devices.microphoneTrack} />
            ) : (
              <span className="preview-state" aria-hidden="true">
                {m.devices.off}
              </span>
            )}
          </ToggleButton>
        </WithTooltip>
        <WithTooltip text={cameraOn ? m.controls.cameraOff : m.controls.cameraOn}>
          <ToggleButton
            className="preview-toggle"
            isSelected={cameraOn}
            onChange={(on) => actions.setCamera(on)}
          >
            {cameraOn ? <Video aria-hidden="true" /> : <VideoOff aria-hidden="true" />}
            <span>{m.devices.camera}</span>
            <span className="preview-state" aria-hidden="true">
              {cameraOn ? m.devices.on : m.devices.off}
            </span>
          </ToggleButton>
        </WithTooltip>
      </div>
      <PermissionHelp devices={devices} />
    </div>
  );
}
