import { isDeepStrictEqual } from "node:util";
import { PegboxError } from "../../lib/errors/pegbox-error.ts";
import type { Parameter } from "../../lib/space/parameter.ts";
import type { Bill, Claim, Proposal, StudyStore } from "../../lib/store/study-store.ts";
import type { StudyEvent } from "../../lib/study/events.ts";
import type { Study, Trial } from "../../lib/study/records.ts";
import type { StudySpec } from "../../lib/study/spec.ts";
import type { TrialCounts } from "../../lib/study/states.ts";

/** The arrows that act on one study. */
export type Arrows = Pick<
  StudyStore,
  | "beginGeneration"
  | "openEpoch"
  | "addProposals"
  | "addTrial"
  | "claimTrial"
  | "settleAndClaim"
  | "leaseTrials"
  | "renewLease"
  | "settleTrial"
  | "pauseTrial"
  | "requeueTrial"
  | "cancelTrials"
  | "moveStudy"
  | "amendStudy"
>;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * One study in memory, as the port's prose has it and as plainly as it can be said: nothing is counted, everything is
 * looked up. What stores are compared with.
 */
export class Model implements Arrows {
  readonly trials: Map<number, Mutable<Trial>> = new Map();
  readonly events: StudyEvent[];
  readonly #study: Mutable<Study>;
  readonly #claims = new Map<string, number>();
  readonly #keys = new Map<string, { readonly hash: string; readonly trial: number }>();
  readonly #turned = new Set<number>();
  /** Per cent of the cap that have been told of. */
  #told = 0;

  constructor(created: Study) {
    this.#study = { ...created };
    this.events = [{ type: "created", at: created.createdAt }];
  }

  study(): Study {
    const all = [...this.trials.values()];
    const count = (state: Trial["state"]): number => all.filter((trial) => trial.state === state).length;
    const counts: TrialCounts = {
      proposed: count("PROPOSED"),
      running: count("RUNNING"),
      paused: count("PAUSED"),
      succeeded: count("SUCCEEDED"),
      infeasible: count("INFEASIBLE"),
      failed: count("FAILED"),
      stopped: count("STOPPED"),
      cancelled: count("CANCELLED"),
    };
    const spentUsd = all.reduce((sum, { cost }) => sum + (cost?.usd ?? 0), 0);
    const replicates = this.#replicates();
    const ended = (state: Trial["state"]): number => replicates.filter((trial) => trial.state === state).length;
    const ends = {
      succeeded: ended("SUCCEEDED"),
      infeasible: ended("INFEASIBLE"),
      failed: ended("FAILED"),
      stopped: ended("STOPPED"),
      cancelled: ended("CANCELLED"),
    };
    const reservedUsd = all.reduce((sum, { meter }) => sum + (meter?.reservedUsd ?? 0), 0);
    return {
      ...this.#study,
      counts,
      replicates: ends,
      spentUsd,
      reservedUsd,
      created: Math.max(0, ...this.trials.keys()),
    };
  }

  async beginGeneration(...[, begin]: Parameters<StudyStore["beginGeneration"]>): Promise<boolean> {
    const study = this.#study;
    if (begin.generation === study.generation) {
      return ["RUNNING", "PAUSING", "STOPPING"].includes(study.status) && study.execution === begin.execution;
    }
    if (begin.generation < study.generation) return false;
    const before = study.status;
    if (study.status === "PAUSED" && study.reason?.code === "PAUSED_BY_USER") study.status = "PAUSING";
    if (["CREATED", "RUNNING", "PAUSED"].includes(study.status)) {
      study.status = "RUNNING";
      study.reason = null;
    }
    study.generation = begin.generation;
    study.execution = begin.execution;
    study.startedAt ??= begin.at;
    study.updatedAt = begin.at;
    if (before !== study.status || before === "RUNNING") this.#tellMove(before);
    return ["RUNNING", "PAUSING", "STOPPING"].includes(study.status);
  }

