import type { JSX } from 'preact';

export interface FieldsProps {
  readonly fields: Readonly<Record<string, string>>;
  readonly set: (name: string, value: string) => void;
}

/** A text over several lines. */
export function TextField({
  label,
  name,
  fields,
  set,
  rows = 3,
  isNeeded = false,
}: FieldsProps & {
  readonly label: string;
  readonly name: string;
  readonly rows?: number;
  readonly isNeeded?: boolean;
}): JSX.Element {
  return (
    <label>
      {label}
      <textarea
        rows={rows}
        maxLength={4000}
        required={isNeeded}
        value={fields[name] ?? ''}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}

export function LineField({
  label,
  name,
  fields,
  set,
  type = 'text',
  isNeeded = false,
  min,
  max,
}: FieldsProps & {
  readonly label: string;
  readonly name: string;
  readonly type?: 'text' | 'number' | 'date' | 'datetime-local' | 'url';
  readonly isNeeded?: boolean;
  readonly min?: string;
  readonly max?: string;
}): JSX.Element {
  return (
    <label>
      {label}
      <input
        {...({ type, required: isNeeded, min, max } as object)}
        value={fields[name] ?? ''}
        onInput={(event) => set(name, event.currentTarget.value)}
      />
    </label>
  );
}
