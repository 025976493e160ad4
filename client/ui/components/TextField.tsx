import type { Ref } from 'react';
import { TextField as AriaTextField, FieldError, Input, Label, Text } from 'react-aria-components';
import './TextField.css';

interface Props {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly description?: string;
  /** What is wrong with the value; null while nothing is. */
  readonly error?: string | null;
  readonly maxLength?: number;
  readonly autoComplete?: string;
  readonly readOnly?: boolean;
  readonly type?: 'text' | 'url' | 'password';
  readonly ref?: Ref<HTMLInputElement>;
}

/** A labelled line of text with its help and its error. */
export function TextField(props: Props) {
  const error = props.error ?? null;
  return (
    <AriaTextField
      className="field"
      value={props.value}
      onChange={props.onChange}
      isInvalid={error !== null}
      isReadOnly={props.readOnly ?? false}
      validationBehavior="aria"
      autoComplete={props.autoComplete ?? 'off'}
      {...(props.maxLength === undefined ? {} : { maxLength: props.maxLength })}
    >
      <Label className="field-label">{props.label}</Label>
      <Input
        className="field-input"
        spellCheck={false}
        type={props.type === 'password' ? 'password' : 'text'}
        inputMode={props.type === 'url' ? 'url' : 'text'}
        {...(props.ref === undefined ? {} : { ref: props.ref })}
      />
      {error !== null ? (
        <FieldError className="field-error">{error}</FieldError>
      ) : (
        props.description !== undefined && (
          <Text slot="description" className="field-help">
            {props.description}
          </Text>
        )
      )}
    </AriaTextField>
  );
}
