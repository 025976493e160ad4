import * as Y from 'yjs';

/** The one root of a drawing: elements by id. */
export const ROOT = 'elements';

const MOST_STRUCTS = 4_096;

/**
 * Whether an update that somebody sent is well-formed and holds nothing but what a drawing is made of: values,
 * maps and lists below the one root. No sub-documents, no rich text, no gaps.
 */
export function isPlainUpdate(update: Uint8Array): boolean {
  try {
    const { structs } = Y.decodeUpdate(update);
    return structs.length <= MOST_STRUCTS && structs.every(isPlain);
  } catch {
    return false;
  }
}

function isPlain(struct: Y.Item | Y.GC | Y.AbstractStruct): boolean {
  if (struct instanceof Y.GC) return true;
  if (!(struct instanceof Y.Item)) return false;
  if (typeof struct.parent === 'string' && struct.parent !== ROOT) return false;
  const { content } = struct;
  if (content instanceof Y.ContentAny || content instanceof Y.ContentDeleted) return true;
  return (
    content instanceof Y.ContentType && (content.type instanceof Y.Map || content.type instanceof Y.Array)
  );
}
