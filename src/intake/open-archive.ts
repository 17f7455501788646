import type { Source } from '../windows/index.ts';
import type { OpenFile } from './file-port.ts';

/** An archive that is being read: a loose file, or one inside another. */
export interface OpenArchive {
  readonly source: Source;
  readonly file: OpenFile;
  readonly bytes: number;
  /** Archives around it. */
  readonly depth: number;
}

/** The address of something inside an archive. */
export interface MemberSource {
  readonly file: string;
  readonly container: readonly string[];
}

export function memberSource(archive: Source, name: string): MemberSource {
  return { file: archive.file, container: [...(archive.container ?? []), name] };
}

/** A stretch of a file as a file of its own: an archive that lies in another one as it is. */
export function stretchOf(file: OpenFile, start: number, bytes: number): OpenFile {
  return {
    read: async (into, position) => {
      const wanted = into.subarray(0, Math.max(0, Math.min(into.length, bytes - position)));
      return wanted.length === 0 ? 0 : file.read(wanted, start + position);
    },
    stat: async () => ({ ...(await file.stat()), bytes }),
    close: async () => undefined,
  };
}
