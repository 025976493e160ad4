import './Spinner.css';

/** Work under way, always with words. */
export function Spinner(props: { text: string }) {
  return (
    <span className="spinner" role="status">
      <span className="spinner-ring" aria-hidden="true" />
      <span>{props.text}</span>
    </span>
  );
}
