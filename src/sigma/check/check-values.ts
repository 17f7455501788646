import type { Item } from '../parse/detection.ts';
import type { Path, Report, Trouble } from '../parse/problem.ts';
import { spanInScalar } from '../parse/scalar-offset.ts';
import type { SourceText } from '../parse/source.ts';
import type { ScalarNode } from '../parse/tree.ts';
import { parseNetwork } from '../values/cidr.ts';
import { numberOf } from '../values/number.ts';
import { compileRegex } from '../values/regex.ts';
import { TIME_RANGE } from '../values/time-part.ts';
import { literalOf, parseParts, withDashes } from '../values/wildcards.ts';
import type { Modifiers, Operation } from './modifiers.ts';

/** Above this many free dashes pySigma refuses a value: it writes all 5^n texts out (SIGMA 2.3). */
const PORTABLE_DASHES = 3;

/** Reports what is wrong with the values of an item for its modifiers (SIGMA 2.1, 2.3). True when nothing is. */
export function checkValues(source: SourceText, item: Item, modifiers: Modifiers, report: Report): boolean {
  let isRight = true;
  const told: Report = (trouble) => {
    if (trouble.code !== 'S137' && trouble.code !== 'S138' && trouble.code !== 'S139' && trouble.code !== 'S126')
      isRight = false;
    report(trouble);
  };
  const check = new ValueCheck(source, item, modifiers, told);
  for (const [i, value] of item.values.entries()) check.value(value, item.isList ? [...item.path, i] : item.path);
  check.whole();
  return isRight;
}

class ValueCheck {
  readonly #source: SourceText;
  readonly #item: Item;
  readonly #modifiers: Modifiers;
  readonly #report: Report;

  constructor(source: SourceText, item: Item, modifiers: Modifiers, report: Report) {
    this.#source = source;
    this.#item = item;
    this.#modifiers = modifiers;
    this.#report = report;
  }