  async openEpoch(...[, opening]: Parameters<StudyStore["openEpoch"]>): ReturnType<StudyStore["openEpoch"]> {
    const study = this.#study;
    const { number, ready, slots, trialsPerSlot } = opening;
    const conflict = new PegboxError("CONFLICT", "by the model");
    if (opening.generation !== study.generation) throw conflict;
    if (number === study.epoch.number) return study.epoch;
    if (study.status !== "RUNNING" || number !== study.epoch.number + 1) throw conflict;
    if (opening.created !== this.study().created) throw conflict;
    this.#add(opening.proposals);
    for (const { number: climber, fidelity } of opening.promotions ?? []) {
      const trial = this.trials.get(climber);
      if (trial?.state !== "PAUSED" || fidelity <= (trial.fidelity ?? 0)) continue;
      Object.assign(trial, { state: "PROPOSED", fidelity });
    }
    const { confirms } = opening;
    study.epoch = { number, ready, slots, trialsPerSlot, ...(confirms === undefined ? {} : { confirms }) };
    study.updatedAt = opening.at;
    const { reason, at } = opening;
    if (reason !== undefined) this.events.push({ type: "paced", at, epoch: number, reason });
    this.#turned.clear();
    return study.epoch;
  }

  async addProposals(...[, addition]: Parameters<StudyStore["addProposals"]>): Promise<boolean> {
    const { created, status, generation, epoch } = this.study();
    if (status !== "RUNNING" || generation !== addition.generation) return false;
    if (epoch.number !== addition.epoch || created !== addition.created) return false;
    this.#add(addition.proposals);
    const { ready } = epoch;
    const last = ready.at(-1);
    const to = created + addition.proposals.length;
    const follows = last?.to === created;
    const grown = follows ? [...ready.slice(0, -1), { from: last.from, to }] : [...ready, { from: created + 1, to }];
    this.#study.epoch = { ...epoch, ready: grown };
    this.#study.updatedAt = addition.at;
    return true;
  }

