import { say } from './status.ts';

/** Saves a text or bytes as a file of this machine. */
export function save(name: string, type: string, content: string | Blob): void {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(content instanceof Blob ? content : new Blob([content], { type }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

export const CSV_TYPE = 'text/csv;charset=utf-8';

/** The name of a table that is saved today. */
export function csvName(of: string): string {
  return `${of}-${new Date().toISOString().slice(0, 10)}.csv`;
}

/** Saves what the server has under a path; gives the head of its answer, or why nothing was saved. */
export async function saveFrom(path: string, name: string, type: string): Promise<Headers | string> {
  try {
    const response = await fetch(path, { credentials: 'same-origin', cache: 'no-store' });
    if (!response.ok) return `the server answered ${response.status}`;
    save(name, type, await response.blob());
    return response.headers;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
}

/** Puts a text on the clipboard and says what is there, or that the browser does not let it. */
export async function copy(text: string, what: string, instead = '.'): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(`${what} is on the clipboard.`);
  } catch {
    // Outside of a secure context there is no clipboard: the person is told.
    say(`This browser gives no clipboard here${instead}`);
  }
}
