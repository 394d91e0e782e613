// Recognises a URI whose password holds a / ? or # as it is. Airflow reads such a text, too: the password's beginning becomes the port or
// the host, its rest a schema, and messages about "the host" would show both. So it is refused where a connection is looked up.

/** The login's and password's part, as far as a reader of URIs takes it, and all that follows. */
const parts = /^[a-z][a-z0-9+.-]*:\/\/([^/?#]*)([/?#].*)$/is;

/** Answers yes for what is very likely meant otherwise than Airflow reads it. Whoever does mean it writes the @ as %40. */
export function hasUnescapedPassword(uri: string): boolean {
  const [, authority = "", tail = ""] = parts.exec(uri.trim()) ?? [];
  const at = tail.lastIndexOf("@");
  // Without a colon before it there is no password.
  if (at < 0 || !authority.includes(":")) return false;
  const beforeAt = tail.slice(0, at);
  const port = authority.slice(authority.lastIndexOf("@") + 1).match(/:(.*)$/)?.[1] ?? "";
  if (!/^\d*$/.test(port)) return true;
  // `https://host:8443/@scope` and `?user=me@example.com` are what they seem.
  if (/^https?:/i.test(uri.trim()) && !authority.includes("@") && !beforeAt.includes("#")) return false;
  return beforeAt.includes("#") || tail.startsWith("?") || !/\?[^=&]+=/.test(beforeAt);
}
