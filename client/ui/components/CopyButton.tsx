import { Check, Copy } from 'lucide-react';
import { useEffect, useState } from 'react';
import { useSiteMessages } from '../../i18n/messages.tsx';
import { Button } from './Button.tsx';

/** Copies a text and says that it did. */
export function CopyButton(props: {
  text: string;
  label: string;
  tone?: 'plain' | 'primary';
  size?: 's' | 'm';
}) {
  const m = useSiteMessages();
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 3000);
    return () => clearTimeout(timer);
  }, [copied]);

  async function copy(): Promise<void> {
    await writeClipboard(props.text);
    setCopied(true);
  }

  return (
    <>
      <Button
        tone={props.tone ?? 'plain'}
        size={props.size ?? 'm'}
        icon={copied ? <Check aria-hidden="true" /> : <Copy aria-hidden="true" />}
        onPress={() => void copy()}
      >
        {copied ? m.common.copied : props.label}
      </Button>
      <span role="status" className="visually-hidden">
        {copied ? m.common.copied : ''}
      </span>
    </>
  );
}

// The clipboard interface is missing on insecure pages; the old command still works there.
async function writeClipboard(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}
