/** A synchronous refusal in Daraja's envelope. @see docs/providers.md */
export class DarajaError extends Error {
  readonly status: number;
  readonly errorCode: string;
  /** Where the envelope's requestId is not a fresh one: on STK query it can be the `ws_CO_…` id. */
  readonly requestId: string | undefined;

  constructor(status: number, errorCode: string, message: string, requestId?: string) {
    super(message);
    this.status = status;
    this.errorCode = errorCode;
    this.requestId = requestId;
  }
}

/** The label is Daraja's own and may differ from the JSON name, so callers must not parse it. */
export const invalid = (label: string): DarajaError =>
  new DarajaError(400, '400.002.02', `Bad Request - Invalid ${label}`);

/** 500.001.1001 is overloaded: only the message tells wrong credentials, a lock and a pending query apart. */
export const overloaded = (message: string, requestId?: string): DarajaError =>
  new DarajaError(500, '500.001.1001', message, requestId);

export const errorEnvelope = (requestId: string, errorCode: string, errorMessage: string) => ({
  requestId,
  errorCode,
  errorMessage,
});
