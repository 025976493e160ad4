import { memo } from 'react';
import type { Shape } from '../../meeting/boardView.ts';
import { inkColours, noteColours } from './ink.ts';
import { headPath, linePath, penPath } from './strokes.ts';
import { BOARD_FONT, LINE, measureText, NOTE_PADDING, NOTE_SIZE, wrapText } from './textLayout.ts';

interface Props {
  readonly shape: Shape;
  /** Address of an image's picture; null while it is not there. */
  readonly picture?: string | null;
}

/**
 * A shape as SVG. Everything that makes its look stands in attributes, so that a copy of it is a picture of its
 * own; what people wrote is text, and colours are names of the board's own.
 */
export const BoardShape = memo(function BoardShape({ shape, picture = null }: Props) {
  const ink = inkColours[shape.ink];
  switch (shape.kind) {
    case 'pen':
      return <path d={penPath(shape.points, shape.thickness)} fill={ink} />;
    case 'marker':
      return (
        <path
          d={linePath(shape.points)}
          fill="none"
          stroke={ink}
          strokeWidth={shape.thickness * 4}
          strokeLinecap="round"
          strokeLinejoin="round"
          opacity={0.35}
        />
      );
    case 'line':
    case 'arrow': {
      const { width, height, thickness } = shape;
      const head = shape.kind === 'arrow' ? headPath(width, height, thickness) : '';
      const d = `M0 0L${width} ${height}${head}`;
      return (
        <>
          <path d={d} fill="none" stroke="transparent" strokeWidth={thickness + 14} />
          <path
            d={d}
            fill="none"
            stroke={ink}
            strokeWidth={thickness}
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      );
    }
    case 'rectangle':
      return (
        <rect
          x={Math.min(0, shape.width)}
          y={Math.min(0, shape.height)}
          width={Math.abs(shape.width)}
          height={Math.abs(shape.height)}
          rx={4}
          fill="transparent"
          stroke={ink}
          strokeWidth={shape.thickness}
        />
      );
    case 'ellipse':
      return (
        <ellipse
          cx={shape.width / 2}
          cy={shape.height / 2}
          rx={Math.abs(shape.width / 2)}
          ry={Math.abs(shape.height / 2)}
          fill="transparent"
          stroke={ink}
          strokeWidth={shape.thickness}
        />
      );
    case 'text': {
      const { lines, width, height } = measureText(shape.text, shape.size);
      return (
        <>
          <rect width={width} height={height} fill="transparent" />
          <Lines lines={lines} size={shape.size} ink={ink} x={0} y={0} />
        </>
      );
    }
    case 'note': {
      const { width, height } = shape;
      const most = Math.max(1, Math.floor((height - NOTE_PADDING * 2) / (NOTE_SIZE * LINE)));
      const lines = wrapText(shape.text, NOTE_SIZE, width - NOTE_PADDING * 2, most);
      return (
        <>
          <rect width={width} height={height} rx={3} fill={noteColours[shape.ink]} stroke="#00000022" />
          <Lines lines={lines} size={NOTE_SIZE} ink={inkColours.black} x={NOTE_PADDING} y={NOTE_PADDING} />
        </>
      );
    }
    case 'image':
      return picture ? (
        <image href={picture} width={shape.width} height={shape.height} preserveAspectRatio="xMidYMid meet" />
      ) : (
        <rect
          width={shape.width}
          height={shape.height}
          rx={3}
          fill="#eceee9"
          stroke="#7b8680"
          strokeDasharray="6 6"
        />
      );
  }
});

function Lines(props: { lines: readonly string[]; size: number; ink: string; x: number; y: number }) {
  const { lines, size, ink, x, y } = props;
  return (
    <text x={x} y={y} fill={ink} fontFamily={BOARD_FONT} fontSize={size}>
      {lines.map((line, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a line has no identity but its place
        <tspan key={index} x={x} y={y + size * (0.95 + index * LINE)}>
          {line}
        </tspan>
      ))}
    </text>
  );
}
