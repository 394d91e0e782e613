// What the SDK and the network say where S3 gave no answer of its own → what it means. Source: Node's system and TLS error codes.

import type { Trouble } from "../errors.ts";
import { byStatus, mayPass, type S3Words } from "./s3-service-errors.ts";

export function driverTrouble(error: Error): Trouble | undefined {
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

const driverTroubles: readonly { readonly match: RegExp; readonly trouble: S3Words }[] = [
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
