import { createContext, useContext, useEffect, useState } from 'react';
import type { Library } from '../meeting/library/library.ts';

/** Opens what this device keeps of its own meetings. Rejects where the browser keeps nothing. */
export type OpenLibrary = () => Promise<Library>;

export const LibraryContext = createContext<OpenLibrary | null>(null);

export type LibraryState =
  | { readonly state: 'opening' }
  | { readonly state: 'open'; readonly library: Library }
  /** Storage is refused, or fails. */
  | { readonly state: 'failed' };

/** This device's library, opened when first needed. */
export function useLibrary(): LibraryState {
  const open = useContext(LibraryContext);
  const [state, setState] = useState<LibraryState>({ state: 'opening' });
  useEffect(() => {
    if (open === null) throw new Error('LibraryContext is missing');
    let current = true;
    open().then(
      (library) => current && setState({ state: 'open', library }),
      () => current && setState({ state: 'failed' }),
    );
    return () => {
      current = false;
    };
  }, [open]);
  return state;
}
