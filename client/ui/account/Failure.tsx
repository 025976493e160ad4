import type { ErrorCode } from '../../../shared/errors.ts';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Banner } from '../components/Banner.tsx';

/** What went wrong with the last action; nothing while nothing did. */
export function Failure({ code }: { code: ErrorCode | null }) {
  const m = useSiteMessages();
  if (code === null) return null;
  return (
    <div role="alert">
      <Banner tone="warn" title={m.errors[code].title}>
        {m.errors[code].text}
      </Banner>
    </div>
  );
}
