import { type CimClass, type CimInstance, classMof, instanceMof, unreadText } from '../../cim/index.ts';
import { count, escapeTerminal, plural } from '../terminal.ts';
import { isClass, type RepositoryRow } from './rows.ts';

/** One row as a line for people, or as a few; everything from the evidence is escaped (L20). */
export function rowText(row: RepositoryRow): string {
  switch (row.kind) {
    case 'repository':
      return repositoryText(row);
    case 'generation': {
      const { id, map, modified, keys, classes, instances, isCurrent, indexMismatches } = row;
      const wrong = indexMismatches === 0 ? '' : `, ${plural(indexMismatches, 'index page')} with a wrong checksum`;
      const place = map === undefined ? 'no map' : escapeTerminal(map);
      return `  ${String(id).padEnd(8)} ${place}  ${modified ?? 'no time kept'}  ${count(keys)} keys, ${count(classes)} classes, ${count(instances)} instances${isCurrent ? ', current' : ''}${wrong}\n`;
    }
    case 'namespace': {
      const unnamed = row.isNamed ? '' : '   no instance names it';
      return `  ${escapeTerminal(row.namespace)}   ${count(row.classes)} classes, ${count(row.instances)} instances${unnamed}\n`;
    }
    case 'security':
      return securityText(row);
    case 'listing': {
      const above = row.superclass === undefined ? '' : ` : ${escapeTerminal(row.superclass)}`;
      const instances = row.instances === 0 ? '' : `   ${plural(row.instances, 'instance')}`;
      return `  ${escapeTerminal(row.class)}${above}${instances}\n`;
    }
    case 'instance':
      return `  ${escapeTerminal(row.namespace ?? 'namespace unknown')}:${escapeTerminal(row.path)}   ${placeText(row.repository)}\n`;
    case 'unread':
      return `  ${unreadText(row)}\n`;
    case 'class':
      return `  ${escapeTerminal(row.namespace)}:${escapeTerminal(row.class)}   ${placeText(row.repository)}\n`;
    case 'change':
      return changeText(row);
    case 'remain': {
      const { instance } = row;
      const more = [
        ...(row.copies === 0 ? [] : [`${plural(row.copies, 'more copy', 'more copies')}`]),
        ...(row.hasLiveVersion ? ['an older version of a live one'] : []),
        ...(row.isCut ? ['cut'] : []),
      ];
      const tail = more.length === 0 ? '' : `, ${more.join(', ')}`;
      return `  ${escapeTerminal(instance.namespace ?? 'namespace unknown')}:${escapeTerminal(instance.path)}   ${placeText(instance.repository)}${tail}\n`;
    }
    case 'remainingClass':
      return `  class ${escapeTerminal(row.class.class)}   ${placeText(row.class.repository)}\n`;
    case 'edge':
      return `  ${escapeTerminal(row.namespace)}:${escapeTerminal(row.class)}.${escapeTerminal(row.property)} referred to something; ${placeText(row.repository)}\n`;
    case 'residue':
      return `  ${escapeTerminal(row.namespace)}:${escapeTerminal(row.class)} had an instance with key hash ${row.keyHash.slice(0, 16)}…   index residue, 0.9\n`;
    case 'text':
      return `  ${escapeTerminal(row.class)}: ${row.texts.map((text) => escapeTerminal(text).slice(0, 200)).join(' | ')}   text only, 0.2, at ${row.offset}\n`;
    case 'anomaly': {
      const at = row.offset === undefined ? '' : `, 0x${row.offset.toString(16)}`;
      return `  ${row.level}  ${row.code}  ${escapeTerminal(row.file)}${at}\n         ${escapeTerminal(row.message)}\n`;
    }
  }
}

function repositoryText(row: RepositoryRow & { kind: 'repository' }): string {
  const layout = row.layout === 'vista' ? 'Windows Vista and later' : 'Windows XP or 2003';
  const windows = row.windows === undefined ? layout : `${layout}, build ${escapeTerminal(row.windows)}`;
  const by = {
    map: `generation ${row.generation} by ${escapeTerminal(row.map ?? '')}`,
    index: 'no usable map: read by the numbers of the index pages',
    objects: 'no usable index: read from the pages of objects alone',
  }[row.readBy];
  return `${escapeTerminal(row.place)}\n  ${windows}; ${by ?? ''}\n`;
}

function securityText(row: RepositoryRow & { kind: 'security' }): string {
  const parts: string[] = [];
  if (row.isOpen) parts.push('open to everybody');
  if (row.remote.length > 0) parts.push(`remote: ${row.remote.join(' ')}`);
  for (const { sid, rights } of row.writers) parts.push(`${sid}: ${rights.join(', ')}`);
  return `  ${escapeTerminal(row.namespace)}   ${parts.length === 0 ? 'administrators only' : parts.join('; ')}\n`;
}

function changeText(row: RepositoryRow & { kind: 'change' }): string {
  const what =
    row.object === 'instance'
      ? `${row.namespace}:${row.path ?? ''}`
      : row.object === 'class'
        ? `class ${row.namespace}:${row.class ?? ''}`
        : `namespace ${row.namespace}`;
  const [before, after] = row.generations;
  const times =
    row.notBefore === undefined && row.notAfter === undefined
      ? ''
      : `, between ${row.notBefore ?? 'an unknown time'} and ${row.notAfter ?? 'an unknown time'}`;
  const lines = [
    `  ${row.change.padEnd(8)}  ${escapeTerminal(what)}`,
    `            generation ${before} to ${after}${times}`,
  ];
  for (const { property, before: old, after: now } of row.values ?? []) {
    lines.push(`            ${escapeTerminal(property)}: ${shown(old)} -> ${shown(now)}`);
  }
  return `${lines.join('\n')}\n`;
}

function shown(value: unknown): string {
  const text = escapeTerminal(JSON.stringify(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
}

function placeText(place: {
  readonly label: string;
  readonly confidence: number;
  readonly physicalPage: number;
  readonly recordId?: number;
}): string {
  const record = place.recordId === undefined ? '' : `, record ${place.recordId}`;
  return `${place.label}, ${place.confidence}; page ${place.physicalPage}${record}`;
}

/** A class or an instance as MOF, with a line before it that says where it stands. */
export function objectMof(one: CimClass | CimInstance): string {
  const namespace = one.namespace?.path ?? one.namespace?.hash ?? 'namespace unknown';
  const head = `// ${escapeTerminal(namespace)}; ${placeText(one.place)}\n`;
  return `${head}${isClass(one) ? classMof(one) : instanceMof(one)}\n`;
}
