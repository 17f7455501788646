/** The part of yauzl 3.4.0 that `zip-directory.ts` uses. */
declare module 'yauzl' {
  import type { EventEmitter } from 'node:events';

  export class RandomAccessReader extends EventEmitter {
    read(
      buffer: Buffer,
      offset: number,
      length: number,
      position: number,
      callback: (error: Error | null, bytesRead: number) => void,
    ): void;
    close(callback: (error?: Error) => void): void;
  }

  export interface ExtraField {
    readonly id: number;
    readonly data: Buffer;
  }

  export interface Entry {
    readonly generalPurposeBitFlag: number;
    readonly compressionMethod: number;
    readonly crc32: number;
    readonly compressedSize: number;
    readonly uncompressedSize: number;
    readonly fileNameLength: number;
    readonly fileNameRaw: Buffer;
    readonly extraFields: readonly ExtraField[];
    readonly relativeOffsetOfLocalHeader: number;
    readonly lastModFileTime: number;
  }

  export interface ZipFile {
    readonly entryCount: number;
    eachEntry(): AsyncIterableIterator<Entry>;
    close(): void;
  }

  export interface OpenOptions {
    readonly autoClose?: boolean;
    readonly decodeStrings?: boolean;
    readonly validateEntrySizes?: boolean;
  }

  export function fromRandomAccessReaderPromise(
    reader: RandomAccessReader,
    totalSize: number,
    options: OpenOptions,
  ): Promise<ZipFile>;

  export function getFileNameLowLevel(
    generalPurposeBitFlag: number,
    fileNameBuffer: Buffer,
    extraFields: readonly ExtraField[],
    strictFileNames: boolean,
  ): string;
}
