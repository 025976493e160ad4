import { useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Outcome } from '../components/Outcome.tsx';
import { navigate } from '../router.ts';

/** No page at this address. */
export function NotFound() {
  const m = useSiteMessages();
  return (
    <Outcome
      title={m.outcome.notFound.title}
      text={m.outcome.notFound.text}
      actions={
        <Button tone="primary" onPress={() => navigate('/')}>
          {m.common.home}
        </Button>
      }
    />
  );
}
