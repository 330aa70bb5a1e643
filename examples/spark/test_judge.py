"""Runs judge.py on a local cluster of two workers and compares with one `gigsieve` over the same records; kills an
executor in the midst of a task and compares again. Needs PySpark, Java and Linux.

    GIGSIEVE=target/release/gigsieve python3 examples/spark/test_judge.py
"""
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import pyspark
from pyspark.sql import SparkSession
from pyspark.sql import functions as F

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
GIGSIEVE = Path(os.environ.get("GIGSIEVE") or shutil.which("gigsieve") or ROOT / "target/release/gigsieve").resolve()
CORPUS = Path(os.environ.get("CORPUS") or ROOT.parent / "shared/corpus/posts.jsonl")
SECONDS = 400  # of one job, start of the cluster and busy machine included

# Judges as gigsieve does; but the first of all tasks, with all it has to say said, waits for its worker to die.
FIRST_TASK_HANGS = """#!/usr/bin/env python3
import os, subprocess, sys, time
worker, marker = os.getppid(), os.environ["MARKER"]
code = subprocess.run([os.environ["GIGSIEVE"], *sys.argv[1:]]).returncode
try:
    os.close(os.open(marker + ".taken", os.O_CREAT | os.O_EXCL))
except FileExistsError:
    sys.exit(code)
with open(marker + ".part", "w") as part:
    part.write(str(worker))
os.rename(marker + ".part", marker)
until = time.monotonic() + 300
while os.getppid() == worker and time.monotonic() < until:
    time.sleep(0.05)
sys.exit(3)
"""


def made_records(times):
    """The fixtures, so many times, each with an id of its own."""
    posts = [json.loads(line) for line in (ROOT / "fixtures/records/posts.jsonl").read_text("utf-8").splitlines()]
    return [json.dumps({**post, "id": f"{post['id']}-{n}"}) for n in range(times) for post in posts]


def alone(path):
    """What one process writes, by id."""
    with open(path, "rb") as posts:
        done = subprocess.run([GIGSIEVE, "scan", "--format", "jsonl", "-"], stdin=posts, stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, timeout=SECONDS)
    assert done.returncode in (0, 1), done.returncode
    return by_id(done.stdout.splitlines())


def by_id(lines):
    return sorted(lines, key=lambda line: (json.loads(line)["id"], line))


def written(folder):
    assert (folder / "_SUCCESS").exists()
    return by_id(line for part in folder.glob("part-*") for line in part.read_bytes().splitlines())


def submit(*args, split="16k", env=(), conf=()):
    """Starts the job; the process is the driver's JVM, and executors are its children."""
    argv = [Path(pyspark.__path__[0], "bin/spark-submit"), "--master", "local-cluster[2,1,1024]"]
    for setting in ("spark.ui.enabled=false", "spark.executor.memory=1g", f"spark.sql.files.maxPartitionBytes={split}", *conf):
        argv += ["--conf", setting]
    log = tempfile.TemporaryFile()
    process = subprocess.Popen(
        [*argv, HERE / "judge.py", *args], stdout=log, stderr=log,
        env={**os.environ, "PYSPARK_PYTHON": sys.executable, "SPARK_HOME": pyspark.__path__[0],
             "SPARK_LOCAL_IP": "127.0.0.1", **dict(env)})
    process.log = log
    return process


def ended(process):
    """Exit code and log of the job."""
    try:
        code = process.wait(SECONDS)
    finally:
        process.kill()
        process.wait()
    with process.log as log:
        log.seek(0)
        return code, log.read().decode(errors="replace")


def parent(pid):
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def until(something, process):
    """What `something` gives as soon as it gives anything."""
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        if found := something():
            return found
        if process.poll() is not None:
            break
        time.sleep(0.05)
    process.kill()
    raise AssertionError("waited in vain; the job says:\n" + ended(process)[1][-3000:])


