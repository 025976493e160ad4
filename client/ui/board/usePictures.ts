import { useEffect, useMemo } from 'react';
import type { BoardPicture } from '../../meeting/boardView.ts';
import { dataAddress } from './exportBoard.ts';

/** Pictures of the images on the board: `shown` by blob for this page, `data` by what is shown, for files. */
export function usePictures(pictures: readonly BoardPicture[]) {
  const addresses = useMemo(() => {
    const shown = new Map<string, string>();
    const data = new Map<string, string>();
    for (const { blob, type, bytes } of pictures) {
      if (!bytes) continue;
      // Copied into an ordinary buffer, which a Blob takes.
      const address = URL.createObjectURL(new Blob([Uint8Array.from(bytes)], { type }));
      shown.set(blob, address);
      data.set(address, dataAddress(type, bytes));
    }
    return { shown, data };
  }, [pictures]);
  useEffect(
    () => () => {
      for (const address of addresses.shown.values()) URL.revokeObjectURL(address);
    },
    [addresses],
  );
  return addresses;
}
