import { useId } from 'react';
import { markText } from '../../meeting/deviceMark.ts';
import type { MeetingView } from '../../meeting/view.ts';
import { selfOf } from '../meeting/useMeeting.ts';
import './Watermark.css';

/** The viewer's own name and device mark over everything that is seen, where the rules ask for it. Blocks no press. */
export function Watermark({ view }: { view: MeetingView }) {
  const id = useId();
  const self = selfOf(view);
  if (!view.policy?.watermark || self === undefined) return null;
  const text = markText(self);
  // Wide characters take twice the room of others.
  const width =
    60 + [...text].reduce((sum, letter) => sum + ((letter.codePointAt(0) ?? 0) > 0x2e80 ? 16 : 9), 0);
  return (
    <svg className="watermark" aria-hidden="true">
      <defs>
        <pattern
          id={id}
          width={width}
          height="112"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(-24)"
        >
          <text x="20" y="36">
            {text}
          </text>
          <text x={20 - width / 2} y="92">
            {text}
          </text>
          <text x={20 + width / 2} y="92">
            {text}
          </text>
        </pattern>
      </defs>
      <rect width="100%" height="100%" fill={`url(#${id})`} />
    </svg>
  );
}
