import type { JSX } from 'preact';

/** A share from 0 to 1 with its 95 % interval. */
interface Share {
  readonly ratio: number;
  readonly low: number;
  readonly high: number;
}

/** As the server tells it; without shares where too few incidents were decided. */
export interface Precision {
  readonly decided: number;
  readonly rule?: Share;
  readonly security?: Share;
}

/** Below that upper bound a rule is to be looked at (PRODUCT 13). */
const TO_REVIEW = 0.2;

/** How often what it found was what it says, and how often an attack. */
export function PrecisionWords({ of }: { readonly of: Precision | undefined }): JSX.Element {
  if (of === undefined) return <>–</>;
  const { decided, rule, security } = of;
  if (rule === undefined || security === undefined) return <>too few ({decided})</>;
  return (
    <>
      {words(rule)} of {decided}
      {rule.high < TO_REVIEW ? <b>, to be reviewed</b> : null}
      <br />
      <span class="muted">attacks {words(security)}</span>
    </>
  );
}

function words({ ratio, low, high }: Share): string {
  return `${ratio.toFixed(2)} (${low.toFixed(2)} to ${high.toFixed(2)})`;
}
