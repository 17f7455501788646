/** What a check says: `ok`; `warn`, to be looked at; `fail`, the server does not start or loses something. */
export interface Check {
  /** Short and constant: `folder`, `state`. */
  readonly name: string;
  readonly level: 'ok' | 'warn' | 'fail';
  /** One sentence. */
  readonly text: string;
  /** What to do; empty where nothing is to be done. */
  readonly action: string;
}

export function ok(name: string, text: string): Check {
  return { name, level: 'ok', text, action: '' };
}

export function warn(name: string, text: string, action: string): Check {
  return { name, level: 'warn', text, action };
}

export function fail(name: string, text: string, action: string): Check {
  return { name, level: 'fail', text, action };
}

/** Bytes as checks tell them. */
export function gibibytes(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(1)} GiB`;
}
