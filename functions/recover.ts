import { recover } from "../lib/tuner/recover.ts";
import { settleParked } from "../lib/tuner/settle-parked.ts";
import { setContext } from "./shared/in-context.ts";
import { workflowLauncher } from "./shared/launcher.ts";
import { logger } from "./shared/logger.ts";
import { ports } from "./shared/ports.ts";
import { readRecoveryMessage } from "./shared/recovery-message.ts";

/** Messages of the queue, as Lambda hands them over. */
interface QueueEvent {
  readonly Records: readonly { readonly messageId: string; readonly body: string }[];
}

/** Those that are to come again. */
interface QueueAnswer {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

const launcher = workflowLauncher();

/** One message after the other; one that fails comes again, and keeps none of the others. */
export const handler = async ({ Records }: QueueEvent): Promise<QueueAnswer> => {
  const batchItemFailures: { readonly itemIdentifier: string }[] = [];
  for (const { messageId, body } of Records) {
    try {
      await deal(body);
    } catch (error) {
      logger.error("a message could not be dealt with, and comes again", error as Error);
      batchItemFailures.push({ itemIdentifier: messageId });
    }
  }
  return { batchItemFailures };
};

async function deal(body: string): Promise<void> {
  const message = readRecoveryMessage(body);
  switch (message.kind) {
    case "parked":
      setContext(message.result);
      return settleParked(message.result, ports);
    case "cutOff":
      setContext(message.cutOff);
      return void (await recover(message.cutOff, ports, launcher));
    case "stranger":
      return;
  }
}
