import { canonicalFieldText, type FieldType, fieldLayoutOf, isSidText, sidOfWellKnownName } from '../windows/index.ts';
import { type FormGroup, type FormSlot, type MessageForms, messageFormsOf } from './message-forms.ts';
import { englishLabel, englishValue, foldedLabel } from './message-languages.ts';
import { endOfLongValue, type OutlineGroup, type OutlineItem, outlineOf } from './message-outline.ts';
import type { RawField } from './shaped-event.ts';

type Found = readonly (readonly [FormSlot, string])[];

/** Fields that hold codes (`%%4416`), which a message replaces by words of its language. */
const CODED: ReadonlySet<string> = new Set(['AccessList', 'AccessReason', 'LayerName', 'FailureReason']);

/**
 * The fields in the rendered message of an event whose text is an outline of labels (Security, 1102, 7045). English
 * labels tell which it is, which real records prove; else the outline itself, where it is exactly that of one form of the event
 * and every value is of its field's kind; else the labels that the table of languages knows. Values that only stand for the
 * field's are left out.
 */
export function labelledMessageFields(
  provider: string,
  eventId: number,
  message: string,
): readonly RawField[] | undefined {
  const forms = messageFormsOf(provider.toLowerCase(), eventId);
  const layout = fieldLayoutOf(provider, eventId);
  if (forms === undefined || layout === undefined) return undefined;
  const outline = outlineOf(message);
  const typeOf = (field: string): FieldType => layout.field(field)?.type ?? 'text';
  const found =
    byLabels(message, outline, forms, foldedLabel) ??
    byOutline(message, outline, forms, typeOf) ??
    byLabels(message, outline, forms, englishLabel);
  if (found === undefined) return undefined;
  const values = new Map<string, string>();
  for (const [{ field }, written] of found) {
    const value = fieldValue(field, typeOf(field), written);
    if (value !== undefined) values.set(field, value);
  }
  return layout.fields.flatMap(({ name }): readonly RawField[] => {
    const value = values.get(name);
    return value === undefined ? [] : [[name, value]];
  });
}

/** The value of the field behind a rendered one; undefined where the message has only words for it. */
function fieldValue(field: string, type: FieldType, written: string): string | undefined {
  if (CODED.has(field)) return written.includes('%%') ? written : undefined;
  if (type === 'sid') return isSidText(written) ? written : sidOfWellKnownName(written);
  if (type !== 'parameter') return isOfType(type, written) ? written : undefined;
  const text = canonicalFieldText(type, englishValue(written));
  return text.startsWith('%%') || text === '-' ? text : undefined;
}

function isOfType(type: FieldType, value: string): boolean {
  if (value === '' || value === '-') return true;
  switch (type) {
    case 'dec':
      return /^(?:\d{1,20}|0x[0-9a-f]{1,16})$/i.test(value);
    case 'hex':
      return /^0x[0-9a-f]{1,16}$/i.test(value);
    case 'guid':
      return /^\{?[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\}?$/i.test(value);
    case 'sid':
      return isSidText(value) || !/[\t\r\n]/.test(value);
    default:
      return true;
  }
}

/** By labels; one that stands twice says nothing, for one of the two is part of a value. */
function byLabels(
  message: string,
  outline: readonly OutlineGroup[],
  forms: MessageForms,
  read: (label: string) => string,
): Found | undefined {
  const slots = new Map<string, FormSlot>();
  let fewest = Number.POSITIVE_INFINITY;
  for (const form of forms.forms) {
    for (const group of form)
      for (const slot of group.slots) slots.set(keyOf(group.section, slot.label, foldedLabel), slot);
    fewest = Math.min(fewest, slotCount(form));
  }
  const found = new Map<FormSlot, string>();
  const twice = new Set<FormSlot>();
  for (const [key, item] of labelled(outline, read)) {
    const slot = slots.get(key);
    if (slot === undefined) continue;
    if (found.has(slot)) twice.add(slot);
    found.set(slot, slot.isLong ? longValue(message, item, forms) : item.value);
    if (slot.isLong) break;
  }
  for (const slot of twice) found.delete(slot);
  return (found.size + twice.size) * 2 >= fewest ? [...found] : undefined;
}

function* labelled(
  outline: readonly OutlineGroup[],
  read: (label: string) => string,
): Generator<readonly [string, OutlineItem]> {
  for (const group of outline) {
    if (group.items.length === 0) yield [keyOf(undefined, group.label, read), group];
    for (const item of group.items) yield [keyOf(group.label, item.label, read), item];
  }
}

function keyOf(section: string | undefined, label: string, read: (label: string) => string): string {
  return `${section === undefined ? '' : read(section)}\n${read(label)}`;
}

function slotCount(form: readonly FormGroup[]): number {
  return form.reduce((sum, { slots }) => sum + slots.length, 0);
}

function longValue(message: string, item: OutlineItem, forms: MessageForms): string {
  return message.slice(item.start, endOfLongValue(message, item.start, forms.follows));
}

/** By the outline alone: the one form that has exactly these groups with as many labels each. */
function byOutline(
  message: string,
  outline: readonly OutlineGroup[],
  forms: MessageForms,
  typeOf: (field: string) => FieldType,
): Found | undefined {
  for (const form of forms.forms) {
    const found = laidOn(message, outline, form, forms);
    if (found?.every(([slot, value]) => isOfType(typeOf(slot.field), value)) === true) return found;
  }
  return undefined;
}

function laidOn(
  message: string,
  outline: readonly OutlineGroup[],
  form: readonly FormGroup[],
  forms: MessageForms,
): Found | undefined {
  const found: (readonly [FormSlot, string])[] = [];
  for (const [index, group] of form.entries()) {
    const there = outline[index];
    if (there === undefined) return undefined;
    if (group.isFree) continue;
    const items = group.section === undefined ? [there] : there.items;
    if (group.section === undefined && there.items.length > 0) return undefined;
    const isLong = group.slots.at(-1)?.isLong === true;
    if (isLong ? items.length < group.slots.length : items.length !== group.slots.length) return undefined;
    for (const [at, slot] of group.slots.entries()) {
      const item = items[at];
      if (item === undefined) return undefined;
      found.push([slot, slot.isLong ? longValue(message, item, forms) : item.value]);
    }
    if (isLong) return found;
  }
  return outline.length === form.length ? found : undefined;
}
