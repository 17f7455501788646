import { covers, type Scope } from '../../accounts/index.ts';
import {
  type ApiRequest,
  type Handler,
  idempotencyKeyOf,
  jsonAnswer,
  KEY_OF_ANOTHER,
  type PreviewRequest,
  refused,
  type SuppressionDocument,
  type SuppressionRequest,
} from '../../api/index.ts';
import { isRuleAlone, type State, type Suppression, type SuppressionScope } from '../../state/index.ts';
import { byOf } from './by.ts';
import { keptDocument } from './hidden-times.ts';
import { pageAnswer, pageRequestOf, refusalAnswer } from './lists.ts';
import { oneOf, readQuery } from './query.ts';

export interface SuppressionParts {
  readonly state: State;
  nowMs(): number;
  /** Told when the queue hides something else from now on. */
  onChange(number: number, change: 'made' | 'ended'): void;
}

/** What an analyst may do alone (TRUST 6.1). */
const DAYS_OF_ANALYSTS = 7;

/** Mutes of the queue (SETTLED G8). */
export function suppressionHandlers({
  state,
  nowMs,
  onChange,
}: SuppressionParts): Readonly<
  Record<'listSuppressions' | 'addSuppression' | 'previewSuppression' | 'endSuppression', Handler>
> {
  return {
    listSuppressions: async (request) => {
      const read = readQuery(request.query, { state: oneOf(['active', 'ended'] as const) });
      if (read.kind !== 'values') return read;
      const page = pageRequestOf(request);
      if ('kind' in page) return page;
      const asked = read.values.state;
      const wanted = asked === undefined ? {} : { isActive: asked === 'active' };
      const at = nowMs();
      return pageAnswer(await state.call('listSuppressions', { ...page, ...wanted, nowMs: at }), (one) =>
        documentOf(one, at),
      );
    },
    addSuppression: async (request) => {
      const { scope, level, reason, owner, days, what } = request.json as SuppressionRequest;
      const own = scopeOf(scope);
      if (!isEngineer(request) && (days > DAYS_OF_ANALYSTS || isRuleAlone(own))) {
        const detail =
          days > DAYS_OF_ANALYSTS
            ? `An analyst mutes for ${DAYS_OF_ANALYSTS} days at most; an engineer for more.`
            : 'A rule alone is muted by an engineer; add a host, an account or a content.';
        return refused({
          code: request.caller?.person === undefined ? 'scope_insufficient' : 'role_insufficient',
          detail,
        });
      }
      const at = nowMs();
      const who = request.caller?.name ?? 'unknown';
      const added = await state.call('addSuppression', {
        suppression: {
          scope: own,
          ...(level === undefined ? {} : { level }),
          reason,
          owner: owner ?? who,
          days,
          ...(what === undefined ? {} : { what }),
        },
        by: byOf(request, at),
        idempotencyKey: idempotencyKeyOf(request.headers),
      });
      if (added.kind === 'refused') return refusalAnswer(added);
      if (added.value.kind === 'keyUsed') return refused(KEY_OF_ANOTHER);
      if (!added.value.isKnown) onChange(added.value.suppression.number, 'made');
      const headers = added.value.isKnown ? { 'idempotent-replay': 'true' } : {};
      return jsonAnswer(documentOf(added.value.suppression, at), 201, headers);
    },
    previewSuppression: async ({ json }) => {
      const { scope, level } = json as PreviewRequest;
      const seen = await state.call('previewSuppression', {
        scope: scopeOf(scope),
        ...(level === undefined ? {} : { level }),
      });
      return seen.kind === 'refused' ? refusalAnswer(seen) : jsonAnswer(seen.value);
    },
    endSuppression: async (request) => {
      const text = request.params['number'] ?? '';
      const number = /^\d{1,12}$/.test(text) ? Number(text) : 0;
      const at = nowMs();
      const ended = await state.call('endSuppression', { number, by: byOf(request, at) });
      if (ended.kind === 'refused') return refusalAnswer(ended);
      onChange(number, 'ended');
      return jsonAnswer(documentOf(ended.value, at));
    },
  };
}

function isEngineer({ caller }: ApiRequest): boolean {
  return caller?.scopes.some((scope) => covers(scope as Scope, 'engineer')) === true;
}

/** Names are compared in lower case, as incidents have them. */
function scopeOf({ host, analytic, account, ...prints }: SuppressionRequest['scope']): SuppressionScope {
  const { subscription, payload, command } = prints;
  return {
    ...(host === undefined ? {} : { host: host.toLowerCase() }),
    ...(analytic === undefined ? {} : { analytic }),
    ...(subscription === undefined ? {} : { subscription: subscription.toLowerCase() }),
    ...(payload === undefined ? {} : { payload: payload.toLowerCase() }),
    ...(command === undefined ? {} : { command: command.toLowerCase() }),
    ...(account === undefined ? {} : { account: account.toLowerCase() }),
  };
}

function documentOf(suppression: Suppression, nowMs: number): SuppressionDocument {
  const { endedMs, endsMs } = suppression;
  return {
    ...keptDocument(suppression),
    hides: suppression.hides,
    state: endedMs === null && endsMs > nowMs ? 'active' : 'ended',
  };
}
