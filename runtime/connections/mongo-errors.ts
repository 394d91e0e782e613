// What MongoDB, its driver and the network say → one sentence with a remedy, and whether another try may help. Told by name and code: the DAG's
// bundle may hold another copy of the driver. Source of the codes: MongoDB's error_codes.yml.

import { isKnownError, KnownError, type Trouble } from "../errors.ts";

type Words = Omit<Trouble, "found" | "where">;

/** A KnownError for everything that the environment can do to us; what is none of that (a defect) comes back as it is. */
export function toKnownMongoError(error: unknown, where: string): Error {
  if (isKnownError(error)) return error as KnownError;
  if (!(error instanceof Error)) return new Error(String(error));
  const trouble = error.name.startsWith("Mongo") ? troubleOf(error) : undefined;
  return trouble ? new KnownError({ ...trouble, where }, { cause: error }) : error;
}

/** @param text what the server, the driver or one of MongoDB's tools wrote. Undefined: nothing that is known. */
export function mongoTroubleIn(text: string): Words | undefined {
  return texts.find(({ match }) => match.test(text))?.trouble;
}

/** Of a document that was refused the message quotes values: they are nobody's business. */
export function withoutValues(message: string): string {
  return message.replace(/(dup key: |[Dd]ocument: |errInfo: ?)[{(].*/s, "$1…");
}

interface MongoError extends Error {
  readonly code?: number | string;
  readonly codeName?: string;
  readonly errorLabels?: readonly string[];
  /** Of a MongoServerSelectionError: what each server answered. */
  readonly reason?: { readonly servers?: ReadonlyMap<string, { readonly error: Error | null }> };
}

const codes: Readonly<Record<number, Words>> = {
  13: {
    what: "permission denied",
    remedy: "Grant the login a role that may do it (readWrite; to restore: restore)",
    isRetryable: false,
  },
  18: { what: "MongoDB refuses the login", remedy: "Check login, password and authSource", isRetryable: false },
  8000: {
    what: "Atlas refuses",
    remedy: "Check login, password, and the addresses that it lets in",
    isRetryable: false,
  },
  26: { what: "the collection does not exist", isRetryable: false },
  48: { what: "the collection exists already", isRetryable: false },
  73: { what: "the name of a database or collection cannot be used", isRetryable: false },
  59: { what: "this server does not know the command", isRetryable: false },
  11000: { what: "a document with this key is there already", isRetryable: false },
  121: { what: "a document breaks the collection's rules", isRetryable: false },
  14031: { what: "the server's disk is full", remedy: "Free some space" },
  50: { what: "the operation took longer than it may", remedy: "Give it an index or a higher maxTimeMS" },
  112: { what: "another operation changed the same document" },
  91: { what: "MongoDB is shutting down", remedy: "Wait until it is ready" },
  189: { what: "another server has become the primary" },
  10107: { what: "this server is not the primary", remedy: "Name the whole replica set, or its replicaSet" },
  11600: { what: "the server ended the operation" },
  11602: { what: "the server ended the operation" },
};

function troubleOf(error: MongoError): Trouble | undefined {
  const found = withoutValues(messageOf(error));
  const byCode = typeof error.code === "number" ? codes[error.code] : undefined;
  if (byCode)
    return { ...byCode, found: `${found} (code ${error.code}${error.codeName ? `, ${error.codeName}` : ""})` };
  const byText = mongoTroubleIn(found);
  if (byText) return { ...byText, found };
  const { name, errorLabels = [] } = error;
  if (/^Mongo(Network|ServerSelection|PoolC|Topology|WriteConcern|ConnectionPool|WaitQueue)/.test(name)) {
    return { what: "the connection to MongoDB failed", found, remedy: "Look into the server's log" };
  }
  if (/^Mongo(Server|BulkWrite|Cursor)/.test(name)) {
    const isTransient = errorLabels.some((label) => /Retryable|Transient|Resumable/.test(label));
    return { what: "MongoDB refused", found: `${found} (code ${error.code ?? "none"})`, isRetryable: isTransient };
  }
  if (
    /^Mongo(Parse|Compatibility|MissingCredentials|MissingDependency|AWS|InvalidArgument)/.test(name) &&
    isOfConnecting(error)
  ) {
    return { what: "the connection cannot be used", found, remedy: "Check its extras", isRetryable: false };
  }
  // Wrong arguments and closed cursors are the handler's own mistakes: they keep their stack.
  return undefined;
}

function isOfConnecting({ name, stack = "" }: Error): boolean {
  return name !== "MongoInvalidArgumentError" || /mongo_client|connection_string/.test(stack);
}

/** Of several servers the first answer; the driver's own sentence says only that none was found. */
function messageOf({ message, reason }: MongoError): string {
  const said = [...(reason?.servers?.values() ?? [])].map(({ error }) => error?.message).find((each) => each);
  return said === undefined || message.includes(said) ? message : `${message}: ${said}`;
}

const texts: readonly { readonly match: RegExp; readonly trouble: Words }[] = [
  {
    match: /auth(entication)? (failed|error)|AuthenticationFailed|bad auth/i,
    trouble: { what: "MongoDB refuses the login", remedy: "Check login, password and authSource", isRetryable: false },
  },
  {
    match: /not authorized on|requires authentication|\(Unauthorized\)/,
    trouble: {
      what: "permission denied",
      remedy: "Grant the login a role that may do it (readWrite; to restore: restore)",
      isRetryable: false,
    },
  },
  {
    match: /ECONNREFUSED|connection refused/i,
    trouble: { what: "nothing listens there", remedy: "Is MongoDB running there?" },
  },
  {
    match: /ENOTFOUND|EAI_|no such host|querySrv/,
    trouble: { what: "the host name is not known", remedy: "Check the host, the extra srv, and this machine's DNS" },
  },
  {
    match: /HOSTNAME|ALTNAME|does not match certificate|certificate is valid for/i,
    trouble: {
      what: "the server's certificate is for another name",
      remedy: "Use the host name of the certificate",
      isRetryable: false,
    },
  },
  {
    match: /certificate (has expired|is not yet valid)|CERT_(HAS_EXPIRED|NOT_YET_VALID)/i,
    trouble: { what: "the server's certificate is out of its time", remedy: "Renew it", isRetryable: false },
  },
  {
    match: /self[- ]signed|unable to (verify|get)|unknown authority/i,
    trouble: {
      what: "the server's certificate is not from a trusted authority",
      remedy: "Check tlsCAFile",
      isRetryable: false,
    },
  },
  {
    match: /wire version/,
    trouble: { what: "this MongoDB is too old for the driver", remedy: "Use MongoDB 4.2 or newer", isRetryable: false },
  },
  {
    match: /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|timed? ?out|i\/o timeout|context deadline exceeded/i,
    trouble: {
      what: "MongoDB does not answer",
      remedy: "Check host, port, TLS on both sides, and the firewalls on the way",
    },
  },
  {
    match:
      /ECONNRESET|EPIPE|connection \d+ to .* closed|reset by peer|broken pipe|socket was unexpectedly closed|no reachable servers/i,
    trouble: { what: "the connection was cut", remedy: "Look into the server's log" },
  },
  {
    match: /no space left|OutOfDiskSpace/i,
    trouble: { what: "the server's disk is full", remedy: "Free some space" },
  },
];
