import { Info, TriangleAlert } from 'lucide-react';
import type { ReactNode } from 'react';
import './Banner.css';

interface Props {
  readonly tone?: 'plain' | 'warn';
  readonly title?: ReactNode;
  readonly children?: ReactNode;
  /** More than a paragraph: steps, a list. */
  readonly details?: ReactNode;
  readonly actions?: ReactNode;
  readonly icon?: ReactNode;
}

/** A lasting message in the flow of the page; it pushes, it covers nothing. */
export function Banner(props: Props) {
  const { tone = 'plain' } = props;
  return (
    <div className={`banner banner-${tone}`}>
      <div className="banner-main">
        <span className="banner-icon" aria-hidden="true">
          {props.icon ?? (tone === 'warn' ? <TriangleAlert /> : <Info />)}
        </span>
        <div className="banner-words">
          {props.title !== undefined && <p className="banner-title">{props.title}</p>}
          {props.children !== undefined && <p>{props.children}</p>}
          {props.details}
        </div>
      </div>
      {props.actions !== undefined && <div className="banner-actions">{props.actions}</div>}
    </div>
  );
}
