import { logger } from "./logger.ts";

/** What a line of the log says of where it comes from, as far as it is known. */
interface LogContext {
  readonly studyId?: string;
  readonly generation?: number;
  readonly epoch?: number;
  readonly slot?: number;
  readonly execution?: string;
  /** Of the trial that a slot tells of. */
  readonly lease?: string;
}

/** What the messages of the workflow have of it: `input` is an execution's, `told` a slot's. */
interface Message extends LogContext {
  readonly input?: object;
  readonly told?: LogContext | object | null;
}

/** A use case as a handler: every line of its log, and the last one of one that fails, says what it was about. */
export function inContext<Event extends object, Answer>(
  use: (event: Event) => Promise<Answer>,
): (event: Event) => Promise<Answer> {
  return async (event) => {
    setContext(event);
    try {
      return await use(event);
    } catch (error) {
      logger.error("the handler failed", error as Error);
      throw error;
    }
  };
}

/** From now on lines of the log say that they are about this message, and no other. */
export function setContext(message: Message): void {
  logger.resetKeys();
  logger.appendKeys({ ...contextOf(message) });
}

function contextOf(message: Message): LogContext {
  const { studyId, generation } = { ...message.input, ...message } as LogContext;
  const { epoch, slot, execution } = message;
  const { lease } = { ...message.told } as LogContext;
  const known = Object.entries({ studyId, generation, epoch, slot, execution, lease });
  return Object.fromEntries(known.filter(([, value]) => value !== undefined));
}
