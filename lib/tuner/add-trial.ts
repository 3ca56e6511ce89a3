import { type Issue, PegboxError } from "../errors/pegbox-error.ts";
import { firstFidelity } from "../fidelity/rules.ts";
import { compileSpace } from "../space/codec.ts";
import type { ParameterValues } from "../space/parameter.ts";
import type { Proposal, Settlement } from "../store/study-store.ts";
import { completeParameters } from "../strategy/enqueue.ts";
import { parameterIssues } from "../study/parameter-issues.ts";
import type { Study, Trial } from "../study/records.ts";
import { readResult } from "../study/result.ts";
import { FINISHED } from "../study/states.ts";
import { doneCount } from "../study/stopping.ts";
import type { TunerPorts } from "./ports.ts";
import { fromFile } from "./search/propose.ts";
import { findStudy } from "./workers/find.ts";

/** An Idempotency-Key and a hash of what was asked with it. */
type Key = { readonly value: string; readonly hash: string };

/** Looks at a study that others add trials to meanwhile: each look lets one of them come first. */
const LOOKS = 20;

/**
 * A person asks for a trial. It waits for its turn behind those that wait already; where the study has no trial to spare, the
 * last that a strategy proposed gives its place.
 *
 * @param given possibly some parameters only: what is missing is its default, else drawn.
 * @throws {PegboxError} `NOT_FOUND`, `INVALID_INPUT` with every problem, `IDEMPOTENCY_CONFLICT`; `CONFLICT` for a study that
 *   has ended or has begun all its trials.
 */
export function enqueueTrial(id: string, given: ParameterValues, ports: TunerPorts, key?: Key): Promise<Trial> {
  return add(id, ports, key, ({ spec }, number) => {
    const parameters = completeParameters(compileSpace(spec.space), given, spec.seed, number);
    refuse(parameterIssues(spec.space, given, { ...parameters, ...given }));
    const lowest = spec.fidelity === undefined ? {} : { fidelity: firstFidelity(spec.fidelity, 0) };
    const decision = { strategy: "manual", given: Object.keys(given) };
    return { proposal: { number, source: "enqueue", parameters, decision, ...lowest } };
  });
}

/**
 * A person brings in a trial that was run elsewhere: the strategy knows it, and it is none of the study's `trials`.
 *
 * @param result metrics, and possibly standard errors, as the trial contract has them.
 * @throws {PegboxError} as `enqueueTrial`; all active parameters must be given, and every objective.
 */
export function importTrial(
  id: string,
  parameters: ParameterValues,
  result: object,
  ports: TunerPorts,
  key?: Key,
): Promise<Trial> {
  return add(id, ports, key, ({ spec }, number) => {
    refuse(parameterIssues(spec.space, parameters, parameters));
    const { state, metrics, standardErrors, feasible, reason, score } = readResult(result, spec);
    if (state !== "SUCCEEDED" && state !== "INFEASIBLE") {
      refuse([{ path: "metrics", expected: "a number for each objective", got: reason?.message ?? state }]);
    }
    const whole = spec.fidelity?.max ?? null;
    const settlement: Settlement = {
      state: state === "SUCCEEDED" ? "SUCCEEDED" : "INFEASIBLE",
      ...{ metrics, feasible, reason, score, costUsd: null, fidelity: whole, lease: null, at: ports.now() },
      ...(standardErrors === undefined ? {} : { standardErrors }),
    };
    const proposal: Proposal = {
      ...{ number, source: "import", parameters, decision: { strategy: "manual" } },
      ...(whole === null ? {} : { fidelity: whole }),
    };
    return { proposal, settlement };
  });
}

type Made = { readonly proposal: Proposal; readonly settlement?: Settlement };

async function add(
  id: string,
  ports: TunerPorts,
  key: Key | undefined,
  make: (study: Study, number: number) => Made,
): Promise<Trial> {
  for (let look = 0; look < LOOKS; look++) {
    const study = await findStudy(id, ports);
    const first = fromFile(study, study.spec.enqueue.length);
    const { proposal, settlement } = make(study, study.created + first.length + 1);
    const answer = await ports.store.addTrial(id, {
      created: study.created,
      proposals: [...first, proposal],
      ...(settlement === undefined ? {} : { settlement }),
      ...(key === undefined ? {} : { key }),
      at: ports.now(),
    });
    if (answer?.outcome === "added" && settlement === undefined) await makeRoom(answer.trial, id, ports);
    if (answer !== null && answer.outcome !== "taken") return answer.trial;
    if (FINISHED.has(study.status) || study.status === "STOPPING") {
      throw new PegboxError("CONFLICT", `expected a study that has not ended; "${id}" is ${study.status}`);
    }
  }
  throw new PegboxError("CONFLICT", `study "${id}" has been given other trials all the time`, { hint: "try again" });
}

/** @throws {PegboxError} `CONFLICT` where every trial of the study has begun: the new one is cancelled again. */
async function makeRoom({ number }: Trial, id: string, ports: TunerPorts): Promise<void> {
  const study = await findStudy(id, ports);
  const { spec, counts, created } = study;
  if (doneCount(study) + counts.running + counts.paused + counts.proposed <= spec.trials) return;
  const trials = await ports.store.readTrials(id, { from: 1, to: created });
  const last = trials.findLast(({ state, source }) => state === "PROPOSED" && source === "strategy");
  const message = last === undefined ? "the study has no trial to spare" : `gave its place to trial ${number}`;
  await ports.store.cancelTrials(id, [last?.number ?? number], { code: "ENQUEUED", message }, ports.now());
  if (last !== undefined) return;
  throw new PegboxError("CONFLICT", `study "${id}": all ${spec.trials} trials have begun`, { hint: "extend it" });
}

function refuse(issues: readonly Issue[]): void {
  if (issues.length > 0) throw new PegboxError("INVALID_INPUT", "the trial is not valid", { issues });
}
