import { PegboxError } from "../../errors/pegbox-error.ts";
import type { Study, Trial } from "../../study/records.ts";
import type { TunerPorts } from "../ports.ts";

/** @throws {PegboxError} `NOT_FOUND`. */
export async function findStudy(id: string, { store }: TunerPorts): Promise<Study> {
  const study = await store.getStudy(id);
  if (study === null) throw new PegboxError("NOT_FOUND", `expected a study, there is none with the id "${id}"`);
  return study;
}

/** @throws {PegboxError} `NOT_FOUND`. */
export async function findTrial({ id, created }: Study, number: number, { store }: TunerPorts): Promise<Trial> {
  const trial = number >= 1 && number <= created ? await store.getTrial(id, number) : null;
  if (trial === null) throw new PegboxError("NOT_FOUND", `study "${id}": expected a trial, there is no ${number}`);
  return trial;
}
