import { type CancellationToken, LSPErrorCodes, ResponseError } from 'vscode-languageserver';

export type Log = (message: string) => void;

/**
 * The one place where request handlers meet exceptions and cancellation: a bug is logged with its label and answered
 * with the fallback, so that one failing feature never takes another with it.
 */
export async function guarded<T>(
  label: string,
  token: CancellationToken,
  log: Log,
  fallback: T,
  work: () => T | Promise<T>,
): Promise<T | ResponseError<never>> {
  // Lets edits and cancellations that are already queued arrive first.
  await new Promise<void>((resolve) => setImmediate(resolve));
  if (token.isCancellationRequested) return cancelled();
  try {
    const result = await work();
    return token.isCancellationRequested ? cancelled() : result;
  } catch (error) {
    log(`${label}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
    return fallback;
  }
}

function cancelled(): ResponseError<never> {
  return new ResponseError<never>(LSPErrorCodes.RequestCancelled, 'Cancelled');
}
