import { type Profiler, Session } from "node:inspector";

/** What a sample of the profiler belongs to: the first of these that any of the functions on its stack stands in. */
const PARTS: readonly (readonly [string, RegExp])[] = [
  ["store", /\/adapters\//],
  ["fit", /\/lib\/surrogate\/fit\.ts$/],
  ["propose", /\/lib\/strategy\//],
  ["interpreter", /\/local\/asl\/|\/jsonata\//],
  ["handlers", /\/lib\/|\/local\//],
];

/** Samples of 2 ms tell parts of a run that takes seconds apart, and slow it little. */
const EVERY_MICROSECONDS = 2000;

/** Runs `work` and says what share of the time each part had; "other" is the collector of garbage, Node and the simulation. */
export async function profiled<T>(
  work: () => Promise<T>,
): Promise<{ readonly result: T; readonly shares: Readonly<Record<string, number>> }> {
  const session = new Session();
  session.connect();
  const post = <R>(method: string, parameters: object = {}): Promise<R> =>
    new Promise((resolve, reject) => {
      session.post(method, parameters, (error, answer) => (error === null ? resolve(answer as R) : reject(error)));
    });
  await post("Profiler.enable");
  await post("Profiler.setSamplingInterval", { interval: EVERY_MICROSECONDS });
  await post("Profiler.start");
  const result = await work();
  const { profile } = await post<Profiler.StopReturnType>("Profiler.stop");
  session.disconnect();
  return { result, shares: sharesOf(profile) };
}

function sharesOf({ nodes, samples = [] }: Profiler.Profile): Record<string, number> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const parts = new Map(
    nodes.map(({ id }) => {
      const urls: string[] = [];
      for (let at: number | undefined = id; at !== undefined; at = parents.get(at)) {
        urls.push(byId.get(at)?.callFrame.url ?? "");
      }
      return [id, PARTS.find(([, pattern]) => urls.some((url) => pattern.test(url)))?.[0] ?? "other"];
    }),
  );
  const counts = new Map([...PARTS.map(([name]) => name), "other"].map((name) => [name, 0]));
  for (const sample of samples) {
    const part = parts.get(sample) ?? "other";
    counts.set(part, (counts.get(part) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].map(([part, count]) => [part, count / samples.length]));
}
