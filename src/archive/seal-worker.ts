/** Entry of a thread that seals one segment and ends: turning a million events' filters takes a second, and neither writing nor searching waits for it. */
import { parentPort, workerData } from 'node:worker_threads';
import { nodeFiles } from './files.ts';
import { IndexFile } from './index-file.ts';
import { sealSegment } from './seal.ts';
import { attempt } from './trouble.ts';

const { folder, storeId, segment } = workerData as { folder: string; storeId: Uint8Array; segment: number };
const outcome = attempt(() => {
  const index = new IndexFile(folder, 'read');
  try {
    const row = index.segment(segment);
    if (row !== undefined) sealSegment({ files: nodeFiles(folder), index, storeId }, row);
    return row !== undefined;
  } finally {
    index.close();
  }
});
parentPort?.postMessage(outcome.kind === 'done' && outcome.value);
