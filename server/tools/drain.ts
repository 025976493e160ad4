/**
 * `drain.ts PID`: tells a server to begin no more meetings and to stop when those going on are over, and waits until
 * it has. What a container runtime calls before it stops a container.
 */
const pid = Number(process.argv[2]);
if (!Number.isInteger(pid) || pid < 1) {
  console.error('Usage: drain.ts PID');
  process.exit(1);
}
process.kill(pid, 'SIGUSR2');
setInterval(() => {
  try {
    process.kill(pid, 0);
  } catch {
    process.exit(0);
  }
}, 500);
