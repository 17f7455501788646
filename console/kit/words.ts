import { count, plural } from '../../src/report/index.ts';
import { isShownPlain, visibleText } from './visible.ts';

/** `digits`: a number with its thousands parted. */
export { count as digits, isShownPlain, plural, visibleText };

export type Level = 'critical' | 'high' | 'medium' | 'low' | 'informational';

export const LEVELS: readonly Level[] = ['critical', 'high', 'medium', 'low', 'informational'];

export function levelRank(level: string): number {
  const at = LEVELS.indexOf(level as Level);
  return at < 0 ? 0 : LEVELS.length - at;
}

export function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

/** The words of PRODUCT 8.1: nothing from 0.90, `likely` from 0.70, `possible` from 0.30. */
export function sureWord(confidence: number): string {
  if (confidence >= 0.9) return '';
  return confidence >= 0.7 ? 'likely' : 'possible';
}

export const STATES: Readonly<Record<string, string>> = {
  open: 'Open',
  acknowledged: 'Acknowledged',
  contained: 'Contained',
  closed: 'Closed',
  merged: 'Merged',
};

export const VERDICTS: readonly { readonly id: string; readonly name: string; readonly says: string }[] = [
  { id: 'malicious', name: 'Malicious', says: 'an attack, or part of one' },
  { id: 'authorised', name: 'Authorised', says: 'it happened, and somebody permitted it' },
  { id: 'false', name: 'False', says: 'the rule is wrong: it did not happen like this' },
  { id: 'inconclusive', name: 'Inconclusive', says: 'what is there does not tell' },
  { id: 'duplicate', name: 'Duplicate', says: 'the same as another incident' },
  { id: 'test', name: 'Test', says: 'an exercise' },
];

/** A name for people: `SRV-02` for `srv-02.corp.example`; addresses as they are. */
export function hostName(key: string): string {
  if (/^[0-9.]+$/.test(key) || key.includes(':')) return key;
  const dot = key.indexOf('.');
  return (dot > 0 ? key.slice(0, dot) : key).toUpperCase();
}
