// The error answers of S3 → what they mean, by code or else by status.
// Source of the codes: "Error responses" of the S3 API reference.

import type { Trouble } from "../errors.ts";

/** The SDK's form of an error answer: its `name` is S3's code. */
export interface ServiceError extends Error {
  readonly $fault: string;
  readonly $metadata: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Readonly<Record<string, string>> };
  readonly Region?: string;
}

export function isServiceError(error: Error): error is ServiceError {
  const { $fault, $metadata } = error as Partial<ServiceError>;
  return $fault !== undefined && $metadata?.httpStatusCode !== undefined;
}

export type S3Words = Omit<Trouble, "found" | "where">;

const otherRegion: S3Words = {
  what: "the bucket is in another region",
  remedy: "Set region_name in the connection's extra, or AWS_REGION",
  isRetryable: false,
};
const expired: S3Words = {
  what: "the credentials of S3 have expired",
  remedy: "Get new ones: a session token lives for hours",
  isRetryable: false,
};
const denied: S3Words = {
  what: "S3 denies access",
  remedy: "Allow s3:ListBucket on the bucket and s3:GetObject on its objects to these credentials",
  isRetryable: false,
};
const archived: S3Words = {
  what: "the object is archived",
  remedy: "Restore it first (aws s3api restore-object): that takes minutes to hours",
  isRetryable: false,
};

const codes: Readonly<Record<string, S3Words>> = {
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

export function serviceTrouble(error: ServiceError): Trouble {
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

export function byStatus(status: number): S3Words {
  if (mayPass(status)) return { what: "S3 failed", remedy: "Wait until it answers" };
  if (status === 301 || status === 307) return otherRegion;
  if (status === 401 || status === 403) return denied;
  if (status === 412) return codes["PreconditionFailed"]!;
  if (status === 404) return { what: "nothing of S3 is there", remedy: wrongEndpoint, isRetryable: false };
  return { what: "S3 refused the request", remedy: wrongEndpoint, isRetryable: false };
}

export function mayPass(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

const wrongEndpoint = "Check the bucket's name and the endpoint: is it S3 that listens there?";
