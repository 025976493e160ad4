import { useCallback, useState } from 'react';
import type { Messages } from '../../i18n/en.ts';
import { useFormat, useMessages } from '../../i18n/messages.tsx';
import type { EpochView, MeetingView } from '../../meeting/view.ts';
import { Button } from '../components/Button.tsx';
import { Panel, PanelSection } from '../components/Panel.tsx';
import { alarmWords } from '../meeting/alarmWords.ts';
import { sealIcon } from '../meeting/sealIcon.tsx';
import { useActions } from '../meeting/useMeeting.ts';
import { useSealState } from '../meeting/useSealState.ts';
import { CompareDialog } from './CompareDialog.tsx';
import { MediaRoute } from './MediaRoute.tsx';
import { codeGroups } from './safetyCode.ts';
import './SealPanel.css';

interface Props {
  readonly view: MeetingView;
  readonly onClose: () => void;
  readonly onServer: () => void;
}

/** The facts of the seal, the code to compare, and warnings with what to do. */
export function SealPanel({ view, onClose, onServer }: Props) {
  const m = useMessages();
  const format = useFormat();
  const { seal } = view;
  const state = useSealState(view);
  const [comparing, setComparing] = useState(false);
  const closeCompare = useCallback(() => setComparing(false), []);
  const groups = codeGroups(seal.code);
  const streams = view.members.flatMap(({ sources }) =>
    Object.values(sources).flatMap((source) =>
      source.state === 'live' && source.seal !== 'none' ? [source.seal] : [],
    ),
  );
  return (
    <Panel title={m.seal.title} onClose={onClose}>
      <div className={`seal-state seal-state-${state}`}>
        {sealIcon[state]}
        <div>
          <p>
            {state === 'sealed'
              ? m.seal.sealed(view.members.length)
              : state === 'warning'
                ? m.seal.warning
                : m.seal.verifying}
          </p>
          {streams.length > 0 && state !== 'warning' && (
            <p className="seal-streams">
              {m.seal.streams(streams.filter((each) => each === 'sealed').length, streams.length)}
            </p>
          )}
        </div>
      </div>
      {view.alarms.length > 0 && <Alarms view={view} />}
      <PanelSection title={m.seal.code}>
        {groups.length === 0 ? (
          <p className="seal-help">{m.seal.noCode}</p>
        ) : (
          <ol className="seal-code">
            {groups.map((group, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: a group is its place
              <li key={index}>
                <span aria-hidden="true">{group}</span>
                <span className="visually-hidden">{[...group].join(' ')}</span>
              </li>
            ))}
          </ol>
        )}
        {groups.length > 0 && (
          <div>
            <Button tone="primary" onPress={() => setComparing(true)}>
              {m.compare.open}
            </Button>
          </div>
        )}
        <div className="seal-help">
          <h4>{m.seal.compareTitle}</h4>
          <ol>
            {m.seal.compare.map((step) => (
              <li key={step}>{step}</li>
            ))}
          </ol>
          <p>{m.seal.changes}</p>
        </div>
      </PanelSection>
      <PanelSection title={m.seal.admissions}>
        <ul className="seal-admissions">
          {view.members.map((member) => (
            <li key={member.device}>
              <bdi>{member.name}</bdi>
              <span>
                {member.admittedBy === null ? m.people.founder : m.people.admittedBy(member.admittedBy)} ·{' '}
                <time dateTime={new Date(member.since).toISOString()}>{format.time(member.since)}</time>
              </span>
            </li>
          ))}
        </ul>
      </PanelSection>
      {view.epochs.length > 0 && (
        <PanelSection title={m.seal.epochs}>
          <ol className="seal-epochs">
            {view.epochs.toReversed().map((epoch) => (
              <li key={`${epoch.epoch} ${epoch.at}`}>
                <time dateTime={new Date(epoch.at).toISOString()}>{format.time(epoch.at)}</time>
                <div>
                  {epochLines(epoch, m).map((line) => (
                    <div key={line}>{line}</div>
                  ))}
                </div>
              </li>
            ))}
          </ol>
        </PanelSection>
      )}
      <MediaRoute call={view.call} policy={view.policy} />
      <PanelSection title={m.seal.facts}>
        <dl className="seal-facts">
          <div>
            <dt>{m.seal.since}</dt>
            <dd>{format.time(seal.since)}</dd>
          </div>
          <div>
            <dt>{m.seal.epoch}</dt>
            <dd>{format.number(seal.epoch)}</dd>
          </div>
          <div>
            <dt>{m.seal.suite}</dt>
            <dd>{m.seal.suites[seal.suite]}</dd>
          </div>
        </dl>
        <div>
          <Button size="s" onPress={onServer}>
            {m.seal.link}
          </Button>
        </div>
      </PanelSection>
      {comparing && <CompareDialog view={view} onClose={closeCompare} />}
    </Panel>
  );
}

/** Why the keys of an epoch are new. */
function epochLines({ joined, left }: EpochView, m: Messages): string[] {
  const came = joined.map(({ name, admittedBy }) =>
    admittedBy ? m.seal.joinedBy(name, admittedBy) : m.seal.joined(name),
  );
  const lines = [...came, ...left.map((name) => m.seal.left(name))];
  return lines.length > 0 ? lines : [m.seal.fresh];
}

function Alarms({ view }: { view: MeetingView }) {
  const m = useMessages();
  const format = useFormat();
  const actions = useActions();
  return (
    <PanelSection title={m.seal.alarms}>
      <ul className="alarms">
        {view.alarms.map((each) => {
          const words = alarmWords(each.alarm, view.members, m);
          return (
            <li key={each.id} className="alarm">
              <p className="alarm-title">{words.title}</p>
              <p>{words.risk}</p>
              <p>{words.action}</p>
              <div className="alarm-foot">
                <time dateTime={new Date(each.at).toISOString()}>{format.time(each.at)}</time>
                <Button size="s" onPress={() => actions.acknowledgeAlarm(each.id)}>
                  {m.seal.acknowledge}
                </Button>
              </div>
            </li>
          );
        })}
      </ul>
    </PanelSection>
  );
}
