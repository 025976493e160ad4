import { fromBase64Url } from '../../../shared/bytes.ts';
import type { SealedFileContent } from '../../e2ee/content.ts';
import type { FileView } from '../chatView.ts';

/** What is shown of a file before it is fetched. */
export function fileViewOf({
  name,
  mime,
  size,
  preview,
}: Pick<SealedFileContent, 'name' | 'mime' | 'size' | 'preview'>): FileView {
  return { name, mime, size, preview: preview && pictureOf(preview) };
}

function pictureOf({ data, ...picture }: NonNullable<SealedFileContent['preview']>): FileView['preview'] {
  try {
    return { ...picture, bytes: fromBase64Url(data) };
  } catch {
    // Not as this page writes it: the file is shown without its picture.
    return null;
  }
}
