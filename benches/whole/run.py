"""Running programs and measuring them from outside: wall time, processor time, peak memory. Programs to be compared run
in turns, so that a busy machine is busy for all of them. Linux and macOS; what a run means is said in the rows."""
import hashlib, json, os, statistics, subprocess, sys, time
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Run:
    wall: float
    processor: float
    peak_mb: float
    digest: str


@dataclass
class Command:
    argv: list
    stdin: Path | None = None
    threads: int | None = None

    def once(self):
        """Runs it. What it writes goes into a hash, which costs a run that writes much the little that a pipe costs."""
        environment = dict(os.environ, RAYON_NUM_THREADS=str(self.threads)) if self.threads else None
        with open(self.stdin or os.devnull, "rb") as source:
            start = time.perf_counter()
            process = subprocess.Popen(self.argv, stdin=source, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment)
        digest = hashlib.file_digest(process.stdout, "sha256").hexdigest()
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit(f"{self.argv} ended with {process.returncode}")
        unit = 2**20 if sys.platform == "darwin" else 2**10
        return Run(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / unit, digest)

    def answer(self):
        """What it says of itself: one JSON object a line."""
        with open(self.stdin or os.devnull, "rb") as source:
            done = subprocess.run(self.argv, stdin=source, stdout=subprocess.PIPE, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]


def medians(times, *commands):
    """Runs the commands in turns; of each the median times, the highest peak, and the hash."""
    rounds = zip(*([command.once() for command in commands] for _ in range(times)))
    return [middle(runs) for runs in rounds]


def middle(runs):
    median = lambda name: statistics.median(getattr(run, name) for run in runs)
    digests = {run.digest for run in runs}
    return Run(median("wall"), median("processor"), max(run.peak_mb for run in runs), digests.pop() if len(digests) == 1 else "differs")


def answers(times, *commands):
    """The same for commands that time themselves: of each, its answer with the median time."""
    rounds = list(zip(*([command.answer()[0] for command in commands] for _ in range(times))))
    return [dict(of[0], seconds=statistics.median([answer["seconds"] for answer in of])) for of in rounds]
