import type { ChunkFile } from '../receive/index.ts';
import type { Source, TrustClass } from '../windows/index.ts';

/** Names of senders that have no key begin so; no id of a sender with keys holds a colon. */
export const SYSLOG_SENDER = 'syslog:';
export const FOLDER_SENDER = 'folder:';

/** The source of all that one sender sends: a sender is to detection what a file is to a hunt. */
export function senderSource(sender: string): Source {
  return { file: `sender:${sender}` };
}

/** The source of the events of a watched file, and of each file within it: as a hunt has it, but that places in it are not told. */
export function fileSource({ path, container }: ChunkFile): Source {
  return { file: `watched:${path}`, ...(container === undefined ? {} : { container }) };
}

/** Whether a sender sends without a key. */
export function isKeyless(sender: string): boolean {
  return trustOf(sender) !== 'authenticated';
}

/** How sure it is who sent, where the envelope is not at hand. */
export function trustOf(sender: string): TrustClass {
  if (sender.startsWith(SYSLOG_SENDER)) return 'unauthenticated';
  return sender.startsWith(FOLDER_SENDER) ? 'file' : 'authenticated';
}
