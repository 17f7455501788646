import type { LostRecord, PortableTemplate } from '../evtx/index.ts';

/** Bytes of records with a lost template that wait for the second pass (SETTLED A17). */
const MAX_LOST_BYTES = 64 * 1024 * 1024;
const MAX_TEMPLATES = 20_000;

interface Waiting {
  readonly record: LostRecord;
  readonly source: number;
}

/**
 * Records whose template was overwritten, and the templates that might replace it. What is kept when there is too much does
 * not depend on the order of reading: the first by (file, offset).
 */
export class LostRecords {
  #waiting: Waiting[] = [];
  #bytes = 0;
  #dropped = 0;
  readonly #droppedFrom = new Map<number, number>();
  /** By source and GUID: a log hands out the same templates with every unit. */
  readonly #templates = new Map<number, Map<string, PortableTemplate[]>>();
  #templateCount = 0;
  #templatesDropped = 0;

  /** Records that did not wait, because there were too many. */
  get dropped(): number {
    return this.#dropped;
  }

  /** The same by file: each is a record that could not be read (L21). */
  get droppedFrom(): ReadonlyMap<number, number> {
    return this.#droppedFrom;
  }

  get templatesDropped(): number {
    return this.#templatesDropped;
  }

  add(source: number, lost: readonly LostRecord[], templates: readonly PortableTemplate[]): void {
    for (const record of lost) {
      this.#waiting.push({ record, source });
      this.#bytes += record.bytes.length;
    }
    if (this.#bytes > MAX_LOST_BYTES * 1.25) this.#cutBack();
    for (const template of templates) {
      let known = this.#templates.get(source);
      if (known === undefined) {
        known = new Map();
        this.#templates.set(source, known);
      }
      const alike = known.get(template.guid);
      if (alike?.some((other) => isEqual(other.tokens, template.tokens)) === true) continue;
      if (alike === undefined) known.set(template.guid, [template]);
      else alike.push(template);
      this.#templateCount++;
    }
    if (this.#templateCount > MAX_TEMPLATES * 1.25) this.#cutTemplates();
  }

  /** Forgets everything, handing it over: records by (file, offset), templates by (file, content). */
  take(): { readonly lost: readonly LostRecord[]; readonly templates: readonly PortableTemplate[] } {
    this.#cutBack();
    this.#cutTemplates();
    const lost = this.#waiting.map((waiting) => waiting.record);
    const templates = this.#sortedSources().flatMap((source) => sortedTemplates(this.#templates.get(source)));
    this.#waiting = [];
    this.#templates.clear();
    return { lost, templates };
  }

  #sortedSources(): number[] {
    return [...this.#templates.keys()].sort((a, b) => a - b);
  }

  /** Lets go of the templates of the last files. */
  #cutTemplates(): void {
    while (this.#templateCount > MAX_TEMPLATES) {
      const last = this.#sortedSources().at(-1);
      if (last === undefined) return;
      const count = templatesOf(this.#templates.get(last)).length;
      this.#templates.delete(last);
      this.#templateCount -= count;
      this.#templatesDropped += count;
    }
  }

  #cutBack(): void {
    this.#waiting.sort((a, b) => a.source - b.source || a.record.fileOffset - b.record.fileOffset);
    while (this.#bytes > MAX_LOST_BYTES) {
      const last = this.#waiting.pop();
      if (last === undefined) return;
      this.#bytes -= last.record.bytes.length;
      this.#dropped++;
      this.#droppedFrom.set(last.source, (this.#droppedFrom.get(last.source) ?? 0) + 1);
    }
  }
}

type ByGuid = ReadonlyMap<string, readonly PortableTemplate[]>;

function templatesOf(byGuid: ByGuid | undefined): PortableTemplate[] {
  return byGuid === undefined ? [] : [...byGuid.values()].flat();
}

function sortedTemplates(byGuid: ByGuid | undefined): PortableTemplate[] {
  return templatesOf(byGuid)
    .map((template) => ({ template, key: `${template.guid}:${template.tokens.join(',')}` }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ template }) => template);
}

/** Compared item by item: a text of each template as its key cost a quarter of what decoding its unit costs. */
function isEqual(a: Int32Array, b: Int32Array): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
