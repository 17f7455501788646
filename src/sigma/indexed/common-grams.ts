export const COMMON_GRAMS: readonly string[] = [];
