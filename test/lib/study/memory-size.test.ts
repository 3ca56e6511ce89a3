import { expect, it } from "vitest";
import { parseMemorySize } from "../../../lib/study/memory-size.ts";

it.each([
  ["512MB", 512_000_000],
  ["1.5GB", 1_500_000_000],
  ["512MiB", 536_870_912],
  ["4GiB", 4_294_967_296],
  ["0.1MiB", 104_857],
])("%s is %i bytes", (text, bytes) => {
  expect(parseMemorySize(text)).toBe(bytes);
});

it.each(["4", "4G", "4 GiB", "-1GB", "GB", "4gib", "1e3MB", ""])("%j is no amount of memory", (text) => {
  expect(parseMemorySize(text)).toBeNull();
});
