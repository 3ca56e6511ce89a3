/** Ids are part of execution names, which allow 80 characters: 64 here leave room for `-g` and the generation. */
const ID_LENGTH = 64;
const TOKEN_LENGTH = 24;

const slug = (text: string, length: number): string =>
  text
    .normalize("NFKD")
    .replace(/[^A-Za-z0-9]+/g, "-")
    .replace(/^-+/, "")
    .slice(0, length)
    .replace(/-+$/, "");

/** `digits-mlp` and a token that tells it from its namesakes: `digits-mlp-k3x9q2`. */
export function studyId(name: string, token: string): string {
  const tail = slug(token, TOKEN_LENGTH);
  const head = slug(name, ID_LENGTH - tail.length - 1);
  return head === "" ? `study-${tail}` : `${head}-${tail}`;
}

/** 32 random bits as a token: seven letters and digits. */
export function studyToken(random: number): string {
  return random.toString(36).padStart(7, "0");
}

/** The study that a sweep starts at a due time (RFC 3339): the same time is the same study. */
export function sweepStudyId(sweep: string, scheduledAt: string): string {
  return studyId(sweep, scheduledAt.replace(/[:.]/g, ""));
}

/** Execution names are unique for 90 days: the generation is in them and only grows. */
export function executionName(id: string, generation: number): string {
  return `${id}-g${generation}`;
}
