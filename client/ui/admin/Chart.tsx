import { useAdminTexts } from '../../i18n/adminTexts.tsx';
import { useFormat } from '../../i18n/messages.tsx';
import { linePoints, niceMaximum, type Series } from './chart.ts';

const BOX = { width: 400, height: 120 };

interface Props {
  readonly title: string;
  /** Times of the values, oldest first. */
  readonly at: readonly number[];
  readonly series: readonly [Series, Series];
  readonly shown: (value: number) => string;
}

/** Two lines over time: one solid, one dashed, so that they are told apart without colour. The table has the numbers. */
export function Chart({ title, at, series, shown }: Props) {
  const t = useAdminTexts();
  const { time } = useFormat();
  const maximum = niceMaximum(Math.max(...series.flatMap(({ values }) => values)));
  const [first, last] = [time(at[0] ?? 0), time(at.at(-1) ?? 0)];
  const words = series.map(({ name, values }) =>
    t.charts.line(name, shown(values.at(-1) ?? 0), shown(Math.max(...values))),
  );
  return (
    <figure className="chart">
      <figcaption>
        <span className="chart-title">{title}</span>
        <span className="chart-legend" aria-hidden="true">
          {series.map(({ name }, index) => (
            <span key={name} className={`chart-key chart-key-${index}`}>
              {name}
            </span>
          ))}
        </span>
      </figcaption>
      <div className="chart-frame">
        <span className="chart-maximum" aria-hidden="true">
          {shown(maximum)}
        </span>
        <svg
          role="img"
          aria-label={[t.charts.summary(title, first, last), ...words].join(' ')}
          viewBox={`0 0 ${BOX.width} ${BOX.height}`}
          preserveAspectRatio="none"
        >
          {[0, 0.5, 1].map((share) => (
            <line
              key={share}
              className="chart-grid"
              x1="0"
              x2={BOX.width}
              y1={share * BOX.height}
              y2={share * BOX.height}
            />
          ))}
          {series.map(({ name, values }, index) => (
            <polyline
              key={name}
              className={`chart-line chart-line-${index}`}
              points={linePoints(at, values, maximum, BOX)}
            />
          ))}
        </svg>
        <span className="chart-times" aria-hidden="true">
          <span>{first}</span>
          <span>{last}</span>
        </span>
      </div>
    </figure>
  );
}