class Judge(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.dir = Path(folder.name)
        self.posts = self.dir / "posts.jsonl"
        self.posts.write_text("\n".join(made_records(40)) + "\n")

    def job(self, *args, **settings):
        code, log = ended(submit("--gigsieve", GIGSIEVE, *args, **settings))
        self.assertEqual(code, 0, log[-3000:])

    def same(self, found, expected, number=None):
        self.assertEqual(len(found), number or len(expected))
        self.assertEqual(len(found), len(expected))
        # One pair is enough to see what is wrong; all of them are megabytes.
        self.assertEqual([pair for pair in zip(found, expected) if pair[0] != pair[1]][:1], [])

    def test_equals_one_process(self):
        records = made_records(41)
        # Partitions of their own: several hundred records, one record, a broken line before one record, nothing.
        parts = [records[:-2], records[-2:-1], ["not a record", records[-1]], []]
        folder = self.dir / "in"
        folder.mkdir()
        for n, lines in enumerate(parts):
            (folder / f"{n}.jsonl").write_text("".join(line + "\n" for line in lines))
        self.posts.write_text("".join(line + "\n" for lines in parts for line in lines))
        self.job(folder, self.dir / "out")
        self.same(written(self.dir / "out"), alone(self.posts), 410)

    @unittest.skipUnless(CORPUS.exists(), "no corpus beside the tree")
    def test_equals_one_process_on_the_corpus(self):
        self.job(CORPUS, self.dir / "out", split="1m")
        self.same(written(self.dir / "out"), alone(CORPUS))

    def test_killed_executor_loses_and_doubles_nothing(self):
        wrapper, marker, out = self.dir / "first-hangs", self.dir / "marker", self.dir / "out"
        wrapper.write_text(FIRST_TASK_HANGS)
        wrapper.chmod(0o755)
        job = submit("--gigsieve", wrapper, self.posts, out, env={"MARKER": str(marker), "GIGSIEVE": str(GIGSIEVE)})
        # One task has written but not ended, another is through: midway.
        until(lambda: marker.exists() and any(out.glob("_temporary/0/task_*")), job)
        pid = int(marker.read_text())
        while parent(pid) != job.pid:
            pid = parent(pid)
        self.assertIn("CoarseGrainedExecutorBackend", Path(f"/proc/{pid}/cmdline").read_text())
        os.kill(pid, signal.SIGKILL)
        code, log = ended(job)
        self.assertEqual(code, 0, log[-3000:])
        self.assertRegex(log, r"Lost executor \d")
        self.same(written(out), alone(self.posts), 400)

    def test_parquet(self):
        self.job("--to", "parquet", self.posts, self.dir / "parquet")
        self.job("--from", "parquet", self.dir / "parquet", self.dir / "again")
        spark = SparkSession.builder.master("local[1]").config("spark.ui.enabled", "false").getOrCreate()
        self.addCleanup(spark.stop)
        whole = F.to_json(F.struct("*"), {"ignoreNullFields": "false"})
        rows = spark.read.parquet(str(self.dir / "parquet")).select(whole).collect()
        expected = alone(self.posts)
        self.same([json.loads(line) for line in by_id(row[0] for row in rows)], [json.loads(line) for line in expected], 400)
        (self.dir / "again.jsonl").write_bytes(b"".join(line + b"\n" for line in expected))
        self.same(written(self.dir / "again"), alone(self.dir / "again.jsonl"), 400)

    def test_failing_program_fails_the_job(self):
        code, log = ended(submit("--gigsieve", GIGSIEVE, self.posts, self.dir / "out", "--", "--rules", self.dir / "nowhere",
                                 conf=["spark.task.maxFailures=1"]))
        self.assertNotEqual(code, 0)
        self.assertIn("ended with 2", log)
        self.assertFalse((self.dir / "out/_SUCCESS").exists())


if __name__ == "__main__":
    unittest.main()
