/**
 * The one table, as data: what the stack deploys and the conformance tests create. Keys are strings; `ttl` holds
 * seconds since 1970. The index lists studies: by tenant, and by tenant and name.
 */
export const TABLE = {
  partitionKey: "pk",
  sortKey: "sk",
  timeToLive: "ttl",
  index: { name: "gsi1", partitionKey: "gsi1pk", sortKey: "gsi1sk", projection: "KEYS_ONLY" },
} as const;
