/**
 * Keys that the format documents and this version does not do: refused by name, so that nobody believes that they
 * took effect. By the mapping they stand in; the empty string is the file itself.
 */
const LATER_KEYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "": {
    warmStart: "a warm start from other studies",
    checkpoint: "checkpoints of trials",
  },
};

/** What a later version does with `key` of the mapping at `parent`; undefined where the key is simply unknown. */
export function laterKey(parent: string, key: string): string | undefined {
  const keys = Object.hasOwn(LATER_KEYS, parent) ? LATER_KEYS[parent] : undefined;
  return keys !== undefined && Object.hasOwn(keys, key) ? keys[key] : undefined;
}

/** What a problem says of it: `expected` without the feature, then that it will come. */
export function expectedUntilThen(otherwise: string, feature: string): string {
  return `${otherwise} (not yet: ${feature} comes in a later version)`;
}
