import { concat } from '../../../../shared/bytes.ts';
import { element, floatBytes, idBytes, ids, readStart, voidOf, wideSize } from './ebml.ts';

/** Room at the beginning of the segment for the table of what is where. */
export const SEEK_ROOM = 128;

/** Bytes before the first cluster; null while it has not come. Throws RangeError for what is no WebM. */
export function headLength(bytes: Uint8Array): number | null {
  for (let at = 0; ; ) {
    const start = readStart(bytes, at);
    if (!start) return null;
    if (start.id === ids.cluster) return at;
    if (start.id === ids.segment) at += start.headLength;
    else at += start.headLength + sized(start.size);
  }
}

/**
 * The head of a recording with room for what is known only at its end: length and table of contents. What a
 * recorder writes has neither, as it never goes back. Throws RangeError for what is no WebM.
 */
export function prepareHead(head: Uint8Array): Uint8Array {
  const out: Uint8Array[] = [];
  for (let at = 0; at < head.length; ) {
    const start = readStart(head, at);
    if (!start) throw new RangeError('a head that ends too soon');
    if (start.id === ids.segment) {
      at += start.headLength;
      out.push(idBytes(ids.segment), wideSize(null), voidOf(SEEK_ROOM));
      continue;
    }
    const end = at + start.headLength + sized(start.size);
    const data = head.subarray(at + start.headLength, end);
    if (start.id === ids.info) out.push(withDuration(data));
    else if (start.id !== ids.seekHead && start.id !== ids.void) out.push(head.subarray(at, end));
    at = end;
  }
  return concat(...out);
}

function withDuration(info: Uint8Array): Uint8Array {
  const kept: Uint8Array[] = [];
  for (let at = 0; at < info.length; ) {
    const start = readStart(info, at);
    if (!start) throw new RangeError('a head that ends too soon');
    const end = at + start.headLength + sized(start.size);
    if (start.id !== ids.duration) kept.push(info.subarray(at, end));
    at = end;
  }
  return element(ids.info, ...kept, element(ids.duration, floatBytes(0)));
}

function sized(size: number | null): number {
  if (size === null) throw new RangeError('an element without a size');
  return size;
}
