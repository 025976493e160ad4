import { useState } from 'react';
import type { Sample } from '../../../shared/protocol/admin.ts';
import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { Button } from '../components/Button.tsx';
import { Chart } from './Chart.tsx';
import { Table } from './Table.tsx';
import { useMegabits } from './useMegabits.ts';

/** The last hour as lines, or as a table. */
export function Charts({ samples }: { samples: readonly Sample[] }) {
  const t = useAdminTexts();
  const { number, percent, time } = useFormat();
  const megabits = useMegabits();
  const [asTable, setAsTable] = useState(false);
  const at = samples.map((sample) => sample.at);
  const line = (name: string, of: (sample: Sample) => number) => ({ name, values: samples.map(of) });
  return (
    <section className="admin-part" aria-labelledby="charts">
      <div className="admin-part-head">
        <h2 id="charts">{t.charts.title}</h2>
        {samples.length > 0 && (
          <Button size="s" onPress={() => setAsTable(!asTable)}>
            {asTable ? t.charts.hideTable : t.charts.table}
          </Button>
        )}
      </div>
      {samples.length === 0 && <p className="admin-note">{t.charts.waiting}</p>}
      {samples.length > 0 && (
        <div className="charts">
          <Chart
            title={t.charts.people}
            at={at}
            series={[
              line(t.charts.connections, ({ people }) => people),
              line(t.charts.meetings, ({ meetings }) => meetings),
            ]}
            shown={number}
          />
          <Chart
            title={t.charts.streams}
            at={at}
            series={[
              line(t.charts.out, ({ streamsOut }) => streamsOut),
              line(t.charts.in, ({ streamsIn }) => streamsIn),
            ]}
            shown={number}
          />
          <Chart
            title={t.charts.traffic}
            at={at}
            series={[line(t.charts.out, ({ bitsOut }) => bitsOut), line(t.charts.in, ({ bitsIn }) => bitsIn)]}
            shown={megabits}
          />
          <Chart
            title={t.charts.cpu}
            at={at}
            series={[
              line(t.charts.media, ({ mediaCpu }) => mediaCpu),
              line(t.charts.server, ({ serverCpu }) => serverCpu),
            ]}
            shown={(share) => percent(share)}
          />
        </div>
      )}
      {asTable && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: so that the keyboard can scroll it.
        <section className="admin-scroll" tabIndex={0} aria-label={t.charts.asTable}>
          <Table
            caption={t.charts.title}
            columns={[
              t.charts.time,
              t.overview.connections,
              t.overview.meetings,
              t.overview.streams,
              t.charts.trafficColumn,
              t.charts.media,
              t.charts.server,
            ]}
            rows={samples.toReversed().map((sample) => ({
              key: String(sample.at),
              cells: [
                time(sample.at),
                number(sample.people),
                number(sample.meetings),
                `${number(sample.streamsIn)} / ${number(sample.streamsOut)}`,
                `${megabits(sample.bitsIn)} / ${megabits(sample.bitsOut)}`,
                percent(sample.mediaCpu),
                percent(sample.serverCpu),
              ],
            }))}
          />
        </section>
      )}
    </section>
  );
}
