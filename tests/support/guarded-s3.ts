// An S3 server of a test's own that checks signatures and policies: moto, with one user who may list and read the bucket `open`, and no other.

import { CreateBucketCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Connection } from "../../runtime/connections/connection.ts";
import { startMoto } from "./moto.ts";
import { clientOf } from "./s3.ts";

export interface GuardedS3 {
  /** The user's. Buckets: `open` and `closed`, an object `dump` in each. */
  readonly connection: Connection;
  /** What the metadata service of a machine with a role that may do the same would hand out. */
  readonly roleKeys: RoleKeys;
  stop(): Promise<void>;
}

export interface RoleKeys {
  readonly AccessKeyId: string;
  readonly SecretAccessKey: string;
  readonly Token: string;
  readonly Expiration: string;
}

const policy = {
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: ["s3:ListBucket"], Resource: "arn:aws:s3:::open" },
    { Effect: "Allow", Action: ["s3:GetObject"], Resource: "arn:aws:s3:::open/*" },
  ],
};

export async function startGuardedS3(): Promise<GuardedS3> {
  const { url, stop } = await startMoto();
  const extra = { endpoint_url: url, region_name: "us-east-1" };
  const anybody = {
    id: "any",
    type: "aws",
    host: null,
    port: null,
    schema: null,
    login: "any",
    password: "any",
    extra,
  };
  const client = clientOf(anybody);
  for (const Bucket of ["open", "closed"]) {
    await client.send(new CreateBucketCommand({ Bucket }));
    await client.send(new PutObjectCommand({ Bucket, Key: "dump", Body: "bytes" }));
  }
  client.destroy();
  await askIam(url, { Action: "CreateUser", UserName: "reader" });
  await askIam(url, {
    Action: "PutUserPolicy",
    UserName: "reader",
    PolicyName: "read",
    PolicyDocument: JSON.stringify(policy),
  });
  const user = await askIam(url, { Action: "CreateAccessKey", UserName: "reader" });
  const role = await assumeRole(url);
  // From here on no request is let through unchecked.
  await fetch(`${url}/moto-api/reset-auth`, { method: "POST", body: "0" });
  return {
    connection: {
      ...anybody,
      id: "guarded",
      login: partOf(user, "AccessKeyId"),
      password: partOf(user, "SecretAccessKey"),
    },
    roleKeys: role,
    stop,
  };
}

async function assumeRole(url: string): Promise<RoleKeys> {
  const RoleName = "backup-reader";
  const created = await askIam(url, { Action: "CreateRole", RoleName, AssumeRolePolicyDocument: "{}" });
  const more = { PolicyName: "read", PolicyDocument: JSON.stringify(policy) };
  await askIam(url, { Action: "PutRolePolicy", RoleName, ...more });
  const session = { Action: "AssumeRole", RoleArn: partOf(created, "Arn"), RoleSessionName: "machine" };
  const answer = await askIam(url, session, "sts");
  return {
    AccessKeyId: partOf(answer, "AccessKeyId"),
    SecretAccessKey: partOf(answer, "SecretAccessKey"),
    Token: partOf(answer, "SessionToken"),
    Expiration: partOf(answer, "Expiration"),
  };
}

function partOf(answer: string, name: string): string {
  return new RegExp(`<${name}>(.*)</${name}>`).exec(answer)![1]!;
}

async function askIam(
  url: string,
  parameters: Readonly<Record<string, string>>,
  service: "iam" | "sts" = "iam",
): Promise<string> {
  const scope = `Credential=any/20260101/us-east-1/${service}/aws4_request`;
  const headers = { authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=any` };
  const answer = await fetch(url, { method: "POST", headers, body: new URLSearchParams(parameters) });
  if (!answer.ok) throw new Error(`${parameters["Action"]}: ${await answer.text()}`);
  return answer.text();
}
