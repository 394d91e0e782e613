// What PostgreSQL, its driver and the network say → one sentence with a remedy, and whether another try may help.
// Source of the codes: PostgreSQL's errcodes.txt, Node's system and TLS error codes.

import { isKnownError, KnownError, type Trouble } from "../errors.ts";

/** A KnownError for everything that the environment can do to us; what is none of that (a defect) comes back as it is. */
export function toKnownError(error: unknown, where: string): Error {
  if (isKnownError(error)) return error as KnownError;
  if (!(error instanceof Error)) return new Error(String(error));
  const trouble = isDatabaseError(error) ? statementTrouble(error) : driverTrouble(error);
  return trouble ? new KnownError({ ...trouble, where }, { cause: error }) : error;
}

interface DatabaseError extends Error {
  readonly code: string;
  readonly severity: string;
  readonly detail?: string;
  readonly table?: string;
  readonly column?: string;
  readonly constraint?: string;
  readonly hint?: string;
}

/** The server's own errors have a SQLSTATE and a severity. */
export function isDatabaseError(error: unknown): error is DatabaseError {
  const { code, severity } = error as Partial<DatabaseError>;
  return typeof code === "string" && /^[0-9A-Z]{5}$/.test(code) && typeof severity === "string";
}

/** `severity` in other languages is still followed by the code, which is not translated. */
const sqlStates: Readonly<Record<string, Omit<Trouble, "found" | "where">>> = {
  "28P01": { what: "PostgreSQL refuses the login", remedy: "Check login and password of the connection" },
  "28000": {
    what: "PostgreSQL does not let this login in",
    remedy: "Check login, sslmode and the server's pg_hba.conf",
  },
  "3D000": { what: "the database does not exist", remedy: "Create it, or correct the connection's schema" },
  "42501": { what: "permission denied", remedy: "Grant it to the connection's login" },
  "53300": { what: "PostgreSQL has no free connection", remedy: "Use fewer tasks at once, or raise max_connections" },
  "53100": { what: "the server's disk is full", remedy: "Free some space" },
  "55P03": { what: "a lock is held by another session", remedy: "Wait for it, or end it" },
  "40P01": { what: "two sessions waited for each other (deadlock)" },
  "40001": { what: "another transaction changed the same rows" },
  "57014": { what: "the statement was cancelled" },
  "57P01": { what: "the server ended the session" },
  "57P02": { what: "the server crashed and ended the session" },
  "57P03": { what: "PostgreSQL is starting up or shutting down", remedy: "Wait until it is ready" },
};

/**
 * Whether another try may be better: lost connections (08), serialization and deadlocks (40), lack of resources (53), locks (55P03),
 * a session that idled too long (25P03), shutdowns and cancels (57), the server's own input and output (58) and defects (XX). Whatever else it refuses it refuses again.
 */
export function isTransient(sqlState: string): boolean {
  return /^(08|40|53|57|58|XX)/.test(sqlState) || ["55P03", "25P03"].includes(sqlState);
}

/** Its message and details. Without values of rows, which must not get into logs; the names say where to look for them. */
export function describeRefusal(error: DatabaseError): string {
  const { code, message, detail } = error;
  if (!isAboutValues(code)) return detail ? `${message}; ${detail}` : message;
  const names = (["table", "column", "constraint"] as const).flatMap((kind) =>
    error[kind] === undefined ? [] : [`${kind} ${error[kind]}`],
  );
  return [code.startsWith("22") ? withoutValue(message) : message, names.join(", ")].filter(Boolean).join("; ");
}

/** Wrong data (22), broken constraints (23) and views' check options (44) quote the row: `Failing row contains (…)`. */
function isAboutValues(sqlState: string): boolean {
  return /^(22|23|44)/.test(sqlState);
}

/** `invalid input syntax for type date: "…"`, `value "…" is out of range for type integer`, with any language's quotes. */
function withoutValue(message: string): string {
  return message.replace(/(: |^\S+ )(["„“«»]).*(["“”«»])/su, "$1$2…$3");
}

function statementTrouble(error: DatabaseError): Trouble {
  const { code, hint } = error;
  const known = sqlStates[code] ?? { what: code.startsWith("08") ? "the connection failed" : "PostgreSQL refused" };
  const remedy = known.remedy ?? hint;
  return {
    ...known,
    found: `${describeRefusal(error)} (SQLSTATE ${code})`,
    ...(remedy === undefined ? {} : { remedy }),
    isRetryable: isTransient(code),
  };
}

const driverTroubles: readonly { readonly match: RegExp; readonly trouble: Omit<Trouble, "found" | "where"> }[] = [
  { match: /^ECONNREFUSED/, trouble: { what: "nothing listens there", remedy: "Is PostgreSQL running there?" } },
  { match: /^ENOENT.*\.s\.PGSQL/, trouble: { what: "no socket is there", remedy: "Is PostgreSQL running there?" } },
  {
    match: /^(ENOTFOUND|EAI_)/,
    trouble: { what: "the host name is not known", remedy: "Check the connection's host, and this machine's DNS" },
  },
  {
    match: /^(EHOSTUNREACH|ENETUNREACH|ETIMEDOUT)|timeout expired$/,
    trouble: { what: "PostgreSQL does not answer", remedy: "Check host, port and the firewalls on the way" },
  },
  {
    match: /^(ECONNRESET|EPIPE|ECONNABORTED)|Connection terminated|not queryable/,
    trouble: { what: "the connection was cut", remedy: "Look into the server's log" },
  },
  {
    match: /client password must be/,
    trouble: { what: "PostgreSQL asks for a password", remedy: "Add it to the connection", isRetryable: false },
  },
  {
    match: /does not support SSL/,
    trouble: { what: "the server has no TLS", remedy: "Turn it on there, or use another sslmode", isRetryable: false },
  },
  { match: /establishing an SSL connection/, trouble: { what: "the server refused to begin TLS" } },
  {
    match: /^ERR_TLS_CERT_ALTNAME_INVALID/,
    trouble: {
      what: "the server's certificate is for another name",
      remedy: "Use the host name of the certificate",
      isRetryable: false,
    },
  },
  {
    match: /^CERT_(HAS_EXPIRED|NOT_YET_VALID)/,
    trouble: { what: "the server's certificate is out of its time", remedy: "Renew it", isRetryable: false },
  },
  {
    match: /^(\w*SELF_SIGNED\w*|UNABLE_TO_\w+|CERT_\w+)/,
    trouble: {
      what: "the server's certificate is not from the trusted authority",
      remedy: "Check sslrootcert",
      isRetryable: false,
    },
  },
  {
    match: /^ERR_(SSL|OSSL|TLS)_\w+|^EPROTO/,
    trouble: { what: "TLS failed", remedy: "Check sslcert, sslkey and sslpassword", isRetryable: false },
  },
];

function driverTrouble(error: Error): Trouble | undefined {
  const { code = "" } = error as NodeJS.ErrnoException;
  // Several addresses of one host were tried: their errors are in an AggregateError without a message.
  const message = error.message || (error as AggregateError).errors?.map(String).join(", ") || "no message";
  const text = code === "" ? message : `${code}: ${message}`;
  const row = driverTroubles.find(({ match }) => match.test(text));
  return row && { ...row.trouble, found: message };
}
