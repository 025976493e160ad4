import { type KeyboardEvent, useState } from 'react';
import { limits } from '../../../shared/limits.ts';
import type { Messages } from '../../i18n/en.ts';
import type { Format } from '../../i18n/format.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { CaptionView } from '../../meeting/chatView.ts';
import { handOver } from '../../meeting/saveFile.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { Select } from '../components/Select.tsx';
import { Switch } from '../components/Switch.tsx';
import { TextField } from '../components/TextField.tsx';
import { useMediaQuery } from '../meeting/useMediaQuery.ts';
import { useActions } from '../meeting/useMeeting.ts';
import { captionSizes, prefer, usePreferences } from '../preferences.ts';
import '../meeting/Captions.css';

/** How captions look, typing them, one's own speech, and all of them so far. */
export function CaptionsPanel({ view, onClose }: { view: MeetingView; onClose: () => void }) {
  const m = useMessages();
  const format = useFormat();
  const { captions, captionSize } = usePreferences();
  const finished = view.captions.filter(({ final }) => final);
  return (
    <Panel title={m.captions.title} onClose={onClose}>
      <PanelSection title={m.captions.display}>
        <Switch
          name={m.captions.show}
          text={m.captions.who}
          on={captions}
          onChange={(on) => prefer('captions', on)}
        />
        <Select
          label={m.captions.size}
          choices={captionSizes.map((id) => ({ id, name: m.captions.sizes[id] }))}
          value={captionSize}
          onChange={(id) => prefer('captionSize', captionSizes.find((each) => each === id) ?? 'normal')}
        />
        <OwnSpeech view={view} />
      </PanelSection>
      {view.rights.has('caption') && <Typing captions={view.captions} />}
      <PanelSection
        title={m.captions.transcript}
        aside={
          finished.length > 0 && (
            <Button size="s" onPress={() => save(finished, m, format)}>
              {m.captions.save}
            </Button>
          )
        }
      >
        {finished.length === 0 && <p>{m.captions.empty}</p>}
        <ol className="caption-lines">
          {finished.map((line) => (
            <li key={line.id}>
              <span className="caption-name">{`${format.time(line.at)} ${authorOf(line, m)}`}</span>{' '}
              <bdi lang={line.lang}>{line.text}</bdi>
            </li>
          ))}
        </ol>
      </PanelSection>
    </Panel>
  );
}

function OwnSpeech({ view }: { view: MeetingView }) {
  const m = useMessages();
  const actions = useActions();
  const { language } = usePreferences();
  const { on, problem } = view.ownCaptions;
  const text =
    problem === 'no-engine'
      ? m.captions.ownNo
      : problem === 'no-language'
        ? m.captions.ownLanguage
        : problem === 'failed'
          ? m.captions.ownFailed
          : on
            ? m.captions.ownMuted
            : m.captions.ownText;
  return (
    <div role="status">
      <Switch
        name={m.captions.own}
        text={text}
        on={on}
        onChange={(wanted) => actions.captionOwnSpeech(wanted ? spokenLanguage(language) : null)}
      />
    </div>
  );
}

/** Recognizers want a region. */
function spokenLanguage(language: string): string {
  return (
    navigator.languages.find((each) => each.startsWith(language) && each.includes('-')) ??
    (language === 'en' ? 'en-US' : language)
  );
}

/** Made for speed: Enter sends, and the last line is one key away. */
function Typing({ captions }: { captions: readonly CaptionView[] }) {
  const m = useMessages();
  const actions = useActions();
  const { language } = usePreferences();
  const [text, setText] = useState('');
  const [correcting, setCorrecting] = useState<string | null>(null);
  const noKeys = useMediaQuery('(hover: none)');
  const help = noKeys
    ? m.captions.lineHelp
    : m.common.sentences(m.captions.lineHelp, m.captions.lineHelpKeys);
  const last = captions.findLast(({ self, spoken }) => self && !spoken);

  function send(): void {
    if (text.trim() === '') return;
    actions.writeCaption(text, language, correcting);
    setText('');
    setCorrecting(null);
  }

  function onKeyDown(event: KeyboardEvent): void {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'ArrowUp' && text === '' && last !== undefined) {
      event.preventDefault();
      setText(last.text);
      setCorrecting(last.id);
    } else if (event.key === 'Escape' && correcting !== null) {
      // The panel stays open.
      event.preventDefault();
      event.stopPropagation();
      setText('');
      setCorrecting(null);
    }
  }

  return (
    <PanelSection title={m.captions.write}>
      <form
        className="caption-write"
        onKeyDownCapture={onKeyDown}
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <TextField
          label={m.captions.line}
          description={correcting === null ? help : m.captions.correcting}
          value={text}
          onChange={setText}
          maxLength={limits.captionCharacters}
        />
        <Button tone="primary" type="submit" disabled={text.trim() === ''}>
          {m.captions.lineSend}
        </Button>
      </form>
    </PanelSection>
  );
}

function authorOf({ name, spoken }: CaptionView, m: Messages): string {
  return spoken ? name : m.captions.by(name);
}

function save(lines: readonly CaptionView[], m: Messages, format: Format): void {
  const text = lines.map((line) => `${format.time(line.at)} ${authorOf(line, m)}: ${line.text}`).join('\r\n');
  // With its mark, so that old editors read it as UTF-8.
  handOver(`${m.captions.transcript}.txt`, new Blob(['\uFEFF', text, '\r\n']));
}
