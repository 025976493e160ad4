import { createContext, type ReactNode, use, useContext } from 'react';
import type { AdminTexts } from './admin.en.ts';
import { borrowing } from './language.ts';
import { useLanguage } from './messages.tsx';

// Apart from the other texts, so that the start page does not carry them.
const textsIn = borrowing(({ admin }) => admin);

const AdminTextsContext = createContext<AdminTexts | null>(null);

/** Loads the texts of the administration page before what is inside is shown. */
export function AdminTextsProvider({ children }: { children: ReactNode }) {
  return <AdminTextsContext value={use(textsIn(useLanguage())).texts}>{children}</AdminTextsContext>;
}

/** Texts of the administration page in the language in use. */
export function useAdminTexts(): AdminTexts {
  const texts = useContext(AdminTextsContext);
  if (texts === null) throw new Error('AdminTextsProvider is missing');
  return texts;
}