  async addTrial(...[, addition]: Parameters<StudyStore["addTrial"]>): ReturnType<StudyStore["addTrial"]> {
    const study = this.#study;
    const { proposals, settlement, key, at } = addition;
    const known = key === undefined ? undefined : this.#keys.get(key.value);
    if (known !== undefined) {
      if (known.hash !== key?.hash) throw new PegboxError("IDEMPOTENCY_CONFLICT", "by the model");
      return { trial: this.#copy(known.trial), outcome: "repeated" };
    }
    const open = ["CREATED", "RUNNING", "PAUSING", "PAUSED"].includes(study.status);
    if (!open || addition.created !== this.study().created) return null;
    this.#add(proposals);
    const { number } = proposals.at(-1) ?? { number: 0 };
    if (key !== undefined) this.#keys.set(key.value, { hash: key.hash, trial: number });
    study.added += 1;
    study.updatedAt = at;
    const waiting = settlement === undefined ? proposals : proposals.slice(0, -1);
    const ready = [...study.epoch.ready];
    for (const { number: to } of waiting) {
      const last = ready.at(-1);
      if (last !== undefined && last.to + 1 === to) ready[ready.length - 1] = { from: last.from, to };
      else ready.push({ from: to, to });
    }
    study.epoch = { ...study.epoch, ready };
    if (settlement !== undefined) {
      study.imported += 1;
      await this.settleTrial("", number, settlement);
    }
    return { trial: this.#copy(number), outcome: "added" };
  }

  #done(): number {
    const ended = ["SUCCEEDED", "INFEASIBLE", "FAILED", "STOPPED"];
    const counted = [...this.trials.values()].filter(
      ({ state, source }) => ended.includes(state) && source !== "replicate",
    );
    return counted.length - this.#study.imported;
  }

  async claimTrial(...[, claim]: Parameters<StudyStore["claimTrial"]>): Promise<Trial | null> {
    const study = this.#study;
    const turn = `${claim.epoch}/${claim.slot}/${claim.seq}`;
    const given = this.#claims.get(turn);
    if (given !== undefined) return this.#copy(given);
    if (study.status !== "RUNNING" || study.generation !== claim.generation) return null;
    if (study.epoch.number !== claim.epoch) return null;
    if (!this.#affords(claim.meter?.reservedUsd ?? null)) return null;
    const trial = this.#nextReady();
    if (trial === null) return null;
    this.#start(trial, claim);
    trial.lease = claim.lease;
    this.#claims.set(turn, trial.number);
    return this.#copy(trial.number);
  }

  async leaseTrials(...[, leasing]: Parameters<StudyStore["leaseTrials"]>): Promise<readonly Trial[]> {
    const { client, count, starts, until, meter } = leasing;
    const given = [...this.trials.values()]
      .filter(({ lease, leaseUntil }) => leaseUntil !== null && lease?.endsWith(`@${client}`))
      .sort((a, b) => a.number - b.number)
      .slice(0, count);
    while (starts && given.length < count && this.#study.status === "RUNNING") {
      if (!this.#affords(meter?.reservedUsd ?? null)) break;
      const trial = this.#nextReady();
      if (trial === null) break;
      this.#start(trial, leasing);
      const { number, attempts, lost, fidelity } = trial;
      trial.lease = `${number}/${attempts}/${lost}/${fidelity ?? ""}@${client}`;
      trial.leaseUntil = until;
      given.push(trial);
    }
    return given.map(({ number }) => this.#copy(number));
  }

  async renewLease(...[, number, renewal]: Parameters<StudyStore["renewLease"]>): Promise<Trial> {
    const trial = this.#trial(number);
    const holds = trial.lease === renewal.lease && trial.leaseUntil !== null;
    if (holds) trial.leaseUntil = Math.max(trial.leaseUntil ?? 0, renewal.until);
    return this.#copy(number);
  }

  #nextReady(): Mutable<Trial> | null {
    for (const { from, to } of this.#study.epoch.ready) {
      for (let number = from; number <= to; number++) {
        if (this.#turned.has(number)) continue;
        this.#turned.add(number);
        const trial = this.trials.get(number);
        if (trial?.state === "PROPOSED") return trial;
      }
    }
    return null;
  }

  #start(trial: Mutable<Trial>, { meter: own, bigger = [], at }: Pick<Claim, "meter" | "bigger" | "at">): void {
    const steps = [{ runner: undefined, meter: own }, ...bigger];
    const before = Math.max(
      0,
      steps.findIndex(({ runner }) => runner === trial.runner),
    );
    const step = trial.reason?.code === "OUT_OF_MEMORY" && before < bigger.length ? before + 1 : before;
    const { runner, meter } = steps[step] ?? {};
    if (runner === undefined) delete trial.runner;
    else trial.runner = runner;
    if (meter !== undefined) trial.meter = { ...meter, since: at };
    trial.state = "RUNNING";
    trial.attempts += 1;
    trial.startedAt ??= at;
    this.#study.updatedAt = at;
  }

  #isExpired({ leaseUntil }: Trial, at: number): boolean {
    return leaseUntil !== null && leaseUntil <= at;
  }

  async settleAndClaim(
    ...[id, number, settlement, claim]: Parameters<StudyStore["settleAndClaim"]>
  ): ReturnType<StudyStore["settleAndClaim"]> {
    const told = await this.settleTrial(id, number, settlement);
    return { ...told, claimed: await this.claimTrial(id, claim) };
  }

  async settleTrial(
    ...[, number, settlement]: Parameters<StudyStore["settleTrial"]>
  ): ReturnType<StudyStore["settleTrial"]> {
    const trial = this.#trial(number);
    const valid = settlement.state === "SUCCEEDED" || settlement.state === "INFEASIBLE";
    const stands = trial.state === "PAUSED" || (trial.state === "PROPOSED" && trial.rungs.length > 0);
    const open = trial.state === "RUNNING" || (valid && trial.state === "PROPOSED");
    const held = valid || trial.state !== "RUNNING" || trial.lease === settlement.lease;
    const allowed = open || (settlement.state === "STOPPED" && stands);
    if (!allowed || !held || trial.fidelity !== settlement.fidelity)
      return { trial: this.#copy(number), settled: false };
    const { state, metrics, feasible, reason, score, at, reached } = settlement;
    const last = trial.rungs.at(-1);
    const money = this.#pay(trial, settlement);
    Object.assign(trial, { state, reason, endedAt: at, lease: null, leaseUntil: null });
    if (state === "STOPPED" && last !== undefined) trial.fidelity = last.fidelity;
    else Object.assign(trial, { metrics, feasible, fidelity: reached ?? trial.fidelity });
    this.#study.updatedAt = at;
    if (state === "FAILED") this.events.push({ type: "failed", at, trial: number, reason });
    const { best } = this.#study;
    const better = best === null || (score ?? 0) < best.score || (score === best.score && number < best.trial);
    if (score !== null && better && trial.source !== "replicate") {
      this.events.push({ type: "best", at, trial: number, metrics: metrics ?? {} });
      this.#study.best = { trial: number, parameters: trial.parameters, metrics: metrics ?? {}, score };
      this.#study.endedAtBest = this.#done();
    }
    this.events.push(...money);
    return { trial: this.#copy(number), settled: true };
  }

  async pauseTrial(...[, number, pause]: Parameters<StudyStore["pauseTrial"]>): ReturnType<StudyStore["pauseTrial"]> {
    const trial = this.#trial(number);
    const open = trial.state === "RUNNING" || trial.state === "PROPOSED";
    if (!open || trial.fidelity !== pause.fidelity) return { trial: this.#copy(number), paused: false };
    const { costUsd: _, lease: __, abandoned: ___, at, ...rung } = pause;
    const money = this.#pay(trial, pause);
    trial.rungs = [...trial.rungs, rung];
    Object.assign(trial, {
      state: "PAUSED",
      lease: null,
      leaseUntil: null,
      reason: null,
      metrics: rung.metrics,
      feasible: rung.feasible,
    });
    this.#study.updatedAt = at;
    this.events.push(...money);
    return { trial: this.#copy(number), paused: true };
  }

  async requeueTrial(...[, number, requeue]: Parameters<StudyStore["requeueTrial"]>): Promise<boolean> {
    const trial = this.#trial(number);
    if (trial.state !== "RUNNING" || (requeue.lease !== undefined && requeue.lease !== trial.lease)) return false;
    if (requeue.expiredAt !== undefined && !this.#isExpired(trial, requeue.expiredAt)) return false;
    const money = this.#pay(trial, { costUsd: null, ...requeue, lease: trial.lease });
    trial.state = "PROPOSED";
    trial.lease = null;
    trial.leaseUntil = null;
    trial.reason = requeue.reason;
    if (!requeue.countsAttempt) trial.attempts -= 1;
    if (requeue.lost) trial.lost += 1;
    this.#study.updatedAt = requeue.at;
    const { at, lost, reason } = requeue;
    this.events.push({ type: "requeued", at, trial: number, lost, reason }, ...money);
    return true;
  }

  async cancelTrials(
    ...[, numbers, reason, at]: Parameters<StudyStore["cancelTrials"]>
  ): ReturnType<StudyStore["cancelTrials"]> {
    const open = numbers
      .map((number) => this.#trial(number))
      .filter(({ state }) => state === "PROPOSED" || state === "PAUSED");
    for (const trial of open) Object.assign(trial, { state: "CANCELLED", reason, endedAt: at });
    if (open.length > 0) this.#study.updatedAt = at;
    return open.map(({ number }) => number);
  }

  async moveStudy(...[, move]: Parameters<StudyStore["moveStudy"]>): Promise<boolean> {
    const study = this.#study;
    if (!move.from.includes(study.status)) return false;
    if (move.generation !== undefined && move.generation !== study.generation) return false;
    const { status, reason } = study;
    const { confirmation = null } = move;
    Object.assign(study, { status: move.to, reason: move.reason, confirmation, updatedAt: move.at });
    if (confirmation !== null) this.events.push({ type: "confirmed", at: move.at, confirmation });
    if (status !== move.to || reason?.code !== move.reason?.code || move.to === "RUNNING") this.#tellMove(status);
    return true;
  }

  async amendStudy(...[, amendment]: Parameters<StudyStore["amendStudy"]>): Promise<Study | null> {
    const study = this.#study;
    const { spec, amendments = study.amendments, at, reason } = amendment;
    const after = { ...study.spec, ...spec };
    if (isDeepStrictEqual(after, study.spec)) return this.study();
    if (amendments !== study.amendments) return null;
    const said = (of: StudySpec): Record<string, unknown> => {
      const bounds = of.space.parameters.flatMap((parameter) =>
        ["min", "max"].map((bound) => [`parameters.${parameter.name}.${bound}`, parameter[bound as keyof Parameter]]),
      );
      return { ...of, space: null, ...Object.fromEntries(bounds) };
    };
    const [from, to] = [said(study.spec), said(after)];
    const changed = Object.keys(to).filter((key) => !isDeepStrictEqual(from[key], to[key]));
    const changes = changed.map((key) => [key, { from: from[key] ?? null, to: to[key] }]);
    this.events.push({ type: "amended", at, reason, changes: Object.fromEntries(changes) });
    if (after.budget.usd !== study.spec.budget.usd) this.#told = percentOf(this.study().spentUsd, after.budget.usd);
    study.spec = after;
    study.amendments += 1;
    study.updatedAt = at;
    return this.study();
  }

  #add(proposals: readonly Proposal[]): void {
    for (const proposal of proposals) {
      if (this.trials.has(proposal.number)) continue;
      this.trials.set(proposal.number, {
        ...proposal,
        fidelity: proposal.fidelity ?? null,
        rungs: [],
        state: "PROPOSED",
        metrics: null,
        feasible: null,
        attempts: 0,
        lost: 0,
        lease: null,
        leaseUntil: null,
        reason: null,
        startedAt: null,
        endedAt: null,
        cost: null,
      });
    }
  }

  #replicates(): readonly Trial[] {
    return [...this.trials.values()].filter(({ source }) => source === "replicate");
  }

  #affords(worst: number | null): boolean {
    const { spec, spentUsd, reservedUsd } = this.study();
    if (spec.budget.usd === undefined) return true;
    return worst !== null && spentUsd + reservedUsd + worst <= spec.budget.usd;
  }

  /** Charges the attempt that reports, and the one that it leaves without a trial. @returns what is to be told of it. */
  #pay(trial: Mutable<Trial>, bill: Bill & { readonly lease: string | null; readonly at: number }): StudyEvent[] {
    const before = this.study();
    const { meter } = trial;
    const pay = (usd: number): void => {
      trial.cost = { usd: (trial.cost?.usd ?? 0) + usd };
    };
    const own = trial.state === "RUNNING" && bill.lease === trial.lease;
    if (own && !bill.abandoned) {
      const seconds = meter === undefined ? 0 : Math.max(0, bill.at - meter.since) / 1000;
      const priced = meter === undefined ? null : meter.usdPerAttempt + meter.usdPerSecond * seconds;
      const measured = priced === null ? null : Math.min(priced, meter?.reservedUsd ?? priced);
      const cost = bill.costUsd ?? measured;
      if (cost !== null) pay(cost);
    } else {
      const given = trial.forfeits?.find(({ lease }) => lease === bill.lease);
      const late = own ? null : bill.costUsd;
      if (late !== null && given === undefined) pay(late);
      if (late !== null && given !== undefined && late > given.usd) pay(late - given.usd);
      if (meter !== undefined) {
        const usd = meter.reservedUsd ?? meter.usdPerAttempt;
        pay(usd);
        trial.forfeits = [...(trial.forfeits ?? []), { lease: trial.lease ?? "", usd }];
      }
    }
    delete trial.meter;
    return this.#spending(trial, before, bill.at);
  }

  #spending({ number: trial }: Trial, before: Study, at: number): StudyEvent[] {
    const { usd: capUsd } = before.spec.budget;
    if (capUsd === undefined) return [];
    const { spentUsd, reservedUsd } = this.study();
    const usd = spentUsd + reservedUsd - before.spentUsd - before.reservedUsd;
    const told = this.#told;
    this.#told = Math.max(told, percentOf(spentUsd, capUsd));
    const crossed = [50, 80, 100].filter((percent) => percent > told && percent <= this.#told);
    return [
      ...(usd > 0 ? [{ type: "overrun", at, trial, usd } as const] : []),
      ...crossed.map((percent) => ({ type: "spent", at, percent, usd: spentUsd, capUsd }) as const),
    ];
  }

  #tellMove(from: Study["status"]): void {
    const { status: to, reason, generation, updatedAt: at } = this.#study;
    this.events.push({ type: "moved", at, from, to, reason, generation });
  }

  #trial(number: number): Mutable<Trial> {
    const trial = this.trials.get(number);
    if (trial === undefined) throw new PegboxError("NOT_FOUND", "by the model");
    return trial;
  }

  #copy(number: number): Trial {
    return { ...this.#trial(number) };
  }
}

function percentOf(spent: number, cap: number | undefined): number {
  return cap === undefined ? 0 : ([100, 80, 50].find((percent) => (100 * spent) / cap >= percent) ?? 0);
}
