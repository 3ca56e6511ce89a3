/** Levels of mappings and lists, the file itself being the first (limit of the API). */
export const DEEPEST = 16;

/** A body of 256 KiB cannot hold more values; a file that does repeats itself through YAML aliases. */
export const MOST_VALUES = 262_144;

/**
 * Items of the parts that are held against each other. Parameters: limit of the API. Constraints are checked against
 * every parameter, enqueued trials against every constraint: with these a file of any content is read in seconds.
 */
export const MOST_ITEMS = { parameters: 1000, constraints: 1000, enqueue: 10_000 } as const;

/**
 * Bytes of `fixed` as JSON, by which the workflow counts. It is in the request of every trial, and the workflow takes no message of more than 256 KiB: the
 * other half is for parameters, which a job's arguments repeat.
 */
export const LONGEST_FIXED = 131_072;

/** Replicates of one configuration: its mean is ten times as sure as one trial then, and beyond that each adds little. */
export const MOST_REPLICATES = 100;
