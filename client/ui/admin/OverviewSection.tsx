import { useState } from 'react';
import type { AdminNode, LiveMeetingView, NodeFigures, Overview } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat, useSiteMessages } from '../../i18n/messages.tsx';
import { Banner } from '../components/Banner.tsx';
import { Select } from '../components/Select.tsx';
import { Spinner } from '../components/Spinner.tsx';
import { Charts } from './Charts.tsx';
import { DrainPart } from './DrainPart.tsx';
import { FindMeeting } from './FindMeeting.tsx';
import { MeetingsPart } from './MeetingsPart.tsx';
import { Problem } from './Problem.tsx';
import { Table } from './Table.tsx';
import { useAsked } from './useDesk.ts';
import { useMegabits } from './useMegabits.ts';

const EVERY_MS = 5_000;

/** What goes on now: figures, meetings, the last hour, servers. */
export function OverviewSection() {
  const m = useSiteMessages();
  const { value, failure, reload } = useAsked((desk) => desk.overview(), EVERY_MS);
  return (
    <>
      <Problem code={failure} />
      {value === null && failure === null && <Spinner text={m.common.loading} />}
      {value !== null && <Site overview={value} onChange={reload} />}
    </>
  );
}

/** Meetings are those of the whole site; figures, charts and draining those of one server. */
function Site({ overview, onChange }: { overview: Overview; onChange: () => Promise<void> }) {
  const t = useAdminTexts();
  const { nodes, meetings } = overview;
  const [chosen, setChosen] = useState<string | null>(null);
  const node = nodes.find(({ name }) => name === chosen) ?? nodes[0];
  if (node === undefined) return null;
  const { figures } = node;
  return (
    <>
      {nodes.length > 1 && (
        <div className="admin-choice">
          <Select
            label={t.overview.shown}
            value={node.name}
            choices={nodes.map(({ name, here }) => ({
              id: name,
              name: here ? `${name} (${t.overview.here})` : name,
            }))}
            onChange={setChosen}
          />
        </div>
      )}
      {figures === null ? (
        <Banner tone="warn" title={t.overview.silent(node.name)}>
          {t.overview.silentText}
        </Banner>
      ) : (
        <Figures
          figures={figures}
          meetings={meetings.filter((each) => each.node === node.name)}
          now={overview.now}
        />
      )}
      <MeetingsPart meetings={meetings} severalNodes={nodes.length > 1} onChange={onChange} />
      <FindMeeting onChange={onChange} />
      {figures !== null && <Charts samples={figures.samples} />}
      <Nodes nodes={nodes} />
      {figures !== null && (
        <DrainPart key={node.name} node={node.name} figures={figures} onChange={onChange} />
      )}
    </>
  );
}

interface FiguresProps {
  readonly figures: NodeFigures;
  readonly meetings: readonly LiveMeetingView[];
  readonly now: number;
}

function Figures({ figures: shown, meetings, now }: FiguresProps) {
  const t = useAdminTexts();
  const { number, percent, time } = useFormat();
  const megabits = useMegabits();
  const { connections, samples, version, workers } = shown;
  const latest = samples.at(-1);
  const sum = (of: (meeting: (typeof meetings)[number]) => number) =>
    number(meetings.reduce((total, meeting) => total + of(meeting), 0));
  const figures: readonly (readonly [string, string])[] = [
    [t.overview.meetings, number(meetings.length)],
    [t.overview.connections, number(connections)],
    [t.overview.streams, `${sum(({ streamsIn }) => streamsIn)} / ${sum(({ streamsOut }) => streamsOut)}`],
    ...(latest === undefined
      ? []
      : ([
          [t.overview.traffic, `${megabits(latest.bitsIn)} / ${megabits(latest.bitsOut)} Mbit/s`],
          [t.overview.cpu, percent(latest.mediaCpu)],
        ] as const)),
  ];
  return (
    <section className="admin-part" aria-labelledby="figures">
      <h2 id="figures">{t.overview.figures}</h2>
      <dl className="figures">
        {figures.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      {workers.running < workers.wanted && (
        <Banner tone="warn" title={t.overview.workersMissing}>
          {t.overview.workersMissingText}
        </Banner>
      )}
      <p className="admin-note facts">
        <span>{t.overview.workers(workers.running, workers.wanted)}</span>
        <span>{t.overview.version(version)}</span>
        <span>{t.upToDate(time(now))}</span>
      </p>
    </section>
  );
}

function Nodes({ nodes }: { nodes: readonly AdminNode[] }) {
  const t = useAdminTexts();
  const { percent } = useFormat();
  return (
    <section className="admin-part" aria-labelledby="nodes">
      <h2 id="nodes">{t.overview.nodes}</h2>
      <Table
        caption={t.overview.nodes}
        columns={[t.overview.node, t.overview.region, t.overview.load, t.overview.state]}
        rows={nodes.map(({ name, region, load, draining, here }) => ({
          key: name,
          cells: [
            <span key="name">
              <bdi>{name}</bdi>
              {here && nodes.length > 1 && <span className="admin-note"> ({t.overview.here})</span>}
            </span>,
            region ?? t.none,
            <span key="load" className="meter-line">
              <meter min={0} max={1} value={load} aria-label={`${t.overview.load}: ${name}`} />
              {percent(load)}
            </span>,
            draining ? t.overview.drains : t.overview.takes,
          ],
        }))}
      />
    </section>
  );
}
