// What S3, its SDK and the network say → one sentence with a remedy, and whether another try may help.
// Source of the codes: "Error responses" of the S3 API reference; Node's system and TLS error codes.

import { isKnownError, KnownError, type Trouble } from "../errors.ts";

/** A KnownError for everything that the environment can do to us; what is none of that (a defect) comes back as it is. */
export function toS3Error(error: unknown, where: string): Error {
  if (isKnownError(error)) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const trouble = isServiceError(error) ? serviceTrouble(error) : driverTrouble(error);
  return trouble ? new KnownError({ ...trouble, where }, { cause: error }) : error;
}

/** The SDK's form of an error answer: its `name` is S3's code. */
interface ServiceError extends Error {
  readonly $fault: string;
  readonly $metadata: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly Region?: string;
}

function isServiceError(error: Error): error is ServiceError {
  const { $fault, $metadata } = error as Partial<ServiceError>;
  return $fault !== undefined && $metadata?.httpStatusCode !== undefined;
}

type Known = Omit<Trouble, "found" | "where">;

const otherRegion: Known = {
  what: "the bucket is in another region",
  remedy: "Set region_name in the connection's extra, or AWS_REGION",
  isRetryable: false,
};
const expired: Known = {
  what: "the credentials of S3 have expired",
  remedy: "Get new ones: a session token lives for hours",
  isRetryable: false,
};
const denied: Known = {
  what: "S3 denies access",
  remedy: "Allow s3:ListBucket on the bucket and s3:GetObject on its objects to these credentials",
  isRetryable: false,
};
const archived: Known = {
  what: "the object is archived",
  remedy: "Restore it first (aws s3api restore-object): that takes minutes to hours",
  isRetryable: false,
};

const codes: Readonly<Record<string, Known>> = {
  NoSuchBucket: {
    what: "the bucket does not exist",
    remedy: "Correct its name, or the endpoint, or create it",
    isRetryable: false,
  },
  InvalidBucketName: { what: "S3 does not take the bucket's name", remedy: "Correct it", isRetryable: false },
  NoSuchKey: {
    what: "the object does not exist any more",
    remedy: "Let the task that found it run again",
    isRetryable: false,
  },
  PreconditionFailed: {
    what: "the object was replaced since it was found",
    remedy: "Let the task that found it run again, and then this one",
    isRetryable: false,
  },
  InvalidObjectState: archived,
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: denied,
  InvalidAccessKeyId: {
    what: "S3 does not know the access key",
    remedy: "Check the connection's login, or AWS_ACCESS_KEY_ID, and whether the key is another endpoint's",
    isRetryable: false,
  },
  SignatureDoesNotMatch: {
    what: "S3 refuses the signature",
    remedy: "Check the secret access key: the connection's password, or AWS_SECRET_ACCESS_KEY",
    isRetryable: false,
  },
  ExpiredToken: expired,
  TokenRefreshRequired: expired,
  RequestExpired: expired,
  InvalidToken: {
    what: "S3 refuses the session token",
    remedy: "Give aws_session_token with the keys that it was made with, and none with lasting keys",
    isRetryable: false,
  },
  RequestTimeTooSkewed: {
    what: "the clocks of this machine and of S3 differ too much",
    remedy: "Set this machine's clock",
    isRetryable: false,
  },
  PermanentRedirect: otherRegion,
  TemporaryRedirect: { what: "the bucket is being moved", remedy: "Wait until S3 knows it everywhere" },
  AuthorizationHeaderMalformed: otherRegion,
  IllegalLocationConstraintException: otherRegion,
  SlowDown: { what: "S3 asks to slow down", remedy: "Use fewer tasks at once" },
  ServiceUnavailable: { what: "S3 is not available", remedy: "Wait until it is" },
  InternalError: { what: "S3 failed by itself" },
  RequestTimeout: { what: "S3 waited too long for the request" },
};

function serviceTrouble(error: ServiceError): Trouble {
  const status = error.$metadata.httpStatusCode!;
  const isCode = Object.hasOwn(codes, error.name);
  const known = isCode ? codes[error.name]! : byStatus(status);
  const region = error.Region ?? error.$response?.headers?.["x-amz-bucket-region"];
  const found = [
    isNamed(error) ? `${error.message || "no message"} (${error.name}, HTTP ${status})` : `HTTP ${status}`,
    region === undefined ? "" : `its region is ${region}`,
  ];
  return { ...known, found: found.filter(Boolean).join("; ") };
}

