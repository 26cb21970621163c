"""The programs that run a library's optimizers: what they offer, and jobs for them."""

import json
import os
import select
import subprocess
from pathlib import Path

# One thread each: what is compared is methods, on functions that use one thread too.
ONE_THREAD = {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1", "MKL_NUM_THREADS": "1",
              "XLA_FLAGS": "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1", "JAX_PLATFORMS": "cpu"}


class Worker:
    """A program of peers. A job that runs far past its limit is ended with the program, which is then started anew."""

    def __init__(self, name, command, listing, cache):
        self.name, self.command, self.process = name, command, None
        self.environment = {**os.environ, **ONE_THREAD, "XDG_CACHE_HOME": str(cache)}
        done = subprocess.run(listing, capture_output=True, text=True, env=self.environment, check=False)
        if done.returncode != 0:
            raise RuntimeError((done.stderr.strip() or f"exit status {done.returncode}").splitlines()[-1])
        offer = json.loads(done.stdout.splitlines()[-1])
        self.library, self.version, self.solvers = offer["library"], offer["version"], offer["solvers"]

    def start(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        env=self.environment, bufsize=0)

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def processor_seconds(self):
        """What the program has used; other work on the machine does not count."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def run(self, solver, problem, limit, most_runs):
        """The record of one job; a program that ends or hangs is a failure of that job."""
        if not self.process:
            self.start()
        lost = {"solver": solver, "problem": problem}
        try:
            self.process.stdin.write(f"{solver} {problem} {limit} {most_runs}\n".encode())
        except BrokenPipeError:
            self.stop()
            return {**lost, "failed": "the program ended"}
        # A program that does not evaluate does not notice that its time is over.
        line, most = b"", self.processor_seconds() + 1.5 * limit + 10
        while not line.endswith(b"\n"):
            ready, _, _ = select.select([self.process.stdout], [], [], 1.0)
            if not ready and self.processor_seconds() < most:
                continue
            part = self.process.stdout.read(1 << 20) if ready else b""
            if not part:
                self.stop()
                return {**lost, "failed": "the program ended" if ready else "no answer in time"}
            line += part
        return json.loads(line)
