// A PostgreSQL server with TLS, and the certificates around it: made by openssl, valid for the host name localhost only.

import { execFileSync } from "node:child_process";
import { chmodSync, chownSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type EmbeddedPostgres, startPostgres } from "../../../quickstart/embedded-postgres.ts";

export interface TlsServer {
  readonly server: EmbeddedPostgres;
  /** Files: `root.crt`, `other-root.crt`, `client.crt`, `client.key`, `locked.key`. */
  readonly file: (name: string) => string;
  readonly keyPassword: string;
  stop(): Promise<void>;
}

/** `postgres` logs in with its password; `plain_only` only without TLS; `with_certificate` only with its certificate. */
const hba = `
hostnossl all plain_only       127.0.0.1/32 trust
hostssl   all with_certificate 127.0.0.1/32 cert
hostssl   all postgres         127.0.0.1/32 scram-sha-256
hostnossl postgres postgres    127.0.0.1/32 scram-sha-256
`;

export async function startTlsServer(version: 16 | 18): Promise<TlsServer> {
  const folder = mkdtempSync(join(tmpdir(), "dagwright-tls-"));
  const file = (name: string) => join(folder, name);
  const keyPassword = "correct-horse";
  makeCertificates(folder, keyPassword);
  writeFileSync(file("hba.conf"), hba);
  giveToServer(folder);
  const server = await startPostgres({
    version,
    settings: {
      ssl: "on",
      ssl_cert_file: file("server.crt"),
      ssl_key_file: file("server.key"),
      ssl_ca_file: file("root.crt"),
      hba_file: file("hba.conf"),
      fsync: "off",
    },
  });
  return {
    server,
    file,
    keyPassword,
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export function makeCertificates(folder: string, keyPassword: string): void {
  const openssl = (...args: string[]) => execFileSync("openssl", args, { cwd: folder, stdio: "pipe" });
  const keyOptions = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const authority = (name: string) =>
    openssl("req", "-x509", ...keyOptions, "-keyout", `${name}.key`, "-out", `${name}.crt`, "-subj", `/CN=${name}`);
  const signed = (name: string, subject: string, extension: string) => {
    openssl("req", ...keyOptions, "-keyout", `${name}.key`, "-out", `${name}.csr`, "-subj", `/CN=${subject}`);
    writeFileSync(join(folder, `${name}.ext`), extension);
    const authorityFiles = ["-CA", "root.crt", "-CAkey", "root.key", "-CAcreateserial", "-extfile", `${name}.ext`];
    openssl("x509", "-req", "-in", `${name}.csr`, "-out", `${name}.crt`, ...authorityFiles);
  };
  authority("root");
  authority("other-root");
  signed("server", "localhost", "subjectAltName=DNS:localhost");
  signed("client", "with_certificate", "extendedKeyUsage=clientAuth");
  openssl("ec", "-in", "client.key", "-aes256", "-passout", `pass:${keyPassword}`, "-out", "locked.key");
}

/** As root, the server runs as `nobody`; it refuses a key that others may read. */
function giveToServer(folder: string): void {
  const nobody = 65_534;
  const paths = [folder, ...readdirSync(folder).map((name) => join(folder, name))];
  if (process.getuid?.() === 0) for (const path of paths) chownSync(path, nobody, nobody);
  chmodSync(join(folder, "server.key"), 0o600);
}
