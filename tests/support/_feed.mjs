// runtime/connections/s3.ts
import { GetObjectCommand, ListBucketsCommand, ListObjectsV2Command, S3Client } from "@aws-sdk/client-s3";

// runtime/context.ts
import { AsyncLocalStorage } from "node:async_hooks";
import { isAbsolute, join } from "node:path";

// runtime/contract.ts
var projectRootVariable = "DAGWRIGHT_PROJECT_ROOT";

// runtime/context.ts
var key = /* @__PURE__ */ Symbol.for("dagwright.running-task");
var holder = globalThis;
holder[key] ??= new AsyncLocalStorage();
var storage = holder[key];
function projectPath(path) {
  return isAbsolute(path) ? path : join(process.env[projectRootVariable] ?? process.cwd(), path);
}

// runtime/errors.ts
var knownErrorBrand = /* @__PURE__ */ Symbol.for("dagwright.known-error");
var KnownError = class extends Error {
  name = "KnownError";
  [knownErrorBrand] = true;
  trouble;
  constructor(trouble, options) {
    super(formatTrouble(trouble), options);
    this.trouble = trouble;
  }
};
function isKnownError(error) {
  return typeof error === "object" && error !== null && knownErrorBrand in error;
}
function formatTrouble({ what, where, found, remedy }) {
  const place = where === void 0 ? "" : ` (${where})`;
  const seen = found === void 0 ? "" : `: ${found}`;
  const sentence = `${what}${place}${seen}`;
  return remedy === void 0 ? sentence : `${sentence}. ${remedy}`;
}
var outcomeBrand = /* @__PURE__ */ Symbol.for("dagwright.outcome");
var AirflowFailException = class extends Error {
  name = "AirflowFailException";
  [outcomeBrand] = "fail";
};
var AirflowSkipException = class extends Error {
  name = "AirflowSkipException";
  [outcomeBrand] = "skip";
};

// runtime/connections/s3-service-errors.ts
function isServiceError(error) {
  const { $fault, $metadata } = error;
  return $fault !== void 0 && $metadata?.httpStatusCode !== void 0;
}
var otherRegion = {
  what: "the bucket is in another region",
  remedy: "Set region_name in the connection's extra, or AWS_REGION",
  isRetryable: false
};
var expired = {
  what: "the credentials of S3 have expired",
  remedy: "Get new ones: a session token lives for hours",
  isRetryable: false
};
var denied = {
  what: "S3 denies access",
  remedy: "Allow s3:ListBucket on the bucket and s3:GetObject on its objects to these credentials",
  isRetryable: false
};
var archived = {
  what: "the object is archived",
  remedy: "Restore it first (aws s3api restore-object): that takes minutes to hours",
  isRetryable: false
};
var codes = {
  NoSuchBucket: {
    what: "the bucket does not exist",
    remedy: "Correct its name, or the endpoint, or create it",
    isRetryable: false
  },
  InvalidBucketName: { what: "S3 does not take the bucket's name", remedy: "Correct it", isRetryable: false },
  NoSuchKey: {
    what: "the object does not exist any more",
    remedy: "Let the task that found it run again",
    isRetryable: false
  },
  PreconditionFailed: {
    what: "the object was replaced since it was found",
    remedy: "Let the task that found it run again, and then this one",
    isRetryable: false
  },
  InvalidObjectState: archived,
  AccessDenied: denied,
  AllAccessDisabled: denied,
  AccountProblem: denied,
  InvalidAccessKeyId: {
    what: "S3 does not know the access key",
    remedy: "Check the connection's login, or AWS_ACCESS_KEY_ID, and whether the key is another endpoint's",
    isRetryable: false
  },
  SignatureDoesNotMatch: {
    what: "S3 refuses the signature",
    remedy: "Check the secret access key: the connection's password, or AWS_SECRET_ACCESS_KEY",
    isRetryable: false
  },
  ExpiredToken: expired,
  TokenRefreshRequired: expired,
  RequestExpired: expired,
  InvalidToken: {
    what: "S3 refuses the session token",
    remedy: "Give aws_session_token with the keys that it was made with, and none with lasting keys",
    isRetryable: false
  },
  RequestTimeTooSkewed: {
    what: "the clocks of this machine and of S3 differ too much",
    remedy: "Set this machine's clock",
    isRetryable: false
  },
  PermanentRedirect: otherRegion,
  TemporaryRedirect: { what: "the bucket is being moved", remedy: "Wait until S3 knows it everywhere" },
  AuthorizationHeaderMalformed: otherRegion,
  IllegalLocationConstraintException: otherRegion,
  SlowDown: { what: "S3 asks to slow down", remedy: "Use fewer tasks at once" },
  ServiceUnavailable: { what: "S3 is not available", remedy: "Wait until it is" },
  InternalError: { what: "S3 failed by itself" },
  RequestTimeout: { what: "S3 waited too long for the request" }
};
function serviceTrouble(error) {
  const status = error.$metadata.httpStatusCode;
  const isCode = Object.hasOwn(codes, error.name);
  const known = isCode ? codes[error.name] : byStatus(status);
  const region = error.Region ?? error.$response?.headers?.["x-amz-bucket-region"];
  const found = [
    isNamed(error) ? `${error.message || "no message"} (${error.name}, HTTP ${status})` : `HTTP ${status}`,
    region === void 0 ? "" : `its region is ${region}`
  ];
  return { ...known, found: found.filter(Boolean).join("; ") };
}
function isNamed({ name }) {
  return /^[A-Z][A-Za-z.]+$/.test(name) && !/^(Unknown|UnknownError|Error|NotFound)$/.test(name);
}
function byStatus(status) {
  if (mayPass(status)) return { what: "S3 failed", remedy: "Wait until it answers" };
  if (status === 301 || status === 307) return otherRegion;
  if (status === 401 || status === 403) return denied;
  if (status === 412) return codes["PreconditionFailed"];
  if (status === 404) return { what: "nothing of S3 is there", remedy: wrongEndpoint, isRetryable: false };
  return { what: "S3 refused the request", remedy: wrongEndpoint, isRetryable: false };
}
function mayPass(status) {
  return status >= 500 || status === 429 || status === 408;
}
var wrongEndpoint = "Check the bucket's name and the endpoint: is it S3 that listens there?";

