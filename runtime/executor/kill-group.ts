// Sends a signal to all processes of a group. The caller sees to it that the number is still that group's.

export function killGroup(pid: number, signal: NodeJS.Signals = "SIGKILL"): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is gone already.
  }
}
