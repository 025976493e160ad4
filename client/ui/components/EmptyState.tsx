import type { ReactNode } from 'react';
import './EmptyState.css';

/** What stands where nothing is yet, and why. */
export function EmptyState(props: { title: string; text: string; icon?: ReactNode; children?: ReactNode }) {
  return (
    <div className="empty">
      {props.icon}
      <p className="empty-title">{props.title}</p>
      <p className="empty-text">{props.text}</p>
      {props.children}
    </div>
  );
}