// runtime/connections/s3-driver-errors.ts
function driverTrouble(error) {
  const { code = "" } = error;
  const message = error.message || error.errors?.map(String).join(", ") || "no message";
  const text = `${error.name} ${code}: ${message}`;
  const status = error.$response?.statusCode ?? 0;
  if (mayPass(status)) return { ...byStatus(status), found: `HTTP ${status}, and no answer of S3's` };
  const row = driverTroubles.find(({ match }) => match.test(text));
  return row && { ...row.trouble, found: message.split("\n")[0].replace(/\.+$/, "") };
}
var driverTroubles = [
  {
    match: /any providers|Credential is missing/,
    trouble: {
      what: "no credentials for S3 were found",
      remedy: "Give the connection a login and a password, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine a role",
      isRetryable: false
    }
  },
  {
    match: /^(CredentialsProviderError|TokenProviderError|ProviderError)/,
    trouble: { what: "the credentials for S3 cannot be got", remedy: "Check the profile, or the role and its service" }
  },
  { match: /ECONNREFUSED/, trouble: { what: "nothing listens there", remedy: "Is S3 running there?" } },
  {
    match: /ENOTFOUND|EAI_/,
    trouble: {
      what: "the host name is not known",
      remedy: "Check the endpoint and the region, and this machine's DNS"
    }
  },
  {
    match: /EHOSTUNREACH|ENETUNREACH|ETIMEDOUT|did not establish a connection|exceeded the configured/,
    trouble: { what: "S3 does not answer", remedy: "Check the endpoint and the firewalls on the way" }
  },
  {
    match: /ECONNRESET|EPIPE|ECONNABORTED|socket hang up|ERR_STREAM_PREMATURE_CLOSE/,
    trouble: { what: "the connection to S3 was cut", remedy: "Try again; if it stays so, look at what lies between" }
  },
  {
    match: /ERR_TLS_CERT_ALTNAME_INVALID/,
    trouble: {
      what: "the server's certificate is for another name",
      remedy: "Use the host name of the certificate; for a bucket in front of the host set addressing_style to path",
      isRetryable: false
    }
  },
  {
    match: /CERT_HAS_EXPIRED|CERT_NOT_YET_VALID/,
    trouble: { what: "the server's certificate is out of its time", remedy: "Renew it", isRetryable: false }
  },
  {
    match: /SELF_SIGNED|UNABLE_TO_|CERT_/,
    trouble: {
      what: "the server's certificate is not from a trusted authority",
      remedy: "Name the authority's certificate in the extra verify, or in NODE_EXTRA_CA_CERTS",
      isRetryable: false
    }
  },
  {
    match: /EPROTO|ERR_(SSL|OSSL|TLS)_/,
    trouble: { what: "TLS failed", remedy: "Is it https that is spoken at this port?", isRetryable: false }
  },
  {
    match: /HPE_|Deserialization|char '|Unexpected (token|end)|XML/,
    trouble: { what: "what listens there does not answer like S3", remedy: "Correct the endpoint", isRetryable: false }
  },
  {
    match: /Invalid region|region must be a valid host/i,
    trouble: { what: "the region is none", remedy: "Correct region_name, e.g. eu-west-1", isRetryable: false }
  }
];

