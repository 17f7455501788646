import type { AnomalyWord } from './anomalies.ts';

/** What can go wrong while values are decoded: bits, so that one record tells each kind once. */
export const FAULT_SUBSTITUTION = 1;
export const FAULT_ODD_STRING = 2;
export const FAULT_SIZE = 4;
export const FAULT_TYPE = 8;
export const FAULT_TIME = 16;
export const FAULT_SID = 32;
export const FAULT_ARRAY = 64;
export const FAULT_NESTED = 128;
export const FAULT_DEPTH = 256;
export const FAULT_CUT = 512;
export const FAULT_ENTITY = 1024;
export const FAULT_NO_TIME = 2048;

export const FAULT_WORDS: readonly (readonly [number, AnomalyWord])[] = [
  [FAULT_SUBSTITUTION, 'substitution'],
  [FAULT_ODD_STRING, 'oddString'],
  [FAULT_SIZE, 'valueSize'],
  [FAULT_TYPE, 'valueType'],
  [FAULT_TIME, 'valueTime'],
  [FAULT_SID, 'valueSid'],
  [FAULT_ARRAY, 'arrayRemainder'],
  [FAULT_NESTED, 'nested'],
  [FAULT_DEPTH, 'depth'],
  [FAULT_CUT, 'cut'],
  [FAULT_ENTITY, 'entity'],
  [FAULT_NO_TIME, 'noTime'],
];
