/** Entry of a thread that compiles rules: it answers with one message, and ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { RuleSet } from './rule-set.ts';
import { rulesForThreads } from './rules-for-threads.ts';

const port = parentPort;
if (port === null) throw new Error('rules-worker is the entry of a thread');
port.postMessage(rulesForThreads(workerData as RuleSet));