// runtime/connections/s3-uri.ts
function s3Uri(bucket, key2) {
  return `s3://${visible(bucket)}/${visible(key2)}`;
}
function visible(name) {
  return name.replaceAll(
    /[\p{Cc}\u2028\u2029]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`
  );
}

// runtime/connections/s3-errors.ts
function toS3Error(error, where) {
  if (isKnownError(error)) return error;
  if (!(error instanceof Error)) return new Error(String(error));
  const trouble = isServiceError(error) ? serviceTrouble(error) : driverTrouble(error);
  if (trouble === void 0) return error;
  const found = trouble.found === void 0 ? {} : { found: visible(trouble.found) };
  return new KnownError({ ...trouble, ...found, where }, { cause: error });
}
function noS3Answer(where, found) {
  return new KnownError({
    what: "what listens there does not answer like S3",
    where,
    found,
    remedy: "Correct the endpoint",
    isRetryable: false
  });
}

// runtime/connections/s3-answers.ts
function pageOf(output, where) {
  const { $metadata, Contents = [], IsTruncated, NextContinuationToken: next, EncodingType } = output;
  if (IsTruncated === void 0) throw noS3Answer(where, `HTTP ${$metadata.httpStatusCode} without a listing`);
  if (IsTruncated && !next) throw noS3Answer(where, "a listing that goes on, but not where");
  const objects = Contents.map(({ Key, ETag, Size, LastModified, StorageClass, RestoreStatus }) => {
    if (Key === void 0 || ETag === void 0 || Size === void 0 || LastModified === void 0) {
      throw noS3Answer(where, "an object without key, ETag, size or time");
    }
    return {
      key: EncodingType === "url" ? decodeURIComponent(Key.replaceAll("+", " ")) : Key,
      etag: unquoted(ETag),
      size: Size,
      lastModified: LastModified,
      isArchived: /^(GLACIER|DEEP_ARCHIVE)$/.test(StorageClass ?? "") && RestoreStatus?.RestoreExpiryDate === void 0
    };
  });
  return { objects, next: IsTruncated ? next : void 0 };
}
function answerOf(output, where) {
  const { Body, ETag, ContentLength, ContentRange } = output;
  if (Body === void 0) throw noS3Answer(where, "an answer without a body");
  const range = /^bytes (\d+)-/.exec(ContentRange ?? "");
  return {
    body: Body,
    etag: ETag === void 0 ? void 0 : unquoted(ETag),
    from: range ? Number(range[1]) : 0,
    length: ContentLength,
    checksums: checksumsOf(output)
  };
}
function checksumsOf(output) {
  if (output.ChecksumType === "COMPOSITE") return {};
  const found = [
    ["sha256", output.ChecksumSHA256],
    ["sha1", output.ChecksumSHA1],
    ["crc32", output.ChecksumCRC32],
    ["crc32c", output.ChecksumCRC32C],
    ["crc64nvme", output.ChecksumCRC64NVME]
  ];
  return Object.fromEntries(found.filter(([, value]) => value !== void 0 && !/-\d+$/.test(value)));
}
function unquoted(etag2) {
  return etag2.replace(/^"(.*)"$/, "$1");
}

// runtime/connections/s3-endpoint.ts
function findEndpoint({ endpoint, allowHttp }, connectionId, environment) {
  const found = endpoint === void 0 ? endpointOf(environment) : { url: endpoint, source: `connection ${connectionId}, extra endpoint_url` };
  if (found) checkUrl(found);
  if (found) checkProtocol(new URL(found.url), { ...found, allowHttp });
  return found;
}
function endpointOf(environment) {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return void 0;
  const source = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].find((name) => environment[name]);
  return source === void 0 ? void 0 : { url: environment[source], source };
}
function checkUrl({ url: url2, source }) {
  const refuse = (found) => new KnownError({
    what: "the endpoint of S3 is not usable",
    where: source,
    found,
    remedy: "Write https://host or https://host:port",
    isRetryable: false
  });
  if (!URL.canParse(url2)) throw refuse("it is not a URL");
  const { protocol, username, password, search, hash } = new URL(url2);
  if (protocol !== "https:" && protocol !== "http:") throw refuse(`it begins with ${JSON.stringify(protocol)}`);
  if (username !== "" || password !== "") throw refuse("it holds a login, which belongs into the connection");
  if (search !== "" || hash !== "") throw refuse("it holds a ? or a #");
}
function checkProtocol(url2, { source, allowHttp }) {
  if (url2.protocol === "https:" || allowHttp || isLoopback(url2.hostname)) return;
  throw new KnownError({
    what: "S3 would be reached without encryption",
    where: source,
    found: `http to ${url2.hostname}`,
    remedy: 'Use https; or, where the network itself is trusted, a connection with "allow_http": true in its extra',
    isRetryable: false
  });
}
function isLoopback(hostname) {
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[?::1\]?$/i.test(hostname);
}

// runtime/connections/s3-options.ts
import { readFileSync } from "node:fs";

// runtime/did-you-mean.ts
function findNearest(found, accepted) {
  const ranked = accepted.map((word) => ({ word, distance: editDistance(found.toLowerCase(), word.toLowerCase()) })).filter(({ word, distance }) => distance <= Math.max(1, Math.floor(word.length / 3))).sort((left, right) => left.distance - right.distance);
  return ranked[0]?.word;
}
function didYouMean(found, accepted) {
  const nearest = findNearest(found, accepted);
  return nearest === void 0 ? "" : ` (did you mean ${JSON.stringify(nearest)}?)`;
}
function editDistance(left, right) {
  const rows = [Array.from({ length: right.length + 1 }, (_, column) => column)];
  for (let row = 1; row <= left.length; row++) {
    const current = [row];
    for (let column = 1; column <= right.length; column++) {
      const isSame = left[row - 1] === right[column - 1];
      const isSwapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      current[column] = Math.min(
        rows[row - 1][column] + 1,
        current[column - 1] + 1,
        rows[row - 1][column - 1] + (isSame ? 0 : 1),
        isSwapped && row > 1 && column > 1 ? rows[row - 2][column - 2] + 1 : Number.POSITIVE_INFINITY
      );
    }
    rows.push(current);
  }
  return rows[left.length][right.length];
}

// runtime/connections/connection-extra.ts
function textExtra(connection, name) {
  const value = connection.extra[name];
  if (value === void 0 || value === null || value === "") return void 0;
  if (typeof value !== "object") return String(value);
  throw refuseExtra(connection, name, "is not a text", "Write a text, a number or true");
}
function refuseExtra(connection, name, found, remedy) {
  return new KnownError({
    what: `the extra ${name} ${found}`,
    where: `connection ${connection.id}`,
    remedy,
    isRetryable: false
  });
}

// runtime/connections/connection-parts.ts
function isJsonObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

// runtime/connections/s3-options.ts
var honoured = [
  "aws_access_key_id",
  "aws_secret_access_key",
  "aws_session_token",
  "region_name",
  "endpoint_url",
  "service_config",
  "config_kwargs",
  "profile_name",
  "verify",
  "allow_http"
];
var inProfile = "Put it into a profile of the shared configuration (~/.aws/config), and name that as profile_name";
var refused = {
  role_arn: inProfile,
  assume_role_method: inProfile,
  assume_role_kwargs: inProfile,
  external_id: inProfile,
  aws_account_id: inProfile,
  aws_iam_role: inProfile,
  session_kwargs: "Put what is in it into extra itself: profile_name, region_name, aws_session_token",
  s3_config_file: "Put its keys into login and password, or use profile_name",
  s3_config_format: "Put its keys into login and password, or use profile_name",
  profile: "Use profile_name",
  host: "Use endpoint_url"
};
var optionsOfEnvironment = {
  credentials: void 0,
  profile: void 0,
  region: void 0,
  endpoint: void 0,
  addressing: void 0,
  authorities: void 0,
  allowHttp: false
};
function readS3Options(connection) {
  checkType(connection);
  checkNames(connection);
  const service = objectIn(connection, connection.extra, "service_config");
  const s3 = objectIn(connection, service, "s3", "service_config");
  return {
    credentials: readCredentials(connection),
    profile: textExtra(connection, "profile_name"),
    region: textExtra(connection, "region_name"),
    endpoint: textExtra({ ...connection, extra: s3 }, "endpoint_url") ?? textExtra(connection, "endpoint_url"),
    addressing: readAddressing(connection),
    authorities: readAuthorities(connection),
    allowHttp: readAllowHttp(connection)
  };
}
function checkType(connection) {
  const refuse = (what, remedy) => new KnownError({ what, where: `connection ${connection.id}`, remedy, isRetryable: false });
  if (connection.type !== "aws")
    throw refuse(`its type is ${JSON.stringify(connection.type)}, not aws`, "Begin its URI with aws://");
  if (connection.host !== null || connection.port !== null) {
    throw refuse(
      "it has a host or a port, which Airflow does not read in an aws connection",
      "Name the server in the extra endpoint_url"
    );
  }
}
function checkNames(connection) {
  for (const name of Object.keys(connection.extra)) {
    if (honoured.includes(name)) continue;
    const remedy = Object.hasOwn(refused, name) ? refused[name] : void 0;
    if (remedy !== void 0) throw refuseExtra(connection, name, "is not supported", remedy);
    const known = `Remove it, or use one of ${honoured.join(", ")}${didYouMean(name, honoured)}`;
    throw refuseExtra(connection, name, "is not known", known);
  }
}
function readCredentials(connection) {
  const { login, password } = connection;
  const inExtra = [textExtra(connection, "aws_access_key_id"), textExtra(connection, "aws_secret_access_key")];
  const [id, secret] = login !== null && password !== null ? [login, password] : inExtra;
  const sessionToken = textExtra(connection, "aws_session_token");
  if (id !== void 0 && secret !== void 0) {
    return { accessKeyId: id, secretAccessKey: secret, ...sessionToken === void 0 ? {} : { sessionToken } };
  }
  if ([login, password, id, secret, sessionToken].every((part) => part === null || part === void 0))
    return void 0;
  throw new KnownError({
    what: "it has a part of the credentials only",
    where: `connection ${connection.id}`,
    remedy: "Give the access key's id as login and the secret access key as password, or none of them",
    isRetryable: false
  });
}
function readAddressing(connection) {
  const config = objectIn(connection, connection.extra, "config_kwargs");
  const odd = Object.keys(config).find((name) => !["s3", "retries", "connect_timeout", "read_timeout"].includes(name));
  if (odd !== void 0) {
    throw refuseExtra(connection, `config_kwargs.${odd}`, "is not supported", "Here only s3.addressing_style is");
  }
  const s3 = objectIn(connection, config, "s3", "config_kwargs");
  const { addressing_style: style = "auto", ...others } = s3;
  const [other] = Object.keys(others);
  if (other !== void 0) {
    throw refuseExtra(connection, `config_kwargs.s3.${other}`, "is not supported", "Here only addressing_style is");
  }
  if (style === "path" || style === "virtual") return style;
  if (style === "auto") return void 0;
  const remedy = "Use one of path, virtual, auto";
  throw refuseExtra(connection, "config_kwargs.s3.addressing_style", `is ${JSON.stringify(style)}`, remedy);
}
function readAuthorities(connection) {
  const verify = textExtra(connection, "verify");
  if (verify === void 0 || verify.toLowerCase() === "true") return void 0;
  if (verify.toLowerCase() === "false") {
    const remedy = "Give the path of a file with the authority's certificate: who is not checked can be anybody";
    throw refuseExtra(connection, "verify", "is false", remedy);
  }
  const path = projectPath(verify);
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    const { code } = error;
    throw refuseExtra(connection, "verify", `names a file that cannot be read (${code}): ${path}`, "Correct its path");
  }
}
function readAllowHttp(connection) {
  const text = textExtra(connection, "allow_http")?.toLowerCase() ?? "false";
  if (text === "true" || text === "false") return text === "true";
  throw refuseExtra(connection, "allow_http", `is ${JSON.stringify(text)}`, "Use true or false");
}
function objectIn(connection, object, name, within = "") {
  const value = object[name];
  if (value === void 0 || value === null) return {};
  if (isJsonObject(value)) return value;
  throw refuseExtra(connection, within === "" ? name : `${within}.${name}`, "is not an object", "Write {\u2026}");
}

// runtime/connections/s3-waits.ts
async function orAborted(work, signal2) {
  let stop = () => {
  };
  const aborted = new Promise((_, reject) => {
    stop = () => reject(signal2.reason);
    signal2.addEventListener("abort", stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal2.removeEventListener("abort", stop);
  }
}
async function withLimit({ signal: signal2, limitMs }, work) {
  const limit = new AbortController();
  const onAbort = () => limit.abort(signal2.reason);
  signal2.addEventListener("abort", onAbort, { once: true });
  const timer = setTimeout(() => limit.abort(), limitMs);
  try {
    return await work(limit.signal);
  } catch (error) {
    if (!limit.signal.aborted || signal2.aborted || isKnownError(error)) throw error;
    throw Object.assign(new Error(`no whole answer within ${limitMs / 1e3} s`), { code: "ETIMEDOUT" });
  } finally {
    clearTimeout(timer);
    signal2.removeEventListener("abort", onAbort);
  }
}

// runtime/connections/s3.ts
async function connectS3(connection, signal2) {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
  const options = connection ? readS3Options(connection) : optionsOfEnvironment;
  const endpoint = findEndpoint(options, connection?.id, process.env);
  const owner = connection ? `connection ${connection.id}` : "without a connection";
  const client = createClient(options, endpoint?.url, await findRegion(options));
  const place = `${owner}, ${endpoint ? new URL(endpoint.url).origin : `S3 in ${await client.config.region()}`}`;
  guardRequests(client, { source: place, allowHttp: options.allowHttp });
  return sessionOf(client, place, signal2);
}
var connectTimeoutMs = 1e4;
var answerTimeoutMs = 6e4;
var wholeAnswerTimeoutMs = 3 * answerTimeoutMs;
function createClient(options, endpoint, region) {
  const { credentials, profile, addressing, authorities } = options;
  return new S3Client({
    region,
    ...credentials && { credentials },
    ...profile !== void 0 && { profile },
    ...endpoint !== void 0 && { endpoint },
    // Other servers than AWS seldom have a DNS name for each bucket.
    forcePathStyle: addressing === void 0 ? endpoint !== void 0 : addressing === "path",
    followRegionRedirects: endpoint === void 0,
    requestChecksumCalculation: "WHEN_REQUIRED",
    // A download may be resumed: its checksum is held against all of it, in runtime/streams.
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: {
      connectionTimeout: connectTimeoutMs,
      requestTimeout: answerTimeoutMs,
      throwOnRequestTimeout: true,
      ...authorities !== void 0 && { httpsAgent: { ca: authorities } }
    }
  });
}
async function findRegion({ region, profile }) {
  const given = region ?? (process.env["AWS_REGION"] || process.env["AWS_DEFAULT_REGION"]);
  if (given) return given;
  const probe = new S3Client(profile === void 0 ? {} : { profile });
  return probe.config.region().catch(() => "us-east-1");
}
function guardRequests(client, reached) {
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const request = args.request;
      checkProtocol(request, reached);
      if (context["commandName"] === "GetObjectCommand") request.headers["x-amz-checksum-mode"] = "ENABLED";
      return next(args);
    },
    { step: "build", name: "dagwrightGuard" }
  );
}
function sessionOf(client, place, signal2) {
  const ask = async (where, asked, work) => {
    asked.throwIfAborted();
    try {
      return await orAborted(work(), asked);
    } catch (error) {
      asked.throwIfAborted();
      throw toS3Error(error, where);
    }
  };
  return {
    place,
    listPage: ({ bucket, prefix, token }) => ask(
      `${s3Uri(bucket, prefix)}, ${place}`,
      signal2,
      () => withLimit({ signal: signal2, limitMs: wholeAnswerTimeoutMs }, async (abortSignal) => {
        const command = new ListObjectsV2Command({
          Bucket: bucket,
          Prefix: prefix,
          ContinuationToken: token,
          // Keys may hold characters that XML cannot.
          EncodingType: "url",
          OptionalObjectAttributes: ["RestoreStatus"]
        });
        return pageOf(await client.send(command, { abortSignal }), `${s3Uri(bucket, prefix)}, ${place}`);
      })
    ),
    getObject: ({ bucket, key: key2, etag: etag2, from }, asked) => ask(`${s3Uri(bucket, key2)}, ${place}`, asked, async () => {
      const range = from === 0 ? {} : { Range: `bytes=${from}-` };
      const command = new GetObjectCommand({ Bucket: bucket, Key: key2, IfMatch: `"${etag2}"`, ...range });
      return answerOf(await client.send(command, { abortSignal: asked }), `${s3Uri(bucket, key2)}, ${place}`);
    }),
    mayListBuckets: () => ask(
      place,
      signal2,
      () => withLimit({ signal: signal2, limitMs: wholeAnswerTimeoutMs }, async (abortSignal) => {
        try {
          const { $metadata, Buckets, Owner } = await client.send(new ListBucketsCommand({}), { abortSignal });
          if (Buckets || Owner) return true;
          throw noS3Answer(place, `HTTP ${$metadata.httpStatusCode} without buckets and owner`);
        } catch (error) {
          if (error.name === "AccessDenied") return false;
          throw error;
        }
      })
    ),
    close: () => client.destroy()
  };
}

// runtime/streams/s3-object.ts
import { createHash as createHash2 } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";

// runtime/streams/object-checksum.ts
import { createHash } from "node:crypto";
import { crc32 } from "node:zlib";

// runtime/streams/crc.ts
var createCrc32c = () => createCrc(tablesOf([0, 2197175160]), 4);
var createCrc64nvme = () => createCrc(tablesOf([2590806825, 2890647989]), 8);
var made = /* @__PURE__ */ new Map();
function tablesOf(polynomial) {
  const known = made.get(polynomial[1]);
  if (known) return known;
  const high = new Int32Array(8 * 256);
  const low = new Int32Array(8 * 256);
  for (let byte = 0; byte < 256; byte += 1) {
    let [upper, lower] = [0, byte];
    for (let bit = 0; bit < 8; bit += 1) {
      const isOdd = (lower & 1) === 1;
      lower = lower >>> 1 | (upper & 1) << 31;
      upper >>>= 1;
      if (isOdd) [upper, lower] = [upper ^ polynomial[0], lower ^ polynomial[1]];
    }
    [high[byte], low[byte]] = [upper, lower];
  }
  for (let at = 256; at < high.length; at += 1) {
    const [upper, lower] = [high[at - 256], low[at - 256]];
    const next = lower & 255;
    high[at] = upper >>> 8 ^ high[next];
    low[at] = (lower >>> 8 | upper << 24) ^ low[next];
  }
  made.set(polynomial[1], { high, low });
  return { high, low };
}
function createCrc({ high, low }, bytes) {
  let upper = bytes === 8 ? -1 : 0;
  let lower = -1;
  return {
    update: (chunk) => {
      let at = 0;
      for (const end = chunk.length - 7; at < end; at += 8) {
        const x = lower ^ (chunk[at] | chunk[at + 1] << 8 | chunk[at + 2] << 16 | chunk[at + 3] << 24);
        const y = upper ^ (chunk[at + 4] | chunk[at + 5] << 8 | chunk[at + 6] << 16 | chunk[at + 7] << 24);
        const a = 1792 + (x & 255);
        const b = 1536 + (x >>> 8 & 255);
        const c2 = 1280 + (x >>> 16 & 255);
        const d2 = 1024 + (x >>> 24);
        const e = 768 + (y & 255);
        const f = 512 + (y >>> 8 & 255);
        const g = 256 + (y >>> 16 & 255);
        const h = y >>> 24;
        upper = high[a] ^ high[b] ^ high[c2] ^ high[d2] ^ high[e] ^ high[f] ^ high[g] ^ high[h];
        lower = low[a] ^ low[b] ^ low[c2] ^ low[d2] ^ low[e] ^ low[f] ^ low[g] ^ low[h];
      }
      for (; at < chunk.length; at += 1) {
        const index = (lower ^ chunk[at]) & 255;
        lower = (lower >>> 8 | upper << 24) ^ low[index];
        upper = upper >>> 8 ^ high[index];
      }
    },
    digest: () => {
      const result = Buffer.alloc(8);
      result.writeInt32BE(~upper, 0);
      result.writeInt32BE(~lower, 4);
      return result.subarray(8 - bytes);
    }
  };
}

// runtime/streams/object-checksum.ts
function createChecksum(stored) {
  const algorithm = ["crc32", "crc64nvme", "crc32c", "sha1"].find((name) => stored[name] !== void 0);
  return algorithm && { algorithm, ...makers[algorithm]() };
}
var makers = {
  crc32: () => {
    let value = 0;
    return {
      update: (bytes) => {
        value = crc32(bytes, value);
      },
      base64: () => {
        const result = Buffer.alloc(4);
        result.writeUInt32BE(value);
        return result.toString("base64");
      }
    };
  },
  crc64nvme: () => ofCrc(createCrc64nvme()),
  crc32c: () => ofCrc(createCrc32c()),
  sha1: () => {
    const hash = createHash("sha1");
    return { update: (bytes) => void hash.update(bytes), base64: () => hash.digest("base64") };
  }
};
function ofCrc({ update, digest }) {
  return { update, base64: () => digest().toString("base64") };
}

// runtime/streams/s3-object-faults.ts
function replaced(where, found) {
  const remedy = "Let the task that found it run again, and then this one";
  return new KnownError({
    what: "the object was replaced since it was found",
    where,
    found,
    remedy,
    isRetryable: false
  });
}
function wrongLength(where, found) {
  const remedy = "Look at what stands between this machine and S3: something changes its answers";
  return new KnownError({
    what: "the object is not as long as it was listed",
    where,
    found,
    remedy,
    isRetryable: false
  });
}
function cutShort({ where, bytes, object }, why, cause) {
  const found = `${bytes} of ${object.size} bytes arrived, then: ${why}`;
  return new KnownError({ what: "the connection to S3 was cut", where, found }, { cause });
}
function givenUp(cause, { bytes, object, where }, tries) {
  const { what, found } = cause.trouble;
  return new KnownError(
    {
      what: `the download was given up after ${tries} tries that did not get on`,
      where,
      found: `${bytes} of ${object.size} bytes arrived; at last: ${what}${found === void 0 ? "" : `: ${found}`}`,
      remedy: "Let the task run again; if it stays so, look at what lies between this machine and S3"
    },
    { cause }
  );
}
function changedOnTheWay({ where, bytes }, checksum) {
  return new KnownError({
    what: "the object did not arrive as S3 keeps it",
    where,
    found: `another ${checksum} after ${bytes} bytes`,
    remedy: "Let the task run again; if it stays so, the object is damaged where it is kept"
  });
}

// runtime/streams/s3-object.ts
var defaultSilenceLimitMs = 6e4;
var maxTries = 5;
var progressBytes = 64 * 1024;
var firstDelayMs = 200;
function readS3Object(session, object, options) {
  const state = createState(object, `${s3Uri(object.bucket, object.key)}, ${session.place}`);
  const chunks = readAll(session, state, options);
  return {
    [Symbol.asyncIterator]: () => chunks,
    digest: () => {
      if (state.sha256 === void 0) throw new Error("digest() is for a download that was read to its end");
      return { sha256: state.sha256, bytes: state.bytes };
    }
  };
}
function createState(object, where) {
  const hash = createHash2("sha256");
  return { object, where, hash, bytes: 0, sha256: void 0, stored: void 0, checksum: void 0 };
}
async function* readAll(session, state, options) {
  const { object } = state;
  const { signal: signal2 } = options;
  let failures = 0;
  while (state.bytes < object.size) {
    const from = state.bytes;
    try {
      yield* readOnce(session, state, options);
    } catch (error) {
      signal2.throwIfAborted();
      const trouble = toS3Error(error, state.where);
      if (!isKnownError(trouble) || trouble.trouble.isRetryable === false) throw trouble;
      failures = state.bytes - from >= progressBytes ? 1 : failures + 1;
      if (failures >= maxTries) throw givenUp(trouble, state, maxTries);
      const { remedy: _, ...seen } = trouble.trouble;
      console.log(`${formatTrouble(seen)}; going on from byte ${state.bytes} of ${object.size}`);
      if (state.bytes === from) await wait(firstDelayMs * 2 ** (failures - 1), void 0, { signal: signal2 });
    }
  }
  finish(state);
}
async function* readOnce(session, state, { signal: signal2, silenceLimitMs = defaultSilenceLimitMs }) {
  const { bucket, key: key2, etag: etag2, size: size2 } = state.object;
  const answer = await session.getObject({ bucket, key: key2, etag: etag2, from: state.bytes }, signal2);
  try {
    checkAnswer(answer, state);
    if (state.stored === void 0) {
      state.stored = answer.checksums;
      state.checksum = createChecksum(answer.checksums);
    }
    let known = state.bytes - answer.from;
    for await (const whole of heard(answer.body, silenceLimitMs, state)) {
      const chunk = known === 0 ? whole : whole.subarray(known);
      known -= whole.length - chunk.length;
      if (chunk.length === 0) continue;
      if (state.bytes + chunk.length > size2) throw wrongLength(state.where, `more than ${size2} bytes`);
      state.hash.update(chunk);
      state.checksum?.update(chunk);
      state.bytes += chunk.length;
      yield chunk;
    }
  } finally {
    answer.body.destroy();
  }
  if (state.bytes < size2) throw cutShort(state, "the answer ended early");
}
function checkAnswer({ etag: etag2, from, length }, state) {
  const { object, bytes } = state;
  if (etag2 !== void 0 && etag2 !== object.etag)
    throw replaced(state.where, visible(`ETag ${etag2} in place of ${object.etag}`));
  if (from > bytes) throw noS3Answer(state.where, `asked for byte ${bytes} on, got byte ${from} on`);
  if (length !== void 0 && length !== object.size - from) {
    throw wrongLength(state.where, `${from + length} bytes instead of ${object.size}`);
  }
}
async function* heard(body, silenceLimitMs, state) {
  const chunks = body[Symbol.asyncIterator]();
  for (; ; ) {
    const limit = setTimeout(() => body.destroy(new Error(`silence for ${silenceLimitMs / 1e3} s`)), silenceLimitMs);
    const next = await chunks.next().catch((error) => Promise.reject(cutShort(state, error.message, error))).finally(() => clearTimeout(limit));
    if (next.done) return;
    yield next.value;
  }
}
function finish(state) {
  const sha256 = state.hash.digest();
  const { stored = {}, checksum } = state;
  const wrong = stored.sha256 === void 0 ? checksum && checksum.base64() !== stored[checksum.algorithm] && checksum.algorithm : sha256.toString("base64") !== stored.sha256 && "sha256";
  if (wrong) throw changedOnTheWay(state, wrong);
  state.sha256 = sha256.toString("hex");
}

// runtime/tools/run-tool.ts
import { spawn as spawn2 } from "node:child_process";
import { once } from "node:events";
import { setTimeout as setTimeout2 } from "node:timers/promises";

// runtime/executor/kill-group.ts
function killGroup(pid, signal2 = "SIGKILL") {
  try {
    process.kill(-pid, signal2);
  } catch {
  }
}

// runtime/tools/process-group.ts
import { readdirSync, readFileSync as readFileSync2 } from "node:fs";
function hasGroup(group) {
  try {
    process.kill(-group, 0);
  } catch {
    return false;
  }
  const pids = listProcesses();
  return pids === void 0 || pids.some((pid) => isLiveMember(pid, group));
}
function listProcesses() {
  try {
    return readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  } catch {
    return void 0;
  }
}
function isLiveMember(pid, group) {
  try {
    const stat = readFileSync2(`/proc/${pid}/stat`, "utf8");
    const [state, , ofGroup] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return Number(ofGroup) === group && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

// runtime/tools/tool-guard.ts
import { spawn } from "node:child_process";
var endGroup = `kill -s TERM -- "-$1"; sleep 1; kill -s KILL -- "-$1"`;
function guardGroup(group) {
  return startGuard(endGroup, String(group));
}
function startGuard(work, argument) {
  const script = `read -r word; [ "$word" = dismissed ] && exit
${work}`;
  const guard = spawn("/bin/sh", ["-c", script, "sh", argument], {
    cwd: "/",
    detached: true,
    env: { PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "ignore", "ignore"]
  });
  const ended = new Promise((resolve) => {
    guard.once("close", () => resolve());
    guard.once("error", () => resolve());
  });
  guard.stdin.on("error", () => {
  });
  return {
    dismiss: () => {
      guard.stdin.end("dismissed\n");
      return ended;
    }
  };
}

// runtime/tools/tool-lines.ts
import { StringDecoder } from "node:string_decoder";
var maxLineLength = 8192;
function createLines(onLine) {
  const decoder = new StringDecoder("utf8");
  let line = "";
  let left = 0;
  const hold = (text) => {
    const fits = text.slice(0, maxLineLength - line.length);
    line += fits;
    left += text.length - fits.length;
  };
  const pass = () => {
    const shown = cleanOf(line.endsWith("\r") ? line.slice(0, -1) : line);
    const cut = left > 0 ? `\u2026 (${left} characters more)` : "";
    line = "";
    left = 0;
    if (shown !== "") onLine(`${shown}${cut}`);
  };
  const take = (text) => {
    const parts = text.split("\n");
    for (const part of parts.slice(0, -1)) {
      hold(part);
      pass();
    }
    hold(parts.at(-1));
  };
  return {
    write: (chunk) => take(decoder.write(chunk)),
    end() {
      hold(decoder.end());
      pass();
    }
  };
}
function cleanOf(text) {
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g, "\uFFFD").toWellFormed();
}

// runtime/tools/run-tool.ts
var killAfterMs = 1e3;
var groupGoneLimitMs = 2e3;
var groupLookMs = 10;
async function runTool(run) {
  run.signal.throwIfAborted();
  const child = spawn2(run.path, run.args, {
    detached: true,
    env: { ...baseEnvironment(process.env), ...run.env },
    stdio: [run.input ? "pipe" : "ignore", "pipe", "pipe"]
  });
  const guard = child.pid === void 0 ? void 0 : guardGroup(child.pid);
  const ended = watchEnd(child);
  const listening = [child.stdout, child.stderr].map((output) => readLines(output, run.onLine));
  const stop = () => killSlowly(child, ended);
  run.signal.addEventListener("abort", stop, { once: true });
  try {
    await started(child, run);
    if (run.input) await feed(child.stdin, run.input);
    return await ended;
  } catch (error) {
    await stop();
    throw error;
  } finally {
    run.signal.removeEventListener("abort", stop);
    if (child.pid !== void 0) {
      await ended;
      await Promise.all([...listening, guard?.dismiss()]);
      await groupGone(child.pid);
    }
    run.signal.throwIfAborted();
  }
}
function watchEnd(child) {
  child.on("error", () => {
  });
  return new Promise((resolve) => {
    child.once("exit", (code, signal2) => {
      killGroup(child.pid);
      child.stdin?.destroy();
      resolve({ code, killedBy: signal2 });
    });
  });
}
async function started(child, { tool, path }) {
  try {
    await once(child, "spawn");
  } catch (error) {
    const found = error.message;
    const remedy = "See that the file is there, is for this machine and may be executed";
    throw new KnownError({ what: `${tool} cannot be started`, where: path, found, remedy }, { cause: error });
  }
}
async function feed(stdin, input) {
  const untilClosed = watchClose(stdin);
  const iterator = input[Symbol.asyncIterator]();
  for (; ; ) {
    const next = await untilClosed(iterator.next());
    if (next === "closed") return;
    if (next.done) break;
    if (stdin.write(next.value)) continue;
    if (await untilClosed(new Promise((resolve) => stdin.once("drain", resolve))) === "closed") return;
  }
  stdin.end();
}
function watchClose(stdin) {
  let isClosed = stdin.closed;
  let wake = () => {
  };
  stdin.on("error", () => stdin.destroy());
  stdin.once("close", () => {
    isClosed = true;
    wake();
  });
  return (work) => new Promise((resolve, reject) => {
    wake = () => resolve("closed");
    work.then(resolve, reject);
    if (isClosed) wake();
  });
}
async function readLines(output, onLine) {
  const lines = createLines(onLine);
  output.on("data", (chunk) => lines.write(chunk));
  await new Promise((resolve) => output.once("close", resolve));
  lines.end();
}
async function killSlowly(child, ended) {
  if (child.pid === void 0 || child.exitCode !== null || child.signalCode !== null) return;
  killGroup(child.pid, "SIGTERM");
  const waited = new AbortController();
  const limit = setTimeout2(killAfterMs, "late", { signal: waited.signal }).catch(() => void 0);
  if (await Promise.race([ended, limit]) === "late") killGroup(child.pid);
  waited.abort();
  await ended;
}
async function groupGone(pid) {
  const until = performance.now() + groupGoneLimitMs;
  while (hasGroup(pid) && performance.now() < until) {
    killGroup(pid);
    await setTimeout2(groupLookMs);
  }
}
function baseEnvironment(environment) {
  const names = [
    "PATH",
    "HOME",
    "TMPDIR",
    "TZ",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR"
  ];
  const kept = names.flatMap((name) => environment[name] === void 0 ? [] : [[name, environment[name]]]);
  return { ...Object.fromEntries(kept), LC_ALL: "C" };
}

// ../../tmp/pf/feed.ts
var [url, size, etag] = process.argv.slice(2);
var c = { id: "x", type: "aws", host: null, schema: null, port: null, login: "key", password: "secret", extra: { endpoint_url: url, region_name: "us-east-1" } };
var signal = new AbortController().signal;
var t0 = performance.now();
var s = await connectS3(c, signal);
var d = readS3Object(s, { bucket: "bench", key: "big", etag, size: Number(size), lastModified: "x" }, { signal });
var n = 0;
async function* counted() {
  for await (const x of d) {
    n++;
    yield x;
  }
}
await runTool({ tool: "cat", path: "/bin/sh", args: ["-c", "cat >/dev/null"], input: counted(), onLine: console.log, signal });
var u = process.cpuUsage();
console.log(JSON.stringify({ wall: Math.round(performance.now() - t0), user: u.user / 1e3, sys: u.system / 1e3, n, rss: process.memoryUsage().rss / 1e6, ...d.digest() }));
s.close();
