import { Agent, request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

export interface Crowd {
  readonly workers: number;
  /** Share of trials whose worker dies between ask and tell; another takes its place. A trial is lost once at most. */
  readonly dying: number;
  readonly leaseSeconds: number;
  /** Milliseconds between two looks of a worker that was given nothing: the end waits for leases that expire. */
  readonly lookMs: number;
  /** What a trial takes in the mean, from half to one and a half of it. @default no time: the crowd is as fast as its answers */
  readonly trialMs?: number;
}

export interface CrowdReport {
  readonly seconds: number;
  /** Of the first asks, which all come at one instant and find nothing proposed yet; in milliseconds, ascending. */
  readonly firstMs: readonly number[];
  /** Of the later asks that were given a trial. */
  readonly askMs: readonly number[];
  readonly tellMs: readonly number[];
  readonly died: number;
  /** What each trial was told by whom the server said that it had taken it. */
  readonly told: ReadonlyMap<number, number>;
  /** Trials of which the server took two different results. */
  readonly toldTwice: readonly number[];
}

interface Given {
  readonly trial: number;
  readonly lease: string;
}

/**
 * Workers that ask and tell a study over HTTP until it is exhausted. Each result is a number that no other has, so that what is
 * kept of a trial says who told it; and each is told twice, as after an answer that was lost.
 */
export async function workCrowd(url: string, study: string, crowd: Crowd): Promise<CrowdReport> {
  const agent = new Agent({ keepAlive: true });
  const began = performance.now();
  const firstMs: number[] = [];
  const askMs: number[] = [];
  const tellMs: number[] = [];
  const told = new Map<number, number>();
  const toldTwice = new Set<number>();
  const lost = new Set<number>();
  let names = 0;
  let results = 0;

  async function tell({ trial, lease }: Given): Promise<void> {
    results += 1;
    const error = 1 / results;
    const start = performance.now();
    const { status } = await post(agent, `${url}/studies/${study}/trials/${trial}/complete`, {
      lease,
      metrics: { error },
    });
    tellMs.push(performance.now() - start);
    if (status === 409) return;
    if (status !== 200) throw new Error(`telling trial ${trial}: ${status}`);
    if (told.has(trial)) toldTwice.add(trial);
    told.set(trial, error);
    const again = await post(agent, `${url}/studies/${study}/trials/${trial}/complete`, { lease, metrics: { error } });
    if (again.status !== 200) throw new Error(`telling trial ${trial} again: ${again.status}`);
  }

  async function work(): Promise<void> {
    let client = `w${names++}`;
    for (let turn = 0; ; turn++) {
      const start = performance.now();
      const { status, body } = await post(agent, `${url}/studies/${study}/suggest`, {
        client,
        leaseSeconds: crowd.leaseSeconds,
      });
      if (status !== 200) throw new Error(`asking: ${status} ${JSON.stringify(body)}`);
      const { trials, exhausted } = body as { readonly trials: readonly Given[]; readonly exhausted?: true };
      const [given] = trials;
      if (given === undefined) {
        if (exhausted) return;
        await sleep(crowd.lookMs);
        continue;
      }
      (turn === 0 ? firstMs : askMs).push(performance.now() - start);
      if (hash(given.trial) < crowd.dying && !lost.has(given.trial)) {
        lost.add(given.trial);
        client = `w${names++}`;
      } else {
        if (crowd.trialMs !== undefined) await sleep(crowd.trialMs * (0.5 + hash(given.trial)));
        await tell(given);
      }
    }
  }

  await Promise.all(Array.from({ length: crowd.workers }, work));
  agent.destroy();
  return {
    seconds: (performance.now() - began) / 1000,
    firstMs: firstMs.sort((a, b) => a - b),
    askMs: askMs.sort((a, b) => a - b),
    tellMs: tellMs.sort((a, b) => a - b),
    died: lost.size,
    told,
    toldTwice: [...toldTwice],
  };
}

/** Knuth's multiplicative hash, 0 … 1: the same of a trial in every run, and spread evenly. */
function hash(trial: number): number {
  return (Math.imul(trial, 2_654_435_761) >>> 0) / 2 ** 32;
}

/** Once more where the connection was found closed: the same ask, or the same result, is answered as before. */
async function post(agent: Agent, url: string, body: object): ReturnType<typeof postOnce> {
  for (;;) {
    try {
      return await postOnce(agent, url, body);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
    }
  }
}

function postOnce(
  agent: Agent,
  url: string,
  body: object,
): Promise<{ readonly status: number; readonly body: unknown }> {
  return new Promise((done, fail) => {
    const headers = { "content-type": "application/json" };
    const call = request(url, { method: "POST", agent, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => done({ status: response.statusCode ?? 0, body: JSON.parse(text) }));
    });
    call.on("error", fail).end(JSON.stringify(body));
  });
}
