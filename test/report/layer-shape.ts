import { Ajv2020 } from 'ajv/dist/2020.js';

/** The layer format 4.5 of ATT&CK Navigator as its document has it: of the parts that Triad writes, all that it asks for. */

const text = { type: 'string' } as const;
const colour = { type: 'string', pattern: '^#[0-9a-f]{6}$' } as const;
const named = {
  type: 'object',
  properties: { name: text, value: text },
  required: ['name', 'value'],
  additionalProperties: false,
};
const technique = {
  type: 'object',
  properties: {
    techniqueID: { type: 'string', pattern: '^T\\d{4}(\\.\\d{3})?$' },
    score: { type: 'number', minimum: 0, maximum: 100 },
    comment: text,
    enabled: { type: 'boolean' },
    showSubtechniques: { type: 'boolean' },
  },
  required: ['techniqueID'],
  additionalProperties: false,
};

const validate = new Ajv2020({ allErrors: true }).compile({
  type: 'object',
  properties: {
    name: text,
    versions: {
      type: 'object',
      properties: { attack: { type: 'string', pattern: '^\\d+$' }, navigator: text, layer: { const: '4.5' } },
      required: ['navigator', 'layer'],
      additionalProperties: false,
    },
    domain: { const: 'enterprise-attack' },
    description: text,
    filters: { type: 'object', properties: { platforms: { type: 'array', items: text } } },
    sorting: { enum: [0, 1, 2, 3] },
    hideDisabled: { type: 'boolean' },
    gradient: {
      type: 'object',
      properties: {
        colors: { type: 'array', items: colour, minItems: 2 },
        minValue: { type: 'number' },
        maxValue: { type: 'number' },
      },
      required: ['colors', 'minValue', 'maxValue'],
      additionalProperties: false,
    },
    legendItems: {
      type: 'array',
      items: {
        type: 'object',
        properties: { label: text, color: colour },
        required: ['label', 'color'],
        additionalProperties: false,
      },
    },
    metadata: { type: 'array', items: named },
    techniques: { type: 'array', items: technique },
  },
  required: ['name', 'domain'],
  additionalProperties: false,
});

export interface LayerRead {
  readonly name: string;
  readonly versions: { readonly attack: string };
  readonly metadata: readonly { readonly name: string; readonly value: string }[];
  readonly techniques: readonly {
    readonly techniqueID: string;
    readonly score?: number;
    readonly comment?: string;
    readonly showSubtechniques?: boolean;
  }[];
}

/** The layer in a text.
 * @throws where it is none, or names a technique twice, or hides a sub-technique behind a closed parent. */
export function readLayer(document: string): LayerRead {
  const value: unknown = JSON.parse(document);
  if (!validate(value)) throw new Error(JSON.stringify(validate.errors?.slice(0, 4)));
  const layer = JSON.parse(document) as LayerRead;
  const ids = layer.techniques.map(({ techniqueID }) => techniqueID);
  if (new Set(ids).size < ids.length) throw new Error(`twice: ${ids.join(' ')}`);
  const open = new Set(layer.techniques.flatMap((one) => (one.showSubtechniques === true ? [one.techniqueID] : [])));
  const hidden = ids.filter((id) => id.includes('.') && !open.has(id.slice(0, 5)));
  if (hidden.length > 0) throw new Error(`hidden: ${hidden.join(' ')}`);
  return layer;
}
