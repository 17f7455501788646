import type { ScalarValue } from './tree.ts';

/**
 * How YAML 1.1 reads a plain scalar that 1.2 reads otherwise; undefined where both agree (SIGMA 1). The corpus is tested
 * with PyYAML, so its reading of 1.1 is the one that matters: `y` and `n` are text there.
 */
export function olderReading(text: string, value: ScalarValue): string | undefined {
  if (text.length > 64) return undefined;
  if (typeof value === 'string') return readingOfText(text);
  if (typeof value === 'bigint') return readingOfInteger(text, value);
  if (typeof value === 'number' && /^[-+]?[0-9]+[eE][0-9]+$|^[-+]?[0-9]*\.?[0-9]*[eE][0-9]+$/.test(text)) return 'text';
  return undefined;
}

function readingOfText(text: string): string | undefined {
  if (/^(?:yes|Yes|YES|on|On|ON)$/.test(text)) return 'true';
  if (/^(?:no|No|NO|off|Off|OFF)$/.test(text)) return 'false';
  if (text === '=') return 'an error';
  if (/^[-+]?0b[01_]+$/.test(text)) return 'a binary number';
  if (/^[-+]?0x[0-9a-fA-F_]+$/.test(text)) return 'a hexadecimal number';
  if (/^[-+]?[0-9][0-9_]*$/.test(text)) return 'a number';
  if (/^[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?$/.test(text)) return 'a number';
  if (/^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/.test(text)) return 'a number in base 60';
  if (
    /^\d{4}-\d\d?-\d\d?(?:(?:[Tt]|[ \t]+)\d\d?:\d\d:\d\d(?:\.\d*)?(?:[ \t]*(?:Z|[-+]\d\d?(?::\d\d)?))?)?$/.test(text)
  ) {
    return 'a time';
  }
  return undefined;
}

function readingOfInteger(text: string, value: bigint): string | undefined {
  if (/^0o/.test(text)) return 'text';
  if (!/^[-+]?0[0-9]+$/.test(text)) return undefined;
  if (!/^[-+]?0[0-7]+$/.test(text)) return 'text';
  const octal = BigInt(Number.parseInt(text.replace(/^[-+]/, ''), 8));
  return octal === value || -octal === value ? undefined : String(text.startsWith('-') ? -octal : octal);
}