/** Where the answer had no body that the SDK could read, it makes up a name. */
function isNamed({ name }: ServiceError): boolean {
  return /^[A-Z][A-Za-z.]+$/.test(name) && !/^(Unknown|UnknownError|Error|NotFound)$/.test(name);
}

function byStatus(status: number): Known {
  if (mayPass(status)) return { what: "S3 failed", remedy: "Wait until it answers" };
  if (status === 301 || status === 307) return otherRegion;
  if (status === 401 || status === 403) return denied;
  if (status === 412) return codes["PreconditionFailed"]!;
  if (status === 404) return { what: "nothing of S3 is there", remedy: wrongEndpoint, isRetryable: false };
  return { what: "S3 refused the request", remedy: wrongEndpoint, isRetryable: false };
}

function mayPass(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

const wrongEndpoint = "Check the bucket's name and the endpoint: is it S3 that listens there?";

/** For an answer that is none of S3's: a page of some other server. */
export function noS3Answer(where: string, found: string): KnownError {
  return new KnownError({
    what: "what listens there does not answer like S3",
    where,
    found,
    remedy: "Correct the endpoint",
    isRetryable: false,
  });
}

const driverTroubles: readonly { readonly match: RegExp; readonly trouble: Known }[] = [
  {
    match: /any providers|Credential is missing/,
    trouble: {
      what: "no credentials for S3 were found",
      remedy:
        "Give the connection a login and a password, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role",
      isRetryable: false,
    },
  },
  {
    match: /^(CredentialsProviderError|TokenProviderError|ProviderError)/,
    trouble: { what: "the credentials for S3 cannot be got", remedy: "Check the profile, or the role and its service" },
  },
  { match: /ECONNREFUSED/, trouble: { what: "nothing listens there", remedy: "Is S3 running there?" } },
  {
    match: /ENOTFOUND|EAI_/,
    trouble: {
      what: "the host name is not known",
      remedy: "Check the endpoint and the region, and this machine's DNS",
    },
  },
  {
    match: /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|did not establish a connection|exceeded the configured/,
    trouble: { what: "S3 does not answer", remedy: "Check the endpoint and the firewalls on the way" },
  },
  {
    match: /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|ERR_STREAM_PREMATURE_CLOSE/,
    trouble: { what: "the connection to S3 was cut", remedy: "Try again; if it stays so, look at what lies between" },
  },
  {
    match: /ERR_TLS_CERT_ALTNAME_INVALID/,
    trouble: {
      what: "the server's certificate is for another name",
      remedy: "Use the host name of the certificate; for a bucket in front of the host set addressing_style to path",
      isRetryable: false,
    },
  },
  {
    match: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    trouble: { what: "the server's certificate is out of its time", remedy: "Renew it", isRetryable: false },
  },
  {
    match: /SELF_SIGNED|UNABLE_TO_|CERT_/,
    trouble: {
      what: "the server's certificate is not from a trusted authority",
      remedy: "Name the authority's certificate in the extra verify, or in NODE_EXTRA_CA_CERTS",
      isRetryable: false,
    },
  },
  {
    match: /EPROTO|ERR_(SSL|OSSL|TLS)_/,
    trouble: { what: "TLS failed", remedy: "Is it https that is spoken at this port?", isRetryable: false },
  },
  {
    match: /HPE_|Deserialization|char '|Unexpected (token|end)|XML/,
    trouble: { what: "what listens there does not answer like S3", remedy: "Correct the endpoint", isRetryable: false },
  },
  {
    match: /Invalid region|region must be a valid host/i,
    trouble: { what: "the region is none", remedy: "Correct region_name, e.g. eu-west-1", isRetryable: false },
  },
];

function driverTrouble(error: Error): Trouble | undefined {
  const { code = "" } = error as NodeJS.ErrnoException;
  // Several addresses of one host were tried: their errors are in an AggregateError without a message.
  const message = error.message || (error as AggregateError).errors?.map(String).join(", ") || "no message";
  const text = `${error.name} ${code}: ${message}`;
  // Something between here and S3 that answers in its own words.
  const status = (error as { $response?: { statusCode?: number } }).$response?.statusCode ?? 0;
  if (mayPass(status)) return { ...byStatus(status), found: `HTTP ${status}, and no answer of S3's` };
  const row = driverTroubles.find(({ match }) => match.test(text));
  // The SDK's own hints stand in further lines.
  return row && { ...row.trouble, found: message.split("\n")[0]!.replace(/\.+$/, "") };
}
