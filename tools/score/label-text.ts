import { createHash } from 'node:crypto';
import type { LabelText } from './labels.ts';

/**
 * True when a text equals the label's, which may be a digest. `canonical` compares as SERVE 2.4 does, for files that are not
 * EVTX (SETTLED B14): shippers rewrite line ends and cut what is at the end.
 */
export function isEqualText(
  found: string | undefined,
  label: LabelText | null,
  as: 'is' | 'canonical' = 'is',
): boolean {
  if (label === null) return true;
  if (found === undefined) return false;
  const text = canonical(found);
  if (typeof label === 'string') return found === label || (as === 'canonical' && text === canonical(label));
  // A digest cannot be made canonical, so the text is tried in each form that the label's may have had.
  const forms =
    as === 'is'
      ? [found]
      : [found, text, `${text}\n`, text.replaceAll('\n', '\r\n'), `${text}\n`.replaceAll('\n', '\r\n')];
  return forms.some((form) => createHash('sha256').update(form, 'utf8').digest('hex') === label.sha256_utf8);
}

function canonical(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\n\u0000]+$/, '');
}
