// Where S3 is: the endpoint of a connection or of the environment. Credentials and data go over TLS only, unless the server is this machine
// or the connection says otherwise in so many words.

import { KnownError } from "../errors.ts";
import type { Environment } from "./environment.ts";
import type { S3Options } from "./s3-options.ts";

/** An endpoint, and what to name when it is wrong. */
export interface S3Endpoint {
  readonly url: string;
  readonly source: string;
}

/** The connection's, or what the environment holds for every SDK of AWS; undefined for AWS itself. @throws KnownError, not retryable. */
export function findEndpoint(
  { endpoint, allowHttp }: S3Options,
  connectionId: string | undefined,
  environment: Environment,
): S3Endpoint | undefined {
  const found =
    endpoint === undefined
      ? endpointOf(environment)
      : { url: endpoint, source: `connection ${connectionId}, extra endpoint_url` };
  if (found) checkUrl(found);
  if (found) checkProtocol(new URL(found.url), { ...found, allowHttp });
  return found;
}

function endpointOf(environment: Environment): S3Endpoint | undefined {
  if (environment["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS"]?.toLowerCase() === "true") return undefined;
  const source = ["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"].find((name) => environment[name]);
  return source === undefined ? undefined : { url: environment[source]!, source };
}

/** Never quotes the URL as a whole: who writes a login into it wants to keep it. */
function checkUrl({ url, source }: S3Endpoint): void {
  const refuse = (found: string) =>
    new KnownError({
      what: "the endpoint of S3 is not usable",
      where: source,
      found,
      remedy: "Write https://host or https://host:port",
      isRetryable: false,
    });
  if (!URL.canParse(url)) throw refuse("it is not a URL");
  const { protocol, username, password, search, hash } = new URL(url);
  if (protocol !== "https:" && protocol !== "http:") throw refuse(`it begins with ${JSON.stringify(protocol)}`);
  if (username !== "" || password !== "") throw refuse("it holds a login, which belongs into the connection");
  if (search !== "" || hash !== "") throw refuse("it holds a ? or a #");
}

interface Reached {
  readonly source: string;
  readonly allowHttp: boolean;
}

/** @throws KnownError (not retryable) for plain HTTP to another machine. */
export function checkProtocol(url: Pick<URL, "protocol" | "hostname">, { source, allowHttp }: Reached): void {
  if (url.protocol === "https:" || allowHttp || isLoopback(url.hostname)) return;
  throw new KnownError({
    what: "S3 would be reached without encryption",
    where: source,
    found: `http to ${url.hostname}`,
    remedy: 'Use https; or, where the network itself is trusted, a connection with "allow_http": true in its extra',
    isRetryable: false,
  });
}

function isLoopback(hostname: string): boolean {
  return /^(.+\.)?localhost$|^127(\.\d{1,3}){3}$|^\[?::1\]?$/i.test(hostname);
}
