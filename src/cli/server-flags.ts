import type { Command } from './commands.ts';
import { debug, type Flag, force, format, help, output } from './flags.ts';

/** Which server is meant. */
export const dataFolder: Flag = {
  name: 'data',
  value: 'DIR',
  group: 'Input',
  text: 'the server’s folder (default $STATE_DIRECTORY, else triad-data)',
};

/** Which settings are meant. */
export const configFile: Flag = {
  name: 'config',
  value: 'FILE',
  group: 'Input',
  text: 'settings (default triad.yaml in the server’s folder)',
};

/** Of every verb that asks a running server. */
export const asked: readonly Flag[] = [dataFolder, format(['text', 'json']), output, force, debug, help];
export const limit: Flag = {
  name: 'limit',
  value: 'N',
  group: 'Output',
  text: 'most rows, newest first (default 100)',
};

type Operands = Pick<Command, 'operands' | 'minOperands' | 'maxOperands'>;

export const oneId: Operands = { operands: 'ID', minOperands: 1, maxOperands: 1 };
export const none: Operands = { operands: '', minOperands: 0, maxOperands: 0 };

/** Why something is done. */
export const note: Flag = { name: 'note', value: 'TEXT', group: 'Input', text: 'why, for those who come after' };

export const revision: Flag = {
  name: 'revision',
  value: 'N',
  group: 'Input',
  text: 'the revision that was seen (default that of now)',
};

/** A verb of an incident and of what is said of it. */
export const twoOf = (operands: string): Pick<Command, 'operands' | 'minOperands' | 'maxOperands'> => ({
  operands,
  minOperands: 2,
  maxOperands: 2,
});
