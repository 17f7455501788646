import type { Level } from '../../windows/index.ts';
import type { SarifLevel } from './document.ts';

const LEVEL: Readonly<Record<Level, SarifLevel>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'note',
  informational: 'note',
};

/** Within the borders by which code scanning names severities: above 9, 7 to 8.9, 4 to 6.9, below 4. */
const SEVERITY: Readonly<Record<Level, string>> = {
  critical: '9.5',
  high: '8.0',
  medium: '5.5',
  low: '2.0',
  informational: '0.5',
};

export function sarifLevel(level: Level): SarifLevel {
  return LEVEL[level];
}

export function securitySeverity(level: Level): string {
  return SEVERITY[level];
}
