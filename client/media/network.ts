/** What some browsers tell of the network in use. */
interface NetworkInformation extends EventTarget {
  /** `wifi`, `cellular` and so on; missing on most desktops. */
  readonly type?: string;
}

/**
 * Calls back when the device is on another network than before: from Wi-Fi to mobile, or online again, as after
 * sleep. The way of before is gone then, whatever its sockets still say. Returns the way to stop.
 */
export function watchNetwork(onChange: () => void): () => void {
  // Not in the types of the platform: only some browsers have it.
  const { connection } = navigator as Navigator & { readonly connection?: NetworkInformation };
  let type = connection?.type;
  // The event also tells of every new estimate of speed, which changes no way.
  const compare = () => {
    if (connection?.type === type) return;
    type = connection?.type;
    onChange();
  };
  connection?.addEventListener('change', compare);
  globalThis.addEventListener('online', onChange);
  return () => {
    connection?.removeEventListener('change', compare);
    globalThis.removeEventListener('online', onChange);
  };
}
