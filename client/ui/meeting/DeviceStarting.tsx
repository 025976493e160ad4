import { useMessages } from '../../i18n/messages.tsx';
import { Banner } from '../components/Banner.tsx';
import type { DeviceKinds } from './deviceProblems.ts';
import { useSlow } from './useSlow.ts';

/** A device that starts at once needs no words. */
const QUIET_MS = 1_000;

/** What a device that does not start at once may be waiting for. */
export function DeviceStarting({ kind }: { kind: DeviceKinds }) {
  const m = useMessages();
  const slow = useSlow(QUIET_MS);
  return slow ? <Banner>{m.devices.starting(m.devices.kinds[kind])}</Banner> : null;
}
