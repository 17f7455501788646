/** Whole numbers below a bound, the same for the same seed. */
export type Dice = (below: number) => number;

/** The generator of Marsaglia's xorshift, 32 bits. */
export function diceOf(seed: number): Dice {
  let state = (seed ^ 0x9e3779b9) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

export function diceBytes(dice: Dice, length: number): Buffer {
  return Buffer.from(Array.from({ length }, () => dice(256)));
}