  #tell(code: Trouble['code'], value: ScalarNode, path: Path, message: string, hint?: string): void {
    this.#report({ code, at: value.at, path, message, hint });
  }

  #odd(code: 'S126' | 'S139', message: string, hint?: string): void {
    this.#report({ code, at: this.#item.key.at, path: this.#item.path, message, hint });
  }

  whole(): void {
    const { values, key, isList } = this.#item;
    const { operation, isAll } = this.#modifiers;
    const [first] = values;
    if (isAll && values.length === 1 && !this.#modifiers.isExpanded) {
      const hint = 'Take "all" out, or give it a list.';
      this.#report({ code: 'S137', at: key.at, path: this.#item.path, message: '"all" has one value.', hint });
    }
    if (operation.kind === 'exists' && isList && values.length > 1 && first !== undefined) {
      this.#tell('S132', first, this.#item.path, '"exists" takes one of true and false.');
    }
    if (operation.kind === 'text' && operation.wide !== undefined && operation.base64 === undefined) {
      this.#odd('S126', 'An encoding without base64 looks for bytes, which text fields seldom hold.');
    }
    if (operation.kind === 'text' && operation.base64 === 'base64offset' && operation.anchor === 'equals') {
      this.#odd(
        'S126',
        '"base64offset" finds a part of a longer text, but the whole value is compared.',
        'Write "base64offset|contains".',
      );
    }
  }

  value(value: ScalarNode, path: Path): void {
    if (value.value === null) {
      this.#nothing(value, path);
      return;
    }
    if (typeof value.value === 'number' && !Number.isFinite(value.value)) {
      this.#tell('S132', value, path, `${value.text} is no number that an event can hold.`);
      return;
    }
    const { operation } = this.#modifiers;
    if (this.#modifiers.isExpanded) {
      if (typeof value.value !== 'string') this.#tell('S132', value, path, '"expand" takes text with %placeholders%.');
      return;
    }
    switch (operation.kind) {
      case 'text':
        this.#text(value, path, operation);
        break;
      case 'regex':
        this.#regex(value, path, operation);
        break;
      case 'cidr':
        this.#cidr(value, path);
        break;
      case 'exists':
        if (typeof value.value !== 'boolean')
          this.#tell('S132', value, path, '"exists" takes true or false.', 'Write it without quotes.');
        break;
      case 'compare':
      case 'time':
        this.#number(value, path, operation);
        break;
      case 'fieldref':
        this.#fieldref(value, path);
        break;
    }
  }

  #nothing(value: ScalarNode, path: Path): void {
    const { operation } = this.#modifiers;
    const isPlain = operation.kind === 'text' && isEquality(operation) && !this.#modifiers.isExpanded;
    if (this.#item.isList) {
      const hint = 'Write a selection of its own with "field: null", and join the two in the condition.';
      this.#tell('S124', value, path, 'null cannot be one of several values.', hint);
    } else if (!isPlain || this.#item.key.field === undefined) {
      this.#tell('S132', value, path, `null does not go together with "${this.#item.key.text}".`);
    }
  }

  #text(value: ScalarNode, path: Path, operation: Operation & { kind: 'text' }): void {
    if (typeof value.value !== 'string') {
      if (isEquality(operation)) return;
      const isBoolean = typeof value.value === 'boolean';
      const message = `${value.text} is ${isBoolean ? 'a truth value' : 'a number'}, and "${this.#item.key.text}" compares text.`;
      if (isBoolean || operation.isCased) this.#tell('S132', value, path, message, `Write '${value.text}' in quotes.`);
      else this.#tell('S139', value, path, message, `Write '${value.text}' in quotes; pySigma refuses it as it is.`);
      return;
    }
    const parts = parseParts(value.value);
    if (operation.wide !== undefined || operation.base64 !== undefined) {
      if (literalOf(parts) === undefined) {
        const hint = 'Escape a star or question mark that is meant as such: "\\*", "\\?".';
        this.#tell('S135', value, path, 'A wildcard cannot be encoded.', hint);
      } else if (parts.length === 0) this.#tell('S132', value, path, 'An empty text has nothing to encode.');
    }
    if (operation.isDashed && withDashes(parts).dashes > PORTABLE_DASHES) {
      this.#tell(
        'S139',
        value,
        path,
        `The value has more than ${PORTABLE_DASHES} dashes that vary; pySigma refuses it.`,
      );
    }
  }

  #regex(value: ScalarNode, path: Path, flags: Operation & { kind: 'regex' }): void {
    if (typeof value.value === 'boolean') {
      this.#tell('S132', value, path, 'A regular expression must be text.');
      return;
    }
    const text = typeof value.value === 'string' ? value.value : value.text;
    if (text === '') this.#tell('S126', value, path, 'An empty expression matches every value.');
    const reading = compileRegex(text, flags);
    if (reading.kind === 'regex') return;
    const { offset, length, message } = reading.trouble;
    const at = spanInScalar(this.#source, value, offset, offset + length);
    const hint = 'Expressions have the syntax of RE2.';
    this.#report({ code: 'S133', at, path, message: `Character ${offset + 1}: ${message}`, hint });
  }

  #cidr(value: ScalarNode, path: Path): void {
    const text = typeof value.value === 'string' ? value.value : '';
    const reading = parseNetwork(text);
    if (reading.kind === 'trouble')
      this.#tell('S134', value, path, reading.message, 'Write a network as 10.0.0.0/8 or fe80::/10.');
    else if (reading.hasHostBits)
      this.#tell('S138', value, path, 'The address has bits beyond its prefix; they are ignored.');
  }

  #number(value: ScalarNode, path: Path, operation: Operation & { kind: 'compare' | 'time' }): void {
    const number = typeof value.value === 'boolean' ? undefined : numberOf(value.value);
    if (number === undefined) {
      this.#tell('S132', value, path, `"${this.#item.key.text}" takes a number.`);
      return;
    }
    if (typeof value.value === 'string') {
      this.#tell(
        'S139',
        value,
        path,
        'This number is written as text; pySigma refuses it.',
        `Write ${value.text} without quotes.`,
      );
    }
    if (operation.kind !== 'time') return;
    const [least, most] = TIME_RANGE[operation.part];
    const isWhole = typeof number === 'bigint';
    if (!isWhole || number < least || number > most) {
      this.#tell('S132', value, path, `"${operation.part}" takes a whole number from ${least} to ${most}.`);
    }
  }

  #fieldref(value: ScalarNode, path: Path): void {
    if (typeof value.value !== 'string' || value.value === '') {
      this.#tell('S132', value, path, '"fieldref" takes the name of a field.');
    } else if (/[*?]/.test(value.value)) this.#tell('S135', value, path, 'The name of a field has no wildcards.');
  }
}

/** No modifier changes the comparison of whole values. */
export function isEquality(operation: Operation & { kind: 'text' }): boolean {
  const { anchor, isDashed, wide, base64 } = operation;
  return anchor === 'equals' && !isDashed && wide === undefined && base64 === undefined;
}
