import type { Flag } from './flags.ts';

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
